"""Lines from standard input, read without holding up anything else, so that Ctrl-C at a question is prompt."""

from __future__ import annotations

import asyncio
import os
from typing import Final, TextIO

_PIECE_BYTES: Final = 4096


class Keyboard:
    """A line at a time. What was typed ahead, or came down a pipe at once, waits for the next question."""

    def __init__(self, stream: TextIO | None) -> None:
        """``stream`` must have a descriptor, and nobody else may read from it; ``None`` is an input that is closed."""
        self._descriptor = stream.fileno() if stream else -1
        self._encoding = stream.encoding if stream else "utf-8"
        self._typed = b""
        self._ended = stream is None

    async def line(self) -> str:
        """The next line; empty at the end of the input. A question that is cancelled loses nothing of what is typed."""
        while b"\n" not in self._typed and not self._ended:
            piece = await self._piece()
            self._typed += piece
            self._ended = not piece
        line, newline, self._typed = self._typed.partition(b"\n")
        return (line + newline).decode(self._encoding, "replace")

    async def _piece(self) -> bytes:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except PermissionError:  # epoll takes no regular file: reading one never waits
            ready.set()
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
        return os.read(self._descriptor, _PIECE_BYTES)
