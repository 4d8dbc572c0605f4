"""A name server that takes its time holds up nobody but who asked for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engine.providers.lookups import THREADS, Lookups


class NameServer:
    """Answers at once, but for names that begin with “slow”: these wait until they are let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        if host.startswith("slow"):
            self.let_go.wait(10)
            raise socket.gaierror("no such name")
        return [(0, 0, 0, "", ("93.184.215.14", port)), (0, 0, 0, "", ("93.184.215.14", port))]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    yield server
    server.let_go.set()


async def test_it_finds_addresses_each_once(server: NameServer) -> None:
    assert await Lookups().of("ours")("api.example", 443) == ["93.184.215.14"]


async def test_slow_names_leave_the_shared_threads_and_other_askers_alone(server: NameServer) -> None:
    lookups = Lookups()
    slow = [asyncio.ensure_future(lookups.of("theirs")(f"slow{number}.example", 443)) for number in range(40)]
    async with asyncio.timeout(2):
        await asyncio.to_thread(lambda: None)
        assert await lookups.of("ours")("api.example", 443)
    assert [host for host in server.asked if host.startswith("slow")] == ["slow0.example"]
    server.let_go.set()
    assert all(isinstance(error, OSError) for error in await asyncio.gather(*slow, return_exceptions=True))


async def test_who_gives_up_does_not_free_the_thread_that_still_looks(server: NameServer) -> None:
    lookups = Lookups()
    for number in range(2 * THREADS):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await lookups.of("theirs")(f"slow{number}.example", 443)
    assert server.asked == ["slow0.example"]
    assert await lookups.of("ours")("api.example", 443)
    server.let_go.set()
    assert await lookups.of("theirs")("api.example", 443)
