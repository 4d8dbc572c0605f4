"""Players without a thought: uniformly random moves, and moves read from a list."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import MoveRefused
from engine.model import Attempt, Spoken
from engine.ports import Answer, Chosen, Clock, GaveUp, MoveRequest

_SAID_CHARACTERS = 200


class RandomPlayer:
    """``engine/random``: every legal move is as likely as any other; in an open-ended game, every proposed one.

    The choice comes from the request's own seed, so a duel repeats exactly. Holds no state: one instance
    serves any number of duels.
    """

    instant = True

    async def choose(self, request: MoveRequest) -> Answer:
        """One uniform choice; gives up only where the game offers no move."""
        moves = request.game.legal_moves(request.position, request.seat)
        if moves is None:
            moves = request.game.propose(request.position, request.seat)
        if not moves:
            return GaveUp(Spoken())
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing is held."""


class ScriptedPlayer:
    """Answers with the next of ``texts``, as written, after ``delay_seconds`` on the given clock.

    A text that is no move, and the end of the texts, give the seat up. The texts are consumed in the order of the
    questions, so one instance belongs to one seat of one duel, unless any of its texts suits any question.
    """

    def __init__(self, texts: Iterable[str], clock: Clock, delay_seconds: float = 0.0) -> None:
        self._texts = iter(texts)
        self._clock = clock
        self._delay_seconds = delay_seconds

    async def choose(self, request: MoveRequest) -> Answer:
        """The next text, read by the game's own parser."""
        if self._delay_seconds:
            await self._clock.sleep(self._delay_seconds)
        text = next(self._texts, None)
        if text is None:
            return GaveUp(Spoken())
        words = text[:_SAID_CHARACTERS]
        try:
            return Chosen(request.game.parse(request.position, request.seat, text), Spoken(words))
        except MoveRefused as refused:
            return GaveUp(Spoken(words, attempts=(Attempt(refused.failure, words, refused.text),)))

    async def close(self) -> None:
        """Nothing is held."""
