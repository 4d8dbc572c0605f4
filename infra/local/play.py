"""A duel on a Discord of this machine's loopback: started by a signed webhook, shown to its end.

The loopback Discord is the one of the tests, which enforces the platform's rules.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientSession

from bot.on_discord.register import registration
from engine.errors import ArenaError
from infra.local.deployment import ROOT

sys.path += [str(ROOT / "tests" / "e2e"), str(ROOT / "tests")]

from loopback_discord import Channel, LoopbackDiscord, Message
from loopback_discord.signing import PUBLIC_KEY

PATIENCE_SECONDS: Final = 60.0
"""How long nothing may change."""
# As the person reads it who asked, in the loopback's language.
_BEGUN: Final = "The duel begins"
_OVER: Final = "Rematch"

Show = Callable[[str, float], None]
"""Takes what is to be read, and the seconds since the webhook was sent."""


class NotPlayed(ArenaError):
    """The duel did not come to its end; the text says what was heard last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to start."""

    game: str = "chess"
    first: str = "engine/club"
    second: str = "engine/novice"

    @property
    def command(self) -> str:
        """As a person types it."""
        return f"/duel start game:{self.game} first:{self.first} second:{self.second}"


@dataclass(frozen=True, slots=True)
class Played:
    """A duel's end: its last board, and the seconds from the webhook to its acknowledgement and to that board."""

    board: Message
    acknowledged_seconds: float
    seconds: float


def loopback() -> LoopbackDiscord:
    """A Discord on a free port of 127.0.0.1 on which the commands are registered."""
    discord = LoopbackDiscord()
    discord.register(registration())
    return discord


def variables(discord: LoopbackDiscord) -> dict[str, str]:
    """What the functions must know of it."""
    return {
        "DISCORD_BOT_TOKEN": discord.state.token,
        "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
        "DISCORD_APPLICATION_ID": str(discord.world.application_id),
        "DISCORD_API_URL": discord.state.api_url,
    }


class Webhook:
    """Sends the loopback Discord's interactions to an address by HTTP, and keeps when and with what result."""

    def __init__(self, session: ClientSession, address: str, changed: Callable[[], object]) -> None:
        self._session = session
        self._address = address
        self._changed = changed
        self.sent = time.monotonic()
        self.acknowledged_seconds = 0.0
        self.refusal = ""

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.sent = time.monotonic()
        async with self._session.post(self._address, data=body, headers=headers) as response:
            answer = await response.read()
        self.acknowledged_seconds = self.seconds
        if not response.ok:
            self.refusal = f"the webhook answered {response.status}: {answer.decode(errors='replace')}"
            self._changed()
        return response.status, answer

    @property
    def seconds(self) -> float:
        """Since it sent the last one."""
        return time.monotonic() - self.sent


async def play(discord: LoopbackDiscord, address: str, asked: Asked, show: Show) -> Played:
    """Start that duel by a signed webhook and show each board until the last. :raises NotPlayed: when none comes."""
    async with ClientSession() as session:
        webhook = Webhook(session, address, discord.world.changed)
        discord.send_to(webhook)
        channel = discord.guild().channel("arena")
        options = {"game": asked.game, "first": asked.first, "second": asked.second}
        started = discord.typed(channel.guild.member("ann"), channel, "duel start", **options)
        answer: str = await _until(discord, lambda: webhook.refusal or started.seen, "no answer came")
        if webhook.refusal:
            raise NotPlayed(f"The duel was not started: {webhook.refusal}.")
        if not answer.startswith(_BEGUN):
            raise NotPlayed(answer)
        show(answer, webhook.seconds)
        board = await _watch(discord, channel, webhook, show, answer)
        return Played(board, webhook.acknowledged_seconds, webhook.seconds)


async def _watch(discord: LoopbackDiscord, channel: Channel, webhook: Webhook, show: Show, answer: str) -> Message:
    shown = ""
    while True:
        board: Message = await _until(
            discord,
            lambda: next((one for one in channel.messages if one.embeds and seen(one) != shown), None),  # noqa: B023
            f"the last that came was: {shown or answer}",
        )
        shown = seen(board)
        show(shown, webhook.seconds)
        if any(button.label == _OVER for button in board.buttons):
            return board


async def _until(discord: LoopbackDiscord, look: Callable[[], Any], otherwise: str) -> Any:
    try:
        return await discord.world.wait_for(look, PATIENCE_SECONDS)
    except TimeoutError as error:
        raise NotPlayed(f"Nothing changed for {PATIENCE_SECONDS:.0f} s; {otherwise}") from error


def seen(board: Message) -> str:
    """A board as somebody hears it who cannot see the picture: its text, and what describes the picture."""
    descriptions = [one.description for one in board.attachments if one.description]
    return "\n".join([board.seen, *descriptions])
