"""Many duels at once over a network that fails: every final board is right, and little is asked twice."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from loopback_slack import Faults, LoopbackSlack, Message
from slack_support import SPEED, running_bot
from support import share

from engine.ports import Answer, Chosen, Clock, MoveRequest

ONCE = ("auth.test", "apps.connections.open", "users.info")


async def test_without_faults_nothing_is_asked_that_the_boards_do_not_need(tmp_path: Path) -> None:
    asked, needed = await played(tmp_path, Faults(), 4)
    assert asked == needed


@pytest.mark.parametrize("seed", [1, 2])
async def test_all_duels_end_right_with_one_request_in_ten_failing(tmp_path: Path, seed: int) -> None:
    duels = share(100, 6)
    asked, needed = await played(tmp_path, Faults(seed, 0.1), duels)
    print(f"{duels} duels: {asked} requests where {needed} are needed, {asked / needed:.2f} times")
    assert asked <= 1.2 * needed + 5, "one in ten is asked again; chance needs a little room where few are asked"


class Thinker:
    """Plays any legal move after a second and a half of thought."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def choose(self, request: MoveRequest) -> Answer:
        await self._clock.sleep(1.5)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing to close."""


async def test_at_slacks_own_limits_no_request_is_refused_and_every_end_is_shown(tmp_path: Path) -> None:
    async with LoopbackSlack(speed=SPEED) as slack:
        players = {f"model/{name}": Thinker(slack.clock) for name in "ab"}
        async with running_bot(slack, tmp_path, players) as bot:
            channels = [slack.workspace.add_channel(f"c{number}") for number in range(4)]
            for channel in channels * 2:
                await slack.slash(slack.ann, channel, "/duel", "start tic_tac_toe model/a model/b")
            for head in await bot.all_shown(2 * len(channels)):
                final = slack.workspace.channels[head.shown.channel].message(head.shown.message_id)
                assert final
                assert "Length:" in final.says
        assert dict(slack.limited) == {}


async def played(folder: Path, faults: Faults, duels: int) -> tuple[int, int]:
    """How many requests it takes to show that many duels to their end, and how many their boards need."""
    async with LoopbackSlack(speed=SPEED, pace=SPEED, faults=faults) as slack, running_bot(slack, folder) as bot:
        channels = [slack.workspace.add_channel(f"c{number}") for number in range(duels)]
        text = "start tic_tac_toe engine/perfect engine/random"
        await asyncio.gather(*(slack.slash(slack.ann, channel, "/duel", text) for channel in channels))
        heads = await bot.all_shown(duels)
        finals = [slack.workspace.channels[head.shown.channel].message(head.shown.message_id) for head in heads]
        for head, final in zip(heads, finals, strict=True):
            assert final
            assert head.outcome
            assert head.outcome.why in final.says
        asked = sum(count for method, count in slack.workspace.calls.items() if method not in ONCE)
        return asked, sum(needs(final) for final in finals if final)


def needs(board: Message) -> int:
    """How many requests the states that a board has shown need where nothing fails.

    Each state is one message. Its picture takes two calls, and one to delete it when another follows. At the end there
    are two calls for the file in the thread, and the answer to who started it.
    """
    states = [shown["blocks"] for _, shown in board.versions]
    different: int = 1 + sum(before != after for before, after in pairwise(states))
    pictures = {image["slack_file"]["id"] for blocks in states for image in blocks if "slack_file" in image}
    return different + 2 * len(pictures) + len(pictures) - 1 + 2 + 1
