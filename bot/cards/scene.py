"""All that a duel's card is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.arena import Arena
from engine.arena.watching import Watched
from engine.duel import State
from engine.model import SEATS, Head, Seat
from engine.ports import Roster


@dataclass(frozen=True, slots=True)
class Scene:
    """A duel as it stands, with the names to call its seats by. ``sealed``: who has chosen in secret."""

    head: Head
    watched: Watched
    names: Mapping[Seat, str]
    sealed: frozenset[Seat]
    arena: Arena

    @property
    def state(self) -> State:
        """The newest state."""
        return self.watched.state

    @property
    def prices(self) -> Roster:
        """Who knows what players cost here."""
        return self.arena.context.roster.of(self.head.terms.community)

    def side(self, seat: Seat) -> str:
        """What the game calls a seat (White)."""
        return self.state.game.seats[seat]

    def awaited(self) -> list[Seat]:
        """The seats whose move is missing."""
        return [seat for seat in SEATS if seat in self.state.to_move() - self.sealed]

    def is_human(self, seat: Seat) -> bool:
        """Whether a person sits there now."""
        return self.state.terms.players[seat].is_human
