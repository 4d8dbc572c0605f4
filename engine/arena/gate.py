"""What a host has shut: single commands for a while, or a whole store while it is moved.

Commands that are turned off stand in one document of the installation, which moves with everything else. That a store
is closed is about this store alone, so it is no part of an archive. Whoever works on the store looks at both, and
knows them for :data:`KNOWN_MS`: what is shut is so everywhere after that, and a command costs no further call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Generic, TypeVar

from engine.errors import Conflict
from engine.model import Community, Document
from engine.ports import Store
from engine.ports.archive import MIGRATION

KNOWN_MS: Final = 60_000
"""So long what was read of both documents is taken for true: a worker that plays asks for one of them once a minute."""

SHUT_MS: Final = 15_000
"""So long a store is known to be closed: nobody plays there, so that looking costs little, and a host waits for it."""

HOST: Final = Community("arena", "host")
"""Whose documents a host of the installation writes."""

T = TypeVar("T")

_COMMANDS: Final = "commands"
_CLOSED: Final = "closed"
_MAIN: Final = "main"


class Why(StrEnum):
    """Why a store is closed."""

    COPYING = "copying"
    """A copy into it is under way, or was interrupted: what it holds is not whole."""
    COPIED = "copied"
    """It holds a whole copy, and nobody has begun to work on it yet."""
    MOVED = "moved"
    """Everything was taken to another store, and goes on there."""
    MIRROR = "mirror"
    """It follows another store."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A store that nobody works on; ``other`` is the store that it was copied from or moved to."""

    why: Why
    other: str


class _Known(Generic[T]):
    """What was read, for :data:`KNOWN_MS`, or :data:`SHUT_MS` when something is shut.

    Who asks while it is read anew is told what was known.
    """

    def __init__(self) -> None:
        self._known: tuple[int, T] | None = None

    async def get(self, now_ms: int, read: Callable[[], Awaitable[T]]) -> T:
        """What is known, or what is read now."""
        before = self._known
        if before is not None and 0 <= now_ms - before[0] < (min(SHUT_MS, KNOWN_MS) if before[1] else KNOWN_MS):
            return before[1]
        if before is not None:
            self._known = now_ms, before[1]
        try:
            found = await read()
        except BaseException:
            self._known = before
            raise
        self._known = now_ms, found
        return found


class Gate:
    """What is shut in a store, as this process last saw it. Workers ask for one document, commands for both."""

    def __init__(self) -> None:
        self._closed: _Known[Closed | None] = _Known()
        self._off: _Known[Mapping[str, str]] = _Known()

    async def closed(self, store: Store, now_ms: int) -> Closed | None:
        """Why nobody works on the store; ``None`` when it is open."""
        return await self._closed.get(now_ms, lambda: closed_store(store))

    async def off(self, store: Store, now_ms: int, command: str, verb: str) -> tuple[str, str] | None:
        """What of it is turned off, the command or the verb, and the host's sentence; ``None`` when neither is."""
        off = await self._off.get(now_ms, lambda: turned_off(store))
        return next(((name, off[name]) for name in (command, f"{command} {verb}") if name in off), None)


async def turned_off(store: Store) -> Mapping[str, str]:
    """The commands and verbs that are off, each with the host's sentence."""
    document = await store.document(HOST, _COMMANDS, _MAIN, newest=True)
    return dict(document.body["off"]) if document else {}


async def turn_off(store: Store, name: str, why: str) -> None:
    """Turn a command or a verb off, or give it another sentence. Again is the same."""
    await _change(store, {name: why})


async def turn_on(store: Store, name: str) -> None:
    """Turn a command or a verb on again. Again is the same."""
    await _change(store, {name: None})


async def _change(store: Store, change: Mapping[str, str | None]) -> None:
    while True:
        document = await store.document(HOST, _COMMANDS, _MAIN, newest=True)
        document = document or Document(HOST, _COMMANDS, _MAIN, {"off": {}})
        off = {name: why for name, why in {**document.body["off"], **change}.items() if why is not None}
        if off == document.body["off"]:
            return
        try:
            await store.put_document(replace(document, body={"off": off}))
        except Conflict:
            continue
        return


async def closed_store(store: Store) -> Closed | None:
    """Why nobody works on the store; ``None`` when it is open."""
    document = await store.document(MIGRATION, _CLOSED, _MAIN, newest=True)
    return Closed(Why(document.body["why"]), str(document.body["other"])) if document else None


async def close(store: Store, why: Why, other: str) -> None:
    """Close the store, or give another reason. Workers notice within :data:`KNOWN_MS` and give their duels back."""
    while True:
        document = await store.document(MIGRATION, _CLOSED, _MAIN, newest=True)
        body = {"why": str(why), "other": other}
        if document and document.body == body:
            return
        try:
            await store.put_document(replace(document or Document(MIGRATION, _CLOSED, _MAIN, {}), body=body))
        except Conflict:
            continue
        return


async def reopen(store: Store) -> None:
    """Open the store. Again is the same."""
    while document := await store.document(MIGRATION, _CLOSED, _MAIN, newest=True):
        try:
            await store.delete_document(document)
        except Conflict:
            continue
