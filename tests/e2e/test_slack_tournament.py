"""A tournament on Slack: one live message, its duels' boards as the replies to it, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord_support import Quick
from loopback_slack import TEAM, Faults, LoopbackSlack, Message
from slack_support import Bot, loopback, running_bot
from support import arena_over

from bot.on_slack.manifest import OPTIONAL_SCOPES, SCOPES
from engine.arena.tournament.announced import Announced
from engine.model import Community, Spoken
from engine.ports import Answer, Chosen, MoveRequest, MoveSource

PLAYERS = ("x/a", "x/b", "x/c")


class Held(Quick):
    """A quick player that waits for its gate before each move."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def choose(self, request: MoveRequest) -> Answer:
        await self.gate.wait()
        return await super().choose(request)


class Second(Quick):
    """A quick player that waits for one gate in the first duel that it hears of, and for another in all others."""

    def __init__(self) -> None:
        self.seen: dict[str, None] = {}
        self.first, self.others = asyncio.Event(), asyncio.Event()

    async def choose(self, request: MoveRequest) -> Answer:
        self.seen.setdefault(request.duel_id)
        await (self.first if request.duel_id == next(iter(self.seen)) else self.others).wait()
        return await super().choose(request)


class Talking(Quick):
    """A quick player that says something with each move."""

    async def choose(self, request: MoveRequest) -> Answer:
        chosen = await super().choose(request)
        assert isinstance(chosen, Chosen)
        return replace(chosen, spoken=Spoken("So be it.", 10, 2, 5))


def release(held: Mapping[str, Held]) -> None:
    for player in held.values():
        player.gate.set()


class Cup:
    """A workspace that hosts a tournament; an admin makes it."""

    def __init__(self, slack: LoopbackSlack, bot: Bot) -> None:
        self.slack, self.bot = slack, bot
        self.host = slack.workspace.add_user("host", admin=True)

    async def type(self, text: str) -> str:
        done = await self.slack.slash(self.host, self.slack.general, "/tournament", text)
        return (await done.reply()).says

    async def begin(self, more: str = "", players: Sequence[str] = PLAYERS) -> None:
        """Make it, enter everybody and start; the answers are gone from the channel."""
        await self.type(f"create Cup round_robin tic_tac_toe {more}".strip())
        for player in players:
            await self.type(f"add {player}")
        assert "begins" in await self.type("start sure:yes")
        for message in self.slack.general.messages:
            if message.by_response_url:
                message.deleted = True

    @property
    def standing(self) -> list[Message]:
        return [one for one in self.slack.general.messages if not one.by_response_url]

    async def live(self, part: str) -> Message:
        """The live message once it says ``part``."""

        def found() -> Message | None:
            return next((one for one in reversed(self.standing) if part in one.says and is_live(one)), None)

        message = await self.bot.until(found, 30, f"for a live message with {part}")
        assert isinstance(message, Message)
        return message

    async def announced(self) -> Announced:
        return (await self.bot.arena.tournaments.records.find(Community("slack", TEAM), "last")).announced

    @property
    def boards(self) -> list[Message]:
        """Those that stand in threads."""
        return [one for one in self.slack.general.everything if one.thread_ts and one.alts and not one.deleted]

    async def over(self, boards: int = 6) -> Message:
        """Wait for the end's own message, and until so many duels are shown to their ends."""

        def found() -> Message | None:
            return next((one for one in self.standing if "It is over." in one.says and not is_live(one)), None)

        end = await self.bot.until(found, 60, "for the end")
        await self.live("It is over.")
        await self.bot.until(
            lambda: len(self.boards) == boards and all("Length:" in one.says for one in self.boards), 60
        )
        assert isinstance(end, Message)
        return end


def is_live(message: Message) -> bool:
    return str(((message.metadata or {}).get("event_payload") or {}).get("key")).startswith("live:")


@asynccontextmanager
async def cup(
    folder: Path, players: Mapping[str, MoveSource] | None = None, *, may_fail: bool = False, **more: Any
) -> AsyncIterator[Cup]:
    quick = {name: Quick() for name in PLAYERS}
    async with loopback(**more) as slack, running_bot(slack, folder, players or quick, may_fail=may_fail) as bot:
        yield Cup(slack, bot)


async def test_one_live_message_whose_replies_are_the_boards_and_the_end(tmp_path: Path) -> None:
    async with cup(tmp_path, {name: Talking() for name in PLAYERS}) as here:
        await here.begin()
        end = await here.over()
        live = await here.live("It is over.")
        assert here.standing == [live, end]
        assert "Standings" in live.says
        assert live.labels == ["Standings"]
        assert len(live.replies) == 6, "a board a duel: no words, no files"
        assert all("Length:" in board.says for board in live.replies)
        places = sorted(line for board in live.replies for line in board.says.splitlines() if line.startswith("Round "))
        assert places == [f"Round {number}, table 1" for number in (1, 1, 2, 2, 3, 3)]
        assert here.slack.workspace.violations == []
        assert here.slack.workspace.calls["chat.postMessage"] == 8


async def test_many_boards_at_once_in_one_thread_keep_slacks_limits_and_the_end_does_not_wait_for_them(
    tmp_path: Path,
) -> None:
    many = [f"x/{letter}" for letter in "abcdefgh"]
    # At this speed a machine that halts for 0.2 s bunches four turns that are a second apart, beside the usual three.
    async with cup(tmp_path, {name: Quick() for name in many}, channel_burst=3 + 4) as here:
        await here.begin("at-once:28", many)
        end = await here.over(56)
        live = await here.live("It is over.")
        assert here.standing == [live, end]
        assert len(live.replies) == 56
        assert len(live.versions) <= 30, "a round and a result at most, those of a moment together"
        # None at the machine's leisure. Whatever halts it for longer than that may cost one; without pace it is twenty.
        assert here.slack.limited.total() <= 2


async def test_a_board_in_the_thread_is_edited_in_place(tmp_path: Path) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(tmp_path, held) as here:
        await here.begin("at-once:1")
        live = await here.live("being played")
        (board,) = await here.bot.until(lambda: live.replies, 20)
        assert here.standing == [live]
        release(held)
        await here.over()
        assert live.replies[0] is board
        assert "Length:" in board.says


async def test_without_threads_no_duel_is_shown(tmp_path: Path) -> None:
    async with cup(tmp_path) as here:
        await here.begin("threads:no")
        end = await here.over(0)
        live = await here.live("It is over.")
        assert here.standing == [live, end]
        assert live.replies == []


async def test_a_deleted_live_message_is_posted_again_and_no_board_stays_in_the_channel(tmp_path: Path) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(tmp_path, held) as here:
        await here.begin("at-once:1")
        first = await here.live("being played")
        await here.bot.until(lambda: first.replies, 20)
        first.replies[0].deleted = True
        here.slack.delete(first)
        release(held)
        end = await here.over()
        live = await here.live("It is over.")
        assert live is not first
        assert sorted(here.standing, key=lambda one: one.ts) == sorted([live, end], key=lambda one: one.ts)
        assert len(live.replies) >= 4
        assert all(not one.alts for one in here.standing)


@pytest.mark.parametrize("strict", [False, True])
async def test_it_is_posted_again_for_a_board_alone_which_then_stands_within_it(tmp_path: Path, strict: bool) -> None:
    """The second game of a match begins: no entry of the tournament's log says so, and the game may take long."""
    player = Second()
    async with cup(tmp_path, dict.fromkeys(PLAYERS, player), may_fail=True) as here:
        here.slack.workspace.strict_threads = strict
        await here.begin("at-once:1")
        first = await here.live("being played")
        (board,) = await here.bot.until(lambda: first.replies, 20)
        board.deleted = True
        here.slack.delete(first)
        player.first.set()
        live = await here.live("being played")
        await here.bot.until(lambda: len(live.replies) == 2, 20, "for both boards")
        assert len(player.seen) == 2, "nobody has moved in the second"
        assert here.standing == [live]
        strays = [one for one in here.slack.general.everything if one.alts and not one.thread_ts]
        assert len(strays) <= (0 if strict else 2), "how Slack tells that the message is gone"
        assert all(one.deleted for one in strays)
        player.others.set()


async def test_where_messages_cannot_be_edited_for_long_it_is_posted_anew(tmp_path: Path) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(tmp_path, held) as here:
        here.slack.workspace.edit_window_seconds = 3000
        await here.begin()
        first = await here.live("being played")
        here.slack.pass_seconds(3600)
        release(held)
        end = await here.over()
        live = await here.live("It is over.")
        await here.bot.until(lambda: first.deleted)
        assert sorted(here.standing, key=lambda one: one.ts) == sorted([live, end], key=lambda one: one.ts)


async def test_a_bad_day_makes_no_message_twice(tmp_path: Path) -> None:
    faults = Faults(3, 0.1)
    scopes = frozenset({*SCOPES, *OPTIONAL_SCOPES})  # who may read a channel finds what was lost on its way
    async with cup(tmp_path, faults=faults, scopes=scopes, may_fail=True) as here:
        await here.begin()
        end = await here.over()
        live = await here.live("It is over.")
        assert faults.happened.total() > 3
        assert here.standing == [live, end]
        assert len(live.replies) == 6


async def test_a_post_that_is_given_up_while_it_is_under_way_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot._tournament_notice.SHOWING_SECONDS", 0.3)
    async with cup(tmp_path, scopes=frozenset({*SCOPES, *OPTIONAL_SCOPES}), may_fail=True) as here:
        rest = here.bot.chat._presenters["slack"]._rest  # type: ignore[attr-defined]
        real, cut = rest.call, asyncio.Event()

        async def call(team: str, method: str, arguments: Mapping[str, Any], **more: Any) -> Any:
            answer = await real(team, method, arguments, **more)
            if method == "chat.postMessage" and not cut.is_set():
                cut.set()
                await asyncio.Event().wait()
            return answer

        rest.call = call
        await here.begin()
        end = await here.over()
        assert cut.is_set()
        assert here.standing == [await here.live("It is over."), end]


@pytest.mark.parametrize("when", ["before it is posted", "before it is stored"])
async def test_a_crash_around_the_post_repeats_it_once_at_most(tmp_path: Path, when: str) -> None:
    held = {name: Held() for name in PLAYERS}
    async with loopback() as slack:
        async with running_bot(slack, tmp_path, held) as bot:
            here = Cup(slack, bot)
            presenter = bot.chat._presenters["slack"]
            real, reached = presenter.live, asyncio.Event()

            async def dies(*arguments: Any) -> Any:
                if when == "before it is stored":
                    await real(*arguments)
                reached.set()
                await asyncio.Event().wait()

            presenter.live = dies  # type: ignore[method-assign]
            await here.begin()
            await reached.wait()
            assert (await here.announced()).live.message_id == ""
            for task in [*bot.chat.announcing._tasks]:
                task.cancel()
        posted = [one for one in here.standing if is_live(one)]
        assert len(posted) == (1 if when == "before it is stored" else 0)
        release(held)
        async with arena_over(
            tmp_path / "arena.sqlite3"
        ) as between:  # whoever starts next ends the leases of who is dead
            await between.context.store.release([between.context.worker])
        async with running_bot(slack, tmp_path, held) as bot:
            here = Cup(slack, bot)
            slack.pass_seconds(61)
            end = await here.over()
            live = await here.live("It is over.")
            others = [one for one in here.standing if one not in (live, end)]
            assert others == posted, "at most one repeat a kill"
            assert len(live.replies) == 6
