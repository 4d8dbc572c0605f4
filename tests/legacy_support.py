"""Databases as the web predecessor wrote them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import chess

GAMES: Final = (
    *("id", "user_id", "game_type", "white_model", "black_model", "result", "winner", "moves_count", "is_over"),
    *("created_at", "updated_at", "game_state", "white_tokens", "black_tokens"),
)
USERS: Final = ("id", "email", "name", "picture", "created_at", "last_login")
PLAYED: Final = {"created_at": "2025-11-20 10:11:12.500000", "updated_at": "2025-11-20 10:15:00.000000"}


def records(moves: Iterable[str], sides: Sequence[str] = ("white", "black")) -> list[dict[str, Any]]:
    """Moves as the predecessor kept them."""
    return [
        {"ply": ply + 1, "side": sides[ply % 2], "move_uci": move, "move_san": None, "model_name": "m", "error": None}
        for ply, move in enumerate(moves)
    ]


def row(kind: str, state: Any, **more: Any) -> dict[str, Any]:
    """A row of the games; ``state`` is a text, or what becomes JSON."""
    text = state if isinstance(state, str | bytes | None) else json.dumps(state)
    count = len(state["moves"]) if isinstance(state, dict) and "moves" in state else 0
    models = {"white_model": "gpt-4o", "black_model": "ollama:llama3.1:latest"}
    rest = {"id": f"{kind}-1", "user_id": "u1", "result": "", "winner": None, "moves_count": count, "is_over": 1}
    return {
        "game_type": kind,
        "game_state": text,
        "white_tokens": 0,
        "black_tokens": 0,
        **rest,
        **models,
        **PLAYED,
        **more,
    }


def chess_row(moves: Sequence[str], **more: Any) -> dict[str, Any]:
    """Chess by its UCI moves, with the FEN that they lead to."""
    board = chess.Board()
    for move in moves:
        board.push_uci(move)
    return row("chess", {"state": board.fen(), "moves": records(moves)}, **more)


MATE: Final = ("f2f3", "e7e5", "g2g4", "d8h4")


def one_of_each() -> list[dict[str, Any]]:
    """A game of each kind, as the predecessor ended it."""
    return [
        chess_row(MATE, result="0-1", winner="black", white_tokens=320, black_tokens=160),
        row(
            "tic_tac_toe",
            {"state": "X-X-X-O-O----", "moves": records(["0,0", "1,0", "0,1", "1,1", "0,2"])},
            result="X-wins",
            winner="white",
        ),
        row(
            "rock_paper_scissors",
            {"state": "rock,paper", "moves": records(["rock", "paper"])},
            result="Black wins! Paper beats rock",
            winner="black",
        ),
        row("racing", race(), result="White wins (finished)", winner="white"),
        row("word_association_clash", words(), result="white wins", winner="white"),
    ]


def race() -> dict[str, Any]:
    """White boosts and is over the line first; Black, still short of it, did not answer then."""
    moves = [one for _ in range(3) for one in ("boost", "accelerate")] + ["accelerate", "accelerate"]
    places, speeds, used, turn = [0, 0], [0, 0], [0, 0], 0
    played = []
    while max(places) < 100:
        move = moves.pop(0) if moves else "maintain"
        speeds[turn] = min(10, speeds[turn] + {"boost": 3, "accelerate": 1, "maintain": 0}[move])
        used[turn] += 2 if move == "boost" else 1
        places[turn] += speeds[turn]
        played.append(move)
        turn = 1 - turn
    cars = "|".join(f"{at}:{speed}:{spent}" for at, speed, spent in zip(places, speeds, used, strict=True))
    return {"state": f"{cars}|white", "moves": records(played)}


def words() -> dict[str, Any]:
    """Black's answer was refused in the first round."""
    first = {"round": 1, "prompt": "Ancient Egypt", "white": "Pyramid!", "black": "spanner in the works"}
    first |= {"white_valid": True, "black_valid": False, "white_reason": None, "black_reason": "unrelated response"}
    state = {"current_round": 1, "max_rounds": 12, "history": [first], "scores": {"white": 1, "black": 0}}
    return {"state": json.dumps(state), "moves": records(["Pyramid!", "spanner in the works"])}


def write(
    path: Path,
    games: Iterable[Mapping[str, Any]],
    users: Iterable[Mapping[str, Any]] = (),
    columns: Sequence[str] = GAMES,
) -> Path:
    """A database of those rows; columns have no types, so that they hold whatever is put there."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE users ({', '.join(USERS)})")
        connection.execute(f"CREATE TABLE games ({', '.join(columns)})")
        for table, names, rows in (("users", USERS, users), ("games", columns, games)):
            statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of ours
            connection.executemany(statement, [[one.get(name) for name in names] for one in rows])
    return path
