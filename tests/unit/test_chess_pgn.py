"""What is exported as PGN is what was played, as another reader of PGN sees it."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from typing import Any

import chess.pgn
import pytest

from engine.games import Record, game
from engine.model import Outcome, Player, Seat, Termination, Terms

CHESS = game("chess")


def record(options: Mapping[str, Any], plies: int = 30, seed: int = 4, outcome: Outcome | None = None) -> Record:
    """A random duel of so many plies."""
    rng = random.Random(seed)
    position = CHESS.start(options, seed)
    turns = []
    for _ in range(plies):
        for seat in CHESS.to_move(position):
            move = rng.choice(CHESS.legal_moves(position, seat) or ())
            turns.append({seat: CHESS.encode(move)})
            position = CHESS.play(position, {seat: move})
    players = {Seat.FIRST: Player("local", "smollm2"), Seat.SECOND: Player("engine", "novice")}
    terms = Terms("chess", players, seed, options)
    names = {Seat.FIRST: 'Smol "135M"', Seat.SECOND: "Novice"}
    return Record("d1", terms, names, turns, outcome or CHESS.outcome(position), 1_795_000_000_000)


def read_back(text: str) -> chess.pgn.Game:
    parsed = chess.pgn.read_game(io.StringIO(text))
    assert parsed is not None
    assert parsed.errors == []
    return parsed


CASTLING = "r3k2r/pppppppp/8/8/8/8/PPPPPPPP/R3K2R w KQkq - 0 1"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"opening": "Ruy Lopez: Marshall Attack"},
        {"opening": "random"},
        {"fen": CASTLING},
        {"fen": "4k3/8/8/8/8/8/4P3/4K3 b - - 3 40"},
        {"variant": "chess960"},
        {"variant": "chess960", "position": 0},
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_the_moves_are_read_back_as_they_were_played(options: dict[str, Any], seed: int) -> None:
    duel = record(options, seed=seed)
    parsed = read_back(CHESS.exports["pgn"](duel))
    moves = [move.uci() for move in parsed.mainline_moves()]
    played = [text for turn in duel.turns for text in turn.values()]
    position = CHESS.start(options, seed)
    assert moves[len(moves) - len(played) :] == played
    board = parsed.board()
    for move in parsed.mainline_moves():
        if board.fen() == position.board.fen():
            break
        board.push(move)
    assert board.fen() == position.board.fen()
    assert parsed.headers["PlyCount"] == str(len(moves))


def test_the_headers_say_who_when_and_how() -> None:
    headers = read_back(CHESS.exports["pgn"](record({"opening": "Sicilian Defence"}, plies=6))).headers
    assert dict(headers) == {
        "Event": "Rated duel",
        "Site": "web:main",
        "Date": "2026.11.18",
        "Round": "-",
        "White": "Smol '135M'",
        "Black": "Novice",
        "Result": "*",
        "UTCDate": "2026.11.18",
        "UTCTime": "11:06:40",
        "PlyCount": "8",
        "ECO": "B20",
        "Opening": "Sicilian Defence",
    }


def test_a_start_of_its_own_is_set_up() -> None:
    headers = read_back(CHESS.exports["pgn"](record({"fen": CASTLING}))).headers
    assert (headers["SetUp"], headers["FEN"]) == ("1", CASTLING)
    headers = read_back(CHESS.exports["pgn"](record({"variant": "chess960", "position": 0}))).headers
    assert headers["Variant"] == "Chess960"
    assert headers["FEN"].startswith("bbqnnrkr/")


@pytest.mark.parametrize(
    ("outcome", "result", "termination"),
    [
        (Outcome(Seat.FIRST, "checkmate"), "1-0", "normal"),
        (Outcome(Seat.SECOND, Termination.RESIGNATION), "0-1", "normal"),
        (Outcome(None, "stalemate"), "1/2-1/2", "normal"),
        (Outcome(Seat.FIRST, Termination.TIMEOUT), "1-0", "time forfeit"),
        (Outcome(Seat.SECOND, Termination.FORFEIT), "0-1", "rules infraction"),
        (Outcome(None, Termination.MAX_PLIES), "1/2-1/2", "adjudication"),
        (Outcome(None, Termination.PROVIDER_DOWN, void=True), "*", "abandoned"),
    ],
)
def test_the_result_and_its_reason(outcome: Outcome, result: str, termination: str) -> None:
    text = CHESS.exports["pgn"](record({}, plies=10, outcome=outcome))
    headers = read_back(text).headers
    assert (headers["Result"], headers["Termination"]) == (result, termination)
    assert text.rstrip().endswith(result)


def test_no_line_is_longer_than_the_export_format_allows() -> None:
    lines = CHESS.exports["pgn"](record({}, plies=200)).splitlines()
    assert max(map(len, lines)) <= 80
