"""Slack's record of the app: what members do is sent to an address, or over Socket Mode.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.checked import Check
from bot.clock import SystemClock
from bot.on_slack.configuration import Configuration, endpoint_of, switched
from bot.on_slack.rest import Refused, Rest
from bot.settings import Settings, SlackSettings
from engine.errors import UserError
from engine.sentences import say


class SlackApplication:
    """Fulfils :class:`bot.switching.Application`."""

    title = "Slack"
    here = say("Socket Mode")

    def __init__(self, settings: SlackSettings, rest: Rest, configuration: Configuration) -> None:
        self._settings = settings
        self._rest = rest
        self._configuration = configuration

    async def endpoint(self) -> str:
        """See :meth:`bot.switching.Application.endpoint`."""
        return endpoint_of(await self._configuration.exported())

    async def checks(self, url: str) -> AsyncIterator[Check]:
        """Whether the bot's token is this app's, the other side's token is there, and Slack will take the change."""
        yield await self._whose()
        if not url and not self._settings.app_token:
            yield Check(False, say("Set SLACK_APP_TOKEN: Socket Mode needs it."))
        try:
            await self._configuration.validate(switched(await self._configuration.exported(), url))
        except UserError as refused:
            yield Check(False, refused.text)
        else:
            yield Check(True, say("Slack will take the changed manifest; nothing else in it changes."))

    async def _whose(self) -> Check:
        token = self._settings.bot_token
        if not token:
            return Check(False, say("Set SLACK_BOT_TOKEN: whether it is this app's is looked at first."))
        try:
            said: dict[str, Any] = await self._rest.with_token(token, "auth.test")
            bot = (await self._rest.with_token(token, "bots.info", {"bot": str(said["bot_id"])}))["bot"]
        except Refused as refused:
            return Check(False, say("Slack refuses {method} ({error}).", method="SLACK_BOT_TOKEN", error=refused.error))
        if bot.get("app_id") != self._settings.app_id:
            return Check(
                False, say("SLACK_BOT_TOKEN is of the app {other}, not of SLACK_APP_ID.", other=str(bot.get("app_id")))
            )
        return Check(True, say("The token is that of the application {name}.", name=str(bot.get("name"))))

    def forged(self) -> tuple[dict[str, str], bytes]:
        """A command that nobody has signed."""
        signed = {"x-slack-signature": f"v0={'0' * 64}", "x-slack-request-timestamp": str(int(time.time()))}
        return {"content-type": "application/x-www-form-urlencoded", **signed}, b"command=%2Fduel&text=list"

    async def send_to(self, url: str) -> None:
        """See :meth:`bot.switching.Application.send_to`."""
        await self._configuration.update(switched(await self._configuration.exported(), url))


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[SlackApplication]:
    """The app that the settings name. :raises NotConfigured: without its id or a configuration token."""
    slack = settings.slack
    slack.check()
    async with aiohttp.ClientSession(trust_env=True) as session:
        rest = Rest(session, slack.api_url, SystemClock())
        yield SlackApplication(slack, rest, Configuration(slack, rest, settings.data_dir))
