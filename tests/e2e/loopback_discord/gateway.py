"""The gateway: https://discord.com/developers/docs/events/gateway."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any, Final

from aiohttp import WSMsgType, web

from loopback_discord import payloads
from loopback_discord.state import State
from loopback_discord.world import Guild

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, _, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = range(12)
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, AUTHENTICATED = 4001, 4002, 4003, 4004, 4005
TOO_FAST, BAD_SHARD, SHARDING_REQUIRED, BAD_INTENTS, FORBIDDEN_INTENTS = 4008, 4010, 4011, 4013, 4014


class Intent(IntFlag):
    """Those that the loopback sends events for, and the privileged ones."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


_PRIVILEGED: Final = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
_KNOWN: Final = (1 << 26) - 1


@dataclass(eq=False)
class Session:
    """One shard's session; it outlives its socket, so that it can be resumed."""

    shard: tuple[int, int]
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    backlog: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    socket: Socket | None = None
    resumable: bool = True
    resumed: int = 0

    def holds(self, guild: Guild | None) -> bool:
        """Whether that guild's events come here; direct messages come on shard 0."""
        return (guild.id >> 22) % self.shard[1] == self.shard[0] if guild else self.shard[0] == 0


class Socket:
    """One connection. Frames go out in order, compressed when the client asked for ``zlib-stream``."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws, self.request = ws, request
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self.received: deque[float] = deque()

    def send(self, op: int, data: Any = None, event: str | None = None, sequence: int | None = None) -> None:
        """Queue a frame."""
        self._frames.put_nowait(json.dumps({"op": op, "d": data, "t": event, "s": sequence}))

    async def pump(self) -> None:
        """Write what is queued, for ever."""
        while True:
            frame = await self._frames.get()
            with contextlib.suppress(ConnectionError):
                if self._zlib is None:
                    await self.ws.send_str(frame)
                else:
                    await self.ws.send_bytes(self._zlib.compress(frame.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))

    def abort(self) -> None:
        """Drop the connection without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()

    def too_fast(self, now: float) -> bool:
        """More than 120 frames in a minute."""
        self.received.append(now)
        while self.received[0] < now - 60:
            self.received.popleft()
        return len(self.received) > 120


class Gateway:
    """All sessions. ``identify_seconds`` is the window in which ``max_concurrency`` shards may identify."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.sessions: list[Session] = []
        self._identified: dict[int, float] = {}

    def connected(self) -> list[Session]:
        """The sessions that have a socket now."""
        return [session for session in self.sessions if session.socket is not None]

    def dispatch(self, event: str, data: dict[str, Any], guild: Guild | None, intent: Intent = Intent.NONE) -> None:
        """Send an event to the shard that it belongs to; who is away gets it when they resume."""
        for session in self.sessions:
            if session.resumable and session.holds(guild) and (not intent or session.intents & intent):
                self._send(session, event, data)

    def _send(self, session: Session, event: str, data: dict[str, Any]) -> None:
        session.sequence += 1
        frame: dict[str, Any] = {"op": DISPATCH, "data": data, "event": event, "sequence": session.sequence}
        session.backlog.append((session.sequence, frame))
        if session.socket:
            session.socket.send(**frame)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            self._state.violate(f"gateway: connected with {dict(request.query)}, not v=10 and encoding=json")
        socket = Socket(ws, request)
        pump = asyncio.create_task(socket.pump())
        socket.send(HELLO, {"heartbeat_interval": 41_250})
        try:
            await self._listen(socket)
        finally:
            pump.cancel()
            for session in self.sessions:
                if session.socket is socket:
                    session.socket = None
            self._state.world.changed()
        return ws

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.ws:
            if frame.type is not WSMsgType.TEXT:
                continue
            if len(frame.data) > 4096:
                await self._close(socket, DECODE_ERROR, "a frame of more than 4096 bytes")
            elif socket.too_fast(time.monotonic()):
                await self._close(socket, TOO_FAST, "more than 120 frames in a minute")
            else:
                data = json.loads(frame.data)
                await self._frame(socket, data.get("op"), data.get("d"))

    async def _close(self, socket: Socket, code: int, why: str) -> None:
        self._state.violate(f"gateway: closed with {code}: {why}")
        await socket.ws.close(code=code, message=why.encode())

    async def _frame(self, socket: Socket, op: int, data: Any) -> None:
        session = next((one for one in self.sessions if one.socket is socket), None)
        if op == HEARTBEAT:
            socket.send(ACK)
        elif op == IDENTIFY:
            await self._identify(socket, data, session)
        elif op == RESUME:
            await self._resume(socket, data)
        elif session is None:
            await self._close(socket, NOT_AUTHENTICATED, "a command before IDENTIFY")
        elif op == MEMBERS:
            self._members(session, data)
        elif op not in (PRESENCE, VOICE):
            await self._close(socket, UNKNOWN_OPCODE, f"opcode {op}")

    async def _identify(self, socket: Socket, data: dict[str, Any], session: Session | None) -> None:
        shard = tuple(data.get("shard") or (0, 1))
        if problem := self._refusal(data, shard, session):
            await self._close(socket, *problem)
        elif self._too_soon(shard[0]):
            self._state.violate("gateway: identified faster than max_concurrency allows")
            socket.send(INVALID, False)
        else:
            made = Session((shard[0], shard[1]), data["intents"], socket=socket)
            self.sessions.append(made)
            self._ready(made)

    def _refusal(self, data: dict[str, Any], shard: tuple[Any, ...], session: Session | None) -> tuple[int, str] | None:
        """The code and the reason with which this IDENTIFY is turned away, if it is."""
        intents = data.get("intents")
        checks = (
            (session is not None, AUTHENTICATED, "identified twice"),
            (data.get("token") != self._state.token, BAD_TOKEN, "a wrong token"),
            (not data.get("properties"), DECODE_ERROR, "no properties"),
            (not isinstance(intents, int) or intents & ~_KNOWN, BAD_INTENTS, f"intents {intents}"),
            (len(shard) != 2 or not 0 <= shard[0] < shard[-1], BAD_SHARD, f"shard {shard}"),
            (shard[-1] < self._state.shards, SHARDING_REQUIRED, f"{self._state.shards} shards are needed"),
        )
        for wrong, code, why in checks:
            if wrong:
                return code, why
        forbidden = int(intents or 0) & _PRIVILEGED & ~self._state.privileged
        return (FORBIDDEN_INTENTS, "privileged intents") if forbidden else None

    def _too_soon(self, shard: int) -> bool:
        slot, now = shard % self._state.max_concurrency, time.monotonic()
        if now - self._identified.get(slot, -1e9) < self._state.identify_seconds:
            return True
        self._identified[slot] = now
        return False

    def _ready(self, session: Session) -> None:
        world = self._state.world
        guilds = [guild for guild in world.guilds.values() if session.holds(guild)]
        ready = {
            "v": 10,
            "user": payloads.user(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._state.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(world.application_id), "flags": 0},
        }
        self._send(session, "READY", ready)
        for guild in guilds:
            self._send(session, "GUILD_CREATE", payloads.guild(guild))
        world.changed()

    async def _resume(self, socket: Socket, data: dict[str, Any]) -> None:
        session = next((one for one in self.sessions if one.id == data.get("session_id")), None)
        if data.get("token") != self._state.token:
            await self._close(socket, BAD_TOKEN, "a wrong token")
        elif session is None or not session.resumable or data.get("seq", 0) > session.sequence:
            socket.send(INVALID, False)
        else:
            session.socket = socket
            session.resumed += 1
            for sequence, frame in session.backlog:
                if sequence > data["seq"]:
                    socket.send(**frame)
            self._send(session, "RESUMED", {})
            self._state.world.changed()

    def _members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self._state.world.guilds[int(data["guild_id"])]
        wanted = {int(one) for one in data.get("user_ids") or ()}
        found = [payloads.member(one) for one in guild.members.values() if not wanted or one.id in wanted]
        chunk = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        self._send(session, "GUILD_MEMBERS_CHUNK", {**chunk, "nonce": data.get("nonce")})

    def drop(self, shard: int = 0) -> None:
        """Cut that shard's connections; the sessions stay and can be resumed."""
        for session in self.connected():
            if session.shard[0] == shard and session.socket:
                session.socket.abort()
                session.socket = None

    async def close(self, code: int, shard: int = 0) -> None:
        """Close that shard's connections with a code; from 4010 on clients give up and do not come back."""
        for session in self.connected():
            if session.shard[0] == shard and session.socket:
                session.resumable = False
                await session.socket.ws.close(code=code)

    def reconnect(self, shard: int = 0) -> None:
        """Ask that shard to connect again (opcode 7)."""
        for session in self.connected():
            if session.shard[0] == shard and session.socket:
                session.socket.send(RECONNECT)

    def invalidate(self, shard: int = 0) -> None:
        """End that shard's sessions for good (opcode 9): it must identify anew."""
        for session in self.connected():
            if session.shard[0] == shard and session.socket:
                session.resumable = False
                session.socket.send(INVALID, False)
