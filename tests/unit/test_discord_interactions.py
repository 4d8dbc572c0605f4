"""From an interaction to its answer: acknowledged first, answered after, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from discord_payloads import (
    ANN,
    APPLICATION,
    BOB,
    CHANNEL,
    GUILD,
    TOKEN,
    ScriptedDiscord,
    press,
    refused,
    slash,
    submit,
    typing,
    user,
)
from support import arena_over

from bot import commands
from bot.commands import Acknowledged, CommandSpec, Invocation, Reply, Verb
from bot.on_discord import interactions
from bot.on_discord.interactions import Interactions
from bot.on_discord.rest import Rest
from engine.arena import Arena
from engine.errors import BadOption, PlatformDown, StoreFull
from engine.model import Community, Person, Role
from engine.options import Option

CALLBACK = f"POST /interactions/786008729715212338/{TOKEN}/callback"
ORIGINAL = f"PATCH /webhooks/{APPLICATION}/{TOKEN}/messages/@original"
WITHDRAWN = f"DELETE /webhooks/{APPLICATION}/{TOKEN}/messages/@original"
FOLLOW_UP = f"POST /webhooks/{APPLICATION}/{TOKEN}"
MEMBER = f"GET /guilds/{GUILD}/members/22"


async def _run(_asked: Invocation, _arena: Any) -> Reply:
    return Reply("unused")


_TEXT = Option("text", "Text.")
SPEC = CommandSpec(
    "thing",
    "Things.",
    (
        Verb("quiet", "Quiet.", _run, (_TEXT,)),
        Verb("loud", "Loud.", _run, (_TEXT,), acknowledged=Acknowledged.PUBLIC),
        Verb("ask", "Ask.", _run, (_TEXT,), form=("text",)),
    ),
)


class Desk:
    """Interactions over a Discord that answers from a script; ``asked`` is what reached the commands."""

    def __init__(self, arena: Arena, **answers: list[Any]) -> None:
        self.arena = arena
        self.discord = ScriptedDiscord(**answers)
        self.asked: list[Invocation] = []
        self.reply: Reply | Exception = Reply("Done.")
        self.timed: list[tuple[str, float]] = []
        self.interactions = Interactions(
            arena, self.answer, Rest(self.discord), lambda request_id, seconds: self.timed.append((request_id, seconds))
        )

    async def answer(self, asked: Invocation) -> Reply:
        """A command that says what the test wants."""
        self.asked.append(asked)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    async def take(self, payload: dict[str, Any]) -> list[str]:
        """Take an interaction; the calls that it made."""
        await self.interactions.take(payload)
        return self.discord.asked


@pytest.fixture
async def arena(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Arena]:
    monkeypatch.setattr(commands, "commands", lambda: (SPEC,))
    async with arena_over() as one:
        yield one


async def test_a_command_is_acknowledged_then_answered(arena: Arena) -> None:
    desk = Desk(arena)
    assert await desk.take(slash("thing quiet", text="x")) == [CALLBACK, ORIGINAL]
    assert desk.discord.calls[0][1] == {"type": 5, "data": {"flags": 64}}
    assert desk.discord.last["content"] == "Done."
    ((request_id, seconds),) = desk.timed
    assert request_id == "786008729715212338"
    assert 0 <= seconds < 1
    (asked,) = desk.asked
    assert asked == replace(
        asked,
        community=Community("discord", GUILD),
        command="thing",
        verb="quiet",
        options={"text": "x"},
        request_id="786008729715212338",
        locale="en-GB",
        community_locale="de",
        role=Role.MEMBER,
        channel=CHANNEL,
        mentioned={},
    )
    assert (asked.member.platform, asked.member.platform_id, asked.member.name) == ("discord", ANN, "user11")
    assert asked.answer_to == f"{APPLICATION}/{TOKEN}/"


async def test_nothing_is_done_before_it_is_acknowledged(arena: Arena) -> None:
    desk = Desk(arena)
    order: list[str] = []

    async def call(method: str, path: str, *_more: Any, **_ids: str) -> Any:
        await asyncio.sleep(0.01)
        order.append(path.rpartition("/")[2])

    async def answer(_asked: Invocation) -> Reply:
        order.append("command")
        return Reply("Done.")

    await Interactions(arena, answer, Rest(call)).take(slash("thing quiet"))
    assert order == ["callback", "command", "@original"]
    assert desk.asked == []


async def test_a_public_command_is_acknowledged_and_answered_in_public(arena: Arena) -> None:
    desk = Desk(arena)
    desk.reply = Reply("Started.", private=False)
    assert await desk.take(slash("thing loud")) == [CALLBACK, ORIGINAL]
    assert desk.discord.calls[0][1] == {"type": 5, "data": {}}
    assert desk.asked[0].answer_to == f"{APPLICATION}/{TOKEN}/public"


async def test_a_public_command_that_fails_says_so_in_private(arena: Arena) -> None:
    desk = Desk(arena)
    desk.reply = Reply("No such game.")
    assert await desk.take(slash("thing loud")) == [CALLBACK, ORIGINAL, FOLLOW_UP, WITHDRAWN]
    _, placeholder, private, _ = (payload for _, payload in desk.discord.calls)
    assert "No such game" not in str(placeholder)
    assert (private["content"], private["flags"]) == ("No such game.", 64)


async def test_a_button_is_answered_in_a_message_of_its_own(arena: Arena) -> None:
    desk = Desk(arena)
    assert await desk.take(press("thing.quiet?text=x")) == [CALLBACK, ORIGINAL]
    assert desk.discord.calls[0][1] == {"type": 5, "data": {"flags": 64}}
    assert desk.asked[0].options == {"text": "x"}


@pytest.mark.parametrize(
    ("payload", "kind"),
    [(press("thing.ask?"), 9), (slash("thing ask"), 9), (press("!thing.quiet?"), 4), (press("no.such?"), 4)],
)
async def test_what_needs_no_command_is_answered_at_once(arena: Arena, payload: dict[str, Any], kind: int) -> None:
    desk = Desk(arena)
    assert await desk.take(payload) == [CALLBACK]
    assert desk.discord.last["type"] == kind
    assert desk.asked == []


async def test_a_form_runs_its_command(arena: Arena) -> None:
    desk = Desk(arena)
    field = {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "x"}}
    assert await desk.take(submit("thing.ask?", field)) == [CALLBACK, ORIGINAL]
    assert desk.asked[0].options == {"text": "x"}


async def test_games_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with arena_over() as arena:
        desk = Desk(arena)
        assert await desk.take(typing("duel start", "game", "che")) == [CALLBACK]
        assert desk.discord.last == {"type": 8, "data": {"choices": [{"name": "Chess", "value": "chess"}]}}


async def test_when_completion_fails_or_hangs_nothing_is_offered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_args: Any) -> list[tuple[str, str]]:
        raise StoreFull("full")

    async def hanging(*_args: Any) -> list[tuple[str, str]]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr("bot.on_discord.interactions.COMPLETE_SECONDS", 0.01)
    async with arena_over() as arena:
        for way in (broken, hanging):
            desk = Desk(arena)
            monkeypatch.setattr("bot.on_discord.interactions.complete", way)
            assert await desk.take(typing("duel start", "game", "che")) == [CALLBACK]
            assert desk.discord.last == {"type": 8, "data": {"choices": []}}
    assert caplog.text.count("nothing is offered") == 2


async def test_a_command_that_was_acknowledged_too_late_is_not_run(
    arena: Arena, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(arena, callback=[refused(10062)])
    assert await desk.take(slash("thing quiet")) == [CALLBACK]
    assert desk.asked == []
    assert desk.timed == []
    assert "was not acknowledged" in caplog.text


async def test_a_command_that_is_acknowledged_already_is_run(arena: Arena) -> None:
    desk = Desk(arena, callback=[refused(40060, 400)])
    assert await desk.take(slash("thing quiet")) == [CALLBACK, ORIGINAL]


@pytest.mark.parametrize("error", [PlatformDown("cut"), refused(0, 503)])
async def test_an_acknowledgement_that_fails_is_tried_again(arena: Arena, error: Exception) -> None:
    desk = Desk(arena, callback=[error, refused(40060, 400)])
    assert await desk.take(slash("thing quiet")) == [CALLBACK, CALLBACK, ORIGINAL]
    assert len(desk.asked) == 1


async def test_who_may_wait_for_an_answer_is_told_that_nothing_was_done(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.on_discord.interactions.ACKNOWLEDGE_SECONDS", 0.01)
    desk = Desk(arena, callback=[PlatformDown("cut")])
    assert await desk.take(slash("thing quiet")) == [CALLBACK, ORIGINAL]
    assert desk.asked == []
    assert "nothing was done" in desk.discord.last["content"]


async def test_no_acknowledgement_is_tried_for_longer_than_discord_waits(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.on_discord.interactions.ACKNOWLEDGE_SECONDS", 0.01)
    desk = Desk(arena)

    async def silent(*_args: Any, **_ids: str) -> Any:
        await asyncio.Event().wait()

    await Interactions(arena, desk.answer, Rest(silent)).take(slash("thing quiet"))
    assert desk.asked == []


@pytest.mark.parametrize(("code", "status"), [(50027, 401), (10015, 404), (10008, 404)])
async def test_an_answer_whose_token_has_died_is_no_error(
    arena: Arena, caplog: pytest.LogCaptureFixture, code: int, status: int
) -> None:
    caplog.set_level(logging.WARNING)
    desk = Desk(arena, PATCH=[refused(code, status)])
    await desk.take(slash("thing quiet"))
    assert len(desk.asked) == 1
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "text"),
    [(BadOption("A name has 32 characters."), "A name has 32 characters."), (StoreFull("disk"), "Something failed")],
)
async def test_what_fails_before_the_command_is_said_too(
    arena: Arena, monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
) -> None:
    async def seen(*_args: Any) -> Person:
        raise error

    monkeypatch.setattr(arena.people, "seen", seen)
    desk = Desk(arena)
    assert await desk.take(slash("thing quiet")) == [CALLBACK, ORIGINAL]
    assert text in desk.discord.last["content"]


async def test_no_token_is_logged(arena: Arena, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for error in (refused(10062), PlatformDown("cut"), refused(50013, 403)):
        await Desk(arena, callback=[error]).take(slash("thing quiet"))
        await Desk(arena, PATCH=[error]).take(slash("thing quiet"))
    assert caplog.text
    assert TOKEN not in caplog.text


async def test_a_mentioned_person_is_known_by_the_name_in_the_payload(arena: Arena) -> None:
    desk = Desk(arena)
    resolved = {"users": {BOB: user(BOB)}, "members": {BOB: {"nick": "Bobby"}}}
    await desk.take(slash("thing quiet", resolved, text="<@22> <@!22> <@11>"))
    (asked,) = desk.asked
    assert {token: person.name for token, person in asked.mentioned.items()} == {
        "<@22>": "Bobby",
        "<@!22>": "Bobby",
        "<@11>": "user11",
    }
    assert asked.mentioned["<@11>"] == asked.member
    assert MEMBER not in desk.discord.asked


async def test_a_person_who_is_not_in_the_payload_is_looked_up(arena: Arena) -> None:
    desk = Desk(arena, members=[{"nick": None, "user": user(BOB, global_name="Bob")}])
    assert await desk.take(slash("thing quiet", text="<@22>")) == [CALLBACK, MEMBER, ORIGINAL]
    assert desk.asked[0].mentioned["<@22>"].name == "Bob"


async def test_who_is_no_member_is_nobody(arena: Arena) -> None:
    desk = Desk(arena, members=[refused(10007)])
    await desk.take(slash("thing quiet", text="<@22>"))
    assert desk.asked[0].mentioned == {}


@pytest.mark.parametrize(("known", "name"), [(True, "Bob"), (False, "member")])
async def test_a_person_who_cannot_be_looked_up_keeps_their_name(arena: Arena, known: bool, name: str) -> None:
    if known:
        await arena.people.seen("discord", BOB, "Bob")
    desk = Desk(arena, members=[PlatformDown("cut")])
    await desk.take(slash("thing quiet", text="<@22>"))
    assert desk.asked[0].mentioned["<@22>"].name == name


async def test_commands_wait_while_others_are_unacknowledged(arena: Arena) -> None:
    order: list[str] = []
    first, second = asyncio.Event(), asyncio.Event()

    async def call(method: str, path: str, *_more: Any, **ids: str) -> Any:
        if path.endswith("callback"):
            if ids["webhook_id"] == "2":
                await second.wait()
            order.append(f"acknowledged {ids['webhook_id']}")
            first.set()

    async def answer(asked: Invocation) -> Reply:
        order.append(f"ran {asked.request_id}")
        return Reply("Done.")

    interactions = Interactions(arena, answer, Rest(call))
    both = [asyncio.create_task(interactions.take({**slash("thing quiet"), "id": number})) for number in ("2", "1")]
    await first.wait()
    await asyncio.wait({both[1]}, timeout=0.1)  # long enough to run, if nothing held it
    assert order == ["acknowledged 1"]
    second.set()
    await asyncio.gather(*both)
    assert order[:2] == ["acknowledged 1", "acknowledged 2"]
    assert set(order[2:]) == {"ran 1", "ran 2"}


async def test_one_slow_acknowledgement_does_not_hold_the_others_for_long(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.on_discord.interactions.QUIET_SECONDS", 0.01)
    never = asyncio.Event()

    async def call(method: str, path: str, *_more: Any, **ids: str) -> Any:
        if ids["webhook_id"] == "2":
            await never.wait()

    desk = Desk(arena)
    receiving = Interactions(arena, desk.answer, Rest(call))
    slow = asyncio.create_task(receiving.take({**slash("thing quiet"), "id": "2"}))
    await receiving.take({**slash("thing quiet"), "id": "1"})
    assert [asked.request_id for asked in desk.asked] == ["1"]
    never.set()
    await slow


async def test_a_webhooks_answer_waits_for_its_acknowledgement_to_arrive(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warm worker is faster than the way of the acknowledgement to Discord."""
    monkeypatch.setattr(interactions, "AGAIN_SECONDS", 0.001)
    desk = Desk(arena, PATCH=[refused(10015), refused(10015)])
    await desk.interactions.go_on(slash("thing quiet"))
    assert desk.discord.asked == [ORIGINAL] * 3
    assert desk.discord.last["content"] == "Done."
    assert len(desk.asked) == 1


async def test_a_webhooks_answer_does_not_wait_for_ever(
    arena: Arena, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(interactions, "ACKNOWLEDGE_SECONDS", 0.0)
    desk = Desk(arena, PATCH=[refused(10015)])
    await desk.interactions.go_on(slash("thing quiet"))
    assert desk.discord.asked == [ORIGINAL]
    assert "came too late" in caplog.text


async def test_a_webhooks_answer_that_discord_refuses_is_not_asked_for_again(
    arena: Arena, caplog: pytest.LogCaptureFixture
) -> None:
    """The command is done; what escapes would have its message delivered again."""
    desk = Desk(arena, PATCH=[refused(50035, 400)])
    await desk.interactions.go_on(slash("thing quiet"))
    assert len(desk.asked) == 1
    assert "was refused" in caplog.text


async def test_the_end_waits_for_what_is_under_way(arena: Arena) -> None:
    desk = Desk(arena)
    task = asyncio.create_task(desk.interactions.take(slash("thing quiet")))
    await asyncio.sleep(0)
    await desk.interactions.finish(5)
    assert task.done()
    assert desk.discord.asked == [CALLBACK, ORIGINAL]
    await desk.interactions.finish(0)
