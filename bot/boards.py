"""A game's board in somebody's language: every word on it passes the catalogue."""

from __future__ import annotations

from dataclasses import replace

from bot.catalogue import ENGLISH, said
from engine.board import Board


def board_in(board: Board, language: str) -> Board:
    """The same board with its words said in that language."""
    if language == ENGLISH:
        return board
    return replace(
        board,
        alt=said(board.alt, language),
        captions=tuple(said(caption, language) for caption in board.captions),
        cells=tuple(replace(cell, label=said(cell.label, language)) for cell in board.cells),
        tracks=tuple(
            replace(track, note=said(track.note, language), side=said(track.side, language)) for track in board.tracks
        ),
        hands=tuple(
            replace(hand, note=said(hand.note, language), side=said(hand.side, language)) for hand in board.hands
        ),
        links=tuple(replace(link, note=said(link.note, language)) for link in board.links),
        choices=tuple(replace(choice, label=said(choice.label, language)) for choice in board.choices),
    )
