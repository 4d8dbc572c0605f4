"""What every tournament format promises. A new file in ``engine/tournaments`` joins by itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import tournaments
from engine.errors import NotAllowed, UnknownName
from engine.options import check
from engine.tournaments import Format
from engine.tournaments.matches import goes_on, most_games, opening_seed, score, whole, winner
from engine.tournaments.model import (
    Bye,
    ByeKind,
    Entrant,
    Leaving,
    Node,
    Pairing,
    Played,
    Result,
    Round,
)
from engine.tournaments.round_robin import berger
from engine.tournaments.seeding import bracket_order, bracket_size, by_hand, by_rating

some = settings(max_examples=8, deadline=None, derandomize=True)
few = settings(max_examples=3, deadline=None, derandomize=True)
sizes = st.integers(min_value=2, max_value=13)
seeds = st.integers(min_value=0, max_value=99)
KNOCKOUTS = [name for name in tournaments.names() if tournaments.named(name).knockout]
TABLES = [name for name in tournaments.names() if name not in KNOCKOUTS]


@pytest.fixture(params=tournaments.names(), scope="module")
def form(request: pytest.FixtureRequest) -> Format:
    return tournaments.named(request.param)


def entrants(count: int) -> list[Entrant]:
    return [Entrant(f"e{place}", place) for place in range(1, count + 1)]


def pairs_of(form: Format, wanted: int) -> int:
    """So many pairs of games a match, or as many as the format plays at most."""
    most = next(option.most for option in form.options if option.name == "pairs")
    return min(wanted, int(most or wanted))


def random_result(rng: random.Random, options: Mapping[str, Any], pairing: Pairing) -> Result:
    """A match played as long as it goes on; now and then somebody does not come, or it is cancelled."""
    kind = rng.random()
    if kind < 0.05:
        return Result(absent=frozenset({rng.choice([pairing.first, pairing.second])}))
    if kind < 0.07:
        return Result(absent=pairing.both)
    if kind < 0.09:
        return Result(cancelled=True)
    points, pairs = 0.0, 0
    while not pairs or goes_on(options, Result(points, 2 * pairs - points, pairs)):
        points += rng.choice([0, 0.5, 1, 1, 1.5, 2])
        pairs += 1
    return Result(points, 2 * pairs - points, pairs)


BRIEF: Mapping[str, dict[str, Any]] = {"match": {"cycles": 2}}
"""A match goes on for a hundred games where nobody is better; what holds of it holds after four."""


@dataclass
class Course:
    """A whole tournament: what happens before each round is told by ``events``."""

    form: Format
    entrants: list[Entrant]
    seed: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    played: list[Played] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.options = check(self.form.options, BRIEF.get(self.form.name, {}) | self.options)
        self.rng = random.Random(self.seed)

    def next(self) -> Round | None:
        return self.form.next_round(self.entrants, self.played, self.options, self.seed)

    def play(self, round: Round, results: Mapping[int, Result] | None = None) -> None:
        found = {pairing.table: random_result(self.rng, self.options, pairing) for pairing in round.pairings}
        self.played.append(Played(round, found | dict(results or {})))

    def leave(self, *names: str, why: Leaving = Leaving.WITHDRAWN) -> None:
        left = len(self.played) + 1
        self.entrants = [
            replace(one, left=left, why=why) if one.id in names and one.left is None else one for one in self.entrants
        ]

    def enter(self, name: str) -> None:
        place = max(one.seed for one in self.entrants) + 1
        self.entrants.append(Entrant(name, place, joined=len(self.played) + 1))

    def rest(self) -> Course:
        """Played to its end."""
        while (round := self.next()) is not None:
            self.play(round)
            assert len(self.played) <= 200, "it never ends"
        return self

    def standings(self) -> Mapping[str, Any]:
        return {one.entrant.id: one for one in self.form.standings(self.entrants, self.played, self.options)}

    def pairings(self) -> list[Pairing]:
        return [pairing for one in self.played for pairing in one.round.pairings]

    def byes(self) -> list[tuple[int, Bye]]:
        return [(one.round.number, bye) for one in self.played for bye in one.round.byes]


def eventful(form: Format, size: int, seed: int) -> Course:
    """A tournament in which people leave, are disqualified and, where they may, come late."""
    course, rng = Course(form, entrants(size), seed), random.Random(seed + 1000)
    while True:
        active = [one.id for one in course.entrants if one.plays(len(course.played) + 1)]
        if course.played and active and rng.random() < 0.3:
            course.leave(rng.choice(active), why=rng.choice([*Leaving]))
        if rng.random() < 0.3 and 0 < len(course.played) < form.latest(course.entrants, course.options):
            course.enter(f"late{len(course.played)}")
        round = course.next()
        if round is None:
            return course
        course.play(round)


def check_rounds(course: Course) -> None:
    """What holds of all rounds of all formats."""
    for number, one in enumerate(course.played, 1):
        round = one.round
        assert round.number == number
        assert [pairing.table for pairing in round.pairings] == [*range(1, len(round.pairings) + 1)]
        assert {pairing.round for pairing in round.pairings} <= {number}
        seen = Counter(side for pairing in round.pairings for side in (pairing.first, pairing.second))
        assert max(seen.values(), default=1) == 1, "two matches at once"
        here = {entrant.id for entrant in course.entrants if entrant.plays(number)}
        assert set(seen) <= here, "somebody who is not there is paired"


class TestEvery:
    def test_is_found_by_its_name_however_it_is_written(self, form: Format) -> None:
        assert tournaments.named(form.name.replace("_", "-").upper()) is form
        assert form.name in tournaments.names()

    def test_an_unknown_name_is_answered_with_the_nearest(self) -> None:
        with pytest.raises(UnknownName, match="swiss"):
            tournaments.named("swis")

    @some
    @given(size=sizes, seed=seeds)
    def test_ends_within_what_was_estimated(self, form: Format, size: int, seed: int) -> None:
        course = Course(form, entrants(size), seed).rest()
        check_rounds(course)
        assert 0 < len(course.played) <= form.rounds(course.entrants, course.options)
        assert len(course.pairings()) <= form.matches(course.entrants, course.options)
        games = sum(2 * result.pairs for one in course.played for result in one.results.values())
        assert games <= most_games(course.options, form.matches(course.entrants, course.options))

    @some
    @given(size=sizes, seed=seeds)
    def test_the_same_record_gives_the_same_answer(self, form: Format, size: int, seed: int) -> None:
        once, again = eventful(form, size, seed), eventful(form, size, seed)
        assert once.played == again.played
        shuffled = Course(form, once.entrants[::-1], seed)
        for one in once.played:
            known = {entrant.id for entrant in once.entrants if entrant.joined <= one.round.number}
            then = [entrant for entrant in shuffled.entrants if entrant.id in known]
            assert form.next_round(_as_of(then, one.round.number), shuffled.played, once.options, seed) == one.round
            shuffled.played.append(one)
        assert form.standings(once.entrants[::-1], once.played, once.options) == form.standings(
            once.entrants, once.played, once.options
        )

    @some
    @given(size=sizes, seed=seeds)
    def test_holds_while_people_come_and_go(self, form: Format, size: int, seed: int) -> None:
        course = eventful(form, size, seed)
        check_rounds(course)
        standings = form.standings(course.entrants, course.played, course.options)
        assert sorted(one.entrant.id for one in standings) == sorted(one.id for one in course.entrants)
        places = [one.place for one in standings if one.place is not None]
        assert places == sorted(places)
        assert all(place == 1 + sum(other < place for other in places) for place in places), "places count on"
        assert all(one.place is None for one in standings if one.entrant.disqualified)

    @some
    @given(size=sizes, seed=seeds)
    def test_standings_are_there_in_the_middle_of_a_round(self, form: Format, size: int, seed: int) -> None:
        course = Course(form, entrants(size), seed)
        round = course.next()
        assert round is not None
        course.played.append(Played(round, {}))
        assert len(course.standings()) == size
        with pytest.raises(ValueError, match="without a result"):
            course.next()
        if bracket := form.bracket(course.entrants, course.played, course.options):
            assert not any(node.result for node in bracket.nodes)

    def test_each_match_has_its_own_opening_for_ever(self, form: Format) -> None:
        course = Course(form, entrants(8), 5).rest()
        found = [pairing.seed for pairing in course.pairings()]
        assert len({*found}) == len(found)
        assert found == [opening_seed(5, pairing.round, pairing.table) for pairing in course.pairings()]
        other = Course(form, entrants(8), 6).next()
        assert other is not None
        assert other.pairings[0].seed != found[0]

    def test_two_are_enough_and_one_is_not(self, form: Format) -> None:
        course = Course(form, entrants(2)).rest()
        assert {*map(len, (pairing.both for pairing in course.pairings()))} == {2}
        with pytest.raises(NotAllowed, match="two"):
            Course(form, entrants(1)).next()
        with pytest.raises(NotAllowed):
            Course(form, []).next()

    def test_who_left_before_the_start_takes_no_part(self, form: Format) -> None:
        course = Course(form, entrants(5))
        course.leave("e2")
        course.rest()
        assert "e2" not in {side for pairing in course.pairings() for side in pairing.both}
        gone = course.standings()["e2"]
        assert (gone.place, gone.points) == (None, 0)
        five = Course(form, entrants(4))
        assert form.rounds(course.entrants, course.options) == form.rounds(five.entrants, five.options)

    def test_when_everybody_leaves_it_is_over(self, form: Format) -> None:
        course = Course(form, entrants(6))
        course.play(course.next() or pytest.fail("no first round"))
        course.leave(*(one.id for one in course.entrants))
        assert course.next() is None
        assert len(course.standings()) == 6

    def test_when_all_but_one_leave_it_is_over(self, form: Format) -> None:
        course = Course(form, entrants(6))
        course.play(course.next() or pytest.fail("no first round"))
        course.leave(*(one.id for one in course.entrants if one.id != "e4"))
        assert course.next() is None

    def test_when_everybody_leaves_before_the_start_it_cannot_start(self, form: Format) -> None:
        course = Course(form, entrants(4))
        course.leave(*(one.id for one in course.entrants))
        with pytest.raises(NotAllowed):
            course.next()

    def test_a_late_entry_is_taken_or_refused_as_stated(self, form: Format) -> None:
        course = Course(form, entrants(9))
        latest = form.latest(course.entrants, course.options)
        while len(course.played) + 1 < max(latest, 2):
            course.play(course.next() or pytest.fail("over too soon"))
        course.enter("late")
        if latest > 1:
            round = course.next()
            assert round is not None
            assert "late" in {side for pairing in round.pairings for side in pairing.both} | {
                bye.entrant for bye in round.byes
            }
            course.play(round)
        else:
            with pytest.raises(NotAllowed, match="late"):
                course.next()
            return
        course.entrants[-1] = replace(course.entrants[-1], joined=latest + 1)
        with pytest.raises(NotAllowed, match="late"):
            course.next()

    def test_entrants_that_share_a_seed_or_an_id_are_a_mistake(self, form: Format) -> None:
        for wrong in ([Entrant("a", 1), Entrant("b", 1)], [Entrant("a", 1), Entrant("a", 2)]):
            with pytest.raises(ValueError, match="of their own"):
                Course(form, wrong).next()

    def test_a_round_out_of_its_place_is_a_mistake(self, form: Format) -> None:
        course = Course(form, entrants(4))
        round = course.next()
        assert round is not None
        course.play(replace(round, number=2))
        with pytest.raises(ValueError, match="where round 1 belongs"):
            course.next()

    @few
    @given(size=st.integers(min_value=2, max_value=7), seed=seeds)
    def test_what_nothing_depends_on_may_be_corrected_without_changing_a_round(
        self, form: Format, size: int, seed: int
    ) -> None:
        """The rounds paired after a match that is said to be free come out the same with any other result of it."""
        course = Course(form, entrants(size), seed).rest()
        for index, one in enumerate(course.played):
            for pairing in one.round.pairings:
                if form.depends(course.entrants, course.played, course.options, index + 1, pairing.table):
                    continue
                for other in (Result(0, 2), Result(2, 0)):
                    again = Course(form, course.entrants, seed)
                    for past in course.played:
                        assert again.next() == past.round
                        results = dict(past.results) | ({pairing.table: other} if past is one else {})
                        again.played.append(Played(past.round, results))

    def test_a_result_that_decided_a_later_pairing_cannot_be_corrected(self, form: Format) -> None:
        course = Course(form, entrants(8))
        first = course.next()
        assert first is not None
        course.play(first)
        assert not form.depends(course.entrants, course.played, course.options, 1, 1)
        course.play(course.next() or pytest.fail("no second round"))
        fixed = form.name in ("round_robin", "gauntlet")
        assert form.depends(course.entrants, course.played, course.options, 1, 1) is not fixed


def _as_of(entrants: Sequence[Entrant], number: int) -> list[Entrant]:
    """The entrants as they were known when that round was paired."""
    return [
        replace(one, left=None, why=None) if one.left is not None and one.left > number else one for one in entrants
    ]


@pytest.mark.parametrize("name", TABLES)
class TestTables:
    @some
    @given(size=sizes, seed=seeds, scoring=st.sampled_from(["games", "matches"]))
    def test_points_are_those_of_the_matches_and_byes(self, name: str, size: int, seed: int, scoring: str) -> None:
        form = tournaments.named(name)
        course = Course(form, entrants(size), seed, {"scoring": scoring, "pairs": pairs_of(form, 2)}).rest()
        expected: Counter[str] = Counter()
        for one in course.played:
            for pairing in one.round.pairings:
                first, second = score(course.options, pairing, one.results[pairing.table])
                expected[pairing.first] += first
                expected[pairing.second] += second
        for _, bye in course.byes():
            expected[bye.entrant] += whole(course.options) if bye.kind is ByeKind.FULL else 0
        assert {one: line.points for one, line in course.standings().items()} == {
            one.id: expected[one.id] for one in course.entrants
        }

    @some
    @given(size=sizes, seed=seeds)
    def test_who_has_more_points_is_never_behind(self, name: str, size: int, seed: int) -> None:
        course = eventful(tournaments.named(name), size, seed)
        standings = course.form.standings(course.entrants, course.played, course.options)
        points = [one.points for one in standings if one.place is not None]
        assert points == sorted(points, reverse=True)

    def test_a_tie_for_first_that_no_tie_break_breaks_is_shared(self, name: str) -> None:
        course = Course(tournaments.named(name), [*entrants(4)])
        course.entrants[0] = replace(course.entrants[0], gate=name == "gauntlet")
        while (round := course.next()) is not None:
            course.played.append(Played(round, {pairing.table: Result(1, 1) for pairing in round.pairings}))
        places = [one.place for one in course.standings().values() if one.place is not None]
        assert {*places} == {1}

    def test_cancelled_matches_are_drawn(self, name: str) -> None:
        course = Course(tournaments.named(name), entrants(2))
        course.play(course.next() or pytest.fail("no round"), {1: Result(cancelled=True)})
        assert [line.points for line in course.standings().values()] == [1.0, 1.0]

    def test_who_does_not_come_loses_to_who_does(self, name: str) -> None:
        form = tournaments.named(name)
        course = Course(form, entrants(2), options={"pairs": pairs_of(form, 3)})
        course.play(course.next() or pytest.fail("no round"), {1: Result(absent=frozenset({"e1"}))})
        points = {one: line.points for one, line in course.standings().items()}
        assert points == {"e1": 0.0, "e2": 2.0 * pairs_of(form, 3)}


class TestRoundRobin:
    FORM = tournaments.named("round_robin")

    def test_follows_the_berger_tables(self) -> None:
        """Handbook C.05, annex 1: three or four, and five or six players."""
        four = ["14 23", "43 12", "24 31"]
        six = ["16 25 34", "64 53 12", "26 31 45", "65 14 23", "36 42 51"]
        for size, rounds in ((4, four), (6, six)):
            for number, expected in enumerate(rounds, 1):
                pairs, rests = berger(size, number)
                assert {f"{a}{b}" for a, b in pairs} == {*expected.split()}
                assert rests is None
        pairs, rests = berger(5, 2)
        assert {*pairs} == {(5, 3), (1, 2)}
        assert rests == 4

    @some
    @given(size=sizes, cycles=st.integers(min_value=1, max_value=3))
    def test_everybody_meets_everybody_equally_often(self, size: int, cycles: int) -> None:
        course = Course(self.FORM, entrants(size), options={"cycles": cycles}).rest()
        met = Counter(pairing.both for pairing in course.pairings())
        assert len(met) == size * (size - 1) // 2
        assert {*met.values()} == {cycles}
        rests = Counter(bye.entrant for _, bye in course.byes())
        assert {*rests.values()} == ({cycles} if size % 2 else set())
        if cycles == 2:
            firsts = Counter((pairing.first, pairing.second) for pairing in course.pairings())
            assert {*firsts.values()} == {1}

    def test_who_leaves_early_is_taken_out_with_all_that_was_scored_against_them(self) -> None:
        standings = self._beaten("e6", rounds=2).standings()
        assert standings["e6"].place is None
        assert standings["e6"].points == 0
        others = [line for one, line in standings.items() if one != "e6"]
        assert {(line.place, line.points, line.won, line.drawn) for line in others} == {(1, 4.0, 0, 4)}

    def test_who_leaves_late_stays_and_the_rest_is_theirs_without_playing(self) -> None:
        course = self._beaten("e6", rounds=3)
        standings = course.standings()
        assert standings["e6"].place == 6
        others = [line for one, line in standings.items() if one != "e6"]
        assert {line.points for line in others} == {6.0}
        assert sorted(line.won for line in others) == [0, 0, 1, 1, 1]
        walkovers = [bye for _, bye in course.byes() if bye.kind is ByeKind.WALKOVER]
        assert [bye.opponent for bye in walkovers] == ["e6", "e6"]

    def _beaten(self, loser: str, rounds: int) -> Course:
        """Somebody loses every match until they are gone; all else is drawn."""
        course = Course(self.FORM, entrants(6))
        for number in range(1, 6):
            if number == rounds + 1:
                course.leave(loser)
            round = course.next()
            assert round is not None
            lost = {False: Result(1, 1), True: Result(0, 2)}
            results = {one.table: lost[one.first == loser] for one in round.pairings}
            results |= {one.table: Result(2, 0) for one in round.pairings if one.second == loser}
            course.play(round, results)
        assert course.next() is None
        return course


class TestGauntlet:
    FORM = tournaments.named("gauntlet")

    @some
    @given(challengers=st.integers(1, 7), gates=st.integers(1, 4), cycles=st.integers(1, 2))
    def test_every_challenger_meets_every_gate(self, challengers: int, gates: int, cycles: int) -> None:
        field = [replace(one, gate=one.seed <= gates) for one in entrants(challengers + gates)]
        course = Course(self.FORM, field, options={"cycles": cycles}).rest()
        met = Counter(pairing.both for pairing in course.pairings())
        doors = {one.id for one in field if one.gate}
        assert len(met) == challengers * gates
        assert all(len(pair & doors) == 1 for pair in met)
        assert {*met.values()} == {cycles}
        standings = course.standings()
        assert {one for one, line in standings.items() if line.place is None} == doors

    def test_a_gate_that_leaves_counts_for_nobody(self) -> None:
        field = [replace(one, gate=one.seed <= 2) for one in entrants(5)]
        course = Course(self.FORM, field)
        course.play(course.next() or pytest.fail("no round"), {1: Result(1, 1), 2: Result(1, 1)})
        course.leave("e1")
        met = next(one for one in course.pairings() if "e1" in one.both)
        (challenger,) = met.both - {"e1"}
        assert course.standings()[challenger].points == 0
        other = next(one for one in course.pairings() if "e2" in one.both)
        (challenger,) = other.both - {"e2"}
        assert course.standings()[challenger].points == 1

    def test_it_needs_both_sides(self) -> None:
        with pytest.raises(NotAllowed, match="both"):
            Course(self.FORM, [replace(one, gate=True) for one in entrants(3)]).next()
        gone = [replace(entrants(3)[0], gate=True, left=1, why=Leaving.WITHDRAWN), *entrants(3)[1:]]
        with pytest.raises(NotAllowed, match="both"):
            Course(self.FORM, gone).next()


@pytest.mark.parametrize("name", KNOCKOUTS)
class TestKnockouts:
    def course(self, name: str, size: int, seed: int = 0, **options: Any) -> Course:
        return Course(tournaments.named(name), entrants(size), seed, options)

    @some
    @given(size=sizes, seed=seeds)
    def test_nobody_plays_on_after_their_last_loss(self, name: str, size: int, seed: int) -> None:
        course = eventful(tournaments.named(name), size, seed)
        lives = 2 if name == "double_elimination" else 1
        lost: Counter[str] = Counter()
        for one in course.played:
            for pairing in one.round.pairings:
                assert all(lost[side] < lives for side in pairing.both)
                best = winner(
                    pairing, one.results[pairing.table], {entrant.id: entrant.seed for entrant in course.entrants}
                )
                lost.update(pairing.both - {best} if best else dict.fromkeys(pairing.both, lives))

    @some
    @given(size=sizes, seed=seeds)
    def test_without_departures_all_but_one_lose_as_often_as_they_may(self, name: str, size: int, seed: int) -> None:
        course = self.course(name, size, seed)
        while (round := course.next()) is not None:
            course.played.append(Played(round, {one.table: self.decided(course, one) for one in round.pairings}))
        lives = 2 if name == "double_elimination" else 1
        lost = {one: line.lost for one, line in course.standings().items()}
        (first,) = (one for one, line in course.standings().items() if line.place == 1)
        assert all(count == lives for one, count in lost.items() if one != first)
        assert lost[first] < lives

    def decided(self, course: Course, pairing: Pairing) -> Result:
        return Result(2, 0) if course.rng.random() < 0.5 else Result(0, 2)

    @some
    @given(size=sizes, seed=seeds)
    def test_the_bracket_tells_the_same_as_the_rounds(self, name: str, size: int, seed: int) -> None:
        course = eventful(tournaments.named(name), size, seed)
        bracket = course.form.bracket(course.entrants, course.played, course.options)
        assert bracket is not None
        for one in course.played:
            for pairing in one.round.pairings:
                node = bracket.node(pairing.node)
                assert {*node.entrants} == pairing.both
                assert node.result == one.results[pairing.table]
        names = [node.name for node in bracket.nodes]
        assert len({*names}) == len(names)
        for node in bracket.nodes:
            for way in filter(None, (node.winner_to, node.loser_to)):
                assert names.index(way[0]) > names.index(node.name)
                assert bracket.node(way[0]).sides[way[1]].of == node.name
        assert all(node.closed for node in bracket.nodes)
        told = [bye.node for _, bye in course.byes()]
        assert len({*told}) == len(told), "somebody is told twice of the same free pass"

    def test_the_best_meet_last(self, name: str) -> None:
        course = self.course(name, 8)
        first = course.next()
        assert first is not None
        assert [pairing.both for pairing in first.pairings] == [
            {"e1", "e8"},
            {"e4", "e5"},
            {"e2", "e7"},
            {"e3", "e6"},
        ]

    @some
    @given(size=sizes)
    def test_free_passes_go_to_the_highest_seeds(self, name: str, size: int) -> None:
        course = self.course(name, size)
        round = course.next()
        assert round is not None
        free = {bye.entrant for bye in round.byes if bye.kind is ByeKind.FULL}
        assert free == {f"e{place}" for place in range(1, bracket_size(size) - size + 1)}

    def test_a_drawn_match_goes_to_the_higher_seed(self, name: str) -> None:
        course = self.course(name, 4)
        round = course.next()
        assert round is not None
        course.played.append(Played(round, {pairing.table: Result(3, 3, 3) for pairing in round.pairings}))
        after = course.next()
        assert after is not None
        assert {"e1", "e2"} in [pairing.both for pairing in after.pairings]

    def test_two_who_both_stay_away_are_both_out(self, name: str) -> None:
        course = self.course(name, 4)
        round = course.next()
        assert round is not None
        away = Result(absent=frozenset({"e1", "e4"}))
        assert round.pairings[0].both == {"e1", "e4"}
        course.played.append(Played(round, {1: away, 2: Result(2, 0)}))
        course.rest()
        later = {side for pairing in course.pairings() if pairing.round > 1 for side in pairing.both}
        assert not later & {"e1", "e4"}
        assert [one for one, line in course.standings().items() if line.place == 1] in (["e2"], ["e3"])

    def test_who_is_disqualified_in_the_middle_loses_all_that_is_to_come(self, name: str) -> None:
        course = self.course(name, 4)
        round = course.next()
        assert round is not None
        course.played.append(Played(round, {1: Result(2, 0), 2: Result(2, 0)}))
        best = round.pairings[0].first
        course.leave(best, why=Leaving.DISQUALIFIED)
        course.rest()
        assert best not in {side for pairing in course.pairings() if pairing.round > 1 for side in pairing.both}
        assert course.standings()[best].place is None
        assert 1 in {line.place for line in course.standings().values()}


class TestThirdPlace:
    def test_the_losers_of_the_semifinals_play_for_it(self) -> None:
        course = Course(tournaments.named("single_elimination"), entrants(4), options={"third-place": True})
        while (round := course.next()) is not None:
            course.played.append(Played(round, {one.table: Result(2, 0) for one in round.pairings}))
        assert sorted(line.place for line in course.standings().values()) == [1, 2, 3, 4]
        assert len(course.pairings()) == course.form.matches(course.entrants, course.options)

    def test_without_it_they_share(self) -> None:
        course = Course(tournaments.named("single_elimination"), entrants(4)).rest()
        assert sorted(line.place for line in course.standings().values()) == [1, 2, 3, 3]


class TestDoubleElimination:
    FORM = tournaments.named("double_elimination")

    def until(self, name: str, size: int = 4) -> tuple[Course, Pairing]:
        course = Course(self.FORM, entrants(size))
        while (round := course.next()) is not None:
            if found := [pairing for pairing in round.pairings if pairing.node == name]:
                course.played.append(Played(round, {}))
                return course, found[0]
            course.played.append(Played(round, {one.table: Result(2, 0) for one in round.pairings}))
        raise AssertionError(f"{name} was not played")

    def settle(self, course: Course, pairing: Pairing, best: str) -> None:
        round = course.played.pop().round
        result = Result(2, 0) if best == pairing.first else Result(0, 2)
        course.played.append(Played(round, {pairing.table: result}))

    @pytest.mark.parametrize("size", [2, 3, 4, 8])
    def test_the_unbeaten_one_wins_the_grand_final_and_it_is_over(self, size: int) -> None:
        course, final = self.until("GF", size)
        self.settle(course, final, final.first)
        assert course.next() is None
        assert course.standings()[final.first].place == 1
        assert course.standings()[final.second].place == 2
        assert self.node(course, "GF2").closed

    @pytest.mark.parametrize("size", [2, 3, 4, 8])
    @pytest.mark.parametrize("again", ["first", "second"])
    def test_else_both_have_lost_once_and_a_second_one_decides(self, size: int, again: str) -> None:
        course, final = self.until("GF", size)
        self.settle(course, final, final.second)
        round = course.next()
        assert round is not None
        (reset,) = round.pairings
        assert reset.node == "GF2"
        assert reset.both == final.both
        best = getattr(reset, again)
        course.play(round, {1: Result(2, 0) if again == "first" else Result(0, 2)})
        assert course.next() is None
        assert course.standings()[best].place == 1
        assert len(course.pairings()) == self.FORM.matches(course.entrants, course.options)

    def node(self, course: Course, name: str) -> Node:
        bracket = self.FORM.bracket(course.entrants, course.played, course.options)
        assert bracket is not None
        return bracket.node(name)

    @pytest.mark.parametrize("size", [8, 16])
    @pytest.mark.parametrize("seed", range(5))
    def test_who_drops_does_not_soon_meet_whom_they_have_beaten(self, size: int, seed: int) -> None:
        """Up to the first level of the losers' side that takes in losers, nobody meets again."""
        course = Course(self.FORM, entrants(size), seed)
        while (round := course.next()) is not None:
            course.played.append(Played(round, {one.table: course.rng.choice(SWEEPS) for one in round.pairings}))
        early = [one.both for one in course.pairings() if one.node.split("-")[0] in ("W1", "W2", "L1", "L2")]
        assert len({*early}) == len(early)


SWEEPS = (Result(2, 0), Result(0, 2))


class TestMatches:
    KNOCKOUT = check(tournaments.named("single_elimination").options, {"pairs": 3, "replays": 2})
    GAMES = check(tournaments.named("swiss").options, {"pairs": 3})
    WINS = check(tournaments.named("swiss").options, {"pairs": 3, "scoring": "matches"})

    @pytest.mark.parametrize(
        ("options", "result", "more"),
        [
            (KNOCKOUT, Result(2, 0, 1), True),
            (KNOCKOUT, Result(4, 0, 2), False),  # cannot be caught up with
            (KNOCKOUT, Result(3, 1, 2), True),  # could be drawn
            (KNOCKOUT, Result(3, 3, 3), True),  # drawn: again
            (KNOCKOUT, Result(4, 4, 4), True),
            (KNOCKOUT, Result(5.5, 4.5, 5), False),
            (KNOCKOUT, Result(5, 5, 5), False),  # drawn, and often enough
            (KNOCKOUT, Result(cancelled=True), False),
            (KNOCKOUT, Result(absent=frozenset({"a"})), False),
            (GAMES, Result(4, 0, 2), True),  # every game counts
            (GAMES, Result(3, 3, 3), False),
            (WINS, Result(4, 0, 2), False),
            (WINS, Result(3, 3, 3), False),
        ],
    )
    def test_a_match_goes_on_until_it_is_decided(self, options: Mapping[str, Any], result: Result, more: bool) -> None:
        assert goes_on(options, result) is more

    def test_games_are_estimated_with_every_replay(self) -> None:
        assert most_games(self.KNOCKOUT, 7) == 2 * 7 * 5
        assert most_games(self.GAMES, 7) == 2 * 7 * 3


class TestSeeding:
    def test_by_rating_does_not_depend_on_who_signed_up_first(self) -> None:
        ratings = {"a": 1500.0, "b": 1700.0, "c": 1500.0}
        names = ["a", "b", "c", "d", "e"]
        once = by_rating(names, ratings, 4)
        assert all(by_rating(names, ratings, seed) == by_rating(names[::-1], ratings, seed) for seed in range(9))
        assert once[0].id == "b"
        assert {one.id for one in once[3:]} == {"d", "e"}
        assert [one.seed for one in once] == [1, 2, 3, 4, 5]
        lots = {tuple(one.id for one in by_rating(names, ratings, seed)) for seed in range(30)}
        assert len(lots) == 4  # two orders of the equal times two of the unrated

    def test_by_hand_puts_the_others_behind(self) -> None:
        field = by_hand(entrants(4), ["e3", "e1"])
        assert [(one.id, one.seed) for one in field] == [("e3", 1), ("e1", 2), ("e2", 3), ("e4", 4)]
        for wrong in (["e9"], ["e1", "e1"]):
            with pytest.raises(Exception, match="at most once"):
                by_hand(entrants(4), wrong)

    def test_a_bracket_of_eight(self) -> None:
        assert bracket_order(8) == [1, 8, 4, 5, 2, 7, 3, 6]
        assert [bracket_size(n) for n in (1, 2, 3, 4, 5, 16, 17)] == [2, 2, 4, 4, 8, 16, 32]
