"""The workspaces that the app is installed in, and the connections to Slack that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import aiohttp

from bot.on_slack.rest import TIMEOUT_SECONDS, Refused, Rest
from engine.errors import NotConfigured
from engine.secret import Secret
from engine.sentences import say

CONNECTIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace that the app is installed in: its token, and what ``auth.test`` says of it."""

    team: str
    token: Secret
    bot_user: str
    bot_id: str
    bot_name: str


def http_session(trace: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """Connections with time limits, through a proxy where the environment names one; ``trace`` is told of each call."""
    return aiohttp.ClientSession(
        trace_configs=[trace],
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        trust_env=True,
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
    )


async def identified(rest: Rest, token: Secret) -> Workspace:
    """Whose token it is. :raises NotConfigured: when Slack does not know it."""
    try:
        said = await rest.with_token(token, "auth.test")
    except Refused as refused:
        raise NotConfigured(
            say(
                "Slack refuses SLACK_BOT_TOKEN ({error}). Copy the “Bot User OAuth Token” from the app's page “OAuth & "
                "Permissions”.",
                error=refused.error,
            )
        ) from refused
    return Workspace(said["team_id"], token, said["user_id"], said.get("bot_id", ""), said.get("user", "arena"))
