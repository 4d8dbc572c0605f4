"""What players have done in a community: their results by game, and against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from engine.arena.context import Context
from engine.arena.paging import PAGE, every
from engine.model import (
    SEATS,
    Agreed,
    Autoplay,
    Community,
    End,
    Entry,
    Head,
    Player,
    Seat,
    Spoken,
    Takeback,
    Termination,
    Turn,
)

# So many of a player's newest duels are looked at; the answer says so when there are more.
MOST: Final = 300
# A player may be busy in other communities: so many of its duels anywhere are looked through for those here.
MOST_ANYWHERE: Final = 3_000
# Attempts stand in the logs, not in the heads: so many of the newest finished duels are read for them.
READ: Final = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Results of one player: of duels that are over and not void."""

    wins: int = 0
    draws: int = 0
    losses: int = 0

    @property
    def duels(self) -> int:
        """How many."""
        return self.wins + self.draws + self.losses

    def plus(self, head: Head, seat: Seat) -> Tally:
        """With one more duel, played in that seat."""
        winner = head.outcome.winner if head.outcome else None
        if winner is None:
            return replace(self, draws=self.draws + 1)
        return replace(self, wins=self.wins + 1) if winner is seat else replace(self, losses=self.losses + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A player's results in one game, rated or casual, in all and by seat."""

    game: str
    rated: bool
    all: Tally = Tally()
    first: Tally = Tally()
    second: Tally = Tally()

    def plus(self, head: Head, seat: Seat) -> Line:
        """With one more duel."""
        everything = self.all.plus(head, seat)
        if seat is Seat.FIRST:
            return replace(self, all=everything, first=self.first.plus(head, seat))
        return replace(self, all=everything, second=self.second.plus(head, seat))


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a player here. ``last`` are the newest duels.

    ``counted`` duels were looked at; ``more``: there are older ones.
    ``forfeits`` and ``timeouts`` are losses of that kind; ``handed_over`` counts seats left to a program;
    ``failed_attempts`` and ``plies`` are of the newest finished duels, ``read`` of them.
    """

    lines: tuple[Line, ...]
    last: tuple[Head, ...]
    counted: int = 0
    more: bool = False
    forfeits: int = 0
    timeouts: int = 0
    handed_over: int = 0
    failed_attempts: int = 0
    plies: int = 0
    read: int = 0


class Records:
    """Looks players up in the community's own duels."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def profile(self, community: Community, player: Player) -> Record:
        """One player's record."""
        heads, more = await self._duels(community, player)
        mine = [head for head in heads if player in head.terms.players.values()]
        failed, plies, read = await self._attempts(mine, player)
        return Record(
            _lines(mine, player),
            tuple(heads[:_SHOWN]),
            len(heads),
            more,
            forfeits=_lost_by(mine, player, Termination.FORFEIT),
            timeouts=_lost_by(mine, player, Termination.TIMEOUT),
            handed_over=len(heads) - len(mine),
            failed_attempts=failed,
            plies=plies,
            read=read,
        )

    async def versus(self, community: Community, one: Player, other: Player) -> Record:
        """The first player's record against the other."""
        heads, more = await self._duels(community, one)
        met = [head for head in heads if set(head.terms.players.values()) == {one, other}]
        return Record(_lines(met, one), tuple(met[:_SHOWN]), len(heads), more)

    async def _duels(self, community: Community, player: Player) -> tuple[list[Head], bool]:
        """A player's newest duels here, and whether there are more."""
        found: list[Head] = []
        looked = 0
        async for head in every(partial(self._context.store.history, player), PAGE):
            if len(found) == MOST or looked == MOST_ANYWHERE:
                return found, True
            looked += 1
            if head.terms.community == community:
                found.append(head)
        return found, False

    async def _attempts(self, heads: Iterable[Head], player: Player) -> tuple[int, int, int]:
        """Failed attempts and plies of a program in its newest finished duels, and how many those are."""
        failed = plies = read = 0
        if player.is_human:
            return 0, 0, 0
        for head in [head for head in heads if head.outcome][:READ]:
            own = [spoken for who, spoken in said(await self._context.store.entries(head.duel_id)) if who == player]
            failed, plies = failed + sum(len(spoken.attempts) for spoken in own), plies + len(own)
            read += 1
        return failed, plies, read


def said(log: Iterable[Entry]) -> Iterator[tuple[Player, Spoken]]:
    """What each ply took of who sat there then: made, taken back, or never come to."""
    players: dict[Seat, Player] = {}
    for entry in log:
        match entry.body:
            case Agreed(terms=terms):
                players = dict(terms.players)
            case Autoplay(seat=seat, player=player):
                players[seat] = player
            case Turn() as turn:
                yield from ((players[seat], turn.spoken.get(seat, _SILENT)) for seat in turn.moves)
            case End(spoken=unmade) | Takeback(spoken=unmade):
                yield from ((players[seat], spoken) for seat, spoken in unmade.items())


def _counts(head: Head) -> bool:
    return head.outcome is not None and not head.outcome.void


def _lines(heads: Iterable[Head], player: Player) -> tuple[Line, ...]:
    lines: dict[tuple[str, bool], Line] = {}
    for head in filter(_counts, heads):
        key = head.terms.game, head.terms.rated
        for seat in SEATS:
            if head.terms.players[seat] == player:
                lines[key] = lines.get(key, Line(*key)).plus(head, seat)
    return tuple(lines[key] for key in sorted(lines, key=lambda key: (key[0], not key[1])))


def _lost_by(heads: Iterable[Head], player: Player, how: Termination) -> int:
    return sum(
        head.outcome.winner is not None and head.terms.players[head.outcome.winner.other] == player
        for head in heads
        if head.outcome and head.outcome.termination == how
    )


_SHOWN: Final = 5
_SILENT: Final = Spoken()
