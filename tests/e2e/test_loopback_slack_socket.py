"""Socket Mode, modals and response URLs of the loopback Slack, tried with a bare slack-bolt app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from loopback_slack import LoopbackSlack
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

MODAL = {
    "type": "modal",
    "callback_id": "start",
    "title": {"type": "plain_text", "text": "Start a duel"},
    "submit": {"type": "plain_text", "text": "Start"},
    "blocks": [
        {
            "type": "input",
            "block_id": "game",
            "label": {"type": "plain_text", "text": "Game"},
            "element": {"type": "external_select", "action_id": "game", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "theme",
            "optional": True,
            "label": {"type": "plain_text", "text": "Theme"},
            "element": {"type": "plain_text_input", "action_id": "theme", "max_length": 20},
        },
    ],
}
CHESS = {"text": {"type": "plain_text", "text": "Chess"}, "value": "chess"}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "e4"}
BOARD = [{"type": "actions", "elements": [BUTTON]}]


@asynccontextmanager
async def listening(slack: LoopbackSlack) -> AsyncIterator[AsyncSocketModeHandler]:
    app = AsyncApp(client=AsyncWebClient(slack.tokens.bot, base_url=slack.api_url))
    handler = AsyncSocketModeHandler(app, slack.tokens.app, ping_interval=0.1)
    try:
        await handler.connect_async()
        await slack.connected()
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def bolt(slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
    async with listening(slack) as handler:
        yield handler.app


async def test_a_command_is_acknowledged_and_answered() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:

        @app.command("/duel")
        async def run(ack: Any, respond: Any, command: Any) -> None:
            await ack()
            await respond(f"you said {command['text']}")

        done = await slack.slash(slack.ann, slack.general, "/duel", "list")
        assert (await done.reply()).says == "you said list"
        assert done.ack_ms < 1000
        assert slack.general.ephemerals_of(slack.ann)
        assert slack.general.messages == []


async def test_an_acknowledgement_may_carry_the_answer() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:

        @app.command("/duel")
        async def run(ack: Any) -> None:
            await ack(text="at once", response_type="in_channel")

        await slack.slash(slack.ann, slack.general, "/duel")
        assert [message.says for message in slack.general.messages] == ["at once"]


async def test_a_late_acknowledgement_is_a_violation() -> None:
    async with LoopbackSlack(ack_seconds=0.05) as slack, bolt(slack) as app:
        too_late = asyncio.Event()

        @app.command("/duel")
        async def run(ack: Any) -> None:
            await too_late.wait()
            await ack()

        done = await slack.slash(slack.ann, slack.general, "/duel")
        slack.forgive("late-ack")
        too_late.set()
        await slack.workspace.until(lambda: done.envelope.acks)


async def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:
        errors: list[str] = []

        @app.command("/duel")
        async def run(ack: Any, client: AsyncWebClient, body: Any) -> None:
            await ack()
            if body["text"] == "late":
                slack.pass_seconds(3.1)
            for _ in range(2):
                try:
                    await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
                except SlackApiError as error:
                    errors.append(error.response["error"])
            slack.workspace.changed()

        done = await slack.slash(slack.ann, slack.general, "/duel")
        assert (await done.view()).labels == ["Game", "Theme"]
        await slack.workspace.until(lambda: errors == ["exchanged_trigger_id"])
        slack.forgive("exchanged_trigger_id")
        late = await slack.slash(slack.ann, slack.general, "/duel", "late")
        await slack.workspace.until(lambda: errors[1:] == ["expired_trigger_id"] * 2)
        assert late.views == []


async def test_a_modal_is_filled_in_and_its_errors_stay_in_it() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:
        given: list[Any] = []

        @app.command("/duel")
        async def run(ack: Any, client: AsyncWebClient, body: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

        @app.options("game")
        async def offer(ack: Any, payload: Any) -> None:
            await ack(options=[CHESS] if payload["value"] in "chess" else [])

        @app.view("start")
        async def start(ack: Any, view: Any) -> None:
            values = view["state"]["values"]
            given.append((values["game"]["game"]["selected_option"]["value"], values["theme"]["theme"]["value"]))
            await ack(response_action="errors", errors={"theme": "Too long."}) if values["theme"]["theme"][
                "value"
            ] else await ack()

        view = await (await slack.slash(slack.ann, slack.general, "/duel")).view()
        with pytest.raises(AssertionError, match="must be filled in"):
            await slack.submit(view)
        with pytest.raises(AssertionError, match="not offered"):
            await slack.submit(view, {"Game": "chess"})
        assert await slack.suggest(view, "game", "ch") == [CHESS]
        await slack.submit(view, {"Game": "chess", "Theme": "dragons"})
        assert view.errors == {"theme": "Too long."}
        await slack.submit(view, {"Game": "chess"})
        assert view.closed
        assert given == [("chess", "dragons"), ("chess", None)]


async def test_a_button_answers_its_presser_and_may_change_its_message() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:

        @app.action("go")
        async def go(ack: Any, respond: Any, action: Any) -> None:
            await ack()
            await respond(f"only you see {action['value']}", replace_original=False)
            await respond(text="moved", replace_original=True)
            await respond(delete_original=True)

        say: dict[str, Any] = {"text": "board", "unfurl_links": False, "unfurl_media": False}
        await app.client.chat_postMessage(channel=slack.general.id, blocks=BOARD, **say)
        (message,) = slack.general.messages
        done = await slack.press(slack.bob, message, "Go")
        assert done is not None
        assert (await done.reply()).ephemeral_to == slack.bob
        await slack.workspace.until(lambda: message.deleted)
        assert [shown["text"] for _, shown in message.versions] == ["board", "moved"]


async def test_a_response_url_takes_five_answers_in_thirty_minutes() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:
        codes: list[int] = []

        @app.command("/duel")
        async def run(ack: Any, respond: Any, command: Any) -> None:
            await ack()
            if command["text"] == "late":
                slack.pass_seconds(1801)
            codes.extend([(await respond("again")).status_code for _ in range(6)])
            slack.workspace.changed()

        await slack.slash(slack.ann, slack.general, "/duel")
        await slack.workspace.until(lambda: codes == [200] * 5 + [404])
        slack.forgive("response-url-uses")
        await slack.slash(slack.ann, slack.general, "/duel", "late")
        await slack.workspace.until(lambda: codes[6:] == [404] * 6)


async def test_the_client_replaces_its_connection_when_asked_or_cut() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:

        @app.command("/duel")
        async def run(ack: Any) -> None:
            await ack("still here")

        for break_it in (slack.sockets.disconnect, slack.sockets.close, _dropping(slack)):
            before = slack.sockets.opened
            await break_it()
            await slack.workspace.until(lambda before=before: slack.sockets.opened > before, 5)
            done = await slack.slash(slack.ann, slack.general, "/duel")
            assert (await done.reply()).says == "still here"


def _dropping(slack: LoopbackSlack) -> Any:
    async def drop() -> None:
        slack.sockets.drop()

    return drop


async def test_an_envelope_is_sent_again_on_demand_and_an_event_says_so() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:
        seen: list[str] = []

        @app.event("app_mention")
        async def mentioned(body: Any) -> None:
            seen.append(body["event_id"])

        done = await slack.event({"type": "app_mention", "user": slack.ann.id, "text": "hi", "channel": "C1"})
        await slack.redeliver(done)
        await slack.workspace.until(lambda: len(done.envelope.acks) == 2)
        assert len(seen) == 2
        assert len(set(seen)) == 1
        assert '"retry_attempt": 1, "retry_reason": "timeout"' in done.envelope.body


async def test_a_shortcut_works_in_a_thread() -> None:
    async with LoopbackSlack() as slack, bolt(slack) as app:

        @app.shortcut("show")
        async def show(ack: Any, respond: Any, shortcut: Any) -> None:
            await ack()
            await respond(shortcut["message"]["thread_ts"])

        say: dict[str, Any] = {"channel": slack.general.id, "text": "hi", "unfurl_links": False, "unfurl_media": False}
        ts = (await app.client.chat_postMessage(**say))["ts"]
        await app.client.chat_postMessage(**say, thread_ts=ts)
        done = await slack.shortcut(slack.ann, slack.general.messages[0].replies[0], "show")
        assert (await done.reply()).says == ts


async def test_what_nobody_acknowledges_is_late_and_what_nobody_sent_is_unknown() -> None:
    async with LoopbackSlack(ack_seconds=0.05) as slack, listening(slack) as handler:
        handler.client.socket_mode_request_listeners.clear()
        await slack.slash(slack.ann, slack.general, "/duel")
        slack.forgive("late-ack")
        await handler.client.send_message('{"envelope_id": "none"}')
        await slack.workspace.until(lambda: slack.violations)
        slack.forgive("unknown-ack")
