"""The fold: what a log means, and what it refuses to mean."""

from __future__ import annotations

import pytest

from engine import duel
from engine.errors import CorruptLog, OutOfTurn
from engine.model import (
    Adjourn,
    Agreed,
    Autoplay,
    Body,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    Limits,
    MoveMode,
    Outcome,
    Player,
    Resume,
    Seat,
    Spoken,
    Takeback,
    TakebackOffer,
    TakebackRefused,
    Termination,
    Terms,
    TimeControl,
    Turn,
    Verdict,
)

X, O = Seat.FIRST, Seat.SECOND  # noqa: E741 - the marks of the game
ANN, BOB = Player("human", "ann"), Player("human", "bob")
PROGRAM = Player("engine", "perfect")


def log(*bodies: Body, limits: Limits = Limits(), time: TimeControl = TimeControl()) -> list[Entry]:
    """A log of Tic-Tac-Toe, an entry a second."""
    terms = Terms("tic_tac_toe", {X: ANN, O: BOB}, 1, limits=limits, time=time)
    return [Entry(n, f"id{n}", n * 1000, body) for n, body in enumerate([Agreed(terms), *bodies])]


def x(move: str) -> Turn:
    return Turn({X: move}, {X: Spoken(tokens_in=3, tokens_out=1, cost_nano_usd=5)})


def o(move: str) -> Turn:
    return Turn({O: move})


def test_fold_equals_advance_entry_by_entry() -> None:
    entries = log(x("1"), o("2"), DrawOffer(X), x("3"), o("4"))
    state = duel.begin(entries[0])
    for entry in entries[1:]:
        state = duel.advance(state, entry)
    assert state == duel.fold(entries)
    assert (state.entry, state.position_entry, state.turn, state.ply) == (5, 5, 4, 4)


def test_tallies_add_up_per_seat() -> None:
    state = duel.fold(log(x("1"), o("2"), x("3")))
    assert state.tally(X).tokens_in == 6
    assert state.tally(X).cost_nano_usd == 10
    assert state.tally(X).used_ms == 2000
    assert state.tally(O) == duel.Tally(used_ms=1000, plies=1)


def test_a_draw_offer_lapses_with_the_next_turn_and_changes_no_position() -> None:
    offered = duel.fold(log(x("1"), DrawOffer(X)))
    assert offered.draw_offer is X
    assert offered.position_entry == 1
    assert duel.fold(log(x("1"), DrawOffer(X), o("2"))).draw_offer is None
    assert duel.fold(log(x("1"), DrawOffer(X), DrawAnswer(O, False))).draw_offer is None


def test_a_takeback_undoes_plies_but_not_entry_numbers() -> None:
    entries = log(x("1"), o("2"), Takeback(1, "bob"))
    state = duel.fold(entries)
    assert state.ply == 1
    assert state.entry == 3
    assert state.to_move() == {O}
    assert duel.fold([*entries, Entry(4, "id4", 9000, o("5"))]).ply == 2


def test_a_takeback_of_two_plies_reaches_over_an_offer() -> None:
    state = duel.fold(log(x("1"), DrawOffer(X), o("2"), Takeback(2, "bob")))
    assert state.ply == 0
    assert state.to_move() == {X}


def test_a_verdict_replaces_a_move() -> None:
    ruled = duel.fold(log(x("1"), o("2"), Verdict(1, X, "9", "mod", "a slip")))
    assert ruled.position == duel.fold(log(x("9"), o("2"))).position


def test_a_verdict_on_no_turn_is_corrupt() -> None:
    with pytest.raises(CorruptLog, match="entry 0"):
        duel.fold(log(x("1"), Verdict(0, X, "9", "mod", "")))


def test_adjourned_nobody_moves_until_resumed() -> None:
    entries = log(x("1"), Adjourn("the budget is used up"))
    state = duel.fold(entries)
    assert state.to_move() == frozenset()
    with pytest.raises(OutOfTurn, match="budget"):
        duel.require_turn(state, O)
    assert duel.fold([*entries, Entry(3, "r", 5000, Resume("ann"))]).to_move() == {O}


def test_the_end_is_the_end() -> None:
    entries = log(x("1"), End(Outcome(X, Termination.RESIGNATION)))
    assert duel.fold(entries).to_move() == frozenset()
    with pytest.raises(CorruptLog, match="follows the end"):
        duel.fold([*entries, Entry(3, "late", 5000, o("2"))])
    with pytest.raises(OutOfTurn, match="over"):
        duel.require_open(duel.fold(entries))


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([], "empty"),
        (log(x("1"))[1:], "agreement"),
        ([log()[0], log(x("1"), o("2"))[2]], "Entry 2 follows entry 0"),
        (log(o("1")), "out of turn"),
        (log(x("1"), o("1")), "1"),
        (log(Agreed(log()[0].body.terms)), "second agreement"),  # type: ignore[union-attr]
    ],
)
def test_a_damaged_log_is_refused(entries: list[Entry], says: str) -> None:
    with pytest.raises(CorruptLog, match=says):
        duel.fold(entries)


def test_the_limit_of_plies_is_a_draw() -> None:
    state = duel.fold(log(x("1"), o("2"), limits=Limits(max_plies=2)))
    outcome = duel.ending(state)
    assert outcome is not None
    assert (outcome.winner, outcome.termination) == (None, "max-plies")
    assert duel.ending(duel.fold(log(x("1"), limits=Limits(max_plies=2)))) is None


def test_a_win_at_the_limit_is_a_win() -> None:
    outcome = duel.ending(duel.fold(log(x("1"), o("4"), x("2"), o("5"), x("3"), limits=Limits(max_plies=5))))
    assert outcome is not None
    assert outcome.winner is X


def test_budgets() -> None:
    assert duel.over_budget(duel.fold(log(x("1"), limits=Limits(max_tokens=5)))) is None
    assert "4 tokens" in (duel.over_budget(duel.fold(log(x("1"), limits=Limits(max_tokens=4)))) or "")
    assert "$0.00" in (duel.over_budget(duel.fold(log(x("1"), limits=Limits(max_nano_usd=5)))) or "")


def test_the_tighter_clock_counts() -> None:
    time = TimeControl(per_ply_seconds=60, per_duel_seconds=10)
    state = duel.fold(log(x("1"), o("2"), time=time))
    assert duel.left_ms(state, X) == 9000
    assert duel.deadline_ms(state, [X]) == 2000 + 9000
    assert duel.deadline_ms(duel.fold(log()), [X]) is None


def test_both_failing_at_once_is_a_draw() -> None:
    assert duel.forfeited([X], Termination.FORFEIT, "").winner is O
    assert duel.forfeited([X, O], Termination.FORFEIT, "").winner is None


def test_what_was_taken_back_was_spent_all_the_same() -> None:
    state = duel.fold(log(x("1"), o("2"), Takeback(2, "ann")))
    assert state.ply == 0
    assert (state.tally(X).tokens_in, state.tally(X).cost_nano_usd, state.tally(X).used_ms) == (3, 5, 0)


def test_a_takeback_that_is_asked_for_stands_until_it_is_answered_or_the_next_turn() -> None:
    asked = log(x("1"), TakebackOffer(X))
    assert duel.fold(asked).takeback_offer is X
    for answer in (TakebackRefused(O), o("2"), Takeback(1, "bob"), Autoplay(X, PROGRAM, None, "ann")):
        assert duel.fold(log(x("1"), TakebackOffer(X), answer)).takeback_offer is None


def test_offers_change_no_position() -> None:
    state = duel.fold(log(x("1"), TakebackOffer(X), TakebackRefused(O), DrawOffer(X)))
    assert (state.position_entry, state.entry) == (1, 4)


def test_a_draw_offer_goes_with_the_moves_that_are_taken_back() -> None:
    lapsed = log(DrawOffer(X), x("1"), o("2"), Takeback(2, "ann"))
    assert duel.fold(lapsed).draw_offer is None


def test_a_program_takes_a_seat_over_and_the_duel_is_casual_from_there() -> None:
    before = duel.fold(log(x("1")))
    assert before.terms.rated
    after = duel.fold(log(x("1"), Autoplay(O, PROGRAM, MoveMode.LISTED, "bob")))
    assert (after.terms.players, after.terms.modes) == ({X: ANN, O: PROGRAM}, {O: MoveMode.LISTED})
    assert not after.terms.rated
    assert (after.position_entry, after.ply) == (before.position_entry, before.ply)


def test_who_hands_a_seat_over_takes_their_offer_along() -> None:
    assert duel.fold(log(x("1"), DrawOffer(X), Autoplay(X, PROGRAM, None, "ann"))).draw_offer is None
    assert duel.fold(log(x("1"), DrawOffer(X), Autoplay(O, PROGRAM, None, "bob"))).draw_offer is X


def test_a_program_has_no_clock() -> None:
    time = TimeControl(per_ply_seconds=30)
    state = duel.fold(log(x("1"), Autoplay(O, PROGRAM, None, "bob"), time=time))
    assert duel.left_ms(state, O) is None
    assert duel.left_ms(state, X) == 30_000
