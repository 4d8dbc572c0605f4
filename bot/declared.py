"""What a webhook must know of commands and games. Made by ``tools/declarations.py``: do not edit.

A cold start reads this in place of the declarations and the rules, which take ten times as long and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.acknowledged import Acknowledged

DECLARED: Final[Mapping[str, tuple[Acknowledged, tuple[str, ...]]]] = {
    "arena help": (Acknowledged.PRIVATE, ()),
    "arena games": (Acknowledged.PRIVATE, ()),
    "arena players": (Acknowledged.PRIVATE, ()),
    "arena budget": (Acknowledged.PRIVATE, ()),
    "arena price": (Acknowledged.PRIVATE, ("game", "first", "second")),
    "arena resume": (Acknowledged.PRIVATE, ()),
    "arena settings": (Acknowledged.PRIVATE, ()),
    "arena set": (Acknowledged.PRIVATE, ("name", "value")),
    "arena changes": (Acknowledged.PRIVATE, ()),
    "arena key": (Acknowledged.MODAL, ("name", "key", "model", "address")),
    "arena keys": (Acknowledged.PRIVATE, ()),
    "arena key-remove": (Acknowledged.PRIVATE, ()),
    "arena forget-me": (Acknowledged.PRIVATE, ()),
    "arena export-me": (Acknowledged.PRIVATE, ()),
    "duel start": (Acknowledged.PRIVATE, ("game", "first", "second")),
    "duel challenge": (Acknowledged.PRIVATE, ("opponent", "game")),
    "duel confirm": (Acknowledged.PRIVATE, ()),
    "duel rematch": (Acknowledged.PRIVATE, ()),
    "duel accept": (Acknowledged.PRIVATE, ()),
    "duel decline": (Acknowledged.PRIVATE, ()),
    "duel withdraw": (Acknowledged.PRIVATE, ()),
    "duel challenges": (Acknowledged.PRIVATE, ()),
    "duel move": (Acknowledged.PRIVATE, ("move",)),
    "duel choose": (Acknowledged.PRIVATE, ()),
    "duel resign": (Acknowledged.PRIVATE, ()),
    "duel draw": (Acknowledged.PRIVATE, ()),
    "duel takeback": (Acknowledged.PRIVATE, ()),
    "duel autoplay": (Acknowledged.PRIVATE, ("player",)),
    "duel cancel": (Acknowledged.PRIVATE, ()),
    "duel show": (Acknowledged.PRIVATE, ()),
    "duel list": (Acknowledged.PRIVATE, ()),
    "duel replay": (Acknowledged.PRIVATE, ()),
    "duel export": (Acknowledged.PRIVATE, ()),
    "duel profile": (Acknowledged.PUBLIC, ()),
    "duel versus": (Acknowledged.PUBLIC, ("first", "second")),
    "duel report": (Acknowledged.PRIVATE, ("duel", "why")),
    "duel reports": (Acknowledged.PRIVATE, ()),
    "duel dismiss": (Acknowledged.PRIVATE, ()),
}
"""How each command is acknowledged, and the fields of its form."""

GAMES: Final[Mapping[str, tuple[str, Mapping[str, int]]]] = {
    "chess": ("Chess", {"novice": 2, "club": 3}),
    "racing": ("Racing", {"novice": 1, "expert": 2}),
    "rock_paper_scissors": ("Rock-Paper-Scissors", {"novice": 1}),
    "tic_tac_toe": ("Tic-Tac-Toe", {"novice": 2, "perfect": 9}),
    "word_association": ("Word Association", {"novice": 1, "expert": 1}),
}
"""Each game's title, and how many plies each of its own players looks ahead."""
