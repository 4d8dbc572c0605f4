"""Word Association: what is played, what it costs, and that a log keeps its verdicts."""

from __future__ import annotations

import random

import pytest

from engine.errors import Ambiguous, BadOption, CorruptLog, EmptyReply, TruncatedReply, Unparsable
from engine.games import _word_chain, word_association
from engine.games._word_chain import Answer, Position, judged
from engine.games._word_themes import NOT_SAID, THEMES, theme_of
from engine.games.word_association import GAME
from engine.lexicon import Reason, lexicon
from engine.model import SEATS, Seat, Termination
from engine.options import check, handpicked
from engine.players.lookahead import best_move


def started(**options: object) -> Position:
    return GAME.start(check(GAME.options, options), 1)


def said(position: Position, *texts: str) -> Position:
    for text in texts:
        (seat,) = GAME.to_move(position)
        position = GAME.play(position, {seat: GAME.parse(position, seat, text)})
    return position


def answer(text: str, points: int = 10) -> Answer:
    return Answer(text, Reason.RELATED if points else Reason.UNRELATED, 3.0, points)


# What is accepted, and what it scores


def test_the_examples_of_the_rules() -> None:
    position = said(started(theme="Egypt"), "pyramid", "carburetor", "xqzzy", "the")
    reasons = [each.reason for each in position.answers]
    assert reasons == [Reason.RELATED, Reason.UNRELATED, Reason.NOT_A_WORD, Reason.FUNCTION_WORD]
    assert position.before == "pyramid"
    assert [position.points(seat) for seat in SEATS] == [15, 0]
    assert [position.struck(seat) for seat in SEATS] == [1, 2]


@pytest.mark.parametrize("again", ["pyramid", "Pyramids", "the pyramid", "egypt", "Egypt's pyramids"])
def test_a_word_is_used_up_with_all_its_forms(again: str) -> None:
    position = said(started(theme="egypt"), "pyramid", "pharaoh", again)
    assert position.answers[-1].reason is Reason.REPEATED
    assert position.struck(Seat.FIRST) == 1


@pytest.mark.parametrize(
    ("theme", "again"),
    [("colour", "color"), ("grey", "gray"), ("egypt", "egyptian"), ("happy", "unhappy"), ("dark", "darkness")],
)
def test_spellings_and_derived_words_count_as_used(theme: str, again: str) -> None:
    assert GAME.parse(started(theme=theme), Seat.FIRST, again).reason is Reason.REPEATED


@pytest.mark.parametrize(("theme", "other"), [("ear", "early"), ("bull", "bully"), ("sign", "signal")])
def test_words_that_only_look_derived_are_other_words(theme: str, other: str) -> None:
    assert GAME.parse(started(theme=theme), Seat.FIRST, other).reason is not Reason.REPEATED


def test_one_related_word_does_not_carry_one_from_nowhere() -> None:
    assert GAME.parse(started(theme="egypt"), Seat.FIRST, "carburetor nile").reason is Reason.UNRELATED
    assert GAME.parse(started(theme="egypt"), Seat.FIRST, "river nile").accepted


def test_an_aside_counts_when_it_is_related() -> None:
    assert GAME.parse(started(theme="rescue"), Seat.FIRST, "help").accepted


def test_a_refused_answer_is_not_used_up_and_is_not_the_word_before() -> None:
    position = said(started(theme="egypt"), "engine", "pyramid")
    assert position.before == "pyramid"
    said_later = Position("egypt", 3, 20, (answer("engine", 0), answer("car")))
    assert judged(said_later, "engine").accepted


def test_words_used_before_lend_nothing_to_a_phrase() -> None:
    position = said(started(theme="egypt"), "pyramid", "pharaoh")
    alone = judged(position, "carburetor")
    assert not alone.accepted
    assert judged(position, "pyramid carburetor").score == alone.score


def test_a_rare_word_scores_more_than_a_common_one() -> None:
    assert judged(started(theme="winter"), "snow").points == 10
    assert judged(started(theme="winter"), "blizzard").points == 15
    assert judged(started(theme="winter"), "carburetor").points == 0


# Ends


def test_three_strikes_lose() -> None:
    position = started(theme="egypt")
    for _ in range(2):
        position = said(position, "carburetor", "carburetor")
    assert GAME.outcome(position) is None
    end = GAME.outcome(said(position, "carburetor"))
    assert end is not None
    assert (end.winner, end.termination, end.why) == (Seat.SECOND, "strikes", "First has 3 strikes.")


@pytest.mark.parametrize(
    ("first", "second", "winner"), [(15, 10, Seat.FIRST), (10, 15, Seat.SECOND), (10, 10, None), (0, 0, None)]
)
def test_after_the_last_round_more_points_win(first: int, second: int, winner: Seat | None) -> None:
    position = started(rounds=1)
    position = GAME.play(position, {Seat.FIRST: answer("a", first)})
    assert GAME.outcome(position) is None
    end = GAME.outcome(GAME.play(position, {Seat.SECOND: answer("b", second)}))
    assert end is not None
    assert (end.winner, end.termination) == (winner, "rounds")
    assert str(max(first, second)) in end.why


def test_a_strike_in_the_last_round_counts_before_points() -> None:
    position = Position("egypt", 1, 1, (answer("a", 0),))
    assert GAME.to_move(position) == frozenset()
    assert GAME.outcome(position).winner is Seat.SECOND  # type: ignore[union-attr]


def test_the_arena_limit_is_decided_by_points() -> None:
    position = Position("egypt", 3, 20, (answer("pyramid", 15), answer("pharaoh", 10)))
    end = GAME.adjudicate(position)
    assert (end.winner, end.termination) == (Seat.FIRST, Termination.MAX_PLIES)


# The log


def test_an_old_log_replays_without_being_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    played = said(started(theme="egypt"), "pyramid", "carburetor", "pharaoh")
    log = [GAME.encode(move) for move in played.answers]

    def judge_again() -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr(_word_chain, "lexicon", judge_again)
    position = Position("egypt", 3, 20)
    for text in log:
        (seat,) = GAME.to_move(position)
        position = GAME.play(position, {seat: GAME.decode(position, text)})
    assert position == played
    assert position.before == "pharaoh"


def test_a_verdict_of_another_table_stands() -> None:
    move = GAME.decode(started(), "related 2.950 10 carburetor")
    assert (move.accepted, move.points, GAME.encode(move)) == (True, 10, "related 2.950 10 carburetor")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pyramid",
        "related 3.000 0 pyramid",
        "unrelated 1.000 10 pyramid",
        "sublime 3.000 10 pyramid",
        "empty 0.000 0 x",
        "related 3.0 10 pyramid",
        "related 3.000 10 ",
        "related 3.000 10 Pyramid\n",
        "related 3.000 10 " + "x" * 61,
    ],
)
def test_what_is_no_verdict_is_a_corrupt_log(text: str) -> None:
    with pytest.raises(CorruptLog):
        GAME.decode(started(), text)


# Reading replies


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("pyramid", "pyramid"),
        ("  Pyramid! ", "pyramid"),
        ("**Pyramid**", "pyramid"),
        ('"pyramid"', "pyramid"),
        ("Move: pyramid", "pyramid"),
        ("Move: great pyramid of", "great pyramid of"),
        ("<think>carburetor? no.</think>\nMove: pyramid", "pyramid"),
        ('{"word": "pyramid"}', "pyramid"),
        ('```json\n{"move": "pyramid"}\n```', "pyramid"),
        ("<answer>pyramid</answer>", "pyramid"),
        ("Egypt makes me think of tombs.\nMove: pyramid", "pyramid"),
        ("My word is pyramid, because it stands in Egypt.", "pyramid"),
        ("I'll go with pyramid", "pyramid"),
        ("Word: pyramid", "pyramid"),
        ("egypt -> pyramid", "pyramid"),
        ("Move: egypt → pyramid", "pyramid"),
        ("Move: pyramid (a tomb)", "pyramid"),
        ("Move: pyramid - a tomb of kings", "pyramid"),
        ("Pharaoh’s tomb", "pharaoh's tomb"),
        ("café", "cafe"),
        ("mother-in-law", "mother-in-law"),
        ("Move: salt and pepper", "salt and pepper"),
    ],
)
def test_the_answer_is_found(reply: str, read: str) -> None:
    assert GAME.parse(started(theme="egypt"), Seat.FIRST, reply).text == read


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("", EmptyReply),
        ("<think>pyramid", TruncatedReply),
        ("I think that pyramids are related to Egypt", Unparsable),
        ("What is it?", Unparsable),
        ("pass", Unparsable),
        ("Move: pass", Unparsable),
        ("help", Unparsable),
        ("thanks", Unparsable),
        ("Good game!", Unparsable),
        ("Is it pyramid?", Unparsable),
        ("pyramid?", Unparsable),
        ("Move: is it pyramid?", Unparsable),
        ("pyramid pharaoh sphinx nile", Unparsable),
        ("pyramid, pharaoh", Unparsable),
        ("pyramid\npharaoh", Unparsable),
        ("I don't know", Unparsable),
        ("no idea", Unparsable),
        ("not pyramid", Unparsable),
        ("Move: not pyramid", Unparsable),
        ("I pass", Unparsable),
        ("金字塔", Unparsable),
        ("pyramid=1", Unparsable),
        ("rome -> colosseum", Unparsable),
        ("egypt -> pyramid -> pharaoh", Unparsable),
        ("pyramid or pharaoh", Ambiguous),
        ("pyramid/pharaoh", Ambiguous),
        ("Move: pyramid\nMove: pharaoh", Ambiguous),
        ("Move: " + "x" * 61, Unparsable),
    ],
)
def test_what_is_no_single_answer_is_asked_again(reply: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        GAME.parse(started(theme="egypt"), Seat.FIRST, reply)


# Start


def test_the_seed_chooses_the_theme_and_every_theme_is_playable() -> None:
    assert len(set(THEMES)) >= 40
    assert {theme_of(seed) for seed in range(1_000)} == set(THEMES)
    assert theme_of(7) == theme_of(7)
    for theme in THEMES:
        position = started(theme=theme)
        assert GAME.propose(position, Seat.FIRST)[0].accepted, theme


def test_a_chosen_theme_is_a_handpicked_start() -> None:
    assert handpicked(GAME.options, {"theme": "egypt"}) == ("theme",)
    assert started(theme="  Ancient   Egypt ").theme == "Ancient Egypt"


@pytest.mark.parametrize(
    "theme",
    [
        "xqzzy",
        "xqzzy egypt",
        "the",
        "a b c d e f g",
        "egypt\x07",
        "one two six ten red blue green",
        'egypt" ignore',
        "§",
    ],
)
def test_a_theme_must_mean_something(theme: str) -> None:
    with pytest.raises(BadOption):
        started(theme=theme)


def test_ladders_keep_unusual_limits_apart() -> None:
    assert GAME.variant({}) == GAME.variant({"theme": "egypt"}) == "standard"
    assert GAME.variant({"strikes": 1, "rounds": 5}) == "1-strikes-5-rounds"


def test_a_position_can_be_written() -> None:
    position = GAME.read_position("egypt: pyramid, carburetor, pharaoh")
    assert position == said(started(theme="egypt"), "pyramid", "carburetor", "pharaoh")
    with pytest.raises(BadOption, match="over before"):
        GAME.read_position("egypt: xa, xb, xc, xd, xe, xf")
    with pytest.raises(BadOption):
        GAME.read_position("egypt: what is it?")


# What is shown


def test_the_board_is_a_chain_with_reasons() -> None:
    board = GAME.board(said(started(theme="egypt"), "pyramid", "carburetor"))
    assert [(link.text, link.seat, link.accepted, link.note) for link in board.links] == [
        ("egypt", None, True, "theme"),
        ("pyramid", Seat.FIRST, True, "+15"),
        ("carburetor", Seat.SECOND, False, "not related"),
    ]
    assert not board.cells
    assert "carburetor (not related)" in board.alt
    assert board.captions[-1] == "First to answer “pyramid”."


def test_the_prompt_of_the_longest_duel_stays_short() -> None:
    answers = tuple(answer(f"{'w' * 50} {number}") for number in range(99))
    told = GAME.prompt(Position("egypt", 3, 50, answers), Seat.SECOND)
    assert len(told) < 4_000
    assert '" 98' not in told
    assert f'The word before is "{answers[-1].text}"' in told


# Our own player


def test_proposals_carry_the_verdict_that_play_gives() -> None:
    position = said(started(theme="the ocean"), "whale")
    proposals = GAME.propose(position, Seat.SECOND)
    assert sum(move.accepted for move in proposals) >= 6
    assert any(not move.accepted for move in proposals)
    for move in proposals:
        assert move == judged(position, move.text)
    assert not NOT_SAID & {move.text for move in proposals}
    assert GAME.propose(position, Seat.FIRST) == ()


def test_some_words_our_player_leaves_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    best = GAME.propose(started(theme="the ocean"), Seat.FIRST)[0].text
    monkeypatch.setattr(word_association, "NOT_SAID", frozenset({best}))
    assert best not in {move.text for move in GAME.propose(started(theme="the ocean"), Seat.FIRST)}


def test_the_expert_never_misses_and_repeats_nothing() -> None:
    position, rng = started(), random.Random(4)
    while GAME.to_move(position):
        (seat,) = GAME.to_move(position)
        position = GAME.play(position, {seat: best_move(GAME, position, seat, GAME.engines["expert"], rng)})
    assert len(position.answers) == 40
    assert all(each.accepted for each in position.answers)
    stems = [lexicon().stem(text) for text in position.chain]
    assert len(set(stems)) == len(stems)
