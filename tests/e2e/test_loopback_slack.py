"""The loopback Slack refuses what Slack refuses: tried with the real SDK's bare clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from loopback_slack import Fault, Faults, LoopbackSlack
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

SAY: dict[str, Any] = {"text": "hello", "unfurl_links": False, "unfurl_media": False}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@asynccontextmanager
async def connected(**settings: Any) -> AsyncIterator[tuple[LoopbackSlack, AsyncWebClient]]:
    async with LoopbackSlack(**settings) as slack:
        yield slack, client_of(slack)


def client_of(slack: LoopbackSlack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token or slack.tokens.bot, base_url=slack.api_url, retry_handlers=[])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    response = caught.value.response
    assert isinstance(response, AsyncSlackResponse)
    return str(response["error"])


async def uploaded(client: AsyncWebClient, slack: LoopbackSlack, content: bytes = PNG) -> str:
    done = await client.files_upload_v2(filename="board.png", content=content, alt_txt="an empty board")
    return str(done["files"][0]["id"])


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def picture(file_id: str) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": "an empty board"}


class TestTokens:
    async def test_a_wrong_token_a_missing_scope_and_the_wrong_kind_of_token(self) -> None:
        async with connected(scopes=frozenset({"commands"})) as (slack, client):
            assert await refusal(client_of(slack, "xoxb-other").auth_test()) == "invalid_auth"
            assert await refusal(client.chat_postMessage(channel=slack.general.id, **SAY)) == "missing_scope"
            assert await refusal(client.apps_connections_open(app_token=slack.tokens.bot)) == "not_allowed_token_type"
            assert (await client.auth_test())["team_id"] == "T0LOOPBACK"

    async def test_a_method_that_is_not_there_is_a_violation(self) -> None:
        async with connected() as (slack, client):
            assert await refusal(client.api_call("chat.shout")) == "unknown_method"
            slack.forgive("unknown-method")


class TestChannels:
    async def test_where_the_app_may_not_post(self) -> None:
        async with connected() as (slack, client):
            for facts, error in (
                ({"with_bot": False}, "not_in_channel"),
                ({"archived": True}, "is_archived"),
                ({"with_bot": False, "private": True}, "channel_not_found"),
            ):
                channel = slack.workspace.add_channel("other", **facts)
                assert await refusal(client.chat_postMessage(channel=channel.id, **SAY)) == error
            assert await refusal(client.chat_postMessage(channel="C404", **SAY)) == "channel_not_found"

    async def test_a_message_of_somebody_else_or_of_an_archived_channel_is_not_edited(self) -> None:
        async with connected() as (slack, client):
            ts = (await client.chat_postMessage(channel=slack.general.id, **SAY))["ts"]
            message = slack.general.messages[0]
            message.user = slack.ann.id
            where: dict[str, Any] = {"channel": slack.general.id, "ts": ts, "text": "changed"}
            assert await refusal(client.chat_update(**where)) == "cant_update_message"
            slack.general.archived = True
            assert await refusal(client.chat_update(**where)) == "is_inactive"
            slack.general.archived = False
            slack.delete(message)
            assert await refusal(client.chat_update(**where)) == "message_not_found"

    async def test_a_reply_to_a_message_that_is_gone_lands_in_the_channel(self) -> None:
        async with connected() as (slack, client):
            parent = await client.chat_postMessage(channel=slack.general.id, **SAY)
            there = await client.chat_postMessage(channel=slack.general.id, thread_ts=parent["ts"], **SAY)
            assert there["message"]["thread_ts"] == parent["ts"]
            (message,) = slack.general.messages
            (reply,) = message.replies
            slack.delete(message)
            slack.delete(reply)
            stray = await client.chat_postMessage(channel=slack.general.id, thread_ts=parent["ts"], **SAY)
            assert "thread_ts" not in stray["message"]
            assert [one.ts for one in slack.general.messages] == [stray["ts"]]


class TestMessages:
    async def test_text_without_blocks_takes_the_blocks_away(self) -> None:
        async with connected() as (slack, client):
            ts = (await client.chat_postMessage(channel=slack.general.id, blocks=[section("board")], **SAY))["ts"]
            assert slack.general.messages[0].says == "board"
            await client.chat_update(channel=slack.general.id, ts=ts, text="over")
            assert slack.general.messages[0].says == "over"
            assert len(slack.general.messages[0].versions) == 2

    @pytest.mark.parametrize(
        ("said", "error"),
        [
            ({"text": ""}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
            ({"metadata": {"event_type": "duel"}}, "invalid_metadata_schema"),
        ],
    )
    async def test_what_no_message_may_say(self, said: dict[str, Any], error: str) -> None:
        async with connected() as (slack, client):
            post = client.api_call("chat.postMessage", json={"channel": slack.general.id, **SAY, **said})
            assert await refusal(post) == error
            slack.forgive(error)

    async def test_an_edit_takes_less_text_than_a_post(self) -> None:
        async with connected() as (slack, client):
            where: dict[str, Any] = {"channel": slack.general.id}
            ts = (await client.chat_postMessage(**where, **{**SAY, "text": "x" * 5000}))["ts"]
            assert await refusal(client.chat_update(**where, ts=ts, text="x" * 4001)) == "msg_too_long"
            slack.forgive("msg_too_long")

    async def test_blocks_without_text_and_unfurling_are_violations(self) -> None:
        async with connected() as (slack, client):
            where: dict[str, Any] = {"channel": slack.general.id, "blocks": [section("board")]}
            with pytest.warns(UserWarning, match="text"):
                await client.chat_postMessage(**where, unfurl_links=False, unfurl_media=False)
            await client.chat_postMessage(**where, text="board")
            assert len(slack.forgive("no-fallback-text")) == 1
            assert len(slack.forgive("unfurls")) == 2

    async def test_a_violation_fails_the_test_that_leaves(self) -> None:
        with pytest.raises(AssertionError, match="unfurls"):
            async with connected() as (slack, client):
                await client.chat_postMessage(channel=slack.general.id, text="hello")


class TestFiles:
    async def test_a_picture_is_refused_until_it_is_ready(self) -> None:
        async with connected() as (slack, client):
            slack.files.ready_after_tries = 2
            file_id = await uploaded(client, slack)
            post: dict[str, Any] = {"channel": slack.general.id, "blocks": [picture(file_id)], **SAY}
            for _ in range(2):
                with pytest.raises(SlackApiError) as caught:
                    await client.chat_postMessage(**post)
                assert caught.value.response["response_metadata"]["messages"] == [
                    "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
                ]
            await client.chat_postMessage(**post)
            (message,) = slack.general.messages
            assert message.pictures == [file_id]
            assert message.alts == ["an empty board"]

    async def test_a_file_that_is_unknown_deleted_or_no_picture(self) -> None:
        async with connected() as (slack, client):
            text = await uploaded(client, slack, b"1. e4 e5")
            gone = await uploaded(client, slack)
            await client.files_delete(file=gone)
            for file_id in ("F012345678", text, gone):
                post = client.chat_postMessage(channel=slack.general.id, blocks=[picture(file_id)], **SAY)
                assert await refusal(post) == "invalid_blocks"
            assert len(slack.forgive("invalid_blocks")) == 3

    async def test_deleting_a_picture_that_is_shown_is_a_violation(self) -> None:
        async with connected() as (slack, client):
            file_id = await uploaded(client, slack)
            await client.chat_postMessage(channel=slack.general.id, blocks=[picture(file_id)], **SAY)
            await client.files_delete(file=file_id)
            slack.forgive("deleted-shown-picture")

    async def test_a_file_in_a_thread(self) -> None:
        async with connected() as (slack, client):
            ts = (await client.chat_postMessage(channel=slack.general.id, **SAY))["ts"]
            where: dict[str, Any] = {"channel": slack.general.id, "thread_ts": ts}
            await client.files_upload_v2(filename="duel.pgn", content=b"1. e4 e5", **where)
            (message,) = slack.general.messages
            assert [file.name for file in message.replies[0].files] == ["duel.pgn"]

    async def test_a_description_that_is_too_long(self) -> None:
        async with connected() as (slack, client):
            asked = client.files_getUploadURLExternal(filename="board.png", length=4, alt_txt="x" * 1001)
            assert await refusal(asked) == "alt_txt_too_large"
            slack.forgive("alt_txt_too_large")


class TestLimits:
    async def test_a_channel_takes_a_short_burst_and_then_one_message_a_second(self) -> None:
        async with connected() as (slack, client):
            say: dict[str, Any] = {"channel": slack.general.id, **SAY}
            for _ in range(5):
                await client.chat_postMessage(**say)
            with pytest.raises(SlackApiError) as caught:
                await client.chat_postMessage(**say)
            assert caught.value.response.status_code == 429
            assert caught.value.response.headers["Retry-After"] == "1"
            slack.pass_seconds(1.1)
            await client.chat_postMessage(**say)
            assert slack.violations == []

    async def test_sending_again_too_early_is_refused_and_a_violation(self) -> None:
        async with connected() as (slack, client):
            say: dict[str, Any] = {"channel": slack.general.id, **SAY}
            slack.faults.next("chat.postMessage", Fault.RATE_LIMITED)
            for _ in range(3):
                assert await refusal(client.chat_postMessage(**say)) == "ratelimited"
            assert len(slack.forgive("ignored-retry-after")) == 1, "the first may have been on its way"
            slack.pass_seconds(0.5)
            assert await refusal(client.chat_postMessage(**say)) == "ratelimited"
            slack.forgive("ignored-retry-after")
            slack.pass_seconds(0.6)
            await client.chat_postMessage(**say)

    async def test_edits_share_a_minutes_allowance(self) -> None:
        async with connected() as (slack, client):
            channels = [slack.workspace.add_channel(f"c{number}") for number in range(11)]
            sent = [(one, (await client.chat_postMessage(channel=one.id, **SAY))["ts"]) for one in channels]
            edits = [client.chat_update(channel=one.id, ts=ts, text="again") for one, ts in sent * 5]
            for edit in edits[:50]:
                await edit
            assert await refusal(edits[50]) == "ratelimited"
            for edit in edits[51:]:
                edit.close()


class TestFaults:
    async def test_a_cut_request_is_applied_or_not(self) -> None:
        async with connected() as (slack, client):
            say: dict[str, Any] = {"channel": slack.general.id, **SAY}
            slack.faults.next("chat.postMessage", Fault.CUT_AFTER, Fault.CUT_BEFORE, Fault.SERVER_ERROR)
            for applied in (1, 1, 1):
                with pytest.raises(Exception, match=r"disconnected|internal_error"):
                    await client.chat_postMessage(**say)
                assert len(slack.general.messages) == applied
            assert slack.workspace.calls["chat.postMessage"] == 3

    def test_the_same_seed_gives_the_same_faults(self) -> None:
        drawn = [[Faults(seed, 0.1).meet("chat.update") for _ in range(1)] for seed in (3, 3)]
        assert drawn[0] == drawn[1]
        one, other = Faults(3, 0.1), Faults(3, 0.1)
        first = [one.meet("chat.update") for _ in range(1000)]
        assert first == [other.meet("chat.update") for _ in range(1000)]
        assert 70 < sum(one.happened.values()) < 130
        assert set(one.happened) == set(Fault)
