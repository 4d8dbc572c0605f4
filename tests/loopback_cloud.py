"""API Gateway and CloudFront on loopback, as far as routes, files and headers go: real handlers stand behind them.

Each server is a function from what is asked to what is answered, so that a test can spoil the one or the other.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote

from infra.site.contents import File

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Asked(NamedTuple):
    """A request; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Told(NamedTuple):
    """An answer; a header may stand in it twice."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def having(self, **headers: str | None) -> Told:
        """The same with other headers; ``None`` takes one away. Underscores stand for dashes."""
        changed = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = [(name, value) for name, value in self.headers if name.lower() not in changed]
        return self._replace(headers=[*kept, *((name, value) for name, value in changed.items() if value is not None)])


Answers = Callable[[Asked], Told]


def api_gateway(routes: Mapping[str, Handler]) -> Answers:
    """An HTTP API with these routes (``GET /api/{proxy+}``). One invocation after another, as in one environment."""
    lock = threading.Lock()

    def answer(asked: Asked) -> Told:
        for route, handler in routes.items():
            method, path = route.split()
            if method == asked.method and _leads(path, asked.path):
                with lock:
                    return _taken(handler(_event(asked)))
        return Told(404, [("content-type", "application/json")], b'{"message":"Not Found"}')

    return answer


def _leads(route: str, path: str) -> bool:
    before, proxy, _ = route.partition("{proxy+}")
    return path.startswith(before) and len(path) > len(before) if proxy else path == route


def _event(asked: Asked) -> dict[str, Any]:
    path, _, query = asked.target.partition("?")
    headers = dict(asked.headers)
    cookies = [one.strip() for one in headers.pop("cookie", "").split(";") if one.strip()]
    return {
        "version": "2.0",
        "rawPath": unquote(path),
        "rawQueryString": query,
        "cookies": cookies,
        "headers": headers,
        "requestContext": {"http": {"method": asked.method, "path": path}, "stage": "$default"},
        "body": base64.b64encode(asked.body).decode(),
        "isBase64Encoded": True,
    }


def _taken(answer: Mapping[str, Any]) -> Told:
    headers = [(name, str(value)) for name, value in answer.get("headers", {}).items()]
    cookies = [("set-cookie", cookie) for cookie in answer.get("cookies", ())]
    body = str(answer.get("body", "")).encode()
    return Told(
        answer["statusCode"], [*headers, *cookies], base64.b64decode(body) if answer.get("isBase64Encoded") else body
    )


def cloudfront(files: Sequence[File], policy: Mapping[str, str], not_found: str, api: Answers) -> Answers:
    """A distribution: ``/api/*`` to the API, else a file with its headers and those of the policy, else that page."""
    kept = {f"/{file.path}": file for file in files}

    def answer(asked: Asked) -> Told:
        if asked.path.startswith("/api/"):
            if asked.method not in ("GET", "HEAD", "OPTIONS"):
                return Told(403, [("content-type", "text/html")], b"This distribution is not configured to allow it.")
            return api(asked)
        file = kept.get("/index.html" if asked.path == "/" else asked.path)
        status, shown = (200, file) if file else (404, kept[f"/{not_found}"])
        headers = [("content-type", shown.content_type), ("cache-control", shown.cache_control), *policy.items()]
        return Told(status, headers, shown.content)

    return answer


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    """Its address while the block runs. After it nothing is being answered, so that what answers can be closed."""
    with _Server(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.rest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answers: Answers) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._answers = answers
        self._at_work = 0
        self._over = False
        self._changed = threading.Condition()

    def answer(self, asked: Asked) -> Told | None:
        """The answer; nothing when the server has come to rest."""
        with self._changed:
            if self._over:
                return None
            self._at_work += 1
        try:
            return self._answers(asked)
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def rest(self) -> None:
        """Answer what was asked, and nothing more."""
        with self._changed:
            self._over = True
            self._changed.wait_for(lambda: self._at_work == 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        with suppress(ConnectionError):  # the browser is ended as it stands
            super().handle()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = self.server.answer(Asked(self.command, self.path, headers, body))
        if told is None:
            self.close_connection = True
            return
        self.send_response(told.status)
        for name, value in told.headers:
            self.send_header(name, value)
        if told.status not in (204, 304):
            self.send_header("content-length", str(len(told.body)))
        self.end_headers()
        if self.command != "HEAD" and told.status not in (204, 304):
            self.wfile.write(told.body)

    do_GET = do_HEAD = do_POST = do_OPTIONS = _answer  # noqa: N815 - as http.server calls them

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
