"""Where tournaments are kept: a head that lists them and wakes the sweeper, and a log of entries written once each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.arena.tournament.announced import KEPT, Announced, announced_from_json, announced_to_json
from engine.arena.tournament.log import OPEN, Body, Phase, State, advance, fold
from engine.arena.tournament.plan import Plan, plan_to_json
from engine.codec import reading
from engine.errors import BadOption, Conflict, UnknownName, UserError
from engine.model import Community, Document
from engine.sentences import joined, say

TOURNAMENT: Final = "tournament"
MOST: Final = 10_000
MOST_ENTRIES: Final = 100_000
LOOK_AGAIN_MS: Final = 60_000
GIVEN_UP_MS: Final = 24 * 3_600_000
"""An end, or a pause, that could not be told for so long is given up."""
_STANDS: Final = frozenset({Phase.PAUSED, Phase.OVER, Phase.CANCELLED})
"""Phases in which nothing happens by itself, so that the sweeper has nothing to look at."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A tournament as lists have it. ``entry`` is the newest of its log, or one a little before it after a crash."""

    community: Community
    id: str
    name: str
    phase: Phase
    format: str
    game: str
    created_ms: int
    open: bool
    entry: int
    announced: Announced
    document: Document

    @classmethod
    def of(cls, document: Document) -> Listed:
        """:raises CorruptLog: when it is no tournament's head."""
        with reading("a tournament"):
            body = document.body
            about = (body["name"], Phase(body["phase"]), body["format"], body["game"], body["created_ms"])
            is_open, entry = bool(body.get("open", True)), int(body.get("entry", 0))
            return cls(document.community, document.key, *about, is_open, entry, announced_from_json(body), document)


class Records:
    """Reads and writes them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def create(self, community: Community, plan: Plan, request_id: str) -> str:
        """A new tournament; the same request makes it once. Gives its id."""
        tournament_id = derived_id(community, request_id, TOURNAMENT)
        first = {"kind": "created", "at": plan.created_ms, "by": plan.by, "plan": plan_to_json(plan)}
        with suppress(Conflict):  # made by the same request before
            await self._context.store.put_document(Document(community, _log(tournament_id), _key(0), first))
        await self._head(community, tournament_id, await self.load(community, tournament_id))
        return tournament_id

    async def load(self, community: Community, tournament_id: str) -> State:
        """:raises UnknownName: when there is none. :raises CorruptLog: when an entry cannot be read.

        Without its last entries it would be carried on from where it is no more, again and again.
        """
        log = await self._context.store.documents(community, _log(tournament_id), MOST_ENTRIES, whole=True)
        if not log:
            raise UnknownName(say("tournament"), tournament_id, [], say("See /tournament list."))
        return fold(log)

    async def read(self, community: Community, tournament_id: str) -> tuple[State, list[Mapping[str, Any]]]:
        """The state and the entries that it was folded from. :raises CorruptLog: when there are none."""
        documents = await self._context.store.documents(community, _log(tournament_id), MOST_ENTRIES, whole=True)
        return fold(documents), [document.body for document in documents]

    async def log(self, community: Community, tournament_id: str) -> list[Mapping[str, Any]]:
        """Every entry, in order."""
        documents = await self._context.store.documents(community, _log(tournament_id), MOST_ENTRIES, whole=True)
        return [document.body for document in documents]

    async def append(self, community: Community, tournament_id: str, state: State, body: Body) -> State:
        """Write the next entry, and tell of it. :raises Conflict: when another was first."""
        entry = {**body, "at": self._context.clock.now_ms()}
        after = replace(advance(state, entry), entry=state.entry + 1)
        document = Document(community, _log(tournament_id), _key(after.entry), entry)
        if after.phase is Phase.RUNNING is not state.phase:
            # A crash between entry and head would leave a tournament that runs and that nobody looks at.
            await self._wake_before(community, tournament_id)
        await self._context.store.put_document(document)
        await self._head(community, tournament_id, after)
        return after

    async def find(
        self, community: Community, text: str, wanted: Callable[[Listed], bool] = lambda one: one.phase in OPEN
    ) -> Listed:
        """A tournament by its name or the start of its id; ``last`` is the newest.

        When nothing is given, the only one that is ``wanted``; where there is none of those, the newest.

        :raises UserError: when there is none, or several.
        """
        listed = await self.listed(community)
        if not listed:
            raise UserError(say("There is no tournament here yet. A moderator makes one: /tournament create"))
        if text == "last":
            return listed[0]
        if not text:
            found = [one for one in listed if wanted(one)] or listed[:1]
        else:
            found = [one for one in listed if one.name.casefold() == text.casefold()]
            found = found or [one for one in listed if len(text) >= 4 and one.id.startswith(text)]
        if not found:
            raise UnknownName(say("tournament"), text, [one.name for one in listed], say("See /tournament list."))
        if len(found) > 1:
            names = joined([f"“{one.name}” ({one.id[:8]})" for one in found], ", ")
            raise BadOption(say("Several tournaments can be meant, so add which one: {names}.", names=names))
        return found[0]

    async def listed(self, community: Community) -> list[Listed]:
        """A community's tournaments, the newest first."""
        documents = await self._context.store.documents(community, TOURNAMENT, MOST)
        return sorted(readable(documents, Listed.of), key=lambda one: -one.created_ms)

    async def due(self, limit: int = 100) -> list[Listed]:
        """Those that want to be looked at."""
        found = await self._context.store.due_documents(TOURNAMENT, self._context.clock.now_ms(), limit)
        return readable(found, Listed.of)

    async def newest(self, community: Community, tournament_id: str, *, fresh: bool = False) -> Listed | None:
        """What stands in its head; ``None`` when there is no such tournament.

        A store that remembers for its worker may give what stood there up to a minute ago, unless it must be ``fresh``.
        """
        document = await self._context.store.document(community, TOURNAMENT, tournament_id, newest=fresh)
        return Listed.of(document) if document else None

    async def announce(self, listed: Listed, change: Callable[[Announced], Announced | None]) -> Announced | None:
        """Remember how far people were told: ``change`` makes it of what stands there, also of another's change.

        ``None`` when ``change`` wants nothing any more.
        """
        fresh = False  # a change that is written is refused where it was made of what stands there no more
        while (newest := await self.newest(listed.community, listed.id, fresh=fresh)) is not None:
            announced = change(newest.announced)
            if announced is None or announced == newest.announced:
                if fresh:
                    return announced
                fresh = True
                continue
            body = {**newest.document.body, **announced_to_json(announced)}
            wakes = newest.document.wake_at_ms
            if newest.phase in _STANDS and not announced.lags(newest.entry):
                wakes = None
            with suppress(Conflict):
                await self._context.store.put_document(replace(newest.document, body=body, wake_at_ms=wakes))
                return announced
        return None

    async def look_again(self, listed: Listed, state: State) -> None:
        """Have the sweeper look again when there may be something to do."""
        await self._head(listed.community, listed.id, state)

    async def _head(self, community: Community, tournament_id: str, state: State) -> None:
        while True:
            found = await self._context.store.document(community, TOURNAMENT, tournament_id)
            body = {
                "name": state.plan.name,
                "phase": state.phase,
                "format": state.plan.format,
                "game": state.plan.game,
                "created_ms": state.plan.created_ms,
                "open": state.plan.open,
                "entry": state.entry,
                **({name: value for name, value in found.body.items() if name in KEPT} if found else {}),
            }
            if found and found.body.get("entry", -1) > state.entry:
                return
            version = found.version if found else 0
            head = Document(community, TOURNAMENT, tournament_id, body, version, self._wakes(state, body))
            with suppress(Conflict):
                self._context.announcer.noted(await self._context.store.put_document(head))
                return

    async def _wake_before(self, community: Community, tournament_id: str) -> None:
        while found := await self._context.store.document(community, TOURNAMENT, tournament_id):
            with suppress(Conflict):
                await self._context.store.put_document(
                    replace(found, wake_at_ms=self._context.clock.now_ms() + LOOK_AGAIN_MS)
                )
                return

    def _wakes(self, state: State, body: Body) -> int | None:
        now = self._context.clock.now_ms()
        if state.phase is Phase.RUNNING:
            return now + LOOK_AGAIN_MS
        if state.phase in _STANDS:
            # Its end must be told, also when the process dies before it is; not for ever, where nobody can tell it.
            lags = bool(state.plan.channel) and announced_from_json(body).lags(state.entry)
            since = state.paused_ms if state.phase is Phase.PAUSED else state.ended_ms
            recent = since is None or now - since < GIVEN_UP_MS
            return now + LOOK_AGAIN_MS if lags and recent else None
        times = [ms for ms in (state.plan.check_in_ms, state.plan.starts_ms) if ms is not None]
        return next((ms for ms in times if ms > now), times[-1] if times else None)


def _log(tournament_id: str) -> str:
    """The kind of a tournament's entries, which are documents in the order of their keys."""
    return f"{TOURNAMENT} {tournament_id}"


def _key(number: int) -> str:
    return f"{number:06}"
