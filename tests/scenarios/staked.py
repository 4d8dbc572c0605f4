"""A rated duel that members look at and stake points on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from journeys import Members, members
from support import Line

from bot.commands import Reply
from engine.arena.points import POOL
from engine.arena.pools import Account, Pool
from engine.model import Community

HERE: Final = Community("web", "main")
WINS: Final = ("1", "2", "3")
LOSES: Final = ("4", "5")


@asynccontextmanager
async def watched(duels: int = 1) -> AsyncIterator[tuple[Members, str]]:
    """Ann, Bob and Eve look at a rated duel of two models, which the first will win once it is played."""
    players = {"x/a": Line(*WINS * duels), "x/b": Line(*LOSES * duels)}
    async with members(players) as here:
        yield here, await begun(here)


async def begun(here: Members) -> str:
    reply = await here.type("ann", "/duel start tic_tac_toe x/a x/b")
    assert reply.duel_id is not None
    return reply.duel_id


async def stakes(here: Members, duel_id: str, **each: str) -> None:
    """``ann="first 100"``."""
    for who, what in each.items():
        await here.type(who, f"/predict stake {what} duel:{duel_id}")


async def account(here: Members, who: str) -> Account:
    (account,) = (await here.arena.predictions.member(HERE, "1", here.id(who))).accounts
    return account


async def points(here: Members) -> dict[str, int]:
    return {who: (await account(here, who)).points for who in here.people}


async def pool(here: Members, duel_id: str) -> Pool:
    document = await here.arena.context.store.document(HERE, POOL, duel_id)
    assert document is not None
    return Pool.of(document)


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]
