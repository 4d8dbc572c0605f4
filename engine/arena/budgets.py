"""What models may cost: money is set aside before a question and settled after it, each by one conditional update.

A session of a duel holds a :class:`Purse`. How crashes, repeated writes and the turn of the month are met is reasoned
in ``docs/decisions/0011-budgets.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from engine.arena.communities import settings_of
from engine.arena.context import Context
from engine.arena.documents import readable
from engine.arena.ledger import Hold, Ledger, from_body, month_of
from engine.arena.safely import safely
from engine.errors import Conflict, NotAllowed
from engine.model import NANO, Community, Document, End, Entry, Player, Status, Terms, Turn
from engine.sentences import say

BUDGET: Final = "budget"
# A session outlives a hold's date only if its worker does: then the date is moved.
LOOK_AFTER_MS: Final = 900_000
# A platform that is down is asked again for a minute before this.
TELL_AGAIN_MS: Final = 300_000


def looked_after_ms(now_ms: int) -> int:
    """When a hold that is made or renewed now is looked after; the same for many, since each new date is a write."""
    return (now_ms // LOOK_AFTER_MS + 2) * LOOK_AFTER_MS


Step = Callable[[Ledger], Ledger]


@dataclass(frozen=True, slots=True)
class Standing:
    """A month's money: ``spent`` by player's name, ``held`` for questions under way, and the cap, in nano-dollars."""

    month: str
    spent: Mapping[str, int]
    held: int
    cap: int | None

    @property
    def total(self) -> int:
        """All that is spent."""
        return sum(self.spent.values())


class Budgets:
    """The use cases around a community's money."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def standing(self, community: Community) -> Standing:
        """How this month stands."""
        month = month_of(self._context.clock.now_ms())
        ledger = await read(self._context, community, month)
        return Standing(month, ledger.spent, ledger.held, (await settings_of(self._context, community)).cap_nano_usd)

    async def require(self, community: Community, players: Iterable[Player], cap: int | None) -> None:
        """Look whether a duel of these players can be paid for; it is set aside when they are asked.

        :raises NotAllowed: under a cap, when its first questions do not fit any more, or nobody knows their price.
        """
        programs = [player for player in players if not player.is_human]
        if cap is None or not programs:
            return
        roster = self._context.roster.of(community)
        for player in programs:
            if not roster.priced(player) and not player.is_own:
                raise NotAllowed(
                    say(
                        "Nobody knows the price of {player}, and this server has a money-cap that must be kept: choose "
                        "a model with a price.",
                        player=str(player),
                    )
                )
        needed = sum(rates.ceiling_nano_usd for player in programs if (rates := roster.rates(player)))
        if needed and not await self.affords(community, needed):
            raise NotAllowed(
                say(
                    "This month's money is used up or set aside: the money-cap is ${cap:,.2f}. Wait for running duels, "
                    "for the next month or for moderators to raise it; engines and free models may play.",
                    cap=cap / NANO,
                )
            )

    async def affords(self, community: Community, nano_usd: int) -> bool:
        """Whether so much could be set aside now."""
        standing = await self.standing(community)
        return standing.cap is None or standing.total + standing.held + nano_usd <= standing.cap

    async def told(self, document: Document) -> None:
        """Note that people have been told of the marks that this month had reached in that document."""
        marks = from_body(document.body).reached
        await change(
            self._context,
            document.community,
            document.key,
            lambda ledger: replace(ledger, told={**ledger.told, **marks}),
        )

    async def sweep(self) -> int:
        """Settle what dead sessions hold, and tell again what nobody was told; how many months were looked at."""
        now = self._context.clock.now_ms()
        due = await self._context.store.due_documents(BUDGET, now)
        for document, ledger in readable(due, lambda document: (document, from_body(document.body))):
            for duel_id, hold in ledger.holds.items():
                if hold.until_ms <= now:
                    await safely(self._look_after(document, duel_id, hold), duel_id)
            if ledger.untold:
                await self._tell_again(document)
        return len(due)

    async def _tell_again(self, document: Document) -> None:
        """Have people told of marks that nobody was told of; not again before some time has passed."""
        found = await self._context.store.document(document.community, BUDGET, document.key)
        if found is None or not from_body(found.body).untold:
            return
        wake = self._context.clock.now_ms() + TELL_AGAIN_MS
        with suppress(Conflict):  # it has changed meanwhile, and is looked at again in any case
            self._context.announcer.noted(await self._context.store.put_document(replace(found, wake_at_ms=wake)))

    async def _look_after(self, document: Document, duel_id: str, hold: Hold) -> None:
        """Settle the hold of a duel that nobody plays; one that is live is its next session's to settle."""
        now = self._context.clock.now_ms()
        head = await self._context.store.head(duel_id)
        # A question may be under way when a duel is ended by a person: its session settles it when it is answered.
        ended = head is None or (head.status is Status.OVER and (head.ended_ms or 0) + LOOK_AFTER_MS <= now)
        idle = head is not None and head.status in {Status.WAITING, Status.ADJOURNED}
        later = replace(hold, until_ms=looked_after_ms(now))
        if ended or idle:
            await recover(self._context, document.community, document.key, duel_id, hold)
        else:
            await change(self._context, document.community, document.key, _replacing(duel_id, hold, later))


async def read(context: Context, community: Community, month: str) -> Ledger:
    """A month's ledger as it stands in the store."""
    document = await context.store.document(community, BUDGET, month)
    return from_body(document.body) if document else Ledger()


async def change(context: Context, community: Community, month: str, step: Step) -> None:
    """Write what a step makes of a month's ledger, wherever others have brought it; tell of marks that are new.

    Steps that are asked for at the same moment share a write.
    """
    await context.ledgers.change((community, month), step, partial(_write, context, community, month))


async def _write(context: Context, community: Community, month: str, step: Step) -> None:
    while True:
        found = await context.store.document(community, BUDGET, month)
        document = found or Document(community, BUDGET, month, {})
        old = from_body(document.body)
        new = step(old)
        if new == old:
            return
        wake = min((hold.until_ms for hold in new.holds.values()), default=None)
        if new.untold:
            wake = context.clock.now_ms() + TELL_AGAIN_MS
        try:
            saved = await context.store.put_document(replace(document, body=new.to_body(), wake_at_ms=wake))
        except Conflict:
            continue
        if new.reached != old.reached:
            context.announcer.noted(saved)
        return


async def recover(context: Context, community: Community, month: str, duel_id: str, hold: Hold) -> None:
    """Settle a hold whose session is dead, by the duel's log; nothing when somebody else has."""
    head = await context.store.head(duel_id)
    entries = await context.store.entries(duel_id, after=hold.entry) if head else []
    costs = logged(entries, head.terms) if head else {}

    def step(ledger: Ledger) -> Ledger:
        return ledger.recovered(duel_id, costs) if ledger.holds.get(duel_id) == hold else ledger

    await change(context, community, month, step)


def logged(entries: Iterable[Entry], terms: Terms) -> dict[str, int]:
    """What entries have cost by player, in nano-dollars; plies that were taken back were paid for too."""
    costs: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry.body, Turn | End):
            for seat, spoken in entry.body.spoken.items():
                name = str(terms.players[seat])
                costs[name] = costs.get(name, 0) + spoken.cost_nano_usd
    return costs


def _replacing(duel_id: str, old: Hold, new: Hold) -> Step:
    return lambda ledger: ledger.holding(duel_id, new) if ledger.holds.get(duel_id) == old else ledger
