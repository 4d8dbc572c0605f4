"""Whole duels through the arena: programs, people, choices at once, and every way one can end."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable

import pytest
from support import CHANNEL, Line, StandingClock, arena_over, start

from engine import duel, games
from engine.arena import Arena
from engine.arena.context import NAMESPACE, derived_id
from engine.arena.exports import export, formats
from engine.arena.starting import swapped
from engine.arena.turns import STARTING_MS
from engine.errors import (
    BadOption,
    Illegal,
    NotAllowed,
    OutOfTurn,
    ProviderDown,
    QueueDown,
    StalePosition,
    StoreError,
    StoreFull,
    UnknownName,
    UserError,
)
from engine.model import SEATS, Entry, Head, Limits, Seat, Status, TimeControl, Turn
from engine.ports import Answer, MoveRequest

ANN, BOB = "human/ann", "human/bob"


async def play(arena: Arena, duel_id: str) -> Head:
    """Do what the queue asks for until nothing is left to do."""
    await arena.turns.play(duel_id)
    return await arena.context.head(duel_id)


async def test_every_game_is_played_to_its_end_by_its_own_players() -> None:
    async with arena_over() as arena:
        for name in games.names():
            own = f"engine/{next(iter(games.game(name).engines))}"
            head = await start(arena, name, "engine/random", own, name, limits=Limits(max_plies=30))
            over = await play(arena, head.duel_id)
            assert over.status is Status.OVER, name
            assert over.outcome is not None
            assert over.outcome.why
            assert not over.outcome.void


async def test_the_same_seed_plays_the_same_duel() -> None:
    async with arena_over() as arena:
        logs = []
        for request in ("one", "two"):
            head = await start(arena, "racing", "engine/random", "engine/novice", request, seed=7)
            await play(arena, head.duel_id)
            record, _ = await arena.duels.record(head.duel_id)
            logs.append(record.turns)
        assert logs[0] == logs[1]


def test_a_derived_id_is_a_uuid_of_version_5() -> None:
    assert derived_id("a", 1, Seat.FIRST) == str(uuid.uuid5(NAMESPACE, "a|1|first"))


async def test_a_repeated_request_starts_one_duel() -> None:
    async with arena_over() as arena:
        heads = [await start(arena, "chess", "engine/random", "engine/novice", "same") for _ in range(3)]
        assert len({head.duel_id for head in heads}) == 1
        assert len(await arena.context.store.duels(CHANNEL)) == 1


@pytest.mark.parametrize(
    ("game", "first", "more", "error", "says"),
    [
        ("ches", "engine/random", {}, UnknownName, "Did you mean chess"),
        ("chess", "engine/rondom", {}, UnknownName, "Did you mean engine/random"),
        ("chess", "engine/random", {"options": {"varient": "x"}}, UnknownName, "Did you mean variant"),
        ("chess", "engine/random", {"options": {"fen": "nonsense"}}, BadOption, "FEN"),
        ("rock_paper_scissors", "engine/random", {"options": {"rounds": "many"}}, BadOption, "whole number"),
    ],
)
async def test_a_mistake_is_found_before_anything_is_stored(
    game: str, first: str, more: dict[str, object], error: type[UserError], says: str
) -> None:
    async with arena_over() as arena:
        with pytest.raises(error, match=says):
            await start(arena, game, first, "engine/random", **more)
        assert await arena.context.store.duels(CHANNEL) == []


async def test_rated_means_different_players_and_nothing_picked_by_hand() -> None:
    async with arena_over() as arena:
        rated = await start(arena, "chess", "engine/random", "engine/novice", "1")
        same = await start(arena, "chess", "engine/random", "engine/random", "2")
        seeded = await start(arena, "chess", "engine/random", "engine/novice", "3", seed=1)
        fen = "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1"
        picked = await start(arena, "chess", "engine/random", "engine/novice", "4", options={"fen": fen})
        book = await start(arena, "chess", "engine/random", "engine/novice", "5", options={"opening": "random"})
        assert [head.terms.rated for head in (rated, same, seeded, picked, book)] == [True, False, False, False, True]


async def test_a_rated_duel_is_counted_once_and_a_casual_one_never() -> None:
    async with arena_over(players={"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        await play(arena, head.duel_id)
        await play(arena, head.duel_id)
        ladder = "web:main|1|tic_tac_toe/standard|free"
        rows = await arena.context.store.pair_counts(ladder)
        assert [(row.first, row.second, row.wins, row.draws, row.losses) for row in rows] == [("x/a", "x/b", 1, 0, 0)]


async def test_a_model_that_gives_up_forfeits_and_its_words_are_kept() -> None:
    async with arena_over(players={"x/a": Line("1", None), "x/b": Line("5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert (over.outcome.winner, over.outcome.termination) == (Seat.SECOND, "forfeit")
        last = (await arena.context.store.entries(head.duel_id))[-1]
        assert last.body.spoken[Seat.FIRST].words == "I do not know."  # type: ignore[union-attr]


async def test_both_giving_up_at_once_is_a_draw() -> None:
    async with arena_over(players={"x/a": Line(None), "x/b": Line(None)}) as arena:
        over = await play(arena, (await start(arena, "rock_paper_scissors", "x/a", "x/b")).duel_id)
        assert over.outcome is not None
        assert (over.outcome.winner, over.outcome.termination, over.outcome.void) == (None, "forfeit", False)


async def test_a_provider_that_stays_down_makes_the_duel_void() -> None:
    async with arena_over(players={"x/a": Line("1", ProviderDown("503 from x")), "x/b": Line("5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert over.outcome.void
        assert "503 from x" in over.outcome.why
        assert await arena.context.store.pair_counts("web:main|1|tic_tac_toe/standard|free") == []


async def test_a_player_that_is_gone_after_a_restart_makes_the_duel_void() -> None:
    async with arena_over(players={"x/a": Line("1"), "x/b": Line()}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        del arena.context.roster.players["x/b"]  # type: ignore[attr-defined]
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert over.outcome.void
        assert "x/b" in over.outcome.why


async def test_a_burst_gives_way_to_a_resignation() -> None:
    async with arena_over(players={"x/b": Line(*["rock"] * 9)}) as arena:
        head = await start(arena, "chess", "engine/random", "engine/random", limits=Limits(max_plies=50))
        state = await arena.context.load(head.duel_id)
        outcome = duel.Outcome(None, duel.Termination.CANCELLED, "Cancelled.", void=True)
        await arena.context.append(head.duel_id, state, duel.End(outcome), "somebody-else")
        over = await play(arena, head.duel_id)
        assert (over.status, over.plies) == (Status.OVER, 0)
        assert len(await arena.context.store.entries(head.duel_id)) == 2


async def test_a_budget_stops_a_duel() -> None:
    async with arena_over(players={"x/a": Line("1", "2"), "x/b": Line("4", "5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b", limits=Limits(max_tokens=24))
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert (over.outcome.termination, over.outcome.void, over.plies) == ("budget", True, 2)


async def test_a_person_plays_a_program() -> None:
    async with arena_over(players={"x/b": Line("4", "5")}) as arena:
        head = await start(arena, "tic_tac_toe", ANN, "x/b")
        waiting = await play(arena, head.duel_id)
        assert (waiting.status, waiting.waiting_for) == (Status.WAITING, {Seat.FIRST})
        for number, cell in enumerate(("1", "2", "top right")):
            await arena.duels.move(head.duel_id, "ann", cell, f"m{number}")
            over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert over.outcome.winner is Seat.FIRST


async def test_a_person_is_refused_with_a_reason_and_loses_nothing() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await play(arena, head.duel_id)
        with pytest.raises(OutOfTurn, match="X's move"):
            await arena.duels.move(head.duel_id, "bob", "1", "m0")
        with pytest.raises(NotAllowed):
            await arena.duels.move(head.duel_id, "eve", "1", "m1")
        await arena.duels.move(head.duel_id, "ann", "1", "m2")
        with pytest.raises(Illegal, match="taken"):
            await arena.duels.move(head.duel_id, "bob", "1", "m3")
        with pytest.raises(StalePosition, match="gone"):
            await arena.duels.move(head.duel_id, "bob", "2", "m4", at=0)
        with pytest.raises(UnknownName):
            await arena.duels.move("no-such-duel", "bob", "2", "m5")
        assert (await arena.context.load(head.duel_id)).ply == 1


async def test_a_move_sent_twice_is_played_once() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await play(arena, head.duel_id)
        for _ in range(3):
            await arena.duels.move(head.duel_id, "ann", "1", "double-click", at=0)
        assert (await arena.context.load(head.duel_id)).ply == 1


async def test_racing_clicks_play_one_move() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await play(arena, head.duel_id)
        clicks = [arena.duels.move(head.duel_id, "ann", str(cell), f"c{cell}", at=0) for cell in range(1, 10)]
        results = await asyncio.gather(*clicks, return_exceptions=True)
        assert sum(not isinstance(result, Exception) for result in results) == 1
        assert all(isinstance(result, OutOfTurn) for result in results if isinstance(result, Exception))
        assert (await arena.context.load(head.duel_id)).ply == 1


async def test_time_runs_out_for_a_person() -> None:
    async with arena_over() as arena:
        clock = arena.context.clock
        assert isinstance(clock, StandingClock)
        head = await start(arena, "tic_tac_toe", ANN, BOB, time=TimeControl(per_ply_seconds=30))
        assert (await play(arena, head.duel_id)).deadline_ms == clock.now_ms() + 30_000
        clock.pass_seconds(29)
        assert await arena.turns.sweep() == 0
        clock.pass_seconds(1)
        with pytest.raises(StalePosition, match="Too late"):
            await arena.duels.move(head.duel_id, "ann", "1", "late")
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert (over.outcome.winner, over.outcome.termination) == (Seat.SECOND, "timeout")


async def test_resigning_ends_the_duel_even_while_a_model_thinks() -> None:
    async with arena_over() as arena:
        thinking, answered = asyncio.Event(), asyncio.Event()

        class Slow(Line):
            async def choose(self, request):  # type: ignore[no-untyped-def]
                thinking.set()
                await answered.wait()
                return await super().choose(request)

        arena.context.roster.players["x/slow"] = Slow("1")  # type: ignore[attr-defined]
        head = await start(arena, "tic_tac_toe", "x/slow", ANN)
        playing = asyncio.create_task(arena.turns.play(head.duel_id))
        await thinking.wait()
        await arena.duels.resign(head.duel_id, "ann", "r1")
        answered.set()
        await playing
        over = await arena.context.head(head.duel_id)
        assert over.outcome is not None
        assert (over.outcome.winner, over.outcome.termination, over.plies) == (Seat.FIRST, "resignation", 0)


async def test_draws_between_people() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await play(arena, head.duel_id)
        with pytest.raises(UserError, match="no draw offer"):
            await arena.draws.answer(head.duel_id, "bob", True, "d0")
        await arena.draws.offer(head.duel_id, "ann", "d1")
        with pytest.raises(UserError, match="stands already"):
            await arena.draws.offer(head.duel_id, "ann", "d2")
        await arena.draws.answer(head.duel_id, "bob", False, "d3")
        await arena.draws.offer(head.duel_id, "bob", "d4")
        await arena.draws.answer(head.duel_id, "ann", True, "d5")
        over = await arena.context.head(head.duel_id)
        assert over.outcome is not None
        assert (over.outcome.winner, over.outcome.termination) == (None, "agreement")


async def test_two_offers_are_an_agreement() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await arena.draws.offer(head.duel_id, "ann", "d1")
        await arena.draws.offer(head.duel_id, "bob", "d2")
        assert (await arena.context.head(head.duel_id)).status is Status.OVER


async def test_programs_take_no_draw_offers() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, "engine/random")
        with pytest.raises(UserError, match="play on"):
            await arena.draws.offer(head.duel_id, "ann", "d1")


async def test_only_the_starter_cancels_and_it_counts_for_nobody() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        with pytest.raises(NotAllowed):
            await arena.duels.cancel(head.duel_id, "bob", "c1")
        await arena.duels.cancel(head.duel_id, "ann", "c2")
        over = await arena.context.head(head.duel_id)
        assert over.outcome is not None
        assert over.outcome.void
        with pytest.raises(OutOfTurn):
            await arena.duels.resign(head.duel_id, "ann", "c3")


async def test_a_choice_is_hidden_until_both_are_in_and_can_be_checked_after() -> None:
    async with arena_over() as arena:
        head = await start(arena, "rock_paper_scissors", ANN, BOB)
        await play(arena, head.duel_id)
        moved = await arena.duels.move(head.duel_id, "ann", "rock", "a1", at=0)
        state = moved.state
        assert (moved.sealed, state.ply) == (True, 0)
        assert len(await arena.context.store.entries(head.duel_id)) == 1
        published = (await arena.context.store.seals(head.duel_id, 0))[Seat.FIRST].digest
        for seat in SEATS:
            assert "rock" not in state.game.board(state.position, seat).alt.casefold().replace("rock-paper", "")
        await arena.duels.move(head.duel_id, "bob", "paper", "b1", at=0)
        turn = (await arena.context.store.entries(head.duel_id))[1].body
        assert isinstance(turn, Turn)
        opened = f"{turn.salts[Seat.FIRST]}|{turn.moves[Seat.FIRST]}"
        assert hashlib.sha256(opened.encode()).hexdigest() == published


async def test_a_sealed_choice_cannot_be_changed() -> None:
    async with arena_over() as arena:
        head = await start(arena, "rock_paper_scissors", ANN, BOB)
        for request in ("a1", "a1"):
            await arena.duels.move(head.duel_id, "ann", "rock", request, at=0)
        with pytest.raises(OutOfTurn, match="sealed already"):
            await arena.duels.move(head.duel_id, "ann", "paper", "a2", at=0)
        await arena.duels.move(head.duel_id, "bob", "scissors", "b1", at=0)
        turn = (await arena.context.store.entries(head.duel_id))[1].body
        assert isinstance(turn, Turn)
        assert turn.moves[Seat.FIRST].startswith("r")


async def test_a_person_against_a_program_at_once() -> None:
    async with arena_over() as arena:
        head = await start(arena, "rock_paper_scissors", ANN, "engine/random", options={"rounds": "1"})
        for number in range(4):
            waiting = await play(arena, head.duel_id)
            if waiting.status is Status.OVER:
                break
            assert waiting.waiting_for == {Seat.FIRST}
            await arena.duels.move(head.duel_id, "ann", "rock", f"m{number}")
        assert (await play(arena, head.duel_id)).status is Status.OVER


async def test_two_workers_play_one_duel_once() -> None:
    async with arena_over() as arena:
        head = await start(arena, "chess", "engine/random", "engine/random", limits=Limits(max_plies=40))
        await asyncio.gather(*(arena.turns.play(head.duel_id) for _ in range(4)))
        over = await arena.context.head(head.duel_id)
        assert over.plies == 40
        entries = await arena.context.store.entries(head.duel_id)
        assert [entry.number for entry in entries] == list(range(len(entries)))


async def test_a_crash_between_the_last_entry_and_the_head_is_mended() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        await play(arena, head.duel_id)
        state = await arena.context.load(head.duel_id)
        outcome = duel.forfeited([Seat.FIRST], duel.Termination.RESIGNATION, "X resigned.")
        await arena.context.append(head.duel_id, state, duel.End(outcome), "end")
        assert (await arena.context.head(head.duel_id)).status is Status.WAITING
        await arena.context.wake(head.duel_id)
        assert (await play(arena, head.duel_id)).status is Status.OVER


async def test_a_full_disk_stops_a_duel_until_there_is_space_and_nothing_is_paid_twice() -> None:
    asked = Line("1", "2", "3")
    async with arena_over(players={"x/a": asked, "x/b": Line("4", "5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        store = arena.context.store
        write, failures = store.append, iter([StoreFull("No space is left.")] * 3)

        async def full_once(duel_id: str, entry: Entry) -> None:
            if error := next(failures, None):
                raise error
            await write(duel_id, entry)

        store.append = full_once  # type: ignore[method-assign]
        working = asyncio.create_task(arena.turns.work())
        async for _ in arena.context.announcer.changes(head.duel_id):  # type: ignore[attr-defined]
            if (await arena.context.head(head.duel_id)).status is Status.OVER:
                break
        working.cancel()
        assert (await arena.context.head(head.duel_id)).plies == 5
        assert len(asked.asked) == 3


async def test_a_duel_that_cannot_be_queued_again_keeps_no_other_from_being_played() -> None:
    async with arena_over() as arena:
        await start(arena, "tic_tac_toe", "engine/random", "engine/random", "lost")
        store, queue = arena.context.store, arena.context.queue
        claim, put, refused = store.claim, queue.put, asyncio.Event()

        async def unclaimed(*_: object) -> Head | None:
            raise StoreError("locked")

        async def down(_: str) -> None:
            refused.set()
            raise QueueDown("SQS did not answer")

        store.claim, queue.put = unclaimed, down  # type: ignore[method-assign]
        working = asyncio.create_task(arena.turns.work())
        async with asyncio.timeout(10):
            await refused.wait()
            store.claim, queue.put = claim, put  # type: ignore[method-assign]
            other = await start(arena, "tic_tac_toe", "engine/random", "engine/random", "other")
            async for _ in arena.context.announcer.changes(other.duel_id):  # type: ignore[attr-defined]
                if (await arena.context.head(other.duel_id)).status is Status.OVER:
                    break
        working.cancel()
        clock = arena.context.clock
        assert isinstance(clock, StandingClock)
        clock.pass_seconds(STARTING_MS / 1000)  # nobody has claimed it yet: until then who started it may be at it
        assert await arena.turns.sweep() == 1, "the sweeper does not find the one that was left"


async def test_rematch_swaps_the_seats() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect")
        with pytest.raises(UserError, match="still being played"):
            swapped(head, "ann", "again")
        over = await play(arena, head.duel_id)
        again = await arena.duels.start(swapped(over, "ann", "again"))
        assert str(again.terms.players[Seat.FIRST]) == "engine/perfect"
        assert again.terms.seed != head.terms.seed


async def test_every_export_of_every_game() -> None:
    async with arena_over() as arena:
        for name in games.names():
            head = await start(arena, name, "engine/random", "engine/random", name, limits=Limits(max_plies=12))
            await play(arena, head.duel_id)
            record, entries = await arena.duels.record(head.duel_id)
            for form in formats(name):
                assert export(record, entries, form).strip(), (name, form)
        with pytest.raises(UnknownName, match="export format"):
            export(record, entries, "docx")


async def test_watching_carries_on_where_it_stood() -> None:
    async with arena_over() as arena:
        head = await start(arena, "tic_tac_toe", ANN, BOB)
        assert (await arena.watching.watch(head.duel_id)).turns == ()
        await arena.duels.move(head.duel_id, "ann", "1", "m1")
        await arena.duels.move(head.duel_id, "bob", "5", "m2")
        watched = await arena.watching.watch(head.duel_id)
        assert [turn.number for turn in watched.turns] == [1, 2]
        assert watched.state == await arena.context.load(head.duel_id)
        assert watched.position(0) == watched.start
        with pytest.raises(UnknownName):
            watched.position(3)


async def test_a_worker_whose_time_is_up_leaves_the_duel_to_another() -> None:
    lines = {"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}
    async with arena_over(players=lines) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        clock = arena.context.clock
        assert isinstance(clock, StandingClock)
        lines["x/b"].choose = later(lines["x/b"].choose, clock)  # type: ignore[method-assign]
        assert not await arena.turns.play(head.duel_id, until_ms=clock.now_ms() + 1)
        left = await arena.context.head(head.duel_id)
        assert (left.status, left.lease, left.plies) == (Status.LIVE, None, 2)
        assert await arena.context.store.due(clock.now_ms()) == [head.duel_id]
        assert await arena.turns.play(head.duel_id)
        assert (await arena.context.load(head.duel_id)).outcome


def later(choose: Callable[[MoveRequest], Awaitable[Answer]], clock: StandingClock) -> Callable[..., Awaitable[Answer]]:
    """Thinks for a second."""

    async def slow(request: MoveRequest) -> Answer:
        clock.pass_seconds(1)
        return await choose(request)

    return slow
