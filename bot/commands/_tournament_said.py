"""What people read of a tournament: where it stands, its table, its bracket and its matches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.commands._arena_money import usd
from bot.commands._duel_naming import names_of, title
from bot.commands._times import clock
from engine.model import NANO
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.tournament.estimating import Estimate
    from engine.arena.tournament.log import State
    from engine.tournaments.model import Node, Pairing, Result, Standing

MOST_ROWS: Final = 20


def about(state: State) -> str:
    """One line that tells a tournament from all others."""
    plan = state.plan
    return say("{name}: {format}, {game}", name=plan.name, format=plan.played_as.title, game=title(plan.game))


async def where(state: State, arena: Arena) -> str:
    """How far it has come."""
    here = len(state.signed)
    match state.phase:
        case "sign-up":
            entered = counted("{n} player is entered.", "{n} players are entered.", n=here)
            return joined([say("Sign-up is open."), entered, _when(state)])
        case "running":
            return _round(state)
        case "paused":
            return joined([say("Paused: {why}", why=state.why), _round(state)], "\n")
        case "cancelled":
            return say("Cancelled: {why}", why=state.why)
    return await _won(state, arena)


def _when(state: State) -> str:
    plan = state.plan
    if plan.starts_ms is None:
        return say("Its host starts it.")
    starts = say("It starts at {time} UTC.", time=clock(plan.starts_ms))
    opens = plan.check_in_ms
    if opens is None:
        return starts
    return joined([starts, say("Check in from {time} UTC on: /tournament check-in", time=clock(opens))])


def _round(state: State) -> str:
    last = state.round
    if last is None:
        return say("The first round is about to be paired.")
    rounds = state.plan.played_as.rounds(state.entrants, state.plan.options)
    done = len(last.results)
    return say(
        "Round {number} of {rounds}: {done} of {all} matches are over.",
        number=last.round.number,
        rounds=max(rounds, last.round.number),
        done=done,
        all=len(last.round.pairings),
    )


async def _won(state: State, arena: Arena) -> str:
    first = [line.entrant.id for line in state.standings() if line.place == 1]
    names = await names_of(first, arena)
    if not first:
        return say("It is over, and nobody has a place.")
    return say("It is over. First: {names}.", names=joined([names[one] for one in first], ", "))


async def remarks(state: State, arena: Arena) -> list[str]:
    """What its format says of the results beyond the table."""
    if not state.played:
        return []
    names = await names_of((entrant.id for entrant in state.entrants), arena)
    plan = state.plan
    return [*plan.played_as.remarks(state.entrants, state.played, plan.options, names)]


async def standings(state: State, arena: Arena) -> list[tuple[str, ...]]:
    """The table, heading first."""
    lines = state.standings()
    names = await names_of((line.entrant.id for line in lines), arena)
    breaks = [name for name, _ in lines[0].tie_breaks] if lines else []
    heading = (say("place"), say("player"), say("points"), say("won–drawn–lost"), *breaks)
    rows = [
        (
            place(line),
            names[line.entrant.id],
            f"{line.points:g}",
            f"{line.won}–{line.drawn}–{line.lost}",
            *(f"{value:g}" for _, value in line.tie_breaks),
        )
        for line in lines
    ]
    width = len(heading)
    return [heading, *((*row, *[""] * (width - len(row))) for row in rows)] if rows else []


def place(line: Standing) -> str:
    """A place for people."""
    return "–" if line.place is None else str(line.place)


def unplayed(state: State) -> Sequence[Pairing]:
    """The matches of the last round that have no result."""
    from engine.arena.tournament.log import unplayed as found

    return found(state)


async def signed(state: State, arena: Arena) -> list[tuple[str, ...]]:
    """Who is entered, heading first."""
    names = await names_of(state.signed, arena)
    rows = [
        (str(one.place), names[one.player], say("checked in") if one.checked_in else "")
        for one in state.signed.values()
    ]
    return [(say("number"), say("player"), say("state")), *rows] if rows else []


async def matches(state: State, arena: Arena) -> list[tuple[str, ...]]:
    """The matches of the last round, heading first."""
    last = state.round
    if last is None:
        return []
    everybody = [name for one in last.round.pairings for name in (one.first, one.second)]
    names = await names_of([*everybody, *(bye.entrant for bye in last.round.byes)], arena)
    rows = [
        (str(one.table), names[one.first], names[one.second], score(last.results.get(one.table)))
        for one in last.round.pairings
    ]
    rows += [("–", names[bye.entrant], "", _BYES[bye.kind]) for bye in last.round.byes]
    return [(say("table"), say("first"), say("second"), say("result")), *rows]


_BYES: Final[Mapping[str, str]] = {
    "full": say("bye"),
    "walkover": say("scores without playing"),
    "rest": say("rests"),
    "half": say("half a match, not here yet"),
    "zero": say("not here yet"),
}


def score(result: Result | None) -> str:
    """A result for people."""
    if result is None:
        return say("being played")
    if result.cancelled:
        return say("cancelled")
    if result.absent:
        return say("not played")
    return f"{result.first:g}–{result.second:g}"


async def bracket(nodes: Sequence[Node], arena: Arena) -> list[tuple[str, ...]]:
    """The matches of a bracket, heading first."""
    known = [name for node in nodes for name in node.entrants if name is not None]
    names = await names_of(known, arena)
    rows = list(_nodes(nodes, names))
    return [(say("match"), say("first"), say("second"), say("result"), say("goes on")), *rows]


def _nodes(nodes: Sequence[Node], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for node in nodes:
        first, second = (
            names[one] if one is not None else _source(node, side) for side, one in enumerate(node.entrants)
        )
        result = score(node.result) if node.result else ""
        yield node.name, first, second, result, names[node.winner] if node.winner else ""


def _source(node: Node, side: int) -> str:
    source = node.sides[side]
    if source.kind == "seed":
        return say("free") if node.closed else say("seed {n}", n=source.of)
    if source.kind == "winner":
        return say("winner of {match}", match=source.of)
    return say("loser of {match}", match=source.of)


def estimate(found: Estimate) -> str:
    """What a tournament may take."""
    rounds = counted("{n} round", "{n} rounds", n=found.rounds)
    duels = counted("at most {n} duel", "at most {n} duels", n=found.duels)
    if not found.at_most_nano_usd and not found.unknown:
        money = say("free")
    else:
        money = say(
            "about {expected}, {most} at most", expected=usd(found.expected_nano_usd), most=usd(found.at_most_nano_usd)
        )
    unknown = say("Nobody knows the price of {players}.", players=joined(found.unknown, ", ")) if found.unknown else ""
    return joined([say("{rounds}, {duels}, {money}.", rounds=rounds, duels=duels, money=money), unknown])


def budget(state: State) -> str:
    """What was spent, and of how much."""
    if state.plan.budget_nano_usd is None:
        return say("It has cost {spent}.", spent=usd(state.spent)) if state.spent else ""
    return say("It has cost {spent} of {budget}.", spent=usd(state.spent), budget=usd(state.plan.budget_nano_usd))


def nano(dollars: float) -> int:
    """Dollars as the log has them."""
    return round(dollars * NANO)
