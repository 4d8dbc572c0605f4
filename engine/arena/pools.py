"""Predictions as values: what members stake on a duel's result, what a pool pays back, and what a member then has.

Nothing here waits or writes. Points are whole, and a pool pays back exactly what was staked: they are never made, never
lost, and never money.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from engine.arena.documents import known
from engine.codec import reading
from engine.model import Document

START: Final = 1_000
"""What a member has at the beginning of a season."""
LAST_PLY: Final = 2
"""Stakes are taken until so many plies are played: before the third."""


class Refund(StrEnum):
    """Why everybody gets their own points back."""

    VOID = "void"
    CASUAL = "casual"
    ONE_SIDED = "one-sided"
    NOBODY_RIGHT = "nobody-right"


@dataclass(frozen=True, slots=True)
class Stake:
    """Points on a seat or a draw. ``key`` tells it from all others, also from an equal one of the same member.

    One that is not ``sure`` may have come too late, and never counts.
    """

    on: str
    points: int
    key: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Pool:
    """All stakes on one duel.

    Attributes:
        stakes: by person.
        entry: the number of the duel's entry that the pool was paid by; -1 while it is not.
        result: a seat or :data:`engine.model.DRAW`, where it was paid to those who were right.
        refund: why it was paid back instead.
        returned: the points that each got back.
        paid_ms: when it was paid last.
        told: the entry whose payment people were told of.
    """

    duel_id: str
    season: str
    stakes: Mapping[str, Stake] = field(default_factory=dict)
    entry: int = -1
    result: str = ""
    refund: str = ""
    returned: Mapping[str, int] = field(default_factory=dict)
    paid_ms: int = 0
    told: int = -1

    @property
    def is_paid(self) -> bool:
        """Whether its duel has ended, and the points are given back."""
        return self.entry >= 0

    @property
    def sure(self) -> dict[str, Stake]:
        """The stakes that count."""
        return {person: stake for person, stake in self.stakes.items() if stake.sure}

    def on(self, result: str) -> int:
        """The points that are staked on a result."""
        return sum(stake.points for stake in self.sure.values() if stake.on == result)

    def has(self, person: str, key: str) -> bool:
        """Whether that stake of a person's stands."""
        return person in self.stakes and self.stakes[person].key == key

    def staked(self, person: str, stake: Stake | None) -> Pool:
        """With another stake of a person, or with none."""
        others = {who: one for who, one in self.stakes.items() if who != person}
        return replace(self, stakes={**others, person: stake} if stake else others)

    def paid(self, entry: int, result: str, refund: str, now_ms: int, playing: Collection[str] = ()) -> Pool:
        """Paid by what the duel's log says up to an entry; what an older one said is no news.

        Who turned out to be ``playing`` in the duel gets their stake back, and it counts for nobody.
        """
        if entry <= self.entry:
            return self
        stakes = {
            person: replace(stake, sure=stake.sure and person not in playing) for person, stake in self.stakes.items()
        }
        sure = {person: stake for person, stake in stakes.items() if stake.sure}
        refund = refund or _why_refunded(sure, result)
        returned = {person: stake.points for person, stake in stakes.items()}
        if not refund:
            returned |= shares(sure, result)
        return replace(
            self,
            stakes=stakes,
            entry=entry,
            result="" if refund else result,
            refund=refund,
            returned=returned,
            paid_ms=now_ms,
            # What changes nothing for anybody is no news.
            told=entry if self.is_paid and self.told == self.entry and returned == self.returned else self.told,
        )

    def to_body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "season": self.season,
            "stakes": {
                person: [stake.on, stake.points, stake.key, stake.sure] for person, stake in self.stakes.items()
            },
            "entry": self.entry,
            "result": self.result,
            "refund": self.refund,
            "returned": dict(self.returned),
            "paid_ms": self.paid_ms,
            "told": self.told,
        }

    @classmethod
    def of(cls, document: Document) -> Pool:
        """:raises CorruptLog: when it is none that :meth:`to_body` made."""
        with reading("a pool"):
            body = dict(document.body)
            stakes = {person: Stake(*one) for person, one in body.pop("stakes").items()}
            return cls(document.key, stakes=stakes, **known(cls, body))


def _why_refunded(sure: Mapping[str, Stake], result: str) -> str:
    sides = {stake.on for stake in sure.values()}
    if len(sides) < 2:
        return Refund.ONE_SIDED
    return "" if result in sides else Refund.NOBODY_RIGHT


def shares(sure: Mapping[str, Stake], result: str) -> dict[str, int]:
    """What each gets back: the whole pool in proportion to what was staked on the result, and nothing for the others.

    Rounded down, and what is left goes to the largest remainders (Hamilton's method), those of equal remainders in the
    order of their ids: the same stakes always pay the same, and together exactly what was staked.
    """
    pot = sum(stake.points for stake in sure.values())
    right = {person: stake.points for person, stake in sure.items() if stake.on == result}
    among = sum(right.values())
    paid = {person: pot * points // among for person, points in right.items()}
    by_remainder = sorted(right, key=lambda person: (-(pot * right[person] % among), person))
    for person in by_remainder[: pot - sum(paid.values())]:
        paid[person] += 1
    return {person: paid.get(person, 0) for person in sure}


@dataclass(frozen=True, slots=True)
class Placed:
    """A stake as its member's account has it.

    ``key`` is the stake's. ``returned`` is ``None`` until the duel's entry ``entry`` decided it; ``result`` is empty
    when it was given back.
    """

    on: str
    points: int
    key: str
    returned: int | None = None
    entry: int = -1
    result: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """The points of one id in one season: its stakes by duel, from which everything else follows."""

    season: str
    person: str
    placed: Mapping[str, Placed] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """What is there to stake."""
        return START + self.gain - sum(one.points for one in self.placed.values() if one.returned is None)

    @property
    def gain(self) -> int:
        """What predictions have brought, less what they have cost."""
        return sum(one.returned - one.points for one in self.placed.values() if one.returned is not None)

    @property
    def open(self) -> dict[str, Placed]:
        """The stakes that are not decided."""
        return {duel_id: one for duel_id, one in self.placed.items() if one.returned is None}

    @property
    def decided(self) -> int:
        """How many stakes were right or wrong; one that was given back is neither."""
        return sum(bool(one.result) for one in self.placed.values())

    @property
    def right(self) -> int:
        """How many were right."""
        return sum(one.result == one.on for one in self.placed.values())

    def left_for(self, duel_id: str) -> int:
        """What can be staked on a duel, in place of what is staked on it now."""
        placed = self.placed.get(duel_id)
        return self.points + (placed.points if placed and placed.returned is None else 0)

    def placing(self, duel_id: str, one: Placed | None) -> Account:
        """With another stake on a duel, or with none."""
        others = {key: placed for key, placed in self.placed.items() if key != duel_id}
        return replace(self, placed={**others, duel_id: one} if one else others)

    def without(self, duel_id: str, key: str, before: Placed | None = None) -> Account:
        """With what stood before a stake, unless another has taken its place or it is paid."""
        placed = self.open.get(duel_id)
        return self.placing(duel_id, before) if placed and placed.key == key else self

    def settled(self, duel_id: str, one: Placed) -> Account:
        """With a stake as its pool paid it; what an older entry had decided is no news."""
        known = self.placed.get(duel_id)
        return self if known and known.entry >= one.entry else self.placing(duel_id, one)

    def to_body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            duel_id: [one.on, one.points, one.key, one.returned, one.entry, one.result]
            for duel_id, one in self.placed.items()
        }

    @classmethod
    def of(cls, season: str, document: Document) -> Account:
        """:raises CorruptLog: when it is none that :meth:`to_body` made."""
        with reading("an account of points"):
            return cls(season, document.key, {duel_id: Placed(*one) for duel_id, one in document.body.items()})


@dataclass(frozen=True, slots=True)
class Member:
    """A member under all of their ids. Stakes stand under the first one from now on."""

    accounts: tuple[Account, ...]

    @property
    def points(self) -> int:
        """What is there to stake."""
        return self.accounts[0].points + self.beside

    @property
    def beside(self) -> int:
        """What the other ids have gained, less what they have staked."""
        return sum(account.points - START for account in self.accounts[1:])

    @property
    def gain(self) -> int:
        """What predictions have brought, less what they have cost."""
        return sum(account.gain for account in self.accounts)

    @property
    def right(self) -> int:
        """How many predictions were right."""
        return sum(account.right for account in self.accounts)

    @property
    def decided(self) -> int:
        """How many were right or wrong."""
        return sum(account.decided for account in self.accounts)

    @property
    def placed(self) -> list[tuple[str, Placed]]:
        """Duels and stakes, those that are open first, and each of the newest first."""
        found = [pair for account in self.accounts for pair in account.placed.items()]
        found.reverse()
        found.sort(key=lambda pair: pair[1].returned is not None)
        return found

    def on(self, duel_id: str) -> Placed | None:
        """The stake on a duel."""
        return next((one for key, one in self.placed if key == duel_id), None)

    def left_for(self, duel_id: str) -> int:
        """What can be staked on a duel, in place of what is staked on it now."""
        return self.accounts[0].left_for(duel_id) + self.beside
