"""How a community wants its duels shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.catalogue import ENGLISH, said


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a community wants its duels shown.

    ``predictions``: whether members may stake points. ``masked`` hides the words that the community has blocked.
    """

    language: str = ENGLISH
    pictures: bool = True
    predictions: bool = True
    masked: Callable[[str], str] = _as_it_is

    def say(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """The sentences in the channel's language, with blocked words hidden; empty ones are left out."""
        return tuple(self.masked(said(sentence, self.language)) for sentence in sentences if sentence)
