"""What the hosts of tournaments do: make, enter others, start, pause, go on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.commands import Invocation, Reply, Verb
from bot.commands import _tournament_said as said
from bot.commands._confirming import SURE, Preview, confirmed
from bot.commands._duel_naming import PLAYER_HELP, name_of, names_of, player
from engine.errors import BadOption
from engine.model import MoveMode, Role
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.tournament.plan import Plan
    from engine.arena.tournament.records import Listed

_SIGN_UP, _RUNNING, _PAUSED = "sign-up", "running", "paused"
WHICH: Final = Option("tournament", say("Which: its name or id; the one that is open if you leave it out."))
PLAYER: Final = Option("player", PLAYER_HELP, required=True, completes="players")
WHY: Final = Option("why", say("Why; it is noted, and people are told."), required=True, most=200)
_SPAN: Final = re.compile(r"(\d{1,4})\s*(m|h|d)")
_MINUTES: Final = {"m": 1, "h": 60, "d": 1440}
_SPLIT: Final = re.compile(r"\s*,\s*")


async def found(asked: Invocation, arena: Arena, *phases: str) -> Listed:
    """The tournament that is meant: the one named, or the only one in such a phase; in any open one unless said.

    :raises UserError: when there is none, or several.
    """
    text, records = asked.options.get("tournament") or "", arena.tournaments.records
    if not phases:
        return await records.find(asked.community, text)
    return await records.find(asked.community, text, lambda one: one.phase in phases)


async def create(asked: Invocation, arena: Arena) -> Reply:
    """Make a tournament that people can enter."""
    plan = _plan(asked, arena.context.clock.now_ms())
    tournament_id = await arena.tournaments.create(asked.community, plan, asked.request_id)
    state = await arena.tournaments.records.load(asked.community, tournament_id)
    how = (
        say("Members enter with /tournament join, and you enter others with /tournament add.")
        if plan.open
        else say("You enter its players with /tournament add.")
    )
    return Reply(joined([said.about(state), joined([await said.where(state, arena), how])], "\n"), private=False)


def _plan(asked: Invocation, now_ms: int) -> Plan:
    from bot.typed import settings
    from engine import games, tournaments
    from engine.arena.tournament.plan import Plan

    options = asked.options
    format_, game = tournaments.named(options["format"]), games.game(options["game"])
    given = settings(options["settings"])
    of_format = {option.name for option in format_.options}
    budget = options["budget"]
    return Plan(
        name=options["name"],
        format=format_.name,
        game=game.name,
        by=asked.member.id,
        options={name: value for name, value in given.items() if name in of_format},
        game_options={name: value for name, value in given.items() if name not in of_format},
        mode=MoveMode(options["moves"]) if options["moves"] else None,
        at_once=options["at-once"],
        budget_nano_usd=None if budget is None else said.nano(budget),
        starts_ms=_starts(options["starts"], now_ms),
        check_in_seconds=60 * options["check-in"],
        seeding=options["seeding"],
        open=options["open"],
        channel=asked.channel,
        language=asked.community_locale,
        threads=options["threads"],
    )


def _starts(text: str | None, now_ms: int) -> int | None:
    """When: ``in 2h``, or a time in UTC such as ``2026-12-24 18:00``. :raises BadOption: for anything else."""
    if not text:
        return None
    from datetime import UTC, datetime

    if span := _SPAN.fullmatch(text.casefold().removeprefix("in").strip()):
        return now_ms + 60_000 * int(span[1]) * _MINUTES[span[2]]
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise BadOption(say("Write when it starts as 30m, 2h or 1d from now, or as 2026-12-24T18:00 (UTC).")) from None
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


async def add(asked: Invocation, arena: Arena) -> Reply:
    """Enter a player."""
    listed, who = await found(asked, arena, _SIGN_UP, _RUNNING), await player(asked.options["player"], asked, arena)
    if asked.options["gate"]:
        state = await arena.tournaments.gate(asked.community, listed, who, asked.member.id)
    else:
        state = await arena.tournaments.join(asked.community, listed, who, asked.member.id, host=True)
    name = await name_of(who, arena)
    entered = say("{player} is entered in “{name}”.", player=name, name=listed.name)
    estimate = await arena.tournaments.estimate(asked.community, state)
    return Reply(joined([entered, said.estimate(estimate) if estimate.duels else ""]))


async def remove(asked: Invocation, arena: Arena) -> Reply:
    """Take a player out; their results stay."""
    listed, who = await found(asked, arena), await player(asked.options["player"], asked, arena)
    await arena.tournaments.leave(asked.community, listed, who, asked.member.id)
    name = await name_of(who, arena)
    return Reply(say("{player} does not take part in “{name}” any more.", player=name, name=listed.name))


async def _foresee_start(asked: Invocation, arena: Arena) -> Preview:
    listed = await found(asked, arena, _SIGN_UP)
    state = await arena.tournaments.records.load(asked.community, listed.id)
    starts = await arena.tournaments.seeds(asked.community, state, await _order(asked, arena))
    seeds, absent = starts["order"], starts["absent"]
    there = {name: one for name, one in state.signed.items() if name not in absent}
    estimate = await arena.tournaments.estimate(asked.community, replace(state, signed=there))
    facts = [await said.where(state, arena), said.estimate(estimate), said.budget(state)]
    names = await names_of([*seeds, *absent], arena)
    rows = [(str(place), names[one]) for place, one in enumerate(seeds[: said.MOST_ROWS], 1)]
    left_out = joined([names[one] for one in absent], ", ")
    without = say("Left out, not checked in or barred: {names}.", names=left_out) if absent else ""
    text = joined([said.about(state), joined(facts), without], "\n")
    return Preview(text, [(say("seed"), say("player")), *rows], {"tournament": listed.id, "seen": state.entry})


async def _order(asked: Invocation, arena: Arena) -> list[str]:
    """Seeds as they were typed."""
    typed = [one for one in _SPLIT.split(asked.options["order"] or "") if one]
    return [str(await player(name, asked, arena)) for name in typed]


async def _start(asked: Invocation, arena: Arena) -> Reply:
    listed = await found(asked, arena, _SIGN_UP)
    order = await _order(asked, arena)
    state = await arena.tournaments.start(asked.community, listed, asked.member.id, order, asked.options["seen"])
    names = await names_of([entrant.id for entrant in state.entrants], arena)
    seeds = joined([names[entrant.id] for entrant in state.entrants[: said.MOST_ROWS]], ", ")
    return Reply(say("“{name}” begins. Seeds: {seeds}.", name=listed.name, seeds=seeds), private=False)


async def pause(asked: Invocation, arena: Arena) -> Reply:
    """Begin no further duel."""
    listed = await found(asked, arena, _RUNNING)
    await arena.tournaments.pause(asked.community, listed, asked.member.id, asked.options["why"])
    return Reply(say("“{name}” rests once the duels under way are over.", name=listed.name), private=False)


async def resume(asked: Invocation, arena: Arena) -> Reply:
    """Go on."""
    listed, budget = await found(asked, arena, _PAUSED), asked.options["budget"]
    nano = None if budget is None else said.nano(budget)
    await arena.tournaments.resume(asked.community, listed, asked.member.id, nano)
    return Reply(say("“{name}” goes on.", name=listed.name), private=False)


def verb(name: str, help_: str, run: Any, *options: Option, positional: int = 0, rest: bool = False) -> Verb:
    """A verb of moderators, whose form asks for what it cannot do without."""
    return Verb(
        name,
        help_,
        run,
        options,
        positional=positional,
        rest=rest,
        form=tuple(option.name for option in options if option.required),
        role=Role.MODERATOR,
    )


_FORMATS: Final = ("round_robin", "swiss", "single_elimination", "double_elimination", "gauntlet")
VERBS: Final = (
    Verb(
        "create",
        say("Make a tournament."),
        create,
        (
            Option("name", say("What it is called."), required=True, most=60),
            Option("format", say("How it is played."), required=True, choices=_FORMATS),
            Option("game", say("Which game."), required=True, completes="games"),
            Option("starts", say("When it starts by itself: 30m, 2h, or 2026-12-24T18:00 (UTC).")),
            Option(
                "check-in",
                say("So many minutes before that people say that they are there."),
                Kind.INTEGER,
                default=0,
                least=0,
                most=1440,
            ),
            Option(
                "at-once", say("How many duels are played at the same time."), Kind.INTEGER, default=4, least=1, most=50
            ),
            Option("budget", say("What its duels may cost in all, in dollars."), Kind.NUMBER, least=0.01, most=100_000),
            Option(
                "seeding",
                say("By rating, by lot, or by hand when it is started."),
                choices=("rating", "lot", "hand"),
                default="rating",
            ),
            Option("moves", say("What models are given to answer with."), choices=("free", "listed", "constrained")),
            Option("open", say("Whether members enter themselves."), Kind.BOOLEAN, default=True),
            Option("threads", say("Whether each duel is shown, in a thread of its own."), Kind.BOOLEAN, default=True),
            Option("settings", say("The format’s and the game’s own settings: pairs:2 rounds:5 tie-breaks:…")),
        ),
        positional=3,
        settings=True,
        form=("name", "format", "game"),
        role=Role.MODERATOR,
    ),
    verb(
        "add",
        say("Enter a player, a model or an engine."),
        add,
        PLAYER,
        WHICH,
        Option("gate", say("In a gauntlet: whom everybody else has to play."), Kind.BOOLEAN, default=False),
        positional=2,
    ),
    verb("remove", say("Take a player out; their results stay."), remove, PLAYER, WHICH, positional=2),
    verb(
        "start",
        say("Seed those who are there, and begin."),
        confirmed(_foresee_start, _start),
        WHICH,
        Option("order", say("Seeds by hand, from the first on: names with commas between them.")),
        Option("seen", say("How far it had come when you looked at it."), Kind.INTEGER),
        SURE,
        positional=1,
    ),
    verb("pause", say("Begin no further duel."), pause, WHY, WHICH, positional=1, rest=True),
    verb(
        "resume",
        say("Go on."),
        resume,
        WHICH,
        Option("budget", say("What it may cost in all from now on, in dollars."), Kind.NUMBER, least=0, most=100_000),
        positional=1,
    ),
)
