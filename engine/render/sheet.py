"""What figures are laid out on: a scale, a theme, a language. Lengths are in units; a scale makes pixels of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.render.scene import Words
from engine.render.theme import Theme
from engine.render.words import Told, clean, elide, wrap

MARGIN: Final = 16
TITLE: Final = 16
TEXT: Final = 13
SMALL: Final = 11
_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a figure is drawn."""

    theme: Theme
    scale: float
    told: Told = str

    def px(self, units: float) -> int:
        """Pixels of a length."""
        return max(1, round(units * self.scale))

    def said(self, text: str) -> str:
        """A text in the viewer's language, on one line."""
        return clean(self.told(text))

    def words(
        self, x: float, y: float, text: str, size: float, fill: str, *, anchor: str = "start", bold: bool = False
    ) -> Words:
        """One line of text; ``y`` is its baseline."""
        return Words(round(x * self.scale), round(y * self.scale), text, self.px(size), fill, anchor, bold)

    def title(self, text: str, room: float) -> Iterator[Words]:
        """The figure's title, at its top."""
        yield self.words(MARGIN, MARGIN + TITLE - 3, elide(text, TITLE * 1.12, room), TITLE, self.theme.ink, bold=True)

    def note(self, text: str, top: float, room: float) -> tuple[list[Words], float]:
        """What stands below a figure, and where it ends."""
        lines = list(wrap(text, SMALL, room, NOTE_LINES)) if text else []
        made = [
            self.words(MARGIN, top + SMALL + index * NOTE_STEP, line, SMALL, self.theme.faint)
            for index, line in enumerate(lines)
        ]
        return made, top + len(lines) * NOTE_STEP


NOTE_LINES: Final = 3
NOTE_STEP: Final = 15


def ticks(low: float, high: float, most: int) -> Sequence[float]:
    """Round numbers from ``low`` to ``high``, at most ``most`` and at least one."""
    span = max(high - low, 1e-9)
    magnitude = 10 ** math.floor(math.log10(span / most))
    for step in (part * factor * magnitude for factor in (1, 10) for part in _STEPS):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if first <= last and last - first < most:
            return [number * step for number in range(first, last + 1)]
    return [round((low + high) / 2)]
