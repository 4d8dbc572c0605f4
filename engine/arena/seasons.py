"""Seasons: a community's ladders begin anew, and those of before stay as they are.

Duels start in the season that is open. One that closes waits until every duel that began in it is over; then its final
standings are kept and told. A ruling on one of its duels afterwards changes its ladders, and stands there as an
amendment; the final standings stay as they were told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from engine.arena.audit import Change
from engine.arena.conduct import Conduct, conduct_of, decide
from engine.arena.context import Context
from engine.arena.documents import known, readable
from engine.arena.ladders import Ladders, read_board, written
from engine.arena.paging import every
from engine.arena.predictions import Predictions
from engine.arena.standings import Leaderboard
from engine.arena.turns import STARTING_MS
from engine.codec import reading
from engine.errors import BadOption, Conflict, UnknownName, UserError
from engine.model import Community, Document, Status, Terms
from engine.sentences import say

SEASON: Final = "season"
FINAL: Final = "final"
LOOK_AGAIN_MS: Final = 60_000
LONGEST: Final = 20
MOST: Final = 200
MOST_AMENDMENTS: Final = 1_000
PREDICTORS: Final = 3
_NAME: Final = re.compile(rf"[^\W_][\w .-]{{0,{LONGEST - 1}}}")
_OPEN: Final = (Status.LIVE, Status.WAITING, Status.ADJOURNED)


@dataclass(frozen=True, slots=True)
class Season:
    """One season of a community.

    Attributes:
        opened_ms: when the first duel could start in it; 0 for a community's first.
        closing_ms: since when no duel starts in it; ``None`` while it is open.
        closed_ms: when its last duel had ended.
        next: the season that follows it.
        by: who closed it, by our id.
        request: the request that did.
        channel: where its final standings are told; empty where nobody is told.
        language: the language there.
        told: whether they have been.
        predictors: who had most points for predictions then, by our ids, with their ranks and points.
        archived: whether its ladders are shown only to who asks for them.
        amended: the duels that were ruled on after it was closed.
    """

    community: Community
    name: str
    opened_ms: int = 0
    closing_ms: int | None = None
    closed_ms: int | None = None
    next: str = ""
    by: str = ""
    request: str = ""
    channel: str = ""
    language: str = ""
    told: bool = False
    archived: bool = False
    predictors: Sequence[tuple[int, str, int]] = ()
    amended: Sequence[str] = ()
    version: int = field(default=0, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether duels start in it."""
        return self.closing_ms is None

    @classmethod
    def of(cls, document: Document) -> Season:
        """:raises CorruptLog: when it is no document that :meth:`document` made."""
        with reading("a season"):
            body = {**document.body, "amended": tuple(document.body.get("amended", ()))}
            body["predictors"] = tuple((rank, who, points) for rank, who, points in body.get("predictors", ()))
            return cls(document.community, document.key, version=document.version, **known(cls, body))

    def document(self, wake_at_ms: int | None = None) -> Document:
        """As the store keeps it; one that closes, or whose end is to be told, wakes."""
        names = ("opened_ms", "closing_ms", "closed_ms", "next", "by", "request", "channel", "language", "told")
        body = {name: getattr(self, name) for name in names}
        body |= {"archived": self.archived, "amended": list(self.amended)}
        body["predictors"] = [list(one) for one in self.predictors]
        return Document(self.community, SEASON, self.name, body, self.version, wake_at_ms)


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing the season would do."""

    season: str
    next: str
    ladders: int
    running: int


class Seasons:
    """Opens, closes and archives."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def listed(self, community: Community) -> list[Season]:
        """All seasons, the open one first and then the newest."""
        documents = await self._context.store.documents(community, SEASON, MOST)
        found = {season.name: season for season in readable(documents, Season.of)}
        current = (await conduct_of(self._context, community)).season
        found.setdefault(current, Season(community, current))
        return sorted(found.values(), key=lambda season: (not season.is_open, -season.opened_ms))

    async def season(self, community: Community, name: str) -> Season:
        """:raises UnknownName: when there is none of that name."""
        seasons = await self.listed(community)
        found = next((season for season in seasons if season.name == name), None)
        if found is None:
            raise UnknownName(say("season"), name, [season.name for season in seasons], say("See /season list."))
        return found

    async def foresee(self, community: Community, name: str) -> Closing:
        """What opening a season of that name would do; an empty one is the next number.

        :raises UserError: when it cannot be opened.
        """
        seasons = await self.listed(community)
        current = next((season for season in seasons if season.is_open), None)
        if current is None:
            raise UserError(say("A season is being closed just now. Try again in a minute."))
        following = _following(name, current.name, {season.name for season in seasons})
        boards = [board for board in await Ladders(self._context).of(community) if board.ladder.season == current.name]
        return Closing(current.name, following, len(boards), len(await self._running(community, current.name)))

    async def open(
        self, community: Community, name: str, by: str, request_id: str, channel: str = "", language: str = ""
    ) -> Closing:
        """Open the next season and close the one before; the same request again does it once.

        :raises UserError: when it cannot be opened.
        """
        for season in await self.listed(community):
            if season.request == request_id:
                await self._switch(season)
                return Closing(season.name, season.next, 0, len(await self._running(community, season.name)))
        closing = await self.foresee(community, name)
        now = self._context.clock.now_ms()
        season = replace(
            await self.season(community, closing.season),
            closing_ms=now,
            next=closing.next,
            by=by,
            request=request_id,
            channel=channel,
            language=language,
        )
        # Written first: a crash before the switch leaves a season that the sweeper closes.
        await self._context.store.put_document(season.document(now + STARTING_MS))
        await self._switch(season)
        return closing

    async def _switch(self, season: Season) -> None:
        """Let duels start in the season that follows. May be repeated."""

        def decided(old: Conduct) -> Conduct:
            return replace(old, season=season.next) if old.season == season.name else old

        line = Change(0, season.by, "season", season.name, season.next)
        await decide(self._context, season.community, line, decided, season.request)
        opened = Season(season.community, season.next, opened_ms=season.closing_ms or 0)
        if await self._context.store.document(season.community, SEASON, season.next) is None:
            with suppress(Conflict):  # the same request, carried out twice at once
                await self._context.store.put_document(opened.document())

    async def archive(self, community: Community, name: str, *, archived: bool) -> Season:
        """Show a season's ladders only to who asks for them, or again to everybody.

        :raises UserError: for the open season, or when nothing would change.
        """
        while True:
            season = await self.season(community, name)
            if season.closed_ms is None:
                raise UserError(say("Season {name} is not closed yet.", name=name))
            if season.archived is archived:
                raise UserError(
                    say("Season {name} is archived already.", name=name)
                    if archived
                    else say("Season {name} is not archived.", name=name)
                )
            with suppress(Conflict):
                await self._put(replace(season, archived=archived))
                return season

    async def final(self, community: Community, name: str) -> list[Leaderboard]:
        """The standings that were told when the season was closed, most duels first."""
        documents = await self._context.store.documents(community, FINAL, MOST)
        boards = readable(documents, read_board)
        found = [board for board in boards if board.ladder.season == name]
        return sorted(found, key=lambda board: (-board.duels, board.ladder.key))

    async def amend(self, terms: Terms, duel_id: str) -> None:
        """Note that a duel was ruled on whose season is closed."""
        while document := await self._context.store.document(terms.community, SEASON, terms.season):
            season = Season.of(document)
            if season.closed_ms is None or duel_id in season.amended:
                return
            with suppress(Conflict):
                await self._put(replace(season, amended=(*season.amended, duel_id)[-MOST_AMENDMENTS:]))
                return

    async def told(self, season: Season) -> None:
        """Remember that the final standings were told, or that there is nowhere to tell them."""
        while document := await self._context.store.document(season.community, SEASON, season.name):
            stored = Season.of(document)
            if stored.told:
                return
            with suppress(Conflict):
                await self._put(replace(stored, told=True))
                return

    async def sweep(self, limit: int = 100) -> int:
        """Close the seasons whose last duel has ended, and have their ends told; how many were looked at."""
        now = self._context.clock.now_ms()
        due = await self._context.store.due_documents(SEASON, now, limit)
        for season in readable(due, Season.of):
            with suppress(Conflict):  # somebody else looks at it too
                await self._look_at(season, now)
        return len(due)

    async def _look_at(self, season: Season, now_ms: int) -> None:
        if season.closed_ms is None:
            await self._switch(season)
            if await self._running(season.community, season.name):
                await self._context.store.put_document(season.document(now_ms + LOOK_AGAIN_MS))
                return
            for board in await self.current_boards(season):
                await self._keep(board)
            season = replace(season, closed_ms=now_ms, predictors=await self._predictors(season))
        if season.told:
            return
        again = season.document(now_ms + LOOK_AGAIN_MS)
        self._context.announcer.noted(await self._context.store.put_document(again))

    async def current_boards(self, season: Season) -> list[Leaderboard]:
        """The season's ladders as they are, fitted anew."""
        ladders = Ladders(self._context)
        boards = await ladders.of(season.community)
        return [await ladders.board(board.ladder) for board in boards if board.ladder.season == season.name]

    async def _predictors(self, season: Season) -> Sequence[tuple[int, str, int]]:
        """Who had most points, once all are paid."""
        predictions = Predictions(self._context)
        await predictions.settle_season(season.community, season.name)
        table = await predictions.table(season.community, season.name)
        return [(line.rank, line.person, line.points) for line in table[:PREDICTORS]]

    async def _keep(self, board: Leaderboard) -> None:
        """Final standings, once."""
        key, community = board.ladder.key, board.ladder.community
        if await self._context.store.document(community, FINAL, key) is None:
            with suppress(Conflict):
                await self._context.store.put_document(Document(community, FINAL, key, written(board)))

    async def _running(self, community: Community, name: str) -> list[str]:
        """The duels that began in a season and are not over."""
        pages = [every(partial(self._context.store.duels, community, status)) for status in _OPEN]
        return [head.duel_id for page in pages async for head in page if head.terms.season == name]

    async def _put(self, season: Season) -> None:
        """Write it; what is closed and untold goes on waking."""
        wakes = None if season.closed_ms is None or season.told else self._context.clock.now_ms() + LOOK_AGAIN_MS
        await self._context.store.put_document(season.document(wakes))


def _following(name: str, current: str, known: set[str]) -> str:
    """The name of the next season. :raises UserError: when it will not do."""
    if not name:
        if not current.isdecimal():
            raise BadOption(say("Give the next season a name: /season open NAME"))
        name = str(int(current) + 1)
    if not _NAME.fullmatch(name):
        raise BadOption(
            say("A season's name has at most {most} letters, digits, spaces, dots and hyphens.", most=LONGEST)
        )
    if name in known:
        raise BadOption(say("There is a season “{name}” already: choose another name.", name=name))
    return name
