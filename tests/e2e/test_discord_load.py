"""Many at once on Discord: acknowledgements under load, shards, and duels through a storm of faults."""

from __future__ import annotations

import asyncio
import sys

import pytest
from discord_support import Club, Quick, club, identify_at_once, running_bot
from loopback_discord import Buckets, Channel, Faults, Interaction, LoopbackDiscord, Message, live_pings
from support import Line, share

from bot.on_discord.register import registration
from engine.arena.watching import board_of
from engine.model import Community, Spoken, Status
from engine.ports import Answer, Chosen, MoveRequest

WIDE = Buckets(limit=50, seconds=0.1, most_a_second=100_000)


async def test_everyone_is_acknowledged_in_time_when_many_press_at_once() -> None:
    presses = share(256, 64)
    async with club({"test/line": Line()}, buckets=WIDE) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        guild = here.channel.guild
        assert guild
        crowd = [guild.member(f"Member {number}") for number in range(presses)]
        pressed = [here.discord.pressed(member, board, "5 (centre)") for member in crowd]
        await asyncio.gather(*(one.acknowledged(10) for one in pressed))
        waits = sorted(one.ack.milliseconds for one in pressed if one.ack)
        assert waits[-1] < 3000
        for one in pressed:
            assert "Played." not in (await one.reply(10)).seen
            assert one.private
        assert here.channel.messages == [board]


async def test_ten_duels_in_one_channel_keep_its_limits_and_all_ends_are_shown() -> None:
    async with club({"test/a": Quick(), "test/b": Quick()}) as here:
        players = {"game": "chess", "first": "test/a", "second": "test/b", "max_plies": 30}
        asked = [here.discord.typed(here.ann, here.channel, "duel start", **players) for _ in range(10)]
        await here.discord.world.wait_for(
            lambda: len([one for one in here.channel.messages if "Length:" in one.seen]) == 10, seconds=30
        )
        for one in asked:
            await one.reply()
        assert len(here.channel.messages) == 10
        # A client that does not know a limit yet may run into it once.
        assert here.discord.state.limited.total() <= 2


async def test_everyone_is_acknowledged_in_time_while_boards_are_painted() -> None:
    async with club({"test/a": Quick(), "test/b": Quick(), "test/line": Line()}, buckets=WIDE) as here:
        guild = here.channel.guild
        assert guild
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        players = {"game": "chess", "first": "test/a", "second": "test/b", "max_plies": 60}
        duels = [here.discord.typed(here.ann, guild.channel(f"arena-{n}"), "duel start", **players) for n in range(8)]
        for one in duels:
            await one.reply(20)
        crowd = [guild.member(f"Member {number}") for number in range(32)]
        pressed = [here.discord.pressed(member, board, "5 (centre)") for member in crowd]
        await asyncio.gather(*(one.acknowledged(10) for one in pressed))
        assert max(one.ack.milliseconds for one in pressed if one.ack) < 3000


async def test_each_shard_has_its_own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    identify_at_once(monkeypatch, 0.06)
    async with LoopbackDiscord(shards=3, identify_seconds=0.05, buckets=WIDE) as discord:
        guilds = [discord.guild(f"Club {shard}", shard=shard) for shard in range(3)]
        channels = [guild.channel("arena") for guild in guilds]
        async with running_bot(discord, {"test/line": Line()}) as bot:
            assert sorted(session.shard for session in discord.gateway.connected()) == [(0, 3), (1, 3), (2, 3)]
            for guild, channel in zip(guilds, channels, strict=True):
                ann = guild.member("Ann")
                here = Club(discord, channel, ann, ann, bot)
                await here.start(ann, "tic_tac_toe", "me", "test/line")
                await here.board("Ann is to move.")


async def test_one_server_sees_nothing_of_another() -> None:
    async with club({"test/line": Line()}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        other = here.discord.guild("Other")
        away = other.channel("arena")
        eve = other.member("Eve")
        listed = await here.discord.command(eve, away, "duel list")
        assert "Ann" not in (await listed.reply()).seen
        duel = board.seen.split()[-1]
        shown = await here.discord.command(eve, away, "duel show", duel=duel)
        assert "Ann" not in (await shown.reply()).seen


class Talker:
    """Takes the first legal move, and says so."""

    async def choose(self, request: MoveRequest) -> Answer:
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        return Chosen(moves[0], Spoken(f"I take the first that is free, at ply {request.ply}."))

    async def close(self) -> None:
        """Nothing to close."""


async def storm(count: int, faults: Faults | None) -> int:
    """So many duels at once; the requests that they took. Every one ends, and its end and its words are shown."""
    async with club({"test/a": Talker(), "test/b": Talker()}, buckets=WIDE) as here:
        guild = here.channel.guild
        assert guild
        channels = [guild.channel(f"arena-{number}") for number in range(count)]
        here.discord.state.requests.clear()
        here.discord.state.faults = faults
        asked = await asyncio.gather(*(_started(here, channel) for channel in channels))
        boards = await asyncio.gather(*(_over(channel) for channel in channels))
        for one, channel, board in zip(asked, channels, boards, strict=True):
            assert (await one.reply(30)).private
            assert channel.messages == [board]
            assert not live_pings(board)
            await _is_told(here, board)
        await _are_right(here, {board.seen.split()[-1]: board for board in boards})
        return here.discord.state.requests.total()


async def _started(here: Club, channel: Channel) -> Interaction:
    """Two failures in a row outlast the three seconds of an acknowledgement; then the member types it again."""
    players = {"game": "tic_tac_toe", "first": "test/a", "second": "test/b"}
    while True:
        asked = here.discord.typed(here.ann, channel, "duel start", **players)
        try:
            return await asked.acknowledged()
        except TimeoutError:
            del here.discord.state.interactions[asked.token]


async def _is_told(here: Club, board: Message) -> None:
    """Every word stands in the thread, once."""
    await here.discord.world.wait_for(lambda: "ply 6" in _said(board), seconds=30)
    assert [_said(board).count(f"at ply {ply}.") for ply in range(7)] == [1] * 7


def _said(board: Message) -> str:
    return "\n".join(message.seen for message in board.thread.messages) if board.thread else ""


async def _over(channel: Channel) -> Message:
    return await channel.wait_for(lambda message: "Length:" in message.seen, seconds=60)


async def _are_right(here: Club, boards: dict[str, Message]) -> None:
    guild = here.channel.guild
    assert guild
    heads = await here.bot.arena.context.store.duels(Community("discord", str(guild.id)), Status.OVER, limit=1000)
    assert {head.duel_id[:8] for head in heads} == set(boards)
    for head in heads:
        state = await here.bot.arena.context.load(head.duel_id)
        board = boards[head.duel_id[:8]]
        assert board_of(state).alt in board.attachments[0].description
        assert state.outcome
        assert state.outcome.why in board.seen


async def test_every_duel_is_shown_to_its_end_through_a_storm_of_faults() -> None:
    count = share(200, 16)
    calm = await storm(count, None)
    faults = Faults(share=0.1, seed=11)
    stormy = await storm(count, faults)
    struck = faults.struck.total()
    sys.stdout.write(f"{count} duels: {calm} requests, and {stormy} with {struck} faults\n")
    assert struck > count // 8
    # One fault costs one request; of few duels a tenth of the requests may by chance be more than a fifth.
    assert stormy - struck <= 1.05 * calm
    assert count < 100 or stormy <= 1.2 * calm


async def test_an_interaction_before_all_shards_are_ready_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    identify_at_once(monkeypatch, 0.3)
    async with LoopbackDiscord(shards=2, identify_seconds=0, buckets=WIDE) as discord:
        guild = discord.guild(shard=0)
        ann, channel = guild.member("Ann"), guild.channel("arena")
        discord.register(registration())

        async def early() -> None:
            await discord.connected(1)
            asked = await discord.command(ann, channel, "duel list")
            assert len(discord.gateway.connected()) == 1
            assert asked.ack

        waiting = asyncio.create_task(early())
        async with running_bot(discord):
            await waiting
