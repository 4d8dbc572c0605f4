"""A leaderboard as a file: every player and figure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.spreadsheets import csv_text

if TYPE_CHECKING:
    from engine.arena.standings import Leaderboard

_COLUMNS: Final = (
    *("rank", "player", "elo", "low", "high", "duels", "wins", "draws", "losses"),
    *("failed_per_100", "forfeits", "seconds_a_duel", "usd_a_duel"),
)


def _records(board: Leaderboard, names: dict[str, str]) -> list[dict[str, object]]:
    return [
        {name: names[one.player] if name == "player" else getattr(one, name) for name in _COLUMNS}
        for one in board.standings
    ]


def _csv(board: Leaderboard, names: dict[str, str]) -> str:
    return csv_text(_COLUMNS, _records(board, names))


def _json(board: Leaderboard, names: dict[str, str]) -> str:
    ladder = board.ladder
    about = {"season": ladder.season, "game": ladder.game, "variant": ladder.variant, "moves": ladder.modes}
    fitted = datetime.fromtimestamp(board.fitted_ms / 1000, UTC).isoformat()
    figures = {"first_advantage_elo": board.advantage_elo, "draw": board.draw, "fitted": fitted}
    return json.dumps({**about, **figures, "players": _records(board, names)}, ensure_ascii=False, indent=1) + "\n"


WRITERS: Final[dict[str, Callable[[Leaderboard, dict[str, str]], str]]] = {"csv": _csv, "json": _json}
