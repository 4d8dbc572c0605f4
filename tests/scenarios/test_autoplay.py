"""Autoplay: a program takes over a person's seat, everybody learns of it, and nothing is rated any more."""

from __future__ import annotations

import pytest
from journeys import Members, members
from money import RATES
from support import CHANNEL, Cast, Line

from engine.errors import BadOption, NotAllowed, OutOfTurn, StalePosition, StoreError, UnknownName, UserError
from engine.model import Autoplay, Head, MoveMode, Player, Seat, Status
from engine.ports import Answer, MoveRequest

RANDOM = Player("engine", "random")


async def started(here: Members, typed: str) -> Head:
    reply = await here.type("ann", typed)
    if reply.duel_id is None:
        reply = await here.type("bob", "/duel accept")
    return await here.arena.context.head(str(reply.duel_id))


async def newest(here: Members, head: Head) -> Head:
    return await here.arena.context.head(head.duel_id)


class TestHandingOver:
    async def test_the_program_plays_the_duel_to_its_end_and_it_counts_for_nobody(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            assert head.terms.rated
            await here.type("bob", "/duel autoplay engine/random")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            waiting = await newest(here, head)
            assert (waiting.status, waiting.waiting_for, waiting.plies) == (Status.WAITING, {Seat.FIRST}, 2)
            await here.type("ann", "/duel autoplay engine/perfect")
            await here.arena.turns.play(head.duel_id)
            over = await newest(here, head)
            assert over.status is Status.OVER
            assert await here.arena.context.store.pair_counts("web:main|1|tic_tac_toe/standard|none") == []

    async def test_heads_and_lists_tell_who_sits_there_now(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            reply = await here.type("bob", "/duel autoplay engine/random")
            assert "engine/random plays on for you" in reply.text
            now = await newest(here, head)
            assert (now.terms.players[Seat.SECOND], now.terms.rated) == (RANDOM, False)
            assert (await here.type("eve", "/duel list")).lines[1][3] == "engine/random"
            assert await here.arena.context.store.seated(CHANNEL, Player("human", here.id("bob"))) == []
            assert "casual" in (await here.type("eve", "/duel show")).text

    async def test_who_has_left_moves_no_more(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            await here.type("ann", "/duel autoplay engine/random")
            for typed in ("/duel move 1", "/duel resign", "/duel draw", "/duel autoplay engine/perfect"):
                with pytest.raises(NotAllowed, match="no seat"):
                    await here.type("ann", f"{typed} duel:{head.duel_id}")

    async def test_a_model_plays_in_the_mode_that_is_asked_for(self) -> None:
        async with members({"x/m": (model := Line("1"))}) as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            await here.type("ann", "/duel autoplay x/m moves:listed")
            await here.arena.turns.play(head.duel_id)
            assert [request.mode for request in model.asked] == [MoveMode.LISTED]
            assert (await newest(here, head)).terms.modes == {Seat.FIRST: MoveMode.LISTED}

    async def test_a_sealed_choice_stays(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start rock_paper_scissors me <@bob> rounds:1")
            await here.type("ann", "/duel move rock")
            await here.type("ann", "/duel autoplay engine/random")
            await here.type("bob", "/duel move scissors")
            await here.arena.turns.play(head.duel_id)
            watched = await here.arena.watching.watch(head.duel_id)
            assert watched.turns[0].encoded == {Seat.FIRST: "rock", Seat.SECOND: "scissors"}

    async def test_the_other_person_cannot_take_back_more_than_before(self) -> None:
        async with members() as here:
            await started(here, "/duel start tic_tac_toe me <@bob> rated:no")
            await here.type("ann", "/duel move 1")
            await here.type("bob", "/duel move 2")
            await here.type("ann", "/duel autoplay engine/random")
            assert "taken back" in (await here.type("bob", "/duel takeback")).text


class TestRefusals:
    @pytest.mark.parametrize(
        ("typed", "error", "text"),
        [
            ("/duel autoplay me", BadOption, "Only a model or an engine"),
            ("/duel autoplay <@bob>", BadOption, "Only a model or an engine"),
            ("/duel autoplay engine/nobody", UnknownName, "no player"),
            ("/duel autoplay nobody", UnknownName, "no player"),
            ("/duel autoplay engine/random at:7", StalePosition, "position is gone"),
        ],
    )
    async def test_who_cannot_take_over(self, typed: str, error: type[UserError], text: str) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            with pytest.raises(error, match=text):
                await here.type("ann", typed)
            assert (await newest(here, head)).terms == head.terms

    async def test_a_spectator_hands_nothing_over(self) -> None:
        async with members() as here:
            await started(here, "/duel start tic_tac_toe me <@bob>")
            with pytest.raises(NotAllowed):
                await here.type("eve", "/duel autoplay engine/random duel:last")

    async def test_a_budget_needs_a_player_whose_price_is_known(self) -> None:
        async with members({"unpriced/m": Line()}) as here:
            await started(here, "/duel start tic_tac_toe me engine/random budget:1")
            with pytest.raises(BadOption, match="Nobody knows the price"):
                await here.type("ann", "/duel autoplay unpriced/m")

    async def test_a_player_that_does_not_play_here_takes_no_seat_over(self) -> None:
        async with members() as here:
            await here.arena.communities.change(CHANNEL, "models", "engine/perfect", here.id("bob"), "r")
            await started(here, "/duel start tic_tac_toe me <@bob>")
            with pytest.raises(NotAllowed, match="does not play here"):
                await here.type("ann", "/duel autoplay engine/random")
            await here.type("ann", "/duel autoplay engine/perfect")

    async def test_not_when_their_time_has_run_out(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob> rated:no ply-seconds:30")
            here.clock.pass_seconds(31)
            with pytest.raises(StalePosition, match="Too late"):
                await here.type("ann", "/duel autoplay engine/random")
            await here.arena.turns.play(head.duel_id)
            over = await newest(here, head)
            assert over.outcome is not None
            assert (over.outcome.winner, over.outcome.termination) == (Seat.SECOND, "timeout")

    async def test_not_when_it_is_over(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            await here.type("ann", "/duel resign")
            with pytest.raises(OutOfTurn, match="over"):
                await here.type("bob", f"/duel autoplay engine/random duel:{head.duel_id}")


class TestRated:
    """Nobody leaves a result that they do not like by way of a program."""

    async def test_against_a_member_nothing_is_handed_over_once_it_has_begun(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            await here.type("ann", "/duel move 1")
            with pytest.raises(NotAllowed, match="play on, or resign"):
                await here.type("bob", "/duel autoplay engine/random sure:yes")
            assert (await newest(here, head)).terms.rated

    async def test_against_a_program_it_is_asked_first_and_cannot_be_cancelled_afterwards(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me engine/perfect")
            await here.type("ann", "/duel move 1")
            await here.arena.turns.play(head.duel_id)
            asked = await here.type("ann", "/duel autoplay engine/random")
            assert "It becomes casual" in asked.text
            assert (await newest(here, head)).terms.rated
            ((button,),) = asked.buttons
            await here.type(
                "ann", " ".join([f"/{button.command} {button.verb}", *map(":".join, button.options.items())])
            )
            assert not (await newest(here, head)).terms.rated
            for cancel in (here.type, here.moderate):
                with pytest.raises(NotAllowed, match="handed over a rated duel"):
                    await cancel("ann", f"/duel cancel {head.duel_id}")
            await here.moderate("eve", f"/duel cancel {head.duel_id}")

    async def test_before_the_first_move_nothing_is_at_stake(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me engine/perfect")
            await here.type("ann", "/duel autoplay engine/random")
            await here.type("ann", f"/duel cancel {head.duel_id}")


class TestMoney:
    async def test_what_costs_is_said_before_it_is_spent(self) -> None:
        async with members({"paid/m": Line("1")}) as here:
            cast(here).costs["paid/m"] = RATES
            head = await started(here, "/duel start tic_tac_toe me engine/random rated:no")
            asked = await here.type("ann", "/duel autoplay paid/m")
            assert asked.text.startswith("paid/m will cost about $0.00")
            assert (await newest(here, head)).terms == head.terms
            await here.type("ann", "/duel autoplay paid/m sure:yes")
            assert str((await newest(here, head)).terms.players[Seat.FIRST]) == "paid/m"

    async def test_so_is_that_nobody_knows_the_price(self) -> None:
        async with members({"unpriced/m": Line("1")}) as here:
            await started(here, "/duel start tic_tac_toe me engine/random rated:no")
            assert "Nobody knows the price of unpriced/m" in (await here.type("ann", "/duel autoplay unpriced/m")).text

    @pytest.mark.parametrize("name", ["paid/m", "unpriced/m"])
    async def test_who_may_start_nothing_seats_no_player_that_costs(self, name: str) -> None:
        async with members({name: Line("1")}) as here:
            cast(here).costs["paid/m"] = RATES
            await started(here, "/duel start tic_tac_toe me engine/random rated:no")
            await here.moderate("eve", "/arena set start moderators")
            for sure in ("", " sure:yes"):
                with pytest.raises(NotAllowed, match="setting “start”"):
                    await here.type("ann", f"/duel autoplay {name}{sure}")
            await here.type("ann", "/duel autoplay engine/perfect")


def cast(here: Members) -> Cast:
    roster = here.arena.context.roster
    assert isinstance(roster, Cast)
    return roster


class TestRaces:
    async def test_a_repeated_request_hands_over_once(self) -> None:
        async with members() as here:
            head = await started(here, "/duel start tic_tac_toe me <@bob>")
            bob = Player("human", here.id("bob"))
            for _ in range(2):
                await here.arena.autoplays.hand_over(head.duel_id, bob.id, RANDOM, None, "the-same")
            bodies = [entry.body for entry in await here.arena.context.store.entries(head.duel_id)]
            assert sum(isinstance(body, Autoplay) for body in bodies) == 1

    async def test_a_model_that_thinks_meanwhile_plays_on_against_the_program(self) -> None:
        async with members() as here:

            class Slow(Line):
                async def choose(self, request: MoveRequest) -> Answer:
                    if not self.asked:
                        await here.type("ann", "/duel autoplay engine/perfect")
                    return await super().choose(request)

            # Its first answer is to a log that has grown meanwhile, so it is asked again.
            here.arena.context.roster.players["x/slow"] = Slow("1", "1", "9", "2", "3", "4", "6", "7", "8")  # type: ignore[attr-defined]
            head = await started(here, "/duel start tic_tac_toe x/slow me")
            await here.arena.turns.play(head.duel_id)
            over = await newest(here, head)
            assert over.terms.players[Seat.SECOND] == Player("engine", "perfect")
            assert not over.terms.rated

    @pytest.mark.parametrize(("other", "then"), [("me", "work"), ("me", "resign"), ("engine/perfect", "work")])
    async def test_a_crash_before_the_head_is_written_is_mended(self, other: str, then: str) -> None:
        async with members() as here:
            head = await started(here, f"/duel start tic_tac_toe <@bob> {other}")
            update = here.arena.context.store.update

            async def die(_: Head) -> Head:
                raise StoreError("killed here")

            here.arena.context.store.update = die  # type: ignore[method-assign]
            with pytest.raises(StoreError):
                await here.type("bob", "/duel autoplay engine/random")
            here.arena.context.store.update = update  # type: ignore[method-assign]
            assert (await newest(here, head)).terms.rated
            if then == "work":
                await here.arena.turns.play(head.duel_id)
            else:
                await here.type("ann", "/duel resign")
            now = await newest(here, head)
            assert (now.terms.players[Seat.FIRST], now.terms.rated) == (RANDOM, False)
            assert await here.arena.context.store.pair_counts("web:main|1|tic_tac_toe/standard|none") == []
