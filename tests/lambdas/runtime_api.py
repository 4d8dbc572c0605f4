"""Lambda's Runtime API as far as one function in one process goes, for the real ``awslambdaric``.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 5.0


class RuntimeApi(ThreadingHTTPServer):
    """Hands events to the function, and keeps what it answers with the moment."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: queue.Queue[Any] = queue.Queue()
        self.answers: queue.Queue[tuple[float, str, Any]] = queue.Queue()
        self.deadline_ms = 10_000

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def invoke(self, event: Any) -> Any:
        """What the function answers. :raises AssertionError: when it fails, or does not answer."""
        self.events.put(event)
        return self.answered()[1]

    def answered(self) -> tuple[float, Any]:
        """The moment (:func:`time.perf_counter`) and the answer to an event that was put before."""
        moment, kind, answer = self.answers.get(timeout=START_SECONDS)
        assert kind == "response", answer
        return moment, answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else every answer waits for the other side's acknowledgement.
    disable_nagle_algorithm = True
    server: RuntimeApi

    def handle(self) -> None:
        with suppress(ConnectionError):  # the other side is ended as it stands
            super().handle()

    def do_GET(self) -> None:
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        head = {
            "Content-Type": "application/json",  # without it, the client dies
            "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + self.server.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:000000000000:function:webhook",
        }
        self._send(200, json.dumps(event).encode(), head)

    def do_POST(self) -> None:
        moment = time.perf_counter()
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.answers.put((moment, self.path.rpartition("/")[2], json.loads(body or b"null")))
        self._send(202, b"{}", {})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def runtime_api(seconds: float = 10.0) -> Iterator[RuntimeApi]:
    """The Runtime API while the block runs; an invocation has that many seconds."""
    with RuntimeApi() as server:
        server.deadline_ms = round(seconds * 1000)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def function(
    api: RuntimeApi,
    handler: str,
    paths: Sequence[Path | str],
    environment: Mapping[str, str],
    python: Sequence[str] = (sys.executable,),
) -> Iterator[subprocess.Popen[bytes]]:
    """``awslambdaric`` with that handler (``package.module.function``), in an environment of its own."""
    process = subprocess.Popen(
        [*python, "-m", "awslambdaric", handler],
        env={
            **environment,
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_LAMBDA_FUNCTION_NAME": "webhook",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "PYTHONPATH": ":".join(map(str, paths)),
        },
        stdin=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        api.events.put(None)
