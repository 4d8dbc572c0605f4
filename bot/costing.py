"""``arena cost``: what can be typed. What is done stands above this package, and is found by its entry point."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from engine.errors import BadOption, NotConfigured
from engine.sentences import say

GROUP: Final = "arena.commands"
NAME: Final = "cost"

Told = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many duels of how many plies, models that answer after so long, and environments that work at once.

    ``idle`` asks for none, but for what a month costs in which nobody plays.
    """

    duels: int = 10
    plies: int = 80
    model_seconds: float = 1.5
    at_once: int = 10
    details: bool = False
    idle: bool = False
    venv: Path | None = None

    def __post_init__(self) -> None:
        """:raises BadOption: for what cannot be played."""
        for option, value, least, most in (
            ("--duels", self.duels, 1, 10_000),
            ("--plies", self.plies, 8, 200),
            ("--model-seconds", self.model_seconds, 0, 120),
            ("--at-once", self.at_once, 1, 100),
        ):
            if not least <= value <= most:
                raise BadOption(
                    say("{option} wants a number from {least:,} to {most:,}.", option=option, least=least, most=most)
                )


def declare(commands: Any, told: Told) -> None:
    """Add the command to those of ``arena``; ``told`` says a sentence in the reader's language."""
    usual = Asked()
    cost = commands.add_parser(
        NAME,
        help=told(say("count what chess duels between models cost on AWS; needs no account")),
    )
    for option, kind, default, letter, text in (
        ("--duels", int, usual.duels, "N", say("how many are played; ten share an invocation")),
        ("--plies", int, usual.plies, "P", say("moves of both sides together")),
        ("--model-seconds", float, usual.model_seconds, "S", say("how long a model takes for a move")),
        ("--at-once", int, usual.at_once, "E", say("how many environments of Lambda are at work at once")),
    ):
        cost.add_argument(option, type=kind, default=default, metavar=letter, help=f"{told(text)} (%(default)s)")
    cost.add_argument("--details", action="store_true", help=told(say("every kind of call")))
    cost.add_argument("--idle", action="store_true", help=told(say("play none: what a month costs without any duel")))
    cost.add_argument("--venv", type=Path, metavar="FOLDER", help=told(say("where the local AWS is installed")))
    cost.set_defaults(run=_cost)


def _cost(arguments: argparse.Namespace) -> int:
    names = ("duels", "plies", "model_seconds", "at_once", "details", "idle", "venv")
    asked = Asked(**{name: getattr(arguments, name) for name in names})
    for found in metadata.entry_points(group=GROUP, name=NAME):
        return int(found.load()(arguments.settings, asked))
    raise NotConfigured(say("This arena was installed without its serverless part: install it with “make”."))
