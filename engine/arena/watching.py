"""Looking at duels: the newest state and every turn as people read it, folded once and carried forward."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine import duel
from engine.arena.context import Context
from engine.board import Board
from engine.duel import State
from engine.errors import UnknownName
from engine.model import End, Entry, Seat, Spoken, Turn
from engine.sentences import joined, say

KEPT: Final = 128
LONG: Final = 80


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn for people: the moves as they write them, and the position it led to."""

    entry: int
    number: int
    at_ms: int
    moves: Mapping[Seat, str]
    spoken: Mapping[Seat, Spoken]
    salts: Mapping[Seat, str]
    encoded: Mapping[Seat, str]
    position: Any


@dataclass(frozen=True, slots=True)
class Watched:
    """A duel as far as it has come. ``last_words`` is what was said at its end without a move: failed attempts."""

    state: State
    start: Any
    turns: tuple[ShownTurn, ...]
    last_words: Mapping[Seat, Spoken] = field(default_factory=dict)

    def position(self, turn: int) -> Any:
        """The position after so many turns, 0 being the start. :raises UnknownName: beyond the last."""
        if turn == 0:
            return self.start
        if not 0 < turn <= len(self.turns):
            raise UnknownName(say("turn"), str(turn), [])
        return self.turns[turn - 1].position


def in_rows(turns: Iterable[ShownTurn]) -> list[dict[Seat, ShownTurn]]:
    """Turns as a score sheet has them: a row for both seats' moves, whether made in turn or at once."""
    rows: list[dict[Seat, ShownTurn]] = []
    for turn in turns:
        if not rows or Seat.FIRST in turn.moves or rows[-1].keys() & turn.moves.keys():
            rows.append({})
        rows[-1].update(dict.fromkeys(turn.moves, turn))
    return rows


def board_of(state: State, seat: Seat | None = None) -> Board:
    """The picture of a duel: the game's, but nobody is asked to move after an end that the game does not know."""
    board = state.game.board(state.position, seat)
    if state.outcome is None or state.game.outcome(state.position) is not None:
        return board
    over = say("The duel is over: {why}", why=state.outcome.why)
    return replace(board, captions=(state.outcome.why,), choices=(), alt=joined([board.alt, over]))


class Watching:
    """Keeps the last duels that were looked at, so that a poll costs the new entries and not the whole log."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: OrderedDict[str, Watched] = OrderedDict()

    async def watch(self, duel_id: str) -> Watched:
        """:raises UnknownName: when there is no such duel."""
        known = self._kept.get(duel_id)
        fresh = await self._context.store.entries(duel_id, known.state.entry if known else -1)
        if known is None or any(duel.rewrites(entry) for entry in fresh):
            seen = await _folded(await self._context.store.entries(duel_id), duel_id)
        else:
            seen = _carried(known, fresh)
        self._kept[duel_id] = seen
        self._kept.move_to_end(duel_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return seen


async def _folded(entries: Sequence[Entry], duel_id: str) -> Watched:
    """A whole log as people read it; a long one takes tens of milliseconds, and nobody shall wait for that."""
    if len(entries) < LONG:
        return watched(entries, duel_id)
    return await asyncio.to_thread(watched, entries, duel_id)


def watched(entries: Sequence[Entry], duel_id: str) -> Watched:
    """A whole log as people read it. :raises UnknownName: when there is none."""
    if not entries:
        raise UnknownName(say("duel"), duel_id, [], say("See /duel list."))
    state = duel.begin(entries[0])
    start, shown = state.position, []
    for entry in duel.turns(entries):
        before, state = state, duel.replayed(state, entry)
        shown.append(_shown(before, entry, state))
    return Watched(duel.fold(entries), start, tuple(shown), _last_words(entries))


def _carried(known: Watched, fresh: list[Entry]) -> Watched:
    state, added = known.state, []
    for entry in fresh:
        before, state = state, duel.advance(state, entry)
        if isinstance(entry.body, Turn):
            added.append(_shown(before, entry, state))
    return Watched(state, known.start, (*known.turns, *added), _last_words(fresh)) if fresh else known


def _last_words(entries: Sequence[Entry]) -> Mapping[Seat, Spoken]:
    return next((entry.body.spoken for entry in entries if isinstance(entry.body, End)), {})


def _shown(before: State, entry: Entry, after: State) -> ShownTurn:
    turn = entry.body
    assert isinstance(turn, Turn)  # noqa: S101 - only turns come here
    game, position = before.game, before.position
    moves = {seat: game.show(position, game.decode(position, text)) for seat, text in turn.moves.items()}
    return ShownTurn(entry.number, after.turn, entry.at_ms, moves, turn.spoken, turn.salts, turn.moves, after.position)
