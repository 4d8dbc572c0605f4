"""Slack without a socket: what a webhook has acknowledged, and the Web API for everything else.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling,
https://docs.slack.dev/interactivity/handling-user-interaction#payloads
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

from bot.inbox import Answer, Inbox
from bot.metering.limits import counting_limits
from bot.on_slack import parse
from bot.on_slack.answers import Answers
from bot.on_slack.desk import Desk
from bot.on_slack.files import Files
from bot.on_slack.members import PLATFORM, Members
from bot.on_slack.presenter import SlackPresenter
from bot.on_slack.rest import Rest
from bot.on_slack.workspaces import http_session, identified
from bot.settings import SlackSettings
from engine.arena import Arena

log = logging.getLogger(__name__)

_READERS: Final[Mapping[str, Callable[[parse.Payload], parse.Asked]]] = {
    "block_actions": parse.action,
    "message_action": parse.shortcut,
    "view_submission": parse.submitted,
}


@asynccontextmanager
async def serving(settings: SlackSettings, arena: Arena, answer: Answer) -> AsyncIterator[Inbox]:
    """With the workspace's token while the block runs.

    :raises NotConfigured: when a token is refused. :raises PlatformDown: when Slack cannot be reached.
    """
    clock = arena.context.clock
    async with http_session(counting_limits(arena.context.meter, PLATFORM)) as session:
        rest = Rest(session, settings.api_url, clock)
        workspace = await identified(rest, settings.bot_token)
        rest.add(workspace.team, workspace.token)
        answers = Answers(rest, Files(rest), clock)
        desk = Desk(rest, arena, Members(rest, arena.people, clock), answers, answer)

        async def take(body: str) -> None:
            if asked := read(body, workspace.team):
                await desk.handle(asked)

        presenter = SlackPresenter(rest, answers, clock, {workspace.team: workspace.bot_name})
        try:
            yield Inbox(presenter, take)
        finally:
            await presenter.close()


def read(body: str, team: str) -> parse.Asked | None:
    """What the body of a request of Slack's asks for, in that workspace; ``None`` for what nothing follows from."""
    form = dict(parse_qsl(body, keep_blank_values=True))
    if "payload" not in form:
        return parse.slash(parse.at_home(form, [team])) if "command" in form else None
    payload = json.loads(form["payload"])
    reader = _READERS.get(payload.get("type", ""))
    if reader is None:
        log.info("nothing follows from a %s", payload.get("type"))
        return None
    return reader(parse.at_home(payload, [team]))
