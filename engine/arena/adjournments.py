"""Duels that are adjourned with a sentence, and void after seven days if nothing comes of it.

Those that wait for money are resumed when there is room again. Those that workers could not get on with are resumed by
a moderator alone: tried again by themselves they would go round for ever.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from engine.arena.budgets import Budgets
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.arena.endings import finish
from engine.arena.ledger import next_month_ms
from engine.arena.purse import UNKNOWN
from engine.arena.safely import safely
from engine.duel import State
from engine.errors import Conflict, CorruptLog
from engine.model import NANO, Adjourn, Community, Document, End, Head, Outcome, Resume, Status, Termination
from engine.sentences import say

ADJOURNED: Final = "adjourned"
VOID_AFTER_MS: Final = 7 * 86_400_000
LOOK_AGAIN_MS: Final = 3_600_000
LOOK_SOON_MS: Final = 30_000
STUCK: Final = say(
    "The arena's workers had no time left for this duel, again and again; its host finds why in the log. It goes on "
    "when moderators say so (/arena resume); after seven days it is void."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The note of a duel that waits: since when, and how much its next question needs, in nano-dollars.

    ``stuck``: it does not wait for money, but for a moderator.
    """

    document: Document
    since_ms: int
    needed: int
    stuck: bool

    @classmethod
    def of(cls, document: Document) -> _Waiting:
        body = document.body
        return cls(document, int(body["at"]), int(body["needed"]), bool(body.get("stuck", False)))

    @property
    def duel_id(self) -> str:
        return self.document.key


async def wait_for_money(context: Context, community: Community, duel_id: str, needed: int) -> str:
    """Note that a duel waits until so much can be set aside; the sentence that its log holds.

    The note is written before the log is, so that no crash leaves an adjourned duel that nobody looks at.
    """
    now = context.clock.now_ms()
    await _note(context, Document(community, ADJOURNED, duel_id, {"at": now, "needed": needed}), _wake_ms(now, now))
    if needed >= UNKNOWN:
        return say(
            "This server has a money-cap, and nobody knows the price of a model in this duel. The duel goes on when "
            "moderators lift the cap (/arena set money-cap none); after seven days it is void."
        )
    cap = (await Budgets(context).standing(community)).cap
    return say(
        "This server's money for the month is used up or set aside (money-cap ${cap:,.2f}). The duel goes on when "
        "moderators raise it or the next month begins; after seven days it is void.",
        cap=(cap or 0) / NANO,
    )


async def set_aside(context: Context, duel_id: str) -> bool:
    """Adjourn a duel that worker after worker had no time for; ``False`` when it is at rest, or somebody has got on.

    Its lease must have been given back: whoever has it is at work.
    """
    # The head before the log, as when one is resumed: a write of the head then has seen all that the log holds.
    head, state = await context.head(duel_id), await context.load(duel_id)
    if head.status is not Status.LIVE or state.outcome or state.adjourned is not None:
        return False
    now = context.clock.now_ms()
    body = {"at": now, "needed": 0, "stuck": True}
    noted = await _note(context, Document(state.terms.community, ADJOURNED, duel_id, body), now + VOID_AFTER_MS)
    try:
        await context.append(duel_id, state, Adjourn(STUCK), derived_id(duel_id, "stuck", state.entry))
    except Conflict:
        with suppress(Conflict):
            await context.store.delete_document(noted)
        return False
    with suppress(Conflict):  # who has changed the head parks what the log says is adjourned
        await context.store.update(replace(head, status=Status.ADJOURNED, lease=None, deadline_ms=None))
    return True


async def pause(context: Context, duel_id: str, why: str) -> bool:
    """Adjourn a duel for moderators, whoever is at work on it; ``False`` when it is over or at rest."""
    while True:
        head, state = await context.head(duel_id), await context.load(duel_id)
        if head.status is Status.OVER or state.outcome or state.adjourned is not None:
            return False
        now = context.clock.now_ms()
        body = {"at": now, "needed": 0, "stuck": True}
        await _note(context, Document(state.terms.community, ADJOURNED, duel_id, body), now + VOID_AFTER_MS)
        with suppress(Conflict):
            await context.append(duel_id, state, Adjourn(why), derived_id(duel_id, "pause", state.entry))
            break
    if head.status is Status.WAITING:
        with suppress(Conflict):  # who has changed the head parks what the log says is adjourned
            await context.store.update(
                replace(head, status=Status.ADJOURNED, waiting_for=frozenset(), deadline_ms=None, lease=None)
            )
    else:
        await context.queue.put(duel_id)  # its worker finds out with its next write, and one without a worker is parked
    return True


async def _note(context: Context, document: Document, wake_at_ms: int) -> Document:
    """Write a note in the place of an older one. It stands before the log says so: see :func:`wait_for_money`."""
    community, kind, key = document.community, document.kind, document.key
    while True:
        found = await context.store.document(community, kind, key)
        version = found.version if found else 0
        with suppress(Conflict):  # an older note is looked at, or dropped
            return await context.store.put_document(replace(document, version=version, wake_at_ms=wake_at_ms))


class Adjournments:
    """What becomes of duels that wait."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def resume(self, community: Community, by: str, limit: int = 100) -> tuple[int, int]:
        """Let a community's waiting duels go on as far as there is money, the longest waiting first.

        How many go on, and how many still wait.
        """
        noted = readable(await self._context.store.documents(community, ADJOURNED, limit), _Waiting.of)
        waiting = [one for one in noted if not await self._ended(one)]
        waiting.sort(key=lambda one: one.since_ms)
        resumed = [one for one in waiting if await self._try(one, by)]
        return len(resumed), len(waiting) - len(resumed)

    async def sweep(self, limit: int = 100) -> int:
        """Look at the waiting duels whose time has come; how many."""
        now = self._context.clock.now_ms()
        due = await self._context.store.due_documents(ADJOURNED, now, limit)
        for one in readable(due, _Waiting.of):
            await safely(self._look_at(one, now), one.duel_id)
        return len(due)

    async def _look_at(self, one: _Waiting, now_ms: int) -> None:
        if await self._ended(one):
            return
        if now_ms >= one.since_ms + VOID_AFTER_MS:
            await self._void(one)
        elif one.stuck or not await self._try(one, "arena"):
            await self._look_again(one, one.since_ms + VOID_AFTER_MS if one.stuck else _wake_ms(now_ms, one.since_ms))

    async def _ended(self, one: _Waiting) -> bool:
        """Whether the duel is over, cancelled for example; nothing waits there then."""
        head = await self._context.store.head(one.duel_id)
        if head is None or head.status is Status.OVER:
            await self._forget(one)
            return True
        return False

    async def _try(self, one: _Waiting, by: str) -> bool:
        """Let a duel go on if its next question can be paid for; whether nothing waits there any more.

        None does while moderators let all play rest.
        """
        if (await conduct_of(self._context, one.document.community)).paused:
            return False
        if not await Budgets(self._context).affords(one.document.community, one.needed):
            return False
        return await self._go_on(one, by)

    async def _go_on(self, one: _Waiting, by: str) -> bool:
        # The head before the log: what is written to it then is refused when the log may have come further.
        head, state = await self._context.head(one.duel_id), await self._state(one)
        if state is None:
            return False
        if state.adjourned is None and head.status is Status.LIVE:
            # Its session has noted this and not written that it waits, or has died: what it writes next is not known.
            await self._look_again(one, self._context.clock.now_ms() + LOOK_SOON_MS)
            return False
        try:
            if state.adjourned is not None and state.outcome is None:
                entry_id = derived_id(one.duel_id, "resume", state.entry)
                await self._context.append(one.duel_id, state, Resume(by), entry_id)
            await self._wake(head)
        except Conflict:  # somebody else parks, ends or resumes it: the next look finds out
            await self._look_again(one, self._context.clock.now_ms() + LOOK_SOON_MS)
            return False
        await self._forget(one)
        return True

    async def _state(self, one: _Waiting) -> State | None:
        """Where its log is; nothing, and it is looked at later, when it cannot be read: others wait too."""
        try:
            return await self._context.load(one.duel_id)
        except CorruptLog as error:
            log.warning("duel %s waits for money and cannot be read: %s", one.duel_id, error)
            await self._look_again(one, self._context.clock.now_ms() + LOOK_AGAIN_MS)
            return None

    async def _wake(self, head: Head) -> None:
        """Bring a head back to work that was read before the log was found to go on.

        :raises Conflict: when it has changed since, as by the session that writes that it waits.
        """
        if head.status in {Status.ADJOURNED, Status.LIVE}:
            await self._context.store.update(replace(head, status=Status.LIVE, lease=None))
        if head.status is not Status.OVER:
            await self._context.queue.put(head.duel_id)

    async def _void(self, one: _Waiting) -> None:
        state = await self._state(one)
        if state is None:
            return
        if state.adjourned is None and state.outcome is None:
            await self._go_on(one, "arena")
            return
        if state.outcome is None:
            end = End(_unresumed(one), "arena")
            try:
                state = await self._context.append(one.duel_id, state, end, derived_id(one.duel_id, "unpaid"))
            except Conflict:
                return
        await finish(self._context, await self._context.head(one.duel_id), state)
        await self._forget(one)

    async def _look_again(self, one: _Waiting, at_ms: int) -> None:
        with suppress(Conflict):  # it waits anew since, or does not wait any more
            await self._context.store.put_document(replace(one.document, wake_at_ms=at_ms))

    async def _forget(self, one: _Waiting) -> None:
        with suppress(Conflict):  # it waits anew since
            await self._context.store.delete_document(one.document)


def _unresumed(one: _Waiting) -> Outcome:
    if one.stuck:
        why = say("Nobody let it go on within seven days, so the duel is void and counts for nobody.")
        return Outcome(None, Termination.CANCELLED, why, void=True)
    why = say("No money came within seven days, so the duel is void and counts for nobody.")
    return Outcome(None, Termination.BUDGET, why, void=True)


def _wake_ms(now_ms: int, since_ms: int) -> int:
    """When to look again: within the hour, at the turn of the month, or when it is to be void."""
    return min(now_ms + LOOK_AGAIN_MS, next_month_ms(now_ms), since_ms + VOID_AFTER_MS)
