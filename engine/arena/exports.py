"""A finished or running duel as a file: JSON and Markdown for every game, and what the game itself adds (PGN)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from engine import games
from engine.arena.watching import in_rows, watched
from engine.codec import entry_to_json
from engine.errors import UnknownName
from engine.games import Record
from engine.model import SEATS, Entry, Seat, Spoken
from engine.sentences import say

Exporter = Callable[[Record, Sequence[Entry]], str]

MEDIA: Final[Mapping[str, str]] = {
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "pgn": "application/x-chess-pgn",
}
SUFFIX: Final[Mapping[str, str]] = {"markdown": "md"}


def formats(game_name: str) -> list[str]:
    """The formats that a game's duels can be written in."""
    return [*_COMMON, *games.game(game_name).exports]


def export(record: Record, entries: Sequence[Entry], form: str) -> str:
    """The duel in that format; its seed is told when it is over.

    :raises UnknownName: when the game has no such format.
    """
    if form in _COMMON:
        return _COMMON[form](record, entries)
    own = games.game(record.terms.game).exports
    if form not in own:
        raise UnknownName(say("export format"), form, formats(record.terms.game))
    return own[form](record)


def _json(record: Record, entries: Sequence[Entry]) -> str:
    written = [entry_to_json(entry) for entry in entries]
    if record.outcome is None:
        # Whoever knows the seed of a running duel knows what its engines will play.
        del written[0]["terms"]["seed"]
    document = {"duel": record.duel_id, "names": dict(record.names), "entries": written}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _markdown(record: Record, entries: Sequence[Entry]) -> str:
    return "\n".join(_markdown_lines(record, entries)) + "\n"


def _markdown_lines(record: Record, entries: Sequence[Entry]) -> Iterator[str]:
    game = games.game(record.terms.game)
    first, second = (_plain(record.names[seat]) for seat in SEATS)
    yield f"# {game.title}: {first} – {second}"
    yield ""
    started = datetime.fromtimestamp(record.started_ms / 1000, UTC)
    seed = f", seed {record.terms.seed}" if record.outcome else ""
    yield f"Played {started:%Y-%m-%d %H:%M} UTC{seed}."
    yield f"Result: {_result(record)}"
    yield ""
    yield f"| turn | {game.seats[Seat.FIRST]} | {game.seats[Seat.SECOND]} |"
    yield "|---:|---|---|"
    yield from _rows(record, entries)


def _rows(record: Record, entries: Sequence[Entry]) -> Iterator[str]:
    for number, row in enumerate(in_rows(watched(entries, record.duel_id).turns), start=1):
        cells = [_cell(row[seat].moves[seat], row[seat].spoken.get(seat)) if seat in row else "" for seat in SEATS]
        yield f"| {number} | {cells[0]} | {cells[1]} |"


def _cell(move: str, spoken: Spoken | None) -> str:
    """The move, and what was said beside it."""
    words = spoken.words.strip() if spoken else ""
    said = f" — {_plain(words)}" if words.casefold() not in {"", move.casefold()} else ""
    return f"**{_plain(move)}**{said}"


def _result(record: Record) -> str:
    outcome = record.outcome
    if outcome is None:
        return "still being played"
    if outcome.void:
        return f"void. {_plain(outcome.why)}"
    who = _plain(record.names[outcome.winner]) + " won" if outcome.winner else "draw"
    return f"{who} ({outcome.termination}). {_plain(outcome.why)}"


def _plain(text: str) -> str:
    """One line of a table in which nothing formats, links or breaks the row."""
    escaped = "".join("\\" + sign if sign in "\\`*_{}[]<>()#+-!|~&" else sign for sign in text)
    return " ".join(escaped.split())


_COMMON: Final[Mapping[str, Exporter]] = {"json": _json, "markdown": _markdown}
