"""Random legal games come out as they are known to: about 105 of 1,000 end in mate within 200 plies."""

from __future__ import annotations

import random
from collections import Counter
from math import sqrt

from engine.games import game
from engine.model import Outcome, Seat

CHESS = game("chess")
GAMES = 200
MAX_PLIES = 200
KNOWN_MATES = 105 / 1_000
# Three standard deviations: an honest sample of another seed fails three times in a thousand.
DEVIATIONS = 3


def random_game(seed: int) -> Outcome:
    rng = random.Random(seed)
    position = CHESS.start({}, seed)
    for _ in range(MAX_PLIES):
        movers = CHESS.to_move(position)
        if not movers:
            break
        (seat,) = movers
        position = CHESS.play(position, {seat: rng.choice(CHESS.legal_moves(position, seat) or ())})
    return CHESS.adjudicate(position)


def within(count: int, of: int, share: float) -> bool:
    return abs(count - of * share) <= DEVIATIONS * sqrt(of * share * (1 - share))


def test_random_games_end_as_they_are_known_to() -> None:
    outcomes = [random_game(seed) for seed in range(GAMES)]
    ends = Counter(outcome.termination for outcome in outcomes)
    mates = Counter(outcome.winner for outcome in outcomes if outcome.termination == "checkmate")
    print(f"{GAMES} random games: {dict(ends)}; mates by {dict(mates)}")
    assert within(ends["checkmate"], GAMES, KNOWN_MATES)
    assert within(mates[Seat.FIRST], ends["checkmate"], 0.5)
    assert mates[None] == 0
    assert set(ends) <= {
        "checkmate",
        "stalemate",
        "insufficient-material",
        "fifty-move-rule",
        "threefold-repetition",
        "max-plies",
    }
