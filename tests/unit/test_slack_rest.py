"""Slack's Web API over a real connection: limits, failures, cuts, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from ended import close
from support import StandingClock

from bot.on_slack.pace import PATIENCE_SECONDS
from bot.on_slack.rest import TRIES, Lost, Refused, Rest, cannot_post
from engine.errors import PlatformDown
from engine.secret import Secret

Answer = Callable[[web.Request], web.Response]
TEAM = "T0001"


class Slack:
    """Answers one request after another as it is told to; the last answer is for all that follow."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def serve(self, request: web.Request) -> web.Response:
        if request.content_type == "application/x-www-form-urlencoded":
            form: dict[str, Any] = dict(await request.post())
        else:
            form = {"body": await request.read()}
        self.asked.append((request.path.removeprefix("/api/"), form))
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)


def ok(**facts: Any) -> Answer:
    return lambda _: web.json_response({"ok": True, **facts})


def no(error: str, **facts: Any) -> Answer:
    return lambda _: web.json_response({"ok": False, "error": error, **facts})


def limited(seconds: int) -> Answer:
    body = {"ok": False, "error": "ratelimited"}
    return lambda _: web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def broken(_: web.Request) -> web.Response:
    return web.Response(status=503, text="<html>busy</html>", content_type="text/html")


def page(_: web.Request) -> web.Response:
    return web.Response(text="Log in to the network first")


def half(_: web.Request) -> web.Response:
    return web.Response(text='{"ok": tr', content_type="application/json")


def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


class Connected:
    """The calls under test, their clock, and the Slack at the other end."""

    def __init__(self, slack: Slack, server: TestServer, session: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.clock = StandingClock()
        self.url = str(server.make_url("/"))
        self.rest = Rest(session, f"{self.url}api/", self.clock)
        self.rest.add(TEAM, Secret("xoxb-test"))

    @property
    def waited(self) -> float:
        return (self.clock.ms - StandingClock().ms) / 1000


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Any]]:
    servers, sessions = [], []

    async def connected(*answers: Answer) -> Connected:
        slack = Slack(*answers)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", slack.serve)
        server, session = TestServer(app), aiohttp.ClientSession()
        await server.start_server()
        servers.append(server)
        sessions.append(session)
        return Connected(slack, server, session)

    yield connected
    for session in sessions:
        await session.close()
    for server in servers:
        await close(server)


async def test_a_call_is_a_form_with_the_workspaces_token(connect: Any) -> None:
    one = await connect(lambda request: web.json_response({"ok": True, "auth": request.headers["Authorization"]}))
    answer = await one.rest.call(
        TEAM, "chat.update", {"channel": "C1", "blocks": [{"type": "divider"}], "parse": False}
    )
    assert answer["auth"] == "Bearer xoxb-test"
    assert one.slack.asked == [
        ("chat.update", {"channel": "C1", "blocks": '[{"type": "divider"}]', "parse": "false"}),
    ]


async def test_slack_is_asked_again_when_it_allows_it(connect: Any) -> None:
    one = await connect(limited(3), limited(1), ok(ts="1.2"))
    assert (await one.rest.call(TEAM, "chat.postMessage", {"channel": "C1"}, repeat=False))["ts"] == "1.2"
    assert 4 <= one.waited < 4.5


async def test_others_do_not_run_into_the_same_limit(connect: Any) -> None:
    one = await connect(limited(3), ok())
    await one.rest.call(TEAM, "chat.update", {"channel": "C1"})
    before = one.waited
    await one.rest.call(TEAM, "chat.update", {"channel": "C2"})
    assert one.waited == before
    assert len(one.slack.asked) == 3


async def test_a_long_limit_is_told_and_not_asked_against(connect: Any) -> None:
    one = await connect(limited(60), ok())
    for _ in range(2):
        with pytest.raises(PlatformDown) as caught:
            await one.rest.call(TEAM, "chat.update", {"channel": "C1"})
        assert caught.value.retry_after_seconds is not None
        assert 59 < caught.value.retry_after_seconds <= 61
    assert len(one.slack.asked) == 1
    assert one.waited < PATIENCE_SECONDS
    one.clock.pass_seconds(61)
    assert await one.rest.call(TEAM, "chat.update", {"channel": "C1"}) == {"ok": True}


@pytest.mark.parametrize("fault", [broken, cut, page, half, no("internal_error"), no("fatal_error")])
async def test_what_does_no_harm_is_made_again(connect: Any, fault: Answer) -> None:
    one = await connect(fault, fault, ok(done=True))
    assert (await one.rest.call(TEAM, "chat.update", {}))["done"]


@pytest.mark.parametrize("fault", [broken, cut, page, half, no("fatal_error")])
async def test_a_post_whose_answer_is_lost_is_not(connect: Any, fault: Answer) -> None:
    one = await connect(fault, ok())
    with pytest.raises(Lost):
        await one.rest.call(TEAM, "chat.postMessage", {"channel": "C1"}, repeat=False)
    assert len(one.slack.asked) == 1


async def test_a_slack_that_stays_down_is_given_up(connect: Any) -> None:
    one = await connect(broken)
    with pytest.raises(PlatformDown) as caught:
        await one.rest.call(TEAM, "chat.update", {})
    assert not isinstance(caught.value, Refused)
    assert len(one.slack.asked) == TRIES
    # It waits between the tries, longer each time, and not after the last.
    assert one.waited == 0.5 + 1 + 2


async def test_a_slack_that_is_not_there_is_down(connect: Any) -> None:
    one = await connect(ok())
    rest = Rest(one.rest._session, "http://127.0.0.1:1/api", one.clock)
    rest.add(TEAM, Secret("xoxb-test"))
    with pytest.raises(PlatformDown):
        await rest.call(TEAM, "chat.postMessage", {"channel": "C1"}, repeat=False)


async def test_a_connection_that_is_closed_meanwhile_is_no_error_of_its_own(connect: Any) -> None:
    one = await connect(ok())
    await one.rest._session.close()
    assert await one.rest.respond(f"{one.url}response/1", {}) is False
    with pytest.raises(PlatformDown):
        await one.rest.upload(f"{one.url}upload/1", b"png")


async def test_a_refusal_says_why(connect: Any) -> None:
    one = await connect(no("missing_scope", needed="files:write", provided="chat:write"))
    with pytest.raises(Refused) as caught:
        await one.rest.call(TEAM, "files.getUploadURLExternal", {})
    assert (caught.value.error, caught.value.needed) == ("missing_scope", "files:write")
    assert len(one.slack.asked) == 1


async def test_what_is_wrong_with_blocks_is_in_the_refusal(connect: Any) -> None:
    one = await connect(no("invalid_blocks", errors=["invalid slack file [json-pointer:/blocks/1/slack_file]"]))
    with pytest.raises(Refused) as caught:
        await one.rest.call(TEAM, "chat.update", {})
    assert "invalid slack file" in caught.value.details


async def test_a_workspace_without_a_token_is_refused(connect: Any) -> None:
    one = await connect(ok())
    with pytest.raises(Refused):
        await one.rest.call("T0ELSE", "chat.update", {})
    assert one.slack.asked == []


async def test_bytes_are_sent_until_they_have_arrived(connect: Any) -> None:
    one = await connect(broken, cut, lambda _: web.Response(text="OK"))
    await one.rest.upload(f"{one.url}upload/1", b"png")
    assert [form["body"] for _, form in one.slack.asked] == [b"png"] * 3


async def test_bytes_that_never_arrive_are_given_up(connect: Any) -> None:
    one = await connect(broken)
    with pytest.raises(PlatformDown):
        await one.rest.upload(f"{one.url}upload/1", b"png")


@pytest.mark.parametrize("answer", [broken, cut, limited(1), no("used_url")])
async def test_a_response_url_that_does_not_take_it_says_so(connect: Any, answer: Answer) -> None:
    def refusing(request: web.Request) -> web.Response:
        response = answer(request)
        if response.status == 200:
            response.set_status(404)
        return response

    one = await connect(refusing)
    assert await one.rest.respond(f"{one.url}response/1", {"text": "x"}) is False


async def test_no_token_is_printed(connect: Any) -> None:
    one = await connect(no("invalid_auth"))
    with pytest.raises(Refused) as caught:
        await one.rest.with_token(Secret("xoxb-secret-test"), "auth.test")
    assert "secret" not in f"{caught.value!r} {caught.value.__cause__}"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("not_in_channel", "/invite @arena"),
        ("channel_not_found", "/invite @arena"),
        ("is_archived", "archived"),
        ("is_inactive", "archived"),
        ("restricted_action", "admin"),
        ("missing_scope", "files:write"),
        ("token_revoked", "token"),
    ],
)
def test_people_are_told_what_they_can_do(error: str, words: str) -> None:
    explained = cannot_post(Refused("chat.postMessage", error, "files:write"), "arena")
    assert explained is not None
    assert words in explained.text


def test_what_nobody_can_mend_is_not_explained() -> None:
    assert cannot_post(Refused("chat.postMessage", "invalid_blocks"), "arena") is None
