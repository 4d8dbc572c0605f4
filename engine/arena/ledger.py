"""A month's money of a community as a value: what is spent, and what is set aside for calls that may be under way.

Nothing here waits or writes. A :class:`Hold` is set aside before a model is asked and settled after it; what has become
of one whose session died is bounded by what the duel's log says, and by the most that its last question can have cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

Costs = Mapping[str, int]
"""Nano-dollars by player's name."""

CUT_OFF: Final = ""
"""Stands for a player in :attr:`Ledger.spent`: the most that questions of dead sessions can have cost."""
WARNED: Final = "80"
PAUSED: Final = "100"
_WARN_SHARE: Final = (80, 100)


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside by one session of a duel.

    Attributes:
        session: who may settle it.
        step: counts that session's changes, so that one whose answer was lost is recognised.
        block: how much is set aside, in nano-dollars.
        ceiling: the most that can be under way at once.
        until_ms: when somebody should look whether the session lives.
        entry: the newest entry of the duel's log when it was set aside.
        sealed: what choices had cost that were paid for and not in the log yet.
    """

    session: str
    step: int
    block: int
    ceiling: int
    until_ms: int
    entry: int
    sealed: Costs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One month. ``reached`` holds the cap under which a mark (80, 100) was reached, ``told`` that of the telling."""

    spent: Costs = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """What is spent, in nano-dollars."""
        return sum(self.spent.values())

    @property
    def held(self) -> int:
        """What is set aside, in nano-dollars."""
        return sum(hold.block for hold in self.holds.values())

    @property
    def untold(self) -> dict[str, int]:
        """The marks that nobody has been told of yet, with their caps."""
        return {mark: cap for mark, cap in self.reached.items() if self.told.get(mark) != cap}

    def room(self, cap: int | None) -> int | None:
        """What may still be set aside; ``None`` without a cap."""
        return None if cap is None else cap - self.total - self.held

    def paid(self, costs: Costs) -> Ledger:
        """With more spent."""
        due = {player: cost for player, cost in costs.items() if cost}
        return replace(self, spent=_sum(self.spent, due)) if due else self

    def without(self, duel_id: str) -> Ledger:
        """With nothing set aside for that duel."""
        if duel_id not in self.holds:
            return self
        return replace(self, holds={key: hold for key, hold in self.holds.items() if key != duel_id})

    def holding(self, duel_id: str, hold: Hold) -> Ledger:
        """With that set aside for a duel, and for nothing else of it."""
        return replace(self, holds={**self.holds, duel_id: hold})

    def recovered(self, duel_id: str, logged: Costs) -> Ledger:
        """After a session that died: what its plies cost, and one question more that may have been under way.

        ``logged`` is what the log's entries since the hold's have cost. A question is never counted for more than is
        left of what was set aside, since the session could not spend more.
        """
        hold = self.holds[duel_id]
        grown = {player: max(0, cost - hold.sealed.get(player, 0)) for player, cost in logged.items()}
        lost = min(hold.ceiling, max(0, hold.block - sum(grown.values())))
        return self.without(duel_id).paid({**grown, CUT_OFF: lost})

    def marked(self, cap: int | None, refused: bool = False) -> Ledger:
        """With the marks that this cap has reached: four fifths spent, or a block refused."""
        marks = dict(self.reached)
        share, whole = _WARN_SHARE
        if cap is not None and self.total * whole >= cap * share:
            marks[WARNED] = cap
        if cap is not None and refused:
            marks[PAUSED] = cap
        return self if marks == self.reached else replace(self, reached=marks)

    def to_body(self) -> dict[str, Any]:
        """As JSON."""
        # Without names: every duel under way is in every write of the ledger.
        holds = {
            duel_id: [hold.session, hold.step, hold.block, hold.ceiling, hold.until_ms, hold.entry, dict(hold.sealed)]
            for duel_id, hold in self.holds.items()
        }
        marks = {"reached": dict(self.reached), "told": dict(self.told)}
        return {"spent": dict(self.spent), "held": holds, **marks}


def from_body(body: Mapping[str, Any]) -> Ledger:
    """What :meth:`Ledger.to_body` wrote."""
    holds = {duel_id: Hold(*_values(one)) for duel_id, one in body.get("held", {}).items()}
    return Ledger(body.get("spent", {}), holds, body.get("reached", {}), body.get("told", {}))


def _values(held: Any) -> list[Any]:
    """In the order of the fields; until 2026-11 they were written with their names."""
    return [held[name] for name in _HOLD] if isinstance(held, dict) else held


_HOLD: Final = ("session", "step", "block", "ceiling", "until", "entry", "sealed")


def month_of(now_ms: int) -> str:
    """``2026-11``: the month that a moment is in, in UTC."""
    return f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m}"


def month_before(month: str) -> str:
    """The month before one."""
    year, number = map(int, month.split("-"))
    return f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"


def next_month_ms(now_ms: int) -> int:
    """When the next month begins."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    first = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    return round(first.timestamp() * 1000)


def _sum(first: Costs, second: Costs) -> dict[str, int]:
    return {player: first.get(player, 0) + second.get(player, 0) for player in {**first, **second}}
