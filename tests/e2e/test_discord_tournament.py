"""A tournament on Discord: one live message, a thread for each duel, and nothing else in the channel but its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord_support import Bot, Club, Quick, brisk_buckets, running_bot
from loopback_discord import Faults, LoopbackDiscord, Message, Permission, User
from support import arena_over

from bot.on_discord.rest import Refused
from engine.arena.tournament.announced import Announced
from engine.model import Community, Spoken
from engine.ports import Answer, Chosen, MoveRequest

HOUR = 3600
PLAYERS = ("x/a", "x/b", "x/c")
THREAD = "POST /channels/{channel}/messages/{message}/threads"


class Held(Quick):
    """A quick player that waits for its gate before each move."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def choose(self, request: MoveRequest) -> Answer:
        await self.gate.wait()
        return await super().choose(request)


class Talking(Quick):
    """A quick player that says something with each move."""

    async def choose(self, request: MoveRequest) -> Answer:
        chosen = await super().choose(request)
        assert isinstance(chosen, Chosen)
        return replace(chosen, spoken=Spoken("So be it.", 10, 2, 5))


class Cup(Club):
    """A club that hosts a tournament."""

    host: User

    @property
    def community(self) -> Community:
        assert self.channel.guild is not None
        return Community("discord", str(self.channel.guild.id))

    async def make(self, *players: str, **options: Any) -> None:
        """Sign-up; what that says is gone from the channel."""
        made = {"name": "Cup", "format": "round_robin", "game": "tic_tac_toe", **options}
        await self.type(self.host, "tournament create", **made)
        for player in players or PLAYERS:
            await self.type(self.host, "tournament add", player=player)

    async def begin(self) -> None:
        shown = await self.type(self.host, "tournament start", sure=True)
        assert "begins" in shown.seen
        for message in self.channel.messages:  # the answers to commands, which stand there for everybody
            message.deleted = True

    async def announced(self) -> Announced:
        return (await self.bot.arena.tournaments.records.find(self.community, "last")).announced

    async def live(self, part: str) -> Message:
        """The live message once it says ``part``."""
        return await self.channel.wait_for(lambda one: one.embeds and part in one.seen, seconds=30)

    async def over(self, threads: int | None = 6) -> Message:
        """Wait for the end's own message, and until so many duels are shown to their ends; any number for ``None``."""
        end = await self.channel.wait_for(lambda one: not one.embeds and "It is over." in one.seen, seconds=60)
        await self.live("It is over.")

        def tidy() -> bool:
            made = self.channel.threads
            return threads in (None, len(made)) and all(
                one.archived and self.channel.kept[one.id].deleted for one in made
            )

        await self.discord.world.wait_for(tidy, 30)
        return end


@asynccontextmanager
async def cup(players: dict[str, Any] | None = None, path: str | Path = ":memory:", **more: Any) -> AsyncIterator[Cup]:
    quick = {name: Quick() for name in PLAYERS}
    async with LoopbackDiscord(**{"buckets": brisk_buckets(), "identify_seconds": 0, **more}) as discord:
        guild = discord.guild("Club")
        host = guild.member("Ann", permissions=Permission.MANAGE_GUILD)
        async with running_bot(discord, players or quick, path) as bot:
            yield at(discord, guild.channel("arena"), host, bot)


def at(discord: LoopbackDiscord, channel: Any, host: User, bot: Bot) -> Cup:
    here = Cup(discord, channel, host, host, bot)
    here.host = host
    return here


def lines(here: Cup) -> list[Message]:
    """The lines on which the threads stood, also those that were taken away."""
    return [one for one in here.channel.kept.values() if one.thread is not None]


async def test_one_live_message_a_thread_a_duel_and_the_end() -> None:
    async with cup() as here:
        await here.make()
        await here.begin()
        end = await here.over()
        live = await here.live("It is over.")
        assert here.channel.messages == [live, end]
        assert 1 <= live.edits <= 12, "a round and a result, not each ply"
        assert "Standings" in live.seen
        assert [button.label for button in live.buttons] == ["Standings"]
        assert len(here.channel.threads) == 6
        for thread in here.channel.threads:
            boards = [one for one in thread.messages if one.embeds]
            assert len(boards) == 1
            assert "Length:" in boards[0].seen
            assert thread.archived
        names = sorted(thread.name for thread in here.channel.threads)
        assert [name.split(":")[0] for name in names] == [f"Round {number}, table 1" for number in (1, 1, 2, 2, 3, 3)]
        assert all(one.flags & 1 << 12 for one in lines(here)), "a line rings at nobody"
        assert here.discord.violations == []
        assert here.discord.state.refusals.total() == 0


async def test_what_players_say_stands_beside_their_board_and_the_thread_is_closed_after_it() -> None:
    async with cup({name: Talking() for name in PLAYERS}) as here:
        await here.make()
        await here.begin()
        end = await here.over()
        live = await here.live("It is over.")
        assert here.channel.messages == [live, end]

        def told() -> bool:
            threads = here.channel.threads
            said = ["".join(one.seen for one in thread.messages if not one.embeds) for thread in threads]
            return all(one.count("So be it.") >= 5 for one in said) and all(thread.archived for thread in threads)

        await here.discord.world.wait_for(told)


async def test_while_a_duel_goes_on_its_line_leads_to_its_thread() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make(**{"at-once": 1})
        await here.begin()
        line = await here.channel.wait_for(lambda one: one.thread is not None)
        await here.live("being played")
        assert line.seen.startswith("Round 1, table 1: x/")
        thread = line.thread
        assert thread is not None
        await thread.wait_for(lambda one: one.embeds and "Round 1, table 1" in one.seen)
        assert sum(one.thread is not None for one in here.channel.messages) == 1, "as many as duels at once"
        for player in held.values():
            player.gate.set()
        await here.over()
        assert line.deleted


async def test_without_threads_no_duel_is_shown() -> None:
    async with cup() as here:
        await here.make(threads=False)
        await here.begin()
        end = await here.over(0)
        assert here.channel.messages == [await here.live("It is over."), end]
        assert (here.channel.threads, lines(here)) == ([], [])


@pytest.mark.parametrize("lost", [Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS])
async def test_where_threads_may_not_be_made_it_goes_on_and_says_so_once(lost: Permission) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        here.channel.bot_may &= ~lost
        await here.make(**{"at-once": 1})
        await here.begin()
        live = await here.live("Create Public Threads")
        assert here.channel.messages == [live], "no line stays"
        for player in held.values():
            player.gate.set()
        end = await here.over(None)
        await here.discord.world.wait_for(lambda: here.channel.messages == [live, end])
        assert "Create Public Threads" not in live.seen
        assert here.discord.state.refusals[50013] <= 6, "one try a round, or as many as begin at once"


async def test_what_was_granted_meanwhile_is_used_in_the_next_round() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        here.channel.bot_may &= ~Permission.CREATE_PUBLIC_THREADS
        await here.make(**{"at-once": 1})
        await here.begin()
        await here.live("Create Public Threads")
        here.channel.bot_may |= Permission.CREATE_PUBLIC_THREADS
        for player in held.values():
            player.gate.set()
        await here.over(4)
        names = {thread.name.split(":")[0] for thread in here.channel.threads}
        assert names == {"Round 2, table 1", "Round 3, table 1"}
        assert len(here.channel.threads) == 4


async def test_more_threads_than_discord_allows_are_not_asked_for_again_and_again() -> None:
    async with cup() as here:
        here.discord.state.most_threads = 0
        await here.make()
        await here.begin()
        end = await here.over(0)
        live = await here.live("It is over.")
        await here.discord.world.wait_for(lambda: here.channel.messages == [live, end])
        assert here.discord.state.refusals[160006] <= 6


@pytest.mark.parametrize("status", [400, 404])
async def test_a_no_of_a_kind_that_nobody_knows_is_asked_for_once_a_round_too(status: int) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        tries = 0

        async def refuses(*_: Any) -> str:
            nonlocal tries
            tries += 1
            raise Refused(status, 59999, "Something new")

        here.bot.chat._presenters["discord"]._rest.start_thread = refuses  # type: ignore[attr-defined]
        await here.make(**{"at-once": 1})
        await here.begin()
        live = await here.live("Discord starts no threads here (its code 59999)")
        for player in held.values():
            player.gate.set()
        end = await here.over(0)
        await here.discord.world.wait_for(lambda: here.channel.messages == [live, end])
        assert 1 <= tries <= 6


async def test_a_deleted_live_message_is_posted_again() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make()
        await here.begin()
        first = await here.live("being played")
        here.discord.delete(first)
        for player in held.values():
            player.gate.set()
        end = await here.over()
        live = await here.live("It is over.")
        assert live is not first
        assert sorted(here.channel.messages, key=lambda one: one.id) == sorted([live, end], key=lambda one: one.id)


async def test_a_live_message_over_an_hour_old_is_posted_anew_and_the_old_one_taken_away() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make()
        await here.begin()
        first = await here.live("being played")
        here.discord.clock.pass_seconds(HOUR + 60)
        for player in held.values():
            player.gate.set()
        end = await here.over()
        live = await here.live("It is over.")
        await here.discord.world.wait_for(lambda: first.deleted)
        assert live is not first
        assert sorted(here.channel.messages, key=lambda one: one.id) == sorted([live, end], key=lambda one: one.id)
        assert here.discord.state.refusals[30046] == 0
        for thread in here.channel.threads:
            assert sum(bool(one.embeds) for one in thread.messages) == 1


async def test_a_deleted_thread_costs_its_board_and_nothing_else() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make(**{"at-once": 1})
        await here.begin()
        line = await here.channel.wait_for(lambda one: one.thread is not None)
        thread = line.thread
        assert thread is not None
        await thread.wait_for(lambda one: one.embeds)
        thread.deleted = True
        for player in held.values():
            player.gate.set()
        await here.over(5)
        assert len(here.channel.threads) == 5
        assert here.discord.state.refusals[10003] <= 2


async def test_a_thread_that_was_closed_is_opened_for_the_board_and_closed_again() -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make(**{"at-once": 1})
        await here.begin()
        line = await here.channel.wait_for(lambda one: one.thread is not None)
        thread = line.thread
        assert thread is not None
        board = await thread.wait_for(lambda one: one.embeds)
        thread.archived = True
        for player in held.values():
            player.gate.set()
        await here.over()
        assert thread.messages == [board]
        assert "Length:" in board.seen
        assert thread.archived


async def test_a_board_in_a_thread_that_was_locked_is_not_said_to_lack_a_right_to_start_threads(
    caplog: pytest.LogCaptureFixture,
) -> None:
    held = {name: Held() for name in PLAYERS}
    async with cup(held) as here:
        await here.make(**{"at-once": 1})
        await here.begin()
        line = await here.channel.wait_for(lambda one: one.thread is not None)
        thread = line.thread
        assert thread is not None
        await thread.wait_for(lambda one: one.embeds)
        rest = here.bot.chat._presenters["discord"]._rest  # type: ignore[attr-defined]
        archive = rest.archive

        async def locked(thread_id: str, *, archived: bool = True) -> None:
            if thread_id == str(thread.id) and not archived:
                raise Refused(403, 50013, "Missing Permissions")
            await archive(thread_id, archived=archived)

        rest.archive = locked
        thread.archived = True
        for player in held.values():
            player.gate.set()
        await here.channel.wait_for(lambda one: not one.embeds and "It is over." in one.seen, seconds=60)
        why = [record.getMessage() for record in caplog.records if "cannot be shown" in record.getMessage()]
        assert why
        assert all("The thread is closed and locked." in one for one in why)


async def test_a_bad_day_makes_no_message_twice() -> None:
    faults = Faults(share=0.15, seed=4, routes=("/channels/",))
    async with cup(faults=faults) as here:
        await here.make()
        await here.begin()
        end = await here.over()
        live = await here.live("It is over.")
        assert faults.struck.total() > 5
        standing = [one for one in here.channel.messages if one.thread is None]
        assert standing == [live, end]
        assert len(here.channel.threads) == 6
        for thread in here.channel.threads:
            assert sum(bool(one.embeds) for one in thread.messages) == 1


@pytest.mark.parametrize(
    ("what", "when"),
    [
        ("live", "before it is posted"),
        ("live", "before it is stored"),
        ("board", "before it is posted"),
        ("board", "before it is stored"),
    ],
)
async def test_a_crash_around_a_post_is_mended_and_posts_nothing_twice(tmp_path: Path, what: str, when: str) -> None:
    held = {name: Held() for name in PLAYERS}
    store = tmp_path / "arena.sqlite3"
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild("Club")
        channel, host = guild.channel("arena"), guild.member("Ann", permissions=Permission.MANAGE_GUILD)
        async with running_bot(discord, held, store) as bot:
            here = at(discord, channel, host, bot)
            await here.make()
            presenter = bot.chat._presenters["discord"]
            real, reached = getattr(presenter, what), asyncio.Event()

            async def dies(*arguments: Any) -> Any:
                if when == "before it is stored":
                    await real(*arguments)
                reached.set()
                await asyncio.Event().wait()

            setattr(presenter, what, dies)
            await here.begin()
            await reached.wait()
            assert bool((await here.announced()).live.message_id) is (what == "board")
            for task in [*bot.chat.announcing._tasks]:
                task.cancel()
        posted = [one for one in channel.messages if one.embeds]
        assert len(posted) == (1 if what == "board" or when == "before it is stored" else 0)
        for player in held.values():
            player.gate.set()
        async with arena_over(store) as between:  # whoever starts next ends the leases of who is dead
            await between.context.store.release([between.context.worker])
        async with running_bot(discord, held, store) as bot:
            here = at(discord, channel, host, bot)
            discord.clock.pass_seconds(61)  # whoever held it is dead, and the sweeper looks
            end = await here.over()
            live = await here.live("It is over.")
            standing = [one for one in channel.messages if one.thread is None]
            assert sorted(standing, key=lambda one: one.id) == sorted([live, end], key=lambda one: one.id)
            assert posted in ([], [live])
            assert len(channel.threads) == 6
            assert all(sum(bool(one.embeds) for one in thread.messages) == 1 for thread in channel.threads)


async def test_a_crash_between_a_thread_and_its_board_leaves_neither_alone(tmp_path: Path) -> None:
    """Long afterwards: the line's nonce is forgotten, and a duel without a board would be no news any more."""
    held = {name: Held() for name in PLAYERS}
    store = tmp_path / "arena.sqlite3"
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild("Club")
        channel, host = guild.channel("arena"), guild.member("Ann", permissions=Permission.MANAGE_GUILD)
        async with running_bot(discord, held, store) as bot:
            here = at(discord, channel, host, bot)
            await here.make(**{"at-once": 1})
            reached = asyncio.Event()

            async def dies(*_: Any) -> Any:
                reached.set()
                await asyncio.Event().wait()

            bot.chat._presenters["discord"]._threads._show = dies  # type: ignore[attr-defined]
            finish, ended = bot.arena.context.store.finish, asyncio.Event()

            async def finished(*arguments: Any) -> bool:
                done = await finish(*arguments)
                ended.set()
                return done

            bot.arena.context.store.finish = finished  # type: ignore[method-assign]
            await here.begin()
            await reached.wait()
            for task in [*bot.chat.announcing._tasks]:
                task.cancel()
            for player in held.values():
                player.gate.set()
            (line,) = lines(here)
            await ended.wait()
        discord.clock.pass_seconds(HOUR)
        async with arena_over(store) as between:  # whoever starts next ends the leases of who is dead
            await between.context.store.release([between.context.worker])
        async with running_bot(discord, held, store) as bot:
            here = at(discord, channel, host, bot)
            await discord.world.wait_for(lambda: line.deleted)
            assert line.thread is not None
            (board,) = [one for one in line.thread.messages if one.embeds]
            assert "Length:" in board.seen


async def test_the_tournament_may_be_in_another_channel_than_duels_are() -> None:
    async with cup() as here:
        assert here.channel.guild is not None
        elsewhere = here.channel.guild.channel("duels")
        await here.type(here.host, "arena set", name="channel", value=f"<#{elsewhere.id}>")
        await here.make()
        await here.begin()
        await here.over()
        assert len(here.channel.threads) == 6
