"""What moderators do about players and play: bar, hide, merge, pause. Each of them can be undone, and none deletes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from engine.arena import adjournments, audit
from engine.arena.adjournments import Adjournments
from engine.arena.audit import Change
from engine.arena.conduct import Conduct, conduct_of, decide
from engine.arena.context import Context
from engine.arena.ladders import Ladders
from engine.arena.paging import every
from engine.arena.people import called
from engine.arena.safely import safely
from engine.arena.tournament.log import OPEN
from engine.arena.tournament.records import Records
from engine.errors import UserError
from engine.model import Community, Head, Player, Status
from engine.sentences import say

MOST: Final = 500
"""Decisions of a kind that a community can have: they stand in one document."""
_PAGE: Final = 100
_OPEN: Final = (Status.LIVE, Status.WAITING)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a decision about a player touches: duels that are being played, and leaderboards with a line of theirs."""

    running: int
    boards: int
    duels: int
    tournaments: int = 0


class Moderation:
    """The use cases; each raises :class:`UserError` when it would change nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def conduct(self, community: Community) -> Conduct:
        """What holds now."""
        return await conduct_of(self._context, community)

    async def reach(self, community: Community, player: Player) -> Reach:
        """What a decision about that player would touch."""
        running = await self._context.store.seated(community, player)
        boards = await Ladders(self._context).of(community)
        lines = [line for board in boards if (line := board.of(str(player)))]
        records = Records(self._context)
        open_ = [one for one in await records.listed(community) if one.phase in OPEN]
        entered = [str(player) in (await records.load(community, one.id)).signed for one in open_]
        return Reach(len(running), len(lines), sum(line.duels for line in lines), sum(entered))

    async def running(self, community: Community) -> int:
        """How many duels are being played."""
        return len([head for status in _OPEN async for head in self._open(community, status)])

    async def bar(self, community: Community, player: Player, by: str, why: str, request_id: str) -> None:
        """Let a player start nothing here, and be started against by nobody. What they are playing goes on."""

        def decided(old: Conduct) -> Conduct:
            name = _room(str(player), old.barred)
            if old.why_barred(player):
                raise UserError(say("{player} is barred already.", player=called(player)))
            return replace(old, barred={**old.barred, name: why})

        await self._decide(community, Change(0, by, "bar", about=str(player), why=why), decided, request_id)

    async def unbar(self, community: Community, player: Player, by: str, request_id: str) -> None:
        """Let a player play again."""

        def decided(old: Conduct) -> Conduct:
            names = {name for name in old.barred if old.root(name) == old.counts_as(player)}
            if not names:
                raise UserError(say("{player} is not barred.", player=called(player)))
            return replace(old, barred={name: why for name, why in old.barred.items() if name not in names})

        await self._decide(community, Change(0, by, "unbar", about=str(player)), decided, request_id)

    async def hide(self, community: Community, player: Player, by: str, why: str, request_id: str) -> None:
        """Show a player's line on no leaderboard. Their duels count for the others as before."""

        def decided(old: Conduct) -> Conduct:
            name = _room(str(player), old.hidden)
            if old.counts_as(player) in old.off_the_boards:
                raise UserError(say("{player} is hidden already.", player=called(player)))
            return replace(old, hidden={**old.hidden, name: why})

        await self._decide(community, Change(0, by, "hide", about=str(player), why=why), decided, request_id)

    async def unhide(self, community: Community, player: Player, by: str, request_id: str) -> None:
        """Show a player's line again."""

        def decided(old: Conduct) -> Conduct:
            names = {name for name in old.hidden if old.root(name) == old.counts_as(player)}
            if not names:
                raise UserError(say("{player} is not hidden.", player=called(player)))
            return replace(old, hidden={name: why for name, why in old.hidden.items() if name not in names})

        await self._decide(community, Change(0, by, "unhide", about=str(player)), decided, request_id)

    async def merge(self, community: Community, one: Player, into: Player, by: str, why: str, request_id: str) -> None:
        """Let one id of a person count as another of theirs. Nothing that was played is written anew."""
        if not (one.is_human and into.is_human):
            raise UserError(say("Only ids of people are merged: a model is who its name says."))
        at_ms = self._context.clock.now_ms()

        def decided(old: Conduct) -> Conduct:
            name = _room(str(one), old.links)
            if old.counts_as(one) == old.counts_as(into):
                raise UserError(say("These two count as one already."))
            if name in old.links:
                raise UserError(say("This id counts as another one already: split it first (/moderate split)."))
            return replace(old, links={**old.links, name: str(into)}, merged_ms=at_ms)

        line = Change(0, by, "merge", new=str(into), about=str(one), why=why)
        await self._decide(community, line, decided, request_id)

    async def split(self, community: Community, one: Player, by: str, request_id: str) -> None:
        """Let an id that was merged count for itself again, and with it those that had been merged into it."""
        at_ms = self._context.clock.now_ms()

        def decided(old: Conduct) -> Conduct:
            if str(one) not in old.links:
                raise UserError(say("This id counts for itself."))
            links = {name: into for name, into in old.links.items() if name != str(one)}
            return replace(old, links=links, merged_ms=at_ms)

        await self._decide(community, Change(0, by, "split", about=str(one)), decided, request_id)

    async def pause(self, community: Community, by: str, why: str, request_id: str) -> int:
        """Let all play rest: nothing starts, and what is being played is adjourned; how many duels are.

        Asked again it adjourns what a crash, or a start at the same moment, has left.
        """

        def decided(old: Conduct) -> Conduct:
            return replace(old, paused=why)

        await self._decide(community, Change(0, by, "pause", why=why), decided, request_id)
        if not (await self.conduct(community)).paused:
            return 0  # somebody has let play go on since this was asked
        said = say("Moderators have paused all duels here: {why}", why=why)
        paused = 0
        for status in _OPEN:
            for head in [head async for head in self._open(community, status)]:
                paused += bool(await safely(adjournments.pause(self._context, head.duel_id, said), head.duel_id))
        return paused

    async def go_on(self, community: Community, by: str, request_id: str) -> tuple[int, int]:
        """Let play go on; how many duels do, and how many still wait, for money."""

        def decided(old: Conduct) -> Conduct:
            return replace(old, paused="")

        await self._decide(community, Change(0, by, "go-on"), decided, request_id)
        resumed = waiting = 0
        while True:
            more, waiting = await Adjournments(self._context).resume(community, by)
            resumed += more
            if not more:
                return resumed, waiting

    async def log(self, community: Community, limit: int = 100) -> Sequence[Change]:
        """The newest ``limit`` lines of the audit, the newest first."""
        return await audit.newest(self._context, community, limit)

    async def _decide(
        self, community: Community, change: Change, decided: Callable[[Conduct], Conduct], request_id: str
    ) -> None:
        await decide(self._context, community, change, decided, request_id)

    def _open(self, community: Community, status: Status) -> AsyncIterator[Head]:
        return every(partial(self._context.store.duels, community, status), _PAGE)


def _room(name: str, kept: Collection[str]) -> str:
    """The name, if the document has room for it. :raises UserError: when it is full."""
    if name not in kept and len(kept) >= MOST:
        raise UserError(say("There are {most} of these already: undo some that nobody needs any more.", most=MOST))
    return name
