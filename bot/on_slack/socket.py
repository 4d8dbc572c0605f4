"""Slack by Socket Mode: the only file that imports slack_bolt.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.commands import Invocation, Reply, commands
from bot.metering.limits import counting_limits
from bot.on_slack import escape, parse
from bot.on_slack.answers import Answers
from bot.on_slack.desk import Desk
from bot.on_slack.files import Files
from bot.on_slack.members import PLATFORM, Members
from bot.on_slack.presenter import SlackPresenter
from bot.on_slack.rest import SDK_LOG, Refused, Rest
from bot.on_slack.workspaces import Workspace, http_session, identified
from bot.presenting import Presenter
from bot.settings import SlackSettings
from engine.arena import Arena
from engine.errors import NotConfigured, PlatformDown, UserError
from engine.ports import Meter
from engine.secret import Secret
from engine.sentences import say

Answer = Callable[[Invocation], Awaitable[Reply]]
Body = dict[str, Any]

PING_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 15.0
FINISH_SECONDS: Final = 5.0
FIELD_ERROR: Final = 300

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(settings: SlackSettings, arena: Arena, answer: Answer) -> AsyncIterator[Presenter]:
    """Connected to Slack while the block runs; a connection that is lost is made again.

    :raises NotConfigured: when a token is refused. :raises PlatformDown: when Slack cannot be reached.
    """
    clock = arena.context.clock
    # Bolt warns of a token in the environment that it does not use; what goes wrong is logged where it is met.
    SDK_LOG.setLevel(logging.ERROR)
    SDK_LOG.addFilter(_in_brief)
    async with http_session(counting_limits(arena.context.meter, PLATFORM)) as session:
        rest = Rest(session, settings.api_url, clock)
        workspace = await identified(rest, settings.bot_token)
        workspaces = {workspace.team: workspace}
        for team, one in workspaces.items():
            rest.add(team, one.token)
        answers = Answers(rest, Files(rest), clock)
        desk = Desk(rest, arena, Members(rest, arena.people, clock), answers, answer)
        presenter = SlackPresenter(rest, answers, clock, {team: one.bot_name for team, one in workspaces.items()})
        tasks = _Tasks()
        try:
            app = _app(rest, workspaces, desk, tasks)
            async with _connected(app, settings.app_token, rest, arena.context.meter):
                yield presenter
        finally:
            await tasks.close()
            await presenter.close()


async def _address(rest: Rest, token: Secret) -> str:
    """Where the socket is. :raises NotConfigured: when Slack does not know the app's token."""
    try:
        return str((await rest.with_token(token, "apps.connections.open"))["url"])
    except Refused as refused:
        raise NotConfigured(
            say(
                "Slack refuses SLACK_APP_TOKEN ({error}). Make an app-level token with the scope connections:write on "
                "the app's page “Basic Information”, and switch Socket Mode on.",
                error=refused.error,
            )
        ) from refused


def _in_brief(record: logging.LogRecord) -> bool:
    """A line of the SDK's log without its stack, and without the ticket in the socket's address."""
    record.msg, record.args, record.exc_info = _TICKET.sub("?…", record.getMessage()), (), None
    return True


_TICKET: Final = re.compile(r"\?[^\s'\"?]*ticket=[^\s'\"]*")


class _Tasks:
    """What goes on after an acknowledgement."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[None]) -> None:
        """Do it in the background."""
        task = asyncio.ensure_future(work)
        if isinstance(task, asyncio.Task):
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Finish what can be finished soon, and give up the rest."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=FINISH_SECONDS)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


class _Socket(SocketModeClient):
    """The SDK's client. An address is good once and for a short time, so one that fails is not tried for ever."""

    async def connect(self) -> None:
        while not self.closed:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await super().connect()  # type: ignore[no-untyped-call]
                    return
            except TimeoutError:
                self.wss_uri = None

    async def close(self) -> None:
        """Leave nothing running."""
        await super().close()  # type: ignore[no-untyped-call]
        left = (self.message_processor, self.current_session_monitor, self.message_receiver)
        await asyncio.gather(*(task for task in left if task is not None), return_exceptions=True)


class _Handler(AsyncSocketModeHandler):
    """Bolt's own handler over that client."""

    def __init__(self, app: AsyncApp, token: Secret, meter: Meter) -> None:
        self.app = app
        self._meter = meter
        self.app_token = token.reveal()
        self.client = _Socket(self.app_token, SDK_LOG, app.client, ping_interval=PING_SECONDS)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Bolt's dispatch, up to the acknowledgement that it sends in the end."""
        received = asyncio.get_running_loop().time()
        await super().handle(client, req)
        self._meter.acknowledged(PLATFORM, asyncio.get_running_loop().time() - received)


@asynccontextmanager
async def _connected(app: AsyncApp, token: Secret, rest: Rest, meter: Meter) -> AsyncIterator[None]:
    """The socket open while the block runs."""
    address = await _address(rest, token)
    handler = _Handler(app, token, meter)
    handler.client.wss_uri = address
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await handler.connect_async()  # type: ignore[no-untyped-call]
        yield
    except TimeoutError as error:
        raise PlatformDown("Slack's socket does not answer") from error
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def _app(rest: Rest, workspaces: Mapping[str, Workspace], desk: Desk, tasks: _Tasks) -> AsyncApp:
    """Bolt's dispatch to the desk; everything is acknowledged before anything is waited for."""
    first = next(iter(workspaces.values()))
    client = rest.client(first.token)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=3))

    async def authorize(team_id: str | None) -> AuthorizeResult:
        # Somebody of another workspace (Slack Connect) acts in a channel of one of ours.
        one = workspaces.get(team_id or "", first)
        return AuthorizeResult(
            enterprise_id=None,
            team_id=one.team,
            bot_user_id=one.bot_user,
            bot_id=one.bot_id,
            bot_token=one.token.reveal(),
        )

    app = AsyncApp(
        name="arena",
        logger=SDK_LOG,
        client=client,
        authorize=authorize,
        # Bolt then sends an acknowledgement as soon as the listener has returned, and does not look every 10 ms.
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )
    listeners = _Listeners(desk, tasks, tuple(workspaces))
    for spec in commands():
        app.command(f"/{spec.name}")(listeners.typed)
    app.action(re.compile(".*"))(listeners.pressed)
    app.shortcut(parse.SHORTCUT)(listeners.used)
    app.view(re.compile(".*"))(listeners.submitted)
    app.options(re.compile(".*"))(listeners.typing)
    app.event(re.compile(".*"))(listeners.ignored)
    return app


class _Listeners:
    """One function for each kind of payload."""

    def __init__(self, desk: Desk, tasks: _Tasks, teams: Collection[str]) -> None:
        self._desk = desk
        self._tasks = tasks
        self._teams = teams

    async def typed(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(parse.slash(parse.at_home(body, self._teams)))

    async def pressed(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(parse.action(parse.at_home(body, self._teams)))

    async def used(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        self._start(parse.shortcut(parse.at_home(body, self._teams)))

    async def submitted(self, ack: AsyncAck, body: Body) -> None:
        """A wrong field is said in the form, which stays open; else it closes at once."""
        asked = parse.submitted(parse.at_home(body, self._teams))
        if isinstance(asked, parse.Refusal) and asked.field:
            await ack(
                response_action="errors",
                errors={asked.field: escape.one_line(await self._desk.refused(asked), FIELD_ERROR)},
            )
        elif isinstance(asked, parse.Form):
            await self._next_form(ack, asked)
        else:
            await ack()
            self._start(asked)

    async def typing(self, ack: AsyncAck, body: Body) -> None:
        user = str((body.get("user") or {}).get("id", ""))
        typing = parse.suggestion(parse.at_home(body, self._teams))
        await ack(options=await self._desk.suggestions(typing, user))

    async def ignored(self, ack: AsyncAck) -> None:
        """Nothing is subscribed to; what comes all the same is acknowledged, or Slack would send it again."""
        await ack()

    async def _next_form(self, ack: AsyncAck, asked: parse.Form) -> None:
        try:
            view = await self._desk.view(asked)
        except UserError as error:
            await ack()
            self._tasks.start(self._desk.handle(parse.Refusal(asked.asker, error.text)))
        else:
            await ack(response_action="update", view=view)

    def _start(self, asked: parse.Asked) -> None:
        if self._desk.is_new(asked.asker.request_id):
            self._tasks.start(self._desk.handle(asked))
