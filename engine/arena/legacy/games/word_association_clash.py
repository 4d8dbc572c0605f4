"""The predecessor's word game: rounds in which both answer a theme; the first answer that is refused loses.

Today's duel is one chain from one theme. A game whose rounds had themes of their own would read as a chain that nobody
said, so only games on a single theme are replayed. A verdict that was given then is kept: logs store verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from engine.arena.legacy.playing import MOVES, Playing, Reading, illegal
from engine.arena.legacy.told import POSITION_ONLY, STATE, Said, Told
from engine.errors import MoveRefused, NotUnderstood
from engine.games import game
from engine.model import SEATS, Seat
from engine.sentences import say

GAME: Final = "word_association"

_THEME: Final = ("theme", "prompt", "current_prompt", "start_word", "topic")
_CHAIN: Final = ("chain", "words", "answers", "history", "moves")
_ARROW: Final = re.compile(r"\s*(?:->|=>|→|,|;|\n)\s*")
_ACCEPTED: Final = "related 0.000 10 {}"
_REFUSED: Final = "unrelated 0.000 0 {}"
_REPEATED: Final = "repeated 0.000 0 {}"
_STRIKES_THEN: Final = 1
_ROUNDS_THEN: Final = 12
_MOST_ROUNDS: Final = 50


def reading(told: Told) -> Reading:
    """:raises NotUnderstood: for several themes, a missing chain, or an answer that no log can hold."""
    inner = told.position if isinstance(told.position, dict) else told.document
    rounds = inner.get("history")
    if isinstance(rounds, list) and rounds and all(isinstance(one, dict) and "prompt" in one for one in rounds):
        return _of_rounds(inner, rounds)
    return _of_chain(told, inner)


def _of_rounds(state: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]) -> Reading:
    answered = [one for one in rounds if any(one.get(side) or one.get(f"{side}_reason") for side in _SIDES)]
    themes = {str(one["prompt"]) for one in answered or rounds[:1]}
    if len(themes) > 1:
        raise NotUnderstood(
            "several-themes",
            say("Its {n} rounds have themes of their own; today's duel is one chain from one theme.", n=len(answered)),
        )
    most = state.get("max_rounds")
    limit = most if type(most) is int and len(answered) <= most <= _MOST_ROUNDS else max(_ROUNDS_THEN, len(answered))
    played = Playing.of(GAME, {"theme": themes.pop(), "strikes": _STRIKES_THEN, "rounds": limit})
    return played.all(list(_judged_then(answered)), _as_judged).reading()


_SIDES: Final = {"white": Seat.FIRST, "black": Seat.SECOND}


def _judged_then(rounds: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    """The answers in order. Of a seat that gave none, the row's result tells."""
    for one in rounds:
        for side, seat in _SIDES.items():
            if word := str(one.get(side) or "").strip():
                verdict = _ACCEPTED if one.get(f"{side}_valid") else _REFUSED
                repeated = "repeat" in str(one.get(f"{side}_reason") or "")
                yield Said((_REPEATED if repeated and verdict == _REFUSED else verdict).format(_plain(word)), seat)


def _as_judged(_: Any, __: Seat, said: Said) -> str:
    return said.text


def _of_chain(told: Told, state: Mapping[str, Any]) -> Reading:
    """A theme and answers that today's judge judges."""
    theme, answers = _chain(told, state)
    rounds = max(20, -(-len(answers) // 2))
    return Playing.of(GAME, {"theme": theme, "rounds": min(rounds, _MOST_ROUNDS)}).all(answers, _judged).reading()


def _chain(told: Told, state: Mapping[str, Any]) -> tuple[str, Sequence[Said]]:
    theme = next((state[name] for name in _THEME if isinstance(state.get(name), str) and state[name].strip()), "")
    words = next((state[name] for name in _CHAIN if isinstance(state.get(name), list)), None)
    answers = list(told.moves) if told.moves is not None else [Said(str(word).strip()) for word in words or ()]
    if told.text:
        answers = [Said(word) for word in _ARROW.split(told.text.replace(":", ",", 1)) if word]
    if not theme and not told.text and not (answers and words is not None and told.moves is None):
        raise NotUnderstood(STATE if answers else POSITION_ONLY, say("The row does not tell the theme it began from."))
    if not theme and len(answers) < len(SEATS):
        raise NotUnderstood(POSITION_ONLY, say("The row does not tell the theme it began from."))
    return (theme, answers) if theme else (answers[0].text, answers[1:])


def _judged(position: Any, seat: Seat, said: Said) -> str:
    rules = game(GAME)
    try:
        return rules.encode(rules.parse(position, seat, said.text))
    except MoveRefused as refused:
        raise NotUnderstood(MOVES, refused.text) from None


def _plain(word: str) -> str:
    """As logs hold an answer. :raises NotUnderstood: when they cannot."""
    plain = " ".join(re.sub(r"[^a-z0-9'& -]", " ", word.casefold()).split()).strip("'&- ")
    if not plain or len(plain) > 60:
        raise illegal(1, Said(word))
    return plain
