"""Looking at duels: where they stand, which there are, their moves, and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Invocation, Reply, Verb
from bot.commands._duel_naming import NEWEST, heading, result, title
from engine.model import SEATS, Seat, Status
from engine.options import Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.people import Names
    from engine.model import Head

_LISTED = 20


async def show(asked: Invocation, arena: Arena) -> Reply:
    """Say where a duel stands."""
    from engine.arena.watching import board_of

    head = await arena.duels.find(asked.community, asked.options["duel"])
    state = await arena.context.load(head.duel_id)
    names = await arena.people.names(head.terms)
    lines = [await heading(head, arena), board_of(state).alt, result(head, names)]
    return Reply(joined(lines, "\n"), duel_id=head.duel_id)


async def listing(asked: Invocation, arena: Arena) -> Reply:
    """List the channel's duels, newest first."""
    wanted = asked.options["status"]
    heads = await arena.context.store.duels(asked.community, Status(wanted) if wanted else None, limit=_LISTED)
    if not heads and wanted:
        return Reply(say("No duel here is {status}. See them all: /duel list", status=wanted))
    if not heads:
        return Reply(say("No duels here yet. Start one: /duel start chess local/smollm2 engine/novice"))
    names = await arena.people.of([head.terms for head in heads])
    first = (say("duel"), say("game"), say("first"), say("second"), say("result"))
    return Reply(say("The newest duels:"), lines=[first, *(row(head, names) for head in heads)])


def row(head: Head, names: Names) -> tuple[str, ...]:
    """A duel as one line of a table."""
    seats = names.seats(head.terms)
    return head.duel_id[:8], head.terms.game, seats[Seat.FIRST], seats[Seat.SECOND], result(head, seats)


async def replay(asked: Invocation, arena: Arena) -> Reply:
    """Give the moves of a duel."""
    from engine.arena.watching import in_rows

    head = await arena.duels.find(asked.community, asked.options["duel"])
    watched = await arena.watching.watch(head.duel_id)
    text = await heading(head, arena)
    if not watched.turns:
        return Reply(joined([text, say("No move has been made yet.")], "\n"), duel_id=head.duel_id)
    rows = [
        (f"{number}.", *(row[seat].moves[seat] if seat in row else "" for seat in SEATS))
        for number, row in enumerate(in_rows(watched.turns), start=1)
    ]
    sides = [watched.state.game.seats[seat] for seat in SEATS]
    return Reply(text, duel_id=head.duel_id, lines=[("", *sides), *rows])


async def export(asked: Invocation, arena: Arena) -> Reply:
    """Write a duel as PGN, JSON or Markdown."""
    from engine.arena.exports import SUFFIX
    from engine.arena.exports import export as write

    head = await arena.duels.find(asked.community, asked.options["duel"])
    form = asked.options["format"]
    record, entries = await arena.duels.record(head.duel_id, await arena.people.names(head.terms))
    content = write(record, entries, form)
    name = f"{head.terms.game}-{head.duel_id[:8]}.{SUFFIX.get(form, form)}"
    text = say("{game} as {format}:", game=title(head.terms.game), format=form)
    return Reply(text, duel_id=head.duel_id, file=(name, content))


VERBS = (
    Verb("show", say("Say where a duel stands."), show, (NEWEST,), positional=1),
    Verb(
        "list",
        say("List the channel's duels."),
        listing,
        (Option("status", say("Only these."), choices=tuple(Status)),),
        positional=1,
    ),
    Verb("replay", say("Go through a duel's moves."), replay, (NEWEST,), positional=1),
    Verb(
        "export",
        say("Write a duel as a file."),
        export,
        (NEWEST, Option("format", say("Which format."), default="markdown", choices=("pgn", "json", "markdown"))),
        positional=2,
    ),
)
