"""A duel as PGN, in the export format of the PGN standard of 1994, as other programs read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import chess

from engine.games import Record
from engine.games._chess_start import Beginning, beginning
from engine.model import Outcome, Seat

_RESULTS: Final = {Seat.FIRST: "1-0", Seat.SECOND: "0-1", None: "1/2-1/2"}
_MILLISECONDS: Final = 1_000
# The standard allows no line over 255 characters, and its export format stays below 80 (8.2.1).
_COLUMNS: Final = 80
# The values that the standard names (9.8.1); whatever ends a game on the board is normal.
_TERMINATIONS: Final = {
    "timeout": "time forfeit",
    "forfeit": "rules infraction",
    "max-plies": "adjudication",
    "cancelled": "abandoned",
    "provider-down": "abandoned",
    "budget": "abandoned",
}


def to_pgn(record: Record) -> str:
    """The whole game from its array, the opening's moves included."""
    # The PGN module alone doubles the time that importing chess takes, and only exports need it.
    from chess.pgn import Game, StringExporter

    start = beginning(record.terms.options, record.terms.seed)
    game = Game()
    node = game
    if start.board.fen() != chess.STARTING_FEN or start.board.chess960:
        game.setup(start.board)
    for move in _moves(record, start):
        node = node.add_variation(move)  # type: ignore[assignment]
    game.headers.update({tag: _quotable(value) for tag, value in _tags(record, start).items()})
    return f"{game.accept(StringExporter(columns=_COLUMNS))}\n"


def _moves(record: Record, start: Beginning) -> list[chess.Move]:
    opening = list(start.opening.moves()) if start.opening else []
    return opening + [chess.Move.from_uci(text) for turn in record.turns for text in turn.values()]


def _tags(record: Record, start: Beginning) -> dict[str, str]:
    started = datetime.fromtimestamp(record.started_ms / _MILLISECONDS, UTC)
    plies = len(record.turns) + (len(start.opening.line.split()) if start.opening else 0)
    tags = {
        "Event": "Casual duel" if not record.terms.rated else "Rated duel",
        "Site": str(record.terms.community),
        "Date": started.strftime("%Y.%m.%d"),
        "Round": "-",
        "White": record.names[Seat.FIRST],
        "Black": record.names[Seat.SECOND],
        "Result": result(record.outcome),
        "UTCDate": started.strftime("%Y.%m.%d"),
        "UTCTime": started.strftime("%H:%M:%S"),
        "PlyCount": str(plies),
    }
    if start.opening:
        tags |= {"ECO": start.opening.eco, "Opening": start.opening.name}
    if record.outcome:
        tags["Termination"] = _TERMINATIONS.get(record.outcome.termination, "normal")
    return tags


def _quotable(value: str) -> str:
    """A tag's value on one line, without the two characters that many readers do not unescape."""
    return " ".join(value.split()).replace('"', "'").replace("\\", "/")


def result(outcome: Outcome | None) -> str:
    """``*`` while it is being played, and for a void duel, which has no result."""
    return "*" if outcome is None or outcome.void else _RESULTS[outcome.winner]
