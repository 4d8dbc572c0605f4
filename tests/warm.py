"""``arena`` as a process of its own that starts in milliseconds: forked from one that has imported everything.

A command is run as the console script runs it: its own process, environment, folder, pipes and exit code, and the
interpreter ends as it always does. Only what Python does before the first line of ours is shared, which is most of the
half second that a start takes. What a start itself decides (the seed of hashes, a terminal, signals) is tried with
``subprocess`` instead.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
# What the commands import when they are run. One that is missing here costs time and nothing else.
_IMPORTED: Final = (
    "bot.doctor",
    "bot.legacy",
    "bot.migrating",
    "bot.on_terminal.duel",
    "bot.players",
    "bot.serve",
    "bot.wiring",
    "engine.arena.exports",
    "engine.stores.sqlite",
)
# What servers need besides. Not for commands: to fork and to end takes longer the more is there, 0.19 s and not 0.12.
_OF_SERVERS: Final = ("bot.on_discord.gateway", "bot.on_slack.socket", "openai")
_LONGEST_REQUEST: Final = 1 << 20
_LONGEST_OUTPUT: Final = 1 << 26
_PIPE_HOLDS: Final = 1 << 16


def run(
    arguments: Sequence[str],
    env: Mapping[str, str],
    text: str = "",
    timeout: float = 120,
    constants: Mapping[str, float] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``arena`` with those arguments and this environment to its end, at the root of the repository.

    :param text: what stands on its standard input, which is a pipe.
    :param constants: what these of ours are in that process, by ``module:name``: how long it waits, above all.
    :raises subprocess.TimeoutExpired: when it takes longer; it is killed.
    """
    stdin, ours = os.pipe()
    pipes = [os.pipe(), os.pipe()]
    told = _asked_for(_server(), arguments, env, constants, stdin, *(theirs for _, theirs in pipes))
    for theirs in (stdin, *(theirs for _, theirs in pipes)):
        os.close(theirs)
    assert len(text.encode()) < _PIPE_HOLDS, "nobody may read it"
    with open(ours, "wb", buffering=0) as file:
        file.write(text.encode())
    with open(told) as lines:
        pid = int(lines.readline())
        try:
            said = _read([reads for reads, _ in pipes], time.monotonic() + timeout)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(arguments), timeout) from None
        return subprocess.CompletedProcess(list(arguments), int(lines.readline()), *said)


@dataclass
class Process:
    """A command that runs, with what tests use of :class:`asyncio.subprocess.Process`."""

    pid: int
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    _ended: asyncio.Task[int]

    @property
    def returncode(self) -> int | None:
        """Its exit code, or what killed it below 0; ``None`` while it runs."""
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, number: int) -> None:
        """Nothing when it is known to have ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its :attr:`returncode`. When this returns, nobody holds its pipes any more."""
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it still says on both streams, until its end."""
        said = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return said


async def begin(arguments: Sequence[str], env: Mapping[str, str]) -> Process:
    """Start ``arena`` with those arguments and this environment, at the root of the repository. It reads nothing."""
    pipes = [os.pipe(), os.pipe()]
    nothing = os.open(os.devnull, os.O_RDONLY)
    told = _asked_for(_server(*_OF_SERVERS), arguments, env, None, nothing, *(theirs for _, theirs in pipes))
    for theirs in (nothing, *(theirs for _, theirs in pipes)):
        os.close(theirs)
    (out, *_), (err, *_), (lines, _) = read = [await _reading(fd) for fd in (*(reads for reads, _ in pipes), told)]

    async def ended() -> int:
        code = int(await lines.readline())
        await asyncio.gather(*(gone for _, gone in read))
        return code

    pid = int(await lines.readline())
    return Process(pid, out, err, asyncio.create_task(ended()))


async def _reading(fd: int) -> tuple[asyncio.StreamReader, asyncio.Future[None]]:
    """A pipe's end to read from, and when it is closed, which it is by itself at the other's end."""
    loop = asyncio.get_running_loop()
    gone = loop.create_future()

    class Protocol(asyncio.StreamReaderProtocol):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            gone.set_result(None)

    # Whoever only waits for the end must not keep it from saying all: nothing is too much.
    reader = asyncio.StreamReader(limit=_LONGEST_OUTPUT)
    await loop.connect_read_pipe(lambda: Protocol(reader), io.FileIO(fd))
    return reader, gone


def _asked_for(
    server: socket.socket,
    arguments: Sequence[str],
    env: Mapping[str, str],
    constants: Mapping[str, float] | None,
    *streams: int,
) -> int:
    """Have a command forked with those three streams; where its process id is told, and at its end the exit code."""
    request = json.dumps({"arguments": list(arguments), "environment": dict(env), "constants": dict(constants or {})})
    told, tells = os.pipe()
    socket.send_fds(server, [request.encode()], [*streams, tells])
    os.close(tells)
    return told


def _read(pipes: Sequence[int], deadline: float) -> list[str]:
    """All that comes out of them until nobody has their other ends.

    :raises TimeoutError: when that is later than the deadline.
    """
    said = dict.fromkeys(pipes, b"")
    with selectors.DefaultSelector() as selector:
        try:
            for pipe in pipes:
                selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(max(0, deadline - time.monotonic()))
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    piece = os.read(key.fd, _PIPE_HOLDS)
                    said[key.fd] += piece
                    if not piece:
                        selector.unregister(key.fd)
        finally:
            for pipe in pipes:
                os.close(pipe)
    return [said[pipe].decode() for pipe in pipes]


@functools.cache
def _server(*more: str) -> socket.socket:
    """The way to the process that forks, started for the first command of this process of pytest and ended with it.

    :param more: modules to import besides.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno()), *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket, more: Sequence[str]) -> int:
    """Fork for each request; gives in each child the exit code of its command, and 0 in the server at the end."""
    from bot import cli
    from engine import games

    for module in (*_IMPORTED, *more):
        importlib.import_module(module)
    for game in games.names():
        games.game(game)
    gc.freeze()
    running: dict[int, int] = {}
    wakes, woken = os.pipe()
    for fd in (wakes, woken):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([asked, wakes], [], [])
        if wakes in ready:
            os.read(wakes, _PIPE_HOLDS)
            _tell_of_the_ended(running)
        if asked not in ready:
            continue
        request, fds, _, _ = socket.recv_fds(asked, _LONGEST_REQUEST, 4)
        if not request:
            return 0
        *streams, tells = fds
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asked.close()
            for fd in (wakes, woken, tells, *running.values()):
                os.close(fd)
            for number, fd in enumerate(streams):
                os.dup2(fd, number)
                os.close(fd)
            wanted = json.loads(request)
            os.environ.clear()
            os.environ.update(wanted["environment"])
            for place, value in wanted["constants"].items():
                module, name = place.split(":")
                there = importlib.import_module(module)
                assert isinstance(getattr(there, name), int | float), f"{place} is no number"
                setattr(there, name, value)
            return cli.main(wanted["arguments"])
        os.write(tells, f"{pid}\n".encode())
        running[pid] = tells
        for fd in streams:
            os.close(fd)


def _tell_of_the_ended(running: dict[int, int]) -> None:
    """Say how those ended that have, to whoever started them."""
    for pid, tells in list(running.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            del running[pid]
            with contextlib.suppress(BrokenPipeError):  # nobody asks any more
                os.write(tells, f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os.close(tells)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of the tests, which no command sees
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:]))
