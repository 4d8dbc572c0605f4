"""``arena`` as a process of its own that starts in milliseconds: forked from one that has imported everything.

A command is run as the console script runs it: its own process, environment, folder, pipes and exit code, and the
interpreter ends as it always does. Only what Python does before the first line of ours is shared, which is most of the
half second that a start takes. What a start itself decides (the seed of hashes, a terminal, signals) is tried with
``subprocess`` instead.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
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
_LONGEST_REQUEST: Final = 1 << 20
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
    server = _server()
    stdin, ours = os.pipe()
    pipes = [os.pipe(), os.pipe()]
    request = json.dumps({"arguments": list(arguments), "environment": dict(env), "constants": dict(constants or {})})
    socket.send_fds(server, [request.encode()], [stdin, *(theirs for _, theirs in pipes)])
    for theirs in (stdin, *(theirs for _, theirs in pipes)):
        os.close(theirs)
    assert len(text.encode()) < _PIPE_HOLDS, "nobody may read it"
    with open(ours, "wb", buffering=0) as file:
        file.write(text.encode())
    pid = int(server.recv(64))
    try:
        said = _read([reads for reads, _ in pipes], time.monotonic() + timeout)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        server.recv(64)
        raise subprocess.TimeoutExpired(list(arguments), timeout) from None
    return subprocess.CompletedProcess(list(arguments), int(server.recv(64)), *said)


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
def _server() -> socket.socket:
    """The way to the process that forks, started for the first command of this process of pytest and ended with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket) -> int:
    """Fork for each request; gives in each child the exit code of its command, and 0 in the server at the end."""
    from bot import cli
    from engine import games

    for module in _IMPORTED:
        importlib.import_module(module)
    for game in games.names():
        games.game(game)
    gc.freeze()
    while True:
        request, fds, _, _ = socket.recv_fds(asked, _LONGEST_REQUEST, 3)
        if not request:
            return 0
        pid = os.fork()
        if not pid:
            asked.close()
            for number, fd in enumerate(fds):
                os.dup2(fd, number)
                os.close(fd)
            wanted = json.loads(request)
            os.environ.clear()
            os.environ.update(wanted["environment"])
            for place, value in wanted["constants"].items():
                module, name = place.split(":")
                there = importlib.import_module(module)
                assert isinstance(getattr(there, name), float), f"{place} is no number"
                setattr(there, name, value)
            return cli.main(wanted["arguments"])
        for fd in fds:
            os.close(fd)
        asked.send(str(pid).encode())
        asked.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of the tests, which no command sees
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
