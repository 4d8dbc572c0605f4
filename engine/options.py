"""Options: what a game or a command can be told, declared once and checked in one place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from engine.errors import BadOption, UnknownName, nearest
from engine.sentences import either, say

EXACT: Final = 2**53
"""Up to here a whole number is exact as a double, which is how most readers of JSON hold it (RFC 8259, 6)."""
_SHOWN: Final = 40
_FEW: Final = 10
"""So many choices are all named where a value is none of them: the nearest alone may not be what was meant."""


class Kind(StrEnum):
    """The type of an option's value."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``handpicks`` marks those that choose a start: a duel that sets one is casual.

    ``unpicked`` lists values of such an option that choose nothing: no start, or one that the seed decides.
    ``completes`` names what a platform offers while typing (``games``, ``players``, ``duels``).
    """

    name: str
    help: str
    kind: Kind = Kind.STRING
    default: Any = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    required: bool = False
    handpicks: bool = False
    unpicked: tuple[str, ...] = ()
    completes: str = ""


def check(schema: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values, typed and complete with defaults. :raises UserError: that names the option."""
    known = {option.name: option for option in schema}
    for name in given:
        if name not in known:
            raise UnknownName(say("option"), name, known)
    return {
        name: convert(option, given[name]) if given.get(name) is not None else option.default
        for name, option in known.items()
    }


def handpicked(schema: Sequence[Option], given: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the given options that choose the start, so that the duel cannot be rated."""
    return tuple(
        option.name
        for option in schema
        if option.handpicks
        and given.get(option.name) not in (None, option.default)
        and str(given[option.name]) not in option.unpicked
    )


def convert(option: Option, value: Any) -> Any:
    """One value as its option's type; a number without bounds of its own lies within ±2**53.

    :raises BadOption: when it is not one.
    """
    typed: Any = _TYPES[option.kind](option, value)
    if option.choices and typed not in option.choices:
        few = len(option.choices) <= _FEW
        listed = list(option.choices) if few else nearest(str(typed), option.choices) or list(option.choices)
        raise BadOption(
            say(
                "{option} cannot be “{value}”: choose {names}.",
                option=option.name,
                value=_shown(typed),
                names=either(listed),
            )
        )
    if option.kind in _NUMERIC:
        _require_within(option, typed)
    return typed


def _require_within(option: Option, typed: float) -> None:
    least = -EXACT if option.least is None else option.least
    most = EXACT if option.most is None else option.most
    if typed < least:
        raise BadOption(
            say(
                "{option} must be at least {least}, not {value}.",
                option=option.name,
                least=_figure(least),
                value=_figure(typed),
            )
        )
    if typed > most:
        raise BadOption(
            say(
                "{option} must be at most {most}, not {value}.",
                option=option.name,
                most=_figure(most),
                value=_figure(typed),
            )
        )


def _figure(value: float) -> str:
    # As %g a whole number would lose digits, and one of 310 digits does not fit a float at all.
    return _shown(value) if isinstance(value, int) else f"{value:g}"


def _shown(value: Any) -> str:
    """A value as it was given, cut to what a sentence holds."""
    try:
        text = str(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return say("a number of thousands of digits")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _integer(option: Option, value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise BadOption(
            say("{option} must be a whole number, not “{value}”.", option=option.name, value=_shown(value))
        ) from None


def _number(option: Option, value: Any) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadOption(say("{option} must be a number, not “{value}”.", option=option.name, value=_shown(value)))
    return number


def _boolean(option: Option, value: Any) -> bool:
    text = _shown(value).casefold()
    if text in _YES or text in _NO:
        return text in _YES
    raise BadOption(say("{option} must be yes or no, not “{value}”.", option=option.name, value=_shown(value)))


def _string(option: Option, value: Any) -> str:
    text = str(value)
    if option.most is not None and len(text) > option.most:
        raise BadOption(
            say(
                "{option} may have at most {most} characters, not {given}.",
                option=option.name,
                most=_figure(option.most),
                given=len(text),
            )
        )
    return text


_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})
_NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER})
_TYPES = {Kind.STRING: _string, Kind.INTEGER: _integer, Kind.NUMBER: _number, Kind.BOOLEAN: _boolean}
