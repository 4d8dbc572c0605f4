"""A board as an SVG document that stands alone: no script, no style sheet, no reference to anything outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from engine.board import Board
from engine.render.glyphs import glyph_body
from engine.render.layout import lay_out
from engine.render.scene import Area, Box, Item, Line, Picture, Point, Scene, Words
from engine.render.theme import LIGHT, Theme
from engine.render.words import Told, clean, first_sentence

# Each viewer's own text font: it is what that person reads best, and nothing has to be sent.
FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def board_svg(board: Board, *, size: int = 480, theme: Theme = LIGHT, flipped: bool = False, told: Told = str) -> str:
    """The board as SVG, ``size`` pixels wide and as high as it needs; ``flipped`` shows it as the second seat sees it.

    ``<title>`` and ``<desc>`` carry the alt text to screen readers. All text is escaped. ``told`` says the few words
    that a picture adds to its board, which is in the viewer's language already.

    :raises ValueError: when ``size`` is out of range.
    """
    return scene_svg(lay_out(board, size=size, theme=theme, flipped=flipped, told=told), clean(board.alt))


def scene_svg(scene: Scene, alt: str) -> str:
    """A finished layout as SVG; ``alt`` is clean, and in the viewer's language."""
    return "\n".join(_document(scene, alt))


def _document(scene: Scene, alt: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {scene.width} {scene.height}" '
        f'width="{scene.width}" height="{scene.height}" role="img" font-family="{FONTS}">'
    )
    yield f"<title>{escape(first_sentence(alt))}</title>"
    yield f"<desc>{escape(alt)}</desc>"
    yield from _symbols(scene)
    yield f'<rect width="{scene.width}" height="{scene.height}" fill="{scene.ground}"/>'
    yield from map(_paint, scene.items)
    yield "</svg>"


def _symbols(scene: Scene) -> Iterator[str]:
    names = sorted({item.name for item in scene.items if isinstance(item, Picture)})
    if names:
        yield "<defs>"
        for name in names:
            yield f'<symbol id="glyph-{name}" viewBox="0 0 45 45">{glyph_body(name)}</symbol>'
        yield "</defs>"


@singledispatch
def _paint(item: Item) -> str:
    raise TypeError(item)


@_paint.register
def _(item: Box) -> str:
    inset = item.border_width / 2 if item.border else 0
    edge = f' stroke="{item.border}" stroke-width="{item.border_width}"' if item.border else ""
    round_ = f' rx="{item.radius}"' if item.radius else ""
    return (
        f'<rect x="{item.x + inset:g}" y="{item.y + inset:g}" width="{item.width - 2 * inset:g}" '
        f'height="{item.height - 2 * inset:g}"{round_} fill="{item.fill}"{edge}/>'
    )


@_paint.register
def _(item: Words) -> str:
    bold = ' font-weight="600"' if item.bold else ""
    return (
        f'<text x="{item.x}" y="{item.y}" font-size="{item.size}" fill={quoteattr(item.fill)} '
        f'text-anchor="{item.anchor}"{bold}>{escape(item.text)}</text>'
    )


@_paint.register
def _(item: Picture) -> str:
    return f'<use href="#glyph-{item.name}" x="{item.x}" y="{item.y}" width="{item.size}" height="{item.size}"/>'


@_paint.register
def _(item: Line) -> str:
    return (
        f'<polyline points="{_along(item.points)}" fill="none" stroke="{item.fill}" stroke-width="{item.thick}" '
        f'stroke-linejoin="round"/>'
    )


@_paint.register
def _(item: Area) -> str:
    share = f' fill-opacity="{item.share:g}"' if item.share < 1 else ""
    return f'<polygon points="{_along(item.points)}" fill="{item.fill}"{share}/>'


def _along(points: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
