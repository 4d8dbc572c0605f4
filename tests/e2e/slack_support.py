"""Our bot on the loopback Slack: the real slack-bolt client, the real arena, players made for the test."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loopback_slack import TEAM, Channel, Interaction, LoopbackSlack, Message, User
from support import arena_over

from bot.chat import Chat
from bot.hub import Hub
from bot.serve import sweep
from bot.settings import Settings, read
from engine.arena import Arena
from engine.model import Community, Head
from engine.ports import MoveSource

SPEED: Final = 20.0


def loopback(**settings: Any) -> LoopbackSlack:
    """A Slack whose limits and lives run at the speed of the bot's clock."""
    return LoopbackSlack(speed=SPEED, **settings)


@dataclass
class Bot:
    """A running bot. ``errors`` are the lines of its log that a host would be woken for."""

    slack: LoopbackSlack
    arena: Arena
    chat: Chat
    errors: list[str] = field(default_factory=list)

    async def duel(self, user: User, text: str, channel: Channel | None = None) -> Interaction:
        """``/duel …``, answered."""
        done = await self.slack.slash(user, channel or self.slack.general, "/duel", text)
        await done.reply()
        return done

    async def board(self, *parts: str, channel: Channel | None = None, seconds: float = 5.0) -> Message:
        """The newest board that says all of that."""
        where = channel or self.slack.general

        def found() -> Message | None:
            boards = (one for one in reversed(where.messages) if one.alts and all(part in one.says for part in parts))
            return next(boards, None)

        message = await self.slack.workspace.until(found, seconds, f"for a board that says {parts}")
        assert message is not None
        return message

    async def invitation(self, user: User) -> Message:
        """The challenge that waits for that person's answer, in their direct messages."""

        def found() -> list[Message]:
            return [one for one in self.slack.workspace.direct(user).messages if "Accept" in one.labels]

        (message,) = await self.slack.workspace.until(found, what=f"for an invitation of {user.name}")
        return message

    async def press(self, user: User, message: Message, wanted: str, version: int = -1) -> Interaction:
        """Press a button; whoever is asked says yes."""
        done = await self.slack.press(user, message, wanted, version=version)
        assert done is not None
        return done

    async def heads(self, most: int = 25) -> list[Head]:
        """The duels of the workspace, newest first."""
        return await self.arena.context.store.duels(Community("slack", TEAM), limit=most)

    async def all_shown(self, duels: int) -> list[Head]:
        """Wait until that many duels are over and their ends are known to be shown; their heads."""
        async with asyncio.timeout(60):
            while True:
                heads = await self.heads(duels)
                if len(heads) == duels and all(head.shown.final for head in heads):
                    return heads
                await self.slack.clock.sleep(1)

    async def until(self, find: Callable[[], Any], seconds: float = 5.0, what: str = "") -> Any:
        """Wait for something to become true in Slack."""
        return await self.slack.workspace.until(find, seconds, what)


def settings_for(slack: LoopbackSlack, folder: Path) -> Settings:
    """What a host would set."""
    return read(
        {
            "SLACK_BOT_TOKEN": slack.tokens.bot,
            "SLACK_APP_TOKEN": slack.tokens.app,
            "SLACK_API_URL": slack.api_url,
            "ARENA_DATA_DIR": str(folder),
        }
    )


@asynccontextmanager
async def running_bot(
    slack: LoopbackSlack, folder: Path, players: Mapping[str, MoveSource] | None = None, *, may_fail: bool = False
) -> AsyncIterator[Bot]:
    """The bot as ``arena run`` has it, connected. Leaving it fails when it logged an error, unless it ``may_fail``."""
    async with arena_over(folder / "arena.sqlite3", players, clock=slack.clock) as arena:
        settings = settings_for(slack, folder)
        chat = Chat(settings, arena)
        hub = arena.context.announcer
        assert isinstance(hub, Hub)
        hub.add(chat.announcing)
        await arena.turns.resume()
        bot = Bot(slack, arena, chat)
        with _listening(bot.errors):
            working = [asyncio.create_task(work) for work in (arena.turns.work(), sweep(arena, settings, chat))]
            platforms = [asyncio.create_task(chat.run(name)) for name in chat.names]
            try:
                await _connected(chat, [*working, *platforms])
                yield bot
            finally:
                await _stop(working)
                await chat.announcing.close()
                await _stop(platforms)
    assert may_fail or not bot.errors, "\n".join(bot.errors)


async def _connected(chat: Chat, tasks: list[asyncio.Task[Any]]) -> None:
    tried = asyncio.create_task(chat.tried())
    await asyncio.wait([tried, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        if task.done():
            task.result()
    await tried


async def _stop(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


class _Errors(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._found = found
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._found.append(self.format(record))


@contextmanager
def _listening(found: list[str]) -> Iterator[None]:
    handler = _Errors(found)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
