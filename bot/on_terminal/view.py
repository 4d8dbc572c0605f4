"""What the live board shows of a duel: plain values, so that whoever follows a duel need not know a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.catalogue import ENGLISH
from engine.board import Board
from engine.model import Seat


@dataclass(frozen=True, slots=True)
class SeatView:
    """One side: its name in the game, who plays it, what it has used, and what it said last, as it said it."""

    side: str
    player: str
    used_seconds: float
    tokens: int
    cost_usd: float
    failed_attempts: int
    words: str
    thinking: bool
    score: str


@dataclass(frozen=True, slots=True)
class DuelView:
    """A duel at one moment, said in ``language``.

    ``moves`` are the turns so far as people write them; ``result`` is ``None`` until the end.
    """

    title: str
    board: Board
    seats: Mapping[Seat, SeatView]
    moves: Sequence[str]
    status: str
    result: str | None
    hint: str
    language: str = ENGLISH
