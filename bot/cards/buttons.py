"""The buttons under a duel's board: each is a command with the number of the position that it was shown with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.commands import Button, Style
from engine.arena.pools import LAST_PLY
from engine.arena.watching import board_of
from engine.board import Board, Choice
from engine.duel import State
from engine.model import SEATS, Seat
from engine.sentences import say

MOST_CHOICES: Final = 15
ROW: Final = 5


def rows(
    duel_id: str, state: State, sealed: frozenset[Seat], *, predictions: bool = True
) -> tuple[tuple[Button, ...], ...]:
    """Rows of at most five buttons: moves, then answers to offers, then what a player or a watcher may always do."""
    if state.outcome:
        return ((Button(say("Rematch"), "duel", "rematch", {"duel": duel_id}, Style.PRIMARY),),)
    people = [seat for seat in SEATS if state.terms.players[seat].is_human]
    asked = {"duel": duel_id, "at": str(state.position_entry)}
    always = _predict(duel_id, state) if predictions else ()
    if not people or state.adjourned is not None:
        return (always,) if always else ()
    found = [*_moves(state, [seat for seat in people if seat in state.to_move() - sealed], asked)]
    found += [_answers(state, asked), (*_always(state, people, asked), *always)]
    return tuple(row for row in found if row)


def _predict(duel_id: str, state: State) -> tuple[Button, ...]:
    """While points can be staked on the result."""
    if not state.terms.rated or state.ply > LAST_PLY:
        return ()
    return (Button(say("Predict"), "predict", "show", {"duel": duel_id}),)


def _moves(state: State, awaited: Sequence[Seat], asked: dict[str, str]) -> Iterator[tuple[Button, ...]]:
    if not awaited:
        return
    if len(state.to_move()) > 1:
        # Who presses is asked in a message that only they see: a choice on the board's own buttons would be half told.
        yield (Button(say("Choose"), "duel", "choose", asked, Style.PRIMARY),)
        return
    board = board_of(state, awaited[0])
    if not 0 < len(board.choices) <= MOST_CHOICES:
        yield (Button(say("Move…"), "duel", "move", asked, Style.PRIMARY),)
        return
    for row in _as_they_lie(board):
        yield tuple(Button(choice.label, "duel", "move", {**asked, "move": choice.move}) for choice in row)


def _as_they_lie(board: Board) -> Iterator[tuple[Choice, ...]]:
    """Choices in rows: those of squares as the squares lie, where a row holds them, and others five by five."""
    rows = {cell.address: cell.row for cell in board.cells}
    if board.columns <= ROW and all(len(choice.path) == 1 and choice.path[0] in rows for choice in board.choices):
        lying = sorted(board.choices, key=lambda choice: rows[choice.path[0]])
        yield from (tuple(row) for _, row in groupby(lying, key=lambda choice: rows[choice.path[0]]))
        return
    yield from (board.choices[start : start + ROW] for start in range(0, len(board.choices), ROW))


def _answers(state: State, asked: dict[str, str]) -> tuple[Button, ...]:
    buttons = []
    if state.draw_offer:
        buttons += [
            Button(say("Accept the draw"), "duel", "draw", {**asked, "answer": "accept"}, Style.SUCCESS),
            Button(say("Decline the draw"), "duel", "draw", {**asked, "answer": "decline"}),
        ]
    if state.takeback_offer:
        buttons += [
            Button(say("Allow the takeback"), "duel", "takeback", {**asked, "answer": "allow"}, Style.SUCCESS),
            Button(say("Refuse the takeback"), "duel", "takeback", {**asked, "answer": "refuse"}),
        ]
    return tuple(buttons)


def _always(state: State, people: Sequence[Seat], asked: dict[str, str]) -> tuple[Button, ...]:
    buttons = []
    if len(people) == len(SEATS) and not state.draw_offer:
        buttons.append(Button(say("Offer a draw"), "duel", "draw", {**asked, "answer": "offer"}))
    if not state.terms.rated and state.turn and not state.takeback_offer:
        buttons.append(Button(say("Take back"), "duel", "takeback", {**asked, "answer": "ask"}))
    buttons.append(Button(say("Resign"), "duel", "resign", asked, Style.DANGER, confirm=True))
    return tuple(buttons)
