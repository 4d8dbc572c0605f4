"""What a picture is made of, and the page it is laid out on.

Every length is in pixels of the finished picture and every colour but an area's is opaque, so all painters agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.board import Board
from engine.render.glyphs import glyph_names
from engine.render.theme import Theme, readable_on
from engine.render.words import Told, clean, elide


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; with ``border`` its edge is drawn inside it, ``border_width`` pixels wide."""

    x: int
    y: int
    width: int
    height: int
    fill: str
    radius: int = 0
    border: str = ""
    border_width: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``y`` is its baseline, ``anchor`` is ``start``, ``middle`` or ``end``."""

    x: int
    y: int
    text: str
    size: int
    fill: str
    anchor: str = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing ``name``, which exists, in a square with the corner ``x``, ``y``."""

    x: int
    y: int
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through ``points``, ``thick`` pixels wide."""

    points: tuple[Point, ...]
    fill: str
    thick: int


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon. ``share`` is its opacity, above 0 and at most 1: what lies below shines through."""

    points: tuple[Point, ...]
    fill: str
    share: float = 1.0


Point = tuple[int, int]
Item = Box | Words | Picture | Line | Area


@dataclass(frozen=True, slots=True)
class Scene:
    """A finished layout."""

    width: int
    height: int
    ground: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of a layout needs to know: what to show, in which colours, how wide."""

    board: Board
    theme: Theme
    width: int
    told: Told = str

    def px(self, units: float) -> int:
        """Pixels of a length that is given for a picture 480 pixels wide."""
        return max(1, round(units * self.width / 480))

    @property
    def margin(self) -> int:
        """What stays free at the left and at the right."""
        return self.px(20)

    @property
    def room(self) -> int:
        """What is left between the margins."""
        return self.width - 2 * self.margin


def glyph(name: str, x: int, y: int, side: int, ground: str) -> Iterator[Item]:
    """The drawing, or its name in a frame when nobody has drawn it: a new game is readable before it is pretty."""
    if name in glyph_names():
        inset = side // 24
        yield Picture(x + inset, y + inset, side - 2 * inset, name)
        return
    inset = side // 10
    ink = readable_on(ground)
    yield Box(x + inset, y + inset, side - 2 * inset, side - 2 * inset, ground, inset, ink, max(1, side // 40))
    yield centred(name, x, y, side, max(7, side // 5), ground)


def centred(text: str, x: int, y: int, side: int, size: int, ground: str) -> Words:
    """Text in the middle of a square, in a colour that reads well on ``ground``."""
    shown = elide(clean(text), size, side * 0.8)
    return Words(x + side // 2, y + side // 2 + round(size * 0.36), shown, size, readable_on(ground), "middle")
