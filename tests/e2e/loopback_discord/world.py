"""What exists on the loopback Discord: guilds, channels, threads, users, messages, and its time."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from loopback_discord.permissions import NEEDED, NOTHING, ORDINARY, Permission
from loopback_discord.waiting import Waiting

_EPOCH_MS: Final = 1_420_070_400_000
EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
HOUR: Final = 3600.0
_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")


class Clock:
    """Real time plus what a test lets pass."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._last = 0

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return time.time() + self._offset

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass at once."""
        self._offset += seconds

    def snowflake(self) -> int:
        """A new id: grows, and holds its time."""
        self._last = max(self._last + 1, (int(self.now() * 1000) - _EPOCH_MS) << 22)
        return self._last


@dataclass(eq=False)
class User:
    """A person, or the bot itself. ``permissions`` are theirs in every channel of their guild."""

    id: int
    name: str
    locale: str = "en-US"
    permissions: Permission = ORDINARY
    bot: bool = False

    @property
    def mention(self) -> str:
        """As a client writes it into an option."""
        return f"<@{self.id}>"


@dataclass(frozen=True)
class Attachment:
    """A file of a message; ``description`` is its alt text."""

    id: int
    filename: str
    content: bytes = field(repr=False)
    description: str = ""


@dataclass(frozen=True)
class Button:
    """A button, or a select menu, as a message shows it."""

    label: str
    custom_id: str
    style: int = 1
    disabled: bool = False
    url: str = ""
    kind: int = 2


@dataclass(eq=False)
class Message:
    """A message as it stands. ``edits`` counts its changes; ``before`` holds the texts that it had."""

    id: int
    channel: Channel
    author: User
    created: float
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    allowed_mentions: dict[str, Any] = field(default_factory=dict)
    flags: int = 0
    nonce: str = ""
    edited: float | None = None
    edits: int = 0
    old_edits: int = 0
    deleted: bool = False
    only_for: User | None = None
    thread: Channel | None = None
    before: list[str] = field(default_factory=list)

    @property
    def private(self) -> bool:
        """Whether one person alone sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it only says that the bot is thinking."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything in it that people read, alt texts and labels apart."""
        return "\n".join(part for part in (self.content, *self.embed_texts(), *self.plain_texts()) if part)

    @property
    def seen(self) -> str:
        """The same as people see it: without the backslashes that keep markup from living."""
        return read_aloud(self.text)

    def embed_texts(self) -> Iterator[str]:
        """The texts of embeds in which markup lives."""
        for embed in self.embeds:
            yield embed.get("title") or ""
            yield embed.get("description") or ""
            for row in embed.get("fields", ()):
                yield row["name"]
                yield row["value"]

    def plain_texts(self) -> Iterator[str]:
        """The texts of embeds that Discord shows as they are."""
        for embed in self.embeds:
            yield (embed.get("footer") or {}).get("text", "")
            yield (embed.get("author") or {}).get("name", "")

    @property
    def buttons(self) -> list[Button]:
        """All its buttons and menus, row by row."""
        return [_button(one) for row in self.components for one in row.get("components", ())]

    def button(self, wanted: str) -> Button:
        """The one of that label or custom_id. :raises AssertionError: that lists those it has."""
        for button in self.buttons:
            if wanted in (button.label, button.custom_id):
                return button
        raise AssertionError(f"no button {wanted!r}; there are {[one.label for one in self.buttons]}: {self.text!r}")

    @property
    def files(self) -> dict[str, bytes]:
        """Its files by name."""
        return {one.filename: one.content for one in self.attachments}


def read_aloud(text: str) -> str:
    """A text without the backslashes before punctuation."""
    return _ESCAPED.sub(r"\1", text)


def _button(data: Mapping[str, Any]) -> Button:
    return Button(
        data.get("label") or data.get("placeholder") or "",
        data.get("custom_id", ""),
        data.get("style", 1),
        bool(data.get("disabled")),
        data.get("url", ""),
        data["type"],
    )


@dataclass(eq=False)
class Channel:
    """A text channel (type 0), a direct message (1) or a public thread (11) with what the bot may do in it."""

    id: int
    name: str
    world: World
    guild: Guild | None = None
    type: int = 0
    parent: Channel | None = None
    bot_may: Permission = NEEDED
    deleted: bool = False
    archived: bool = False
    kept: dict[int, Message] = field(default_factory=dict)
    recipient: User | None = None

    @property
    def messages(self) -> list[Message]:
        """What everybody in it sees, oldest first."""
        return [one for one in self.kept.values() if not one.deleted and not one.private]

    @property
    def threads(self) -> list[Channel]:
        """Its threads, oldest first."""
        return [one for one in self.world.channels.values() if one.parent is self and not one.deleted]

    @property
    def permissions(self) -> Permission:
        """What the bot may do here; a thread has those of its channel."""
        return self.parent.permissions if self.parent else self.bot_may

    async def wait_for(self, wanted: Callable[[Message], Any], seconds: float = 5.0) -> Message:
        """The first message here, public and not deleted, for which ``wanted`` holds; waits until there is one."""
        try:
            found: Message = await self.world.wait_for(lambda: next(filter(wanted, self.messages), None), seconds)
        except TimeoutError as error:
            raise AssertionError(f"not in {seconds} s; here are {[one.text for one in self.messages]}") from error
        return found


@dataclass(eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    world: World
    locale: str = "en-US"
    members: dict[int, User] = field(default_factory=dict)

    @property
    def channels(self) -> list[Channel]:
        """Its channels and threads."""
        return [one for one in self.world.channels.values() if one.guild is self and not one.deleted]

    def channel(self, name: str, without: Permission = NOTHING) -> Channel:
        """A new text channel, where the bot may do all but ``without``."""
        return self.world.add_channel(Channel(self.world.clock.snowflake(), name, self.world, self, 0), without)

    def member(self, name: str, locale: str = "en-US", permissions: Permission = ORDINARY) -> User:
        """A new member."""
        user = User(self.world.clock.snowflake(), name, locale, permissions)
        self.members[user.id] = self.world.users[user.id] = user
        return user


class World:
    """Everything that exists, and who waits for a change of it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.bot = User(clock.snowflake(), "Arena", bot=True)
        self.application_id = self.bot.id
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self._waiting = Waiting()

    def guild(self, name: str = "Club", locale: str = "en-US", shard: tuple[int, int] = (0, 1)) -> Guild:
        """A new guild whose id falls on that shard of so many."""
        wanted, shards = shard
        ids = (self.clock.snowflake() + (step << 22) for step in itertools.count())
        guild = Guild(next(one for one in ids if (one >> 22) % shards == wanted), name, self, locale)
        guild.members[self.bot.id] = self.bot
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, channel: Channel, without: Permission = NOTHING) -> Channel:
        """Keep a channel."""
        channel.bot_may = NEEDED & ~without
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The channel of direct messages with that user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.clock.snowflake(), user.name, self, None, 1, recipient=user)
        return self.add_channel(channel)

    def messages(self) -> Sequence[Message]:
        """Every message that was ever posted, the deleted ones included."""
        return [message for channel in self.channels.values() for message in channel.kept.values()]

    def changed(self) -> None:
        """Wake whoever waits for something that may hold now."""
        self._waiting.look()

    async def wait_for(self, look: Callable[[], Any], seconds: float = 5.0) -> Any:
        """What ``look`` gives as soon as it is true. :raises TimeoutError: when it does not become so."""
        return await self._waiting.until(look, seconds)
