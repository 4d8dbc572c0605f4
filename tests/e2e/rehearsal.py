"""An arena that moves from this machine to the functions and back while duels go on: what a host does, and looks at."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from discord_support import stop
from local_aws import LocalAws
from loopback_discord import Button, Channel, Guild, Interaction, LoopbackDiscord, Message, User
from loopback_discord.buckets import Buckets
from loopback_discord.signing import PUBLIC_KEY
from serverless_support import SECRET, Serverless
from support import Cast
from switch_support import api

from bot import migrating, mirroring, switching
from bot.chat import Chat
from bot.hub import Hub
from bot.on_discord.register import registration
from bot.sealing import sealing_key
from bot.serve import sweep
from bot.settings import Settings, StoreAddress, read
from bot.wiring import archived, embedded
from engine.arena import Arena
from engine.model import Entry
from engine.ports import Answer, Chosen, MoveRequest
from engine.stores._dynamo_keys import table
from lambda_interactions import discord as webhook
from lambda_interactions import worker
from lambda_interactions.commands_queue import TRY_AGAIN
from lambda_interactions.runtime import Runtime

INVOCATION_SECONDS: Final = 600.0
DEADLINE_SECONDS: Final = 60.0
"""For an acknowledgement. Its three seconds are tried elsewhere: here all of AWS and of Discord share one process."""
AT_ONCE: Final = 10
ENVIRONMENTS: Final = 4
"""Of the webhook: how many requests it answers at once."""
PRESSING: Final = 4
"""How many people press in the same moment."""
PLIES: Final = 14
"""Of a duel between models: some in each of the three places."""
SQUARES: Final = "53429"
"""What each person plays, in order; against the answers below, a draw."""
ANSWERS: Final = "1768"


class Pace:
    """Models answer up to a ply, and then are still thinking; whatever loop they are asked on."""

    def __init__(self) -> None:
        self.limit = 0
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    async def reached(self, ply: int) -> None:
        while True:
            loop = asyncio.get_running_loop()
            thought = loop.create_future()
            with self._lock:
                if ply < self.limit:
                    return
                self._waiting.append((loop, thought))
            await thought

    def lift(self, limit: int) -> None:
        """From now on they answer up to that ply."""
        with self._lock:
            self.limit, waiting, self._waiting = limit, self._waiting, []
        for loop, thought in waiting:
            with suppress(RuntimeError):  # whoever was asked there is gone
                loop.call_soon_threadsafe(lambda one=thought: one.done() or one.set_result(None))


class Model:
    """Any legal move, when its time has come."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def choose(self, request: MoveRequest) -> Answer:
        await self._pace.reached(request.ply)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing to close."""


class Answering:
    """The second seat of Tic-Tac-Toe, by heart."""

    async def choose(self, request: MoveRequest) -> Answer:
        return Chosen(request.game.parse(request.position, request.seat, ANSWERS[request.ply // 2]))

    async def close(self) -> None:
        """Nothing to close."""


class Roster(Cast):
    """The same players on this machine and in the functions."""

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Duel:
    """One duel as its channel shows it; ``person`` plays it, or nobody does. ``logs`` are those of each place."""

    channel: Channel
    person: User | None
    message: int = 0
    logs: list[list[Entry]] = field(default_factory=list)

    @property
    def board(self) -> Message:
        """The one message of it."""
        (found,) = [one for one in self.channel.messages if one.embeds]
        return found

    @property
    def free(self) -> str:
        """The squares that can be pressed."""
        buttons = [one.label[0] for one in self.board.buttons if one.label[0].isdigit() and not one.disabled]
        return "".join(sorted(buttons))


def free_after(moves: int) -> str:
    """The squares that are free when a person has made so many moves and they were answered."""
    taken = SQUARES[:moves] + ANSWERS[:moves]
    return "".join(square for square in "123456789" if square not in taken)


@dataclass
class Host:
    """Who moves it. ``here`` are the settings of this machine, ``there`` those of the functions."""

    discord: LoopbackDiscord
    guild: Guild
    here: Mapping[str, str]
    there: Mapping[str, str]
    mirror: Path
    url: str
    functions: Serverless
    pace: Pace
    duels: list[Duel] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def settings(self, environment: Mapping[str, str], **more: str) -> Settings:
        return read({**environment, **more})

    @property
    def table(self) -> StoreAddress:
        return self.settings(self.there).address

    @property
    def file(self) -> StoreAddress:
        return StoreAddress("sqlite", str(self.mirror))

    async def logs(self, settings: Settings) -> None:
        """Remember how far each duel has come in that store."""
        async with archived(settings.address, settings, made=False) as store:
            for duel in self.duels:
                (found,) = [
                    head.duel_id
                    for head in await store.duels(self.community, limit=1000)
                    if head.shown.channel == str(duel.channel.id)
                ]
                duel.logs.append(await store.entries(found))

    @property
    def community(self) -> Any:
        from engine.model import Community

        return Community("discord", str(self.guild.id))

    async def start(self, number: int) -> None:
        """Every second duel is a person's."""
        person = self.guild.member(f"Member {number}")
        channel = self.guild.channel(f"arena-{number}")
        is_persons = number % 2 == 0
        options: dict[str, Any] = {"game": "tic_tac_toe", "first": "me", "second": "test/answering"}
        if not is_persons:
            options = {"game": "chess", "first": "test/a", "second": "test/b", "max_plies": PLIES}
        asked = self.discord.typed(person, channel, "duel start", **options)
        await asked.acknowledged(DEADLINE_SECONDS)
        await asked.reply(DEADLINE_SECONDS)
        board = await channel.wait_for(lambda message: bool(message.embeds), 60)
        self.duels.append(Duel(channel, person if is_persons else None, board.id))

    async def move(self, done: int) -> None:
        """Each person makes their next move, after ``done``; waits until it was answered in the channel."""
        people = [duel for duel in self.duels if duel.person]
        pressing = asyncio.Semaphore(PRESSING)
        await asyncio.gather(*(self._move(duel, done, pressing) for duel in people))

    async def _move(self, duel: Duel, done: int, pressing: asyncio.Semaphore) -> None:
        assert duel.person
        await self._see(duel, done)
        async with pressing:
            asked = await self._press(duel, SQUARES[done])
        while TRY_AGAIN in asked.text and duel.free == free_after(done):  # as they are asked to
            async with pressing:
                asked = await self._press(duel, SQUARES[done])
        if done + 1 < len(SQUARES):
            await self._see(duel, done + 1)

    async def _press(self, duel: Duel, square: str) -> Interaction:
        assert duel.person
        pressed = self.discord.pressed(duel.person, duel.board, _button(duel.board, square))
        return await pressed.acknowledged(DEADLINE_SECONDS)

    async def _see(self, duel: Duel, moves: int) -> None:
        wanted = free_after(moves)
        await self.discord.world.wait_for(lambda: duel.free == wanted, 90)

    async def refused(self) -> str:
        """What a person is told who presses now."""
        duel = next(duel for duel in self.duels if duel.person)
        asked = await self._press(duel, duel.free[0])
        return (await asked.reply(DEADLINE_SECONDS)).seen

    async def thinking(self, settings: Settings) -> None:
        """Wait until each model thinks about the ply at which it stops."""
        async with archived(settings.address, settings, made=False) as store:
            wanted = self.pace.limit + 1
            for duel in self.duels:
                while not duel.person and len(await store.entries(await self._id(store, duel))) < wanted:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    async def _id(self, store: Any, duel: Duel) -> str:
        heads = await store.duels(self.community, limit=1000)
        return next(head.duel_id for head in heads if head.shown.channel == str(duel.channel.id))

    async def timed(self, name: str, function: Any, *arguments: Any) -> Any:
        """Something the host types, in a thread as if in another process."""
        began = time.monotonic()
        result = await asyncio.to_thread(function, *arguments)
        self.seconds[name] = time.monotonic() - began
        return result

    async def switch(self, environment: Mapping[str, str], side: str, **more: Any) -> int:
        asked = switching.Asked("discord", side, yes=True, **more)
        return await self.timed(f"switch {side}", switching.switch, self.settings(environment), asked)

    async def migrate(self) -> int:
        """From this machine to the functions' table."""
        here = self.settings(self.here)
        return await self.timed("migrate", migrating.migrate, here, here.address, self.table, False, True)

    async def mirrored(self, **more: bool) -> int:
        """From the functions' table to a file here."""
        asked = mirroring.Asked(self.table, self.file, **more)
        return await self.timed(f"mirror {' '.join(more)}", mirroring.mirror, self.settings(self.there), asked)


def _button(board: Message, square: str) -> Button:
    return next(one for one in board.buttons if one.label.startswith(square))


@asynccontextmanager
async def on_this_machine(host: Host, settings: Settings) -> AsyncIterator[Arena]:
    """``arena run``, connected to the gateway; it ends as SIGTERM ends it."""
    hub = Hub()
    async with embedded(settings, hub) as arena:
        chat = Chat(settings, arena)
        hub.add(chat.announcing)
        await arena.turns.resume()
        work = [arena.turns.work(), sweep(arena, settings, chat), *map(chat.run, chat.names)]
        tasks = [asyncio.create_task(one) for one in work]
        try:
            await host.discord.connected(seconds=20)
            await chat.tried()
            yield arena
        finally:
            await stop(tasks[:2])
            await chat.announcing.close()
            await stop(tasks[2:])


@asynccontextmanager
async def in_the_functions(host: Host, workers: int) -> AsyncIterator[Runtime]:
    """So many invocations at once, and the sweeper's process; what they are at is done when the block ends."""
    runtimes = [host.functions.start() for _ in range(workers + 2)]
    ended = threading.Event()
    urls = [host.functions.commands_url, *[host.functions.turns_url] * workers]
    # Threads of their own: those of the loop are for whoever has to be answered.
    threads = ThreadPoolExecutor(len(urls), thread_name_prefix="functions")
    loop = asyncio.get_running_loop()
    tasks = [
        loop.run_in_executor(threads, _work, host.functions, runtime, url, ended)
        for runtime, url in zip(runtimes, urls, strict=False)
    ]
    try:
        yield runtimes[-1]
    finally:
        ended.set()
        host.pace.lift(10_000)
        await asyncio.gather(*tasks)
        threads.shutdown()
        for runtime in reversed(runtimes):
            await asyncio.to_thread(runtime.close)
        host.functions.runtimes.clear()


def _work(functions: Serverless, runtime: Runtime, url: str, ended: threading.Event) -> None:
    """What an event source does: hands on what there is, and deletes what did not fail."""
    sqs = functions.aws.client("sqs")
    try:
        while not ended.is_set():
            records = _received(sqs, url)
            if not records:
                ended.wait(0.05)
                continue
            answer = worker.work(runtime, records, INVOCATION_SECONDS)
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            functions.failures += sorted(failed)
            for record in records:
                if record["messageId"] not in failed:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])
    finally:
        sqs.close()


def _received(sqs: Any, url: str) -> Sequence[dict[str, Any]]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=0).get("Messages", [])
    return [
        {"messageId": one["MessageId"], "receiptHandle": one["ReceiptHandle"], "body": one["Body"]} for one in found
    ]


@asynccontextmanager
async def hosting(aws: LocalAws, folder: Path, pace: Pace) -> AsyncIterator[Host]:
    """A host with a server on the loopback Discord, an empty machine, and functions that nobody uses yet."""
    discord = LoopbackDiscord(buckets=Buckets(limit=10_000, most_a_second=10_000), deadline_seconds=DEADLINE_SECONDS)
    discord.register(registration())
    (folder / "secret").write_bytes(bytes.fromhex(SECRET))
    async with AsyncExitStack() as stack:
        name = stack.enter_context(aws.table(table("arena", stream=True)))
        commands, turns = (stack.enter_context(aws.queue(VisibilityTimeout="3600")) for _ in range(2))
        shared = {
            **aws.environment,
            "ARENA_DATA_DIR": str(folder),
            "ARENA_SECRET": SECRET,
            "DISCORD_BOT_TOKEN": discord.state.token,
            "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
            "DISCORD_APPLICATION_ID": str(discord.world.application_id),
            "COMMANDS_QUEUE_URL": commands,
            "TURNS_QUEUE_URL": turns,
            "ARENA_SEALING_KEY": sealing_key(bytes.fromhex(SECRET)),
        }
        environments = [webhook.Webhook.of(shared, time.time) for _ in range(ENVIRONMENTS)]
        for one in environments:
            stack.callback(one.close)
        await stack.enter_async_context(discord)
        url = await stack.enter_async_context(api({"discord": [one.respond for one in environments]}))
        shared |= {"DISCORD_API_URL": discord.state.api_url, "DISCORD_GATEWAY_URL": discord.state.gateway_url}
        there = {**shared, "ARENA_STORE": f"dynamodb:{name}"}
        functions = Serverless(aws, there, commands, turns)
        guild = discord.guild()
        file = folder / "mirror.sqlite3"
        yield Host(discord, guild, shared, there, file, f"{url}/discord", functions, pace)


def players(pace: Pace) -> Mapping[str, Any]:
    """Who plays, wherever it is."""
    return {"test/a": Model(pace), "test/b": Model(pace), "test/answering": Answering()}
