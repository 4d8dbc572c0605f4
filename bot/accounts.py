"""The bot's accounts on the chat platforms: which are set, and whether their platform takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

import aiohttp

from bot.clock import SystemClock
from bot.settings import DiscordSettings, Settings, SlackSettings
from engine.errors import NotConfigured, PlatformDown, UserError
from engine.providers.endpoint import nothing_within
from engine.secret import Secret
from engine.sentences import both, say

LOGIN_SECONDS: Final = 5.0


class Access(Enum):
    """How the arena stands with a platform."""

    OFF = "off"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of one platform, in a sentence."""

    title: str
    access: Access
    text: str


def stays_off(settings: Settings) -> Iterator[str]:
    """A sentence for each platform that was meant to be on and is not."""
    if settings.slack.half_set:
        for variable, step in settings.slack.missing.items():
            yield say(
                "Slack stays off: {variable} is not set (docs/slack.md, step {step}).", variable=variable, step=step
            )


async def accounts(settings: Settings) -> list[Account]:
    """Log in to each platform that is set, all at once, for ``LOGIN_SECONDS`` at most; the others are not called."""
    discord, slack = settings.discord, settings.slack
    return list(
        await asyncio.gather(
            _account("Discord", discord.check, _discord_off(discord), partial(_discord_name, discord)),
            _account("Slack", slack.check, _slack_off(slack), partial(_slack_name, slack)),
        )
    )


async def _account(title: str, check: Callable[[], None], off: str, name: Callable[[], Awaitable[str]]) -> Account:
    try:
        check()
        if off:
            return Account(title, Access.OFF, off)
        async with asyncio.timeout(LOGIN_SECONDS):
            return Account(title, Access.ACCEPTED, say("accepted as {name}", name=await name()))
    except UserError as refused:
        return Account(title, Access.REFUSED, refused.text)
    except PlatformDown as down:
        why = cause(down)
    except TimeoutError:
        why = nothing_within(LOGIN_SECONDS)
    text = say("not reachable ({why}): check the network, its firewall and proxy", why=why)
    return Account(title, Access.UNREACHABLE, text)


def _discord_off(settings: DiscordSettings) -> str:
    return "" if settings.bot_token else say("off: DISCORD_BOT_TOKEN is not set (docs/discord.md)")


def _slack_off(settings: SlackSettings) -> str:
    if settings.half_set:
        ((variable, step),) = settings.missing.items()
        return say("off: {variable} is not set (docs/slack.md, step {step})", variable=variable, step=step)
    missing = both(list(settings.missing))
    return say("off: {variables} are not set (docs/slack.md)", variables=missing) if missing else ""


async def _discord_name(settings: DiscordSettings) -> str:
    from bot.on_discord.gateway import rest

    async with rest(settings) as api:
        return await api.application_name()


async def _slack_name(settings: SlackSettings) -> str:
    from bot.on_slack.rest import Rest

    async with aiohttp.ClientSession(trust_env=True) as session:
        rest = Rest(session, settings.api_url, SystemClock())
        who = await _asked(rest.with_token, settings.bot_token, "auth.test", "SLACK_BOT_TOKEN")
        await _asked(rest.with_token, settings.app_token, "apps.connections.open", "SLACK_APP_TOKEN")
    return say("{bot} in the workspace {team}", bot=str(who.get("user")), team=str(who.get("team")))


async def _asked(
    call: Callable[[Secret, str], Awaitable[dict[str, object]]], token: Secret, method: str, variable: str
) -> dict[str, object]:
    """:raises NotConfigured: when Slack does not take the token."""
    from bot.on_slack.rest import Refused

    try:
        return await call(token, method)
    except Refused as refused:
        text = say(
            "Slack refuses {variable} ({error}): see docs/slack.md, “When something is wrong”",
            variable=variable,
            error=refused.error,
        )
        raise NotConfigured(text) from refused


def cause(down: PlatformDown) -> str:
    """Why a platform cannot be reached, in a line: what the error says, and what was behind it."""
    text = str(down).rpartition("cannot be reached:")[2].strip()
    behind = down.__cause__
    why = " ".join(str(behind or "").split()) or (type(behind).__name__ if behind else "")
    return text if why in text else ": ".join(filter(None, (text, why)))
