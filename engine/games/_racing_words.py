"""A race in words: what a model is told, what a board says, and how actions are read in a reply."""

from __future__ import annotations

import re
from typing import Final

from engine.board import Section, Track
from engine.games._racing_rules import TOP_SPEED, Car, Course, Position
from engine.games._vocabulary import Vocabulary, words
from engine.model import SEATS, Seat
from engine.sentences import Sentence, counted, joined, say

NAMES: Final = {Seat.FIRST: say("Car 1"), Seat.SECOND: say("Car 2")}
_LABELS: Final = {
    "accelerate": say("Accelerate"),
    "boost": say("Boost"),
    "maintain": say("Maintain"),
    "brake": say("Brake"),
}
_SAID: Final = {
    "accelerate": say("accelerate"),
    "boost": say("boost"),
    "maintain": say("maintain"),
    "brake": say("brake"),
}
_VARIANTS: Final = {"circuit": say("Circuit"), "classic": say("Classic")}

_CORNERS_TOLD: Final = 3
_MENTION: Final = re.compile(
    r"\b(?:(?P<accelerate>accelerat(?:e|es|ing|ion)|speed(?:ing)?\s+up|go(?:ing)?\s+faster)|(?P<boost>boost(?:s|ing)?)"
    r"|(?P<maintain>maintain(?:s|ing)?(?:\s+(?:my\s+|the\s+|current\s+)*speed)?"
    r"|(?:hold|keep)(?:ing)?\s+(?:my\s+|the\s+|this\s+|current\s+)*speed|coast(?:ing)?)"
    r"|(?P<brake>brak(?:e|es|ing)|slow(?:ing)?\s+down|decelerat(?:e|es|ing|ion)))\b"
    r"(?:\s+to\s+(?:speed\s+)?\d+)?(?!\s+(?:is|was)\s+(?:gone|used))"
    r"|(?<![\w.+-])(?:(?P<plus_1>\+1)|(?P<plus_3>\+3)|(?P<minus_2>-2))(?![\w.%])",
    re.I,
)
_SIGNED: Final = {"plus_1": "accelerate", "plus_3": "boost", "minus_2": "brake"}

VOCABULARY: Final = Vocabulary(
    _MENTION,
    lambda match: _SIGNED.get(str(match.lastgroup), str(match.lastgroup)),
    say("Answer with one action, such as accelerate."),
    around=words("action car down hard full"),
)


def gain(course: Course, action: str) -> str:
    """``+3``, ``±0``, ``−2``: what an action does to the speed, typeset."""
    change = course.rules.gains[action]
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(change)}"


def label(course: Course, action: str) -> Sentence:
    """An action on a button, with what it does to the speed: ``Boost (+3)``."""
    return say("{action} ({gain})", action=_LABELS[action], gain=gain(course, action))


def refusal(course: Course, car: Car, action: str) -> str:
    """The rule that keeps a car from an action."""
    rules = course.rules
    if action not in rules.gains:
        return say(
            "There is no {action} in a {variant} race: choose {actions}.",
            action=action,
            variant=course.variant,
            actions=joined(rules.gains, ", "),
        )
    if rules.costs[action] > car.left:
        return say(
            "{action} costs {cost} of your actions and you have {left} left.",
            action=_LABELS[action],
            cost=rules.costs[action],
            left=car.left,
        )
    return say("You have no {action} left: choose another action.", action=action)


def told(position: Position, seat: Seat) -> str:
    """What a model needs: rules, both cars, the corners ahead of its own, and how to answer."""
    course = position.course
    mine, theirs = position.car(seat), position.car(seat.other)
    return "\n\n".join(
        (
            _rules(course),
            f"{_tick(position)}\nYou: {_state(course, mine)}\nYour opponent: {_state(course, theirs)}\n"
            + _ahead(course, mine.at),
            "Choose your action. Write your move on the last line as: Move: <action>",
        )
    )


def _rules(course: Course) -> str:
    rules = course.rules
    offered = ", ".join(
        f"{name} ({gain(course, name)}{f', costs {cost} actions' if (cost := rules.costs[name]) > 1 else ''})"
        for name in rules.gains
    )
    order = "The cars act in turn" if rules.in_turn else "Both cars act at the same moment, tick by tick"
    corners = (
        " If a tick starts in, crosses or ends in a corner while your speed is over its limit, you spin: you gain no "
        "metre and your speed is 0."
        if rules.has_corners
        else ""
    )
    boosts = "" if rules.boosts is None else " Boosts are few."
    return (
        f"You are driving a race over {course.length} m. {order}. An action changes your speed ({offered}); then you "
        f"drive as many metres as your speed. Speeds are 0 to {TOP_SPEED}.{boosts}{corners} The first over the line "
        f"wins; when both cross it in the same tick, the further one. Each car has {course.budget} actions; when they "
        "are used up, the further one wins."
    )


def _tick(position: Position) -> str:
    return f"Tick {position.tick + 1}."


def _state(course: Course, car: Car) -> str:
    boosts = "" if course.rules.boosts is None else f", boosts left {car.boosts}"
    spun = ", has just spun" if car.spun else ""
    return f"at {car.at} m, speed {car.speed}{boosts}, actions left {car.left}{spun}."


def _ahead(course: Course, at: int) -> str:
    line = f"The line is {max(0, course.length - at)} m ahead of you."
    if not course.rules.has_corners:
        return line
    corners = [corner for corner in course.sections if corner.limit is not None and corner.end > at][:_CORNERS_TOLD]
    if not corners:
        return f"No corner is left. {line}"
    return "\n".join(("Your next corners:", *(_corner(corner, at) for corner in corners), line))


def _corner(corner: Section, at: int) -> str:
    where = "you are in it" if corner.start <= at else f"{corner.start - at} m ahead"
    return f"- from {corner.start} m up to {corner.end} m (ends before it), limit {corner.limit}: {where}"


def lane(position: Position, seat: Seat) -> Track:
    """The picture of one car's race; a car over the line is drawn on it."""
    course, car = position.course, position.car(seat)
    at = min(car.at, course.length)
    return Track(seat, course.length, at, car.speed, course.sections, joined(_notes(course, car), ", "), NAMES[seat])


def _notes(course: Course, car: Car) -> tuple[str, ...]:
    done = say("spun") if car.spun else _SAID.get(car.last, "")
    if course.rules.boosts is None:
        return done, counted("{n} action left", "{n} actions left", n=car.left)
    return done, counted("{n} boost left", "{n} boosts left", n=car.boosts)


def captions(position: Position, status: str) -> tuple[str, ...]:
    """The tick, then what happens next or how it ended."""
    course = position.course
    heading = say(
        "{variant}, {length} m, after tick {tick}.",
        variant=_VARIANTS[course.variant],
        length=course.length,
        tick=position.tick,
    )
    return heading, status


def alt(position: Position, status: str) -> str:
    """Everything that the picture shows."""
    course = position.course
    heading = captions(position, status)[0]
    cars = (_said(course, position.car(seat), NAMES[seat]) for seat in SEATS)
    return joined([say("Race: {heading}", heading=heading), *cars, _corners(course), status])


def _corners(course: Course) -> str:
    listed = [
        say("{start} to {end} m, limit {limit}", start=corner.start, end=corner.end, limit=corner.limit)
        for corner in course.sections
        if corner.limit is not None
    ]
    return say("Corners: {corners}.", corners=joined(listed, "; ")) if listed else ""


def _said(course: Course, car: Car, name: str) -> str:
    return say(
        "{car} is at {metres} m, {where}, speed {speed} ({notes}).",
        car=name,
        metres=car.at,
        where=_where(course, car),
        speed=car.speed,
        notes=joined(_notes(course, car), ", "),
    )


def _where(course: Course, car: Car) -> str:
    corner = course.corner_ahead(car.at)
    if car.at >= course.length:
        return say("over the line")
    if corner is None:
        return say("{metres} m before the line", metres=course.length - car.at)
    if corner.start <= car.at:
        return say("in a corner with limit {limit}", limit=corner.limit)
    return say("{metres} m before a corner with limit {limit}", metres=corner.start - car.at, limit=corner.limit)
