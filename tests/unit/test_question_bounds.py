"""What is set aside for a question bounds it: the longest that our games and the wordiest models can make."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from support import CHANNEL, StandingClock

from engine import games
from engine.errors import ProviderRefused
from engine.model import SEATS, Agreed, Entry, MoveMode, Player, Seat, Spoken, Terms, Turn
from engine.players import llm
from engine.players.llm import LanguageModel
from engine.players.model_card import FRAMING_TOKENS, QUESTION_BYTES, ModelCard, Price
from engine.ports import Ask, Completion, MoveRequest

LOUD = "𝒜" * 3_000  # four bytes each in UTF-8
PRICE = Price(2_000_000_000, 8_000_000_000, "2026-11-23", "a test")


class Loud:
    """Answers with no move in the longest letters there are, and measures what it is asked."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def check(self, model: str, constrained: bool) -> None:
        """Everything can be asked."""

    async def complete(self, ask: Ask) -> Completion:
        texts = (*(message.text for message in ask.messages), *ask.choices)
        self.sizes.append(sum(len(text.encode()) for text in texts))
        return Completion(LOUD, self.sizes[-1], ask.max_tokens, truncated=True)

    async def close(self) -> None:
        """Nothing to close."""


async def longest(name: str, mode: MoveMode) -> tuple[int, int, ModelCard]:
    """The longest question and the dearest ply of a game played by chance."""
    game, loud = games.game(name), Loud()
    card = ModelCard("x/loud", price=PRICE)
    model = LanguageModel(loud, "loud", card, StandingClock())
    position, rng, dearest = (
        game.start({option.name: option.default for option in game.options}, 1),
        random.Random(1),
        0,
    )
    players = {seat: Player.named("x/loud") for seat in SEATS}
    log: list[Entry] = [Entry(0, "0", 0, Agreed(Terms(name, players, 1, community=CHANNEL)))]

    async def history() -> Sequence[Entry]:
        return log

    for ply in range(60):
        to_move = game.to_move(position)
        if not to_move:
            break
        seat = min(to_move)
        if ply % 6 == 0:
            answer = await model.choose(MoveRequest("d", game, position, seat, ply, mode, ply, history))
            dearest = max(dearest, answer.spoken.cost_nano_usd)
        moves = {seat: rng.choice(list(game.propose(position, seat))) for seat in to_move}
        turn = Turn(
            {seat: game.encode(move) for seat, move in moves.items()},
            {seat: Spoken(LOUD[: llm.WORDS_KEPT]) for seat in moves},
        )
        log.append(Entry(len(log), str(len(log)), 0, turn))
        position = game.play(position, moves)
    return max(loud.sizes), dearest, card


@pytest.mark.parametrize("name", games.names())
@pytest.mark.parametrize("mode", [MoveMode.LISTED, MoveMode.CONSTRAINED])
async def test_no_question_is_longer_and_no_ply_dearer_than_what_is_set_aside(name: str, mode: MoveMode) -> None:
    size, dearest, card = await longest(name, mode)
    assert 5_000 < size < QUESTION_BYTES
    rates = card.rates(3)
    assert rates
    assert 0 < dearest < rates.ceiling_nano_usd


async def test_a_longer_one_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "QUESTION_BYTES", 500)
    loud, game = Loud(), games.game("chess")
    model = LanguageModel(loud, "loud", ModelCard("x/loud"), StandingClock())

    async def history() -> Sequence[Entry]:
        return []

    position = game.start({option.name: option.default for option in game.options}, 1)
    with pytest.raises(ProviderRefused, match="longer than what is set aside"):
        await model.choose(MoveRequest("d", game, position, Seat.FIRST, 0, MoveMode.FREE, 1, history))
    assert loud.sizes == []


def test_the_ceiling_of_a_ply() -> None:
    rates = ModelCard("x/m", price=PRICE, max_tokens=4_096, max_tokens_retry=16_384).rates(3)
    assert rates
    read, written = 3 * (QUESTION_BYTES + FRAMING_TOKENS), 4_096 + 2 * 16_384
    assert rates.ceiling_nano_usd == read * 2_000 + written * 8_000
    small = ModelCard("x/m", price=PRICE, max_tokens=256, max_tokens_retry=512, context_tokens=4_096).rates(3)
    assert small
    assert small.tokens_in == 3 * 4_096
    assert ModelCard("x/m").rates(3) is None
