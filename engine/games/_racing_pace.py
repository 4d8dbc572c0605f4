"""How far a car is from the line when it is driven as well as can be: what the look-ahead player judges a race by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from engine.games._racing_rules import TOP_SPEED, Car, Course, drive

# Metres over the line break ties between cars that cross in the same tick; they never outweigh a tick.
_METRE: Final = 0.01

State = tuple[int, int, int]


def ticks_left(course: Course, car: Car) -> float:
    """The fewest ticks to the line, less a hundredth for each metre by which it is then crossed.

    The budget of actions is not considered: good driving does not exhaust it.
    """
    return _left(course, _table(course, car.boosts), car)


def _left(course: Course, table: Mapping[State, float], car: Car) -> float:
    if car.at >= course.length:
        return (course.length - car.at) * _METRE
    return table[car.at, car.speed, car.boosts]


@lru_cache(maxsize=32)
def _table(course: Course, boosts: int) -> Mapping[State, float]:
    """From the line backwards. A car that does not gain a metre stands, so a standing car's states come first."""
    table: dict[State, float] = {}
    for at in reversed(range(course.length)):
        for left in range(boosts + 1):
            for speed in range(TOP_SPEED + 1):
                car = Car(at, speed, left, course.budget)
                table[at, speed, left] = min(_left(course, table, after) + 1 for after in _useful(course, car))
    return table


def _useful(course: Course, car: Car) -> list[Car]:
    """Where each action leads, but for those that leave a standing car as it is."""
    has_boost = car.boosts > 0 or course.rules.boosts is None
    driven = [drive(course, car, action) for action in course.rules.gains if action != "boost" or has_boost]
    return [after for after in driven if after[:3] != car[:3]]
