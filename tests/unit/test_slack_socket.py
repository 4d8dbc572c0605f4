"""What is around Slack's socket: the log, and what goes on after an acknowledgement."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.on_slack import socket


def test_the_sdks_log_tells_no_ticket_and_no_stack() -> None:
    address = "wss://wss.slack.test/link/?ticket=secret-1&app_id=2"
    record = logging.LogRecord(
        "slack", logging.ERROR, "", 1, "Failed to connect (error: %s); Retrying...", (f"503, url='{address}'",), None
    )
    assert socket._in_brief(record)
    assert record.getMessage() == "Failed to connect (error: 503, url='wss://wss.slack.test/link/?…'); Retrying..."
    assert record.exc_info is None


async def test_what_is_under_way_is_finished_at_the_end() -> None:
    tasks, done = socket._Tasks(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(True)

    tasks.start(work())
    await tasks.close()
    assert done == [True]


async def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "FINISH_SECONDS", 0.01)
    tasks = socket._Tasks()
    given_up = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    tasks.start(work())
    await tasks.close()
    assert given_up.is_set()
