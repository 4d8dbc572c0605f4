"""The money of one session: what it has set aside, and what its models have cost since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.arena import budgets
from engine.arena.communities import settings_of
from engine.arena.context import Context
from engine.arena.ledger import Hold, Ledger, month_before, month_of
from engine.errors import Conflict
from engine.model import Player, Seal, Seat, Terms

# More than any cap: what those cost whose price nobody knows.
UNKNOWN: Final = 1 << 62
# So many questions are set aside at once where the cap allows it: what they cost is mostly a hundredth of that.
BLOCK: Final = 4
# Each block is twice the last, up to so many: every block is a write, and a long duel shall not pay one for each ply.
MOST_IN_BLOCK: Final = 64
# A block that has grown may take this share of what is left under a cap: others set money aside too.
LARGE_SHARE: Final = 16


class Purse:
    """Sets money aside for a session's questions, block by block. A duel whose players are free never opens it.

    Every change carries the session's name and a step, so it may be repeated when the store's answer was lost.
    """

    def __init__(self, context: Context, duel_id: str, terms: Terms, seats: Iterable[Seat]) -> None:
        """``seats`` are those of players that may cost something."""
        self._context = context
        self._community = terms.community
        self._duel_id = duel_id
        self._ceilings = _ceilings(context, terms, seats)
        self._unpriced = frozenset(seat for seat, ceiling in self._ceilings.items() if ceiling == UNKNOWN)
        self._session = ""
        self._month = ""
        self._step = 0
        self._block = BLOCK
        self._left = 0
        self._paid: dict[str, int] = {}

    @property
    def is_open(self) -> bool:
        """Whether money is set aside."""
        return self._step > 0

    def covers(self, seats: Iterable[Seat]) -> bool:
        """Whether asking these seats costs nothing, or no more than is left of the block."""
        ceiling = self.ceiling(seats)
        return ceiling == 0 or (self.is_open and ceiling <= self._left)

    async def take(self, seats: Iterable[Seat], entry: int, sealed: Mapping[Player, Seal]) -> bool:
        """Settle what was paid and set aside the next block; ``False`` when the cap has no room for a question.

        Whose price nobody knows is asked under no cap only: nothing can be set aside. ``entry`` is the log's newest,
        with every ply that was paid for but those ``sealed``.

        :raises Conflict: when another session holds money for this duel.
        """
        asked = frozenset(seats)
        cap = (await settings_of(self._context, self._community)).cap_nano_usd
        if asked & self._unpriced and cap is not None:
            return False
        ceiling, month = self.ceiling(asked - self._unpriced), month_of(self._context.clock.now_ms())
        if not ceiling or (self.is_open and ceiling <= self._left):
            return True
        if self.is_open and month != self._month:
            await self.close()
        if not self.is_open:
            await self._begin(month)
        costs = {str(player): seal.spoken.cost_nano_usd for player, seal in sealed.items()}
        until_ms = self._context.clock.now_ms() + budgets.LOOK_AFTER_MS
        granted = 0

        def step(ledger: Ledger) -> Ledger:
            nonlocal granted
            hold = self._hold(ledger)
            if hold and hold.step > self._step:
                granted = hold.block  # this was written before, and the store's answer was lost
                return ledger
            settled = ledger.without(self._duel_id).paid(self._paid) if hold else ledger
            room = settled.room(cap)
            granted = next((many * ceiling for many in self._sizes() if _fits(many, ceiling, room)), 0)
            if granted:
                new = Hold(self._session, self._step + 1, granted, ceiling, until_ms, entry, costs)
                settled = settled.holding(self._duel_id, new)
            return settled.marked(cap, refused=not granted)

        await budgets.change(self._context, self._community, month, step)
        self._step, self._left, self._paid = (self._step + 1 if granted else 0), granted, {}
        self._block = min(2 * self._block, MOST_IN_BLOCK)
        return granted > 0

    def _sizes(self) -> tuple[int, ...]:
        """How many questions a block may hold, the largest first."""
        return (self._block, BLOCK, 1) if self._block > BLOCK else (BLOCK, 1)

    def pay(self, player: Player, nano_usd: int) -> None:
        """A player has cost that much; it is settled with the next block, or at the close."""
        if nano_usd:
            self._context.meter.spent(nano_usd)
        if self.is_open and nano_usd:
            self._left -= nano_usd
            self._paid[str(player)] = self._paid.get(str(player), 0) + nano_usd

    def pay_ceiling(self, seat: Seat, player: Player) -> None:
        """A question has failed in a way that leaves its cost unknown: the most that it can have cost is counted."""
        self.pay(player, self.ceiling({seat} - self._unpriced))

    async def close(self) -> None:
        """Settle what was paid and give the rest back; nothing when it is not open."""
        if not self.is_open:
            return
        cap = (await settings_of(self._context, self._community)).cap_nano_usd

        def step(ledger: Ledger) -> Ledger:
            hold = ledger.holds.get(self._duel_id)
            if hold is None or hold.session != self._session:
                return ledger  # written before and the answer was lost, or counted as a dead session's
            return ledger.without(self._duel_id).paid(self._paid).marked(cap)

        await budgets.change(self._context, self._community, self._month, step)
        self._step, self._left, self._paid = 0, 0, {}

    async def _begin(self, month: str) -> None:
        """Settle what earlier sessions of this duel have left behind; they are dead, since the lease is ours."""
        self._session = self._session or self._context.fresh_id()
        for left_in in (month_before(month), month):
            hold = (await budgets.read(self._context, self._community, left_in)).holds.get(self._duel_id)
            if hold and hold.session != self._session:
                await budgets.recover(self._context, self._community, left_in, self._duel_id, hold)
            elif hold and left_in != month:
                # Ours, and its writing was not known when the month ended: nothing has been asked under it.
                await budgets.change(self._context, self._community, left_in, lambda old: old.without(self._duel_id))
        self._month = month

    def _hold(self, ledger: Ledger) -> Hold | None:
        hold = ledger.holds.get(self._duel_id)
        if hold and hold.session != self._session:
            raise Conflict(f"Another session holds money for duel {self._duel_id}.")
        return hold

    def ceiling(self, seats: Iterable[Seat]) -> int:
        """The most that asking these seats once can cost; more than any cap when nobody knows."""
        return sum(self._ceilings.get(seat, 0) for seat in seats)


def _fits(many: int, ceiling: int, room: int | None) -> bool:
    """Whether a block of so many questions may be set aside; ``room`` is what is left under the cap, if any."""
    share = LARGE_SHARE if many > BLOCK else 1
    return room is None or many * ceiling * share <= room


def _ceilings(context: Context, terms: Terms, seats: Iterable[Seat]) -> dict[Seat, int]:
    """The most that one ply of each seat can cost; only of those that cost anything.

    What a community's own key opens is billed to the community itself, whatever it costs.
    """
    roster = context.roster.of(terms.community)
    found: dict[Seat, int] = {}
    for seat in seats:
        rates = roster.rates(terms.players[seat])
        if rates is None and not terms.players[seat].is_own:
            found[seat] = UNKNOWN
        elif rates and rates.ceiling_nano_usd:
            found[seat] = rates.ceiling_nano_usd
    return found
