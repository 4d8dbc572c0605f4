"""What every game promises. A new file in ``engine/games`` joins by itself."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import games
from engine.errors import BadOption, CorruptLog, MoveRefused, UnknownName
from engine.games import AnyGame
from engine.model import SEATS, Outcome, Seat
from engine.options import check
from engine.players.lookahead import best_move

# A random duel is followed this far: the arena's own limit of plies, which is the bound that the arena states.
PLY_LIMIT = 200
ENCODED_CHARACTERS = 200

# Few seeds, so that their duels are played once and shared by all tests: some games take long to propose a move.
seeds = st.integers(min_value=0, max_value=4)
few = settings(max_examples=5, deadline=None, derandomize=True)
several = settings(max_examples=20, deadline=None, derandomize=True)
Step = tuple[Any, Mapping[Seat, Any]]


@pytest.fixture(params=games.names(), scope="module")
def game(request: pytest.FixtureRequest) -> AnyGame:
    return games.game(request.param)


def started(game: AnyGame, seed: int, **options: Any) -> Any:
    return game.start(check(game.options, options), seed)


def candidates(game: AnyGame, position: Any, seat: Seat) -> list[Any]:
    legal = game.legal_moves(position, seat)
    return list(game.propose(position, seat) if legal is None else legal)


@cache
def played(name: str, seed: int) -> tuple[Step, ...]:
    """A random duel: each position with the moves chosen in it; the last one has none."""
    game, rng = games.game(name), random.Random(seed)
    position = started(game, seed)
    steps: list[Step] = []
    while len(steps) < PLY_LIMIT and game.to_move(position):
        moves = {seat: rng.choice(candidates(game, position, seat)) for seat in sorted(game.to_move(position))}
        steps.append((position, moves))
        position = game.play(position, moves)
    return (*steps, (position, {}))


def duel(game: AnyGame, seed: int, plies: int = PLY_LIMIT) -> Sequence[Step]:
    """The first steps of a random duel."""
    return played(game.name, seed)[: plies + 1]


def midway(game: AnyGame, seed: int) -> Any:
    """A position of a random duel that is not over."""
    live = [position for position, moves in duel(game, seed) if moves]
    return live[random.Random(seed).randrange(len(live))]


def seen(game: AnyGame, position: Any) -> tuple[object, ...]:
    """All that anybody is shown of a position."""
    boards = [game.board(position, seat) for seat in (None, *SEATS)]
    return (game.to_move(position), game.outcome(position), boards, game.score(position), prompts(game, position))


def prompts(game: AnyGame, position: Any) -> Mapping[Seat, str]:
    return {seat: game.prompt(position, seat) for seat in sorted(game.to_move(position))}


def attempt(game: AnyGame, position: Any, seat: Seat, text: str) -> tuple[Any] | str:
    """The move that is read, alone in a tuple, or the sentence that refuses it."""
    try:
        return (game.parse(position, seat, text),)
    except MoveRefused as refused:
        return refused.text


def test_it_introduces_itself(game: AnyGame) -> None:
    assert games.game(game.name) is game
    assert game.title
    assert game.summary.endswith(".")
    assert game.rules_version
    assert set(game.seats) == set(SEATS)
    assert game.seats[Seat.FIRST] != game.seats[Seat.SECOND]
    assert "novice" in game.engines
    assert all(search.depth >= 1 and search.nodes >= 1 and 0 <= search.blunder < 1 for search in game.engines.values())


def test_its_options_are_explained_and_others_refused(game: AnyGame) -> None:
    assert all(option.help for option in game.options)
    with pytest.raises(UnknownName):
        check(game.options, {"no_such_option": 1})


def test_each_listed_choice_of_an_option_starts(game: AnyGame) -> None:
    for option in game.options:
        for choice in option.choices:
            assert game.to_move(started(game, 1, **{option.name: choice}))
            assert game.variant(check(game.options, {option.name: choice}))


def test_an_empty_text_is_a_playable_position(game: AnyGame) -> None:
    assert game.to_move(game.read_position(""))


def test_a_text_that_is_no_position_is_refused(game: AnyGame) -> None:
    with pytest.raises(BadOption):
        game.read_position("§§ ??")


@few
@given(seed=seeds)
def test_the_same_seed_starts_the_same_duel(game: AnyGame, seed: int) -> None:
    assert seen(game, started(game, seed)) == seen(game, started(game, seed))


@few
@given(seed=seeds)
def test_a_replay_of_the_log_equals_the_play(game: AnyGame, seed: int) -> None:
    replayed = started(game, seed)
    for position, moves in duel(game, seed, plies=60):
        assert seen(game, replayed) == seen(game, position)
        encoded = {seat: game.encode(move) for seat, move in moves.items()}
        decoded = {seat: game.decode(replayed, text) for seat, text in reversed(encoded.items())}
        if len(decoded) == len(game.to_move(replayed)) > 0:
            replayed = game.play(replayed, decoded)


@few
@given(seed=seeds)
def test_every_duel_ends_and_is_over_exactly_when_nobody_is_to_move(game: AnyGame, seed: int) -> None:
    for position, _ in duel(game, seed):
        assert (game.outcome(position) is None) == bool(game.to_move(position))
    end = game.adjudicate(position)
    assert isinstance(end, Outcome)
    assert not end.void
    assert end.termination
    assert end.why.endswith(".")
    assert game.outcome(position) in (None, end)


@several
@given(seed=seeds)
def test_legal_moves_are_read_as_they_are_shown(game: AnyGame, seed: int) -> None:
    position = midway(game, seed)
    for seat in game.to_move(position):
        moves = candidates(game, position, seat)
        assert moves
        for move in moves:
            encoded = game.encode(move)
            assert encoded.isascii()
            assert 0 < len(encoded) <= ENCODED_CHARACTERS
            assert game.encode(game.decode(position, encoded)) == encoded
            assert game.encode(game.parse(position, seat, game.show(position, move))) == encoded
            assert {"move", "error"} & game.describe(position, move).keys()


@several
@given(seed=seeds)
def test_moves_of_other_positions_are_refused_unless_legal_here(game: AnyGame, seed: int) -> None:
    position = midway(game, seed)
    (seat, *_) = sorted(game.to_move(position))
    here = game.legal_moves(position, seat)
    if here is None:
        assert game.open_ended
        return
    legal = {game.encode(move) for move in here}
    for _, moves in duel(game, seed + 1, plies=12):
        for text in map(game.encode, moves.values()):
            if text not in legal:
                # As the log writes it, which is unmistakable: the same "Nf3" may be another knight's move here.
                with pytest.raises(MoveRefused):
                    game.parse(position, seat, text)


@several
@given(seed=seeds, text=st.text(max_size=60))
def test_any_text_is_a_legal_move_or_refused_with_a_sentence(game: AnyGame, seed: int, text: str) -> None:
    position = midway(game, seed)
    (seat, *_) = sorted(game.to_move(position))
    legal = game.legal_moves(position, seat)
    read = attempt(game, position, seat, text)
    assert 20 < len(read) < 300 if isinstance(read, str) else legal is None or read[0] in legal


def test_a_damaged_log_is_not_replayed(game: AnyGame) -> None:
    with pytest.raises(CorruptLog):
        game.decode(started(game, 1), "§")


@few
@given(seed=seeds)
def test_a_position_stays_as_it_was_when_play_goes_on(game: AnyGame, seed: int) -> None:
    kept = [(position, seen(game, position)) for position, _ in duel(game, seed, plies=12)]
    assert all(seen(game, position) == before for position, before in kept)


@few
@given(seed=seeds)
def test_a_choice_leaves_no_trace_before_it_is_played(game: AnyGame, seed: int) -> None:
    """What the other seat is told may depend on the position alone, which play alone makes."""
    position = midway(game, seed)
    before = seen(game, position)
    for seat in sorted(game.to_move(position)):
        move = candidates(game, position, seat)[0]
        text = game.show(position, move)
        game.encode(game.parse(position, seat, text))
        game.describe(position, move)
    assert seen(game, position) == before


@few
@given(seed=seeds)
def test_choices_made_at_once_have_no_order(game: AnyGame, seed: int) -> None:
    for position, moves in duel(game, seed, plies=20):
        if len(moves) > 1:
            backwards = dict(reversed(moves.items()))
            assert seen(game, game.play(position, moves)) == seen(game, game.play(position, backwards))


@several
@given(seed=seeds)
def test_a_board_says_everything_and_offers_the_legal_moves(game: AnyGame, seed: int) -> None:
    position = midway(game, seed)
    watched = game.board(position)
    assert len(watched.alt) > 20
    assert not watched.choices
    for seat in SEATS:
        board = game.board(position, seat)
        assert board.alt
        clickable = {game.encode(game.parse(position, seat, choice.move)) for choice in board.choices}
        legal = game.legal_moves(position, seat) if seat in game.to_move(position) else ()
        assert legal is None or clickable == {game.encode(move) for move in legal}


@several
@given(seed=seeds)
def test_a_board_holds_together(game: AnyGame, seed: int) -> None:
    position = midway(game, seed)
    for seat in SEATS:
        board = game.board(position, seat)
        addresses = [cell.address for cell in board.cells]
        assert len(set(addresses)) == len(addresses)
        assert all(0 <= cell.row < board.rows and 0 <= cell.column < board.columns for cell in board.cells)
        assert all(choice.label and set(choice.path) <= set(addresses) for choice in board.choices)
        assert all(0 <= track.at <= track.length for track in board.tracks)


@several
@given(seed=seeds)
def test_what_is_good_for_one_seat_is_as_bad_for_the_other(game: AnyGame, seed: int) -> None:
    for position, _ in duel(game, seed, plies=12):
        value = game.evaluate(position, Seat.FIRST)
        assert -1 <= value <= 1
        assert game.evaluate(position, Seat.SECOND) == pytest.approx(-value, abs=1e-9)


@few
@given(seed=seeds)
def test_the_end_is_worth_what_it_says(game: AnyGame, seed: int) -> None:
    *_, (last, _) = duel(game, seed)
    outcome = game.outcome(last)
    for seat in SEATS if outcome else ():
        expected = 0.0 if outcome.winner is None else 1.0 if outcome.winner is seat else -1.0
        assert game.evaluate(last, seat) == pytest.approx(expected)


@few
@given(seed=seeds)
def test_a_model_is_told_enough_to_answer(game: AnyGame, seed: int) -> None:
    for told in prompts(game, midway(game, seed)).values():
        assert "Move:" in told
        assert 100 < len(told) < 4_000


@few
@given(seed=seeds)
def test_scores_are_short(game: AnyGame, seed: int) -> None:
    for position, _ in duel(game, seed, plies=12):
        assert set(game.score(position)) == set(SEATS)
        assert all(len(score) <= 20 for score in game.score(position).values())


def test_the_novice_moves_legally_and_repeats_itself_by_seed(game: AnyGame) -> None:
    position = midway(game, 5)
    for seat in sorted(game.to_move(position)):
        first, again = (best_move(game, position, seat, game.engines["novice"], random.Random(9)) for _ in range(2))
        assert game.encode(first) == game.encode(again)
        assert game.encode(game.decode(position, game.encode(first))) == game.encode(first)
        legal = game.legal_moves(position, seat)
        assert legal is None or first in legal
