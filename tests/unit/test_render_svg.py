"""SVG pictures: well formed, closed to the outside, escaped, readable, and told to screen readers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from render_boards import BOARDS, CHAIN, CHESS, HANDS, NASTY, RACE, UNDRAWN

from engine.board import Board, Cell, Link
from engine.games import game, names
from engine.model import Seat
from engine.options import check
from engine.render.glyphs import glyph_names, glyph_svg
from engine.render.layout import LINKS_SHOWN, lay_out
from engine.render.scene import Box, Words
from engine.render.svg import board_svg
from engine.render.theme import THEMES, Theme, contrast, readable_on

SVG = "{http://www.w3.org/2000/svg}"
PIECES = {
    f"{side}-{man}" for side in ("white", "black") for man in ("king", "queen", "rook", "bishop", "knight", "pawn")
}
OTHERS = {"cross", "nought", "rock", "paper", "scissors", "hidden", "car-first", "car-second", "corner", "finish"}

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def parsed(board: Board, **options: object) -> ElementTree.Element:
    return parse(board_svg(board, **options))  # type: ignore[arg-type]


def parse(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 (our own document)


def texts(board: Board, **options: object) -> list[str]:
    return [element.text or "" for element in parsed(board, **options).iter(f"{SVG}text")]


def places(board: Board, **options: object) -> dict[str, tuple[str, str]]:
    return {
        use.attrib["href"]: (use.attrib["x"], use.attrib["y"]) for use in parsed(board, **options).iter(f"{SVG}use")
    }


@every_theme
@every_board
@pytest.mark.parametrize("flipped", [False, True])
def test_every_board_is_well_formed_and_refers_to_nothing_outside(board: Board, theme: Theme, flipped: bool) -> None:
    document = board_svg(board, theme=theme, flipped=flipped)
    root = parse(document)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "defs", "symbol", "g", "path", "circle", "rect", "text", "use",
        }  # fmt: skip
        assert not any(name.startswith("on") for name in element.attrib)
        if "href" in element.attrib:
            assert element.attrib["href"].removeprefix("#") in ids
    assert "url(" not in document


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    document = board_svg(NASTY)
    assert "<script" not in document
    assert "&lt;script&gt;" in document
    for character in "\x1b\x00\ud800\u202e":
        assert character not in document


def test_alt_text_reaches_screen_readers() -> None:
    root = parsed(CHESS)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Black to move"
    assert root.findtext(f"{SVG}desc") == CHESS.alt


def test_the_glyphs_that_games_name_are_drawn() -> None:
    assert glyph_names() >= PIECES | OTHERS


@pytest.mark.parametrize("name", sorted(glyph_names()))
def test_a_glyph_is_a_small_closed_drawing(name: str) -> None:
    root = parse(glyph_svg(name))
    assert root.attrib == {"viewBox": "0 0 45 45"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "g", "path", "circle", "rect"}
    assert not {"id", "href", "style", "class"} & {key for element in root.iter() for key in element.attrib}


@pytest.mark.parametrize("name", ["no-such", "../theme", ""])
def test_a_glyph_that_nobody_drew_has_no_document(name: str) -> None:
    with pytest.raises(KeyError):
        glyph_svg(name)


def test_an_unknown_glyph_is_a_box_with_its_name() -> None:
    assert any(text.startswith("purp") for text in texts(UNDRAWN, size=1024))
    assert not list(parsed(UNDRAWN).iter(f"{SVG}use"))


def test_coordinates_stand_beside_the_board() -> None:
    assert {*"abcdefgh", *"12345678"} <= set(texts(CHESS))


def test_flipped_turns_the_board_by_half_a_turn() -> None:
    files = [text for text in texts(CHESS, flipped=True) if text in set("abcdefgh")]
    assert sorted(files) == list("abcdefgh")
    x_of = {e.text: int(e.attrib["x"]) for e in parsed(CHESS, flipped=True).iter(f"{SVG}text")}
    assert x_of["h"] < x_of["a"]
    assert places(CHESS, flipped=True)["#glyph-white-king"][1] == places(CHESS)["#glyph-black-king"][1]


def test_flipped_puts_the_second_seat_first() -> None:
    assert texts(HANDS)[0] == "First"
    assert texts(HANDS, flipped=True)[0] == "Second"


def test_a_car_never_leaves_its_lane() -> None:
    for use in parsed(RACE).iter(f"{SVG}use"):
        assert int(use.attrib["x"]) >= 20
        assert int(use.attrib["x"]) + int(use.attrib["width"]) <= 460
    assert int(places(RACE)["#glyph-car-first"][0]) < int(places(RACE)["#glyph-car-second"][0])


def test_bends_show_their_limits() -> None:
    assert texts(RACE).count("4") == len(RACE.tracks)


def test_a_refused_word_is_marked_by_more_than_its_colour() -> None:
    used = places(CHAIN)
    assert "#glyph-accepted" in used
    assert "#glyph-refused" in used
    assert "not related to “pyramid”" in texts(CHAIN)


def test_a_long_chain_shows_its_end() -> None:
    chain = Board("A chain.", links=tuple(Link(f"word{n}", Seat.FIRST) for n in range(LINKS_SHOWN + 5)))
    shown = texts(chain)
    assert shown[0] == "5 earlier words"
    assert shown[-1] == f"word{LINKS_SHOWN + 4}"
    assert "word4" not in shown


@pytest.mark.parametrize("size", [0, 63, 2049])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="pixels wide"):
        board_svg(CHESS, size=size)


@every_theme
def test_every_text_colour_reads_on_its_ground(theme: Theme) -> None:
    for ground in (theme.paper, theme.panel):
        for ink in (theme.ink, theme.faint, theme.refused, *theme.seats.values()):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for shade in theme.shades:
        for mark in ("", *theme.marks):
            ground = theme.cell_fill(shade, mark)
            assert contrast(readable_on(ground), ground) >= 4.5


@every_theme
@every_board
def test_text_stands_on_a_ground_it_reads_on(board: Board, theme: Theme) -> None:
    scene = lay_out(board, size=480, theme=theme, flipped=False)
    for number, item in enumerate(scene.items):
        if isinstance(item, Words):
            under = [box for box in scene.items[:number] if isinstance(box, Box) and covers(box, item)]
            assert contrast(item.fill, under[-1].fill if under else scene.ground) >= 4.5, item


def covers(box: Box, words: Words) -> bool:
    return box.x <= words.x <= box.x + box.width and box.y <= words.y <= box.y + box.height


@pytest.mark.parametrize("name", names())
def test_every_game_has_glyphs_for_its_start(name: str) -> None:
    rules = game(name)
    board = rules.board(rules.start(check(rules.options, {}), 7))
    assert board.alt
    assert {cell.glyph for cell in board.cells if cell.glyph} <= glyph_names()
    assert {hand.glyph for hand in board.hands if hand.glyph} <= glyph_names()
    assert re.match("<svg", board_svg(board))


def test_cells_outside_the_usual_shades_are_drawn_plain() -> None:
    assert board_svg(Board("x", 1, 1, (Cell("a", 0, 0, shade="moss"),))) == board_svg(
        Board("x", 1, 1, (Cell("a", 0, 0, shade="plain"),))
    )
