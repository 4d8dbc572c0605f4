"""How the values of a community's settings are read from what is typed, and said to people."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine import games
from engine.errors import BadOption
from engine.model import NANO
from engine.options import Kind, Option, convert
from engine.sentences import counted, joined, say

DEFAULT: Final = "default"
"""Typed for a value, it puts a setting back."""
_MOST_ITEMS: Final = 200
_LONGEST_ITEM: Final = 80


def words(text: str) -> tuple[str, ...]:
    """Items between commas, each once and without the quotes around it."""
    items = tuple(dict.fromkeys(" ".join(item.split()).strip('"“”') for item in text.split(",") if item.strip()))
    if not items:
        raise BadOption(say("Write one or more, separated by commas, or “{default}”.", default=DEFAULT))
    if len(items) > _MOST_ITEMS or any(len(item) > _LONGEST_ITEM for item in items):
        raise BadOption(
            say("At most {items} of at most {letters} characters each.", items=_MOST_ITEMS, letters=_LONGEST_ITEM)
        )
    return items


def game_names(text: str) -> tuple[str, ...]:
    """Names of games, as people may write them."""
    return tuple(games.game(name.casefold().replace(" ", "_").replace("-", "_")).name for name in words(text))


_PATTERN: Final = re.compile(r"[^\s/*]+(\*|/[^\s]+)|\*[^\s]*")


def patterns(text: str) -> tuple[str, ...]:
    """Patterns of players' names. :raises BadOption: for one that can fit no player."""
    found = words(text)
    for pattern in found:
        if not _PATTERN.fullmatch(pattern):
            raise BadOption(
                say(
                    "“{pattern}” is no player or pattern of players: write such as engine/*, local/smollm2.",
                    pattern=pattern,
                )
            )
    return found


def one_of(name: str, *choices: str) -> Callable[[str], str]:
    """Reads one of a few words."""
    return lambda text: str(convert(Option(name, "", choices=choices), text.casefold()))


def number(name: str, least: int, most: int) -> Callable[[str], int | None]:
    """Reads a whole number, or a word for no limit."""
    option = Option(name, "", Kind.INTEGER, least=least, most=most)
    return lambda text: None if text.casefold() in _NO_LIMIT else int(convert(option, text))


def dollars(text: str) -> int | None:
    """US dollars as nano-dollars; exact, since what is typed is decimal."""
    if text.casefold() in _NO_LIMIT:
        return None
    try:
        nano = Decimal(text.removeprefix("$").removesuffix("$").strip()) * NANO
    except InvalidOperation:
        nano = Decimal(-1)
    if not nano.is_finite() or not 0 <= nano <= _MOST_DOLLARS * NANO:
        raise BadOption(
            say(
                "money-cap is US dollars a month from 0 to {most:,}, such as 20 or 2.50, or “none”, not “{text}”.",
                most=_MOST_DOLLARS,
                text=text[:_LONGEST_ITEM],
            )
        )
    return int(nano)


def yes_or_no(name: str) -> Callable[[str], bool]:
    """Reads a yes or a no."""
    return lambda text: bool(convert(Option(name, "", Kind.BOOLEAN), text))


def channel(text: str) -> str:
    """A channel by the platform's id. :raises BadOption: when it cannot be one."""
    if not _IDENTITY.fullmatch(text):
        raise BadOption(say("“{text}” is no channel: mention it, or write “here”.", text=text[:_LONGEST_ITEM]))
    return text


def language(text: str) -> str:
    """A language by its code (ISO 639). :raises BadOption: when it cannot be one."""
    if not _LANGUAGE.fullmatch(text):
        raise BadOption(say("“{text}” is no language: write its code, such as en or de.", text=text[:_LONGEST_ITEM]))
    return text


def or_else(nothing: str) -> Callable[[Any], str]:
    """Shows a text as it is, and says what it means when there is none."""
    return lambda value: str(value) if value else nothing


def listed(nothing: str) -> Callable[[Any], str]:
    """Shows items, and says what it means when there are none."""
    return lambda value: joined(value, ", ") if value else nothing


def seconds(value: int | None) -> str:
    """A time limit for people."""
    return say("no limit") if value is None else counted("{n} second", "{n} seconds", n=value)


def count(value: int | None) -> str:
    """A limit of numbers for people."""
    return say("no limit") if value is None else str(value)


def money(value: int | None) -> str:
    """A cap for people."""
    return say("no limit") if value is None else say("${usd:,.2f} a month", usd=value / NANO)


def switch(value: bool) -> str:
    """Yes or no."""
    return say("yes") if value else say("no")


_NO_LIMIT: Final = frozenset({"none", "no", "unlimited", "off"})
_MOST_DOLLARS: Final = 1_000_000
_IDENTITY: Final = re.compile(r"[A-Za-z0-9_:.@-]{1,64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
