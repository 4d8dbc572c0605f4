"""The predecessor's rows as duels: what replays under today's rules is one, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import chess
import chess.pgn
import pytest
from legacy_support import MATE, chess_row, one_of_each, race, records, row, words

from engine import duel
from engine.arena.legacy import logs, rows
from engine.arena.legacy.games import kinds
from engine.arena.legacy.logs import LegacyDuel
from engine.errors import NotUnderstood
from engine.model import Community, Failure, Player, Seat, Status, Turn

HERE = Community("web", "main")


def read(value: dict[str, Any]) -> LegacyDuel:
    return logs.read(rows.read(value), HERE, "p1")


def refused(value: dict[str, Any]) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as error:
        read(value)
    return error.value


def moves_of(made: LegacyDuel) -> list[list[str]]:
    return [list(entry.body.moves.values()) for entry in made.entries if isinstance(entry.body, Turn)]


@pytest.mark.parametrize("value", one_of_each(), ids=lambda value: value["game_type"])
def test_each_game_becomes_a_finished_casual_duel_that_replays(value: dict[str, Any]) -> None:
    made = read(value)
    state = duel.fold(made.entries)
    assert state.outcome == made.head.outcome
    assert state.outcome is not None
    assert not state.outcome.void
    assert state.outcome.winner is {"white": Seat.FIRST, "black": Seat.SECOND}[value["winner"]]
    assert made.head.status is Status.OVER
    assert made.head.wake_at_ms is None, "a worker would take it up and ask its models"
    assert not made.head.terms.rated
    assert made.head.terms.prompt_version == "predecessor"
    assert made.head.created_ms == made.entries[0].at_ms == 1_763_633_472_500
    assert made.head.ended_ms == made.entries[-1].at_ms == 1_763_633_700_000
    assert made.head.plies == state.ply == value["moves_count"]
    assert read(value) == made, "another reading of the same row makes another duel"


def test_every_kind_of_the_predecessor_is_read() -> None:
    assert kinds() == ("chess", "racing", "rock_paper_scissors", "tic_tac_toe", "word_association_clash")


def test_tokens_are_kept_and_nobody_shows_time_that_was_not_measured() -> None:
    state = duel.fold(read(one_of_each()[0]).entries)
    assert [tally.tokens_out for tally in state.tallies] == [320, 160]
    assert [tally.used_ms for tally in state.tallies] == [0, 0]


def test_tokens_of_single_moves_are_not_counted_twice() -> None:
    told = records(MATE)
    told[0]["tokens_used"] = 100
    made = read(row("chess", {"moves": told}, white_tokens=320))
    assert duel.fold(made.entries).tallies[0].tokens_out == 320
    assert isinstance(made.entries[1].body, Turn)
    assert made.entries[1].body.spoken[Seat.FIRST].tokens_out == 100


def test_a_move_that_was_refused_is_an_attempt_and_a_random_one_is_said_to_be_random() -> None:
    told = records(MATE)
    told[1]["model_name"] = "fallback:llama3.1"
    told.insert(1, {"side": "black", "move_uci": "e7e2", "error": "illegal move"})
    made = read(row("chess", {"moves": told}))
    body = made.entries[2].body
    assert isinstance(body, Turn)
    attempts = body.spoken[Seat.SECOND].attempts
    assert [(one.failure, one.said) for one in attempts] == [(Failure.ILLEGAL, "e7e2"), (Failure.UNPARSABLE, "")]
    assert "random" in attempts[1].why


class TestChess:
    @pytest.mark.parametrize(
        "state",
        [
            list(MATE),
            ["f3", "e5", "g4", "Qh4#"],
            {"moves": [{"san": move} for move in ("f3", "e5", "g4", "Qh4#")]},
            "f2f3 e7e5 g2g4 d8h4",
            "1. f3 e5 2. g4 Qh4# 0-1",
            '[Event "?"]\n[Result "0-1"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n',
            {"pgn": '[Event "?"]\n\n1. f3 {a comment} e5 (1... d5) 2. g4 Qh4#'},
        ],
        ids=["uci", "san", "san records", "uci text", "movetext", "pgn", "pgn in json"],
    )
    def test_ways_to_write_it(self, state: Any) -> None:
        assert moves_of(read(row("chess", state, result="0-1", moves_count=4))) == [[move] for move in MATE]

    def test_castling_by_the_rook_is_the_kings_step(self) -> None:
        moves = ["e2e4", "e7e5", "g1f3", "b8c6", "f1c4", "g8f6", "e1h1"]
        assert moves_of(read(row("chess", moves, is_over=0)))[-1] == ["e1g1"]

    def test_a_start_of_its_own(self) -> None:
        fen = "4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1"
        made = read(row("chess", {"initial_state": fen, "moves": ["e1g1"]}, is_over=0))
        assert made.head.terms.options["fen"] == fen

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("rnbqkb1r/pppp1ppp/5n2/4p3/4P3/5N2/PPPP1PPP/RNBQKB1R w KQkq - 2 3", "position-only"),
            ({"state": "8/8/8/8/8/8/8/K1k5 w - - 0 1"}, "position-only"),
            (["e2e4", "e2e4"], "moves"),
            (["e2e5"], "moves"),
            (["0000"], "moves"),
            ("1. e4 e5 2. Ke3", "moves"),
            ('[Event "?"]\n\n1. e4 e5 2. Ke3 *', "moves"),
            ({"state": chess.STARTING_FEN, "moves": ["e2e4"]}, "moves"),
            ({"initial_state": "8/8/8/8/8/8/8/8 w - - 0 1", "moves": ["e2e4"]}, "start"),
            ([{"side": "black", "move_uci": "e7e5"}], "moves"),
            ([["e2e4"]] * 3000, "state"),
        ],
    )
    def test_what_is_no_game(self, state: Any, kind: str) -> None:
        assert refused(row("chess", state, moves_count=0)).kind == kind

    def test_moves_after_a_threefold_repetition_are_not_played_on(self) -> None:
        shuffle = ["g1f3", "g8f6", "f3g1", "f6g8"] * 2
        error = refused(chess_row([*shuffle, "e2e4"], is_over=0))
        assert error.kind == "moves"
        assert "third time" in error.text

    def test_the_array_alone_is_a_game_of_no_moves(self) -> None:
        made = read(row("chess", {"state": chess.STARTING_FEN}, is_over=0))
        assert made.head.plies == 0
        assert made.head.outcome is not None
        assert made.head.outcome.void


class TestTicTacToe:
    @pytest.mark.parametrize(
        "state",
        [
            {"state": "X-X-X-O-O----", "moves": ["0,0", "1,0", "0,1", "1,1", "0,2"]},
            {"state": "XXXOO....", "moves": ["0", "3", "1", "4", "2"]},
            {"state": "XXX/OO./...", "moves": [1, 4, 2, 5, 3]},
            {
                "board": [["X", "X", "X"], ["O", "O", ""], ["", "", None]],
                "moves": [[1, 1], [2, 1], [1, 2], [2, 2], [1, 3]],
            },
            ["a1", "a2", "b1", "b2", "c1"],
            [0, 3, 1, 4, 2],
            {"moves": [{"row": 0, "col": 0}, {"row": 1, "col": 0}, {"row": 0, "col": 1}, [1, 1], [0, 2]]},
            "0,0 1,0 0,1 1,1 0,2",
        ],
    )
    def test_ways_to_write_it(self, state: Any) -> None:
        assert moves_of(read(row("tic_tac_toe", state, winner="X"))) == [["1"], ["4"], ["2"], ["5"], ["3"]]

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("X-X-X-O-O----", "position-only"),
            ([5, 1, 2], "moves"),
            (["0,0", "0,0"], "moves"),
            (["3,3", "0,0"], "moves"),
            ({"state": "X-O-------", "moves": ["0,0", "1,1"]}, "moves"),
            ({"moves": ["the centre"]}, "moves"),
        ],
    )
    def test_what_is_no_game(self, state: Any, kind: str) -> None:
        assert refused(row("tic_tac_toe", state, moves_count=0)).kind == kind

    def test_a_board_with_one_mark_a_side_tells_its_order(self) -> None:
        assert moves_of(read(row("tic_tac_toe", "----X----O", is_over=0))) == [["5"], ["9"]]


class TestRockPaperScissors:
    @pytest.mark.parametrize(
        ("state", "rounds", "throws"),
        [
            ("rock,paper", 1, 1),
            ({"rounds": [{"white": "rock", "black": "paper"}]}, 1, 1),
            ({"white_choice": "rock", "black_choice": "Paper"}, 1, 1),
            ("rock,paper;rock,rock;r,p", 3, 3),
            ({"best_of": 5, "rounds": [{"player1": "rock", "player2": "paper"}] * 3}, 5, 3),
            (["rock", "paper", "scissors", "rock"], 3, 2),
        ],
    )
    def test_ways_to_write_it(self, state: Any, rounds: int, throws: int) -> None:
        made = read(row("rock_paper_scissors", state, winner="black"))
        assert made.head.terms.options["rounds"] == rounds
        assert len(moves_of(made)) == throws

    def test_a_single_tie_is_a_draw_as_it_was_then(self) -> None:
        made = read(row("rock_paper_scissors", "rock,rock", result="Draw! Both chose rock"))
        assert made.head.outcome is not None
        assert (made.head.outcome.winner, made.head.outcome.termination) == (None, "recorded")

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("rock,", "position-only"),
            ("rock,lizard", "moves"),
            (["rock", "paper", "rock"], "moves"),
            ({"best_of": 1, "rounds": [{"white": "rock", "black": "paper"}] * 2}, "moves"),
            ({"best_of": 4, "rounds": [{"white": "rock", "black": "paper"}]}, "start"),
        ],
    )
    def test_what_is_no_game(self, state: Any, kind: str) -> None:
        assert refused(row("rock_paper_scissors", state, moves_count=0)).kind == kind


class TestRacing:
    def test_a_race_that_ended_at_the_line_has_the_winner_of_then(self) -> None:
        made = read(row("racing", race(), winner="white"))
        assert made.head.terms.options["variant"] == "classic"
        assert made.head.outcome is not None
        assert (made.head.outcome.winner, made.head.outcome.termination) == (Seat.FIRST, "recorded")

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("100:10:14|95:10:14|white", "position-only"),
            ({"state": "50:10:8|40:9:8|white"}, "position-only"),
            (["fly"], "moves"),
            ({"state": "9:9:9|0:0:0|white", "moves": ["boost"]}, "moves"),
            ("12;x3", "moves"),
        ],
    )
    def test_what_is_no_game(self, state: Any, kind: str) -> None:
        assert refused(row("racing", state, moves_count=0)).kind == kind


class TestWords:
    def test_the_verdicts_of_then_are_kept(self) -> None:
        assert moves_of(read(row("word_association_clash", words(), winner="white"))) == [
            ["related 0.000 10 pyramid"],
            ["unrelated 0.000 0 spanner in the works"],
        ]

    def test_a_chain_without_verdicts_is_judged_today(self) -> None:
        made = read(row("word_association_clash", "egypt -> pyramid -> pharaoh", is_over=0))
        assert made.head.terms.options["theme"] == "egypt"
        assert [move[0].split()[::3] for move in moves_of(made)] == [["related", "pyramid"], ["related", "pharaoh"]]

    def test_a_chain_in_json(self) -> None:
        state = {"theme": "egypt", "chain": ["pyramid", "pharaoh"]}
        assert len(moves_of(read(row("word_association_clash", state, is_over=0)))) == 2

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ({"moves": ["pyramid"]}, "state"),
            ({"state": "{}"}, "position-only"),
            ({"theme": "xqzzy wvut", "chain": ["pyramid"]}, "start"),
            ({"theme": "egypt", "chain": ["pass"]}, "moves"),
        ],
    )
    def test_what_is_no_game(self, state: Any, kind: str) -> None:
        assert refused(row("word_association_clash", state, moves_count=0)).kind == kind

    def test_rounds_with_themes_of_their_own_are_no_chain(self) -> None:
        said = {"white": "a", "black": "b", "white_valid": True, "black_valid": True}
        state = {"history": [{"prompt": "Ancient Egypt", **said}, {"prompt": "World cuisine", **said}]}
        assert refused(row("word_association_clash", {"state": json.dumps(state)})).kind == "several-themes"

    def test_a_round_that_was_only_begun_has_no_theme_yet(self) -> None:
        said = {"white": "pyramid", "black": "pharaoh", "white_valid": True, "black_valid": True}
        state = {"history": [{"prompt": "Ancient Egypt", **said}, {"prompt": "World cuisine", "white": None}]}
        assert len(moves_of(read(row("word_association_clash", {"state": json.dumps(state)}, is_over=0)))) == 2


class TestPlayers:
    @pytest.mark.parametrize(
        ("name", "player"),
        [
            ("gpt-4o", "openai/gpt-4o"),
            ("openai:gpt-4o", "openai/gpt-4o"),
            ("openai/gpt-4o", "openai/gpt-4o"),
            ("o3-mini", "openai/o3-mini"),
            ("claude-3-opus", "anthropic/claude-3-opus"),
            ("gemini-2.5-flash", "gemini/gemini-2.5-flash"),
            ("ollama:llama3.1:latest", "ollama/llama3.1:latest"),
            ("hf:meta-llama/Llama-3.1-8B", "huggingface/meta-llama/Llama-3.1-8B"),
            ("mistral-nemo", "legacy/mistral-nemo"),
            ("llama3.1:latest", "legacy/llama3.1:latest"),
            ("mystery:model/x", "legacy/mystery:model/x"),
            ("", "human/p1"),
            (None, "human/p1"),
            ("Human", "human/p1"),
        ],
    )
    def test_names(self, name: str | None, player: str) -> None:
        made = read(chess_row(MATE, white_model=name))
        assert str(made.head.terms.players[Seat.FIRST]) == player
        assert Player.named(player) == made.head.terms.players[Seat.FIRST]

    @pytest.mark.parametrize("name", ["a\x1b[31m", "m" * 300])
    def test_what_is_no_name(self, name: str) -> None:
        assert refused(chess_row(MATE, white_model=name)).kind == "player"


class TestResults:
    @pytest.mark.parametrize(
        ("more", "winner", "termination"),
        [
            ({"winner": "white"}, Seat.FIRST, "recorded"),
            ({"winner": "gpt-4o"}, Seat.FIRST, "recorded"),
            ({"result": "0-1"}, Seat.SECOND, "recorded"),
            ({"result": "black wins"}, Seat.SECOND, "recorded"),
            ({"result": "1/2-1/2 (tie)"}, None, "recorded"),
            ({"result": "draw", "winner": "draw"}, None, "recorded"),
            ({"result": "*"}, None, "cancelled"),
            ({"result": "*", "is_over": 0}, None, "cancelled"),
        ],
    )
    def test_of_a_board_that_shows_none(self, more: dict[str, Any], winner: Seat | None, termination: str) -> None:
        outcome = read(chess_row(["e2e4"], **more)).head.outcome
        assert outcome is not None
        assert (outcome.winner, outcome.termination) == (winner, termination)
        assert outcome.void == (termination == "cancelled")

    @pytest.mark.parametrize(
        "more",
        [
            {"winner": "white"},
            {"result": "1/2-1/2"},
            {"winner": "black", "result": "1-0"},
            {"winner": "green"},
            {"result": "who knows"},
        ],
    )
    def test_a_contradiction_is_reported(self, more: dict[str, Any]) -> None:
        assert refused(chess_row(MATE, **more)).kind == "result"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"id": b"\xff"}, "column"),
        ({"game_type": "go"}, "game"),
        ({"game_type": None}, "game"),
        ({"game_state": None}, "state"),
        ({"game_state": "{"}, "state"),
        ({"game_state": "[" * 100_000}, "state"),
        ({"game_state": "x" * 1_000_001}, "state"),
        ({"game_state": b"\xff\xfe"}, "column"),
        ({"game_state": "7"}, "moves"),
        ({"game_state": "[1e999]"}, "moves"),
        ({"created_at": None, "updated_at": None}, "column"),
        ({"created_at": "yesterday"}, "column"),
        ({"created_at": 1e300}, "column"),
        ({"is_over": 7}, "column"),
        ({"white_tokens": "many"}, "column"),
        ({"white_tokens": -1}, "column"),
        ({"white_tokens": 2**60}, "column"),
        ({"moves_count": 9}, "count"),
    ],
)
def test_columns_that_are_not_what_they_should_be(more: dict[str, Any], kind: str) -> None:
    assert refused(chess_row(MATE, **more)).kind == kind


@pytest.mark.parametrize(
    "when", ["2025-11-20T10:11:12.5Z", "2025-11-20 11:11:12.500+01:00", 1_763_633_472.5, 1_763_633_472_500]
)
def test_ways_to_write_a_time(when: str | float) -> None:
    assert read(chess_row(MATE, created_at=when)).head.created_ms == 1_763_633_472_500
