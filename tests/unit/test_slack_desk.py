"""From what is asked in Slack to an answer: people, forms, private and public answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hostile import HOSTILE
from support import StandingClock, arena_over, start
from test_slack_parse import handed_in, slash

from bot.commands import Invocation, Picture, Reply
from bot.on_slack import parse
from bot.on_slack.answers import LIFE_MS, MOST_USES, TRIES, Address, Answers
from bot.on_slack.desk import Desk
from bot.on_slack.files import Files
from bot.on_slack.members import KEPT_MS, Facts, Members, read
from bot.on_slack.rest import Refused
from engine.arena import Arena
from engine.errors import PlatformDown
from engine.model import Community, Role

URL = "https://hooks.slack.test/commands/1"
TEAM = "T0001"


@dataclass
class FakeRest:
    """A Slack that knows people, opens forms and takes answers."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    refuses: int = 0

    async def call(self, _team: str, method: str, arguments: Mapping[str, Any], *, repeat: bool = True) -> Any:
        self.calls.append((method, arguments))
        if method in self.refused:
            raise Refused(method, "expired_trigger_id")
        if method == "users.info":
            if arguments["user"] not in self.users:
                raise PlatformDown("no answer")
            return {"user": self.users[arguments["user"]]}
        return {"ts": "1.0", "channel": "D0001", "upload_url": "https://files.test", "file_id": "F1"}

    async def respond(self, address: str, payload: Mapping[str, Any]) -> bool:
        self.said.append((address, payload))
        self.refuses -= 1
        return self.refuses < 0 and "response_url" not in self.refused

    async def upload(self, _address: str, content: bytes) -> None:
        self.calls.append(("upload", {"content": content}))

    def of(self, method: str) -> list[Mapping[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]


class Counter:
    """A Slack, a desk, and what the commands behind it were asked."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.clock = arena.context.clock
        self.rest = FakeRest({"U0ANN": {"name": "ann", "locale": "de-DE"}, "U0BOB": {"name": "bob"}})
        self.asked: list[Invocation] = []
        self.reply = Reply("Done.")
        rest: Any = self.rest
        self.answers = Answers(rest, Files(rest), self.clock)
        self.members = Members(rest, arena.people, self.clock)
        self.desk = Desk(rest, arena, self.members, self.answers, self._answer)

    async def _answer(self, invocation: Invocation) -> Reply:
        self.asked.append(invocation)
        return self.reply


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    async with arena_over() as arena:
        yield Counter(arena)


async def test_a_command_is_run_for_the_person_who_typed_it(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("start tic_tac_toe me engine/random")))
    (asked,) = counter.asked
    assert asked.community == Community("slack", TEAM)
    assert (asked.command, asked.verb, asked.channel, asked.locale) == ("duel", "start", "C0001", "de-DE")
    assert (asked.member.name, asked.member.platform_id) == ("ann", "T0001:U0ANN")
    assert asked.role is Role.MEMBER
    assert asked.request_id == "slack:T0001:slash:13345224609.738474920"


async def test_it_is_answered_privately_and_leaves_the_message_alone(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("list")))
    ((address, said),) = counter.rest.said
    assert address == URL
    assert (said["response_type"], said["replace_original"], said["text"]) == ("ephemeral", False, "Done.")


async def test_a_public_reply_is_for_the_channel(counter: Counter) -> None:
    counter.reply = Reply("Ann resigned.", private=False)
    await counter.desk.handle(parse.slash(slash("list")))
    assert counter.rest.said[0][1]["response_type"] == "in_channel"


async def test_an_url_that_fails_is_replaced_by_a_message_only_they_see(counter: Counter) -> None:
    counter.rest.refused.add("response_url")
    await counter.desk.handle(parse.slash(slash("list")))
    (shown,) = counter.rest.of("chat.postEphemeral")
    assert (shown["channel"], shown["user"], shown["text"]) == ("C0001", "U0ANN", "Done.")


async def test_a_later_answer_comes_by_the_same_address_while_it_lives(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("list")))
    answer_to = counter.asked[0].answer_to
    await counter.answers.later(answer_to, Reply("Later."))
    assert [said["text"] for _, said in counter.rest.said] == ["Done.", "Later."]
    assert isinstance(counter.clock, StandingClock)
    counter.clock.pass_seconds(LIFE_MS / 1000)
    await counter.answers.later(answer_to, Reply("Too late."))
    assert len(counter.rest.said) == 2
    assert counter.rest.of("chat.postEphemeral") == []


async def test_an_address_is_used_five_times_at_most(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("list")))
    for number in range(MOST_USES + 2):
        await counter.answers.later(counter.asked[0].answer_to, Reply(f"Answer {number}."))
    assert len(counter.rest.said) == MOST_USES
    assert len(counter.rest.of("chat.postEphemeral")) == 3


@pytest.mark.parametrize("answer_to", ["", "nonsense", "{}", "[]", '{"team": "T"}'])
async def test_an_address_that_is_none_of_ours_is_nobody(counter: Counter, answer_to: str) -> None:
    await counter.answers.later(answer_to, Reply("Hello."))
    assert counter.rest.said == []


def test_an_address_comes_back_as_it_went() -> None:
    address = Address(TEAM, "U0ANN", "C0001", URL, 5, "de", "1.0")
    assert Address.decode(address.encode()) == address
    assert URL not in repr(address)


async def test_a_private_file_is_a_direct_message(counter: Counter) -> None:
    counter.reply = Reply("The duel as pgn:", file=("chess.pgn", "1. e4"))
    await counter.desk.handle(parse.slash(slash("list")))
    assert counter.rest.of("chat.postMessage")[0]["channel"] == "U0ANN"
    (shared,) = counter.rest.of("files.completeUploadExternal")
    assert shared["channel_id"] == "D0001"
    assert counter.rest.of("upload") == [{"content": b"1. e4"}]


PICTURED = Reply("Who is how good", private=False, picture=Picture("leaderboard.png", b"png", "Ann leads"))


def images(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [block for block in said["blocks"] if block["type"] == "image"]


async def test_a_public_answer_shows_its_picture_with_its_words(counter: Counter) -> None:
    counter.reply = PICTURED
    await counter.desk.handle(parse.slash(slash("list")))
    ((_, said),) = counter.rest.said
    assert images(said) == [{"type": "image", "slack_file": {"id": "F1"}, "alt_text": "Ann leads"}]
    (wanted,) = counter.rest.of("files.getUploadURLExternal")
    assert (wanted["filename"], wanted["alt_txt"]) == ("leaderboard.png", "Ann leads")
    assert counter.rest.of("upload") == [{"content": b"png"}]
    (done,) = counter.rest.of("files.completeUploadExternal")
    assert "channel_id" not in done


async def test_a_private_answer_leaves_nothing_on_slack(counter: Counter) -> None:
    counter.reply = replace(PICTURED, private=True)
    await counter.desk.handle(parse.slash(slash("list")))
    assert counter.rest.of("upload") == []
    assert images(counter.rest.said[0][1]) == []


async def test_without_the_right_to_upload_the_answer_is_text(counter: Counter) -> None:
    counter.rest.refused.add("files.getUploadURLExternal")
    counter.reply = PICTURED
    await counter.desk.handle(parse.slash(slash("list")))
    ((_, said),) = counter.rest.said
    assert (said["text"], images(said)) == ("Who is how good", [])


async def test_a_picture_that_is_not_ready_is_waited_for_and_then_left_out(counter: Counter) -> None:
    counter.rest.refuses = TRIES
    counter.reply = PICTURED
    began = counter.clock.now_ms()
    await counter.desk.handle(parse.slash(slash("list")))
    assert [len(images(said)) for _, said in counter.rest.said] == [1] * TRIES + [0]
    assert counter.rest.of("chat.postEphemeral") == []
    assert 1000 <= counter.clock.now_ms() - began <= 3000


async def test_mentions_are_people(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("start chess <@U0BOB|bob> me")))
    (asked,) = counter.asked
    assert asked.options["first"] == "<@U0BOB>"
    assert asked.mentioned["<@U0BOB>"].name == "bob"


async def test_a_name_that_slack_does_not_tell_is_not_made_up_for_who_is_known(counter: Counter) -> None:
    ann = await counter.members.person(TEAM, "U0ANN")
    counter.rest.users.clear()
    assert isinstance(counter.clock, StandingClock)
    counter.clock.pass_seconds(KEPT_MS / 1000)
    assert (await counter.members.person(TEAM, "U0ANN")).name == ann.name
    restarted = Counter(counter.arena)
    restarted.rest.users.clear()
    assert (await restarted.members.person(TEAM, "U0ANN")).name == ann.name
    assert (await restarted.members.person(TEAM, "U0EVE")).name == "member"


async def test_slack_is_asked_of_a_person_once_in_ten_minutes(counter: Counter) -> None:
    for _ in range(5):
        await counter.desk.handle(parse.slash(slash("list")))
    assert len(counter.rest.of("users.info")) == 1
    assert counter.rest.of("users.info")[0]["include_locale"] is True


async def test_no_name_keeps_anybody_from_a_command(counter: Counter) -> None:
    for number, name in enumerate(HOSTILE):
        user = f"U0H{number}"
        counter.rest.users[user] = {"name": name, "profile": {"display_name": name}}
        assert (await counter.members.person(TEAM, user)).name


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"name": "a"}, Role.MEMBER),
        ({"name": "a", "is_admin": True}, Role.MODERATOR),
        ({"name": "a", "is_owner": True, "team_id": TEAM}, Role.MODERATOR),
        ({"name": "a", "is_primary_owner": True}, Role.MODERATOR),
        ({"name": "a", "is_admin": True, "team_id": "T0ELSE"}, Role.MEMBER),
        ({"name": "a", "is_admin": True, "is_stranger": True}, Role.MEMBER),
    ],
)
def test_admins_moderate_their_own_workspace(user: dict[str, Any], role: Role) -> None:
    assert read(user, TEAM).role is role


def test_people_are_called_what_they_chose() -> None:
    profile = {"display_name": "Annie", "real_name": "Ann Lee"}
    assert read({"name": "ann", "profile": profile}, TEAM).name == "Annie"
    assert read({"name": "ann", "profile": {**profile, "display_name": ""}}, TEAM).name == "Ann Lee"
    assert read({}, TEAM) == Facts()


async def test_a_form_opens_in_its_persons_language(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("start")))
    (opened,) = counter.rest.of("views.open")
    assert opened["trigger_id"] == "13345224609.738474920"
    assert opened["view"]["title"]["text"] == "/duel start"
    assert counter.asked == []


async def test_a_form_that_is_late_is_excused(counter: Counter) -> None:
    counter.rest.refused.add("views.open")
    await counter.desk.handle(parse.slash(slash("start")))
    assert len(counter.rest.said) == 1


async def test_a_slip_is_told_to_the_asker_alone(counter: Counter) -> None:
    await counter.desk.handle(parse.slash(slash("strat")))
    assert counter.rest.said[0][1]["response_type"] == "ephemeral"
    assert "start" in counter.rest.said[0][1]["text"]


async def test_what_fails_is_logged_and_does_not_fall_out(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Invocation) -> Reply:
        raise ValueError("broken")

    counter.desk._answer = broken
    await counter.desk.handle(parse.slash(slash("list")))
    assert "failed" in caplog.text
    assert URL not in caplog.text


def test_the_same_request_is_new_once(counter: Counter) -> None:
    assert [counter.desk.is_new(name) for name in ("a", "b", "a")] == [True, True, False]


async def test_the_message_menu_finds_the_duel_of_a_thread(counter: Counter) -> None:
    head = await start(
        counter.arena, "tic_tac_toe", "engine/random", "engine/random", community=Community("slack", TEAM)
    )
    shown = replace(head.shown, channel="C0001", message_id="5.0", thread_id="5.0")
    await counter.arena.context.store.show(head.duel_id, shown)
    asker = parse.slash(slash("list")).asker
    for thread, found in (("5.0", head.duel_id), ("6.0", "")):
        await counter.desk.handle(parse.Here(asker, "", "9.0", thread))
        kept = json.loads(counter.rest.of("views.open")[-1]["view"]["private_metadata"])
        assert kept["duel"] == found


async def test_players_and_games_are_offered(counter: Counter) -> None:
    games = await counter.desk.suggestions(parse.Typing(TEAM, "games", "tic", ""), "U0BOB")
    assert [option["value"] for option in games] == ["tic_tac_toe"]
    players = await counter.desk.suggestions(parse.Typing(TEAM, "players", "", "tic_tac_toe"), "U0BOB")
    assert "engine/random" in [option["value"] for option in players]


async def test_a_form_is_answered_where_it_was_opened(counter: Counter) -> None:
    body = handed_in({"move": {"value": "5"}}, command="duel", verb="move", options={"duel": "d1"}, url=URL)
    await counter.desk.handle(parse.submitted(body))
    assert counter.asked[0].options == {"duel": "d1", "move": "5"}
    assert counter.rest.said[0][0] == URL
