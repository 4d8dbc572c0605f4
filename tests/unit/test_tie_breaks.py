"""Tie-breaks against FIDE's own exercises, and against small tables reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import UnknownName
from engine.tournaments.tie_breaks import (
    NAMES,
    How,
    Line,
    Rules,
    Table,
    Values,
    adjusted,
    buchholz,
    buchholz_cut_1,
    direct_encounter,
    parse,
    points,
    ranked,
    sonneborn_berger,
    wins,
)

ONE = Rules()
CAPPED = Rules(capped=True)

SWISS = (Path(__file__).parents[1] / "data" / "fide_swiss_exercise.txt").read_text()
"""A Swiss with byes, forfeits and withdrawals; the file says where it is from."""

ROUND_ROBIN = """
1 =5 +2 +3 -4 +6
2 +6 -1 +5 =3 +4
3 +4 +6 -1 =2 +5
4 -3 -5 =6 +1 -2
5 =1 +4 -2 F6 -3
6 -2 -3 =4 W5 -1
"""
"""The round robin of page 6 of the same exercises (the file of the Swiss names them); a game lost by forfeit counts as
played against its opponent."""

HOW = {
    "+": (How.PLAYED, 1.0),
    "=": (How.PLAYED, 0.5),
    "-": (How.PLAYED, 0.0),
    "W": (How.WALKOVER, 1.0),
    "F": (How.ABSENT, 0.0),
    "U": (How.BYE, 1.0),
    "H": (How.REQUESTED, 0.5),
    "Z": (How.REQUESTED, 0.0),
}


def read(text: str, *, scheduled: bool = False) -> Table:
    """A crosstable of names and signs; ``scheduled``: a forfeit counts as played."""
    rows = (row.split() for row in text.strip().splitlines() if not row.startswith("#"))
    return {name: [line(one, scheduled) for one in rounds] for name, *rounds in rows}


def line(sign: str, scheduled: bool) -> Line:
    how, scored = HOW[sign[0]]
    return Line(How.PLAYED if scheduled else how, scored, sign[1:].rstrip("wb") or None)


def expect(values: Values, expected: str) -> None:
    """``expected`` holds the values in the order of the names."""
    assert [values[str(n)] for n in range(1, len(values) + 1)] == [float(one) for one in expected.split()]


class TestExercises:
    """Expected values: the exercises' own solutions; under the cap of 2026, those of Sharly Chess's tests, which
    explain each difference from the exercise by the cap."""

    def test_points(self) -> None:
        expect(points(read(SWISS)), "3.5 4 3.5 3.5 2.5 3 1.5 2.5 1.5 1 2.5 2 1.5 2 2 3.5")

    def test_scores_as_opponents_count_them(self) -> None:
        expect(adjusted(read(SWISS), ONE), "3.5 4 3.5 3.5 2.5 3 1.5 2.5 1.5 1 2.5 3 1.5 2 2 3.5")

    def test_buchholz(self) -> None:
        expect(buchholz(read(SWISS), ONE), "12.5 13 15.5 15 8.5 12 14.5 13.5 9 13 13.5 11.5 14 11 12 12.5")

    def test_buchholz_under_the_cap_of_2026(self) -> None:
        expect(buchholz(read(SWISS), CAPPED), "12.5 13 15.5 14 8.5 11.5 14.5 13.5 9 13 12.5 11.5 14 11 12 12.5")

    def test_buchholz_cut_1(self) -> None:
        values = buchholz_cut_1(read(SWISS), ONE)
        expected = {
            1: 11,
            3: 13,
            4: 11.5,
            5: 7.5,
            7: 12.5,
            8: 12,
            9: 7.5,
            11: 12,
            12: 9.5,
            13: 12,
            14: 9,
            15: 11,
            16: 11,
        }
        assert {n: values[str(n)] for n in expected} == expected

    def test_sonneborn_berger(self) -> None:
        expected = "8 9.5 10.5 9.75 4.25 6.5 3.25 5.25 2.25 1.5 5.75 4 4.25 4.5 3.5 7.25"
        expect(sonneborn_berger(read(SWISS), ONE), expected)

    def test_sonneborn_berger_under_the_cap_of_2026(self) -> None:
        expected = "8 9.5 10.5 9.25 4.25 6 3.25 5.25 2.25 1.5 4.75 4 4.25 4.5 3.5 7.25"
        expect(sonneborn_berger(read(SWISS), CAPPED), expected)

    def test_wins(self) -> None:
        expect(wins(read(SWISS), ONE), "2 3 2 2 2 3 1 2 1 1 2 2 1 2 2 3")

    def test_a_round_robin(self) -> None:
        table = read(ROUND_ROBIN, scheduled=True)
        expect(points(table), "3.5 3.5 3.5 1.5 1.5 1.5")
        expect(sonneborn_berger(table, ONE), "9.25 6.25 6.25 4.25 3.25 2.25")
        assert direct_encounter(table, ["1", "2", "3"]) == [["1"], ["2", "3"]]
        assert direct_encounter(table, ["4", "5", "6"]) == [["6"], ["5"], ["4"]]


class TestDirectEncounter:
    """Article 6, by hand."""

    def test_all_have_met(self) -> None:
        assert direct_encounter(read("A +B +C\nB -A =C\nC -A =B"), ["A", "B", "C"]) == [["A"], ["B", "C"]]

    def test_one_who_could_still_draw_level_keeps_all_tied(self) -> None:
        table = read("A +B +C\nB -A =C\nC -A =B =D\nD =C")
        assert direct_encounter(table, list("ABCD")) == [list("ABCD")]

    def test_one_who_can_be_drawn_level_with_is_not_alone(self) -> None:
        assert direct_encounter(read("A +B =C\nB -A\nC =A"), list("ABC")) == [list("ABC")]

    def test_whoever_is_ahead_whatever_happens_is_first_and_the_rest_is_looked_at_again(self) -> None:
        table = read("A +B +C\nB -A =C +D\nC -A =B +D\nD -B -C")
        assert direct_encounter(table, list("ABCD")) == [["A"], ["B", "C"], ["D"]]

    def test_a_forfeit_is_no_encounter(self) -> None:
        assert direct_encounter(read("A WB\nB FA"), ["A", "B"]) == [["A", "B"]]

    def test_what_a_missing_match_may_still_bring_is_a_match_won(self) -> None:
        table = {
            "A": [Line(How.PLAYED, 1.5, "B"), Line(How.PLAYED, 1.5, "C")],
            "B": [Line(How.PLAYED, 0.5, "A"), Line(How.BYE, 2)],
            "C": [Line(How.BYE, 2), Line(How.PLAYED, 0.5, "A")],
        }
        assert direct_encounter(table, list("ABC"), full=2) == [["A"], ["B", "C"]]
        assert direct_encounter(table, list("ABC"), full=3) == [list("ABC")]

    def test_two_encounters_are_averaged(self) -> None:
        table = read("A +B -B +C\nB -A +A +C\nC -A -B")
        assert direct_encounter(table, list("ABC")) == [["A", "B"], ["C"]]

    def test_nobody_has_met(self) -> None:
        assert direct_encounter(read("A +C\nB +C\nC -A -B"), ["A", "B"]) == [["A", "B"]]


class TestRanked:
    def test_each_tie_break_splits_only_what_the_ones_before_left_tied(self) -> None:
        table = read(SWISS)
        order = [[one for one, _ in group] for group in ranked(table, ["sonneborn-berger", "buchholz"], ONE)]
        assert order[:5] == [["2"], ["3"], ["4"], ["1"], ["16"]]

    def test_what_stays_equal_is_together(self) -> None:
        order = ranked(read("A =B\nB =A"), NAMES, ONE)
        assert [[one for one, _ in group] for group in order] == [["A", "B"]]

    def test_the_values_are_in_the_order_asked_for(self) -> None:
        table = read(ROUND_ROBIN, scheduled=True)
        first, *_ = ranked(table, ["wins", "direct-encounter", "sonneborn-berger"], ONE)
        assert first == [("1", (("wins", 3.0), ("direct-encounter", 2.0), ("sonneborn-berger", 9.25)))]

    def test_without_tie_breaks_points_alone_count(self) -> None:
        assert [len(group) for group in ranked(read(ROUND_ROBIN, scheduled=True), [], ONE)] == [3, 3]


class TestScale:
    def test_pairs_of_games_change_no_order_and_no_ratio(self) -> None:
        single = read(SWISS)
        double = {
            one: [Line(part.how, 2 * part.points, part.opponent) for part in lines] for one, lines in single.items()
        }
        for rule in (buchholz, buchholz_cut_1, sonneborn_berger, adjusted):
            for capped in (False, True):
                once, twice = rule(single, Rules(1, capped)), rule(double, Rules(2, capped))
                assert twice == {one: 2 * value for one, value in once.items()}
        assert wins(double, Rules(2)) == wins(single, ONE)


class TestNames:
    def test_a_list_is_read(self) -> None:
        assert parse("Buchholz Cut 1, wins,direct_encounter, wins") == ("buchholz-cut-1", "wins", "direct-encounter")
        assert parse("") == ()

    def test_an_unknown_one_is_named_with_the_nearest(self) -> None:
        with pytest.raises(UnknownName, match="buchholz"):
            parse("bucholz")
