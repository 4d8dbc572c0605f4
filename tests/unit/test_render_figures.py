"""Figures: escaped, readable, told to screen readers, and small; tables line up, whiskers share a scale."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from PIL import Image
from render_figures import FIGURES, NASTY_KNOCKOUT, NASTY_PLOT, NASTY_TABLE, PLOT, TABLE, knockout

from engine.render.drawn import MOST_PIXELS, SCALE, figure_png, figure_svg, lay_out_figure
from engine.render.figures import Column, Figure, Interval, Knockout, Plot, Point, Row, Series, Table
from engine.render.knockout import MOST_TALL
from engine.render.plot import _apart
from engine.render.png import scene_png
from engine.render.scene import Area, Box, Line, Scene, Words
from engine.render.sheet import ticks
from engine.render.svg import scene_svg
from engine.render.theme import DARK, LIGHT, THEMES, Theme, channels, contrast

SVG = "{http://www.w3.org/2000/svg}"
LARGEST_BYTES = 60 * 1024

every_figure = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def scene(figure: Figure, theme: Theme = LIGHT) -> Scene:
    return lay_out_figure(figure, scale=1, theme=theme)


def words(figure: Figure) -> dict[str, Words]:
    return {item.text: item for item in scene(figure).items if isinstance(item, Words)}


@every_theme
@every_figure
def test_every_figure_is_well_formed_and_closed_to_the_outside(figure: Figure, theme: Theme) -> None:
    document = figure_svg(figure, theme=theme)
    root = ElementTree.fromstring(document)  # noqa: S314 (our own document)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "text", "polyline", "polygon",
    }  # fmt: skip
    assert not any(name.startswith("on") or name == "href" for one in root.iter() for name in one.attrib)
    assert root.findtext(f"{SVG}desc")


@pytest.mark.parametrize("figure", [NASTY_TABLE, NASTY_PLOT, NASTY_KNOCKOUT])
def test_hostile_text_is_shown_and_not_obeyed(figure: Figure) -> None:
    document = figure_svg(figure)
    assert "<script" not in document
    assert "&lt;script&gt;" in document
    assert not set("\x1b\x00\ud800\u202e") & set(document)


@every_theme
@every_figure
def test_the_same_figure_gives_the_same_small_picture(figure: Figure, theme: Theme) -> None:
    data = figure_png(figure, theme=theme)
    assert data == figure_png(figure, theme=theme)
    assert len(data) <= LARGEST_BYTES
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "PNG"
    small = scene(figure)
    assert small.width <= image.width <= round(small.width * SCALE) + 1


@every_figure
def test_every_word_is_inside_the_picture(figure: Figure) -> None:
    drawn = scene(figure)
    for item in drawn.items:
        if isinstance(item, Words):
            assert 0 <= item.x <= drawn.width
            assert 0 < item.y <= drawn.height
        elif isinstance(item, Box):
            assert 0 <= item.x <= item.x + item.width <= drawn.width
            assert 0 <= item.y <= item.y + item.height <= drawn.height
        elif isinstance(item, Line | Area):
            assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in item.points)


@every_theme
def test_colours_read_as_text(theme: Theme) -> None:
    for colour in (*theme.series, theme.ink, theme.faint):
        assert contrast(colour, theme.paper) >= 4.5
    for place in theme.places:
        assert contrast(theme.ink, place) >= 4.5


def test_every_text_is_said_and_hidden_by_whoever_tells() -> None:
    for figure in FIGURES.values():
        document = figure_svg(figure, told=lambda text: "" if text.isdecimal() else "@@")
        root = ElementTree.fromstring(document)  # noqa: S314
        shown = {(element.text or "").strip() for element in root.iter(f"{SVG}text")}
        letters = {text for text in shown if any(one.isalpha() for one in text)}
        assert letters <= {one.name for one in getattr(getattr(figure, "bracket", None), "nodes", ())}


def test_an_area_lets_what_is_below_shine_through_and_a_line_is_as_thick_as_it_says() -> None:
    corners = ((0, 0), (60, 0), (60, 60), (0, 60))
    items = (Box(0, 0, 30, 60, "#000000"), Area(corners, "#ff0000", 0.5), Line(((0, 80), (99, 80)), "#0000ff", 7))
    image = Image.open(io.BytesIO(scene_png(Scene(100, 100, "#ffffff", items)))).convert("RGB")
    assert all(abs(a - b) < 12 for a, b in zip(image.getpixel((15, 30)), (128, 0, 0), strict=True))
    assert all(abs(a - b) < 12 for a, b in zip(image.getpixel((45, 30)), (255, 128, 128), strict=True))
    assert image.getpixel((80, 30)) == (255, 255, 255)
    down = [image.getpixel((50, y)) == (0, 0, 255) for y in range(100)]
    assert 6 <= sum(down) <= 8
    document = scene_svg(Scene(100, 100, "#ffffff", items), "x")
    assert 'fill="#ff0000" fill-opacity="0.5"' in document
    assert 'stroke="#0000ff" stroke-width="7"' in document


class TestTable:
    def test_figures_end_below_one_another(self) -> None:
        shown = words(TABLE)
        assert {shown[text].anchor for text in ("1.5", "2.5", "3.5")} == {"end"}
        assert len({shown[text].x for text in ("1.5", "2.5", "3.5")}) == 1
        assert shown["Ann"].anchor == "start"

    def test_whiskers_share_one_scale(self) -> None:
        far = replace(TABLE, rows=(*TABLE.rows, Row(("5", "Far", Interval(0.0, 100.0, 200.0), "0"))))
        dots = {
            box.y: box.x
            for box in scene(far).items
            if isinstance(box, Box) and box.fill == LIGHT.series[0] and box.radius
        }
        across = [x for _, x in sorted(dots.items())]
        assert across == sorted(across, reverse=True)  # from the best to the worst
        assert across[0] - across[3] < across[3] - across[4]

    def test_only_the_first_three_stand_on_grounds_of_their_own(self) -> None:
        grounds = [item.fill for item in scene(TABLE).items if isinstance(item, Box) and item.fill in LIGHT.places]
        assert grounds == list(LIGHT.places)
        assert words(TABLE)["Ann"].bold
        assert not words(TABLE)["Bob"].bold

    def test_a_long_name_is_cut_and_a_long_heading_takes_two_lines(self) -> None:
        long = Table("t", "T", "A", (Column("player"), TABLE.columns[3]), (Row(("x" * 200, "1")),))
        shown = words(long)
        assert any("x…x" in text for text in shown)
        assert {"failed attempts", "per 100 plies"} <= set(shown)

    def test_an_exact_ground_survives_the_palette(self) -> None:
        image = Image.open(io.BytesIO(figure_png(TABLE, theme=DARK))).convert("RGB")
        present = {colour for _, colour in image.getcolors(1 << 16) or []}
        assert {channels(colour) for colour in (DARK.paper, *DARK.places)} <= present


class TestPlot:
    def test_each_line_has_a_band_marks_and_a_name(self) -> None:
        drawn = scene(PLOT).items
        assert sum(isinstance(item, Line) for item in drawn) == 6
        assert sum(isinstance(item, Area) and item.share < 1 for item in drawn) == 6
        assert sum(isinstance(item, Area) and item.share == 1 for item in drawn) == 30
        shown = words(PLOT)
        assert all(f"player {line} {1500 + 4 * line}" in shown for line in range(6))

    def test_names_do_not_cover_one_another(self) -> None:
        ends = sorted(one.y for text, one in words(PLOT).items() if text.startswith("player"))
        assert all(below - above >= 14 for above, below in pairwise(ends))

    def test_names_stay_within_the_edges(self) -> None:
        assert _apart([10, 11, 12], 10, 100) == [10, 25, 40]
        assert _apart([98, 99, 100], 10, 100) == [70, 85, 100]

    def test_later_is_right_and_more_is_higher(self) -> None:
        rising = Plot("p", "P", "A", (Series("Ann", (Point(0, 1, 0, 2), Point(86_400_000, 2, 1, 3))),))
        (line,) = (item for item in scene(rising).items if isinstance(item, Line))
        (x, y), (later, higher) = line.points
        assert later > x
        assert higher < y

    def test_a_single_point_is_drawn_too(self) -> None:
        once = Plot("p", "P", "A", (Series("Ann", (Point(5, 1500, 1400, 1600),)),))
        (stroke,) = (item for item in scene(once).items if isinstance(item, Line))
        assert stroke.points[0][1] > stroke.points[1][1]

    @pytest.mark.parametrize("series", [(), (Series("empty", ()),), PLOT.series * 2])
    def test_what_cannot_be_drawn_is_refused(self, series: tuple[Series, ...]) -> None:
        with pytest.raises(ValueError, match="a plot has points"):
            scene(Plot("p", "P", "A", series))

    @pytest.mark.parametrize(("low", "high"), [(1, 2), (1190, 1830), (-3, 3), (0, 1e6), (1499.7, 1500.3), (5, 5)])
    def test_ticks_are_few_round_and_within(self, low: float, high: float) -> None:
        found = ticks(low, high, 6)
        assert 1 <= len(found) <= 6
        assert all(low - 1e-6 <= one <= high + 1e-6 for one in found)


class TestKnockout:
    def test_the_winner_is_bold_and_who_is_awaited_is_grey(self) -> None:
        items = [item for item in scene(knockout(rounds=1)).items if isinstance(item, Words)]
        first = [item for item in items if item.text == "player 1"]
        assert [one.bold for one in first] == [True, False]
        assert first[0].x < first[1].x  # in the first match, and in the next
        (lost,) = (item for item in items if item.text == "player 8")
        assert (lost.fill, lost.bold) == (LIGHT.faint, False)
        assert words(knockout(rounds=1))["winner of W2-1"].fill == LIGHT.faint

    def test_a_free_place_is_said_to_be_free(self) -> None:
        assert words(knockout(entrants=5, rounds=0))["free"].fill == LIGHT.faint

    def test_a_match_stands_between_the_two_it_comes_from(self) -> None:
        shown = words(knockout())
        assert shown["W2-1"].y == (shown["W1-1"].y + shown["W1-2"].y) / 2
        assert shown["W1-1"].x < shown["W2-1"].x < shown["W3-1"].x

    def test_the_losers_side_is_below_and_the_grand_final_right_of_both(self) -> None:
        shown = words(knockout("double_elimination", 8, 2))
        winners = [one for text, one in shown.items() if text.startswith("W") and "-" in text]
        losers = [one for text, one in shown.items() if text.startswith("L") and "-" in text]
        assert max(one.y for one in winners) < min(one.y for one in losers)
        assert shown["GF"].x > max(one.x for one in (*winners, *losers))
        assert {"Winners’ side", "Losers’ side"} <= set(shown)

    def test_a_second_final_that_nobody_plays_is_not_drawn(self) -> None:
        assert "GF2" in words(knockout("double_elimination", 4, 1))
        assert "GF2" not in words(knockout("double_elimination", 4, 9))

    def test_a_match_between_two_free_places_is_not_drawn(self) -> None:
        assert "L1-2" in words(knockout("double_elimination", 8, 1))
        assert "L1-2" not in words(knockout("double_elimination", 5, 1))

    def test_no_two_boxes_overlap(self) -> None:
        for figure in (knockout(entrants=4, **{"third-place": True}), knockout("double_elimination", 13, 3)):
            boxes = [item for item in scene(figure).items if isinstance(item, Box) and item.fill == LIGHT.panel]
            for index, one in enumerate(boxes):
                for other in boxes[:index]:
                    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
                    assert beside or abs(one.y - other.y) >= one.height

    def test_of_a_large_field_the_first_levels_are_left_out(self) -> None:
        shown = words(knockout(entrants=200, rounds=0))
        assert "W1-1" not in shown
        assert "W3-1" in shown
        assert len([text for text in shown if text.startswith("W3-")]) <= MOST_TALL

    def test_a_large_picture_is_drawn_smaller(self) -> None:
        for entrants in (8, 16, 32, 64):
            figure = knockout(entrants=entrants, rounds=1)
            data, small = figure_png(figure), scene(figure)
            image = Image.open(io.BytesIO(data))
            assert image.width == small.width or image.width * image.height <= MOST_PIXELS * 1.05
            assert small.width <= image.width
        assert len(figure_png(knockout(entrants=32, rounds=1))) <= LARGEST_BYTES

    def test_names_are_those_that_it_is_given(self) -> None:
        named = replace(knockout(), names={"player 1": "Ann"})
        assert isinstance(named, Knockout)
        assert "Ann" in words(named)
        assert "player 1" not in words(named)
