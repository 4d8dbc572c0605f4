"""The rules of the games: one file a game, found by scanning this folder.

A file of this folder that does not start with an underscore is a game and holds ``GAME``, which fulfils
:class:`Game`. Nothing else has to change to add one. Rules are pure: the same seed gives the same duel for
ever; no clock, no global randomness, no locale, no I/O but a game's own read-only tables.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from engine.board import Board
from engine.errors import UnknownName
from engine.model import Outcome, Seat, Terms
from engine.options import Option
from engine.sentences import say

P = TypeVar("P")
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Search:
    """How hard a look-ahead player thinks: plies ahead, positions looked at, and a share of random moves.

    ``blunder`` is the probability, 0 to 1, with which it plays a random legal move instead.
    """

    depth: int
    nodes: int
    blunder: float = 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """A duel as an exporter sees it: its terms, the encoded moves of each turn, and how it ended, if it did."""

    duel_id: str
    terms: Terms
    names: Mapping[Seat, str]
    turns: Sequence[Mapping[Seat, str]]
    outcome: Outcome | None
    started_ms: int


class Game(Protocol[P, M]):
    """The rules of one game over positions ``P`` and moves ``M``. Both are immutable to their users.

    Attributes:
        name: what it is called in commands and logs (``tic_tac_toe``); the file's name.
        title: its name for people.
        summary: one sentence for the help.
        rules_version: changes whenever an old log would replay differently.
        options: what may be set when a duel starts.
        seats: the sides' names for people (White, Black).
        open_ended: whether any words may be a move, so that ``legal_moves`` is ``None``.
        usual_plies: how long a duel mostly is, both seats' moves counted; what a quote reckons with.
        engines: our own players of it, by name (``novice``); at least one.
        exports: further formats of a record, by name (``pgn``).
    """

    name: str
    title: str
    summary: str
    rules_version: str
    options: Sequence[Option]
    seats: Mapping[Seat, str]
    open_ended: bool
    usual_plies: int
    engines: Mapping[str, Search]
    exports: Mapping[str, Callable[[Record], str]]

    def variant(self, options: Mapping[str, Any]) -> str:
        """The variant that ladders keep apart (``standard``)."""
        ...

    def start(self, options: Mapping[str, Any], seed: int) -> P:
        """The first position. :raises UserError: when the options do not fit together."""
        ...

    def read_position(self, text: str) -> P:
        """A position written as text (chess: a FEN). :raises BadOption: when it is none."""
        ...

    def to_move(self, position: P) -> frozenset[Seat]:
        """Who is to move: one seat, both when choices are simultaneous, none when the game is over."""
        ...

    def legal_moves(self, position: P, seat: Seat) -> Sequence[M] | None:
        """All legal moves, in a fixed order; ``None`` when the game is open-ended."""
        ...

    def propose(self, position: P, seat: Seat) -> Sequence[M]:
        """Moves worth a look by a look-ahead player: the legal ones, or candidates when open-ended."""
        ...

    def parse(self, position: P, seat: Seat, text: str) -> M:
        """The move that a reply means, and never one that it does not.

        :raises MoveRefused: with the rule that is broken, or with what could not be read.
        """
        ...

    def encode(self, move: M) -> str:
        """The move as the log holds it: short ASCII, self-contained, verdict included."""
        ...

    def decode(self, position: P, text: str) -> M:
        """The move that ``encode`` wrote. :raises CorruptLog: when it is none."""
        ...

    def show(self, position: P, move: M) -> str:
        """The move as people write it (chess: SAN). ``parse`` accepts it."""
        ...

    def describe(self, position: P, move: M) -> Mapping[str, Any]:
        """The move for programs: ``{"move": …}`` and what else is known of it (chess: ``san``).

        A move that is played but refused by the game's judge is ``{"error": "ILLEGAL", "why": …}``.
        """
        ...

    def play(self, position: P, moves: Mapping[Seat, M]) -> P:
        """The position after the moves of all seats that were to move. Cheap; the old one stays valid."""
        ...

    def outcome(self, position: P) -> Outcome | None:
        """How it ended, or ``None``. Over exactly when ``to_move`` is empty."""
        ...

    def overruled(self, position: P, move: M) -> M | None:
        """The move as it reads once a moderator has overruled whoever judges moves; ``None`` where nobody does."""
        ...

    def adjudicate(self, position: P) -> Outcome:
        """The result when the arena's limit of plies is reached."""
        ...

    def evaluate(self, position: P, seat: Seat) -> float:
        """How good it is for a seat: -1 (lost) to 1 (won), 0 even. The look-ahead players search on it."""
        ...

    def prompt(self, position: P, seat: Seat) -> str:
        """What a model is told: rules in brief, the position, what to answer. Never the other seat's hidden choice."""
        ...

    def board(self, position: P, seat: Seat | None = None) -> Board:
        """The picture. With a seat: ``choices`` holds that seat's clickable moves, when it is to move."""
        ...

    def score(self, position: P) -> Mapping[Seat, str]:
        """A short score a seat for the heading (``2 wins``, ``38 m``); empty strings where there is none."""
        ...


AnyGame = Game[Any, Any]


@cache
def names() -> tuple[str, ...]:
    """The games that exist, sorted; imports none of them."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def game(name: str) -> AnyGame:
    """The game of that name; hyphens and spaces count as underscores. :raises UnknownName: with the nearest."""
    key = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if key not in names():
        raise UnknownName(say("game"), name, names())
    return cast(AnyGame, importlib.import_module(f"engine.games.{key}").GAME)
