"""Work beside the loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.threads import in_daemon_thread


async def test_it_gives_what_the_work_gives_or_raises() -> None:
    name, daemon = await in_daemon_thread(
        "beside", lambda: (threading.current_thread().name, threading.current_thread().daemon)
    )
    assert (name, daemon) == ("beside", True)
    with pytest.raises(KeyError):
        await in_daemon_thread("beside", lambda: {}["nothing"])


async def test_what_nobody_waits_for_is_dropped() -> None:
    go, over = threading.Event(), threading.Event()

    def work() -> None:
        go.wait(10)
        over.set()
        raise ValueError("nobody hears this")

    waiting = asyncio.ensure_future(in_daemon_thread("beside", work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()
    assert await in_daemon_thread("beside", lambda: over.wait(10))
