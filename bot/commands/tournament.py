"""``/tournament``: what members and hosts do with tournaments, and what everybody can look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Acknowledged, Button, CommandSpec, Invocation, Reply, Style, Verb, _figures
from bot.commands import _tournament_host as host
from bot.commands import _tournament_rulings as rulings
from bot.commands import _tournament_said as said
from bot.commands._duel_naming import names_of
from bot.commands._tournament_host import WHICH, found
from engine.errors import UserError
from engine.model import Player
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena

_LISTED: Final = 20


async def list_(asked: Invocation, arena: Arena) -> Reply:
    """The community's tournaments."""
    listed = (await arena.tournaments.records.listed(asked.community))[:_LISTED]
    if not listed:
        return Reply(say("There is no tournament here yet. A moderator makes one: /tournament create"), private=False)
    rows = [(one.name, one.id[:8], one.phase, one.format.replace("_", " "), one.game) for one in listed]
    heading = (say("tournament"), say("id"), say("state"), say("format"), say("game"))
    return Reply(say("Tournaments, the newest first:"), private=False, lines=[heading, *rows])


async def join(asked: Invocation, arena: Arena) -> Reply:
    """Take part."""
    text = asked.options["tournament"] or ""
    listed = await arena.tournaments.records.find(
        asked.community, text, lambda one: one.open and one.phase == "sign-up"
    )
    who = Player("human", asked.member.id)
    state = await arena.tournaments.join(asked.community, listed, who, asked.member.id, host=False)
    if state.entrants:
        return Reply(say("You take part from the next round of “{name}” on.", name=listed.name))
    entered = say("You are entered in “{name}”.", name=listed.name)
    return Reply(joined([entered, await said.where(state, arena)]))


async def leave(asked: Invocation, arena: Arena) -> Reply:
    """Take part no more."""
    listed = await found(asked, arena)
    who = Player("human", asked.member.id)
    await arena.tournaments.leave(asked.community, listed, who, asked.member.id)
    return Reply(say("You have left “{name}”.", name=listed.name))


async def check_in(asked: Invocation, arena: Arena) -> Reply:
    """Say that you are there."""
    listed = await found(asked, arena, "sign-up")
    await arena.tournaments.check_in(asked.community, listed, Player("human", asked.member.id))
    return Reply(say("You are checked in. “{name}” starts by itself.", name=listed.name))


async def status(asked: Invocation, arena: Arena) -> Reply:
    """Where a tournament stands, with the matches of its round, or who is entered."""
    listed = await found(asked, arena)
    state = await arena.tournaments.records.load(asked.community, listed.id)
    money = [said.budget(state)] if said.budget(state) else []
    lines = await said.matches(state, arena) if state.entrants else await said.signed(state, arena)
    remarks = await said.remarks(state, arena)
    text = joined(
        [said.about(state), joined([await said.where(state, arena), *money]), *remarks[: said.MOST_ROWS]], "\n"
    )
    join_ = Button(say("Take part"), "tournament", "join", {"tournament": listed.id}, Style.SUCCESS)
    is_open = state.phase == "sign-up" and state.plan.open
    return Reply(text, private=False, lines=lines[: said.MOST_ROWS + 1], buttons=((join_,),) if is_open else ())


async def standings(asked: Invocation, arena: Arena) -> Reply:
    """The table."""
    listed = await found(asked, arena)
    state = await arena.tournaments.records.load(asked.community, listed.id)
    if not state.entrants:
        raise UserError(say("“{name}” has not started: there is no table yet.", name=listed.name))
    lines = await said.standings(state, arena)
    if not lines:
        raise UserError(say("Nobody has a place in “{name}”.", name=listed.name))
    more = len(lines) - 1 - said.MOST_ROWS
    rest = counted("{n} more: /tournament export", "{n} more: /tournament export", n=more) if more > 0 else ""
    text = joined([said.about(state), joined([await said.where(state, arena), rest])], "\n")
    shown = lines[: said.MOST_ROWS + 1]
    return Reply(text, private=False, lines=shown, figure=_figures.standings(said.about(state), shown))


async def bracket(asked: Invocation, arena: Arena) -> Reply:
    """The bracket of an elimination."""
    listed = await found(asked, arena)
    state = await arena.tournaments.records.load(asked.community, listed.id)
    if not state.entrants:
        raise UserError(say("“{name}” has not started: there is no bracket yet.", name=listed.name))
    drawn = state.bracket()
    if drawn is None:
        raise UserError(say("“{name}” has no bracket. See /tournament standings.", name=listed.name))
    lines = await said.bracket(drawn.nodes, arena)
    names = await names_of([one.id for one in state.entrants], arena)
    figure = _figures.bracket(said.about(state), await said.where(state, arena), drawn, names)
    return Reply(said.about(state), private=False, lines=lines, figure=figure)


async def export(asked: Invocation, arena: Arena) -> Reply:
    """A tournament as a file."""
    from bot.tournament_files import MOST_DUELS, written

    listed = await found(asked, arena)
    wanted = asked.options["format"]
    content = await written(arena, asked.community, listed.id, wanted, MOST_DUELS)
    cut = "" if content.whole else say("It has the first {most:,} duels; the later ones are left out.", most=MOST_DUELS)
    return Reply(
        joined([say("“{name}” as {format}.", name=listed.name, format=wanted), cut]),
        file=(f"tournament-{listed.id[:8]}.{wanted}", content.text),
    )


_MEMBERS: Final = (
    Verb("list", say("List the tournaments."), list_, acknowledged=Acknowledged.PUBLIC),
    Verb("join", say("Take part in a tournament."), join, (WHICH,), positional=1, rest=True),
    Verb("leave", say("Take part no more."), leave, (WHICH,), positional=1, rest=True),
    Verb("check-in", say("Say that you are there before it starts."), check_in, (WHICH,), positional=1, rest=True),
    Verb(
        "status",
        say("Show where a tournament stands."),
        status,
        (WHICH,),
        positional=1,
        rest=True,
        acknowledged=Acknowledged.PUBLIC,
    ),
    Verb(
        "standings",
        say("Show its table."),
        standings,
        (WHICH,),
        positional=1,
        rest=True,
        acknowledged=Acknowledged.PUBLIC,
    ),
    Verb(
        "bracket",
        say("Show its bracket."),
        bracket,
        (WHICH,),
        positional=1,
        rest=True,
        acknowledged=Acknowledged.PUBLIC,
    ),
    Verb(
        "export",
        say("Give a tournament as a file."),
        export,
        (WHICH, Option("format", say("What it is written as."), choices=("json", "csv", "pgn"), default="json")),
        positional=1,
    ),
)
COMMAND = CommandSpec(
    "tournament",
    say("Tournaments of models, engines and people."),
    (*_MEMBERS, *host.VERBS, *rulings.VERBS),
)
