"""Members for tests of their journeys: persons that the store knows, and commands as a platform hands them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from support import CHANNEL, StandingClock, arena_over

from bot.commands import Invocation, Reply, run
from bot.hub import Hub
from bot.typed import read
from engine.arena import Arena
from engine.model import Document, Person, Role
from engine.ports import MoveSource


class Notes:
    """Keeps what the arena tells of documents, in order."""

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def changed(self, duel_id: str, entry: int) -> None:
        """Nothing here shows duels."""

    def ruled(self, duel_id: str, entry: int) -> None:
        """Nor their rulings."""

    def noted(self, document: Document) -> None:
        self.documents.append(document)

    def stages(self) -> list[str]:
        return [document.body["stage"] for document in self.documents]


@dataclass
class Members:
    """An arena with people in it who type."""

    arena: Arena
    notes: Notes
    people: dict[str, Person]
    requests: count[int] = field(default_factory=count)

    @property
    def clock(self) -> StandingClock:
        clock = self.arena.context.clock
        assert isinstance(clock, StandingClock)
        return clock

    def asked(self, who: str, typed: str, **more: Any) -> Invocation:
        """A typed command; ``<@name>`` is a platform's token of that person."""
        command = read(typed)
        mentioned = {f"<@{name}>": person for name, person in self.people.items()}
        values = {"request_id": f"request-{next(self.requests)}", "mentioned": mentioned, "unique_names": True, **more}
        return Invocation(CHANNEL, self.people[who], command.spec.name, command.verb.name, command.options, **values)

    async def type(self, who: str, typed: str, **more: Any) -> Reply:
        return await run(self.asked(who, typed, **more), self.arena)

    async def moderate(self, who: str, typed: str, **more: Any) -> Reply:
        return await self.type(who, typed, role=Role.MODERATOR, **more)

    def id(self, who: str) -> str:
        return self.people[who].id


@asynccontextmanager
async def members(players: dict[str, MoveSource] | None = None) -> AsyncIterator[Members]:
    """Ann, Bob and Eve."""
    async with arena_over(players=players) as arena:
        notes = Notes()
        assert isinstance(arena.context.announcer, Hub)
        arena.context.announcer.add(notes)
        names = ("ann", "bob", "eve")
        people = {name: await arena.people.seen("web", name, name.title()) for name in names}
        yield Members(arena, notes, people)


def after_the_next(owner: type, change: str, patch: pytest.MonkeyPatch, then: Callable[[], Awaitable[object]]) -> None:
    """Something happens as soon as the next call of that method has done its work, and before its caller goes on."""
    written = getattr(owner, change)

    async def changed(*arguments: Any) -> object:
        patch.setattr(owner, change, written)
        after = await written(*arguments)
        await then()
        return after

    patch.setattr(owner, change, changed)
