"""What nobody may gain by: clocks, seals, seeds, cancellations, repeated requests, lost leases, outages."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import Any

import pytest
from support import CHANNEL, Line, StandingClock, arena_over, start

from engine import duel
from engine.arena import Arena
from engine.arena.context import derived_id
from engine.arena.turns import AWAY
from engine.errors import (
    BadOption,
    NotAllowed,
    OutOfTurn,
    ProviderDown,
    StalePosition,
    StoreError,
    StoreFull,
    UserError,
)
from engine.model import (
    Adjourn,
    DrawOffer,
    End,
    Entry,
    Head,
    Lease,
    Limits,
    Player,
    Seat,
    Spoken,
    Status,
    TimeControl,
    Turn,
)
from engine.ports import Answer, MoveRequest

ANN, BOB = "human/ann", "human/bob"
RPS = "rock_paper_scissors"


def clock_of(arena: Arena) -> StandingClock:
    clock = arena.context.clock
    assert isinstance(clock, StandingClock)
    return clock


async def play(arena: Arena, duel_id: str) -> Head:
    await arena.turns.play(duel_id)
    return await arena.context.head(duel_id)


class TestClocks:
    async def test_who_sealed_in_time_wins_when_the_other_does_not(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, RPS, ANN, BOB, time=TimeControl(per_ply_seconds=30))
            await play(arena, head.duel_id)
            await arena.duels.move(head.duel_id, "ann", "rock", "a1")
            await play(arena, head.duel_id)
            clock_of(arena).pass_seconds(31)
            assert await arena.turns.sweep() == 1
            over = await play(arena, head.duel_id)
            assert over.outcome is not None
            assert (over.outcome.winner, over.outcome.termination) == (Seat.FIRST, "timeout")

    async def test_a_slow_model_does_not_cost_a_person_the_duel(self) -> None:
        async with arena_over() as arena:

            class Slow(Line):
                async def choose(self, request: MoveRequest) -> Answer:
                    await arena.duels.move(request.duel_id, "ann", "rock", "a1")
                    clock_of(arena).pass_seconds(60)
                    return await super().choose(request)

            arena.context.roster.players["x/slow"] = Slow("paper")  # type: ignore[attr-defined]
            head = await start(arena, RPS, ANN, "x/slow", time=TimeControl(per_ply_seconds=30), options={"rounds": "1"})
            over = await play(arena, head.duel_id)
            assert over.outcome is not None
            assert (over.outcome.winner, over.outcome.termination) == (Seat.SECOND, "majority")

    async def test_each_seat_pays_for_its_own_time(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, RPS, ANN, BOB)
            clock_of(arena).pass_seconds(2)
            await arena.duels.move(head.duel_id, "ann", "rock", "a1")
            clock_of(arena).pass_seconds(40)
            moved = await arena.duels.move(head.duel_id, "bob", "rock", "b1")
            assert [moved.state.tally(seat).used_ms for seat in (Seat.FIRST, Seat.SECOND)] == [2_000, 42_000]

    async def test_time_that_runs_out_while_the_arena_is_away_is_given_back(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB, time=TimeControl(per_ply_seconds=30))
            await play(arena, head.duel_id)
            clock_of(arena).pass_seconds(3_600)
            assert await arena.turns.resume() == 1
            again = await play(arena, head.duel_id)
            assert (again.status, again.deadline_ms) == (Status.WAITING, clock_of(arena).now_ms() + 30_000)
            clock_of(arena).pass_seconds(30)
            await arena.turns.sweep()
            assert (await play(arena, head.duel_id)).status is Status.OVER

    async def test_a_crash_while_a_clock_is_restarted_strands_nobody(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB, time=TimeControl(per_ply_seconds=30))
            await play(arena, head.duel_id)
            state = await arena.context.load(head.duel_id)
            await arena.context.append(head.duel_id, state, Adjourn(AWAY), "half of it")
            await arena.turns.resume()
            assert (await play(arena, head.duel_id)).status is Status.WAITING
            assert (await arena.duels.move(head.duel_id, "ann", "1", "m1")).state.ply == 1

    async def test_a_model_that_thought_when_the_arena_stopped_costs_nobody_the_duel(self) -> None:
        async with arena_over(players={"x/b": Line("paper")}) as arena:
            head = await start(arena, RPS, ANN, "x/b", time=TimeControl(per_ply_seconds=30))
            clock_of(arena).pass_seconds(3_600)
            await arena.turns.resume()
            waiting = await play(arena, head.duel_id)
            assert (waiting.status, waiting.deadline_ms) == (Status.WAITING, clock_of(arena).now_ms() + 30_000)

    async def test_a_duel_that_another_process_plays_is_left_to_it(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", "engine/random", ANN)
            now = clock_of(arena).now_ms()
            await arena.context.store.claim(head.duel_id, Lease("another", now + 60_000), now)
            clock_of(arena).pass_seconds(1)
            await arena.turns.resume()
            assert len(await arena.context.store.entries(head.duel_id)) == 1


class TestSeals:
    async def test_a_draw_offer_between_reading_and_revealing_loses_nothing(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, RPS, ANN, BOB)
            await arena.duels.move(head.duel_id, "ann", "rock", "a1")
            store, seals = arena.context.store, arena.context.store.seals
            offered = False

            async def offer_first(duel_id: str, entry: int) -> Any:
                nonlocal offered
                if not offered:
                    offered = True
                    await store.append(duel_id, Entry(1, "offer", 5, DrawOffer(Seat.FIRST)))
                return await seals(duel_id, entry)

            store.seals = offer_first  # type: ignore[method-assign]
            moved = await arena.duels.move(head.duel_id, "bob", "paper", "b1")
            assert (moved.sealed, moved.state.turn, moved.state.entry) == (False, 1, 2)

    async def test_a_request_sent_again_does_not_choose_in_the_next_round(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, RPS, ANN, BOB)
            await arena.duels.move(head.duel_id, "ann", "rock", "a1")
            await arena.duels.move(head.duel_id, "bob", "paper", "b1")
            for request in ("a1", "b1", "a1"):
                moved = await arena.duels.move(head.duel_id, "ann" if request == "a1" else "bob", "rock", request)
                assert (moved.sealed, moved.state.turn) == (False, 1)
            assert await arena.context.store.seals(head.duel_id, 1) == {}

    async def test_a_program_whose_choice_was_seen_and_taken_back_chooses_anew(self) -> None:
        async with arena_over() as arena:
            again = set()
            for number in range(12):
                head = await start(arena, RPS, ANN, "engine/random", f"r{number}", rated=False)
                seen = []
                for turn in range(2):
                    await arena.duels.move(head.duel_id, "ann", "rock", f"m{turn}")
                    await play(arena, head.duel_id)
                    entries = await arena.context.store.entries(head.duel_id)
                    seen += [entry.body.moves[Seat.SECOND] for entry in entries[-1:] if isinstance(entry.body, Turn)]
                    await arena.takebacks.ask(head.duel_id, "ann", f"t{turn}")
                again.add(seen[0] == seen[1])
            assert False in again


class TestLeases:
    async def test_a_lost_lease_ends_the_spending(self) -> None:
        async with arena_over() as arena:
            taken = Line(*["1", "5", "2", "4", "3"])

            class Robbed(Line):
                async def choose(self, request: MoveRequest) -> Answer:
                    answer = await super().choose(request)
                    clock_of(arena).pass_seconds(3_600)
                    now = clock_of(arena).now_ms()
                    await arena.context.store.claim(request.duel_id, Lease("another", now + 3_600_000), now)
                    return answer

            robbed = Robbed("1", "2", "3")
            arena.context.roster.players.update({"x/a": robbed, "x/b": taken})  # type: ignore[attr-defined]
            head = await start(arena, "tic_tac_toe", "x/a", "x/b")
            await arena.turns.play(head.duel_id)
            assert (len(robbed.asked), len(taken.asked)) == (1, 0)
            assert (await arena.context.head(head.duel_id)).lease == Lease(
                "another", clock_of(arena).now_ms() + 3_600_000
            )


class TestRated:
    async def test_nobody_can_choose_a_seed_by_choosing_a_request(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "racing", "engine/random", "engine/novice", "guessable")
            public = {derived_id(CHANNEL, "guessable"), "guessable"}
            guesses = {int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) for text in public}
            assert head.terms.seed not in guesses
            again = await start(arena, "racing", "engine/random", "engine/novice", "guessable")
            assert again.terms.seed == head.terms.seed

    @pytest.mark.parametrize(
        ("first", "second", "more", "rated"),
        [
            (ANN, "engine/novice", {}, True),
            (BOB, "engine/novice", {}, False),
            (ANN, BOB, {}, False),
            ("engine/random", "engine/novice", {"limits": Limits(max_plies=2)}, False),
            ("engine/random", "engine/novice", {"limits": Limits(max_tokens=9)}, False),
        ],
    )
    async def test_rated_needs_who_agreed_and_the_usual_limits(
        self, first: str, second: str, more: dict[str, Any], rated: bool
    ) -> None:
        async with arena_over() as arena:
            assert (await start(arena, "chess", first, second, **more)).terms.rated is rated

    async def test_who_plays_a_rated_duel_cannot_cancel_it_once_it_has_begun(self) -> None:
        async with arena_over(players={"x/b": Line("5")}) as arena:
            head = await start(arena, "tic_tac_toe", ANN, "x/b")
            await arena.duels.move(head.duel_id, "ann", "1", "m1")
            with pytest.raises(NotAllowed, match="resign"):
                await arena.duels.cancel(head.duel_id, "ann", "c1")
            casual = await start(arena, "tic_tac_toe", ANN, "x/b", "casual", rated=False)
            await arena.duels.move(casual.duel_id, "ann", "1", "m1")
            assert (await arena.duels.cancel(casual.duel_id, "ann", "c2")).outcome

    async def test_a_budget_needs_a_price(self) -> None:
        async with arena_over(players={"unpriced/model": Line()}) as arena:
            with pytest.raises(BadOption, match="max-tokens"):
                await start(arena, "chess", "unpriced/model", "engine/random", limits=Limits(max_nano_usd=10))


class TestSpending:
    async def test_what_an_outage_interrupted_is_paid_for_in_the_log(self) -> None:
        down = ProviderDown("503")
        down.spoken = Spoken("thinking", 900, 100, 5, 77)
        async with arena_over(players={"x/a": Line(down), "x/b": Line(None)}) as arena:
            head = await start(arena, RPS, "x/a", "x/b")
            over = await play(arena, head.duel_id)
            assert over.outcome is not None
            assert over.outcome.void
            state = await arena.context.load(head.duel_id)
            assert (state.tally(Seat.FIRST).tokens_in, state.tally(Seat.FIRST).cost_nano_usd) == (900, 77)
            end = (await arena.context.store.entries(head.duel_id))[-1].body
            assert isinstance(end, End)
            assert end.spoken[Seat.SECOND].words == "I do not know."

    async def test_a_player_that_breaks_ends_the_duel_once(self) -> None:
        class Broken(Line):
            async def choose(self, request: MoveRequest) -> Answer:
                self.asked.append(request)
                raise RuntimeError("a bug")

        broken = Broken()
        async with arena_over(players={"x/a": broken}) as arena:
            head = await start(arena, "tic_tac_toe", "x/a", "engine/random")
            over = await play(arena, head.duel_id)
            await play(arena, head.duel_id)
            assert over.outcome is not None
            assert over.outcome.void
            assert "a bug" not in over.outcome.why
            assert len(broken.asked) == 1


class TestRepeatedRequests:
    async def test_resigning_cancelling_and_drawing_twice_is_done_once(self) -> None:
        async with arena_over() as arena:
            for number, act in enumerate((arena.duels.resign, arena.duels.cancel)):
                head = await start(arena, "tic_tac_toe", ANN, BOB, str(number))
                states = [await act(head.duel_id, "ann", "again") for _ in range(2)]
                assert states[0].outcome == states[1].outcome
                with pytest.raises(OutOfTurn):
                    await act(head.duel_id, "ann", "another")
            head = await start(arena, "tic_tac_toe", ANN, BOB, "draw")
            for _ in range(2):
                await arena.draws.offer(head.duel_id, "ann", "offer")
            for _ in range(2):
                await arena.draws.answer(head.duel_id, "bob", True, "accept")
            log = await arena.context.store.entries(head.duel_id)
            assert len(log) == 4

    async def test_a_repeated_resignation_mends_the_head(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            state = await arena.context.load(head.duel_id)
            end = End(duel.forfeited([Seat.FIRST], duel.Termination.RESIGNATION, "X resigned."), "ann")
            await arena.context.append(head.duel_id, state, end, derived_id(head.duel_id, "r1", "resign"))
            await arena.duels.resign(head.duel_id, "ann", "r1")
            assert (await arena.context.head(head.duel_id)).status is Status.OVER

    async def test_a_repeated_move_wakes_the_duel_that_its_first_try_could_not(self) -> None:
        async with arena_over(players={"x/b": Line("5")}) as arena:
            head = await start(arena, "tic_tac_toe", ANN, "x/b")
            await play(arena, head.duel_id)
            state = await arena.context.load(head.duel_id)
            await arena.context.append(head.duel_id, state, Turn({Seat.FIRST: "1"}), derived_id(head.duel_id, "m1"))
            assert (await arena.duels.move(head.duel_id, "ann", "1", "m1")).state.ply == 1
            assert (await play(arena, head.duel_id)).plies == 2

    async def test_an_id_used_for_another_command_is_no_end(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            await arena.duels.move(head.duel_id, "ann", "1", "same")
            assert (await arena.duels.resign(head.duel_id, "ann", "same")).outcome

    async def test_one_request_chooses_for_one_side(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, RPS, ANN, ANN)
            for _ in range(2):
                moved = await arena.duels.move(head.duel_id, "ann", "rock", "m1")
                assert (moved.sealed, moved.state.turn) == (True, 0)


class TestDecided:
    async def test_a_decided_position_cannot_be_resigned_cancelled_or_drawn_away(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            for number, cell in enumerate("14253"):
                await arena.duels.move(head.duel_id, "ann" if number % 2 == 0 else "bob", cell, f"m{number}")
            for act in (arena.duels.resign, arena.duels.cancel, arena.draws.offer):
                with pytest.raises(OutOfTurn, match="decided: X has three in a row"):
                    await act(head.duel_id, "ann", "too late")
            over = await play(arena, head.duel_id)
            assert over.outcome is not None
            assert over.outcome.winner is Seat.FIRST


async def test_a_store_that_fails_while_history_is_read_ends_no_duel() -> None:
    class Reader(Line):
        async def choose(self, request: MoveRequest) -> Answer:
            await request.history()
            return await super().choose(request)

    async with arena_over(players={"x/a": Reader("1", "2", "3"), "x/b": Line("4", "5")}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "x/b")
        entries, calls = arena.context.store.entries, 0

        async def flaky(duel_id: str, after: int = -1) -> list[Entry]:
            nonlocal calls
            calls += 1
            if calls == 2:
                raise StoreError("locked")
            return await entries(duel_id, after)

        arena.context.store.entries = flaky  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            await arena.turns.play(head.duel_id)
        over = await play(arena, head.duel_id)
        assert over.outcome is not None
        assert over.outcome.winner is Seat.FIRST


class TestDrawOffers:
    @pytest.mark.parametrize("answer", [True, False])
    async def test_who_has_run_out_of_time_agrees_to_no_draw(self, answer: bool) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB, time=TimeControl(per_ply_seconds=30))
            if answer:
                await arena.draws.offer(head.duel_id, "bob", "d0")
            clock_of(arena).pass_seconds(31)
            draws, ann = arena.draws, (head.duel_id, "ann")
            late = draws.answer(*ann, True, "d1") if answer else draws.offer(*ann, "d1")
            with pytest.raises(StalePosition, match="Too late: X ran out of time"):
                await late
            over = await play(arena, head.duel_id)
            assert over.outcome is not None
            assert over.outcome.termination == "timeout"

    async def test_racing_answers_agree_on_one(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            await arena.draws.offer(head.duel_id, "ann", "d1")
            answers = [arena.draws.answer(head.duel_id, "bob", yes, f"a{yes}") for yes in (False, True)]
            results = await asyncio.gather(*answers, return_exceptions=True)
            assert sum(isinstance(result, UserError) for result in results) == 1
            offers = [arena.draws.offer(head.duel_id, "bob", f"o{number}") for number in range(3)]
            await asyncio.gather(*offers, return_exceptions=True)
            log = await arena.context.store.entries(head.duel_id)
            assert sum(isinstance(entry.body, DrawOffer) for entry in log) <= 2

    async def test_an_offer_survives_the_offerer_s_move_and_lapses_with_the_answerer_s(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            await arena.draws.offer(head.duel_id, "ann", "d1")
            state = (await arena.duels.move(head.duel_id, "ann", "1", "m1")).state
            assert state.draw_offer is Seat.FIRST
            state = (await arena.duels.move(head.duel_id, "bob", "5", "m2")).state
            assert state.draw_offer is None

    async def test_one_offer_a_turn(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            await arena.draws.offer(head.duel_id, "ann", "d1")
            await arena.draws.answer(head.duel_id, "bob", False, "d2")
            with pytest.raises(UserError, match="in this turn already"):
                await arena.draws.offer(head.duel_id, "ann", "d3")

    async def test_an_offer_that_comes_between_does_not_refuse_a_move(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, BOB)
            append, raced = arena.context.store.append, False

            async def offer_first(duel_id: str, entry: Entry) -> None:
                nonlocal raced
                if isinstance(entry.body, Turn) and not raced:
                    raced = True
                    await append(duel_id, Entry(entry.number, "offer", 5, DrawOffer(Seat.SECOND)))
                await append(duel_id, entry)

            arena.context.store.append = offer_first  # type: ignore[method-assign]
            moved = await arena.duels.move(head.duel_id, "ann", "1", "m1")
            assert (moved.state.ply, moved.state.entry) == (1, 2)

    async def test_who_sits_on_both_sides_can_agree_and_resigns_the_side_to_move(self) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, ANN)
            await arena.duels.move(head.duel_id, "ann", "1", "m1")
            state = await arena.duels.resign(head.duel_id, "ann", "r")
            assert state.outcome is not None
            assert state.outcome.winner is Seat.FIRST
            other = await start(arena, "tic_tac_toe", ANN, ANN, "other")
            await arena.draws.offer(other.duel_id, "ann", "d1")
            await arena.draws.answer(other.duel_id, "ann", True, "d2")
            assert (await arena.context.head(other.duel_id)).status is Status.OVER


async def test_who_sits_on_both_sides_chooses_for_each_in_turn() -> None:
    async with arena_over() as arena:
        head = await start(arena, RPS, ANN, ANN)
        assert (await arena.duels.move(head.duel_id, "ann", "rock", "m1")).sealed
        moved = await arena.duels.move(head.duel_id, "ann", "paper", "m2")
        assert (moved.sealed, moved.state.turn) == (False, 1)


class TestSecondWrites:
    """The log is written and its head is not: the store was full for a moment, and there is no clock to wake it."""

    @pytest.mark.parametrize(
        ("write", "request_of"),
        [
            ("update", lambda arena, duel_id: arena.duels.move(duel_id, "ann", "5", "r")),
            ("finish", lambda arena, duel_id: arena.duels.resign(duel_id, "ann", "r")),
            (
                "update",
                lambda arena, duel_id: arena.autoplays.hand_over(duel_id, "ann", Player("engine", "random"), None, "r"),
            ),
        ],
    )
    @pytest.mark.parametrize("then", ["work", "request"])
    async def test_strands_nobody(self, write: str, request_of: Any, then: str) -> None:
        async with arena_over() as arena:
            head = await start(arena, "tic_tac_toe", ANN, "engine/random", time=TimeControl(), rated=False)
            assert (await play(arena, head.duel_id)).status is Status.WAITING
            await drained(arena)
            fail_once(arena, write)
            with pytest.raises(StoreFull):
                await request_of(arena, head.duel_id)
            if then == "request":
                await drained(arena)  # the process died and forgot its queue
                with suppress(UserError):
                    await arena.duels.move(head.duel_id, "ann", "1", "another")
            while found := await drained(arena):
                for duel_id in found:
                    await arena.turns.play(duel_id)
            now, state = await arena.context.head(head.duel_id), await arena.context.load(head.duel_id)
            assert (now.plies, now.outcome, now.terms) == (state.ply, state.outcome, state.terms)
            assert now.waiting_for == state.to_move()


async def drained(arena: Arena) -> list[str]:
    """What the queue holds, taken off it."""
    found = []
    while True:
        try:
            found.append(await asyncio.wait_for(arena.context.queue.get(), 0.01))
        except TimeoutError:
            return found
        arena.context.queue.done(found[-1])


def fail_once(arena: Arena, name: str) -> None:
    """The next call of that write finds the disk full."""
    store: Any = arena.context.store
    write = getattr(store, name)

    async def full(*_: Any) -> None:
        setattr(store, name, write)
        raise StoreFull("The disk is full.")

    setattr(store, name, full)


class TestManyDuels:
    async def test_an_old_duel_is_still_mine_and_still_found(self) -> None:
        async with arena_over() as arena:
            old = await start(arena, "tic_tac_toe", ANN, BOB, "old")
            for number in range(105):
                clock_of(arena).pass_seconds(1)
                await start(arena, "tic_tac_toe", "engine/random", "engine/perfect", f"new{number}")
            mine = await arena.context.store.seated(CHANNEL, Player("human", "ann"))
            assert [head.duel_id for head in mine] == [old.duel_id]
            assert (await arena.duels.find(CHANNEL, old.duel_id[:8])).duel_id == old.duel_id

    async def test_one_damaged_head_hides_no_other(self) -> None:
        async with arena_over() as arena:
            bad = await start(arena, "tic_tac_toe", ANN, BOB, "bad")
            good = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect", "good")
            writer = arena.context.store._writer  # type: ignore[attr-defined]
            await writer.run(
                lambda connection: connection.execute("UPDATE heads SET terms = '{}' WHERE duel_id = ?", (bad.duel_id,))
            )
            assert [head.duel_id for head in await arena.context.store.duels(CHANNEL)] == [good.duel_id]
            assert await arena.turns.resume() == 2
            await arena.turns.sweep()


async def test_a_worker_survives_one_duel_s_failure() -> None:
    async with arena_over(players={"x/b": Line(*["1"] * 3)}) as arena:
        bad = await start(arena, "tic_tac_toe", ANN, BOB, "bad")
        good = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect", "good")
        load = arena.context.store.entries

        async def broken(duel_id: str, after: int = -1) -> list[Entry]:
            if duel_id == bad.duel_id:
                raise RuntimeError("a bug")
            return await load(duel_id, after)

        arena.context.store.entries = broken  # type: ignore[method-assign]
        working = asyncio.create_task(arena.turns.work())
        async for _ in arena.context.announcer.changes(good.duel_id):  # type: ignore[attr-defined]
            if (await arena.context.head(good.duel_id)).status is Status.OVER:
                break
        assert not working.done()
        working.cancel()


async def test_giving_up_without_attempts_is_told_without_a_number() -> None:
    async with arena_over(players={"x/a": Line(None)}) as arena:
        over = await play(arena, (await start(arena, "tic_tac_toe", "x/a", "engine/random")).duel_id)
        assert over.outcome is not None
        assert over.outcome.why == "X gave no legal move."
