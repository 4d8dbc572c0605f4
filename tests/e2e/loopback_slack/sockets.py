"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import contextlib
import json
import random
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientConnectionResetError, WSMsgType, web

from loopback_slack.web_api import Arguments, Declared, Refused
from loopback_slack.workspace import APP, Workspace

ACK_SECONDS: Final = 3.0
MOST_CONNECTIONS: Final = 10


Post = Callable[["Envelope"], Awaitable[tuple[int, bytes]]]


@dataclass(slots=True)
class Envelope:
    """Something sent to the app. ``sent`` is how often; ``acks`` what came back, one for each time."""

    kind: str
    payload: dict[str, Any]
    accepts_payload: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent: int = 0
    sent_at: float = 0.0
    acks: list[dict[str, Any]] = field(default_factory=list)
    ack_ms: float | None = None
    retry_reason: str = ""

    @property
    def body(self) -> str:
        """As it goes over the socket."""
        shown: dict[str, Any] = {
            "envelope_id": self.id,
            "type": self.kind,
            "accepts_response_payload": self.accepts_payload,
            "payload": self.payload,
        }
        if self.kind == "events_api":
            shown |= {"retry_attempt": max(self.sent - 1, 0), "retry_reason": self.retry_reason}
        return json.dumps(shown)


class Sockets:
    """The app's connections. An envelope goes over any one of them, as Slack does it."""

    def __init__(self, workspace: Workspace, seed: int, ack_seconds: float) -> None:
        self._workspace = workspace
        self._rng = random.Random(seed)
        self.ack_seconds = ack_seconds
        self.base_url = ""
        self.opened = 0
        self.connections: list[web.WebSocketResponse] = []
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self._tickets: set[str] = set()
        self._envelopes: dict[str, Envelope] = {}
        self.by_http: Post | None = None
        """Who is sent everything instead, when Socket Mode is off."""

    def methods(self) -> dict[str, Declared]:
        """By name."""
        return {"apps.connections.open": Declared(self.open, app_token=True)}

    def open(self, arguments: Arguments) -> dict[str, Any]:
        """An address that is good for one connection."""
        if self.by_http:
            raise Refused("socket_mode_not_enabled")
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return {"url": f"{self.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid ticket"}, status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(socket)
        self._requests[socket] = request
        try:
            await self._talk(socket)
        finally:
            self.connections.remove(socket)
            del self._requests[socket]
            self._workspace.changed()
        return socket

    async def send(self, envelope: Envelope) -> None:
        """Send it, again when it was sent before, and wait for its acknowledgement, which must not be late."""
        if self.by_http:
            await self._post(envelope, self.by_http)
            return
        self._envelopes[envelope.id] = envelope
        await self._workspace.until(lambda: self.connections, 15, "for a connection")
        envelope.sent += 1
        wanted = envelope.sent
        envelope.sent_at = time.monotonic()
        await self._rng.choice(self.connections).send_str(envelope.body)
        try:
            await self._workspace.until(lambda: len(envelope.acks) >= wanted, self.ack_seconds)
        except AssertionError:
            self._workspace.violate("late-ack", f"{envelope.kind} {json.dumps(envelope.payload)[:200]}")

    async def _post(self, envelope: Envelope, post: Post) -> None:
        """Over HTTP the answer is the acknowledgement."""
        envelope.sent += 1
        envelope.sent_at = time.monotonic()
        status, body = await post(envelope)
        envelope.ack_ms = (time.monotonic() - envelope.sent_at) * 1000
        if status != 200 or envelope.ack_ms > self.ack_seconds * 1000:
            self._workspace.violate("late-ack", f"{envelope.kind}: {status} after {envelope.ack_ms:.0f} ms")
        envelope.acks.append(json.loads(body) if body else {})
        self._workspace.changed()

    async def turn_off(self) -> None:
        """Socket Mode is turned off: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect"""
        for socket in list(self.connections):
            await socket.send_json({"type": "disconnect", "reason": "link_disabled"})
            await socket.close()

    async def send_unheard(self, envelope: Envelope) -> None:
        """Send it and do not wait: what is lost with a connection is not the app's fault."""
        self._envelopes[envelope.id] = envelope
        await self._workspace.until(lambda: self.connections, 15, "for a connection")
        envelope.sent += 1
        envelope.sent_at = time.monotonic()
        await self._rng.choice(self.connections).send_str(envelope.body)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be replaced, and close it as soon as a new one is there."""
        old = list(self.connections)
        for socket in old:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "loopback"}})
        await self._workspace.until(lambda: any(socket not in old for socket in self.connections), 15, "for a new one")
        for socket in old:
            await socket.close()

    async def close(self) -> None:
        """Close every connection properly and without a warning."""
        for socket in list(self.connections):
            await socket.close()

    def drop(self) -> None:
        """Cut every connection: no closing handshake, as when a network fails."""
        for socket in list(self.connections):
            transport = self._requests[socket].transport
            if transport is not None:
                transport.abort()

    async def _talk(self, socket: web.WebSocketResponse) -> None:
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "loopback", "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP},
            }
        )
        self.opened += 1
        self._workspace.changed()
        with contextlib.suppress(ClientConnectionResetError):  # a ping may come just before the cut of :meth:`drop`
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    self._acknowledged(received.data)

    def _acknowledged(self, data: str) -> None:
        try:
            body = json.loads(data)
            envelope = self._envelopes[body["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self._workspace.violate("unknown-ack", data[:200])
            return
        envelope.acks.append(body.get("payload") or {})
        if len(envelope.acks) > envelope.sent:
            self._workspace.violate("double-ack", f"{envelope.kind} {envelope.id}")
        if envelope.ack_ms is None:
            envelope.ack_ms = (time.monotonic() - envelope.sent_at) * 1000
        self._workspace.changed()
