"""A tournament as a file: everything as JSON, its matches as CSV, its games of chess as PGN."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bot.commands._duel_naming import names_of
from bot.spreadsheets import csv_text
from engine import games
from engine.arena import Arena
from engine.arena.exports import export
from engine.arena.tournament.log import State
from engine.arena.tournament.plan import plan_to_json
from engine.arena.tournament.played import duels
from engine.errors import BadOption
from engine.model import Community, Head, Status
from engine.sentences import say

MOST_DUELS: Final = 1_000
"""Of a file in a chat: a round robin of 32 has 992, and a chat takes some megabytes."""
_COLUMNS: Final = ("round", "table", "first", "second", "first_points", "second_points", "pairs", "note")


class Written(NamedTuple):
    """A file's text; it is not ``whole`` when later duels are left out."""

    text: str
    whole: bool


async def written(
    arena: Arena, community: Community, tournament_id: str, wanted: str, most: int | None = None
) -> Written:
    """The file, with ``most`` duels if that is given.

    :raises UserError: for a format that there is not, or an unknown tournament.
    """
    if wanted not in _WRITERS:
        raise BadOption(say("A tournament is written as json, csv or pgn."))
    state = await arena.tournaments.records.load(community, tournament_id)
    heads = list[Head]()
    if wanted in _WITH_DUELS:
        found = duels(arena.context, community, tournament_id, state)
        while (most is None or len(heads) <= most) and (head := await anext(found, None)):
            heads.append(head)
    kept = heads[:most]
    return Written(await _WRITERS[wanted](arena, tournament_id, state, kept), len(kept) == len(heads))


async def _json(arena: Arena, tournament_id: str, state: State, heads: Sequence[Head]) -> str:
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
        "duels": [head.duel_id for head in heads],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


async def _csv(arena: Arena, _tournament_id: str, state: State, _heads: Sequence[Head]) -> str:
    names = await names_of(state.signed, arena)
    return csv_text(_COLUMNS, _matches(state, names))


async def _pgn(arena: Arena, _tournament_id: str, state: State, heads: Sequence[Head]) -> str:
    if "pgn" not in games.game(state.plan.game).exports:
        raise BadOption(say("{game} is not written as PGN. Use json or csv.", game=games.game(state.plan.game).title))
    texts = []
    for head in heads:
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


_WRITERS: Final[Mapping[str, Callable[[Arena, str, State, Sequence[Head]], Awaitable[str]]]] = {
    "json": _json,
    "csv": _csv,
    "pgn": _pgn,
}
_WITH_DUELS: Final = frozenset({"json", "pgn"})
