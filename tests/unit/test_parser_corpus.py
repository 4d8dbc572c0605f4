"""Every game's reader against replies as people and models write them, judged by two numbers.

A file of ``tests/data/replies`` is named after its game and holds one reply a line: ``position`` (as
``Game.read_position`` takes it), ``reply``, ``move`` (encoded, or null), ``error`` (the failure, or null where any will
do) and ``note``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.errors import MoveRefused
from engine.games import game
from engine.model import SEATS, Seat

CORPUS = Path(__file__).parent.parent / "data" / "replies"
FILES = sorted(CORPUS.glob("*.jsonl"))
WRONG_MOVES_PLAYED = 0
RIGHT_MOVES_MISSED_SHARE = 0.05


@dataclass(frozen=True)
class Judged:
    """What the reader made of one reply: a move or a failure."""

    case: dict[str, Any]
    move: str | None
    failure: str | None
    why: str

    @property
    def is_wrong(self) -> bool:
        return self.move is not None and self.move != self.case["move"]

    @property
    def is_missed(self) -> bool:
        return self.case["move"] is not None and self.move is None

    def __str__(self) -> str:
        return f"{self.case['reply']!r} in {self.case['position']!r}: {self.move or self.failure} ({self.why})"


def cases(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def judge(name: str, case: dict[str, Any]) -> Judged:
    rules = game(name)
    position = rules.read_position(case["position"])
    movers = rules.to_move(position)
    seat = Seat(case["seat"]) if "seat" in case else next(seat for seat in SEATS if seat in movers)
    try:
        move = rules.parse(position, seat, case["reply"])
    except MoveRefused as refused:
        return Judged(case, None, str(refused.failure), refused.text)
    return Judged(case, rules.encode(move), None, "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_wrong_move_is_played_and_few_right_ones_are_missed(path: Path) -> None:
    judged = [judge(path.stem, case) for case in cases(path)]
    wrong = [str(one) for one in judged if one.is_wrong]
    missed = [str(one) for one in judged if one.is_missed]
    right = sum(case["move"] is not None for case in cases(path))
    print(f"{path.stem}: {len(judged)} replies, {len(wrong)} wrong moves, {len(missed)} of {right} right moves missed")
    assert len(wrong) <= WRONG_MOVES_PLAYED, "\n".join(wrong)
    assert len(missed) <= RIGHT_MOVES_MISSED_SHARE * right, "\n".join(missed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_no_move_is_refused_for_the_right_reason(path: Path) -> None:
    judged = [judge(path.stem, case) for case in cases(path) if case["move"] is None and case.get("error")]
    other = [str(one) for one in judged if one.failure != one.case["error"]]
    assert other == []


def test_the_corpus_is_large_enough_to_judge_by() -> None:
    assert sum(len(cases(path)) for path in FILES) >= 150
