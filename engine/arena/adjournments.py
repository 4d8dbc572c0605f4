"""Duels that wait for money: adjourned with a sentence, resumed when there is room again, void after seven days."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from engine.arena.budgets import Budgets
from engine.arena.context import Context, derived_id
from engine.arena.endings import finish
from engine.arena.ledger import next_month_ms
from engine.duel import State
from engine.errors import Conflict
from engine.model import NANO, Community, Document, End, Outcome, Resume, Status, Termination
from engine.sentences import say

ADJOURNED: Final = "adjourned"
VOID_AFTER_MS: Final = 7 * 86_400_000
LOOK_AGAIN_MS: Final = 3_600_000


async def wait_for_money(context: Context, community: Community, duel_id: str, needed: int) -> str:
    """Note that a duel waits until so much can be set aside; the sentence that its log holds.

    The note is written before the log is, so that no crash leaves an adjourned duel that nobody looks at.
    """
    now = context.clock.now_ms()
    body = {"at": now, "needed": needed}
    found = await context.store.document(community, ADJOURNED, duel_id)
    with suppress(Conflict):  # somebody else has just noted the same
        await context.store.put_document(
            Document(community, ADJOURNED, duel_id, body, found.version if found else 0, _wake_ms(now, now))
        )
    cap = (await Budgets(context).standing(community)).cap
    return say(
        "This server's money for the month is used up or set aside (money-cap ${cap:,.2f}). The duel goes on when "
        "moderators raise it or the next month begins; after seven days it is void.",
        cap=(cap or 0) / NANO,
    )


class Adjournments:
    """What becomes of duels that wait for money."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def resume(self, community: Community, by: str, limit: int = 100) -> tuple[int, int]:
        """Let a community's waiting duels go on as far as there is money, the longest waiting first.

        How many go on, and how many still wait.
        """
        noted = await self._context.store.documents(community, ADJOURNED, limit)
        waiting = [document for document in noted if not await self._ended(document)]
        waiting.sort(key=lambda document: int(document.body["at"]))
        resumed = [document.key for document in waiting if await self._try(document, by)]
        return len(resumed), len(waiting) - len(resumed)

    async def sweep(self, limit: int = 100) -> int:
        """Look at the waiting duels whose time has come; how many."""
        now = self._context.clock.now_ms()
        due = await self._context.store.due_documents(ADJOURNED, now, limit)
        for document in due:
            if await self._ended(document):
                continue
            if now >= int(document.body["at"]) + VOID_AFTER_MS:
                await self._void(document)
            elif not await self._try(document, "arena"):
                later = replace(document, wake_at_ms=_wake_ms(now, int(document.body["at"])))
                with suppress(Conflict):
                    await self._context.store.put_document(later)
        return len(due)

    async def _ended(self, document: Document) -> bool:
        """Whether the duel is over, cancelled for example; nothing waits there then."""
        head = await self._context.store.head(document.key)
        if head is None or head.status is Status.OVER:
            with suppress(Conflict):
                await self._context.store.delete_document(document)
            return True
        return False

    async def _try(self, document: Document, by: str) -> bool:
        """Let a duel go on if its next question can be paid for; whether nothing waits there any more."""
        if not await Budgets(self._context).affords(document.community, int(document.body["needed"])):
            return False
        state = await self._context.load(document.key)
        try:
            if state.adjourned is not None and state.outcome is None:
                entry_id = derived_id(document.key, "resume", state.entry)
                await self._context.append(document.key, state, Resume(by), entry_id)
            await self._wake(document.key)
        except Conflict:
            return False  # somebody else ends or resumes it: the next look finds out
        await self._context.store.delete_document(document)
        return True

    async def _wake(self, duel_id: str) -> None:
        """Bring an adjourned head back to work; one that has meanwhile gone on or ended is left as it is."""
        head = await self._context.head(duel_id)
        if head.status is Status.ADJOURNED:
            await self._context.store.update(replace(head, status=Status.LIVE, lease=None))
        if head.status is not Status.OVER:
            await self._context.queue.put(duel_id)

    async def _void(self, document: Document) -> None:
        state = await self._context.load(document.key)
        if state.adjourned is not None and state.outcome is None:
            why = say("No money came within seven days, so the duel is void and counts for nobody.")
            end = End(Outcome(None, Termination.BUDGET, why, void=True), "arena")
            try:
                state = await self._context.append(document.key, state, end, derived_id(document.key, "unpaid"))
            except Conflict:
                return
        await self._finish(document, state)

    async def _finish(self, document: Document, state: State) -> None:
        if state.outcome:
            await finish(self._context, await self._context.head(document.key), state)
        else:
            await self._wake(document.key)
        await self._context.store.delete_document(document)


def _wake_ms(now_ms: int, since_ms: int) -> int:
    """When to look again: within the hour, at the turn of the month, or when it is to be void."""
    return min(now_ms + LOOK_AGAIN_MS, next_month_ms(now_ms), since_ms + VOID_AFTER_MS)
