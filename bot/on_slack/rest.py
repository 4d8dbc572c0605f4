"""Calls of Slack's Web API: what is tried again, what is waited for, and what a refusal means for people.

Source: https://docs.slack.dev/apis/web-api, https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.pace import PATIENCE_SECONDS
from engine.errors import CannotPost, PlatformDown
from engine.ports import Clock
from engine.secret import Secret
from engine.sentences import say

ADDRESS: Final = "https://slack.com/api"
TIMEOUT_SECONDS: Final = 20.0
TRIES: Final = 4
FIRST_WAIT_SECONDS: Final = 0.5
AT_ONCE: Final = 8
LONGEST_WAIT_SECONDS: Final = 30.0
"""So long an answer to a person waits at most; later than that nobody looks at it."""
"""So many calls of one kind are under way together: after a pause for a limit they do not all run into it again."""

SDK_LOG: Final = logging.getLogger("slack_sdk.arena")

CUT: Final = (aiohttp.ClientError, TimeoutError, OSError, RuntimeError)
"""No answer. aiohttp says :class:`RuntimeError` for a session that was closed meanwhile."""
_WORD: Final = re.compile(r"[a-z0-9_]{1,80}")
_TRANSIENT: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_BY_CHANNEL: Final = frozenset({"chat.postMessage", "chat.postEphemeral"})


class Refused(PlatformDown):
    """Slack said no. ``error`` is its own word for why, ``needed`` the scope that is missing."""

    def __init__(self, method: str, error: str, needed: str = "", details: str = "") -> None:
        super().__init__(f"{method} was refused: {error}{f' ({details})' if details else ''}")
        self.error = error
        self.needed = needed
        self.details = details


class Lost(PlatformDown):
    """The call was sent, and no answer came: it may have been done."""


class Rest:
    """Slack's Web API with the token of each workspace.

    A call that was limited is made again when Slack allows it; one that failed or was cut is made again when a repeat
    does no harm.
    """

    def __init__(self, session: aiohttp.ClientSession, address: str, clock: Clock) -> None:
        self._session = session
        self._address = f"{(address or ADDRESS).rstrip('/')}/"
        self._clock = clock
        self._clients: dict[str, AsyncWebClient] = {}
        self._not_before: dict[tuple[str, ...], float] = {}
        self._under_way: defaultdict[tuple[str, ...], asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    def client(self, token: Secret) -> AsyncWebClient:
        """The SDK's client for a token. It tries nothing again by itself: that is decided here."""
        return AsyncWebClient(
            token.reveal(), base_url=self._address, session=self._session, retry_handlers=[], logger=SDK_LOG
        )

    def add(self, team: str, token: Secret) -> None:
        """Use that token for that workspace."""
        self._clients[team] = self.client(token)

    async def with_token(
        self, token: Secret, method: str, arguments: Mapping[str, Any] | None = None, *, repeat: bool = True
    ) -> dict[str, Any]:
        """A call before it is known whose token it is. :raises Refused: and :raises PlatformDown: as :meth:`call`."""
        return await self._tried((method,), self.client(token), method, arguments or {}, repeat=repeat)

    async def call(
        self, team: str, method: str, arguments: Mapping[str, Any], *, repeat: bool = True
    ) -> dict[str, Any]:
        """What Slack answers. With ``repeat``, a call whose answer was lost is made again.

        :raises Refused: when Slack says no. :raises Lost: no answer, and no repeat. :raises PlatformDown: not now.
        """
        client = self._clients.get(team)
        if client is None:
            raise Refused(method, "no_token_for_team")
        by_channel = method in _BY_CHANNEL
        key = (team, method, str(arguments.get("channel"))) if by_channel else (team, method)
        return await self._tried(key, client, method, arguments, repeat=repeat)

    async def upload(self, address: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack gave for them. :raises PlatformDown: when it cannot be sent."""
        for attempt in range(TRIES):
            try:
                async with self._session.post(address, data=content) as response:
                    if response.status == 200:
                        return
                    problem = f"the upload was answered {response.status}"
            except CUT as error:
                problem = f"the upload was cut: {type(error).__name__}"
            await self._back_off(attempt)
        raise PlatformDown(problem)

    async def respond(self, address: str, payload: Mapping[str, Any]) -> bool:
        """One use of a response URL. ``False`` when Slack no longer takes it, or does not answer.

        Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        try:
            async with self._session.post(address, json=payload) as response:
                if response.status == 429:
                    await self._clock.sleep(min(_retry_after(response.headers), LONGEST_WAIT_SECONDS))
                return response.status == 200
        except CUT:
            return False

    async def _tried(
        self, key: tuple[str, ...], client: AsyncWebClient, method: str, arguments: Mapping[str, Any], *, repeat: bool
    ) -> dict[str, Any]:
        problem: Exception | None = None
        for attempt in range(TRIES):
            try:
                async with self._under_way[key]:
                    await self._allowed(key)
                    return await self._sent(client, method, arguments)
            except SlackApiError as error:
                problem = error
                status = getattr(error.response, "status_code", 0)
                if status == 429:
                    self._close(key, _retry_after(error.response.headers))
                    continue
                self._judge(method, error, status, repeat=repeat)
            except aiohttp.ClientConnectorError as error:
                problem = error  # nothing was sent, so every call may be made again
            except (*CUT, SlackClientError) as error:
                problem = error
                if not repeat:
                    raise Lost(f"{method} was cut: {type(error).__name__}") from error
            await self._back_off(attempt)
        raise PlatformDown(f"{method} failed {TRIES} times") from problem

    async def _sent(self, client: AsyncWebClient, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        # A form is what every method takes; JSON is not (https://docs.slack.dev/apis/web-api/#slack-web-api__basics).
        form = {name: _form(value) for name, value in arguments.items()}
        try:
            answer = await client.api_call(method, data=form)
        except (AttributeError, ValueError) as error:
            # The SDK stumbles over an answer that is no JSON object, such as a proxy's page.
            raise aiohttp.ClientPayloadError("the answer cannot be read") from error
        return answer.data if isinstance(answer.data, dict) else {}

    def _judge(self, method: str, error: SlackApiError, status: int, *, repeat: bool) -> None:
        """Nothing when the call may be made again. :raises Lost: when it may not. :raises Refused: for a plain no."""
        data = getattr(error.response, "data", None)
        body = data if isinstance(data, dict) else {}
        word = str(body.get("error"))
        if not _WORD.fullmatch(word):
            word = f"status {status}"  # not Slack's own: a proxy may quote the request there, and its token
        # Without a status or a word of Slack's own, it is not Slack who has answered.
        if status >= 500 or not body or word in _TRANSIENT:
            if not repeat:
                raise Lost(f"{method} failed: {word}") from error
            return
        details = "; ".join(map(str, body.get("errors") or (body.get("response_metadata") or {}).get("messages") or ()))
        raise Refused(method, word, str(body.get("needed") or ""), details) from error

    def _close(self, key: tuple[str, ...], seconds: float) -> None:
        self._not_before[key] = max(self._not_before.get(key, 0), self._clock.now_ms() + seconds * 1000)

    async def _allowed(self, key: tuple[str, ...]) -> None:
        """Wait until Slack takes calls of this kind again. :raises PlatformDown: when that is far off."""
        while (waits := (self._not_before.get(key, 0) - self._clock.now_ms()) / 1000) > 0:
            if waits > PATIENCE_SECONDS:
                raise PlatformDown(f"{key[-1]}: Slack asks to wait", retry_after_seconds=waits)
            await self._clock.sleep(waits)
        self._not_before.pop(key, None)

    async def _back_off(self, attempt: int) -> None:
        """Wait before the next try, longer each time; not after the last."""
        if attempt + 1 < TRIES:
            await self._clock.sleep(FIRST_WAIT_SECONDS * 2**attempt)


def cannot_post(refused: Refused, bot: str) -> CannotPost | None:
    """What a person can do about a refusal; ``None`` when it is not theirs to mend. ``bot`` is the app's name."""
    if refused.error == "missing_scope":
        needed = refused.needed or "chat:write"
        return CannotPost(
            say(
                "The app lacks the scope {scope}. Add it under “OAuth & Permissions” and install the app again.",
                scope=needed,
            )
        )
    if refused.error in _NOT_THERE:
        return CannotPost(say("I am not in this channel. Type /invite @{bot} here, then try again.", bot=bot))
    if refused.error in _ARCHIVED:
        return CannotPost(say("This channel is archived, so nothing can be shown in it. Use another channel."))
    if refused.error in _RESTRICTED:
        return CannotPost(
            say("Slack does not let me post here. An admin of this workspace must allow apps to post in this channel.")
        )
    if refused.error in _REVOKED:
        return CannotPost(
            say("Slack no longer takes the arena's token. Its host must install the app again and set the new token.")
        )
    return None


_NOT_THERE: Final = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
_ARCHIVED: Final = frozenset({"is_archived", "is_inactive"})
_RESTRICTED: Final = frozenset(
    {
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
        "ekm_access_denied",
        "access_denied",
        "not_allowed",
        "no_permission",
    }
)
_REVOKED: Final = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_token_for_team"}
)


def _form(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _retry_after(headers: Mapping[str, Any]) -> float:
    """Whole seconds, and a little more: Slack rounds down."""
    try:
        return float(headers.get("Retry-After") or 1) + 0.05
    except ValueError:
        return 1.0
