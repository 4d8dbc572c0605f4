"""A language model at the board: ask, read, say what was wrong, ask again, and give up honestly.

A ply is up to :attr:`Policy.attempts` attempts. Each that is no move is recorded as one :class:`Failure`, quoted
back with the reason, and followed by another question. After the last the seat gives up; no move is ever made up.
An API that is down is no attempt: it is asked again with exponential backoff and jitter until the ply's deadline.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine import duel, replies
from engine.errors import EmptyReply, MoveRefused, ProviderDown, ProviderError, ProviderRefused, TruncatedReply
from engine.model import Attempt, Entry, Failure, MoveMode, Seat, Spoken, Turn
from engine.players.model_card import QUESTION_BYTES, ModelCard
from engine.ports import Answer, Ask, Chosen, Clock, Completion, GaveUp, Message, MoveRequest, Provider
from engine.sentences import say

PROMPT_VERSION: Final = "1"

# What a log entry keeps, in characters: with two failed attempts it stays near the 1 KB that is one write unit.
WORDS_KEPT: Final = 240
SAID_KEPT: Final = 100
WHY_KEPT: Final = 140
# What a model is shown of its own words.
QUOTED: Final = 1200
REMEMBERED_PLIES: Final = 6
REMEMBERED_WORDS: Final = 160


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the arena is with one ply.

    ``pause_seconds`` is the first wait after a failed call; it doubles up to ``longest_pause_seconds``, and a random
    half of it is left out so that duels do not knock at the same moment. An API's own Retry-After is honoured.
    An API that has failed for ``outage_seconds`` on end is down.
    """

    attempts: int = 3
    call_seconds: float = 180.0
    ply_seconds: float = 600.0
    outage_seconds: float = 90.0
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0


PATIENT: Final = Policy()


@dataclass(slots=True)
class _Ply:
    """One ply as it goes: the talk so far, and what it has cost."""

    opening: Sequence[Message]
    choices: Mapping[str, Any]
    max_tokens: int
    started_ms: int
    deadline_ms: int
    corrections: list[Message] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    words: str = ""

    def heard(self, completion: Completion, most_in: int) -> None:
        # An endpoint counts for itself: it is believed as far as the question and the limit of its reply can go.
        self.tokens_in += min(max(0, completion.tokens_in), most_in)
        self.tokens_out += min(max(0, completion.tokens_out), self.max_tokens)
        self.words = completion.text

    def failed(self, refused: MoveRefused) -> None:
        self.attempts.append(Attempt(refused.failure, cut(self.words, SAID_KEPT), _reason(refused.text)))
        quoted = cut(self.words, QUOTED) or "(no answer)"
        self.corrections += [Message("assistant", quoted), Message("user", correction(refused))]


class LanguageModel:
    """A model of some provider as a source of moves. Holds nothing of a duel, so duels may share it."""

    def __init__(self, provider: Provider, model: str, card: ModelCard, clock: Clock, policy: Policy = PATIENT) -> None:
        self._provider = provider
        self._model = model
        self._card = card
        self._clock = clock
        self._policy = policy

    async def choose(self, request: MoveRequest) -> Answer:
        """One ply. :raises ProviderDown: past the ply's deadline. :raises ProviderRefused: at once."""
        ply = await self._begin(request)
        for _ in range(self._policy.attempts):
            try:
                completion = await self._ask(ply, request.rng)
            except ProviderError as error:
                # Earlier attempts of this ply are paid for, whatever becomes of it.
                error.spoken = self._spoken(ply)
                raise
            ply.heard(completion, self._card.question_tokens)
            try:
                move = read(request, ply.choices, completion)
            except MoveRefused as refused:
                ply.failed(refused)
                if refused.failure is Failure.TRUNCATED:
                    ply.max_tokens = self._card.max_tokens_retry
            else:
                return Chosen(move, self._spoken(ply))
        return GaveUp(self._spoken(ply))

    async def close(self) -> None:
        """Nothing: the provider belongs to the roster."""

    async def _begin(self, request: MoveRequest) -> _Ply:
        now_ms = self._clock.now_ms()
        return _Ply(
            opening(request, await request.history()),
            constrained(request),
            self._card.max_tokens,
            now_ms,
            now_ms + round(self._policy.ply_seconds * 1000),
        )

    async def _ask(self, ply: _Ply, rng: random.Random) -> Completion:
        ask = Ask(
            self._model,
            (*ply.opening, *ply.corrections),
            ply.max_tokens,
            self._policy.call_seconds,
            tuple(ply.choices),
            seed=rng.getrandbits(31),
        )
        self._require_bounded(ask)
        pause_seconds = self._policy.pause_seconds
        asked_ms = self._clock.now_ms()
        while (left_seconds := self._left_seconds(ply)) > 0:
            within = replace(ask, timeout_seconds=min(ask.timeout_seconds, left_seconds))
            try:
                # A provider that makes questions wait for their turn counts its timeout from there; a ply does not.
                async with asyncio.timeout(left_seconds):
                    return await self._provider.complete(within)
            except TimeoutError:
                break
            except ProviderDown as down:
                wait_seconds = max(pause_seconds * rng.uniform(0.5, 1.0), down.retry_after_seconds or 0.0)
                failed_seconds = (self._clock.now_ms() - asked_ms) / 1000 + wait_seconds
                if wait_seconds >= self._left_seconds(ply) or failed_seconds > self._policy.outage_seconds:
                    raise
            await self._clock.sleep(wait_seconds)
            pause_seconds = min(2 * pause_seconds, self._policy.longest_pause_seconds)
        raise ProviderDown(
            say(
                "{player} gave no move within {seconds:g} seconds.",
                player=self._card.name,
                seconds=self._policy.ply_seconds,
            )
        )

    def _require_bounded(self, ask: Ask) -> None:
        """:raises ProviderRefused: for a question longer than the one that money is set aside for."""
        texts = (*(message.text for message in ask.messages), *ask.choices)
        if sum(len(text.encode()) for text in texts) > QUESTION_BYTES:
            raise ProviderRefused(
                say("The question to {player} is longer than what is set aside for it.", player=self._card.name)
            )

    def _left_seconds(self, ply: _Ply) -> float:
        return (ply.deadline_ms - self._clock.now_ms()) / 1000

    def _spoken(self, ply: _Ply) -> Spoken:
        return Spoken(
            cut(visible(ply.words), WORDS_KEPT),
            ply.tokens_in,
            ply.tokens_out,
            self._clock.now_ms() - ply.started_ms,
            self._card.cost_nano_usd(ply.tokens_in, ply.tokens_out),
            tuple(ply.attempts),
        )


def read(request: MoveRequest, choices: Mapping[str, Any], completion: Completion) -> Any:
    """The move that a reply means. :raises MoveRefused: when it means none."""
    text = completion.text
    if text.strip() in choices:
        return choices[text.strip()]
    if completion.truncated:
        text = _before_the_cut(text)
    return request.game.parse(request.position, request.seat, text)


def _before_the_cut(text: str) -> str:
    """The whole lines of a reply that was cut off, when they declare a move.

    The last line may be half a word ("my word is car"), and lines before it may only be thinking aloud.

    :raises TruncatedReply: when no whole line declares one.
    """
    whole, _, _ = text.rpartition("\n")
    with contextlib.suppress(EmptyReply):
        if replies.read(whole).declared:
            return whole
    raise TruncatedReply(say("Your answer was cut off before it gave a move."))


def constrained(request: MoveRequest) -> dict[str, Any]:
    """The legal moves by the way people write them, when the API is to allow only these; else nothing."""
    return legal(request) if request.mode is MoveMode.CONSTRAINED else {}


def legal(request: MoveRequest) -> dict[str, Any]:
    """The legal moves by the way people write them; nothing when the game is open-ended."""
    moves = request.game.legal_moves(request.position, request.seat) or ()
    return {request.game.show(request.position, move): move for move in moves}


def opening(request: MoveRequest, log: Sequence[Entry]) -> tuple[Message, Message]:
    """The first question of a ply. The other seat's words are in it only where the game's own prompt quotes them."""
    parts = [
        request.game.prompt(request.position, request.seat),  # first: its rules are a prefix that APIs cache
        remembered(log, request.seat),
        _listed(request),
        _HOW_TO_ANSWER[request.mode],
    ]
    return Message("system", _system(request)), Message("user", "\n\n".join(part for part in parts if part))


def _system(request: MoveRequest) -> str:
    game = request.game
    language = "" if request.language == "en" else f" Beside the move, write in the language {request.language!r}."
    return f"You are a careful player of {game.title} and you play to win. Follow the rules exactly.{language}"


def _listed(request: MoveRequest) -> str:
    moves = legal(request) if request.mode is MoveMode.LISTED else {}
    return f"Your legal moves: {', '.join(moves)}" if moves else ""


def remembered(log: Sequence[Entry], seat: Seat) -> str:
    """What this seat itself played and said lately; nothing of the other seat."""
    own = [entry.body for entry in duel.turns(log) if isinstance(entry.body, Turn) and seat in entry.body.moves]
    lines = [_recalled(turn, seat) for turn in own[-REMEMBERED_PLIES:]]
    return "\n".join(["Your latest moves, the newest last, and what you said:", *lines]) if lines else ""


def _recalled(turn: Turn, seat: Seat) -> str:
    move = turn.moves[seat]
    words = " ".join(turn.spoken[seat].words.split()) if seat in turn.spoken else ""
    return f"- {move}" if words in {"", move} else f"- {move}: “{cut(words, REMEMBERED_WORDS)}”"


def correction(refused: MoveRefused) -> str:
    """What a model is told after an attempt that was no move."""
    return f"{refused.text} {_ADVICE[refused.failure]}"


def _reason(text: str) -> str:
    """Why an attempt was no move, as the log keeps it; a sentence that is short enough stays one."""
    return text if len(text) <= WHY_KEPT else cut(text, WHY_KEPT)


def visible(text: str) -> str:
    """A reply as people are shown it: without its thoughts."""
    try:
        return replies.read(text).text
    except MoveRefused:
        return ""


def cut(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, with an ellipsis where it was cut."""
    text = text.strip()
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


_HOW_TO_ANSWER: Final = {
    MoveMode.FREE: "",
    MoveMode.LISTED: "Your move must be one of these.",
    MoveMode.CONSTRAINED: "Answer with your move and nothing else.",
}
_ONE_LINE: Final = "on one line, as: Move: <your move>"
_ADVICE: Final = {
    Failure.EMPTY: f"Answer {_ONE_LINE}",
    Failure.TRUNCATED: f"Give the move first, {_ONE_LINE}\nExplain afterwards, and briefly.",
    Failure.UNPARSABLE: f"Write it the way the rules above ask, {_ONE_LINE}",
    Failure.AMBIGUOUS: f"Name exactly one move, written in full, {_ONE_LINE}",
    Failure.ILLEGAL: f"Look at the position again and choose a legal move. Write it {_ONE_LINE}",
}
