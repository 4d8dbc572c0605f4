"""What commands have drawn: leaderboards, histories, tables and brackets of tournaments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.commands._leaderboard_said import dollars_of
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena.standings import Leaderboard, Standing
    from engine.render.figures import Knockout, Plot, Table
    from engine.tournaments.model import Bracket

_TOLD: Final = 3


def leaderboard(heading: str, standings: Sequence[Standing], names: Mapping[str, str]) -> Table:
    """A page of a ladder, with every figure and the intervals on one scale."""
    from engine.render.figures import Column, Interval, Row, Table

    columns = (
        Column(say("rank"), numbers=True),
        Column(say("player")),
        Column(say("rating"), numbers=True),
        Column(say("95 %")),
        Column(say("duels"), numbers=True),
        Column(say("won–drawn–lost")),
        Column(say("failed attempts per 100 plies"), numbers=True),
        Column(say("forfeits"), numbers=True),
        Column(say("seconds a duel"), numbers=True),
        Column(say("cost a duel"), numbers=True),
    )
    rows = tuple(
        Row(
            (
                str(one.rank),
                names[one.player],
                f"{one.elo:.0f}",
                Interval(one.low, one.elo, one.high),
                str(one.duels),
                f"{one.wins}–{one.draws}–{one.losses}",
                f"{one.failed_per_100:.1f}",
                str(one.forfeits),
                f"{one.seconds_a_duel:.0f}",
                dollars_of(one.usd_a_duel),
            ),
            one.rank,
        )
        for one in standings
    )
    told = [(str(one.rank), names[one.player], f"{one.elo:.0f}") for one in standings]
    return Table("leaderboard", heading, _first_of(heading, told), columns, rows)


def history(heading: str, boards: Sequence[Leaderboard], players: Sequence[str], names: Mapping[str, str]) -> Plot:
    """The ratings of these players, each from the first time that they have one."""
    from engine.render.figures import Plot, Point, Series

    lines = tuple(
        Series(
            names[player],
            tuple(Point(board.fitted_ms, one.elo, one.low, one.high) for board in boards if (one := board.of(player))),
        )
        for player in players
    )
    told = [(line.name, f"{line.points[0].value:.0f} → {line.points[-1].value:.0f}") for line in lines]
    note = say("The bands are the 95 % intervals. Fitted anew from the duels that count today. Times are in UTC.")
    return Plot("history", heading, _first_of(heading, told, len(told)), lines, note)


def standings(heading: str, lines: Sequence[Sequence[str]]) -> Table:
    """A tournament's table, as its lines have it: place, player, points, results, tie-breaks."""
    from engine.render.figures import Column, Row, Table

    first, *rows = lines
    text = {1, 3}
    columns = tuple(Column(name, numbers=index not in text) for index, name in enumerate(first))
    placed = tuple(Row(tuple(row), int(row[0]) if row[0].isdecimal() else None) for row in rows)
    return Table("standings", heading, _first_of(heading, [row[:3] for row in rows]), columns, placed)


def bracket(heading: str, stands: str, drawn: Bracket, names: Mapping[str, str]) -> Knockout:
    """A bracket as it stands."""
    from engine.render.figures import Knockout

    return Knockout("bracket", heading, joined([heading, stands], ". "), drawn, names)


def _first_of(heading: str, rows: Sequence[Sequence[str]], most: int = _TOLD) -> str:
    """The heading and the first rows, for those who do not see the picture."""
    return joined([heading, joined([joined(row) for row in rows[:most]], "; ")], ": ")
