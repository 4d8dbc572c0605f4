"""``/arena``: what there is, and help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.commands import (
    CommandSpec,
    Invocation,
    Reply,
    Verb,
    _arena_keys,
    _arena_money,
    _arena_settings,
    _rights,
    commands,
)
from engine.model import Role
from engine.options import Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena


async def help_(asked: Invocation, _arena: Arena) -> Reply:
    """What the asker may type, or one command in full."""
    wanted = (asked.options["about"] or "").strip().removeprefix("/").casefold()
    found = [(spec, verb) for spec in commands() for verb in spec.verbs if asked.role.covers(verb.role)]
    named = [one for one in found if wanted in _names(*one)]
    if len(named) == 1:
        return _in_full(*named[0])
    if wanted and not named:
        return Reply(say("There is no help on “{name}”. Try /arena help alone.", name=wanted))
    rows = [(f"/{spec.name} {verb.name}", verb.help) for spec, verb in _by_role(named or found)]
    text = say("What you can type here. More on one of them: /arena help duel start")
    return Reply(text, lines=[(say("command"), say("what it does")), *rows])


def _names(spec: CommandSpec, verb: Verb) -> set[str]:
    return {spec.name, verb.name, f"{spec.name} {verb.name}"}


def _by_role(found: Iterable[tuple[CommandSpec, Verb]]) -> list[tuple[CommandSpec, Verb]]:
    """What every member may do first."""
    return sorted(found, key=lambda one: tuple(Role).index(one[1].role))


def _in_full(spec: CommandSpec, verb: Verb) -> Reply:
    """How one command is written, and what its options mean."""
    rows = [(option.name, option.help) for option in verb.options]
    lines = [(say("option"), say("what it is")), *rows] if rows else []
    return Reply(joined([verb.usage(spec.name), verb.help], "\n"), lines=lines)


async def games_(_asked: Invocation, _arena: Arena) -> Reply:
    """The games and their settings."""
    from engine import games

    rows = [
        (name, games.game(name).summary, ", ".join(option.name for option in games.game(name).options))
        for name in games.names()
    ]
    return Reply(say("Games:"), lines=[(say("game"), say("what it is"), say("settings")), *rows])


async def players(asked: Invocation, arena: Arena) -> Reply:
    """Who can play, and what is missing for the others."""
    from bot.players import listed, rows

    wanted = asked.options["game"]
    await arena.own_keys.load(asked.community)
    roster = arena.context.roster.of(asked.community)
    found = [("me, @name", say("you, or a member")), *rows(listed(roster, [wanted] if wanted else []))]
    return Reply(say("Players:"), lines=[(say("player"), say("what it is")), *found])


COMMAND = CommandSpec(
    "arena",
    say("What there is here, and help."),
    (
        Verb(
            "help", say("Say what you can type."), help_, (Option("about", say("A command.")),), positional=1, rest=True
        ),
        Verb("games", say("List the games and their settings."), games_),
        Verb(
            "players",
            say("List who can play."),
            players,
            (Option("game", say("Only for this game."), completes="games"),),
            positional=1,
        ),
        *_arena_money.VERBS,
        *_arena_settings.VERBS,
        *_arena_keys.VERBS,
        *_rights.VERBS,
    ),
)
