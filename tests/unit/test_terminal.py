"""The live board: readable at any width, honest without colour, plain in a pipe, and deaf to what models say."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from render_boards import BOARDS, CHESS, HOSTILE
from rich.cells import cell_len
from rich.console import Console

from bot.on_terminal.live import DuelView, LiveBoard, SeatView, duel_panel
from bot.on_terminal.panel import dollars, duration
from engine.board import Board
from engine.model import Seat

LONG_RESULT = "White wins: " + "a long reason, " * 9 + "that is why"
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def seat(side: str, **changes: object) -> SeatView:
    facts: dict[str, object] = {
        "player": "local/smollm2",
        "used_seconds": 65.0,
        "tokens": 1812,
        "cost_usd": 0.0123,
        "failed_attempts": 0,
        "words": "",
        "thinking": False,
        "score": "",
    }
    return SeatView(side, **{**facts, **changes})  # type: ignore[arg-type]


def view(
    board: Board = CHESS,
    seats: Mapping[Seat, SeatView] | None = None,
    moves: Sequence[str] = ("e4",),
    result: str | None = None,
    title: str = "Chess",
) -> DuelView:
    seats = seats or {Seat.FIRST: seat("White"), Seat.SECOND: seat("Black", player="engine/novice")}
    return DuelView(title, board, seats, moves, "Black is thinking", result, "Ctrl-C stops")


def screen(shown: DuelView, width: int = 80, *, color: bool = False, unicode: bool = True) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system="truecolor", width=width, _environ={})
    console.print(duel_panel(shown, width=width, color=color, unicode=unicode))
    return file.getvalue()


def piped(*views: DuelView, environ: Mapping[str, str] | None = None, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal or None, width=40, _environ=environ or {})
    with LiveBoard(console) as board:
        for shown in views:
            board.show(shown)
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
@pytest.mark.parametrize("color", [False, True])
def test_a_picture_fills_its_width_and_no_more(board: Board, width: int, color: bool) -> None:
    shown = view(board, moves=["Nf3"] * 90, seats={Seat.FIRST: seat("White", words="many words " * 60, thinking=True)})
    for line in ANSI.sub("", screen(shown, width, color=color)).splitlines():
        assert cell_len(line) == width


def test_the_board_stands_beside_the_sides_from_60_columns_on() -> None:
    top = screen(view(), 60).splitlines()[1]
    assert "♜" in top
    assert "White local/smollm2" in top
    assert "White" not in screen(view(), 40).splitlines()[1]


def test_a_chess_duel_fits_a_usual_terminal() -> None:
    busy = seat("White", words="long " * 99, thinking=True)
    shown = view(seats={Seat.FIRST: busy, Seat.SECOND: busy}, moves=["Nf3"] * 200)
    for width in (60, 80, 120):
        assert len(screen(shown, width).splitlines()) <= 24


def test_each_side_shows_what_it_used_and_said() -> None:
    white = seat("White", failed_attempts=2, words="I take the centre.", score="2 wins")
    text = screen(view(seats={Seat.FIRST: white}), 100)
    for fact in ("White local/smollm2", "1:05", "2 wins · 1,812 tokens · $0.0123 · 2 failed", "“I take the centre.”"):
        assert fact in text


def test_who_is_no_model_has_no_tokens_and_no_price() -> None:
    person = seat("White", player="You", tokens=0, cost_usd=0.0, score="2 wins")
    text = screen(view(seats={Seat.FIRST: person}), 100)
    assert "2 wins" in text
    assert "tokens" not in text
    assert "$" not in text
    free = seat("White", tokens=12, cost_usd=0.0)
    assert "12 tokens · $0" in screen(view(seats={Seat.FIRST: free}), 100)


def test_who_thinks_has_a_spinner() -> None:
    resting = screen(view(seats={Seat.FIRST: seat("White")}))
    thinking = screen(view(seats={Seat.FIRST: seat("White", thinking=True)}))
    assert not re.search("[⠀-⣿]", resting)
    assert re.search("[⠀-⣿]", thinking)


def test_the_clock_of_who_thinks_runs_between_two_views() -> None:
    now = 100.0
    file = io.StringIO()
    console = Console(file=file, width=60, get_time=lambda: now)
    picture = duel_panel(view(seats={Seat.FIRST: seat("White", used_seconds=5, thinking=True)}), width=60, color=False)
    console.print(picture)
    now += 2.5
    console.print(picture)
    assert re.findall(r"\d\.\d s", file.getvalue()) == ["5.0 s", "7.5 s"]


def test_the_result_takes_the_place_of_the_status() -> None:
    assert "Black is thinking" in screen(view())
    over = screen(view(result="White wins: checkmate."))
    assert "White wins: checkmate." in over
    assert "Black is thinking" not in over


def test_the_last_moves_are_shown_and_numbered() -> None:
    text = screen(view(moves=[f"move{n}" for n in range(1, 200)]), 60)
    assert "199. move199" in text
    assert " 1. move1 " not in text
    assert "…" in text


def test_colour_shows_squares_and_its_absence_shows_brackets() -> None:
    coloured = screen(view(), color=True)
    assert COLOUR.search(coloured)
    assert "♟" in coloured
    assert "♙" not in coloured  # an outline is hard to see on a coloured square
    plain = screen(view(), color=False)
    assert "\x1b" not in plain
    assert "[♙]" in plain
    assert "(♚)" in plain


def test_ascii_where_the_terminal_knows_no_more() -> None:
    talking = {Seat.FIRST: seat("Weiß", words="“Naïve” 日本…", thinking=True)}
    text = screen(view(seats=talking), unicode=False)
    assert text.isascii()
    assert "r  n  b  q (k) b  n  r" in text
    assert {cell_len(line) for line in text.splitlines()} == {80}


@pytest.mark.parametrize("terminal", [False, True])
def test_a_console_of_another_encoding_gets_what_it_can_show(terminal: bool) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    console = Console(file=file, force_terminal=terminal, width=80, height=30, _environ={"TERM": "xterm"})
    with LiveBoard(console) as board:
        board.show(view(title="Schach · naïve"))
    assert b"Schach" in raw.getvalue()


@pytest.mark.parametrize("color", [False, True])
def test_words_cannot_colour_link_or_move_anything(color: bool) -> None:
    evil = f"{HOSTILE}[link=https://x.test]y[/link]\x1b]8;;https://x.test\x07\r\x9b2J\u202e"
    harmless = screen(view(seats={Seat.FIRST: seat("White")}), color=color)
    shown = view(
        seats={Seat.FIRST: seat(evil, player=evil, words=evil, score=evil)},
        moves=[evil],
        title=evil,
        board=BOARDS["nasty"],
    )
    text = screen(shown, 120, color=color)
    assert set(ANSI.findall(text)) <= set(COLOUR.findall(text))
    for character in "\x07\r\x9b\x00\u202e\ud800":
        assert character not in text
    assert "\x1b]" not in text
    assert "[link=https://x.test]" in text
    assert "\x1b[31m" not in text
    assert "https" not in harmless


def test_a_pipe_gets_one_line_a_turn_and_the_result() -> None:
    text = piped(
        view(moves=[]),
        view(moves=["e4"]),
        view(moves=["e4"]),
        view(moves=["e4", "e5", "Nf3"]),
        view(moves=["e4", "e5", "Nf3"], result=LONG_RESULT),
        view(moves=["e4", "e5", "Nf3"], result=LONG_RESULT),
    )
    assert text.splitlines() == ["Chess", "1. e4", "2. e5", "3. Nf3", LONG_RESULT]


def thinking(shown: DuelView) -> DuelView:
    return replace(shown, seats={seat: replace(one, thinking=True) for seat, one in shown.seats.items()})


def test_a_turn_of_two_halves_is_one_line_in_a_pipe() -> None:
    halves = view(moves=["e4"]), view(moves=["e4 e5"]), view(moves=["e4 e5", "Nf3"])
    text = piped(*map(thinking, halves), view(moves=["e4 e5", "Nf3 Nc6"], result=LONG_RESULT))
    assert text.splitlines() == ["Chess", "1. e4 e5", "2. Nf3 Nc6", LONG_RESULT]


def test_who_is_asked_at_a_pipe_sees_the_first_half() -> None:
    later = view(moves=["e4 e5"]), view(moves=["e4 e5", "Nf3"])
    text = piped(view(moves=["e4"]), *map(thinking, later))
    assert text.splitlines() == ["Chess", "1. e4", "1. e4 e5"]


def test_a_takeback_is_told_in_a_pipe() -> None:
    assert piped(view(moves=["e4", "e5"]), view(moves=["e4"]), view(moves=["e4", "c5"])).splitlines()[3:] == [
        "Taken back to move 1.",
        "2. c5",
    ]


def test_a_pipe_is_as_safe_as_a_picture() -> None:
    text = piped(view(moves=["e4\x1b[2J\n\u202efake line"], title=HOSTILE))
    assert not set("\x1b\x00\u202e\ud800") & set(text)
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_picture_where_none_is_wanted(environ: Mapping[str, str]) -> None:
    text = piped(view(), environ=environ, terminal=True)
    assert text.splitlines() == ["Chess", "1. e4"]


def test_a_terminal_gets_a_picture_that_is_replaced_and_stays() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, height=30, _environ={"TERM": "xterm-256color"})
    thinking = {Seat.FIRST: seat("White", thinking=True)}
    with LiveBoard(console) as board:
        board.show(view(moves=["e4"], seats=thinking))
        board.show(view(moves=["e4", "e5"], result="It is a draw: agreed."))
    text = file.getvalue()
    assert "\x1b[1A" in text  # the second picture was drawn over the first
    first, *_ = text.partition("\x1b[1A")
    assert first.endswith("\n\r\x1b[2K")  # the cursor waits on a line of its own
    assert text.rindex("It is a draw") > text.rindex("\x1b[1A")
    assert text.index("\x1b[?25l") < text.rindex("\x1b[?25h")  # the cursor is back


def test_a_picture_stands_still_while_a_person_types() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, height=30, _environ={"TERM": "xterm"})
    with LiveBoard(console) as board:
        board.show(view(moves=[], seats={Seat.FIRST: seat("White", thinking=True)}))
        board.show(view(moves=["e4"]))
        assert file.getvalue().rindex("\x1b[?25h") > file.getvalue().rindex("\x1b[?25l")
        before = file.getvalue()
        board.show(view(moves=["e4"]))
        assert file.getvalue() == before
        file.write("Your move: e5\n")
        board.show(view(moves=["e4", "e5"]))
        after = file.getvalue().partition("Your move: e5\n")[2]
    assert "2. e5" in after
    assert "\x1b[1A" not in after  # what was typed stays


def test_the_terminal_is_whole_again_after_an_error() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, height=30, _environ={"TERM": "xterm"})

    def interrupted() -> None:
        with LiveBoard(console) as board:
            board.show(view(seats={Seat.FIRST: seat("White", thinking=True)}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert file.getvalue().rindex("\x1b[?25h") > file.getvalue().rindex("\x1b[?25l")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0.0 s"), (0, "0.0 s"), (59.9, "59.9 s"), (59.97, "1:00"), (65, "1:05"), (3605, "1:00:05")],
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(("amount", "shown"), [(0, "$0"), (0.00001, "<$0.0001"), (0.0123, "$0.0123"), (2, "$2.0000")])
def test_dollars(amount: float, shown: str) -> None:
    assert dollars(amount) == shown
