"""The rules of chess as the arena plays them: ends, starts, encodings, pictures and prompts."""

from __future__ import annotations

import copy
import pickle
import random
import sys

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadOption, CorruptLog, MoveRefused, OutOfTurn, UnknownName
from engine.games import _chess_position, game
from engine.games._chess_legal import legal_moves
from engine.games._chess_openings import OPENINGS
from engine.games._chess_position import Position
from engine.model import Outcome, Seat
from engine.options import handpicked

CHESS = game("chess")
KNIGHTS_OUT_AND_BACK = ("Nf3", "Nf6", "Ng1", "Ng8")


def played(position: Position, *sans: str) -> Position:
    for san in sans:
        (seat,) = CHESS.to_move(position)
        position = CHESS.play(position, {seat: position.board.parse_san(san)})
    return position


def ended(fen: str, *sans: str) -> Outcome | None:
    return CHESS.outcome(played(CHESS.read_position(fen), *sans))


@pytest.mark.parametrize(
    ("fen", "moves", "winner", "termination"),
    [
        ("", ("f3", "e5", "g4", "Qh4#"), Seat.SECOND, "checkmate"),
        ("", ("e4", "e5", "Qh5", "Nc6", "Bc4", "Nf6", "Qxf7#"), Seat.FIRST, "checkmate"),
        ("7k/5Q2/8/8/8/8/8/K7 w - - 0 1", ("Qg6",), None, "stalemate"),
        ("7k/8/8/8/8/8/1p6/K6B w - - 0 1", ("Kxb2",), None, "insufficient-material"),
        ("7k/8/8/8/8/8/R7/K7 w - - 99 80", ("Ra3",), None, "fifty-move-rule"),
        ("7k/8/6K1/8/8/8/R7/8 w - - 99 80", ("Ra8#",), Seat.FIRST, "checkmate"),
        ("", KNIGHTS_OUT_AND_BACK * 2, None, "threefold-repetition"),
        ("7k/8/8/8/8/8/R7/K7 w - - 98 80", ("Ra3",), None, None),
        ("", KNIGHTS_OUT_AND_BACK * 2 + ("Nf3",), None, "threefold-repetition"),
        ("", KNIGHTS_OUT_AND_BACK, None, None),
        ("4k2r/8/8/8/8/8/8/R3K3 w Qk - 0 1", ("Ra2", "Kd8", "Ra1", "Ke8", "Ra2", "Kd8", "Ra1", "Ke8"), None, None),
    ],
)
def test_a_game_ends_by_the_laws(
    fen: str, moves: tuple[str, ...], winner: Seat | None, termination: str | None
) -> None:
    position = CHESS.read_position(fen)
    for san in moves:
        if CHESS.outcome(position) is not None:
            break
        position = played(position, san)
    outcome = CHESS.outcome(position)
    assert (outcome and outcome.termination) == termination
    assert (outcome and outcome.winner) == winner
    assert bool(CHESS.to_move(position)) is (termination is None)
    assert outcome is None or outcome.why.endswith(".")


def test_a_position_repeats_only_with_the_same_en_passant_right() -> None:
    """FIDE 9.2.3.2: while the capture on d3 is legal it is another position; where it is not legal it is the same."""
    legal = "4k3/8/8/8/4p3/8/3P4/4K3 w - - 0 1"
    assert ended(legal, "d4", "Kd8", "Kd1", "Ke8", "Ke1", "Kd8", "Kd1", "Ke8", "Ke1") is None
    illegal = "4k3/8/8/8/8/8/3P4/4K3 w - - 0 1"
    outcome = ended(illegal, "d4", "Kd8", "Kd1", "Ke8", "Ke1", "Kd8", "Kd1", "Ke8", "Ke1")
    assert outcome is not None
    assert outcome.termination == "threefold-repetition"


def test_squares_apart_by_sixty_one_are_not_the_same_to_repetition() -> None:
    """Python's own hash of integers is modulo 2**61 - 1 and would take a rook on a1 for one on f8."""
    boards = [chess.Board(f"{rank8}/8/8/8/7k/8/8/{rank1} w - - 4 9") for rank8, rank1 in (("8", "R6K"), ("5R2", "7K"))]
    keys = [_chess_position._key(board) for board in boards]
    assert keys[0] != keys[1]


@settings(max_examples=25, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from(["", "4k3/8/8/8/8/8/8/R3K3 w Q - 0 1", "8/k7/8/8/8/8/1Q6/K7 w - - 0 1"]),
)
def test_the_rules_agree_with_python_chess_at_every_ply(rng: random.Random, fen: str) -> None:
    """Against a board that keeps its whole stack, so that its repetitions are counted the long way."""
    position = CHESS.read_position(fen)
    board = chess.Board(fen) if fen else chess.Board()
    for _ in range(60):
        movers = CHESS.to_move(position)
        over = board.is_game_over() or board.is_repetition(3) or board.halfmove_clock >= 100
        assert bool(movers) is not over
        if not movers:
            break
        (seat,) = movers
        legal = CHESS.legal_moves(position, seat)
        assert list(legal) == list(board.legal_moves)
        move = rng.choice(legal)
        before = position.board.fen(), position.recurring
        san = board.san(move)
        assert CHESS.show(position, move) == san
        assert CHESS.decode(position, CHESS.encode(move)) == move
        after = CHESS.play(position, {seat: move})
        assert (position.board.fen(), position.recurring) == before
        position = after
        assert position.last_san == san
        board.push(move)
        assert position.board == board


CROWDED = "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1"


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([chess.STARTING_FEN, CROWDED, None]))
def test_our_legal_moves_are_python_chess_s_in_its_order(rng: random.Random, fen: str | None) -> None:
    """Pins, checks, castling and en passant come up in the crowded position above all; ``None`` is Chess960."""
    board = chess.Board(fen) if fen else chess.Board.from_chess960_pos(rng.randrange(960))
    for _ in range(80):
        expected = list(board.legal_moves)
        assert list(legal_moves(board)) == expected, board.fen()
        if not expected:
            break
        board.push(rng.choice(expected))


def test_a_position_is_small_whatever_has_been_played() -> None:
    """Ninety-nine plies without a capture or a pawn move: the longest that a game goes on remembering."""
    position = CHESS.read_position("7k/8/8/8/8/8/8/KR6 w - - 0 1")
    rng = random.Random(1)
    for _ in range(400):
        quiet = [move for move in position.legal if not position.board.is_capture(move)]
        after = position.after(rng.choice(quiet))
        position = after if after.outcome is None else position
    assert len(position.recurring) > 8 * 60
    board = position.board
    slots = [getattr(board, name) for name in vars(board) if name not in ("move_stack", "_stack", "occupied_co")]
    parts = [position, position.recurring, board, vars(board), board.occupied_co, board.move_stack, *slots]
    parts.append(position.legal)  # its moves are shared by all positions
    assert board.move_stack == []
    assert sum(map(sys.getsizeof, parts)) < 2_048


def test_a_position_survives_pickling_and_copying() -> None:
    mated = played(CHESS.start({}, 1), "f3", "e5", "g4", "Qh4#")
    for position in (CHESS.start({"variant": "chess960"}, 1), mated):
        for twin in (pickle.loads(pickle.dumps(position)), copy.deepcopy(position)):  # noqa: S301
            assert twin == position
            assert CHESS.outcome(twin) == CHESS.outcome(position)
            assert CHESS.legal_moves(twin, twin.seat) == CHESS.legal_moves(position, position.seat)


def test_positions_compare_by_what_may_still_matter() -> None:
    start = CHESS.start({}, 1)
    assert start == CHESS.start({}, 2)
    assert hash(start) == hash(CHESS.start({}, 2))
    back = played(start, *KNIGHTS_OUT_AND_BACK)
    assert back != start
    assert hash(back) == hash(start)


@pytest.mark.parametrize("text", ["e2e5", "zz", "e7e5", "", "e1g1", "e2e4q"])
def test_a_log_holds_only_legal_moves(text: str) -> None:
    with pytest.raises(CorruptLog):
        CHESS.decode(CHESS.start({}, 1), text)


def test_castling_has_one_encoding() -> None:
    position = CHESS.read_position("4k3/8/8/8/8/8/8/4K2R w K - 0 1")
    assert CHESS.encode(CHESS.parse(position, Seat.FIRST, "e1h1")) == "e1g1"
    with pytest.raises(CorruptLog):
        CHESS.decode(position, "e1h1")


def test_only_the_side_with_the_turn_has_moves() -> None:
    position = CHESS.start({}, 1)
    assert CHESS.legal_moves(position, Seat.SECOND) == ()
    assert len(CHESS.legal_moves(position, Seat.FIRST)) == 20
    with pytest.raises(OutOfTurn):
        CHESS.parse(position, Seat.SECOND, "e5")


def test_the_order_of_legal_moves_is_fixed() -> None:
    """A seeded random player replays only while this holds."""
    moves = [CHESS.encode(move) for move in CHESS.legal_moves(CHESS.start({}, 1), Seat.FIRST)]
    assert moves[:6] == ["g1h3", "g1f3", "b1c3", "b1a3", "h2h3", "g2g3"]


def test_captures_are_proposed_first() -> None:
    position = CHESS.read_position("4k3/8/8/3q4/4P3/2N5/8/4K3 w - - 0 1")
    first, second = CHESS.propose(position, Seat.FIRST)[:2]
    assert [CHESS.encode(first), CHESS.encode(second)] == ["e4d5", "c3d5"]


# --- where it starts


def test_the_seed_chooses_a_chess960_start_and_nothing_else() -> None:
    starts = {CHESS.start({"variant": "chess960"}, seed).board.fen() for seed in range(20)}
    assert len(starts) > 15
    assert CHESS.start({"variant": "chess960"}, 7) == CHESS.start({"variant": "chess960"}, 7)
    assert CHESS.start({"variant": "chess960", "position": 518}, 7).board.board_fen() == chess.STARTING_BOARD_FEN
    assert CHESS.variant({"variant": "chess960"}) == "chess960"
    assert CHESS.variant({}) == "standard"


def test_an_opening_is_played_before_the_first_move() -> None:
    position = CHESS.start({"opening": "sicilian defense"}, 1)
    assert position.board.fen() == "rnbqkbnr/pp1ppppp/8/2p5/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2"
    assert CHESS.board(position).captions[0] == "Sicilian Defence"
    assert "Sicilian Defence" not in CHESS.board(played(position, "Nf3")).captions
    assert CHESS.start({"opening": "none"}, 1) == CHESS.start({}, 1)


def test_a_random_opening_comes_from_the_seed() -> None:
    names = [CHESS.start({"opening": "random"}, seed).opening for seed in range(40)]
    assert len(set(names)) > 20
    assert names == [CHESS.start({"opening": "random"}, seed).opening for seed in range(40)]


def test_the_book_is_sound() -> None:
    assert len(OPENINGS) >= 60
    assert len({opening.name for opening in OPENINGS}) == len(OPENINGS)
    for opening in OPENINGS:
        position = CHESS.start({"opening": opening.name}, 1)
        assert position.outcome is None
        assert position.opening == opening.name
        assert len(list(opening.moves())) == len(opening.line.split())


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ()),
        ({"opening": "random"}, ()),
        ({"opening": "none"}, ()),
        ({"opening": "Ruy Lopez"}, ("opening",)),
        ({"variant": "chess960"}, ()),
        ({"variant": "chess960", "position": 3}, ("position",)),
        ({"fen": chess.STARTING_FEN}, ("fen",)),
    ],
)
def test_who_picks_a_start_by_hand_is_known(options: dict[str, object], names: tuple[str, ...]) -> None:
    assert handpicked(CHESS.options, options) == names


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"fen": "nonsense"}, "not a FEN"),
        ({"fen": "8/8/8/8/8/8/8/8 w - - 0 1"}, "White has no king"),
        ({"fen": "kk6/8/8/8/8/8/8/K7 w - - 0 1"}, "more than one king"),
        ({"fen": "4k3/8/8/8/8/8/4R3/4K3 w - - 0 1"}, "not to move is in check"),
        ({"fen": "P3k3/8/8/8/8/8/8/4K3 w - - 0 1"}, "first or last rank"),
        ({"fen": "4k3/8/8/8/8/8/8/4K3 w K - 0 1"}, "castling right"),
        ({"fen": "4k3/8/8/8/8/8/8/4K3 w - e6 0 1"}, "en passant"),
        ({"fen": chess.STARTING_FEN, "opening": "Ruy Lopez"}, "fen and opening both choose"),
        ({"position": 5}, "variant chess960"),
        ({"variant": "chess960", "opening": "Ruy Lopez"}, "standard chess"),
        ({"variant": "chess960", "position": 960}, "at most 959"),
    ],
)
def test_a_start_that_cannot_be_is_refused_with_the_reason(options: dict[str, object], says: str) -> None:
    with pytest.raises(BadOption, match=says):
        CHESS.start(options, 1)


def test_an_unknown_opening_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Ruy Lopez"):
        CHESS.start({"opening": "Roy Lopez"}, 1)


def test_a_fen_may_be_chess960_without_saying_so() -> None:
    position = CHESS.read_position("1k6/8/8/8/8/8/8/1K4R1 w G - 0 1")
    assert CHESS.encode(CHESS.parse(position, Seat.FIRST, "O-O")) == "b1g1"


@pytest.mark.parametrize("number", [0, 1, 518, 534, 959])
def test_chess960_castles_by_both_notations(number: int) -> None:
    board = chess.Board.from_chess960_pos(number)
    for square in chess.SquareSet(chess.BB_RANK_1 & ~(board.kings | board.rooks)):
        board.remove_piece_at(square)
    position = Position(board)
    castlings = [move for move in position.legal if board.is_castling(move)]
    for move in castlings:
        san = CHESS.show(position, move)
        for text in (san, san.replace("O", "0"), CHESS.encode(move)):
            assert CHESS.parse(position, Seat.FIRST, text) == move
        assert CHESS.decode(position, CHESS.encode(move)) == move
    assert castlings


# --- what it is worth, how it looks


def test_the_evaluation_is_fair_and_bounded() -> None:
    start = CHESS.start({}, 1)
    assert CHESS.evaluate(start, Seat.FIRST) == pytest.approx(0)
    queen_up = CHESS.read_position("rnb1kbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1")
    assert 0.7 < CHESS.evaluate(queen_up, Seat.FIRST) < 1
    assert CHESS.evaluate(queen_up, Seat.SECOND) == -CHESS.evaluate(queen_up, Seat.FIRST)
    mated = played(start, "f3", "e5", "g4", "Qh4#")
    assert [CHESS.evaluate(mated, seat) for seat in Seat] == [-1, 1]
    assert CHESS.evaluate(CHESS.read_position("7k/8/6Q1/8/8/8/8/K7 b - - 0 1"), Seat.FIRST) == 0


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_evaluation_is_the_same_seen_from_either_side(rng: random.Random) -> None:
    position = CHESS.start({}, 1)
    for _ in range(30):
        if not CHESS.to_move(position):
            return
        position = position.after(rng.choice(position.legal))
    mirrored = Position(position.board.mirror())
    if position.outcome is None and mirrored.outcome is None:
        assert CHESS.evaluate(position, Seat.FIRST) == pytest.approx(CHESS.evaluate(mirrored, Seat.SECOND))


def test_the_limit_of_plies_is_a_draw() -> None:
    outcome = CHESS.adjudicate(CHESS.start({}, 1))
    assert (outcome.winner, outcome.termination) == (None, "max-plies")


def test_the_board_shows_the_position() -> None:
    position = played(CHESS.start({}, 1), "e4", "e5", "Qh5", "Ke7", "Qxe5+")
    board = CHESS.board(position, Seat.SECOND)
    cells = {cell.address: cell for cell in board.cells}
    assert (board.rows, board.columns, len(cells)) == (8, 8, 64)
    assert (board.cells[0].address, board.cells[-1].address) == ("a8", "h1")
    assert (cells["a1"].shade, cells["h1"].shade) == ("dark", "light")
    assert (cells["e5"].glyph, cells["e5"].mark) == ("white-queen", "last")
    assert (cells["h5"].glyph, cells["h5"].mark) == ("", "last")
    assert (cells["e7"].glyph, cells["e7"].mark) == ("black-king", "check")
    assert board.captions == ("Last move: 3. Qxe5#", "Black is checkmated.")
    assert board.choices == ()


def test_the_board_offers_the_moves_of_the_side_with_the_turn() -> None:
    position = CHESS.read_position("8/P6k/8/8/8/8/6K1/8 w - - 0 1")
    choices = CHESS.board(position, Seat.FIRST).choices
    promotions = {choice.move: choice.label for choice in choices if choice.path == ("a7", "a8")}
    assert promotions == {"a7a8q": "a8=Q", "a7a8r": "a8=R", "a7a8b": "a8=B", "a7a8n": "a8=N"}
    assert CHESS.board(position, Seat.SECOND).choices == ()
    assert CHESS.board(position).choices == ()
    for choice in choices:
        assert CHESS.encode(CHESS.parse(position, Seat.FIRST, choice.move)) == choice.move


def test_the_words_say_the_whole_position() -> None:
    position = played(CHESS.start({}, 1), "e4", "f5", "Qh5+")
    assert CHESS.board(position).alt == (
        "Chess board. White: king e1, queen h5, rooks a1 and h1, bishops c1 and f1, knights b1 and g1, "
        "pawns a2, b2, c2, d2, f2, g2, h2 and e4. Black: king e8, queen d8, rooks a8 and h8, bishops c8 and f8, "
        "knights b8 and g8, pawns f5, a7, b7, c7, d7, e7, g7 and h7. Last move: 2. Qh5+. Black, in check, to move."
    )


def test_the_prompt_tells_what_is_needed_to_answer() -> None:
    position = played(CHESS.start({}, 1), "e4")
    prompt = CHESS.prompt(position, Seat.SECOND)
    assert "You are playing chess as Black" in prompt
    assert position.board.fen() in prompt
    assert "4 . . . . P . . ." in prompt
    assert "The last move was 1. e4." in prompt
    assert prompt.endswith("on the last line as: Move: <your move>")


def test_the_prompt_echoed_back_plays_nothing() -> None:
    for sans in ((), ("e4",), ("e4", "d5"), ("e4", "c5", "Nf3")):
        position = played(CHESS.start({}, 1), *sans)
        with pytest.raises(MoveRefused):
            CHESS.parse(position, position.seat, CHESS.prompt(position, position.seat))
