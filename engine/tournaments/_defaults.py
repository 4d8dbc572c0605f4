"""What a format says that has nothing to say: no bracket, and no remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.tournaments.model import Bracket, Entrant, Played


class Defaults:
    """The parts of :class:`~engine.tournaments.Format` that most formats leave as they are."""

    knockout = False

    def bracket(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> Bracket | None:
        """There is none."""
        return None

    def remarks(
        self,
        entrants: Sequence[Entrant],
        played: Sequence[Played],
        options: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> tuple[str, ...]:
        """Nothing that the table does not say."""
        return ()
