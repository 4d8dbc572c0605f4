"""The chat platforms of ``arena run``: what the log says while one cannot be reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from support import arena_over

from bot import chat
from bot.accounts import cause
from bot.inbox import Inbox
from bot.presenting import Presenter
from bot.settings import Settings, read
from engine.errors import BadOption, PlatformDown


def down(text: str, behind: BaseException | None) -> PlatformDown:
    error = PlatformDown(text)
    error.__cause__ = behind
    return error


REFUSED = OSError("Cannot connect to host x:443")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (down("Discord cannot be reached: Cannot connect to host x:443", REFUSED), "Cannot connect to host x:443"),
        (down("Discord cannot be reached: ", TimeoutError()), "TimeoutError"),
        (down("auth.test failed 4 times", REFUSED), "auth.test failed 4 times: Cannot connect to host x:443"),
        (down("auth.test failed 4 times", TimeoutError()), "auth.test failed 4 times: TimeoutError"),
        (down("auth.test failed 4 times", OSError("two\nlines")), "auth.test failed 4 times: two lines"),
        (down("Discord closed the connection: None", None), "Discord closed the connection: None"),
    ],
)
def test_a_cause_is_one_line_that_says_nothing_twice(error: PlatformDown, text: str) -> None:
    assert cause(error) == text


async def test_the_log_names_a_platform_as_people_write_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @asynccontextmanager
    async def connect(_answer: Callable[..., Awaitable[Any]]) -> AsyncIterator[Presenter]:
        for error in [down("auth.test failed 4 times", REFUSED)]:
            raise error
        yield

    monkeypatch.setattr(chat, "platforms", lambda *_: {"slack": connect})
    async with arena_over() as arena:
        chatting = chat.Chat(Settings(Path("/unused")), arena)
        task = asyncio.create_task(chatting.run("slack"))
        await chatting.tried()
        task.cancel()
    line, *_ = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert line == (
        "Slack cannot be reached: auth.test failed 4 times: Cannot connect to host x:443; trying again in 2 s"
    )


async def test_a_swapped_token_is_a_sentence_before_anything_is_called() -> None:
    async with arena_over() as arena:
        with pytest.raises(BadOption, match="SLACK_APP_TOKEN starts with xapp-"):
            chat.platforms(read({"HOME": "/h", "SLACK_APP_TOKEN": "xoxb-test"}), arena)


async def test_a_platform_that_cannot_be_reached_keeps_no_other_from_receiving(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @asynccontextmanager
    async def there(_answer: Callable[..., Awaitable[Any]]) -> AsyncIterator[Inbox]:
        yield Inbox(object(), _nothing)  # type: ignore[arg-type]

    @asynccontextmanager
    async def away(_answer: Callable[..., Awaitable[Any]]) -> AsyncIterator[Inbox]:
        for error in [down("auth.test failed 4 times", REFUSED)]:
            raise error
        yield

    opened = {"slack": away, "discord": there}
    monkeypatch.setattr(chat, "inboxes", lambda *_: opened)
    async with arena_over() as arena:
        chatting = chat.Chat(Settings(Path("/unused")), arena)
        async with chatting.receiving() as found:
            assert found.keys() == {"discord"}
            assert chatting.absent == {"slack"}
            assert chatting.connected == ["discord"]
        assert "slack is left out until it can be reached: auth.test failed 4 times" in caplog.text
        opened["slack"] = there
        async with chatting.receiving() as found:
            assert found.keys() == {"discord", "slack"}
            assert not chatting.absent


async def _nothing(_body: str) -> None:
    """What is taken in here comes to nothing."""
