"""``arena run`` as a process against the loopback Slack, as a host runs it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import warm
from loopback_slack import LoopbackSlack

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 15.0


async def started(slack: LoopbackSlack, folder: Path, **more: str) -> warm.Process:
    """``arena run`` with nothing of the tests' own in its environment."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ARENA_DATA_DIR": str(folder),
        "ARENA_PORT": "0",
        "SLACK_BOT_TOKEN": slack.tokens.bot,
        "SLACK_APP_TOKEN": slack.tokens.app,
        "SLACK_API_URL": slack.api_url,
        **more,
    }
    return await warm.begin(["run"], env)


async def ready(process: warm.Process) -> str:
    """Wait for the line that says so."""
    return (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode()


@asynccontextmanager
async def running(slack: LoopbackSlack, folder: Path) -> AsyncIterator[warm.Process]:
    """``arena run``, connected; at the end it is stopped as a host stops it, and has nothing to complain of."""
    process = await started(slack, folder)
    try:
        assert "Slack" in await ready(process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, complaints = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0
    assert complaints.decode() == ""


async def test_a_killed_process_is_followed_by_one_that_plays_on(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack:
        killed = await started(slack, tmp_path)
        await ready(killed)
        done = await slack.slash(slack.ann, slack.general, "/duel", "start tic_tac_toe me engine/perfect")
        await done.reply(SECONDS)
        (board,) = slack.general.messages
        assert "ann is to move" in board.says
        killed.kill()
        await killed.communicate()
        async with running(slack, tmp_path):
            await slack.press(slack.ann, board, "5")
            await slack.workspace.until(lambda: "Last move, turn 2" in board.says, SECONDS)
            assert slack.general.messages == [board]


@pytest.mark.parametrize(
    ("variable", "token"), [("SLACK_BOT_TOKEN", "xoxb-of-another-app"), ("SLACK_APP_TOKEN", "xapp-of-another-app")]
)
async def test_a_refused_token_ends_it_with_the_variable_to_mend(tmp_path: Path, variable: str, token: str) -> None:
    async with LoopbackSlack() as slack:
        process = await started(slack, tmp_path, **{variable: token})
        _, complaints = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode not in (0, None)
        assert variable in complaints.decode()
        assert token not in complaints.decode()
        assert "Traceback" not in complaints.decode()
