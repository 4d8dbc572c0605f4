"""How long a Swiss round of 100 and of 1,000 takes to pair, by each library that could.

Run ``python benchmarks/swiss_pairing.py`` (some minutes). A library that is not installed is left out: swisspair is no
dependency of ours, and caissify-pairings is one of the tests. Rounds 1 to 5 are of the same tournament for all: the
results are drawn by the entrants' numbers, the pairs are the arena's own, and each library is asked for the same round.
What takes longer than ``--limit`` seconds is cut off and not asked again. The bar is 2 s for 100 and 90 s for 1,000.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import multiprocessing
import multiprocessing.connection
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine import tournaments
from engine.options import check
from engine.tournaments import _dutch
from engine.tournaments._dutch import Card
from engine.tournaments.model import Entrant, Played, Result

ROUNDS = 5
BARS = {100: 2.0, 1000: 90.0}


def rounds(count: int) -> Iterator[tuple[int, Sequence[Card], float]]:
    """Each round's number, what the pairing is given, and how long the arena's own took; nobody is given twice."""
    form, rng = tournaments.named("swiss"), random.Random(count)
    entrants, played = [Entrant(f"e{n}", n) for n in range(1, count + 1)], list[Played]()
    options = check(form.options, {"rounds": ROUNDS})
    asked: list[tuple[int, Sequence[Card]]] = []
    pair = _dutch.pair
    _dutch.pair = lambda cards, number: (asked.append((number, cards)), pair(cards, number))[1]
    while True:
        started = time.perf_counter()
        round = form.next_round(entrants, played, options, 0)
        took = time.perf_counter() - started
        if round is None:
            _dutch.pair = pair
            return
        yield *asked[-1], took
        results = {}
        for pairing in round.pairings:
            edge = (int(pairing.second[1:]) - int(pairing.first[1:])) / count
            points = sum(rng.choices((0, 0.5, 1), (1 - edge, 1, 1 + edge))[0] for _ in range(2))
            results[pairing.table] = Result(points, 2 - points)
        played.append(Played(round, results))


def by_caissify(cards: Sequence[Card], number: int) -> None:
    """caissify-pairings, Dutch system without colours."""
    from caissify_pairings import generate_pairings

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
        for card in cards
    ]
    met = {tuple(sorted((card.number, other))) for card in cards for other in card.met}
    generate_pairings("dutch", players, met, number, ROUNDS)


def by_swisspair(cards: Sequence[Card], _: int) -> None:
    """swisspair, which knows scores and rematches and no floats."""
    from swisspair import Player, create_matches

    ranked = sorted(cards, key=lambda card: (-card.points, card.number))
    create_matches(
        [
            Player(str(card.number), card.points, rank, not card.had_bye, {str(other) for other in card.met})
            for rank, card in enumerate(ranked, 1)
        ]
    )


RIVALS: Mapping[str, tuple[str, Callable[[Sequence[Card], int], None]]] = {
    "caissify-pairings": ("caissify_pairings", by_caissify),
    "swisspair": ("swisspair", by_swisspair),
}


def timed(
    pair: Callable[[Sequence[Card], int], None], cards: Sequence[Card], number: int, limit: float
) -> float | None:
    """Seconds, in a process of its own that is ended at the limit (then ``None``)."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_timed, args=(theirs, pair, cards, number))
    process.start()
    took: float | None = ours.recv() if ours.poll(limit) else None
    process.terminate()
    process.join()
    return took


def _timed(pipe: multiprocessing.connection.Connection, pair: Callable[..., None], *given: object) -> None:
    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    pair(*given)
    pipe.send(time.perf_counter() - started)


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=90, help="seconds for a rival's round")
    parser.add_argument("--sizes", type=int, nargs="*", default=[*BARS])
    given = parser.parse_args()
    print(f"{'entrants':>8} {'round':>5} {'library':<18} {'seconds':>8}")
    for count in given.sizes:
        alive = {name: pair for name, (module, pair) in RIVALS.items() if importlib.util.find_spec(module)}
        for number, cards, took in rounds(count):
            bar = f"bar {BARS[count]:g}" if count in BARS else ""
            print(f"{count:>8} {number:>5} {'py4swiss (ours)':<18} {took:>8.2f}  {bar}", flush=True)
            for name, pair in [*alive.items()]:
                seconds = timed(pair, cards, number, given.limit)
                shown = f"{seconds:>8.2f}" if seconds is not None else f"> {given.limit:g}: not asked again"
                print(f"{count:>8} {number:>5} {name:<18} {shown}", flush=True)
                if seconds is None:
                    del alive[name]


if __name__ == "__main__":
    main()
