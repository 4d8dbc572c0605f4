"""Takebacks: with consent, never in a rated duel, and never under a model that is thinking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from journeys import Members, members
from money import RATES
from support import Cast, Line

from engine import duel
from engine.errors import NotAllowed, OutOfTurn, StalePosition, UserError
from engine.model import Head, Seat, Spoken, Status, Takeback, TakebackOffer, TakebackRefused
from engine.ports import Answer, MoveRequest


async def against(here: Members, other: str, game: str = "tic_tac_toe", more: str = "rated:no") -> Head:
    """Ann is first, the other second; Bob accepts when it is he."""
    reply = await here.type("ann", f"/duel start {game} me {other} {more}")
    if reply.duel_id is None:
        reply = await here.type("bob", "/duel accept")
    return await here.arena.context.head(str(reply.duel_id))


async def play(here: Members, head: Head, *moves: str) -> None:
    """Ann and Bob in turn."""
    for number, move in enumerate(moves):
        await here.type("ann" if number % 2 == 0 else "bob", f"/duel move {move} duel:{head.duel_id}")


async def state_of(here: Members, head: Head) -> duel.State:
    return await here.arena.context.load(head.duel_id)


async def kinds(here: Members, head: Head) -> list[type]:
    return [type(entry.body) for entry in await here.arena.context.store.entries(head.duel_id)]


class TestBetweenPeople:
    @pytest.mark.parametrize(("moves", "left"), [(("1",), 0), (("1", "2"), 0), (("1", "2", "3"), 2)])
    async def test_it_goes_back_to_before_the_own_last_move(self, moves: tuple[str, ...], left: int) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, *moves)
            await here.type("ann", "/duel takeback")
            assert (await state_of(here, head)).ply == len(moves)
            reply = await here.type("bob", "/duel takeback allow")
            state = await state_of(here, head)
            assert (state.ply, state.to_move(), state.takeback_offer) == (left, {Seat.FIRST}, None)
            assert reply.private
            await here.type("ann", "/duel move 9")

    async def test_a_refusal_changes_nothing_and_may_be_followed_by_another_request(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1")
            for _ in range(2):
                await here.type("ann", "/duel takeback")
                await here.type("bob", "/duel takeback refuse")
            assert (await kinds(here, head))[-4:] == [TakebackOffer, TakebackRefused] * 2
            assert (await state_of(here, head)).ply == 1

    async def test_a_request_lapses_with_the_next_move(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1")
            await here.type("ann", "/duel takeback")
            await here.type("bob", "/duel move 2")
            with pytest.raises(UserError, match="Nobody asks"):
                await here.type("bob", "/duel takeback allow")

    @pytest.mark.parametrize(
        ("who", "typed", "error", "text"),
        [
            ("bob", "/duel takeback", UserError, "nothing to take back"),
            ("bob", "/duel takeback allow", UserError, "Nobody asks"),
            ("eve", "/duel takeback duel:last", NotAllowed, "no seat"),
        ],
    )
    async def test_what_cannot_be_done(self, who: str, typed: str, error: type[UserError], text: str) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1")
            with pytest.raises(error, match=text):
                await here.type(who, typed)

    async def test_one_request_at_a_time_and_not_by_who_is_asked(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1", "2")
            await here.type("ann", "/duel takeback")
            with pytest.raises(UserError, match="asked already"):
                await here.type("ann", "/duel takeback")
            with pytest.raises(UserError, match="allow or refuse it first"):
                await here.type("bob", "/duel takeback")
            with pytest.raises(UserError, match="Nobody asks"):
                await here.type("ann", "/duel takeback allow")

    async def test_a_rated_duel_stands(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>", more="")
            assert head.terms.rated
            await play(here, head, "1")
            with pytest.raises(UserError, match="rated, so its moves stand"):
                await here.type("ann", "/duel takeback")

    async def test_a_click_for_an_older_position_does_nothing(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1", "2")
            with pytest.raises(StalePosition, match="That position is gone"):
                await here.type("ann", "/duel takeback at:1")
            await here.type("ann", "/duel takeback at:2")
            await here.type("bob", "/duel takeback allow at:2")
            with pytest.raises(StalePosition):
                await here.type("ann", "/duel move 5 at:2")

    @pytest.mark.parametrize("answer", ["ask", "allow"])
    async def test_a_double_click_takes_back_once(self, answer: str) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1", "2", "3", "4")
            if answer == "allow":
                await here.type("ann", "/duel takeback")
            who = "ann" if answer == "ask" else "bob"
            clicks = [here.type(who, f"/duel takeback {answer} at:4", request_id=f"click-{n}") for n in range(3)]
            answers = await asyncio.gather(*clicks, return_exceptions=True)
            assert sum(isinstance(one, UserError) for one in answers) == 2
            assert sum(kind in {Takeback, TakebackOffer} for kind in await kinds(here, head)) == 1 + (answer == "allow")

    async def test_a_repeated_request_takes_back_once(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1", "2", "3")
            await here.type("ann", "/duel takeback", request_id="ask")
            for _ in range(2):
                await here.type("bob", "/duel takeback allow", request_id="allow")
            await here.type("ann", "/duel takeback", request_id="ask")
            assert (await kinds(here, head)).count(Takeback) == 1

    async def test_a_move_and_an_answer_at_once_are_one_of_both(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1")
            await here.type("ann", "/duel takeback")
            both = [here.type("bob", "/duel takeback allow at:1"), here.type("bob", "/duel move 2 at:1")]
            answers = await asyncio.gather(*both, return_exceptions=True)
            assert sum(isinstance(answer, OutOfTurn | UserError) for answer in answers) == 1
            assert (await state_of(here, head)).ply in {0, 2}

    async def test_a_draw_offer_goes_with_the_moves_that_it_was_made_for(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1", "2")
            await here.type("ann", "/duel draw")
            await here.type("ann", "/duel move 3")
            await here.type("ann", "/duel takeback")
            await here.type("bob", "/duel takeback allow")
            with pytest.raises(UserError, match="no draw offer"):
                await here.type("bob", "/duel draw accept")

    async def test_the_clock_starts_again(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>", more="rated:no ply-seconds:30")
            await play(here, head, "1")
            await here.arena.turns.play(head.duel_id)
            assert (await here.arena.context.head(head.duel_id)).waiting_for == {Seat.SECOND}
            here.clock.pass_seconds(20)
            await here.type("ann", "/duel takeback")
            await here.type("bob", "/duel takeback allow")
            await here.arena.turns.play(head.duel_id)
            waiting = await here.arena.context.head(head.duel_id)
            assert (waiting.waiting_for, waiting.plies) == ({Seat.FIRST}, 0)
            assert waiting.deadline_ms == here.clock.now_ms() + 30_000

    async def test_nothing_is_taken_back_from_a_duel_that_is_over(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>")
            await play(here, head, "1")
            await here.type("bob", "/duel resign")
            with pytest.raises(OutOfTurn, match="over"):
                await here.type("ann", f"/duel takeback duel:{head.duel_id}")


class TestAlone:
    async def test_who_plays_both_sides_takes_back_the_last_move(self) -> None:
        async with members() as here:
            head = await against(here, "me")
            for move in ("1", "2", "3"):
                await here.type("ann", f"/duel move {move}")
            await here.type("ann", "/duel takeback")
            state = await state_of(here, head)
            assert (state.ply, state.to_move()) == (2, {Seat.FIRST})

    async def test_a_turn_made_at_once_is_taken_back_whole(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>", "rock_paper_scissors")
            await play(here, head, "rock", "paper", "rock")
            await here.type("ann", "/duel takeback")
            await here.type("bob", "/duel takeback allow")
            state = await state_of(here, head)
            assert (state.ply, state.turn) == (0, 0)
            await play(here, head, "scissors", "paper")
            assert (await state_of(here, head)).turn == 1


class TestAgainstPrograms:
    async def test_it_is_done_at_once_and_the_model_answers_anew(self) -> None:
        async with members({"x/m": (model := Line("2", "3"))}) as here:
            head = await against(here, "x/m")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            assert "taken back" in (await here.type("ann", "/duel takeback")).text
            await here.arena.turns.play(head.duel_id)
            waiting = await here.arena.context.head(head.duel_id)
            assert (waiting.status, waiting.waiting_for) == (Status.WAITING, {Seat.FIRST})
            await here.type("ann", "/duel move 5")
            await here.arena.turns.play(head.duel_id)
            assert [request.ply for request in model.asked] == [1, 1]
            assert (await state_of(here, head)).ply == 2

    async def test_what_was_taken_back_is_paid_for_all_the_same(self) -> None:
        async with members({"x/m": Line("2", "3")}) as here:
            head = await against(here, "x/m", more="rated:no max-tokens:24")
            for move in ("1", "5"):
                await here.type("ann", f"/duel move {move}")
                await here.arena.turns.play(head.duel_id)
                if move == "1":
                    await here.type("ann", "/duel takeback")
            over = await here.arena.context.head(head.duel_id)
            assert over.outcome is not None
            assert over.outcome.termination == "budget"

    async def test_an_answer_to_a_position_that_is_gone_is_not_played(self) -> None:
        async with members() as here:

            class Slow(Line):
                async def choose(self, request: MoveRequest) -> Answer:
                    if not self.asked:
                        await here.type("ann", "/duel takeback")
                    return await super().choose(request)

            slow = Slow("2", "3")
            here.arena.context.roster.players["x/slow"] = slow  # type: ignore[attr-defined]
            head = await against(here, "x/slow")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            state = await state_of(here, head)
            assert (state.ply, state.to_move()) == (0, {Seat.FIRST})
            assert (await here.arena.context.head(head.duel_id)).waiting_for == {Seat.FIRST}
            await here.type("ann", "/duel move 5")
            await here.arena.turns.play(head.duel_id)
            assert [request.ply for request in slow.asked] == [1, 1]

    async def test_a_choice_made_at_once_for_a_position_that_is_gone_is_not_opened(self) -> None:
        async with members() as here:

            class Slow(Line):
                async def choose(self, request: MoveRequest) -> Answer:
                    if len(self.asked) == 1:
                        await here.type("ann", "/duel takeback")
                    return await super().choose(request)

            slow = Slow("rock", "paper", "scissors")
            here.arena.context.roster.players["x/slow"] = slow  # type: ignore[attr-defined]
            head = await against(here, "x/slow", "rock_paper_scissors")
            await here.type("ann", "/duel move rock")
            for _ in range(2):  # the second time because it was woken
                await here.arena.turns.play(head.duel_id)
            state = await state_of(here, head)
            assert (state.turn, len(slow.asked)) == (0, 3)
            await here.type("ann", "/duel move rock")
            await here.arena.turns.play(head.duel_id)
            watched = await here.arena.watching.watch(head.duel_id)
            assert [turn.encoded[Seat.SECOND] for turn in watched.turns] == ["scissors"]

    async def test_a_worker_that_is_about_to_wait_sees_it(self) -> None:
        """The request comes between the model's answer and the moment the worker gives its lease back."""
        async with members({"x/m": Line("2", "3", "4")}) as here:
            head = await against(here, "x/m")
            await here.type("ann", "/duel move 1")
            update, done = here.arena.context.store.update, False

            async def interrupted(written: Head) -> Any:
                nonlocal done
                if written.status is Status.WAITING and not done:
                    done = True
                    await here.type("ann", "/duel takeback")
                return await update(written)

            here.arena.context.store.update = interrupted  # type: ignore[method-assign]
            await here.arena.turns.play(head.duel_id)
            await here.arena.turns.play(head.duel_id)
            waiting = await here.arena.context.head(head.duel_id)
            assert (waiting.status, waiting.waiting_for, waiting.plies) == (Status.WAITING, {Seat.FIRST}, 0)


class Thinking(Line):
    """Lets somebody do something while it thinks about its ``at``-th answer."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]], at: int, *answers: str) -> None:
        super().__init__(*answers)
        self.meanwhile = meanwhile
        self.at = at

    async def choose(self, request: MoveRequest) -> Answer:
        if len(self.asked) == self.at:
            await self.meanwhile()
        return await super().choose(request)


class TestMoney:
    @pytest.mark.parametrize("name", ["paid/m", "unpriced/m"])
    async def test_a_model_that_may_cost_money_is_not_asked_in_vain(self, name: str) -> None:
        async with members() as here:

            async def too_early() -> None:
                with pytest.raises(UserError, match="Take back after it"):
                    await here.type("ann", "/duel takeback")

            cast(here).players[name] = model = Thinking(too_early, 0, "2", "3")
            cast(here).costs[name] = RATES
            head = await against(here, name, more="rated:no price:ok")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            assert (await state_of(here, head)).ply == 2
            await here.type("ann", "/duel takeback")
            assert (await state_of(here, head)).tally(Seat.SECOND).cost_nano_usd == 7
            assert len(model.asked) == 1

    async def test_what_was_sealed_and_is_never_opened_counts_without_being_told(self) -> None:
        async with members({"paid/m": (model := Line("rock", "paper", "scissors"))}) as here:
            cast(here).costs["paid/m"] = RATES
            head = await against(here, "paid/m", "rock_paper_scissors", "rated:no price:ok")
            await here.arena.turns.play(head.duel_id)
            await here.type("ann", "/duel move rock")
            await here.arena.turns.play(head.duel_id)
            await here.type("ann", "/duel takeback")
            log = await here.arena.context.store.entries(head.duel_id)
            assert log[-1].body == Takeback(2, here.id("ann"), {Seat.SECOND: Spoken("", 10, 2, 5, 7)})
            state = await state_of(here, head)
            assert (state.tally(Seat.SECOND).cost_nano_usd, len(model.asked)) == (14, 2)


class TestTime:
    async def test_time_that_has_run_out_is_not_taken_back(self) -> None:
        async with members() as here:
            head = await against(here, "engine/perfect", more="rated:no ply-seconds:30")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            here.clock.pass_seconds(31)
            with pytest.raises(StalePosition, match="Too late: X ran out of time"):
                await here.type("ann", "/duel takeback")
            await here.arena.turns.play(head.duel_id)
            over = await here.arena.context.head(head.duel_id)
            assert over.outcome is not None
            assert over.outcome.termination == "timeout"

    async def test_nor_by_the_consent_of_who_was_late(self) -> None:
        async with members() as here:
            head = await against(here, "<@bob>", more="rated:no ply-seconds:30")
            await play(here, head, "1")
            await here.type("ann", "/duel takeback")
            here.clock.pass_seconds(31)
            with pytest.raises(StalePosition, match="Too late"):
                await here.type("bob", "/duel takeback allow")


def cast(here: Members) -> Cast:
    roster = here.arena.context.roster
    assert isinstance(roster, Cast)
    return roster
