"""Keeps what the channels show in step with the logs: a projection that may lag, and is mended when looked at again.

A duel has at most one message under way. While it is, changes only leave a mark, and what is sent next is the newest
state: a platform that is slow, or limits us, sees fewer edits and never an older position after a newer one. The end
is always shown. What is shown is stored beside the head, so after a crash the next process goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot import _tournament_duels, cards
from bot._lagging import left, may_rest, stir
from bot._projection import AT_ONCE, FIRST_REFUSED_SECONDS, FIRST_RETRY_SECONDS, Pacing, Projection
from bot._telling import LAST_RETRY_SECONDS, Notify, Telling
from bot.cards import HouseStyle
from bot.presenting import Card, Presenter
from engine import tracing
from engine.arena import Arena
from engine.errors import ArenaError, CannotPost, PlaceGone, PlatformDown, StoreError
from engine.model import Document, Head, Shown, Status

Style = Callable[[Head], Awaitable[HouseStyle]]

# After an edit, so long before the next of the same duel: what platforms allow without making anyone wait.
EDIT_SECONDS: Final = 1.0
LAST_REFUSED_SECONDS: Final = 3600.0
# An end that could not be shown for so long is given up.
GIVEN_UP_MS: Final = 24 * 3_600_000
# How many boards are painted at once: painting takes a processor, and acknowledgements must not wait for one.
PAINTERS: Final = 2
# Duels known to be shown nowhere, so that they are not looked up at each of their plies.
ELSEWHERE: Final = 4096

log = logging.getLogger(__name__)


class Announcing:
    """Fulfils :class:`engine.ports.Announcer` for the platforms that are connected. :meth:`run` does the work."""

    def __init__(
        self,
        arena: Arena,
        presenters: Mapping[str, Presenter],
        style: Style,
        notify: Notify,
        pacing: Pacing = AT_ONCE,
    ) -> None:
        """``presenters`` by platform; ``style`` is a community's; ``notify`` shows documents."""
        self._arena = arena
        self._pacing = pacing
        self._presenters = presenters
        self._style = style
        self._documents = Telling(arena.context.clock, notify)
        self._projections: dict[str, Projection] = {}
        self._elsewhere: OrderedDict[str, None] = OrderedDict()
        self._painters = asyncio.Semaphore(PAINTERS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling: set[asyncio.Task[None]] = set()

    def changed(self, duel_id: str, entry: int) -> None:  # noqa: ARG002 - a projection reads the log itself
        """Returns at once; the duel's message follows."""
        if duel_id in self._elsewhere:
            return
        projection = self._projections.get(duel_id)
        if projection is None:
            projection = self._projections[duel_id] = Projection()
            self._spawn(self._project(duel_id, projection), f"shows duel {duel_id}")
        projection.mark()

    def ruled(self, duel_id: str, entry: int) -> None:
        """Returns at once; the duel's message follows, also if it had shown the end."""
        self._elsewhere.pop(duel_id, None)
        self.changed(duel_id, entry)

    def noted(self, document: Document) -> None:
        """Returns at once; whom it concerns is told."""
        if presenter := self._presenters.get(document.community.platform):
            self._spawn(
                self._documents.tell(document, presenter), f"shows {document.kind} {document.key}", self._telling
            )

    async def resume(self) -> int:
        """Bring every message up to its log after a start; how many there are."""
        unshown = [
            duel_id for platform in self._presenters for duel_id in await self._arena.context.store.unshown(platform)
        ]
        for duel_id in unshown:
            # One that is being shown tries again by itself; one that was refused waits for the duel to change.
            if duel_id not in self._projections:
                self.changed(duel_id, 0)
        return len(unshown)

    async def mend(self) -> int:
        """Bring those messages up to their logs that nobody is at; how many. For one that plays no duel itself."""
        found = [duel_id for platform in self._presenters for duel_id in await left(self._arena, platform)]
        for duel_id in found:
            self.changed(duel_id, 0)
        return len(found)

    async def settle(self, seconds: float) -> bool:
        """Show everything that is not shown yet, wait for it no longer than that, and stop; whether all is shown.

        For a process that may be frozen afterwards: whoever goes on reads anew what is stored.
        """
        for projection in self._projections.values():
            projection.hurried = True
            projection.mark()
        try:
            async with asyncio.timeout(seconds):
                while busy := [one for one in self._projections.values() if not one.idle.is_set()]:
                    await busy[0].idle.wait()
                await asyncio.gather(*self._telling)
                for duel_id, projection in list(self._projections.items()):
                    if projection.shown and await may_rest(self._arena, duel_id, projection.shown):
                        projection.shown = replace(projection.shown, resting=True)
                    await self._store(duel_id, projection)
        except (TimeoutError, StoreError) as error:
            log.warning("some messages lag behind their duels: %s", error or "too late")
            return False
        finally:
            await self.close()
        return True

    async def obstacle(self, duel_id: str) -> str:
        """Wait for a duel's first board. Empty when it stands; else a sentence: why it cannot be posted there."""
        projection = self._projections.get(duel_id)
        return await asyncio.shield(projection.first) if projection else ""

    async def close(self) -> None:
        """Stop showing; what is not shown yet is, after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str, *more: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work, name=name)
        for tasks in (self._tasks, *more):
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _project(self, duel_id: str, projection: Projection) -> None:
        """Show one duel until its end stands in the channel."""
        with tracing.working_on(duel=duel_id):
            try:
                while await self._step(duel_id, projection):
                    pass
            except Exception:
                # One duel's message must not take the others' with it; the sweeper has it shown again.
                log.exception("duel %s is not shown for now", duel_id)
            finally:
                if not projection.first.done():
                    projection.first.set_result("")
                projection.idle.set()
                del self._projections[duel_id]

    async def _step(self, duel_id: str, projection: Projection) -> bool:
        """Show the newest state once it has changed; ``False`` when nothing is left to do."""
        if not projection.dirty.is_set():
            projection.idle.set()
        await projection.dirty.wait()
        projection.dirty.clear()
        try:
            goes_on = await self._show(duel_id, projection)
        except CannotPost as error:
            return await self._refused(duel_id, projection, error)
        except (PlatformDown, StoreError) as error:
            await self._later(duel_id, projection, error)
            return True
        projection.retry_seconds, projection.refused_seconds = FIRST_RETRY_SECONDS, FIRST_REFUSED_SECONDS
        return goes_on

    async def _later(self, duel_id: str, projection: Projection, error: ArenaError) -> None:
        """Wait as long as the platform asks, or longer each time, and try again."""
        asked = error.retry_after_seconds if isinstance(error, PlatformDown) else None
        seconds = asked or projection.retry_seconds
        projection.retry_seconds = min(2 * projection.retry_seconds, LAST_RETRY_SECONDS)
        # A limit that is kept is no fault: with many live duels it is met all the time.
        level = logging.INFO if asked else logging.WARNING
        log.log(level, "duel %s is shown later: %s; trying again in %g s", duel_id, error, seconds)
        await self._arena.context.clock.sleep(seconds)
        projection.mark()

    async def _refused(self, duel_id: str, projection: Projection, error: CannotPost) -> bool:
        """Rest, longer each time, and try again with what is newest then; ``False`` when it is given up."""
        log.warning("duel %s cannot be shown: %s", duel_id, error)
        if not projection.first.done():
            projection.first.set_result(error.text)
        if await self._is_hopeless(duel_id, projection):
            if projection.shown:
                await self._keep(duel_id, projection, replace(projection.shown, final=True))
            return False
        seconds = projection.refused_seconds
        projection.refused_seconds = min(2 * seconds, LAST_REFUSED_SECONDS)
        await self._arena.context.clock.sleep(seconds)
        projection.mark()
        return True

    async def _is_hopeless(self, duel_id: str, projection: Projection) -> bool:
        """Whether the end of a duel need not be shown any more: nobody saw the duel, or it is long over."""
        head = await self._arena.context.store.head(duel_id)
        if head is None:
            return True
        if head.status is not Status.OVER:
            return False
        unseen = projection.shown is None or not projection.shown.message_id
        return unseen or self._arena.context.clock.now_ms() - (head.ended_ms or 0) > GIVEN_UP_MS

    async def _show(self, duel_id: str, projection: Projection) -> bool:
        """Show the newest state; ``False`` when it was the last."""
        head = await self._arena.context.store.head(duel_id)
        if head is None or not head.shown.channel or head.shown.final:
            self._ignore(duel_id)
            return False
        presenter = self._presenters.get(head.terms.community.platform)
        if presenter is None:
            # Its platform is away: :meth:`resume` shows it after the next connection.
            return False
        if projection.shown is None:
            projection.shown = projection.kept = await stir(self._arena, duel_id, head.shown)
        if head.terms.tournament and not await self._placed(head, presenter, projection):
            return False
        await self._pace(projection)
        card = await self._card(duel_id, head, projection)
        if card != projection.sent and not await self._sent(card, presenter, projection):
            return False
        return not await self._finish(head, card, presenter, projection)

    async def _placed(self, head: Head, presenter: Presenter, projection: Projection) -> bool:
        """Find where a tournament's duel is shown; whether it is."""
        assert projection.shown is not None  # noqa: S101 - set before
        if projection.place is None:
            style = await self._style(head)
            tell = partial(self._documents.tell, presenter=presenter)
            projection.place = await _tournament_duels.place(head, self._arena, style, tell)
        if projection.place is None:
            await self._keep(head.duel_id, projection, replace(projection.shown, final=True))
        return projection.place is not None

    async def _sent(self, card: Card, presenter: Presenter, projection: Projection) -> bool:
        """Show it; ``False`` when a tournament's duel is given up because its channel takes no boards of such."""
        assert projection.shown is not None  # noqa: S101 - set before
        try:
            await self._send(card, presenter, projection)
        except PlaceGone:
            # Its log has nothing new to show, so without this nobody would look at the live message for long.
            if there := projection.place:
                projection.place = None
                await _tournament_duels.gone(there, self._arena)
                await self._documents.tell(there.listed.document, presenter)
            raise
        except CannotPost as error:
            if projection.place is None or projection.shown.message_id:
                raise
            await _tournament_duels.refused(projection.place, self._arena, error.text)
            await self._documents.tell(projection.place.listed.document, presenter)
            await self._keep(card.duel_id, projection, replace(projection.shown, final=True))
            return False
        return True

    async def _pace(self, projection: Projection) -> None:
        """Let the changes of a moment come together, unless the last edit is long ago."""
        since = self._arena.context.clock.now_ms() - projection.shown_at_ms
        if since < EDIT_SECONDS * 1000:
            await self._arena.context.clock.sleep(EDIT_SECONDS - since / 1000)

    async def _card(self, duel_id: str, head: Head, projection: Projection) -> Card:
        """The newest card; what changes while it is painted is in it, or marks the projection again."""
        async with self._painters:
            newest = await self._arena.context.store.head(duel_id) or head
            card = await cards.card(newest, self._arena, await self._style(newest), projection.sent)
        return projection.place.on(card) if projection.place else card

    async def _send(self, card: Card, presenter: Presenter, projection: Projection) -> None:
        assert projection.shown is not None  # noqa: S101 - set before
        posted = await presenter.board(card, projection.shown)
        if posted.thread_id != projection.shown.thread_id and not posted.message_id:
            await self._keep(card.duel_id, projection, posted)
            posted = await presenter.board(card, posted)
        projection.shown_at_ms = self._arena.context.clock.now_ms()
        await self._keep(card.duel_id, projection, replace(posted, entry=card.entry))
        projection.sent = card
        if not projection.first.done():
            projection.first.set_result("")

    async def _finish(self, head: Head, card: Card, presenter: Presenter, projection: Projection) -> bool:
        """Tell the words that are new; ``True`` when the end is shown."""
        assert projection.shown is not None  # noqa: S101 - set before
        watched = await self._arena.watching.watch(card.duel_id)
        style = await self._style(head)
        names = await self._arena.people.names(watched.state.terms)
        # The log may be ahead of the card by now: the thread must not tell what the board does not show yet.
        new = cards.words(watched, names, projection.shown.told, card.entry, style)
        shown = projection.shown
        # The thread in which a tournament's board stands is closed with the last words, if there are any.
        if (new or (card.over and card.within)) and (card.over or self._may_tell(projection)):
            projection.told_at_ms = self._arena.context.clock.now_ms()
            shown = await presenter.words(card, new, shown)
        await self._keep(card.duel_id, projection, replace(shown, final=card.over))
        return card.over

    def _may_tell(self, projection: Projection) -> bool:
        waits_ms = self._pacing.words_seconds * 1000
        return projection.hurried or self._arena.context.clock.now_ms() - projection.told_at_ms >= waits_ms

    async def _keep(self, duel_id: str, projection: Projection, shown: Shown) -> None:
        """Store what is shown; only a message that is new must be stored before the next is sent."""
        projection.shown = shown
        if projection.kept and replace(projection.kept, entry=shown.entry) == shown:
            since = self._arena.context.clock.now_ms() - projection.kept_at_ms
            if since < self._pacing.keep_seconds * 1000:
                return
        await self._store(duel_id, projection)

    async def _store(self, duel_id: str, projection: Projection) -> None:
        if projection.shown and projection.shown != projection.kept:
            await self._arena.context.store.show(duel_id, projection.shown)
            projection.kept, projection.kept_at_ms = projection.shown, self._arena.context.clock.now_ms()

    def _ignore(self, duel_id: str) -> None:
        self._elsewhere[duel_id] = None
        while len(self._elsewhere) > ELSEWHERE:
            self._elsewhere.popitem(last=False)
