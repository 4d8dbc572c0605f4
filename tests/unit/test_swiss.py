"""Swiss pairings: against a second library, against the rules, and in the cases that a table of people brings."""

from __future__ import annotations

import itertools
import logging
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import networkx
import pytest
from caissify_pairings import generate_pairings
from py4swiss.engines.dutch.bracket import Brackets
from py4swiss.engines.dutch.engine import Engine
from py4swiss.trf import ParsedTrf
from py4swiss.trf.codes import PlayerCode
from py4swiss.trf.results import RoundResult
from py4swiss.trf.sections import PlayerSection, XSection
from support import share

from engine import tournaments
from engine.options import check
from engine.tournaments import _dutch
from engine.tournaments._dutch import Card, Float
from engine.tournaments.model import Bye, ByeKind, Entrant, Leaving, Pairing, Played, Result, Round

SWISS = tournaments.named("swiss")
SINGLE = {"scoring": "matches", "pairs": 1}
Pairs = Sequence[tuple[int, int | None]]


def field(count: int) -> list[Entrant]:
    return [Entrant(f"e{place}", place) for place in range(1, count + 1)]


def met(played: Sequence[Played]) -> list[frozenset[str]]:
    return [pairing.both for one in played for pairing in one.round.pairings]


def byes(played: Sequence[Played]) -> list[str]:
    return [bye.entrant for one in played for bye in one.round.byes if bye.kind is ByeKind.FULL]


@dataclass
class Asked:
    """One round that was asked of the pairing: what went in and what came out.

    ``collapsed``: from which score down the brackets were put together, because they could not be completed one by one.
    """

    number: int
    cards: Sequence[Card]
    ours: Pairs | None
    collapsed: int | None

    def legal(self, pairs: Pairs) -> bool:
        """Everybody once, nobody again, one bye in an odd field and to somebody who has had none."""
        cards = {card.number: card for card in self.cards}
        free = [one for one, other in pairs if other is None]
        seated = [one for pair in pairs for one in pair if one is not None]
        return (
            sorted(seated) == sorted(cards)
            and len(free) == len(cards) % 2
            and not any(cards[one].had_bye for one in free)
            and not any(other in cards[one].met for one, other in pairs)
        )

    @property
    def possible(self) -> bool:
        """Whether any legal round exists, by networkx: a perfect matching of those who may meet, and of the bye."""
        graph = networkx.Graph()
        graph.add_nodes_from(card.number for card in self.cards)
        graph.add_edges_from(
            (one.number, other.number)
            for one, other in itertools.combinations(self.cards, 2)
            if other.number not in one.met
        )
        if len(self.cards) % 2:
            graph.add_edges_from((card.number, 0) for card in self.cards if not card.had_bye)
        matching = networkx.max_weight_matching(graph, maxcardinality=True)
        return 2 * len(matching) == len(self.cards) + len(self.cards) % 2

    def theirs(self, rounds: int) -> Pairs:
        """What caissify-pairings makes of it; without colours, as ours."""
        players = [
            {
                "id": card.number,
                "name": str(card.number),
                "score": card.points / 2,
                "rating": 3000 - card.number,
                "starting_number": card.number,
                "color_hist": [],
                "float_history": [one.value for one in card.floats],
                "bye_count": int(card.had_bye),
            }
            for card in self.cards
        ]
        found = generate_pairings(
            system="dutch",
            players=players,
            previous_pairings={tuple(sorted((card.number, other))) for card in self.cards for other in card.met},
            round_number=self.number,
            total_rounds=rounds,
        )
        return [(pair["white_id"], pair["black_id"]) for pair in found]

    def crossings(self, pairs: Pairs) -> list[int]:
        """For each score from the top, above a collapse: how many pairs reach below it; fewer is better (C6)."""
        points = {card.number: card.points for card in self.cards} | {None: -1}
        return [
            sum((points[one] >= score) != (points[other] >= score) for one, other in pairs)
            for score in sorted({card.points for card in self.cards}, reverse=True)
            if self.collapsed is None or score > self.collapsed
        ]

    def bye_score(self, pairs: Pairs) -> int | None:
        points = {card.number: card.points for card in self.cards}
        return next((points[one] for one, other in pairs if other is None), None)


def random_tournament(seed: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Asked, int]]:
    """A whole Swiss of 2 to 24 in which some leave and some do not come: each round asked for, and of how many."""
    rng = random.Random(seed)
    entrants = field(rng.randint(2, 24))
    options = check(SWISS.options, {**SINGLE, "rounds": rng.randint(1, 9)})
    collapses: list[int] = []
    asked: list[Asked] = []
    collapse, pair = Brackets.collapse, _dutch.pair

    def recorded(cards: Sequence[Card], number: int) -> Pairs | None:
        collapses.clear()
        found = pair(cards, number)
        asked.append(Asked(number, cards, found, max(collapses, default=None)))
        return found

    def noted(brackets: Brackets) -> None:
        collapses.append(brackets._get_resident_list()[0].points)
        collapse(brackets)

    with monkeypatch.context() as patch:
        patch.setattr(Brackets, "collapse", noted)
        patch.setattr(_dutch, "pair", recorded)
        played: list[Played] = []
        while (round := SWISS.next_round(entrants, played, options, seed)) is not None:
            played.append(Played(round, {one.table: random_result(rng, one) for one in round.pairings}))
            if rng.random() < 0.15:
                gone = rng.randrange(len(entrants))
                if entrants[gone].left is None:
                    entrants[gone] = replace(entrants[gone], left=len(played) + 1, why=Leaving.WITHDRAWN)
    assert max(Counter(met(played)).values(), default=1) == 1, "two have met twice"
    assert max(Counter(byes(played)).values(), default=1) == 1, "somebody has had two byes"
    for one in asked:
        yield one, SWISS.rounds(entrants, options)


def random_result(rng: random.Random, pairing: Pairing) -> Result:
    if rng.random() < 0.02:
        return Result(absent=frozenset({pairing.first}))
    return Result(*rng.choice([(2.0, 0.0), (1.0, 1.0), (0.0, 2.0)]))


def difference(asked: Asked, rounds: int) -> str:
    """Why the two libraries differ on a round; ``same`` when they do not.

    nothing left: no legal round exists (networkx agrees). Ours says so; caissify-pairings then repeats a match.
    collapsed: the lowest brackets cannot be completed one by one and are put together (C.04.3 art. A.9 until January
        2026). Down from there py4swiss pairs as one bracket what caissify-pairings goes on pairing score by score.
    bye among equals: the same score gets the bye; today's edition looks at the unplayed rounds (C9) and the floats of
        those who could get it before the order inside the bracket.
    """
    theirs = asked.theirs(rounds)
    if asked.ours is None:
        assert not asked.possible, "a round was possible and ours did not find it"
        assert not asked.legal(theirs)
        return "nothing left"
    assert asked.legal(asked.ours)
    if {*map(frozenset, asked.ours)} == {*map(frozenset, theirs)}:
        return "same"
    assert asked.legal(theirs)
    # Whatever else differs, both are equally good in what comes first: who meets inside an equal score, and the bye's.
    assert asked.crossings(asked.ours) == asked.crossings(theirs)
    assert asked.bye_score(asked.ours) == asked.bye_score(theirs)
    if asked.collapsed is not None:
        return "collapsed"
    assert [pair for pair in asked.ours if None in pair] != [pair for pair in theirs if None in pair]
    return "bye among equals"


@pytest.mark.torture
def test_a_second_library_pairs_the_same_but_for_differences_that_are_explained(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "caissify_pairings")
    found = Counter(
        difference(asked, rounds)
        for seed in range(share(1000, 20))
        for asked, rounds in random_tournament(seed, monkeypatch)
    )
    print(f"\n{sum(found.values())} rounds: {dict(found)}")
    assert found["same"] > 0.9 * sum(found.values())


def card(number: int, points: int, met: Collection[int] = (), *, had_bye: bool = False, floats: str = "") -> Card:
    """``floats`` by letters: d, u or n, the last round last."""
    letters = {"d": Float.DOWN, "u": Float.UP, "n": Float.NONE}
    return Card(number, points, [letters[one] for one in floats], {*met}, had_bye)


class TestRules:
    """Rounds that the rules decide, reckoned by hand."""

    def test_the_first_round_sets_the_upper_half_against_the_lower(self) -> None:
        assert _dutch.pair([card(n, 0) for n in range(1, 8)], 1) == [(1, 4), (2, 5), (3, 6), (7, None)]

    @pytest.mark.parametrize("count", [2, 3, 8, 15])
    def test_the_first_round_is_what_the_library_says(self, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        cards = [card(n, 0) for n in range(1, count + 1)]
        short = _dutch.pair(cards, 1)
        monkeypatch.setattr(_dutch, "_is_first", lambda cards: False)
        assert _dutch.pair(cards, 1) == short

    def test_winners_meet_winners(self) -> None:
        cards = [card(1, 2, {3}), card(2, 2, {4}), card(3, 0, {1}), card(4, 0, {2})]
        assert _dutch.pair(cards, 2) == [(1, 2), (3, 4)]

    def test_nobody_meets_again_though_the_scores_say_so(self) -> None:
        cards = [card(1, 4, {2, 3}), card(2, 4, {1, 4}), card(3, 0, {1, 4}), card(4, 0, {2, 3})]
        assert _dutch.pair(cards, 3) == [(1, 4), (2, 3)]

    def test_when_all_have_met_there_is_no_round(self) -> None:
        assert _dutch.pair([card(1, 2, {2}), card(2, 0, {1})], 2) is None
        everybody = [card(n, 0, {1, 2, 3} - {n}, had_bye=True) for n in (1, 2, 3)]
        assert _dutch.pair(everybody, 4) is None

    def test_the_bye_goes_to_the_lowest_score_that_has_had_none(self) -> None:
        cards = [
            card(1, 4, {4}),
            card(2, 2, {5}),
            card(3, 2, had_bye=True),
            card(4, 2, {1}),
            card(5, 0, {2}, had_bye=True),
        ]
        pairs = _dutch.pair(cards, 2)
        assert pairs is not None
        assert pairs[-1][1] is None
        assert pairs[-1][0] in (2, 4)

    def test_the_bye_comes_before_meetings_inside_a_score(self) -> None:
        """C5 of today: 7 has the fewest points, so 4 and 11, who could have met, do not. Found by the comparison."""
        cards = [
            card(4, 2, {10, 12}, floats="nn"),
            card(5, 2, {1, 11}, floats="nn"),
            card(6, 1, {10, 12}, floats="nn"),
            card(7, 0, {1, 11}, floats="nn"),
            card(8, 2, {2, 3}, floats="nn"),
            card(10, 1, {4, 6}, floats="nn"),
            card(11, 2, {5, 7}, floats="nn"),
        ]
        pairs = _dutch.pair(cards, 3)
        assert pairs is not None
        assert (7, None) in pairs

    def test_nobody_floats_twice_running_if_another_can(self) -> None:
        cards = [card(1, 2, floats="d"), card(2, 2, floats="n"), card(3, 2, floats="n"), card(4, 0, floats="n")]
        assert _dutch.pair(cards, 2) == [(1, 2), (3, 4)]
        cards[2] = card(3, 2, floats="d")
        cards[0] = card(1, 2, floats="n")
        assert (3, 4) not in (_dutch.pair(cards, 2) or [])


EXERCISE = {
    int(row.split()[0]): row.split()[1:]
    for row in (Path(__file__).parents[1] / "data" / "fide_swiss_exercise.txt").read_text().splitlines()
    if not row.startswith("#")
}
TOKENS = {"+": "1", "=": "=", "-": "0", "W": "+", "F": "-", "U": "U", "H": "H", "Z": "Z"}
SCORED = {"+": 10, "=": 5, "W": 10, "U": 10, "H": 5}


class TestPublished:
    """FIDE's exercise was paired by the Dutch system, with colours: py4swiss pairs each of its rounds the same."""

    @pytest.mark.parametrize("number", range(1, 6))
    def test_a_round_is_paired_as_it_was(self, number: int) -> None:
        there = {one: row[number - 1] for one, row in EXERCISE.items()}
        absent = {one for one, sign in there.items() if sign in "HZ"}
        sections = [
            PlayerSection(
                code=PlayerCode.PLAYER,
                starting_number=one,
                rank=one,
                points_times_ten=sum(SCORED.get(sign[0], 0) for sign in row[: number - 1]),
                results=[self.result(sign) for sign in row[: number - 1]],
            )
            for one, row in EXERCISE.items()
        ]
        report = ParsedTrf(player_sections=sections, x_section=XSection(number_of_rounds=5, zeroed_ids=absent))
        pairs = {frozenset((pair.white, pair.black)) for pair in Engine.generate_pairings(report)}
        expected = {frozenset((one, self.opponent(sign))) for one, sign in there.items() if one not in absent}
        assert pairs == expected

    def opponent(self, sign: str) -> int:
        return int(sign[1:].rstrip("wb") or 0)

    def result(self, sign: str) -> RoundResult:
        colour = sign[-1] if sign[-1] in "wb" else "-"
        return RoundResult(id=self.opponent(sign), color=colour, result=TOKENS[sign[0]])


class TestFloats:
    def test_are_told_by_the_scores_before_the_round(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Sequence[Card]] = []
        monkeypatch.setattr(_dutch, "pair", lambda cards, number: asked.append(cards))
        entrants = [*field(5), Entrant("late", 6, joined=3)]
        one = Round(1, (Pairing(1, 1, "e1", "e3", 0), Pairing(1, 2, "e2", "e4", 0)))
        two = Round(2, (Pairing(2, 1, "e1", "e4", 0), Pairing(2, 2, "e3", "e2", 0)), (Bye("e5", ByeKind.FULL),))
        absent = Result(absent=frozenset({"e4"}))
        played = [Played(one, {1: Result(2, 0), 2: Result(1, 1)}), Played(two, {1: absent, 2: Result(0, 2)})]
        options = check(SWISS.options, {"rounds": 4})
        assert SWISS.next_round(entrants, played, options, 0) is None
        ((*cards,),) = asked
        assert [(one.number, one.points, [*map(str, one.floats)], one.met, one.had_bye) for one in cards] == [
            (1, 8, ["none", "down"], {3, 4}, True),
            (2, 6, ["none", "down"], {3, 4}, False),
            (3, 0, ["none", "up"], {1, 2}, False),
            (4, 2, ["none", "none"], {1, 2}, False),
            (5, 4, ["none", "down"], set(), True),
            (6, 4, ["down", "down"], set(), False),
        ]


class TestLateEntry:
    def entered(self, missed: str) -> float:
        entrants = field(8)
        options = check(SWISS.options, {"rounds": 4, "missed": missed, "pairs": 2})
        played: list[Played] = []
        for _ in range(2):
            round = SWISS.next_round(entrants, played, options, 0)
            assert round is not None
            played.append(Played(round, {one.table: Result(2, 2, 2) for one in round.pairings}))
        entrants.append(Entrant("late", 9, joined=3))
        assert SWISS.next_round(entrants, played, options, 0) is not None
        (line,) = (one for one in SWISS.standings(entrants, played, options) if one.entrant.id == "late")
        return line.points

    def test_each_missed_round_counts_half_a_match_won(self) -> None:
        assert self.entered("half") == 4.0

    def test_or_nothing(self) -> None:
        assert self.entered("zero") == 0.0


class TestSeats:
    def test_first_seats_are_shared(self) -> None:
        entrants, played, options = field(16), list[Played](), check(SWISS.options, {"rounds": 8})
        rng = random.Random(2)
        while (round := SWISS.next_round(entrants, played, options, 0)) is not None:
            played.append(Played(round, {one.table: random_result(rng, one) for one in round.pairings}))
        firsts = Counter(pairing.first for one in played for pairing in one.round.pairings)
        assert all(3 <= firsts[one.id] <= 5 for one in entrants)


def test_a_process_that_pairs_nobody_does_not_import_the_library() -> None:
    code = (
        "import sys; from engine import tournaments; [tournaments.named(one) for one in tournaments.names()];"
        "sys.exit(any(name.startswith('py4swiss') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
