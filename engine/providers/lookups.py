"""Looks up the names that strangers have given, on threads of its own: a slow name server holds up nobody else.

The system's resolver cannot be interrupted and may take half a minute for a name, and whoever runs a domain decides
how slow it is. On the threads that everything shares, a few such names would stop the store, boards and engines.
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

THREADS: Final = 4


class Lookups:
    """Name lookups of many askers, of each one at a time: nobody can take all threads."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="lookup")
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def of(self, asker: str) -> Resolve:
        """The lookups of one asker, such as a community. They raise ``OSError`` for a name without an address."""

        async def resolve(host: str, port: int) -> Sequence[str]:
            return await self._look(asker, host, port)

        return resolve

    async def _look(self, asker: str, host: str, port: int) -> Sequence[str]:
        turn = self._turns[asker]
        await turn.acquire()
        found = asyncio.get_running_loop().run_in_executor(self._threads, _addresses, host, port)
        # Who has waited long enough goes, and the thread does not: the turn is over when the thread is free again.
        found.add_done_callback(lambda _: turn.release())
        return await asyncio.shield(found)


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system finds them. :raises OSError: when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
