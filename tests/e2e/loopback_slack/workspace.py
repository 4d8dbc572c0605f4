"""The workspace: people, channels, messages, files, views, and what the app did wrong."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from loopback_slack import blocks
from loopback_slack.blocks import Block
from loopback_slack.clock import FastClock

T = TypeVar("T")

APP: Final = "A0LOOPBACK"
BOT_USER: Final = "U0LOOPBOT"
BOT_ID: Final = "B0LOOPBOT"
TEAM: Final = "T0LOOPBACK"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of Slack's that the app broke."""

    rule: str
    detail: str


@dataclass(slots=True, eq=False)
class User:
    """A member of the workspace."""

    id: str
    name: str
    admin: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """How mrkdwn names them."""
        return f"<@{self.id}>"


@dataclass(slots=True)
class File:
    """An uploaded file. ``tries``: how many more messages with it are refused as not ready."""

    id: str
    name: str
    length: int
    alt: str
    content: bytes | None = None
    complete: bool = False
    deleted: bool = False
    ready_at: float = 0.0
    tries: int = 0
    title: str = ""
    shared_in: list[str] = field(default_factory=list)

    @property
    def permalink(self) -> str:
        """Its private address."""
        return f"https://loopback.slack.com/files/{BOT_USER}/{self.id}/{self.name}"


@dataclass(slots=True)
class View:
    """A modal. ``errors`` are what the last submission was told, by block."""

    id: str
    user: User
    payload: dict[str, Any]
    root: str
    hash: str
    previous: str | None = None
    closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    suggested: dict[str, list[Block]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What stands above it."""
        return str(self.payload["title"]["text"])

    @property
    def inputs(self) -> list[Block]:
        """Its input blocks."""
        return [block for block in self.payload["blocks"] if block["type"] == "input"]

    @property
    def labels(self) -> list[str]:
        """The labels of its inputs."""
        return [block["label"]["text"] for block in self.inputs]

    @property
    def says(self) -> str:
        """All of its text."""
        return "\n".join(blocks.texts(self.payload["blocks"]))


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now; ``versions`` are what it showed, oldest first, with the time."""

    channel: Channel
    ts: str
    user: str
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    ephemeral_to: User | None = None
    mrkdwn: bool = True
    by_response_url: bool = False
    deleted: bool = False
    versions: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def payload(self) -> dict[str, Any]:
        """As the Web API and interactions show it."""
        shown: dict[str, Any] = {
            "type": "message",
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts,
            "files": [{"id": file.id, "name": file.name} for file in self.files],
        }
        if self.user == BOT_USER:
            shown |= {"bot_id": BOT_ID, "app_id": APP, "team": TEAM, "metadata": self.metadata}
        if not self.mrkdwn:
            shown["mrkdwn"] = False
        return {key: value for key, value in shown.items() if value or key == "text"}

    @property
    def says(self) -> str:
        """All text that it shows: that of its blocks, or its text when it has none."""
        return "\n".join(blocks.texts(self.blocks)) if self.blocks else self.text

    @property
    def buttons(self) -> list[Block]:
        """Its buttons, in order."""
        return [element for _, element in blocks.elements(self.blocks) if element["type"] == "button"]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [button["text"]["text"] for button in self.buttons]

    @property
    def alts(self) -> list[str]:
        """The descriptions of its pictures."""
        return [image["alt_text"] for _, image in blocks.images(self.blocks)]

    @property
    def pictures(self) -> list[str]:
        """The ids of its pictures."""
        return [image["slack_file"]["id"] for _, image in blocks.images(self.blocks) if "slack_file" in image]

    @property
    def replies(self) -> list[Message]:
        """What stands in its thread, oldest first."""
        return [reply for reply in self.channel.everything if reply.thread_ts == self.ts and not reply.deleted]

    def button(self, wanted: str, version: int = -1) -> tuple[Block, Block]:
        """A button with its block: by what stands on it or its first word, by its action or its value.

        ``version`` is what the presser's screen shows; the newest unless it says otherwise.
        """
        shown = list(blocks.elements(self.versions[version][1].get("blocks", [])))
        for block, element in shown:
            label = element.get("text", {}).get("text", "")
            if wanted in {label, label.split(" ")[0], element["action_id"], element.get("value")}:
                return block, element
        raise AssertionError(f"no button “{wanted}”; there is: {', '.join(self.labels) or 'none'}")


@dataclass(slots=True, eq=False)
class Channel:
    """A conversation. ``with_bot``: the app is a member."""

    id: str
    name: str
    with_bot: bool = True
    private: bool = False
    archived: bool = False
    im_of: User | None = None
    everything: list[Message] = field(default_factory=list)
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What a member sees in the channel, oldest first: no threads, no deleted messages."""
        return [message for message in self.everything if not (message.thread_ts or message.deleted)]

    def ephemerals_of(self, user: User) -> list[Message]:
        """What only that person sees."""
        return [message for message in self.ephemerals if message.ephemeral_to == user and not message.deleted]

    def message(self, ts: str) -> Message | None:
        """A message that is there, in the channel or in a thread."""
        return next((message for message in self.everything if message.ts == ts and not message.deleted), None)


class Workspace:
    """Everything that Slack knows. Whoever changes it calls :meth:`changed`."""

    def __init__(self, clock: FastClock) -> None:
        self.clock = clock
        self.name = "Loopback"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.violations: list[Violation] = []
        self.calls: Counter[str] = Counter()
        self.allowed_links: list[str] = []
        self.edit_window_seconds: float | None = None
        self.strict_threads = False  # whether a reply to a deleted message is refused
        self._ids = itertools.count(1)
        self._event = asyncio.Event()
        self._awaited: list[tuple[Callable[[], bool], Callable[[], None]]] = []

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.clock.now()

    def number(self) -> int:
        """The next number; no two things share one."""
        return next(self._ids)

    def ts(self) -> str:
        """A message's timestamp, which is its id."""
        return f"{self.now():.0f}.{self.number():06d}"

    def violate(self, rule: str, detail: str) -> None:
        """Remember that a rule was broken."""
        self.violations.append(Violation(rule, detail))
        self.changed()

    def add_user(self, name: str, *, admin: bool = False, locale: str = "en-US") -> User:
        """A new member."""
        user = User(f"U0{name.upper()[:6]}{self.number():03d}", name, admin, locale)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, **facts: Any) -> Channel:
        """A new channel; ``with_bot``, ``private``, ``archived``."""
        channel = Channel(f"C0{name.upper()[:6]}{self.number():03d}", name, **facts)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The conversation between the app and that person, made when missing."""
        for channel in self.channels.values():
            if channel.im_of == user:
                return channel
        channel = Channel(f"D0{user.id[2:]}", "directmessage", im_of=user, private=True)
        self.channels[channel.id] = channel
        return channel

    def as_soon_as(self, condition: Callable[[], bool], act: Callable[[], None]) -> None:
        """Do something once, before the app has the answer to the call that made the condition true."""
        self._awaited.append((condition, act))

    def changed(self) -> None:
        """Wake whoever waits for something."""
        for awaited in [one for one in self._awaited if one[0]()]:
            self._awaited.remove(awaited)
            awaited[1]()
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, find: Callable[[], T], seconds: float = 5.0, what: str = "") -> T:
        """What ``find`` gives, as soon as it is true. :raises AssertionError: when it does not become true in time."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := find()):
                    await self._event.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"waited {seconds} s in vain {what}".rstrip()) from None
