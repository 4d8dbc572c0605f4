"""Boards that are edited in place, words in threads, notices, later answers; and what Discord refuses of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from discord_payloads import ScriptedDiscord, refused
from support import StandingClock
from test_discord_present import CARD, CLUB

from bot.commands import Reply
from bot.on_discord.presenter import DiscordPresenter, answer_to
from bot.on_discord.rest import Rest
from bot.presenting import Notice, Presenter, Words
from engine.errors import CannotPost, PlatformDown
from engine.model import Shown

HOUR_MS = 3_600_000
POST, EDIT, DELETE, THREAD = (
    "POST /channels/5/messages",
    "PATCH /channels/5/messages/7",
    "DELETE /channels/5/messages/7",
    "POST /channels/5/messages/7/threads",
)


class Stage:
    """A presenter before a Discord that answers from a script."""

    def __init__(self, **answers: list[Any]) -> None:
        self.discord = ScriptedDiscord(**answers)
        self.clock = StandingClock()
        self.presenter: Presenter = DiscordPresenter(Rest(self.discord), self.clock)
        self.shown = Shown(channel="5", message_id="7", posted_ms=self.clock.now_ms(), entry=2)


def test_it_is_discord() -> None:
    assert Stage().presenter.platform == "discord"


async def test_a_board_is_posted_once_and_edited_after() -> None:
    stage = Stage()
    posted = await stage.presenter.board(CARD, Shown(channel="5"))
    assert posted == Shown(channel="5", message_id="901", posted_ms=stage.clock.now_ms(), entry=3)
    assert stage.discord.last["enforce_nonce"] is True
    edited = await stage.presenter.board(replace(CARD, entry=4), posted)
    assert edited == replace(posted, entry=4)
    assert stage.discord.asked == [POST, "PATCH /channels/5/messages/901"]
    assert "nonce" not in stage.discord.last


async def test_a_post_that_is_repeated_has_the_same_nonce_and_a_new_message_another() -> None:
    stage = Stage()
    nonces = []
    for shown in (Shown(channel="5"), Shown(channel="5", entry=9), Shown(channel="5", replaced=1)):
        await stage.presenter.board(CARD, shown)
        nonces.append(stage.discord.last["nonce"])
    assert nonces[0] == nonces[1] != nonces[2]


async def test_an_old_board_is_posted_anew_and_taken_away() -> None:
    stage = Stage()
    stage.clock.pass_seconds(3600)
    shown = await stage.presenter.board(CARD, replace(stage.shown, thread_id="7"))
    assert stage.discord.asked == [POST, DELETE]
    assert shown == Shown("5", "", "901", "7", stage.clock.now_ms(), 3, replaced=1)


async def test_an_old_board_that_cannot_be_taken_away_stays() -> None:
    stage = Stage(DELETE=[refused(50013, 403)])
    stage.clock.pass_seconds(3600)
    assert (await stage.presenter.board(CARD, stage.shown)).message_id == "901"


@pytest.mark.parametrize(("code", "status", "then"), [(10008, 404, []), (30046, 429, [DELETE]), (50083, 400, [])])
async def test_a_board_that_takes_no_edit_is_posted_anew(code: int, status: int, then: list[str]) -> None:
    stage = Stage(PATCH=[refused(code, status)])
    shown = await stage.presenter.board(CARD, stage.shown)
    assert (shown.message_id, shown.replaced) == ("902", 1)
    assert stage.discord.asked == [EDIT, POST, *then]


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (10003, 404, "gone"),
        (50001, 403, "View Channel"),
        (50013, 403, "Embed Links"),
        (0, 403, "Create Public Threads"),
    ],
)
@pytest.mark.parametrize("verb", ["PATCH", "POST"])
async def test_what_must_be_granted_is_said(code: int, status: int, words: str, verb: str) -> None:
    stage = Stage(**{verb: [refused(code, status)]})
    with pytest.raises(CannotPost, match=words):
        await stage.presenter.board(CARD, stage.shown if verb == "PATCH" else Shown(channel="5"))


@pytest.mark.parametrize("error", [PlatformDown("cut"), refused(0, 503), refused(50035, 400)])
async def test_whatever_else_fails_is_tried_again_later(error: Exception) -> None:
    with pytest.raises(PlatformDown):
        await Stage(PATCH=[error]).presenter.board(CARD, Stage().shown)


def _said(*entries: int) -> Iterator[Words]:
    return (Words(entry, "Black", "e5", "x" * 1900) for entry in entries)


async def test_words_go_to_a_thread_that_is_made_once() -> None:
    stage = Stage(threads=[{"id": "7"}])
    shown = await stage.presenter.words(CARD, list(_said(3)), stage.shown)
    assert shown == replace(stage.shown, thread_id="7", told=3)
    assert await stage.presenter.words(CARD, list(_said(4)), shown) == replace(shown, told=4)
    assert stage.discord.asked == [THREAD, "POST /channels/7/messages", "POST /channels/7/messages"]
    assert stage.discord.calls[0][1] == {"name": "Chess: Ann – engine/novice", "auto_archive_duration": 1440}


async def test_a_thread_that_is_there_already_is_used() -> None:
    stage = Stage(threads=[refused(160004, 400)])
    assert (await stage.presenter.words(CARD, list(_said(3)), stage.shown)).thread_id == "7"


async def test_no_words_ask_for_nothing() -> None:
    stage = Stage()
    assert await stage.presenter.words(CARD, [], stage.shown) == stage.shown
    assert stage.discord.asked == []


@pytest.mark.parametrize(("code", "status"), [(50013, 403), (50024, 400), (10003, 404), (10008, 404)])
async def test_where_threads_are_not_allowed_words_are_given_up(code: int, status: int) -> None:
    stage = Stage(threads=[refused(code, status)])
    shown = await stage.presenter.words(CARD, list(_said(3)), stage.shown)
    assert shown == replace(stage.shown, told=3)
    shown = await stage.presenter.words(CARD, list(_said(4)), shown)
    assert (shown.thread_id, shown.told) == ("", 4)
    assert stage.discord.asked == [THREAD]


async def test_a_deleted_thread_is_given_up() -> None:
    stage = Stage(POST=[refused(10003)])
    shown = await stage.presenter.words(CARD, list(_said(3)), replace(stage.shown, thread_id="7"))
    assert (shown.thread_id, shown.told) == ("", 3)
    assert (await stage.presenter.words(CARD, list(_said(4)), shown)).told == 4
    assert stage.discord.asked == ["POST /channels/7/messages"]


async def test_after_a_failure_only_what_is_missing_is_told() -> None:
    stage = Stage(POST=[{"id": "1"}, PlatformDown("cut")])
    shown = replace(stage.shown, thread_id="7", told=2)
    with pytest.raises(PlatformDown):
        await stage.presenter.words(CARD, list(_said(3, 4)), shown)
    assert (await stage.presenter.words(CARD, list(_said(3, 4)), shown)).told == 4
    nonces = [payload["nonce"] for _, payload in stage.discord.calls]
    assert nonces[1] == nonces[2] != nonces[0]
    assert len(nonces) == 3


async def test_a_notice_is_posted_and_taken_away() -> None:
    stage = Stage()
    message_id = await stage.presenter.notice(Notice(CLUB, "5", "k", "Ann challenges you."))
    await stage.presenter.retract("5", message_id)
    assert stage.discord.asked == [POST, f"DELETE /channels/5/messages/{message_id}"]


@pytest.mark.parametrize("code", [10008, 10003])
async def test_a_notice_that_is_gone_is_taken_away(code: int) -> None:
    stage = Stage(DELETE=[refused(code)])
    await stage.presenter.retract("5", "7")
    assert stage.discord.asked == [DELETE]


async def test_a_notice_that_may_not_be_posted_says_so() -> None:
    with pytest.raises(CannotPost):
        await Stage(POST=[refused(50001, 403)]).presenter.notice(Notice(CLUB, "5", "k", "Hello."))


async def test_a_later_answer_replaces_the_first() -> None:
    stage = Stage()
    await stage.presenter.answer(answer_to("1", "tok", public=False), Reply("Declined."))
    assert stage.discord.asked == ["PATCH /webhooks/1/tok/messages/@original"]


@pytest.mark.parametrize(
    ("private", "asked"), [(True, "POST /webhooks/1/tok"), (False, "PATCH /webhooks/1/tok/messages/@original")]
)
async def test_what_is_private_does_not_replace_what_is_public(private: bool, asked: str) -> None:
    stage = Stage()
    await stage.presenter.answer(answer_to("1", "tok", public=True), Reply("Declined.", private=private))
    assert stage.discord.asked == [asked]
    assert stage.discord.last.get("flags") == (64 if private else None)


@pytest.mark.parametrize(("code", "status"), [(50027, 401), (10015, 404), (10008, 404), (10062, 404)])
async def test_an_answer_that_comes_too_late_is_nothing(code: int, status: int) -> None:
    stage = Stage(PATCH=[refused(code, status)])
    await stage.presenter.answer(answer_to("1", "tok", public=False), Reply("Declined."))
    assert len(stage.discord.asked) == 1


async def test_an_answer_that_fails_otherwise_is_tried_again() -> None:
    with pytest.raises(PlatformDown):
        await Stage(PATCH=[refused(0, 502)]).presenter.answer(answer_to("1", "tok", public=False), Reply("Declined."))


async def test_duels_without_a_thread_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.on_discord.presenter._KEPT", 1)
    stage = Stage(threads=[refused(50013, 403) for _ in range(3)])
    for duel_id in ("a", "b", "a"):
        await stage.presenter.words(replace(CARD, duel_id=duel_id), list(_said(3)), stage.shown)
    assert stage.discord.asked == [THREAD, THREAD, THREAD]


async def test_a_post_whose_nonce_was_used_already_is_brought_up_to_date() -> None:
    stage = Stage(POST=[{"id": "7", "embeds": [{"title": "What stood there then"}]}])
    shown = await stage.presenter.board(CARD, Shown(channel="5"))
    assert shown == replace(stage.shown, entry=3)
    assert stage.discord.asked == [POST, EDIT]


async def test_a_post_that_was_deleted_meanwhile_is_posted_anew() -> None:
    stage = Stage(POST=[{"id": "7"}], PATCH=[refused(10008)])
    shown = await stage.presenter.board(CARD, Shown(channel="5"))
    assert (shown.message_id, shown.replaced) == ("903", 1)
    assert stage.discord.asked == [POST, EDIT, POST]


async def test_a_locked_thread_is_no_place_for_a_board() -> None:
    stage = Stage(POST=[refused(50083, 400)])
    with pytest.raises(CannotPost, match="locked"):
        await stage.presenter.board(CARD, Shown(channel="5"))
