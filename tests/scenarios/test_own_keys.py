"""A community's own keys: encrypted, never shown again, seated for that community alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from journeys import Members, Notes
from money import Crash
from support import CHANNEL, StandingClock, arena_over, start

from bot.commands import Acknowledged, Reply, command, run
from bot.completion import complete
from bot.hub import Hub
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.own_keys import OwnKeys
from engine.errors import BadOption, NotAllowed, UnknownName, UserError
from engine.model import Community, Document, Role, Seat, Spoken, Status, Termination
from engine.players.model_card import ModelCard, Price
from engine.players.roster import Roster
from engine.players.vendor import Vendor
from engine.ports import Answer, Ask, Chosen, Completion, MoveRequest, OwnKey
from engine.queues.local import LocalQueue
from engine.secret import Secret
from engine.stores.sqlite import SqliteStore

KEY = "sk-test-zqxw"
STORE = f"/arena key name:ours key:{KEY} model:big,small"


class Behind:
    """Stands in for the API behind a key, and remembers what it was asked with."""

    def __init__(self, key: OwnKey) -> None:
        self.key = key
        self.asked: list[str] = []
        self.closed = False

    def check(self, model: str, constrained: bool) -> None:
        """Everything can be asked."""

    async def complete(self, ask: Ask) -> Completion:
        self.asked.append(ask.model)
        assert KEY not in str(ask)
        board = ask.messages[1].text
        free = next(cell for cell in ("a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3") if cell in board)
        return Completion(f"Move: {free}", 10, 2)

    async def close(self) -> None:
        self.closed = True


class Makes:
    """Makes what stands behind keys, and keeps it."""

    def __init__(self) -> None:
        self.made: list[Behind] = []

    def __call__(self, key: OwnKey) -> Vendor:
        def make() -> Behind:
            self.made.append(Behind(key))
            return self.made[-1]

        price = Price(1_000_000_000, 1_000_000_000, "2026-11-23", "a test")
        return Vendor(make, {"big": ModelCard("big", price=price)})


@asynccontextmanager
async def members(path: Path | str = ":memory:", secret: bytes = b"a secret of tests") -> AsyncIterator[Members]:
    """Ann and Bob, in an arena with the real roster; what it makes is at ``arena.context.roster``."""
    store, clock, notes = SqliteStore.open(path), StandingClock(), Notes()
    makes = Makes()
    roster = Roster({}, {}, clock, own=makes)
    hub = Hub()
    hub.add(notes)
    arena = Arena.over(Context(store, LocalQueue(), roster, clock, hub, secret))
    try:
        people = {name: await arena.people.seen("web", name, name.title()) for name in ("ann", "bob")}
        here = Members(arena, notes, people)
        here.makes = makes  # type: ignore[attr-defined]
        yield here
    finally:
        await roster.close()
        await store.close()


def made(here: Members) -> list[Behind]:
    return here.makes.made  # type: ignore[attr-defined, no-any-return]


def words(reply: Reply) -> str:
    return "\n".join([reply.text, *("\t".join(map(str, line)) for line in reply.lines)])


async def test_a_key_is_stored_listed_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "arena.sqlite3"
    async with members(path) as here:
        said = await here.moderate("ann", STORE)
        assert said.private
        assert "own/ours/big, own/ours/small" in said.text
        listed = await here.moderate("bob", "/arena keys")
        assert [tuple(map(str, line)) for line in listed.lines[1:]] == [
            ("ours", "openai", "own/ours/big, own/ours/small", "2027-01-15", "Ann")
        ]
        (document,) = await here.arena.context.store.documents(CHANNEL, "key")
        everything = [words(said), words(listed), str(document), str(here.notes.documents), caplog.text]
        assert not [text for text in everything if KEY in text or KEY[-4:] in text]
    assert not holding(tmp_path)


def holding(folder: Path) -> list[Path]:
    """The files in which the key stands as it is."""
    return [file for file in folder.iterdir() if KEY.encode() in file.read_bytes()]


async def test_its_model_plays_here_and_the_key_opens_it() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        reply = await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
        await here.arena.turns.play(str(reply.duel_id))
        (behind,) = made(here)
        assert behind.key.key == Secret(KEY)
        assert set(behind.asked) == {"small"}
        head = await here.arena.context.head(str(reply.duel_id))
        assert head.status is Status.OVER
        log = str(await here.arena.context.store.entries(head.duel_id))
        assert KEY not in log


async def test_another_community_does_not_know_it() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
        elsewhere = here.asked("bob", "/duel start tic_tac_toe own/ours/small engine/random")
        with pytest.raises(UnknownName):
            await run(replace(elsewhere, community=Community("web", "other")), here.arena)


@pytest.mark.parametrize("player", ["own/ours/huge", "own/theirs/big", "own/ours"])
async def test_only_the_models_it_was_stored_for(player: str) -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        with pytest.raises(UnknownName) as unknown:
            await here.type("ann", f"/duel start tic_tac_toe {player} engine/random")
        assert any(name.startswith("own/ours/") for name in unknown.value.nearest)


async def test_members_and_other_names() -> None:
    async with members() as here:
        with pytest.raises(NotAllowed):
            await here.type("ann", STORE)
        for typed in (
            f"/arena key name:a/b key:{KEY} model:m",
            f"/arena key name:ours key:{KEY} model:,",
            f"/arena key name:ours key:{KEY} model:m address:http://api.example",
            f"/arena key name:ours key:{KEY} model:m address:https://10.0.0.1/v1",
            "/arena key name:ours key:ключ model:m",
        ):
            with pytest.raises(BadOption):
                await here.moderate("ann", typed)
        assert await here.arena.own_keys.listed(CHANNEL) == []


async def test_a_removed_key_seats_nobody_and_its_duel_is_lost() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        reply = await here.type("ann", "/duel start tic_tac_toe engine/random own/ours/small")
        await here.moderate("ann", "/arena key-remove ours")
        with pytest.raises(UnknownName):
            await here.moderate("ann", "/arena key-remove ours")
        with pytest.raises(UnknownName):
            await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
        await here.arena.turns.play(str(reply.duel_id))
        outcome = (await here.arena.context.head(str(reply.duel_id))).outcome
        assert outcome
        assert (outcome.winner, outcome.termination) == (Seat.FIRST, Termination.FORFEIT)


@pytest.mark.parametrize("replaced", [True, False])
async def test_what_becomes_of_a_key_holds_for_the_duel_under_way(
    replaced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two models in one sitting: what is asked after the change is asked with the new key, or not at all."""
    asked, go, answer = asyncio.Event(), asyncio.Event(), Behind.complete

    async def slow(behind: Behind, ask: Ask) -> Completion:
        asked.set()
        await go.wait()
        assert not behind.closed
        return await answer(behind, ask)

    monkeypatch.setattr(Behind, "complete", slow)
    async with members() as here:
        await here.moderate("ann", STORE)
        reply = await here.type("ann", "/duel start tic_tac_toe own/ours/big own/ours/small rated:no price:ok")
        playing = asyncio.ensure_future(here.arena.turns.play(str(reply.duel_id)))
        await asked.wait()
        if replaced:
            await here.moderate("ann", "/arena key name:ours key:sk-test-another model:big,small")
        else:
            await here.moderate("ann", "/arena key-remove ours")
        go.set()
        await playing
        outcome = (await here.arena.context.head(str(reply.duel_id))).outcome
        assert outcome
        old, *newer = made(here)
        assert len(old.asked) == 1
        assert old.closed
        if replaced:
            assert [behind.key.key for behind in newer] == [Secret("sk-test-another")]
            assert newer[0].asked
        else:
            assert newer == []
            assert outcome.termination == Termination.PROVIDER_DOWN
            assert "own/ours/small has no key any more" in outcome.why


async def test_who_set_and_removed_a_key_is_noted() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        here.clock.pass_seconds(60)
        await here.moderate("bob", "/arena key-remove ours")
        lines = [tuple(map(str, line[1:])) for line in (await here.moderate("ann", "/arena changes")).lines[1:]]
        assert lines == [("Bob", "key ours", "removed"), ("Ann", "key ours", "set for openai")]


async def test_no_crash_loses_the_line_about_a_key() -> None:
    """The process dies at once after a key has changed: the audit tells of it already."""
    async with members() as here:
        context = here.arena.context

        class Dying:
            """The store, whose process dies as soon as a key is written or deleted."""

            def __getattr__(self, name: str) -> object:
                return getattr(context.store, name)

            async def put_document(self, document: Document) -> Document:
                saved = await context.store.put_document(document)
                if document.kind == "key":
                    raise Crash
                return saved

            async def delete_document(self, document: Document) -> None:
                await context.store.delete_document(document)
                raise Crash

        dying: Any = Dying()
        keys = OwnKeys(replace(context, store=dying))
        with pytest.raises(Crash):
            await keys.put(CHANNEL, "ours", Secret(KEY), "openai", "small", "ann")
        assert [change.new for change in await here.arena.communities.changes(CHANNEL)] == ["openai"]
        here.clock.pass_seconds(1)
        with pytest.raises(Crash):
            await keys.remove(CHANNEL, "ours", "bob")
        assert [change.new for change in await here.arena.communities.changes(CHANNEL)] == ["openai", None]


async def test_a_key_that_cannot_be_read_does_not_take_the_others_with_it() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        await here.arena.context.store.put_document(Document(CHANNEL, "key", "a", {"odd": 1}))
        assert [facts.name for facts in await here.arena.own_keys.listed(CHANNEL)] == ["ours"]
        assert (await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")).duel_id


async def test_a_replaced_key_is_used_from_the_next_duel() -> None:
    async with members() as here:
        for key in (KEY, "sk-test-another"):
            await here.moderate("ann", f"/arena key name:ours key:{key} model:small")
            reply = await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
            await here.arena.turns.play(str(reply.duel_id))
        assert [behind.key.key.reveal() for behind in made(here)] == [KEY, "sk-test-another"]
        await here.arena.context.roster.close()  # type: ignore[attr-defined]
        assert all(behind.closed for behind in made(here))


async def test_a_key_that_has_not_changed_keeps_its_connection() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        for _ in range(3):
            reply = await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
            await here.arena.turns.play(str(reply.duel_id))
        assert len(made(here)) == 1


async def test_under_another_secret_it_seats_nobody(tmp_path: Path) -> None:
    path = tmp_path / "arena.sqlite3"
    async with members(path) as here:
        await here.moderate("ann", STORE)
    async with members(path, b"another secret") as here:
        with pytest.raises(UserError):
            await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")
        assert len(await here.arena.own_keys.listed(CHANNEL)) == 1


async def test_its_prices_and_the_cap() -> None:
    """What a known API bills is counted; what nobody knows the price of may play, since it is the community's bill."""
    async with members() as here:
        await here.moderate("ann", STORE)
        await here.moderate("ann", "/arena set money-cap 1000")
        reply = await here.type("ann", "/duel start tic_tac_toe own/ours/big engine/random")
        assert reply.buttons
        reply = await here.type("ann", "/duel start tic_tac_toe own/ours/big engine/random price:ok")
        await here.arena.turns.play(str(reply.duel_id))
        assert list((await here.arena.budgets.standing(CHANNEL)).spent) == ["own/ours/big"]
        assert (await here.type("ann", "/duel start tic_tac_toe own/ours/small engine/random")).duel_id


async def test_it_is_offered_here_and_asked_for_in_a_form() -> None:
    async with members() as here:
        await here.moderate("ann", STORE)
        offered = [value for value, _ in await complete(here.arena, CHANNEL, "players", "own/", "chess")]
        assert offered == ["own/ours/big", "own/ours/small"]
        assert await complete(here.arena, Community("web", "other"), "players", "own/", "chess") == []
        assert await complete(here.arena, CHANNEL, "keys", "", "", role=Role.MODERATOR) == [("ours", "ours")]
        assert "own/ours/big" in words(await here.type("ann", "/arena players"))
    assert command("arena").verb("key").acknowledged is Acknowledged.MODAL


async def test_there_are_only_so_many() -> None:
    async with members() as here:
        for number in range(20):
            await here.moderate("ann", f"/arena key name:k{number} key:{KEY} model:m")
        with pytest.raises(BadOption, match="At most 20 keys"):
            await here.moderate("ann", f"/arena key name:k20 key:{KEY} model:m")
        await here.moderate("ann", f"/arena key name:k7 key:{KEY} model:other")


class Glutton:
    """Plays any legal move, and says that it used so many tokens for it."""

    def __init__(self, first: int, later: int) -> None:
        self.tokens = [first, later]

    async def choose(self, request: MoveRequest) -> Answer:
        moves = list(request.game.propose(request.position, request.seat))
        return Chosen(moves[0], Spoken("", self.tokens[request.ply > 1], 1, 1, 0))

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(
    ("player", "rated", "first", "later", "lost"),
    [
        ("own/k/m", True, 1, 10**6, True),
        ("own/k/m", False, 1, 10**6, False),
        ("x/m", True, 1, 10**6, False),
        ("own/k/m", True, 1, 1, None),
    ],
)
async def test_no_endpoint_escapes_a_defeat_by_what_it_says_it_used(
    player: str, rated: bool, first: int, later: int, lost: bool | None
) -> None:
    """The limit of tokens makes a duel void; an endpoint that its owner can make say anything must not choose that."""
    async with arena_over(players={player: Glutton(first, later)}) as arena:
        head = await start(arena, "tic_tac_toe", player, "engine/perfect", rated=rated)
        await arena.turns.play(head.duel_id)
        outcome = (await arena.context.head(head.duel_id)).outcome
        assert outcome
        if lost is None:
            assert outcome.termination not in {Termination.FORFEIT, Termination.BUDGET}
        else:
            assert (outcome.winner, outcome.void) == ((Seat.SECOND, False) if lost else (None, True))
            assert ("own/k/m has used most of it" in outcome.why) is lost
