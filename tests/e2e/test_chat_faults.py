"""Many duels at once on both platforms while one request in ten is refused, fails or is cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from platforms import Board, Platform, both, settings_for
from support import arena_over, share

from bot import cards
from bot.cards import HouseStyle
from bot.chat import Chat
from bot.hub import Hub
from engine.arena import Arena
from engine.arena.starting import Start
from engine.arena.watching import board_of
from engine.model import Player, Seat
from engine.ports import Answer, Chosen, MoveRequest
from engine.render.png import board_png

FAULTS = 0.1
MOST_MORE = 1.2
"""So many times the requests of a run without faults may be needed with them."""
MOST_A_FAULT = 2
SPEED = 20.0
LOOKS_SECONDS = 2.0
PATIENCE_SECONDS = 240
GAMES = ("tic_tac_toe", "rock_paper_scissors")


class Spectator:
    """Plays any legal move once the channel shows what was played before.

    So every position is shown, and a duel takes the same boards however fast the machine is and whatever fails.
    """

    arena: Arena

    async def choose(self, request: MoveRequest) -> Answer:
        newest = (await request.history())[-1].number
        while (await self.arena.context.head(request.duel_id)).shown.entry < newest:
            await self.arena.context.clock.sleep(LOOKS_SECONDS)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True)
class Started:
    """A duel and where it is shown."""

    duel_id: str
    platform: Platform
    channel: str


@dataclass(frozen=True)
class Run:
    """What a platform was asked for, and what failed."""

    requests: int
    struck: int


@asynccontextmanager
async def chatting(arena: Arena, platforms: Sequence[Platform], folder: Path) -> AsyncIterator[Hub]:
    """The chat of ``arena run``, connected to all of them."""
    chat, hub = Chat(settings_for(platforms, folder), arena), arena.context.announcer
    assert isinstance(hub, Hub)
    hub.add(chat.announcing)
    tasks = [asyncio.create_task(work) for work in (arena.turns.work(), *map(chat.run, chat.names))]
    try:
        await chat.tried()
        assert len(chat.connected) == len(platforms)
        yield hub
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await chat.announcing.close()


async def play(faults: float, duels: int, folder: Path) -> dict[str, Run]:
    """So many duels at once, as many on each platform; every end must stand in its channel as the log has it."""
    one, two = Spectator(), Spectator()
    players = {"x/one": one, "x/two": two}
    async with both(faults, 7, SPEED) as (platforms, clock), arena_over(players=players, clock=clock) as arena:
        one.arena = two.arena = arena
        async with chatting(arena, platforms, folder):
            started = [await begin(arena, platforms[number % len(platforms)], number) for number in range(duels)]
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(until_shown(arena, one) for one in started))
        for one in started:
            await check(arena, one.duel_id, one.platform.boards(one.channel))
        return {one.community.platform: Run(one.requests(), one.struck()) for one in platforms}


async def begin(arena: Arena, platform: Platform, number: int) -> Started:
    channel = platform.channel(f"arena{number}")
    players = {Seat.FIRST: Player("x", "one"), Seat.SECOND: Player("x", "two")}
    game = GAMES[number % len(GAMES)]
    start = Start(f"r{number}", platform.community, game, players, started_by="ann", channel=channel)
    return Started((await arena.duels.start(start)).duel_id, platform, channel)


async def until_shown(arena: Arena, started: Started) -> None:
    """Wait until the end stands in the channel, which is stored last."""
    hub = arena.context.announcer
    assert isinstance(hub, Hub)
    async for _ in hub.changes(started.duel_id):
        if (await arena.context.load(started.duel_id)).outcome:
            break
    while not (await arena.context.head(started.duel_id)).shown.final:
        await arena.context.clock.sleep(1)


async def check(arena: Arena, duel_id: str, boards: Sequence[Board]) -> None:
    """One board, with the result, the reason, the last position and the button for another go."""
    head = await arena.context.head(duel_id)
    card = await cards.card(head, arena, HouseStyle())
    assert len(boards) == 1, f"{head.terms.community}, {head.shown}: {[(one.text, one.buttons) for one in boards]}"
    assert card.summary[0] in boards[0].text
    assert card.summary[1] in boards[0].text
    assert boards[0].picture == board_png(board_of(await arena.context.load(duel_id)))
    assert list(boards[0].buttons) == ["Rematch"]


@pytest.mark.torture
async def test_every_duel_ends_in_its_channel_though_one_request_in_ten_fails(tmp_path: Path) -> None:
    duels = share(200, 4)
    calm, rough = await play(0, duels, tmp_path), await play(FAULTS, duels, tmp_path)
    for name, run in rough.items():
        needed = calm[name].requests
        print(f"{name}, {duels} duels of 200 in all: {run.requests} requests for {needed}, {run.struck} struck")
        assert run.struck > 0
        # A fault costs the request anew and at most a look at what arrived; who is thinking may take an edit or none.
        assert run.requests <= needed + MOST_A_FAULT * run.struck + duels
        # A share is too few requests for the faults to come to a tenth of them.
        assert duels < 200 or run.requests <= MOST_MORE * needed
