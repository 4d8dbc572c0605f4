"""The physics of a race: courses, cars, and what one action does to a car.

Cars never touch, so an action changes its own car only. That, and one starting line for both, is why neither seat
has an advantage (docs/decisions/0004-racing-rules.md).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from engine.board import Section
from engine.model import Seat

TOP_SPEED: Final = 10

_STRAIGHT_METRES: Final = (6, 14)
_CORNER_METRES: Final = (2, 4)
_CORNER_LIMITS: Final = (2, 5)
_LAST_STRAIGHT_METRES: Final = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """One way to race, as data.

    Attributes:
        gains: what each action adds to the speed, in the order the actions are offered.
        costs: how much of the budget of actions each takes.
        in_turn: whether the second seat chooses after the first; else both choose at once.
        has_corners: whether the course has any.
        length: the course's length in metres, unless an option says otherwise.
        boosts: how many boosts a car has; ``None`` is as many as its budget pays for.
        budget: actions a car has; ``None`` is as many as the course has metres.
    """

    gains: Mapping[str, int]
    costs: Mapping[str, int]
    in_turn: bool
    has_corners: bool
    length: int
    boosts: int | None
    budget: int | None


VARIANTS: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        "circuit": Rules(
            gains={"accelerate": 1, "boost": 3, "maintain": 0, "brake": -2},
            costs={"accelerate": 1, "boost": 1, "maintain": 1, "brake": 1},
            in_turn=False,
            has_corners=True,
            length=60,
            boosts=3,
            budget=None,
        ),
        "classic": Rules(
            gains={"accelerate": 1, "boost": 3, "maintain": 0},
            costs={"accelerate": 1, "boost": 2, "maintain": 1},
            in_turn=True,
            has_corners=False,
            length=100,
            boosts=None,
            budget=20,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a race is driven and by which rules; the same for both cars."""

    variant: str
    length: int
    sections: tuple[Section, ...] = ()

    @property
    def rules(self) -> Rules:
        """The rules that the variant's name stands for."""
        return VARIANTS[self.variant]

    @property
    def budget(self) -> int:
        """Actions a car has. A circuit's is its length: a car that crawls at 1 m a tick still arrives."""
        return self.rules.budget or self.length

    def corner_ahead(self, at: int) -> Section | None:
        """The corner that the metre lies in, or the next one."""
        return next((corner for corner in self.sections if corner.limit is not None and corner.end > at), None)


class Car(NamedTuple):
    """``at`` is in metres, ``speed`` in metres a tick, ``left`` the rest of the budget of actions.

    ``last`` is the newest action, empty before the first; ``spun`` tells whether it ended in a spin.
    """

    at: int
    speed: int
    boosts: int
    left: int
    last: str = ""
    spun: bool = False


class Position(NamedTuple):
    """A race between two ticks; ``half`` when only the first seat has chosen in a tick driven in turn."""

    course: Course
    first: Car
    second: Car
    tick: int = 0
    half: bool = False

    def car(self, seat: Seat) -> Car:
        """That seat's car."""
        return self.first if seat is Seat.FIRST else self.second


@lru_cache(maxsize=64)
def circuit(length: int, seed: int) -> Course:
    """A circuit: straights and corners in turn, the same for the same seed; it starts and ends with a straight."""
    rng = random.Random(seed)  # noqa: S311 - a course is no secret
    sections: list[Section] = []
    at = 0
    while True:
        corner = at + rng.randint(*_STRAIGHT_METRES)
        after = corner + rng.randint(*_CORNER_METRES)
        limit = rng.randint(*_CORNER_LIMITS)
        if after + _LAST_STRAIGHT_METRES > length:
            return Course("circuit", length, (*sections, Section(at, length)))
        sections += [Section(at, corner), Section(corner, after, limit)]
        at = after


def drive(course: Course, car: Car, action: str) -> Car:
    """The car after one action.

    The speed changes first, within 0 and ``TOP_SPEED``; then the car drives that many metres. When the metres it
    stands on, crosses or reaches lie in a corner whose limit is below that speed, it spins instead: it gains no metre
    and its speed is 0.
    """
    rules = course.rules
    speed = min(TOP_SPEED, max(0, car.speed + rules.gains[action]))
    to = car.at + speed
    boosts = car.boosts - (action == "boost" and rules.boosts is not None)
    left = car.left - rules.costs[action]
    for corner in course.sections:
        if corner.start > to:
            break
        if corner.limit is not None and corner.limit < speed and corner.end > car.at:
            return Car(car.at, 0, boosts, left, action, spun=True)
    return Car(to, speed, boosts, left, action)


def actions(course: Course, car: Car) -> tuple[str, ...]:
    """What the car can do; none when its budget is used up."""
    return _affordable(course.variant, car.left, car.boosts > 0)


@lru_cache(maxsize=1024)
def _affordable(variant: str, left: int, has_boost: bool) -> tuple[str, ...]:
    rules = VARIANTS[variant]
    boosts = has_boost or rules.boosts is None
    return tuple(name for name, cost in rules.costs.items() if cost <= left and (boosts or name != "boost"))
