"""A parser of the command line that speaks the reader's language, and says a mistake in one line.

:mod:`argparse` has a catalogue of the whole process alone, so its few sentences are said anew here.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, NoReturn

from engine.errors import nearest
from engine.sentences import either, joined, say

EXIT_USER: Final = 2
Told = Callable[[str], str]
"""Says a sentence in the reader's language."""


class _Help(argparse.HelpFormatter):
    def __init__(self, prog: str, told: Told) -> None:
        super().__init__(prog)
        self._told = told

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._told(say("usage: ")) if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose own words are said with ``told``; its subparsers are of its kind."""

    def __init__(self, *, told: Told, **more: Any) -> None:
        formatter: Any = partial(_Help, told=told)
        super().__init__(add_help=False, formatter_class=formatter, **more)
        self._told = told
        self._positionals.title = told(say("arguments"))
        self._optionals.title = told(say("options"))
        self.add_argument("-h", "--help", action="help", help=told(say("show this help and end")))

    def add_subparsers(self, **more: Any) -> Any:
        """As argparse does."""
        made: Any = partial(Parser, told=self._told)
        return super().add_subparsers(parser_class=made, **more)

    def error(self, message: str) -> NoReturn:
        """One line on standard error, and exit code 2."""
        help_ = say("See: {command} --help", command=self.prog)
        sys.stderr.write(self._told(joined([said_anew(message), help_])) + "\n")
        sys.exit(EXIT_USER)


def said_anew(message: str) -> str:
    """An error of :mod:`argparse` as a sentence of ours; one that we do not know stays as it is."""
    for pattern, sentence in _ERRORS:
        if found := re.fullmatch(pattern, message, re.S):
            return sentence(*found.groups())
    return message


def _choice(argument: str, value: str, choices: str) -> str:
    names = re.findall(r"[^', ]+", choices)
    return say(
        "{option} cannot be “{value}”: choose {names}.",
        option=argument,
        value=value.strip("'\""),
        names=either(nearest(value, names) if len(names) > _FEW else names) or either(names),
    )


def _missing(names: str) -> str:
    return say("This is missing: {names}.", names=names)


def _unknown(names: str) -> str:
    return say("This is not understood: {names}.", names=names)


def _whole(argument: str, value: str) -> str:
    return say("{option} must be a whole number, not “{value}”.", option=argument, value=value)


def _number(argument: str, value: str) -> str:
    return say("{option} must be a number, not “{value}”.", option=argument, value=value)


def _valueless(argument: str) -> str:
    return say("{option} wants a value after it.", option=argument)


def _ambiguous(option: str, options: str) -> str:
    return say("{option} could be any of {options}: write it out.", option=option, options=options)


_FEW: Final = 10
_ERRORS: Final[tuple[tuple[str, Callable[..., str]], ...]] = (
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", _choice),
    (r"the following arguments are required: (.+)", _missing),
    (r"unrecognized arguments: (.+)", _unknown),
    (r"argument (.+?): invalid int value: '(.*)'", _whole),
    (r"argument (.+?): invalid float value: '(.*)'", _number),
    (r"argument (.+?): expected .+ arguments?", _valueless),
    (r"ambiguous option: (.+?) could match (.+)", _ambiguous),
)
