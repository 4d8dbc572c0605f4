"""PNG pictures: the right size, the same bytes for the same board, small, quick, and no stranger to any text."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from PIL import Image
from render_boards import BOARDS, CHESS, CROSSES, NASTY

from engine.board import Board
from engine.games import game, names
from engine.options import check
from engine.render.png import board_png
from engine.render.svg import board_svg
from engine.render.theme import DARK, LIGHT, THEMES, Theme, channels

LARGEST_BYTES = 30 * 1024

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "PNG"
    return image.convert("RGB")


@every_board
@pytest.mark.parametrize("size", [64, 480, 801])
def test_it_decodes_to_the_width_asked_for(board: Board, size: int) -> None:
    assert decoded(board_png(board, size=size)).width == size


@every_board
def test_it_is_as_high_as_the_svg(board: Board) -> None:
    assert f'height="{decoded(board_png(board)).height}" role' in board_svg(board)


@every_board
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_same_board_gives_the_same_small_file(board: Board, theme: Theme) -> None:
    data = board_png(board, theme=theme)
    assert data == board_png(board, theme=theme)
    assert len(data) <= LARGEST_BYTES


@pytest.mark.parametrize("name", names())
def test_every_game_starts_with_a_small_picture(name: str) -> None:
    rules = game(name)
    assert len(board_png(rules.board(rules.start(check(rules.options, {}), 7)))) <= LARGEST_BYTES


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_palette_does_not_shift_the_squares(theme: Theme) -> None:
    pixels = decoded(board_png(CHESS, theme=theme)).getcolors(1 << 16) or []
    present = {colour for _, colour in pixels}
    expected = [
        theme.paper,
        theme.cell_fill("light", ""),
        theme.cell_fill("dark", ""),
        theme.cell_fill("light", "last"),
    ]
    assert {channels(colour) for colour in expected} <= present


def test_marks_glyphs_theme_and_side_all_show() -> None:
    pictures = {
        board_png(CHESS),
        board_png(CHESS, flipped=True),
        board_png(CHESS, theme=DARK),
        board_png(CROSSES),
    }
    assert len(pictures) == 4


def test_flipped_is_the_same_board_from_the_other_side() -> None:
    plain = Board(CHESS.alt, 8, 8, tuple(cell for cell in CHESS.cells if not cell.glyph))
    front = decoded(board_png(plain))
    back = decoded(board_png(plain, flipped=True))
    side = front.crop((20, 10, 460, 450))
    assert back.crop((20, 10, 460, 450)).tobytes() == side.rotate(180).tobytes()


@pytest.mark.parametrize(
    "text", ["Ünïcödé", "Привет 日本語 🏁", "\u0301", "\U0010ffff", "\ud800", "→ × − ß Ł", "مرحبا"]
)
def test_any_text_can_be_drawn(text: str) -> None:
    assert decoded(board_png(Board(text, captions=(text,)))).width == 480


def test_an_accent_is_dropped_where_the_font_lacks_it() -> None:
    assert board_png(Board("x", captions=("naïve café",))) == board_png(Board("x", captions=("naive cafe",)))


def test_hostile_text_is_drawn_like_any_other() -> None:
    assert decoded(board_png(NASTY, theme=LIGHT)).width == 480


def test_it_is_quicker_than_rendering_the_svg() -> None:
    import resvg_py

    document = board_svg(CHESS)
    ours = quickest(lambda: board_png(CHESS))
    whole = quickest(lambda: resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True))
    assert ours < whole, f"{ours * 1e3:.1f} ms against {whole * 1e3:.1f} ms"


def quickest(draw: Callable[[], object], times: int = 7) -> float:
    draw()

    def once() -> float:
        begun = time.perf_counter()
        draw()
        return time.perf_counter() - begun

    return min(once() for _ in range(times))


def test_pillow_and_resvg_wait_until_a_picture_is_asked_for() -> None:
    code = "import sys, engine.render.png; print([m for m in ('PIL', 'resvg_py') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
