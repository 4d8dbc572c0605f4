"""Workers are killed at random moments, over DynamoDB and SQS: nothing told is lost, and nothing is paid unseen."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import money
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from ended import close
from local_aws import LocalAws
from support import CHANNEL, share

from bot.hub import Hub
from bot.settings import read
from bot.wiring import serverless
from engine.arena import Arena
from engine.arena.starting import Start
from engine.model import End, Limits, MoveMode, Player, Seat, Status
from engine.stores._dynamo_keys import table

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = Path(__file__).with_name("killed_worker.py")
MODEL: Final = Player("openai", "gpt-4.1-nano")
TOKENS_IN, TOKENS_OUT = 100, 5
PLIES: Final = share(50, 12)
THINKS_SECONDS: Final = 0.03
LONGEST_LIFE_SECONDS: Final = 1.0
LONGEST_WORK_SECONDS: Final = 0.4
AT_WORK: Final = 0.75
"""So many kills come after an entry: a worker that has not begun has little to lose."""
AHEAD_SECONDS: Final = 1_000.0
"""After each death so much time passes: its lease is over."""
LATER_SECONDS: Final = 7_200.0
SIGNS_SECONDS: Final = 60.0


@dataclass
class Api:
    """A model API: answers one of the moves that it is held to. The seed of a question tells one from another."""

    asked: Counter[int] = field(default_factory=Counter)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked[body["seed"]] += 1
        moves = body["response_format"]["json_schema"]["schema"]["properties"]["move"]["enum"]
        move = random.Random(body["seed"]).choice(moves)
        await asyncio.sleep(THINKS_SECONDS)  # that is how long a model takes, and when most kills come
        message = {"role": "assistant", "content": f'{{"move": "{move}"}}'}
        usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": TOKENS_IN + TOKENS_OUT}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        about = {"id": "c", "object": "chat.completion", "created": 1, "model": body["model"]}
        return web.json_response({**about, "choices": [choice], "usage": usage})


@dataclass
class Workers:
    """The process that forks them, and what they have told."""

    process: asyncio.subprocess.Process
    told: dict[tuple[str, int], str] = field(default_factory=dict)
    ahead_seconds: float = 0.0
    kills: int = 0

    async def life(self, seconds: float, *, at_work: bool = False) -> None:
        """One worker, killed so long after it was ready, or after its first entry."""
        pid = await self._start()
        try:
            if at_work:
                await self._until("entry", "idle")
            async with asyncio.timeout(seconds):
                await self._until("dead")
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            await self._until("dead")
        self.kills += 1

    async def rest(self, later_seconds: float = 0.0) -> None:
        """One worker that is let work until nothing is left to do."""
        self.ahead_seconds += later_seconds
        pid = await self._start()
        await self._until("idle")
        os.kill(pid, signal.SIGKILL)
        await self._until("dead")

    async def _start(self) -> int:
        assert self.process.stdin
        self.ahead_seconds += AHEAD_SECONDS
        self.process.stdin.write(f"{self.ahead_seconds}\n".encode())
        pid, ready = 0, False
        while not (pid and ready):
            word, *rest = await self._line()
            pid, ready = int(rest[0]) if word == "pid" else pid, ready or word == "ready"
        return pid

    async def _until(self, *signs: str) -> None:
        while (await self._line())[0] not in signs:
            pass

    async def _line(self) -> list[str]:
        assert self.process.stdout
        line = (await asyncio.wait_for(self.process.stdout.readline(), SIGNS_SECONDS)).decode().split()
        assert line, "the process that forks workers has ended"
        if line[0] == "entry":  # the first answer counts: a later life may write anew what was lost
            self.told.setdefault((line[1], int(line[2])), line[3])
        return line


@dataclass
class Here:
    """The arena as the test sees it, and the workers."""

    arena: Arena
    start: Any
    api: Api
    workers: Workers
    duels: list[str] = field(default_factory=list)

    async def living(self) -> str:
        """The duel that is played now; another one when it is over."""
        if self.duels and (await self.arena.context.head(self.duels[-1])).status is not Status.OVER:
            return self.duels[-1]
        self.duels.append(await self.start(f"r{len(self.duels)}"))
        return self.duels[-1]

    async def check(self) -> None:
        """What workers told against the logs."""
        for duel_id in self.duels:
            log = await self.arena.context.store.entries(duel_id)
            ids = [entry.id for entry in log]
            wanted = {number: made for (duel, number), made in self.workers.told.items() if duel == duel_id}
            lost = [number for number, made in wanted.items() if ids[number : number + 1] != [made]]
            assert not lost, f"{duel_id}: acknowledged entries {lost} are lost"
            assert [entry.number for entry in log] == list(range(len(log)))
            assert len(set(ids)) == len(ids), f"{duel_id}: an entry is doubled"
            assert isinstance(log[-1].body, End)
            assert sum(isinstance(entry.body, End) for entry in log) == 1
            assert (await self.arena.context.head(duel_id)).status is Status.OVER


@asynccontextmanager
async def killing(aws: LocalAws, folder: Path, *arguments: str) -> AsyncIterator[Here]:
    api, app = Api(), web.Application()
    app.router.add_post("/chat/completions", api.answer)
    server = TestServer(app)
    await server.start_server()
    with aws.table(table("arena")) as name, aws.queue() as turns:
        environment = {
            **aws.environment,
            "HOME": str(folder),
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_SECRET": "5e" * 32,
            "TURNS_QUEUE_URL": turns,
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": str(server.make_url("")).rstrip("/"),
        }
        try:
            async with forking(environment, arguments) as workers, opened(environment) as (arena, start):
                yield Here(arena, start, api, workers)
        finally:
            await close(server)


@asynccontextmanager
async def forking(environment: Mapping[str, str], arguments: tuple[str, ...]) -> AsyncIterator[Workers]:
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    pipe = asyncio.subprocess.PIPE
    log = (Path(environment["HOME"]) / "workers.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), *arguments, env={**path, **environment}, stdin=pipe, stdout=pipe, stderr=log
    )
    try:
        yield Workers(process)
    finally:
        log.close()
        assert process.stdin
        process.stdin.close()
        await asyncio.wait_for(process.wait(), SIGNS_SECONDS)


@asynccontextmanager
async def opened(environment: Mapping[str, str]) -> AsyncIterator[tuple[Arena, Any]]:
    """The arena of a test that plays nothing itself, and what starts a duel there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        async with serverless(read(environment), Hub()) as (arena, queue):

            async def start(request: str) -> str:
                players = {Seat.FIRST: MODEL, Seat.SECOND: Player("openai", "gpt-4o-mini")}
                more = {"started_by": "ann", "mode": MoveMode.CONSTRAINED, "limits": Limits(PLIES)}
                head = await arena.duels.start(Start(request, CHANNEL, "chess", players, **more))
                await queue.flush()
                return head.duel_id

            yield arena, start


@pytest.mark.torture
async def test_sigkills_lose_and_double_nothing_and_each_costs_one_question_at_most(
    local_aws: LocalAws, tmp_path: Path
) -> None:
    kills, rng = share(300, 4), random.Random(20_261_129)
    async with killing(local_aws, tmp_path) as here:
        for _ in range(kills):
            await here.living()
            at_work = rng.random() < AT_WORK
            longest = LONGEST_WORK_SECONDS if at_work else LONGEST_LIFE_SECONDS
            await here.workers.life(rng.uniform(0, longest), at_work=at_work)
        await here.workers.rest()
        await here.workers.rest(LATER_SECONDS)
        await here.check()
        roster = here.arena.context.roster
        prices = {seat: roster.rates(Player.named(name)) for seat, name in _SEATED.items()}
        ledgers = await money.ledgers(here.arena.context, CHANNEL)
        assert all(not ledger.holds for ledger in ledgers.values()), "a dead session's money is held for ever"
        counted = sum(ledger.total for ledger in ledgers.values())
        costs = [rates.cost_nano_usd(TOKENS_IN, TOKENS_OUT) for rates in prices.values() if rates]
        ceiling = max(rates.ceiling_nano_usd for rates in prices.values() if rates)
        asked, repeated = here.api.asked.total(), sum(times - 1 for times in here.api.asked.values())
        print(
            f"{kills} SIGKILLs of 300 over {len(here.duels)} duels on DynamoDB and SQS: {len(here.workers.told)} "
            f"entries acknowledged, {asked} questions, {repeated} of them asked again; {counted} nano-dollars counted"
        )
        assert repeated <= kills
        assert asked * min(costs) <= counted <= asked * max(costs) + kills * ceiling


_SEATED: Final = {Seat.FIRST: str(MODEL), Seat.SECOND: "openai/gpt-4o-mini"}


async def test_what_is_told_before_it_is_written_is_found_lost(local_aws: LocalAws, tmp_path: Path) -> None:
    """The guard removed: the worker tells of an entry, and dies before it writes it."""
    async with killing(local_aws, tmp_path, "early") as here:
        await here.living()
        await here.workers.life(SIGNS_SECONDS)
        assert len(here.workers.told) == 3
        log = await here.arena.context.store.entries(here.duels[0])
        assert len(log) == 3
        with pytest.raises(AssertionError, match="are lost"):
            await here.check()
