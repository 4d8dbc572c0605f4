"""The predecessor's Rock-Paper-Scissors: one throw (``rock,paper``) or rounds; today, the best of so many rounds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.arena.legacy.playing import MOVES, Playing, Reading, illegal
from engine.arena.legacy.told import POSITION_ONLY, Said, Told, seat_named
from engine.errors import NotUnderstood
from engine.model import SEATS, Seat
from engine.sentences import say

GAME: Final = "rock_paper_scissors"

_MOST_ROUNDS: Final = 99
_HANDS: Final = {hand[0]: hand for hand in ("rock", "paper", "scissors")} | {"scissor": "scissors"}
_THROWS: Final = ("rounds", "throws", "history")
_BEST_OF: Final = ("best_of", "max_rounds", "total_rounds")

Throw = Mapping[Seat, Said]


def reading(told: Told) -> Reading:
    """:raises NotUnderstood: when a choice is missing or is no hand, or no number of rounds fits the throws."""
    throws, refused = _throws(told)
    wanted = next((told.document[name] for name in _BEST_OF if type(told.document.get(name)) is int), None)
    for rounds in [wanted] if wanted else range(1, _MOST_ROUNDS + 1, 2):
        played = Playing.of(GAME, {"rounds": rounds})
        for seat, said in refused:
            played.refuse(seat, said)
        if _fits(played, throws):
            return played.reading()
    raise NotUnderstood(MOVES, say("Its throws go on after the end, whatever it was the best of."))


def _fits(played: Playing, throws: Sequence[Throw]) -> bool:
    """Play the throws; ``False`` when the game is over before the last."""
    for number, throw in enumerate(throws, start=1):
        if not played.game.to_move(played.position):
            return False
        played.turn(number, {seat: _hand(number, said) for seat, said in throw.items()}, throw)
    return True


def _throws(told: Told) -> tuple[Sequence[Throw], Sequence[tuple[Seat, Said]]]:
    """What both threw at once, and what was refused."""
    for name in _THROWS:
        rounds = told.document.get(name)
        if isinstance(rounds, list) and rounds and all(isinstance(one, dict) and _sides(one) for one in rounds):
            return [_sides(one) for one in rounds], ()
    if told.moves is not None:
        return _paired(told.moves)
    if both := _sides(told.document):
        return [both], ()
    text = told.text or (told.position if isinstance(told.position, str) else "")
    if text.strip(", ") == "" and (text or told.document):
        return (), ()
    pairs = [re.split(r"\s*(?:,|:|-|\bvs?\b)\s*", one.strip()) for one in re.split(r"[;|\n]", text) if one.strip()]
    if not pairs or any(len(pair) != len(SEATS) or not all(pair) for pair in pairs):
        raise NotUnderstood(POSITION_ONLY, say("The row does not tell what both sides threw."))
    return [dict(zip(SEATS, map(Said, pair), strict=True)) for pair in pairs], ()


def _sides(value: Mapping[str, Any]) -> Throw:
    """``{"white": "rock", "black": "paper"}``, whatever the sides are called; empty when it is not that."""
    named = ((seat_named(name.removesuffix("_choice").removesuffix("_move")), said) for name, said in value.items())
    found = {seat: Said(said.strip()) for seat, said in named if seat and isinstance(said, str) and said.strip()}
    return found if len(found) == len(SEATS) else {}


def _paired(moves: Sequence[Said]) -> tuple[Sequence[Throw], Sequence[tuple[Seat, Said]]]:
    """Choices one after another: each seat's first, then each seat's second."""
    throws: list[dict[Seat, Said]] = []
    refused: list[tuple[Seat, Said]] = []
    for said in moves:
        turn = SEATS[len(throws[-1]) % len(SEATS)] if throws else Seat.FIRST
        seat = said.seat or turn
        if said.error:
            refused.append((seat, said))
            continue
        if not throws or len(throws[-1]) == len(SEATS):
            throws.append({})
        if seat in throws[-1]:
            raise NotUnderstood(MOVES, say("One side has chosen twice before the other."))
        throws[-1][seat] = said
    if throws and len(throws[-1]) < len(SEATS):
        raise NotUnderstood(MOVES, say("The last throw is one side's alone; the other's choice is missing."))
    return throws, refused


def _hand(number: int, said: Said) -> str:
    text = said.text.casefold()
    hand = _HANDS.get(text, text)
    if hand not in _HANDS.values():
        raise illegal(number, said)
    return hand
