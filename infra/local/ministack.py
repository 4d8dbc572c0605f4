"""Ministack in a process group of its own, on 127.0.0.1 alone. It forgets everything when it ends.

It lives in an environment of its own, since it pins botocore. It runs each function in a process of its group, so that
whatever it started ends with it.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

from engine.errors import ArenaError
from engine.sentences import say

HOST: Final = "127.0.0.1"
PORT: Final = 4566
REGION: Final = "us-east-1"
CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 5.0
SERVER: Final = ("-m", "hypercorn", "ministack.app:app", "--workers", "0", "--keep-alive", "75", "--bind")
"""What its Python is told, before the socket: without workers it is one process, and all that it keeps is in there."""
_LOG_TAIL: Final = 600


class NotStarted(ArenaError):
    """The local AWS cannot start; the text is one sentence that says what to do."""


def taken(port: int, option: str, error: OSError) -> NotStarted:
    """What to say when that port, chosen by that option, cannot be listened at."""
    why = os.strerror(error.errno or errno.EADDRINUSE)
    return NotStarted(
        f"Port {port} of {HOST} cannot be had ({why}): end what listens there, or choose another with {option}."
    )


def interpreter(venv: Path) -> Path:
    """The Python of ministack's environment, which runs the functions too. :raises NotStarted: without one."""
    found = venv / "bin" / "python"
    if not found.exists():
        raise NotStarted(
            say(
                "The local AWS is not installed in {folder}: run “make serverless”, which installs it there.",
                folder=str(venv),
            )
        )
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not (venv / "lib" / version).is_dir():
        raise NotStarted(
            say(
                "{folder} was not made with {version}, which runs this: delete it and run “make serverless”.",
                folder=str(venv),
                version=version,
            )
        )
    return found


@contextlib.contextmanager
def serving(python: Path, port: int, log: Path, log_level: str = "INFO") -> Iterator[str]:
    """Its address, while the block runs; port 0 takes a free one. What it and the functions say goes to ``log``.

    :raises NotStarted: when the port is taken, or when it ends or says nothing.
    """
    with tempfile.TemporaryDirectory(prefix="arena-serverless-", ignore_cleanup_errors=True) as folder:
        with _listening(port) as listener:
            port = listener.getsockname()[1]
            # What the functions log comes at the level INFO.
            more = {"GATEWAY_PORT": str(port), "MINISTACK_HOST": HOST, "LOG_LEVEL": log_level}
            process = start(python, [*SERVER, f"fd://{listener.fileno()}"], listener, Path(folder), log, **more)
        try:
            _wait_until_healthy(port, log)
            yield f"http://{HOST}:{port}"
        finally:
            end(process)


def _listening(port: int) -> socket.socket:
    """The socket is handed on, so nobody takes the port in between and the first request waits until it is served."""
    try:
        return socket.create_server((HOST, port), backlog=512)
    except OSError as error:
        raise taken(port, "--port", error) from error


def start(
    python: Path, arguments: Sequence[str], listener: socket.socket, folder: Path, log: Path, **more: str
) -> subprocess.Popen[bytes]:
    """A server in a group of its own, handed the socket that it serves; ``more`` is its environment beside the usual.

    Nothing of this process's environment is passed on, so no real account can be reached by accident.
    """
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), **CREDENTIALS, **more}
    with log.open("wb") as written:
        return subprocess.Popen(  # noqa: S603 - nothing in it comes from elsewhere
            [str(python), *arguments],
            env=environment,
            cwd=folder,
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, and its group is ours to end
        )


def _wait_until_healthy(port: int, log: Path) -> None:
    """The socket closes when the process dies, so this does not wait for what will never answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        with contextlib.closing(connection):
            connection.request("GET", "/_ministack/health")
            status = connection.getresponse().status
        problem = "" if status == HTTPStatus.OK else f"it answered {status}"
    except (OSError, http.client.HTTPException) as error:
        problem = str(error) or type(error).__name__
    if problem:
        said = " ".join(log.read_text(errors="replace").split())[-_LOG_TAIL:] or "nothing"
        raise NotStarted(f"The local AWS did not start ({problem}); the last that it said is: {said}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End its whole group by the id of the process that leads it: functions under way too."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
