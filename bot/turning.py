"""``arena command``: a host turns a command off for the whole installation, and on again."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.catalogue import said
from bot.settings import Settings
from engine.errors import BadOption
from engine.sentences import say

Told = Callable[[str], str]


def declare(commands: Any, told: Told) -> None:
    """Add the command to those of ``arena``; ``told`` says a sentence in the reader's language."""
    command = commands.add_parser("command", help=told(say("turn a command off for everybody, and on again")))
    command.add_argument(
        "words", metavar="COMMAND [VERB] on|off", nargs="*", help=told(say("nothing lists what is off; duel start off"))
    )
    command.add_argument("--why", metavar="TEXT", default="", help=told(say("a sentence that members are told")))
    command.set_defaults(run=_command)


def _command(arguments: argparse.Namespace) -> int:
    return asyncio.run(_turned(arguments.settings, arguments.words, arguments.why.strip()))


async def _turned(settings: Settings, words: list[str], why: str) -> int:
    """:raises BadOption: for what is no command, or neither on nor off."""
    from bot.wiring import archived
    from engine.arena import gate

    wanted = _read(words) if words else None
    async with archived(settings.address, settings, made=False) as store:
        if wanted is not None:
            name, on = wanted
            await (gate.turn_on(store, name) if on else gate.turn_off(store, name, why))
        off = await gate.turned_off(store)
    told = partial(said, language=settings.language)
    for line in _lines(off):
        sys.stdout.write(told(line) + "\n")
    return 0


def _read(words: list[str]) -> tuple[str, bool]:
    from bot.commands import command

    *name, state = (word.removeprefix("/") for word in words)
    if state not in ("on", "off") or len(name) not in (1, 2):
        raise BadOption(say("Write a command, a verb of it if you like, and on or off: arena command duel start off"))
    spec = command(name[0])
    if len(name) > 1:
        spec.verb(name[1])
    return " ".join(name), state == "on"


def _lines(off: Mapping[str, str]) -> list[str]:
    if not off:
        return [say("Every command is on.")]
    return [
        say("/{command} is off: {why}", command=name, why=why) if why else say("/{command} is off.", command=name)
        for name, why in sorted(off.items())
    ]
