"""Colours. Every text colour stands on its ground with a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.model import Seat

# Pure black: the worst ground for it and white together still has 4.58:1; a softer black would fail on mid-tones.
_BLACK: Final = "#000000"
_WHITE: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture, each as ``#rrggbb``.

    ``shades`` colours cells by :attr:`engine.board.Cell.shade`, ``marks`` tints them by ``Cell.mark``; a name that is
    in neither is drawn ``plain`` and without a mark. ``series`` are the lines of a plot, and read as text on ``paper``;
    ``places`` are the grounds of the first three of a table.
    """

    name: str
    paper: str
    ink: str
    faint: str
    panel: str
    line: str
    lane: str
    bend: str
    refused: str
    shades: Mapping[str, str]
    marks: Mapping[str, str]
    seats: Mapping[Seat, str]
    series: tuple[str, ...]
    places: tuple[str, str, str]

    __hash__ = object.__hash__  # by identity: pictures are cached by theme, and mappings have no hash

    def cell_fill(self, shade: str, mark: str) -> str:
        """The colour of a cell: its shade, tinted by its mark."""
        ground = self.shades.get(shade, self.shades["plain"])
        return mix(ground, self.marks[mark], 0.55) if mark in self.marks else ground


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(ground: str, tint: str, share: float) -> str:
    """``tint`` laid over ``ground`` with an opacity of ``share``."""
    parts = (round(a + (b - a) * share) for a, b in zip(channels(ground), channels(tint), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@cache
def readable_on(ground: str) -> str:
    """Black or white, whichever reads better; at least 4.5:1 on any colour."""
    return max((_BLACK, _WHITE), key=lambda ink: contrast(ink, ground))


LIGHT: Final = Theme(
    name="light",
    paper="#fbfaf7",
    ink="#24211f",
    faint="#5d5751",
    panel="#efece5",
    line="#d3cdc2",
    lane="#e8e4da",
    bend="#f0bd8d",
    refused="#a31d16",
    shades={"light": "#ece6d8", "dark": "#8ba2b3", "plain": "#ffffff"},
    marks={"last": "#f2cc3f", "check": "#e2483d", "win": "#4fbf7d"},
    seats={Seat.FIRST: "#1d5fbf", Seat.SECOND: "#b23d06"},
    series=("#1d5fbf", "#b23d06", "#0b7351", "#8a3b8f", "#756000", "#4a4f55"),
    places=("#f6e3a0", "#e3e4e8", "#f0d8c4"),
)

DARK: Final = Theme(
    name="dark",
    paper="#1d2025",
    ink="#eceae6",
    faint="#b0aca5",
    panel="#2a2e35",
    line="#454b55",
    lane="#a9aeb5",
    bend="#d79c6b",
    refused="#ff8f86",
    shades={"light": "#cdc8bc", "dark": "#76899a", "plain": "#e4e0d7"},
    marks={"last": "#e6b92b", "check": "#e2483d", "win": "#43b474"},
    seats={Seat.FIRST: "#7fb2ff", Seat.SECOND: "#ff9d6c"},
    series=("#7fb2ff", "#ff9d6c", "#5fd3a6", "#e0a3e6", "#e2c34d", "#c3c7cc"),
    places=("#5c4c17", "#474c55", "#553a27"),
)

THEMES: Final[Mapping[str, Theme]] = {theme.name: theme for theme in (LIGHT, DARK)}
