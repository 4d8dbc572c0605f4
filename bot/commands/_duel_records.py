"""``/duel profile`` and ``versus``: what players have done here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.commands import Acknowledged, Invocation, Reply, Verb
from bot.commands._duel_naming import PLAYER_HELP, name_of, player, result, title
from engine.errors import BadOption
from engine.model import Seat
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.people import Names
    from engine.arena.records import Line, Record, Tally
    from engine.model import Head


async def profile(asked: Invocation, arena: Arena) -> Reply:
    """One player's results here, by game."""
    who = await player(asked.options["player"], asked, arena)
    record = await arena.records.profile(asked.community, who)
    name = await name_of(who, arena)
    if not record.last:
        return Reply(say("{name} has played no duel here yet.", name=name), private=False)
    parts = [say("The record of {name} here", name=name), *_durability(record), *await _newest(record, arena)]
    return Reply(joined(parts, "\n"), private=False, lines=_table(record))


async def versus(asked: Invocation, arena: Arena) -> Reply:
    """Two players' results against one another."""
    one = await player(asked.options["first"], asked, arena)
    other = await player(asked.options["second"], asked, arena)
    if one == other:
        raise BadOption(say("Name two different players."))
    record = await arena.records.versus(asked.community, one, other)
    first, second = await name_of(one, arena), await name_of(other, arena)
    if not record.last:
        return Reply(say("{first} and {second} have not met here yet.", first=first, second=second), private=False)
    heading = say("{first} against {second}, counted for {first}", first=first, second=second)
    return Reply(joined([heading, *await _newest(record, arena)], "\n"), private=False, lines=_table(record))


def _durability(record: Record) -> Iterator[str]:
    """How often a player fell out of its duels, as far as it did."""
    if record.forfeits:
        yield counted(
            "{n} duel forfeited for want of a legal move",
            "{n} duels forfeited for want of a legal move",
            n=record.forfeits,
        )
    if record.timeouts:
        yield counted("{n} duel lost on time", "{n} duels lost on time", n=record.timeouts)
    if record.handed_over:
        yield counted("{n} seat left to a program", "{n} seats left to a program", n=record.handed_over)
    if record.read:
        yield counted(
            "{n} failed attempt {within} {duels}",
            "{n} failed attempts {within} {duels}",
            n=record.failed_attempts,
            within=counted("in {n} move", "in {n} moves", n=record.plies),
            duels=counted("of the newest duel", "of the newest {n} duels", n=record.read),
        )


async def _newest(record: Record, arena: Arena) -> list[str]:
    """The newest duels, a line each, and whether there are older ones than were counted."""
    names = await arena.people.of([head.terms for head in record.last])
    lines = [say("{id} {game}: {first} – {second}: {result}", **_said(head, names)) for head in record.last]
    finished = "" if record.lines else say("No duel is finished yet that counts.")
    return [finished, say("The newest duels:"), *lines, *_older(record)]


def _said(head: Head, names: Names) -> dict[str, str]:
    seats = names.seats(head.terms)
    return {
        "id": head.duel_id[:8],
        "game": title(head.terms.game),
        "first": seats[Seat.FIRST],
        "second": seats[Seat.SECOND],
        "result": result(head, seats),
    }


def _older(record: Record) -> Iterator[str]:
    if record.more:
        yield say("Only the newest {most} duels are counted.", most=record.counted)


def _table(record: Record) -> list[tuple[str, ...]]:
    """A row a game: results in all, then in each seat; none before a duel is over."""
    heading = (say("game"), say("kind"), say("won–drawn–lost"), say("as first"), say("as second"))
    return [heading, *map(_row, record.lines)] if record.lines else []


def _row(line: Line) -> tuple[str, ...]:
    kind = say("rated") if line.rated else say("casual")
    return title(line.game), kind, _score(line.all), _score(line.first), _score(line.second)


def _score(tally: Tally) -> str:
    return f"{tally.wins}–{tally.draws}–{tally.losses}"


VERBS = (
    Verb(
        "profile",
        say("Show a player's results here."),
        profile,
        (Option("player", PLAYER_HELP, default="me", completes="players"),),
        positional=1,
        acknowledged=Acknowledged.PUBLIC,
    ),
    Verb(
        "versus",
        say("Show two players' results against one another."),
        versus,
        (
            Option("first", PLAYER_HELP, required=True, completes="players"),
            Option("second", PLAYER_HELP, required=True, completes="players"),
        ),
        positional=2,
        acknowledged=Acknowledged.PUBLIC,
        form=("first", "second"),
    ),
)
