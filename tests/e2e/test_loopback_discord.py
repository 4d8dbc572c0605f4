"""The loopback Discord refuses what Discord refuses: messages, permissions, edits, threads, commands, limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from loopback_discord import TOKEN, Buckets, Channel, Fault, Faults, LoopbackDiscord, Permission, links, live_pings

NOBODY: dict[str, Any] = {"allowed_mentions": {"parse": []}}
Answer = tuple[int, Any]
Call = Callable[..., Awaitable[Answer]]


@asynccontextmanager
async def calling(**settings: Any) -> AsyncIterator[tuple[LoopbackDiscord, Call, Channel]]:
    """A loopback with one channel, and a way to call it with the bot's token; what was broken is forgiven."""
    headers = {"Authorization": f"Bot {TOKEN}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    async with LoopbackDiscord(**settings) as discord, aiohttp.ClientSession(headers=headers) as session:
        channel = discord.guild().channel("arena")

        async def call(method: str, path: str, data: Any = None, files: dict[str, bytes] | None = None) -> Answer:
            body: dict[str, Any] = {} if data is None else {"json": data}
            if files:
                form = aiohttp.FormData(quote_fields=False)
                form.add_field("payload_json", aiohttp.payload.JsonPayload(data))
                for index, (name, content) in enumerate(files.items()):
                    form.add_field(f"files[{index}]", content, filename=name)
                body = {"data": form}
            async with session.request(method, discord.state.api_url + path, **body) as answer:
                return answer.status, await answer.json() if answer.status != 204 else None

        yield discord, call, channel
        discord.forgiven()


def refused(answer: Answer) -> tuple[int, int]:
    return answer[0], answer[1]["code"]


ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
TOO_MUCH: list[dict[str, Any]] = [
    {"content": "x" * 2001},
    {"content": "x", "surprise": 1},
    {"embeds": [{"title": "x" * 257}]},
    {"embeds": [{"description": "x" * 4097}]},
    {"embeds": [{"fields": [{"name": "x", "value": "x" * 1025}]}]},
    {"embeds": [{"fields": [{"name": "x", "value": ""}]}]},
    {"embeds": [{"fields": [{"name": "x", "value": "x"}] * 26}]},
    {"embeds": [{"footer": {"text": "x" * 2049}}]},
    {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    {"embeds": [{"title": "x"}] * 11},
    {"embeds": [{"image": {"url": "attachment://board.png"}}]},
    {"embeds": [{"image": {"url": "file:///etc/passwd"}}]},
    {"content": "x", "components": [ROW] * 2},
    {"content": "x", "components": [{**ROW, "components": [{**ROW["components"][0], "label": "x" * 81}]}]},  # type: ignore[index]
    {"content": "x", "components": [{**ROW, "components": [{**ROW["components"][0], "custom_id": "x" * 101}]}]},  # type: ignore[index]
    {"content": "x", "components": [{**ROW, "components": [{"type": 2, "style": 7, "label": "x", "custom_id": "x"}]}]},
    {"content": "x", "components": [{**ROW, "components": [{"type": 2, "style": 1, "custom_id": "x"}]}]},
    {"content": "x", "components": [{"type": 1, "components": []}]},
    {"content": "x", "flags": 1 << 15},
    {"content": "x", "nonce": "x" * 26},
]


@pytest.mark.parametrize("payload", TOO_MUCH)
async def test_a_message_beyond_the_limits_is_refused_and_remembered(payload: dict[str, Any]) -> None:
    async with calling() as (discord, call, channel):
        answer = await call("POST", f"/channels/{channel.id}/messages", {**payload, **NOBODY})
        assert refused(answer) == (400, 50035)
        assert discord.violations
        assert not channel.messages


@pytest.mark.parametrize("mentions", [{}, {"allowed_mentions": {}}, {"allowed_mentions": {"parse": ["everyone"]}}])
async def test_a_message_that_might_ping_is_refused(mentions: dict[str, Any]) -> None:
    async with calling() as (discord, call, channel):
        await call("POST", f"/channels/{channel.id}/messages", {"content": "x", **mentions})
        assert "would ping" in discord.violations[0]


async def break_a_rule() -> None:
    async with LoopbackDiscord() as discord:
        discord.state.violate("would ping")


async def test_a_broken_rule_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="would ping"):
        await break_a_rule()


async def test_a_message_within_the_limits_is_posted_edited_and_deleted() -> None:
    async with calling() as (discord, call, channel):
        picture = {"embeds": [{"image": {"url": "attachment://a.png"}}], "attachments": [{"id": 0, "description": "A"}]}
        status, made = await call(
            "POST", f"/channels/{channel.id}/messages", {**picture, **NOBODY}, files={"a.png": b"1"}
        )
        assert (status, made["attachments"]) == (200, [])
        assert made["embeds"][0]["image"]["url"].endswith("/a.png")
        here = f"/channels/{channel.id}/messages/{made['id']}"
        assert (await call("PATCH", here, {**picture, **NOBODY}, files={"b.png": b"2"}))[0] == 400
        picture["embeds"] = [{"image": {"url": "attachment://b.png"}}]
        assert (await call("PATCH", here, {**picture, **NOBODY}, files={"b.png": b"2"}))[0] == 200
        assert channel.messages[0].files == {"b.png": b"2"}
        assert channel.messages[0].attachments[0].description == "A"
        assert (await call("DELETE", here))[0] == 204
        assert refused(await call("PATCH", here, {"content": "x", **NOBODY})) == (404, 10008)
        assert [problem for problem in discord.forgiven() if "a.png" in problem]


async def test_an_edit_that_takes_away_the_picture_that_is_shown_is_a_broken_rule() -> None:
    async with calling() as (discord, call, channel):
        picture = {"embeds": [{"image": {"url": "attachment://a.png"}}], **NOBODY}
        _, made = await call("POST", f"/channels/{channel.id}/messages", picture, files={"a.png": b"1"})
        await call("PATCH", f"/channels/{channel.id}/messages/{made['id']}", {"attachments": []})
        assert "attached no more" in discord.violations[0]


async def test_a_picture_whose_name_would_be_changed_is_a_broken_rule() -> None:
    async with calling() as (discord, call, channel):
        picture = {"embeds": [{"image": {"url": "attachment://my board.png"}}], **NOBODY}
        await call("POST", f"/channels/{channel.id}/messages", picture, files={"my board.png": b"1"})
        assert "renamed" in discord.violations[0]


async def test_a_nonce_is_posted_once() -> None:
    async with calling() as (_, call, channel):
        posted = {"content": "x", "nonce": "duel-0", "enforce_nonce": True, **NOBODY}
        first, second = [await call("POST", f"/channels/{channel.id}/messages", posted) for _ in range(2)]
        assert first[1]["id"] == second[1]["id"]
        assert len(channel.messages) == 1


@pytest.mark.parametrize(
    ("lost", "payload", "files", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, None, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, None, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, None, 50013),
        (Permission.ATTACH_FILES, {"content": "x"}, {"a.png": b"1"}, 50013),
    ],
)
async def test_what_the_bot_may_not_do_is_refused(
    lost: Permission, payload: dict[str, Any], files: dict[str, bytes] | None, code: int
) -> None:
    async with calling() as (discord, call, channel):
        channel.bot_may &= ~lost
        answer = await call("POST", f"/channels/{channel.id}/messages", {**payload, **NOBODY}, files=files)
        assert refused(answer) == (403, code)
        assert discord.state.refusals[code] == 1


async def test_a_message_has_one_thread_and_writing_there_is_a_permission_of_its_own() -> None:
    async with calling() as (_, call, channel):
        made = (await call("POST", f"/channels/{channel.id}/messages", {"content": "x", **NOBODY}))[1]
        threads = f"/channels/{channel.id}/messages/{made['id']}/threads"
        status, thread = await call("POST", threads, {"name": "words"})
        assert (status, thread["id"]) == (201, made["id"])
        assert refused(await call("POST", threads, {"name": "words"})) == (400, 160004)
        assert refused(await call("POST", threads, {"name": "x" * 101})) == (400, 50035)
        words = f"/channels/{thread['id']}/messages"
        status, word = await call("POST", words, {"content": "x", **NOBODY})
        assert status == 200
        assert refused(await call("POST", f"{words}/{word['id']}/threads", {"name": "deeper"})) == (400, 50024)
        channel.bot_may &= ~Permission.SEND_MESSAGES_IN_THREADS
        assert refused(await call("POST", words, {"content": "x", **NOBODY})) == (403, 50013)
        assert [message.text for message in channel.threads[0].messages] == ["x"]


async def test_a_message_over_an_hour_old_takes_a_few_edits() -> None:
    async with calling(old_edits=2) as (discord, call, channel):
        made = (await call("POST", f"/channels/{channel.id}/messages", {"content": "x", **NOBODY}))[1]
        here = f"/channels/{channel.id}/messages/{made['id']}"
        discord.clock.pass_seconds(3601)
        answers = [await call("PATCH", here, {"content": str(number), **NOBODY}) for number in range(3)]
        assert [status for status, _ in answers] == [200, 200, 429]
        assert answers[2][1]["code"] == 30046


async def test_what_is_not_there_or_not_ours_is_refused() -> None:
    async with calling() as (discord, call, channel):
        ann = discord.guild("Other").member("Ann")
        made = (await call("POST", f"/channels/{channel.id}/messages", {"content": "x", **NOBODY}))[1]
        channel.messages[0].author = ann
        here = f"/channels/{channel.id}/messages/{made['id']}"
        assert refused(await call("PATCH", here, {"content": "y", **NOBODY})) == (403, 50005)
        assert refused(await call("DELETE", here)) == (403, 50013)
        channel.deleted = True
        assert refused(await call("PATCH", here, {"content": "y", **NOBODY})) == (404, 10003)
        assert refused(await call("GET", f"/guilds/1/members/{ann.id}")) == (404, 10004)
        assert refused(await call("GET", "/users/1")) == (404, 10013)


async def test_a_wrong_token_a_nameless_client_and_another_content_type_are_refused() -> None:
    async with calling() as (discord, _, channel), aiohttp.ClientSession() as session:
        url = f"{discord.state.api_url}/channels/{channel.id}/messages"
        async with session.post(url, json={"content": "x", **NOBODY}) as answer:
            assert answer.status == 401
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with session.post(url, data={"content": "x"}, headers=headers) as answer:
            assert answer.status == 400
        assert [text for text in discord.violations if "User-Agent" in text]
        assert [text for text in discord.violations if "Content-Type" in text]


async def test_an_exhausted_bucket_answers_429_and_asking_again_too_soon_is_a_broken_rule() -> None:
    async with calling(buckets=Buckets(limit=2, seconds=0.6)) as (discord, call, channel):
        path = f"/channels/{channel.id}/messages"
        answers = [await call("POST", path, {"content": "x", **NOBODY}) for _ in range(3)]
        assert [status for status, _ in answers] == [200, 200, 429]
        wait = answers[2][1]["retry_after"]
        assert 0 < wait <= 0.6
        assert discord.state.limited.total() == 1
        assert not discord.violations
        other = discord.guild("Other").channel("elsewhere")
        assert (await call("POST", f"/channels/{other.id}/messages", {"content": "x", **NOBODY}))[0] == 200
        await asyncio.sleep(0.2)
        assert (await call("POST", path, {"content": "x", **NOBODY}))[0] == 429
        assert "Retry-After" in discord.violations[0]
        await asyncio.sleep(wait - 0.2)
        assert (await call("POST", path, {"content": "x", **NOBODY}))[0] == 200


async def test_more_than_so_many_requests_a_second_are_refused_whatever_their_route() -> None:
    async with calling(buckets=Buckets(limit=100, most_a_second=3)) as (_, call, __):
        answers = [await call("GET", "/users/@me") for _ in range(4)]
        assert [status for status, _ in answers] == [200, 200, 200, 429]
        assert answers[3][1]["global"] is True


@pytest.mark.parametrize(("fault", "applied"), [(Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1)])
async def test_a_cut_request_is_applied_or_not_and_never_answered(fault: Fault, applied: int) -> None:
    async with calling(faults=Faults(share=1, kinds=[fault])) as (discord, call, channel):
        with pytest.raises(aiohttp.ClientError):
            await call("POST", f"/channels/{channel.id}/messages", {"content": "x", **NOBODY})
        assert len(channel.messages) == applied
        assert discord.state.requests["POST /channels/{channel}/messages"] == 1


async def test_the_same_seed_strikes_the_same_requests() -> None:
    first, second = ([faults.strike("x") for _ in range(50)] for faults in (Faults(0.5, 7), Faults(0.5, 7)))
    assert first == second
    assert 10 < len([fault for fault in first if fault]) < 40


async def test_a_registration_is_kept() -> None:
    async with calling() as (discord, call, _):
        good = {"name": "duel", "description": "Fight", "contexts": [0], "integration_types": [0]}
        status, kept = await call("PUT", f"/applications/{discord.world.application_id}/commands", [good])
        assert (status, kept[0]["name"]) == (200, "duel")
        bad = await call("PUT", f"/applications/{discord.world.application_id}/commands", [{**good, "name": "Duel"}])
        assert refused(bad) == (400, 50035)


async def test_a_posted_message_tells_what_is_live_in_it() -> None:
    async with calling() as (discord, call, channel):
        ann = discord.guild().member("Ann")
        shown = {"content": f"{ann.mention} <t:5:R> @here", "embeds": [{"description": "https://evil.example"}]}
        await call("POST", f"/channels/{channel.id}/messages", {**shown, **NOBODY})
        asked = {**shown, "allowed_mentions": {"parse": [], "users": [str(ann.id)]}}
        await call("POST", f"/channels/{channel.id}/messages", asked)
        first, second = channel.messages
        assert live_pings(first) == [ann.mention, "@here"]
        assert live_pings(second) == ["@here"]
        assert links(first) == ["https://evil.example", "<t:5:R>"]
        assert links(first, ours=["<t:"]) == ["https://evil.example"]
