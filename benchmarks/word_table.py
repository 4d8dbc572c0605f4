"""How good and how quick the word judge is: every requirement beside its figure.

Run ``python benchmarks/word_table.py`` (half a minute), or with ``--full`` to take all 25 million pairs of the 5,000
commonest words instead of a sample (several minutes). Needs nothing that the arena does not.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from engine.lexicon import Lexicon, lexicon
from engine.wordtable import PATH, Vector, load

DATA = Path(__file__).parent.parent / "tests" / "data"
COMMON = 5_000


def pairs(name: str) -> list[tuple[str, str]]:
    """A hand-written list of the tests."""
    lines = (DATA / name).read_text().splitlines()
    return [(a, b) for a, b in (line.split(", ") for line in lines if line and not line.startswith("#"))]


def accepted(words: Lexicon, listed: Iterable[tuple[str, str]]) -> float:
    """The share of pairs that the judge accepts."""
    verdicts = [words.judge(*pair).accepted for pair in listed]
    return sum(verdicts) / len(verdicts)


def acceptance(words: Lexicon, sample: int) -> dict[str, float]:
    """For each of the commonest words: after what share of (a sample of) the others it is accepted."""
    table, draw = load(), random.Random(1)
    common = words.common(0, COMMON)
    vectors = [table.vector(table.find(word)) for word in common]
    others = vectors if sample >= COMMON else draw.sample(vectors, sample)
    return {word: _share(words, vector, others) for word, vector in zip(common, vectors, strict=True)}


def _share(words: Lexicon, vector: Vector, others: list[Vector]) -> float:
    scores = [vector.score(other) for other in others if other is not vector]
    return sum(score >= words.threshold for score in scores) / len(scores)


def cold_start_ms() -> float:
    """A new process that judges one answer, less one that does nothing; the best of five."""

    def run(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    judged = "from engine.lexicon import lexicon; lexicon().judge('egypt', 'pyramid')"
    return 1000 * (min(run(judged) for _ in range(5)) - min(run("") for _ in range(5)))


def judging_us(words: Lexicon) -> float:
    """One judgement of single words, vectors already read."""
    listed = pairs("associated_pairs.txt")
    accepted(words, listed)
    started = time.perf_counter()
    accepted(words, listed)
    return 1e6 * (time.perf_counter() - started) / len(listed)


def rows(words: Lexicon, sample: int) -> list[tuple[str, str, str]]:
    """What is measured, what is required, and the figure."""
    draw = random.Random(2)
    middle, common = words.common(2_000, 20_000), words.common(0, COMMON)
    of_common = acceptance(words, sample)
    worst = max(of_common, key=of_common.__getitem__)
    associated = accepted(words, pairs("associated_pairs.txt"))
    by_hand = accepted(words, pairs("unrelated_pairs.txt"))
    at_random = accepted(words, [(a, b) for a, b in (draw.sample(middle, 2) for _ in range(40_000))])
    phrases = [(a, " ".join(rest)) for a, *rest in (draw.sample(common, 4) for _ in range(5_000))]
    return [
        ("size of the table, bytes", "<= 6,000,000", f"{PATH.stat().st_size:,}"),
        ("words known", ">= 60,000", f"{len(words):,}"),
        ("associated pairs accepted", ">= 92%", f"{associated:.1%}"),
        ("unrelated pairs accepted, by hand", "<= 3%", f"{by_hand:.1%}"),
        ("unrelated pairs accepted, random, ranks 2,000-20,000", "<= 3%", f"{at_random:.1%}"),
        ("random pairs of the 5,000 commonest accepted", "<= 15%", f"{sum(of_common.values()) / COMMON:.1%}"),
        (f"the word accepted most often ({worst})", "<= 22%", f"{of_common[worst]:.1%}"),
        ("random answers of three common words accepted", "", f"{accepted(words, phrases):.1%}"),
        ("first judgement of a new process, ms", "", f"{cold_start_ms():.0f}"),
        ("a judgement, microseconds", "", f"{judging_us(words):.0f}"),
    ]


def main() -> int:
    """:returns: the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="take all pairs of the commonest words")
    words = lexicon()
    print(f"table {words.version}, related from {words.threshold} standard deviations on")
    for what, required, figure in rows(words, COMMON if parser.parse_args().full else 300):
        print(f"{what:55} {required:>14} {figure:>12}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
