"""Boards, words and notices on their way to Slack, and what is done when Slack does not take them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from support import StandingClock
from test_slack_present import CARD, CLUB

from bot.on_slack.answers import Answers
from bot.on_slack.files import Files
from bot.on_slack.presenter import READY_TRIES, SlackPresenter
from bot.on_slack.rest import Lost, Refused
from bot.presenting import Notice, Words
from engine.errors import CannotPost, PlatformDown
from engine.model import Person, Shown

HERE = Shown(channel="C0001", language="en")
POSTED = replace(HERE, message_id="1.0", thread_id="1.0", entry=1)
NOT_READY = Refused("chat.update", "invalid_blocks", details="invalid slack file [json-pointer:/blocks/2/slack_file]")


class FakeRest:
    """Notes every call; answers with what a test has put there, else as a Slack where all is well."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.answers: defaultdict[str, list[Any]] = defaultdict(list)
        self._number = 0

    async def call(self, _team: str, method: str, arguments: Mapping[str, Any], *, repeat: bool = True) -> Any:
        self.calls.append((method, arguments))
        await asyncio.sleep(0)
        if self.answers[method]:
            answer = self.answers[method].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self._number += 1
        message = {"thread_ts": arguments["thread_ts"]} if "thread_ts" in arguments else {}
        return {
            "ts": f"9.{self._number}",
            "channel": arguments.get("channel"),
            "message": message,
            "upload_url": "https://files.test",
            "file_id": f"F{self._number}",
        }

    async def upload(self, _address: str, content: bytes) -> None:
        self.calls.append(("upload", {"content": content}))

    def of(self, method: str) -> list[Mapping[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def picture(self, index: int = -1) -> str:
        shown = [call for call in self.calls if call[0] in {"chat.postMessage", "chat.update"}]
        return next((b["slack_file"]["id"] for b in shown[index][1]["blocks"] if b["type"] == "image"), "")


@pytest.fixture
def rest() -> FakeRest:
    return FakeRest()


@pytest.fixture
def presenter(rest: FakeRest) -> SlackPresenter:
    clock = StandingClock()
    answers = Answers(rest, Files(rest), clock)  # type: ignore[arg-type]
    return SlackPresenter(rest, answers, clock, {"T0001": "arena"})  # type: ignore[arg-type]


async def test_the_first_board_is_posted_with_its_picture(presenter: SlackPresenter, rest: FakeRest) -> None:
    shown = await presenter.board(CARD, HERE)
    assert [method for method, _ in rest.calls] == [
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
        "chat.postMessage",
    ]
    assert (shown.message_id, shown.thread_id, shown.entry) == ("9.3", "9.3", CARD.entry)
    assert rest.of("chat.postMessage")[0]["unfurl_links"] is False
    assert "channel_id" not in rest.of("files.completeUploadExternal")[0]


async def test_later_ones_edit_it(presenter: SlackPresenter, rest: FakeRest) -> None:
    shown = await presenter.board(CARD, HERE)
    first = rest.picture()
    shown = await presenter.board(replace(CARD, png=b"other"), shown)
    (edit,) = rest.of("chat.update")
    assert (edit["channel"], edit["ts"]) == ("C0001", shown.message_id)
    assert rest.picture() != first


async def test_a_superseded_picture_is_deleted_after_the_edit(presenter: SlackPresenter, rest: FakeRest) -> None:
    shown = await presenter.board(CARD, HERE)
    first = rest.picture()
    await presenter.board(replace(CARD, png=b"other"), shown)
    await asyncio.sleep(0)
    assert [call["file"] for call in rest.of("files.delete")] == [first]
    await presenter.close()
    assert [name for name, _ in rest.calls].index("files.delete") > [name for name, _ in rest.calls].index(
        "chat.update"
    )


async def test_the_same_picture_is_not_sent_twice(presenter: SlackPresenter, rest: FakeRest) -> None:
    shown = await presenter.board(CARD, HERE)
    rest.answers["chat.update"] = [PlatformDown("down")]
    with pytest.raises(PlatformDown):
        await presenter.board(replace(CARD, png=b"other"), shown)
    await presenter.board(replace(CARD, png=b"other", lines=("new",)), shown)
    assert len(rest.of("upload")) == 2
    assert rest.picture(-1) == rest.picture(-2)


async def test_a_picture_that_is_not_ready_is_waited_for(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.update"] = [NOT_READY, NOT_READY]
    await presenter.board(CARD, POSTED)
    assert len(rest.of("chat.update")) == 3
    assert len({rest.picture(index) for index in range(3)}) == 1


async def test_a_picture_that_never_is_leaves_a_board_of_text(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.update"] = [NOT_READY] * READY_TRIES
    await presenter.board(CARD, POSTED)
    assert len(rest.of("chat.update")) == READY_TRIES + 1
    assert rest.picture() == ""


async def test_without_the_scope_for_files_the_board_is_text(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["files.getUploadURLExternal"] = [Refused("files.getUploadURLExternal", "missing_scope", "files:write")]
    shown = await presenter.board(CARD, HERE)
    assert shown.message_id
    assert rest.picture() == ""


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_message_that_is_gone_is_posted_anew(presenter: SlackPresenter, rest: FakeRest, error: str) -> None:
    rest.answers["chat.update"] = [Refused("chat.update", error)]
    shown = await presenter.board(CARD, POSTED)
    assert shown.replaced == 1
    assert shown.message_id != POSTED.message_id
    assert shown.thread_id == shown.message_id
    assert rest.of("chat.postMessage")[0]["metadata"]["event_payload"] == {"key": f"board:{CARD.duel_id}:1"}
    assert rest.of("chat.delete") == [{"channel": "C0001", "ts": "1.0"}]


async def test_a_new_board_is_not_forgotten_when_the_old_one_cannot_be_taken_away(
    presenter: SlackPresenter, rest: FakeRest
) -> None:
    rest.answers["chat.update"] = [Refused("chat.update", "edit_window_closed")]
    rest.answers["chat.delete"] = [PlatformDown("busy")]
    assert (await presenter.board(CARD, POSTED)).replaced == 1


async def test_a_lost_post_is_looked_for(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut")]
    mine = {"ts": "5.0", "metadata": {"event_payload": {"key": f"board:{CARD.duel_id}:0"}}}
    rest.answers["conversations.history"] = [{"messages": [{"ts": "6.0"}, mine]}]
    assert (await presenter.board(CARD, HERE)).message_id == "5.0"
    assert len(rest.of("chat.postMessage")) == 1


async def test_what_could_not_be_looked_for_is_looked_for_next_time(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut")]
    rest.answers["conversations.history"] = [PlatformDown("busy")]
    with pytest.raises(PlatformDown):
        await presenter.board(CARD, HERE)
    mine = {"ts": "5.0", "metadata": {"event_payload": {"key": f"board:{CARD.duel_id}:0"}}}
    rest.answers["conversations.history"] = [{"messages": [mine]}]
    shown = await presenter.board(replace(CARD, lines=("Newer.",)), HERE)
    assert shown.message_id == "5.0"
    assert len(rest.of("chat.postMessage")) == 1
    # What had arrived was the older card.
    (edit,) = rest.of("chat.update")
    assert edit["ts"] == "5.0"
    assert "Newer." in str(edit["blocks"])


async def test_a_post_that_was_found_is_found_again_when_its_edit_fails(
    presenter: SlackPresenter, rest: FakeRest
) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut")]
    mine = {"ts": "5.0", "metadata": {"event_payload": {"key": f"board:{CARD.duel_id}:0"}}}
    rest.answers["conversations.history"] = [PlatformDown("busy"), {"messages": [mine]}, {"messages": [mine]}]
    rest.answers["chat.update"] = [PlatformDown("busy")]
    for _ in range(2):
        with pytest.raises(PlatformDown):
            await presenter.board(CARD, HERE)
    assert (await presenter.board(CARD, HERE)).message_id == "5.0"
    assert len(rest.of("chat.postMessage")) == 1


async def test_a_board_whose_record_could_not_be_attached_is_not_posted_again(
    presenter: SlackPresenter, rest: FakeRest
) -> None:
    over = replace(CARD, over=True, png=None, text_board="x", files=(("duel.json", "{}"),))
    rest.answers["files.getUploadURLExternal"] = [PlatformDown("busy")]
    with pytest.raises(PlatformDown):
        await presenter.board(over, HERE)
    assert (await presenter.board(over, HERE)).message_id
    assert len(rest.of("chat.postMessage")) == 1


async def test_a_post_that_did_not_arrive_is_made_again(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut")]
    rest.answers["conversations.history"] = [{"messages": [{"ts": "6.0"}]}]
    await presenter.board(CARD, HERE)
    assert len(rest.of("chat.postMessage")) == 2


async def test_who_may_not_look_posts_again_and_does_not_ask_twice(presenter: SlackPresenter, rest: FakeRest) -> None:
    for duel in ("a", "b"):
        rest.answers["chat.postMessage"] = [Lost("cut")]
        rest.answers["conversations.history"] = [Refused("conversations.history", "missing_scope")]
        await presenter.board(replace(CARD, duel_id=duel), HERE)
    assert len(rest.of("chat.postMessage")) == 4
    assert len(rest.of("conversations.history")) == 1


async def test_the_picture_of_a_copy_that_may_stand_somewhere_stays(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut")]
    shown = await presenter.board(CARD, HERE)
    await presenter.board(replace(CARD, png=b"other"), shown)
    await asyncio.sleep(0)
    assert rest.of("files.delete") == []


async def test_a_post_is_repeated_once_at_most(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [Lost("cut"), Lost("cut")]
    with pytest.raises(PlatformDown):
        await presenter.board(CARD, HERE)
    assert len(rest.of("chat.postMessage")) == 2


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
async def test_who_may_not_post_says_what_to_do(presenter: SlackPresenter, rest: FakeRest, error: str) -> None:
    rest.answers["chat.postMessage"] = [Refused("chat.postMessage", error)]
    with pytest.raises(CannotPost) as caught:
        await presenter.board(CARD, HERE)
    assert caught.value.text


async def test_at_the_end_the_files_come_into_the_thread_once(presenter: SlackPresenter, rest: FakeRest) -> None:
    over = replace(CARD, over=True, files=(("../chess.pgn", "1. e4"),))
    for _ in range(2):
        await presenter.board(over, POSTED)
    shares = [call for call in rest.of("files.completeUploadExternal") if "channel_id" in call]
    assert [(call["channel_id"], call["thread_ts"]) for call in shares] == [("C0001", "1.0")]
    assert rest.of("files.getUploadURLExternal")[1]["filename"] == "chess.pgn"


async def test_words_go_into_the_thread(presenter: SlackPresenter, rest: FakeRest) -> None:
    shown = await presenter.words(CARD, [Words(2, "White", "e4", "Hello"), Words(3, "Black", "e5", "Hi")], POSTED)
    (post,) = rest.of("chat.postMessage")
    assert post["thread_ts"] == "1.0"
    assert shown.told == 3


async def test_words_that_were_told_are_not_told_again(presenter: SlackPresenter, rest: FakeRest) -> None:
    many = [Words(number, "White", "e4", "x" * 2700) for number in range(1, 9)]
    rest.answers["chat.postMessage"] = [
        {"ts": "2.0", "message": {"thread_ts": "1.0"}},
        PlatformDown("down"),
    ]
    with pytest.raises(PlatformDown):
        await presenter.words(CARD, many, POSTED)
    told_before = str(rest.of("chat.postMessage")[0])
    rest.calls.clear()
    assert (await presenter.words(CARD, many, POSTED)).told == 8
    assert len(rest.of("chat.postMessage")) == 1
    assert f"duel:{CARD.duel_id}:1.0" in told_before
    assert f"duel:{CARD.duel_id}:1.0" not in str(rest.calls)


@pytest.mark.parametrize("error", ["thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"])
async def test_a_thread_that_is_gone_is_given_up(presenter: SlackPresenter, rest: FakeRest, error: str) -> None:
    rest.answers["chat.postMessage"] = [Refused("chat.postMessage", error)]
    assert (await presenter.words(CARD, [Words(2, "White", "e4", "Hello")], POSTED)).told == 2


async def test_words_that_landed_in_the_channel_are_taken_away(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [{"ts": "7.0", "message": {"ts": "7.0"}}]
    assert (await presenter.words(CARD, [Words(2, "White", "e4", "Hello")], POSTED)).told == 2
    assert rest.of("chat.delete") == [{"channel": "C0001", "ts": "7.0"}]


BOB = Person("p1", "slack", "T0001:U0BOB", "Bob")


async def test_a_notice_to_somebody_is_a_direct_message(presenter: SlackPresenter, rest: FakeRest) -> None:
    rest.answers["chat.postMessage"] = [{"ts": "3.0", "channel": "D0BOB"}]
    message_id = await presenter.notice(Notice(CLUB, "C0001", "key", "Come and play", to=BOB))
    assert rest.of("chat.postMessage")[0]["channel"] == "U0BOB"
    await presenter.retract("C0001", message_id)
    assert rest.of("chat.delete") == [{"channel": "D0BOB", "ts": "3.0"}]


async def test_somebody_who_takes_no_direct_messages_is_shown_it_in_the_channel(
    presenter: SlackPresenter, rest: FakeRest
) -> None:
    rest.answers["chat.postMessage"] = [Refused("chat.postMessage", "messages_tab_disabled")]
    assert await presenter.notice(Notice(CLUB, "C0001", "key", "Come and play", to=BOB)) == ""
    (shown,) = rest.of("chat.postEphemeral")
    assert (shown["channel"], shown["user"]) == ("C0001", "U0BOB")
    assert "metadata" not in shown


async def test_a_notice_to_all_is_a_message_that_can_be_taken_away(presenter: SlackPresenter, rest: FakeRest) -> None:
    message_id = await presenter.notice(Notice(CLUB, "C0001", "key", "Hello"))
    rest.answers["chat.delete"] = [Refused("chat.delete", "message_not_found")]
    await presenter.retract("C0001", message_id)
    assert rest.of("chat.delete") == [{"channel": "C0001", "ts": "9.1"}]
