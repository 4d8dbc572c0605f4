"""Move lists given back as a reply (``1. e4 e5 2. Nf3``): only the side's own move of this turn is its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import chess

from engine.games._chess_notation import Mention

_Turn = tuple[int, chess.Color]


def own_moves(board: chess.Board, found: Sequence[Mention], text: str) -> list[Mention]:
    """The mentions with each move list reduced to the move that carries this turn's number and colour.

    A list without that turn stays as it is, several moves side by side, and so do numbered lists of candidates. A
    move marked as Black's (``12...``) is no move of White's, and is left out.
    """
    now = (board.fullmove_number, board.turn)
    kept: list[Mention] = []
    for run in _runs(found, text):
        turns = list(_turns(run))
        whole = replace(run[0], end=run[-1].end)
        if len(run) > 1 and now in turns:
            own = run[turns.index(now)]
            kept.append(replace(own, start=whole.start, end=whole.end))
        else:
            kept += [mention for mention in run if not (mention.dots and board.turn == chess.WHITE)]
    return kept


def _runs(found: Sequence[Mention], text: str) -> Iterator[list[Mention]]:
    """Groups of mentions that follow one another as the moves of a game do; most hold a single one."""
    run: list[Mention] = []
    for mention in found:
        if run and _goes_on(run, mention, text[run[-1].end : mention.start]):
            run.append(mention)
            continue
        if run:
            yield run
        run = [mention]
    if run:
        yield run


def _goes_on(run: Sequence[Mention], mention: Mention, between: str) -> bool:
    if run[0].number is None or between.strip():
        return False
    number, colour = _last_turn(run)
    if mention.number is None:
        return colour == chess.WHITE and "\n" not in between
    if colour == chess.WHITE:
        return mention.number == number and mention.dots
    return mention.number == number + 1 and not mention.dots


def _last_turn(run: Sequence[Mention]) -> _Turn:
    return list(_turns(run))[-1]


def _turns(run: Sequence[Mention]) -> Iterator[_Turn]:
    """The number and colour of each move of a run."""
    number, colour = run[0].number or 0, chess.BLACK if run[0].dots else chess.WHITE
    for mention in run:
        if mention is not run[0]:
            number, colour = (number, chess.BLACK) if colour == chess.WHITE else (number + 1, chess.WHITE)
        yield number, colour
