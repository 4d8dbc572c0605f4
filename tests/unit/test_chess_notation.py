"""Every spelling of every legal move means that move; everything else is refused with the rule it breaks."""

from __future__ import annotations

import contextlib
import random

import chess
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Ambiguous, Illegal, MoveRefused, Unparsable
from engine.games import game
from engine.games._chess_position import Position
from engine.model import Seat

CHESS = game("chess")
EXAMPLES = settings(max_examples=20, deadline=None)
positions = st.builds(
    lambda rng, plies, variant: wandered(rng, plies, variant),
    st.randoms(use_true_random=False),
    st.integers(0, 90),
    st.sampled_from(["standard", "chess960"]),
)


def wandered(rng: random.Random, plies: int, variant: str = "standard") -> Position:
    """A position that random play comes to."""
    position = CHESS.start({"variant": variant}, rng.randrange(1_000))
    for _ in range(plies):
        after = position.after(rng.choice(position.legal))
        if after.outcome is not None:
            break
        position = after
    return position


def read(position: Position, text: str) -> str:
    return CHESS.encode(CHESS.parse(position, position.seat, text))


def refused(position: Position | str, text: str) -> MoveRefused:
    if isinstance(position, str):
        position = CHESS.read_position(position)
    with pytest.raises(MoveRefused) as caught:
        CHESS.parse(position, position.seat, text)
    return caught.value


def spellings(position: Position, move: chess.Move) -> list[str]:
    """The forms that say the whole move, so that they can mean nothing else."""
    board = position.board
    san = board.san(move)
    forms = [
        san,
        f"**{san}**",
        f"Move: {san}",
        f"I play {san}.",
        f'{{"move": "{move.uci()}"}}',
        move.uci(),
        f"<move>{san}</move>",
    ]
    if board.is_castling(move):
        return [*forms, san.replace("O", "0"), san.replace("O", "o")]
    letter = chess.piece_symbol(board.piece_type_at(move.from_square) or 1).upper()
    name = chess.piece_name(board.piece_type_at(move.from_square) or 1)
    start, end = chess.square_name(move.from_square), chess.square_name(move.to_square)
    promotion = f"={chess.piece_symbol(move.promotion).upper()}" if move.promotion else ""
    takes = "x" if board.is_capture(move) else "-"
    letter = letter.replace("P", "")
    return [
        *forms,
        f"{letter}{start}{takes}{end}{promotion}",
        f"{letter}{start}{end}{promotion}",
        f"{start}{takes}{end}{promotion}",
        f"{start} to {end}{promotion}",
        f"{name} from {start} to {end}{promotion}",
        f"{name} {start}{takes}{end}{promotion}",
        san.rstrip("+#"),
        f"{san}!",
        f"{board.fullmove_number}{'.' if board.turn else '...'} {san}",
        f"{san}, because it is strong",
    ]


@EXAMPLES
@given(positions)
def test_every_spelling_of_every_legal_move_means_that_move(position: Position) -> None:
    for move in position.legal:
        for text in spellings(position, move):
            assert read(position, text) == move.uci(), (position, text)


@EXAMPLES
@given(positions, st.randoms(use_true_random=False))
def test_every_other_way_from_square_to_square_is_illegal(position: Position, rng: random.Random) -> None:
    board = position.board
    ways = {(move.from_square, move.to_square) for move in position.legal}
    kings = {move.from_square for move in position.legal if board.is_castling(move)}
    for _ in range(60):
        start, end = rng.randrange(64), rng.randrange(64)
        if (start, end) in ways or start in kings or start == end:
            continue
        text = chess.square_name(start) + chess.square_name(end)
        why = refused(position, text)
        assert isinstance(why, Illegal), (position, text)
        assert why.text.startswith(f"{text} is not legal: ")


@EXAMPLES
@given(positions)
def test_a_san_of_several_moves_is_asked_about_with_all_of_them(position: Position) -> None:
    board = position.board
    groups: dict[str, list[chess.Move]] = {}
    for move in position.legal:
        piece = board.piece_type_at(move.from_square)
        if piece not in (chess.PAWN, chess.KING):
            groups.setdefault(
                f"{chess.piece_symbol(piece or 1).upper()}{chess.square_name(move.to_square)}", []
            ).append(move)
    for text, moves in groups.items():
        if len(moves) > 1:
            why = refused(position, text)
            assert isinstance(why, Ambiguous)
            assert set(why.which) == {board.san(move) for move in moves}


@EXAMPLES
@given(
    positions,
    st.sampled_from(
        ["I cannot play {}", "If you play {}, fine", "{} or a bishop move?", "Should I play {}?", "Never {}!"]
    ),
)
def test_no_legal_move_is_played_by_talk_about_it(position: Position, talk: str) -> None:
    for move in position.legal:
        assert isinstance(refused(position, talk.format(position.board.san(move))), MoveRefused)


@EXAMPLES
@given(positions, st.randoms(use_true_random=False))
def test_two_moves_are_never_one(position: Position, rng: random.Random) -> None:
    if len(position.legal) < 2:
        return
    first, second = (position.board.san(move) for move in rng.sample(position.legal, 2))
    for text in ("{} or {}", "{}\n{}", "{}, {}", "I play {} or {}.", "Move: {} or {}", "- {}\n- {}"):
        assert isinstance(refused(position, text.format(first, second)), Ambiguous)


@EXAMPLES
@given(positions, st.integers(1, 12))
def test_a_move_cut_short_is_never_another_move(position: Position, length: int) -> None:
    """What a token limit leaves of a declared move is read as that move or not at all."""
    for move in position.legal:
        text = f"{chess.square_name(move.from_square)}-{chess.square_name(move.to_square)}"[: length % 5]
        if text:
            assert not isinstance(refused(position, f"Move: {text}"), Illegal) or len(text) == 2


@pytest.mark.parametrize(
    ("fen", "text", "rule"),
    [
        ("", "Ke2", "your own pawn stands on e2"),
        ("4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "Kxh1", "your own rook stands on h1; castle with O-O"),
        ("r3k3/8/8/8/8/8/8/4K3 b q - 0 1", "Kxa8", "your own rook stands on a8; castle with O-O-O"),
        ("4k3/8/8/8/8/8/8/R3K2R w KQ - 0 1", "Kxg1", "there is nothing to capture on g1; castle with O-O"),
        ("", "Bc4", "the bishop on f1 is blocked by the pawn on e2"),
        ("", "Ng1-g3", "a knight does not move from g1 to g3"),
        ("", "e5e6", "there is no piece on e5"),
        ("", "e7e5", "the pawn on e7 is Black's piece, and you play White"),
        ("", "Bg1f3", "the piece on g1 is a knight, not a bishop"),
        ("", "e2e5", "a pawn does not move from e2 to e5"),
        ("", "e2xd3", "a pawn moves diagonally only to capture, and there is nothing to capture on d3"),
        ("", "Nxf3", "there is nothing to capture on f3"),
        ("", "Nfd2", "you have no knight on the f-file"),
        ("", "knight takes knight", "your knight cannot capture a knight now"),
        ("", "e2-e4=Q", "only a pawn that reaches the last rank promotes"),
        ("", "O-O", "you cannot castle kingside: the bishop on f1 stands in the way"),
        (
            "4k3/8/8/8/4p3/8/4P3/4K3 w - - 0 1",
            "e2e4",
            "the pawn on e2 is blocked by the pawn on e4: a pawn captures diagonally",
        ),
        (
            "4k3/8/8/8/4p3/4P3/8/4K3 w - - 0 1",
            "e4",
            "the pawn on e3 is blocked by the pawn on e4: a pawn captures diagonally",
        ),
        (
            "4k3/8/8/8/8/4P3/8/4K3 w - - 0 1",
            "e5",
            "a pawn moves two squares only from its first square, and the pawn on e3 has moved",
        ),
        ("4r2k/8/8/8/8/8/4N3/4K3 w - - 0 1", "Nc3", "your king on e1 would be in check from the rook on e8"),
        ("4r2k/8/8/8/8/8/4N3/4K3 b - - 0 1", "Rxe1", "the rook on e8 is blocked by the knight on e2"),
        ("5r1k/8/8/8/8/8/8/4K3 w - - 0 1", "Kf1", "your king on f1 would be in check from the rook on f8"),
        (
            "4r2k/8/8/8/8/8/8/N3K3 w - - 0 1",
            "Nb3",
            "you are in check from the rook on e8, and Na1-b3 does not answer it",
        ),
        ("4k3/8/b7/8/8/8/8/4K2R w K - 0 1", "O-O", "the king passes through f1, which is attacked by the bishop on a6"),
        ("4k3/8/8/2b5/8/8/8/4K2R w K - 0 1", "O-O", "the king would be in check on g1 from the bishop on c5"),
        (
            "4k3/8/8/8/1b6/8/8/4K2R w K - 0 1",
            "e1g1",
            "you cannot castle kingside: the king is in check from the bishop on b4",
        ),
        (
            "4k3/8/8/8/8/8/8/4K2R w - - 0 1",
            "O-O",
            "you cannot castle kingside: the king or the rook of that side has moved or is gone",
        ),
        (
            "4k3/8/8/8/8/8/8/R3K2R w K - 0 1",
            "O-O-O",
            "you cannot castle queenside: the king or the rook of that side has moved or is gone",
        ),
        ("1n5k/P7/8/8/8/8/6K1/8 w - - 0 1", "a8=K", "a pawn promotes to a queen, rook, bishop or knight"),
        ("4k3/7p/8/8/8/8/8/4K2N w - - 0 1", "Nd5", "a knight does not move from h1 to d5"),
        ("4k3/8/8/8/8/8/8/N3K2N w - - 0 1", "Nd5", "none of your knights can go to d5"),
        ("4k3/7p/8/8/8/8/8/4K2N w - - 0 1", "Qd5", "you have no queen"),
        ("8/6bb/8/8/R1pP2k1/4P3/P7/K7 b - d3 0 1", "cxd3", "your king on g4 would be in check from the rook on a4"),
    ],
)
def test_an_illegal_move_is_answered_with_the_rule_it_breaks(fen: str, text: str, rule: str) -> None:
    why = refused(fen, text)
    assert isinstance(why, Illegal)
    assert rule in why.text
    assert why.text.endswith(".")


@pytest.mark.parametrize("text", ["a8", "a7a8", "a7-a8", "pawn to a8", "Move: a8"])
def test_a_promotion_is_never_guessed(text: str) -> None:
    why = refused("7k/P7/8/8/8/8/6K1/8 w - - 0 1", text)
    assert isinstance(why, Ambiguous)
    assert set(why.which) == {"a8=Q+", "a8=R+", "a8=B", "a8=N"}
    assert "promotes a pawn: say to what" in why.text


def test_bishop_or_b_pawn_is_told_by_case_or_asked() -> None:
    both, bishop, pawn = (
        CHESS.read_position(fen)
        for fen in (
            "4k3/8/8/4b3/1p6/2N5/8/4K3 b - - 0 1",
            "4k3/8/8/b7/8/2N5/8/4K3 b - - 0 1",
            "4k3/8/8/8/1p6/2N5/8/4K3 b - - 0 1",
        )
    )
    assert (read(both, "bxc3"), read(both, "Bxc3")) == ("b4c3", "e5c3")
    assert (read(pawn, "bxc3"), read(bishop, "Bxc3")) == ("b4c3", "a5c3")
    for position, text in ((both, "bc3"), (bishop, "bxc3"), (pawn, "Bxc3")):
        assert isinstance(refused(position, text), Ambiguous)


@pytest.mark.parametrize("text", ["Cf3", "Sf3", "♘f3", "♞f3", "nf3", "NF3", "Pe4", "♙e4", "E2E4", "Lc4", "Dh5", "Tg1"])
def test_letters_of_other_languages_are_read_where_they_are_safe(text: str) -> None:
    position = CHESS.read_position("rnbqkbnr/pppp1ppp/8/4p3/8/8/PPPP1PPP/RNBQKBN1 w Qkq - 0 2")
    position = CHESS.start({}, 1) if "e4" in text.lower() else position
    expected = {"f3": "g1f3", "e4": "e2e4", "c4": "f1c4", "h5": "d1h5"}
    if text == "Tg1":
        assert isinstance(refused(position, text), Illegal)
    else:
        assert read(position, text) == expected[text[-2:].lower()]


def test_a_letter_that_two_languages_use_is_asked_about() -> None:
    """Dutch writes P for its knight, others for a pawn."""
    assert set(refused("", "Pf3").which) == {"Nf3", "f3"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["I resign.", "I resign, e4 is hopeless.", "I offer a draw.", "Draw?", "I give up"])
def test_resigning_and_offering_a_draw_are_no_moves(text: str) -> None:
    assert isinstance(refused("", text), Unparsable)


@pytest.mark.parametrize(
    ("plies", "text", "move"),
    [
        ((), "1. e4 e5 2. Nf3", "e2e4"),
        (("e4", "e5"), "1. e4 e5 2. Nf3", "g1f3"),
        (("e4",), "1. e4 e5 2. Nf3", "e7e5"),
        (("e4", "e5"), "2. Nf3 Nc6 3. Bb5", "g1f3"),
        (("e4",), "1... e5 2. Nf3", "e7e5"),
        (("e4", "e5", "Nf3"), "1. e4 e5 2. Nf3", None),
        (("e4", "e5"), "1. e4 e5", None),
        (("e4", "e5"), "4. Nf3 Nc6 5. Bb5", None),
        ((), "1. e4\n2. d4\n3. Nf3", None),
        ((), "e4 e5 Nf3", None),
    ],
)
def test_of_a_move_list_only_this_turns_move_is_played(plies: tuple[str, ...], text: str, move: str | None) -> None:
    position = CHESS.start({}, 1)
    for san in plies:
        position = position.after(position.board.parse_san(san))
    if move is None:
        refused(position, text)
    else:
        assert read(position, text) == move


@pytest.mark.parametrize(
    "text", ["e4", "castle", "bxc3", "1. e4 e5", "Zz9", "♘", "{}", "\\boxed{}", "((((", "0-0-0-0", "e4" * 500]
)
@given(st.text(max_size=60))
@settings(max_examples=10, deadline=None)
def test_whatever_is_said_is_read_or_refused(text: str, noise: str) -> None:
    position = CHESS.start({}, 1)
    for said in (noise + text, text + noise):
        with contextlib.suppress(MoveRefused):
            assert CHESS.parse(position, Seat.FIRST, said) in position.legal
