"""What hosts decide in a tournament, each shown before it is done: correct a result, disqualify, cancel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.commands import Invocation, Reply
from bot.commands import _tournament_said as said
from bot.commands._confirming import SURE, Preview, confirmed
from bot.commands._duel_naming import name_of, names_of, player
from bot.commands._tournament_host import PLAYER, WHICH, WHY, found, verb
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.tournament.log import State


async def _foresee_correct(asked: Invocation, arena: Arena) -> Preview:
    listed, options = await found(asked, arena), asked.options
    points = options["first"], options["second"]
    state, after = await arena.tournaments.foresee_correct(
        asked.community, listed, options["round"], options["table"], points, asked.member.id
    )
    pairing = state.pairing(options["round"], options["table"])
    assert pairing is not None  # noqa: S101 - it has a result
    result = state.played[pairing.round - 1].results[pairing.table]
    names = await names_of([pairing.first, pairing.second], arena)
    match = say(
        "Round {round}, table {table}: {first} – {second}",
        round=pairing.round,
        table=pairing.table,
        first=names[pairing.first],
        second=names[pairing.second],
    )
    then = say(
        "Now {now}, then {first:g}–{second:g}.",
        now=said.score(result),
        first=options["first"],
        second=options["second"],
    )
    reopens = after.phase == "running" and state.phase == "over"
    more = say("The tournament goes on: a match is missing then, and is played.") if reopens else ""
    text = joined([said.about(state), joined([joined([match, then], ". "), more])], "\n")
    return Preview(text, meant={"tournament": listed.id})


async def _correct(asked: Invocation, arena: Arena) -> Reply:
    listed, options = await found(asked, arena), asked.options
    state = await arena.tournaments.correct(
        asked.community,
        listed,
        options["round"],
        options["table"],
        (options["first"], options["second"]),
        asked.member.id,
        options["why"],
    )
    corrected = say("The result of “{name}” is corrected.", name=listed.name)
    return Reply(joined([corrected, await said.where(state, arena)]), private=False)


async def _foresee_cancel(asked: Invocation, arena: Arena) -> Preview:
    listed = await found(asked, arena)
    state = await arena.tournaments.records.load(asked.community, listed.id)
    then = say("It ends without places. Duels under way go on, and all of its duels count on their ladders.")
    text = joined([said.about(state), joined([await said.where(state, arena), then])], "\n")
    return Preview(text, meant={"tournament": listed.id})


async def _cancel(asked: Invocation, arena: Arena) -> Reply:
    listed = await found(asked, arena)
    await arena.tournaments.cancel(asked.community, listed, asked.member.id, asked.options["why"])
    return Reply(say("“{name}” is cancelled.", name=listed.name), private=False)


async def _foresee_disqualify(asked: Invocation, arena: Arena) -> Preview:
    listed, who = await found(asked, arena), await player(asked.options["player"], asked, arena)
    before, after = await arena.tournaments.foresee_disqualify(asked.community, listed, who)
    names = await names_of([str(who), *(one.id for one in before.entrants)], arena)
    rows = list(_moved(before, after, names)) if before.entrants else []
    text = joined([said.about(before), joined(_what_follows(before, str(who), names))], "\n")
    heading = (say("player"), say("place"), say("then"), say("points"), say("then"))
    lines = [heading, *rows[: said.MOST_ROWS]] if rows else []
    return Preview(text, lines, {"tournament": listed.id})


def _what_follows(before: State, who: str, names: dict[str, str]) -> Iterator[str]:
    if not before.entrants:
        yield say("{player} will not be entered any more.", player=names[who])
        yield say("Until it starts they can enter again; /moderate bar keeps them out.")
        return
    yield say("{player} will be listed last, without a place, and play no further match.", player=names[who])
    for pairing in said.unplayed(before):
        if who in pairing.both:
            (other,) = pairing.both - {who}
            yield say("Their match against {other} ends, and {other} scores it.", other=names[other])
    yield say("Whom they would have met scores without playing, or meets somebody else.")


def _moved(before: State, after: State, names: dict[str, str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Whose line of the table changes."""
    then = {line.entrant.id: line for line in after.standings()}
    for line in before.standings():
        other = then[line.entrant.id]
        if (line.place, line.points) != (other.place, other.points):
            name = names[line.entrant.id]
            yield name, said.place(line), said.place(other), f"{line.points:g}", f"{other.points:g}"


async def _disqualify(asked: Invocation, arena: Arena) -> Reply:
    listed, who = await found(asked, arena), await player(asked.options["player"], asked, arena)
    await arena.tournaments.disqualify(asked.community, listed, who, asked.member.id, asked.options["why"])
    name = await name_of(who, arena)
    return Reply(say("{player} is disqualified from “{name}”.", player=name, name=listed.name))


def _points(name: str, help_: str) -> Option:
    return Option(name, help_, Kind.NUMBER, required=True, least=0, most=100)


VERBS: Final = (
    verb(
        "correct",
        say("Give a match another result, as long as no later round depends on it."),
        confirmed(_foresee_correct, _correct),
        Option("round", say("Its round."), Kind.INTEGER, required=True, least=1),
        Option("table", say("Its table."), Kind.INTEGER, required=True, least=1),
        _points("first", say("Points of who had the first seat.")),
        _points("second", say("Points of the other.")),
        WHY,
        WHICH,
        SURE,
        positional=5,
        rest=True,
    ),
    verb(
        "cancel",
        say("End it without places."),
        confirmed(_foresee_cancel, _cancel),
        WHY,
        WHICH,
        SURE,
        positional=1,
        rest=True,
    ),
    verb(
        "disqualify",
        say("Take a player out, without a place."),
        confirmed(_foresee_disqualify, _disqualify),
        PLAYER,
        Option("why", say("Why; it is noted."), required=True, most=200),
        WHICH,
        SURE,
        positional=2,
        rest=True,
    ),
)
