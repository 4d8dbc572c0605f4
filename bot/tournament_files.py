"""A tournament as a file: everything as JSON, its matches as CSV, its games of chess as PGN."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from bot.commands._duel_naming import names_of
from bot.spreadsheets import csv_text
from engine import games
from engine.arena import Arena
from engine.arena.exports import export
from engine.arena.paging import every
from engine.arena.tournament.log import State
from engine.arena.tournament.plan import plan_to_json
from engine.errors import BadOption
from engine.model import Community, Head, Status
from engine.sentences import say

_COLUMNS: Final = ("round", "table", "first", "second", "first_points", "second_points", "pairs", "note")


async def written(arena: Arena, community: Community, tournament_id: str, wanted: str) -> str:
    """The file's text. :raises UserError: for a format that there is not, or an unknown tournament."""
    if wanted not in _WRITERS:
        raise BadOption(say("A tournament is written as json, csv or pgn."))
    state = await arena.tournaments.records.load(community, tournament_id)
    return await _WRITERS[wanted](arena, community, tournament_id, state)


async def _json(arena: Arena, community: Community, tournament_id: str, state: State) -> str:
    standings = state.standings() if state.entrants else ()
    names = await names_of([*state.signed, *(line.entrant.id for line in standings)], arena)
    plan = plan_to_json(state.plan)
    value = {
        "id": tournament_id,
        "phase": state.phase,
        "plan": {name: plan[name] for name in plan if name not in {"by", "channel", "language"}},
        "spent_usd": state.spent / 1e9,
        "standings": [
            {
                "place": line.place,
                "player": names[line.entrant.id],
                "points": line.points,
                "won": line.won,
                "drawn": line.drawn,
                "lost": line.lost,
                "tie_breaks": dict(line.tie_breaks),
            }
            for line in standings
        ],
        "matches": list(_matches(state, names)),
        "duels": [head.duel_id for head in await _duels(arena, community, tournament_id)],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


async def _csv(arena: Arena, _community: Community, _tournament_id: str, state: State) -> str:
    names = await names_of(state.signed, arena)
    return csv_text(_COLUMNS, _matches(state, names))


async def _pgn(arena: Arena, community: Community, tournament_id: str, state: State) -> str:
    if "pgn" not in games.game(state.plan.game).exports:
        raise BadOption(say("{game} is not written as PGN. Use json or csv.", game=games.game(state.plan.game).title))
    texts = []
    for head in await _duels(arena, community, tournament_id):
        if head.status is Status.OVER and head.outcome and not head.outcome.void:
            record, entries = await arena.duels.record(head.duel_id, await arena.people.names(head.terms))
            texts.append(export(record, entries, "pgn"))
    return "\n".join(texts)


def _matches(state: State, names: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for played in state.played:
        for one in played.round.pairings:
            result = played.results.get(one.table)
            note = "" if result is None or result.played else ("cancelled" if result.cancelled else "not played")
            rows.append(
                {
                    "round": one.round,
                    "table": one.table,
                    "first": names[one.first],
                    "second": names[one.second],
                    "first_points": result.first if result else None,
                    "second_points": result.second if result else None,
                    "pairs": result.pairs if result else 0,
                    "note": note,
                }
            )
    return rows


async def _duels(arena: Arena, community: Community, tournament_id: str) -> list[Head]:
    """Its duels in the order in which they began."""
    page = partial(arena.context.store.duels, community, None)
    found = [head async for head in every(page) if head.terms.tournament == tournament_id]
    return found[::-1]


_WRITERS: Final[Mapping[str, Callable[[Arena, Community, str, State], Awaitable[str]]]] = {
    "json": _json,
    "csv": _csv,
    "pgn": _pgn,
}
