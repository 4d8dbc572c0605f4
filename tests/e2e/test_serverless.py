"""The serverless arena: an interaction by webhook, SQS, workers, DynamoDB, and boards on Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from local_aws import LocalAws
from loopback_discord import Channel, Fault, Faults, LoopbackDiscord, Message
from loopback_discord.buckets import Buckets
from loopback_discord.permissions import Permission
from serverless_support import Serverless, serverless
from support_metering import totals

from bot import _tournament_notice, announcing


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(buckets=Buckets(limit=10_000, most_a_second=10_000)) as loopback:
        yield loopback


@pytest.fixture
async def arena(
    local_aws: LocalAws, discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Serverless]:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with serverless(local_aws, discord) as made:
        yield made


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker ends no sooner than the last edit of its boards may be made: a second after the one before."""
    monkeypatch.setattr(announcing, "EDIT_SECONDS", 0.05)
    monkeypatch.setattr(_tournament_notice, "EDIT_SECONDS", 0.05)


@pytest.fixture
def channel(discord: LoopbackDiscord) -> Channel:
    return discord.guild().channel("arena")


def boards(channel: Channel) -> list[Message]:
    return [one for one in channel.messages if one.embeds]


@pytest.mark.usefixtures("hurried")
async def test_a_duel_of_programs_is_started_played_and_shown_to_its_end(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel
) -> None:
    players = {"first": "engine/perfect", "second": "engine/random"}
    asked = await discord.command(channel.guild.member("ann"), channel, "duel start", game="tic_tac_toe", **players)
    await arena.drain(arena.start())
    assert "The duel begins" in asked.text
    (board,) = boards(channel)
    assert "engine/perfect won." in board.seen
    assert [button.label for button in board.buttons] == ["Rematch"]
    assert not arena.failures


@pytest.mark.usefixtures("hurried")
async def test_a_person_plays_by_buttons_whoever_is_the_worker(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel
) -> None:
    ann = channel.guild.member("ann")
    await discord.command(ann, channel, "duel start", game="tic_tac_toe", first="me", second="engine/perfect")
    await arena.drain(arena.start())
    for _ in range(9):
        (board,) = boards(channel)
        free = [button for button in board.buttons if button.label[0].isdigit() and not button.disabled]
        if not free:
            break
        await discord.press(ann, board, free[0].label)
        await arena.drain(arena.start())  # each time another execution environment
    assert [button.label for button in boards(channel)[0].buttons] == ["Rematch"]
    assert not arena.failures


@pytest.mark.usefixtures("hurried")
async def test_a_request_that_is_delivered_again_is_answered_once(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel
) -> None:
    players = {"first": "engine/perfect", "second": "engine/random"}
    await discord.command(channel.guild.member("ann"), channel, "duel start", game="tic_tac_toe", **players)
    worker = arena.start()
    records = arena.received(arena.commands_url)
    again = [{**one, "messageId": f"{one['messageId']}-{number}"} for one in records for number in range(5)]
    await arena.invoke(worker, arena.commands_url, [*records, *again])
    assert len(arena.failures) == 5, "while it is carried out, it must come again"
    answered = discord.state.requests.total()
    assert not await arena.work(worker, again)
    assert discord.state.requests.total() == answered
    await arena.drain(worker)
    assert len(boards(channel)) == 1


@pytest.mark.usefixtures("hurried")
async def test_a_limit_that_discord_sets_is_counted(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on the gateway: also one that the SDK waits out by itself."""
    discord.state.faults = Faults(share=1, kinds=[Fault.LIMITED], routes=["/messages"], most=2)
    players = {"first": "engine/perfect", "second": "engine/random"}
    await discord.command(channel.guild.member("ann"), channel, "duel start", game="tic_tac_toe", **players)
    capsys.readouterr()
    await arena.drain(arena.start())
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    assert totals(lines)["Throttles"] == discord.state.faults.struck.total() == 2


@pytest.mark.usefixtures("hurried")
async def test_what_nobody_can_read_fails_alone(arena: Serverless, discord: LoopbackDiscord, channel: Channel) -> None:
    players = {"first": "engine/perfect", "second": "engine/random"}
    await discord.command(channel.guild.member("ann"), channel, "duel start", game="tic_tac_toe", **players)
    bodies = ("", "[]", "{", '{"v":1,"platform":"discord"}', '{"v":2,"duels":[]}', '{"v":1,"duels":[{"id":7}]}')
    poisoned = [{"messageId": str(number), "receiptHandle": "none", "body": body} for number, body in enumerate(bodies)]
    worker = arena.start()
    await arena.invoke(worker, arena.commands_url, [*poisoned, *arena.received(arena.commands_url)])
    assert sorted(arena.failures) == [one["messageId"] for one in poisoned]
    await arena.drain(worker)
    assert len(boards(channel)) == 1


@pytest.mark.usefixtures("hurried")
async def test_the_sweeper_takes_up_what_was_left(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that died after the start has queued nothing and shown nothing."""
    players = {"first": "engine/perfect", "second": "engine/random"}
    await discord.command(channel.guild.member("ann"), channel, "duel start", game="tic_tac_toe", **players)
    worker, sweeper = arena.start(), arena.start()
    await arena.invoke(worker, arena.commands_url, arena.received(arena.commands_url))
    lost = arena.received(arena.turns_url)
    assert lost, "the duel was queued"
    assert (await arena.sweep(sweeper))["turns"] == 0, "who has just started it may still be at it"
    monkeypatch.setattr("engine.arena.turns.STARTING_MS", -1)
    assert (await arena.sweep(sweeper))["turns"] == 1
    await arena.drain(worker)
    assert "engine/perfect won." in boards(channel)[0].seen


@pytest.mark.usefixtures("hurried")
async def test_a_tournament_is_carried_on_by_whoever_is_the_worker(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel
) -> None:
    ann = channel.guild.member("ann", permissions=Permission.MANAGE_GUILD)
    made = {"name": "Cup", "format": "round_robin", "game": "tic_tac_toe"}
    await discord.command(ann, channel, "tournament create", **made)
    for player in ("engine/perfect", "engine/random", "engine/novice"):
        await arena.drain(arena.start())
        await discord.command(ann, channel, "tournament add", player=player)
    await arena.drain(arena.start())
    shown = await discord.command(ann, channel, "tournament start")
    await arena.drain(arena.start())
    assert "3 rounds, at most 6 duels, free." in shown.text
    assert shown.original is not None
    await discord.press(ann, shown.original, "Yes, do it")
    for _ in range(60):
        await arena.drain(arena.start())  # each time another execution environment
        if any("It is over. First: " in message.seen for message in channel.messages if not message.embeds):
            break
    else:
        raise AssertionError([message.seen for message in channel.messages])
    (live,) = [message for message in channel.messages if message.embeds]
    assert "It is over. First: " in live.seen
    assert "Standings" in live.seen
    assert [thread.archived for thread in channel.threads] == [True] * 6
    for thread in channel.threads:
        (board,) = thread.messages
        assert "Length:" in board.seen
    assert not any(message.thread for message in channel.messages), "no line stays"
    assert not arena.failures


@pytest.mark.usefixtures("hurried")
async def test_a_moderator_voids_a_duel_and_its_board_says_so(
    arena: Serverless, discord: LoopbackDiscord, channel: Channel
) -> None:
    players = {"first": "engine/perfect", "second": "engine/random"}
    await discord.command(channel.guild.member("bob"), channel, "duel start", game="tic_tac_toe", **players)
    await arena.drain(arena.start())
    (board,) = boards(channel)
    assert "engine/perfect won." in board.seen
    ann = channel.guild.member("ann", permissions=Permission.MANAGE_GUILD)
    shown = await discord.command(ann, channel, "moderate void", duel="last", why="It was rigged.")
    await arena.drain(arena.start())
    assert "void, and it counts for nobody." in shown.text
    assert shown.original is not None
    await discord.press(ann, shown.original, "Yes, do it")
    await arena.drain(arena.start())
    (board,) = boards(channel)
    assert "A moderator voided the duel: It was rigged." in board.seen
    assert not arena.failures
