"""A board as PNG: sprites drawn once from the SVG glyphs, pasted, and reduced to a small palette.

Rendering a whole SVG board takes several times as long and gives a larger file; see ``docs/decisions/0007``.
Pillow and resvg are imported when the first picture is asked for: most processes never draw one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from engine.board import Board
from engine.render.glyphs import glyph_svg
from engine.render.layout import lay_out
from engine.render.scene import Area, Box, Item, Line, Picture, Point, Scene, Words
from engine.render.theme import LIGHT, Theme, channels
from engine.render.words import Told

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

COLOURS: Final = 64
_TWINS: Final = 12**2
_SAMPLED: Final = 400_000
# Corners are drawn this many times larger and shrunk, which is what smooths them.
_OVERSAMPLING: Final = 4
_ANCHORS: Final[Mapping[str, str]] = {"start": "ls", "middle": "ms", "end": "rs"}
_SHARES: Final[Mapping[str, float]] = {"start": 0.0, "middle": 0.5, "end": 1.0}
# The font has no umlauts: their dots are two full stops above the letter, at this share of its height.
_DOTTED: Final[Mapping[str, str]] = {"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"}
_RAISED: Final = 1.12


def board_png(board: Board, *, size: int = 480, theme: Theme = LIGHT, flipped: bool = False, told: Told = str) -> bytes:
    """The board as PNG, ``size`` pixels wide and as high as it needs; the same input gives the same bytes.

    The font is Pillow's own, so a picture does not depend on the machine; a letter that it lacks is shown without its
    accent (umlauts keep their dots), or as ``?``. ``told`` is as in :func:`engine.render.svg.board_svg`.

    :raises ValueError: when ``size`` is out of range.
    """
    return scene_png(lay_out(board, size=size, theme=theme, flipped=flipped, told=told))


def scene_png(scene: Scene) -> bytes:
    """A finished layout as PNG."""
    return _encode(scene, _painted(scene))


def _painted(scene: Scene) -> Image:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (scene.width, scene.height), scene.ground)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "L"
    for item in scene.items:
        _paint(image, draw, item)
    return image


def _encode(scene: Scene, image: Image) -> bytes:
    from PIL import Image

    file = BytesIO()
    few = image.quantize(palette=_palette(scene, image), dither=Image.Dither.NONE)
    few.save(file, "PNG", compress_level=6)  # 9 saves a tenth of the bytes and takes five times as long
    return file.getvalue()


def _palette(scene: Scene, image: Image) -> Image:
    """The scene's own colours as they are, so that no ground shifts, and the commonest of the sprites' and edges'."""
    from PIL import Image

    exact = sorted({channels(colour) for colour in _colours(scene)})[:COLOURS]
    sample = image
    if image.width * image.height > _SAMPLED:  # every other pixel of every other row has the same colours
        sample = image.resize((image.width // 2, image.height // 2), Image.Resampling.NEAREST)
    found = sample.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).getpalette() or []
    others = (tuple(found[at : at + 3]) for at in range(0, len(found), 3))
    # Pillow looks colours up roughly: beside a near twin, an exact colour would lose some of its pixels.
    distinct = [other for other in others if all(_distance(other, own) > _TWINS for own in exact)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in [*exact, *distinct][:COLOURS] for part in colour])
    return palette


def _colours(scene: Scene) -> Iterator[str]:
    yield scene.ground
    for item in scene.items:
        if isinstance(item, Box):
            yield item.fill
            yield item.border or item.fill
        elif isinstance(item, Words | Line):
            yield item.fill


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _paint(image: Image, draw: ImageDraw, item: Item) -> None:
    match item:
        case Box():
            _paint_box(image, draw, item)
        case Picture():
            sprite = _sprite(item.name, item.size)
            image.paste(sprite, (item.x, item.y), sprite)
        case Words():
            _paint_words(draw, item)
        case Line():
            _paint_shape(image, item.points, item.fill, item.thick)
        case Area():
            _paint_shape(image, item.points, item.fill, share=item.share)


def _paint_shape(image: Image, points: Sequence[Point], fill: str, thick: int = 0, share: float = 1.0) -> None:
    """A line of that thickness, or a polygon: drawn larger, shrunk, and laid over the picture."""
    from PIL import Image, ImageDraw

    many, left, top = _OVERSAMPLING, min(x for x, _ in points) - thick, min(y for _, y in points) - thick
    width, height = max(x for x, _ in points) - left + thick + 1, max(y for _, y in points) - top + thick + 1
    mask = Image.new("L", (width * many, height * many), 0)
    draw, opacity = ImageDraw.Draw(mask), round(255 * share)
    larger = [((x - left) * many + many // 2, (y - top) * many + many // 2) for x, y in points]
    if thick:
        draw.line(larger, opacity, thick * many, joint="curve")
    else:
        draw.polygon(larger, opacity)
    image.paste(fill, (left, top), mask.reduce(many))


def _paint_box(image: Image, draw: ImageDraw, box: Box) -> None:
    if box.radius:
        outer = _rounded(box.width, box.height, box.radius)
        image.paste(box.border or box.fill, (box.x, box.y), outer)
        if box.border:
            edge = box.border_width
            inner = _rounded(box.width - 2 * edge, box.height - 2 * edge, max(1, box.radius - edge))
            image.paste(box.fill, (box.x + edge, box.y + edge), inner)
        return
    corners = (box.x, box.y, box.x + box.width - 1, box.y + box.height - 1)
    draw.rectangle(corners, box.fill, box.border or None, box.border_width)


def _paint_words(draw: ImageDraw, words: Words) -> None:
    pieces = list(map(_drawable, words.text))
    text, font, fill = "".join(pieces), _font(words.size), channels(words.fill)
    weight = words.size / 40 if words.bold else 0
    draw.text((words.x, words.y), text, fill, font, _ANCHORS[words.anchor], stroke_width=weight)
    left = words.x - font.getlength(text) * _SHARES[words.anchor]
    for at, letter in enumerate(words.text):
        if letter in _DOTTED and pieces[at] != letter:
            over = left + font.getlength("".join(pieces[:at])) + font.getlength(_DOTTED[letter]) / 2
            above = words.y - font.getbbox(_DOTTED[letter], anchor="ls")[1] * -_RAISED
            draw.text((over, above), "..", fill, font, "ms", stroke_width=weight)


@lru_cache(maxsize=256)
def _sprite(name: str, size: int) -> Image:
    import resvg_py
    from PIL import Image

    drawn = resvg_py.svg_to_bytes(svg_string=glyph_svg(name), width=size, height=size, skip_system_fonts=True)
    return Image.open(BytesIO(bytes(drawn))).convert("RGBA")


@lru_cache(maxsize=256)
def _rounded(width: int, height: int, radius: int) -> Image:
    from PIL import Image, ImageDraw

    many = _OVERSAMPLING
    mask = Image.new("L", (max(1, width) * many, max(1, height) * many), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius * many, 255)
    return mask.resize((mask.width // many, mask.height // many), Image.Resampling.BOX)


@lru_cache(maxsize=64)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("this build of Pillow has no scalable font: install one with FreeType")
    return font


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    """The character, or its plain letters, or ``?``: what the font has a drawing for."""
    if _has(character):
        return character
    if character in _DOTTED:
        return _DOTTED[character]
    simple = _SIMPLER.get(character) or unicodedata.normalize("NFKD", character)
    known = "".join(part for part in simple if _has(part))
    return known or ("" if unicodedata.combining(character) else "?")


def _has(character: str) -> bool:
    if character == " ":
        return True
    font = _font(16)
    return bytes(font.getmask(character)) != bytes(font.getmask("\ue000"))


_SIMPLER: Final[Mapping[str, str]] = {
    "→": "->",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "≤": "<=",
    "≥": ">=",
    "ß": "ss",
    "„": ",,",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "✓": "+",
    "✗": "x",
    "«": '"',
    "»": '"',
}
