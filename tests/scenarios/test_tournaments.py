"""Tournaments from sign-up to the last result: whatever happens in between has a stated outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from journeys import Members, members
from support import CHANNEL, Line

from engine.arena.quotes import Quote, Quotes
from engine.arena.tournament.log import Phase, State
from engine.arena.tournament.plan import Plan
from engine.arena.tournament.records import Listed
from engine.errors import NotAllowed, OutOfTurn, UserError
from engine.model import Player, Status
from engine.ports import MoveSource
from engine.render.drawn import figure_png
from engine.render.figures import Knockout, Table

FORMATS = ("round_robin", "swiss", "single_elimination", "double_elimination", "gauntlet")
FIELD = ("engine/perfect", "engine/novice", "engine/random", "x/a", "x/b")


class Forever(Line):
    """A scripted player that always takes the first free field."""

    def __init__(self) -> None:
        super().__init__()

    async def choose(self, request: Any) -> Any:
        from engine.ports import Chosen

        return Chosen(request.game.legal_moves(request.position, request.seat)[0])


def scripted() -> dict[str, MoveSource]:
    return {"x/a": Forever(), "x/b": Forever()}


@asynccontextmanager
async def hosted(format_: str = "round_robin", entrants: tuple[str, ...] = FIELD, **more: Any) -> AsyncIterator[Here]:
    """A tournament of these players, hosted by ann."""
    async with members(scripted()) as here:
        plan = Plan("Cup", format_, "tic_tac_toe", here.id("ann"), **more)
        await here.arena.tournaments.create(CHANNEL, plan, "create")
        listed = await here.arena.tournaments.records.find(CHANNEL, "")
        for name in entrants:
            await here.arena.tournaments.join(CHANNEL, listed, Player.named(name), here.id("ann"), host=True)
        yield Here(here, listed)


class Here:
    def __init__(self, members_: Members, listed: Listed) -> None:
        self.members, self.listed = members_, listed
        self.arena = members_.arena

    async def state(self) -> State:
        return await self.arena.tournaments.records.load(CHANNEL, self.listed.id)

    async def start(self, *order: str) -> None:
        await self.arena.tournaments.start(CHANNEL, self.listed, "host", order)

    async def play(self, steps: int = 10_000) -> State:
        """A worker, until nothing is queued."""
        queue = self.arena.context.queue
        for _ in range(steps):
            try:
                name = await asyncio.wait_for(queue.get(), 0.05)
            except TimeoutError:
                break
            await self.arena.turns.play(name)
            queue.done(name)
        return await self.state()

    async def running(self) -> list[str]:
        return [
            head.duel_id for head in await self.arena.context.store.duels(CHANNEL) if head.status is not Status.OVER
        ]


async def test_the_table_is_drawn_as_it_is_said_with_the_first_three_marked() -> None:
    async with hosted() as here:
        await here.start()
        await here.play()
        reply = await here.members.type("bob", "/tournament standings")
        assert isinstance(reply.figure, Table)
        assert [row.cells for row in reply.figure.rows] == [tuple(line) for line in reply.lines[1:]]
        assert [row.place for row in reply.figure.rows][:2] == [1, 2]
        assert figure_png(reply.figure).startswith(b"\x89PNG")


@pytest.mark.parametrize("format_", ["single_elimination", "double_elimination"])
async def test_a_bracket_is_drawn_at_every_step(format_: str) -> None:
    async with hosted(format_) as here:
        await here.start()
        pictures = []
        for steps in (0, 1, 10_000):
            await here.play(steps)
            reply = await here.members.type("bob", "/tournament bracket")
            assert isinstance(reply.figure, Knockout)
            assert set(reply.figure.names) == set(FIELD)
            pictures.append(figure_png(reply.figure))
        assert len(set(pictures)) >= 2
        assert "It is over. First: " in reply.figure.alt


@pytest.mark.parametrize("format_", FORMATS)
async def test_every_format_is_played_to_its_end_by_itself(format_: str) -> None:
    async with hosted(format_) as here:
        await here.start()
        state = await here.play()
        assert state.phase is Phase.OVER
        assert all(one.complete for one in state.played)
        places = [line.place for line in state.standings() if line.place is not None]
        assert places
        assert places[0] == 1
        heads = await here.arena.context.store.duels(CHANNEL, limit=1000)
        assert all(head.status is Status.OVER for head in heads)
        assert {head.terms.tournament for head in heads} == {here.listed.id}
        assert all(head.terms.rated for head in heads), "its seeds are drawn and not picked"


async def test_both_games_of_a_pair_have_one_seed_and_swapped_seats() -> None:
    async with hosted(entrants=FIELD[:2]) as here:
        await here.start()
        await here.play()
        first, second = await here.arena.context.store.duels(CHANNEL)
        assert first.terms.seed == second.terms.seed
        assert [*first.terms.players.values()] == [*second.terms.players.values()][::-1]


async def test_no_more_duels_than_it_may_play_at_once() -> None:
    async with hosted(at_once=3) as here:
        await here.start()
        queue = here.arena.context.queue
        most = 0
        while (await here.state()).phase is Phase.RUNNING:
            name = await asyncio.wait_for(queue.get(), 1)
            most = max(most, len(await here.running()))
            await here.arena.turns.play(name)
            queue.done(name)
        assert most == 3


async def test_a_round_is_paired_once_whoever_carries_it_on() -> None:
    async with hosted() as here:
        await here.start()
        advancing = here.arena.advancing
        await asyncio.gather(*(advancing.advance(CHANNEL, here.listed.id) for _ in range(8)))
        await here.play()
        log = await here.arena.tournaments.records.log(CHANNEL, here.listed.id)
        results = [(one["round"], one["table"]) for one in log if one["kind"] == "result"]
        assert len(results) == len(set(results)) == 10
        assert [one["kind"] for one in log].count("paired") == 5


async def test_the_sweeper_carries_on_what_a_crash_has_left() -> None:
    async with hosted(entrants=FIELD[:3]) as here:
        await here.start()
        queue = here.arena.context.queue
        for _ in range(40):
            while True:  # nothing that was queued survives
                try:
                    queue.done(await asyncio.wait_for(queue.get(), 0.01))
                except TimeoutError:
                    break
            if (await here.state()).phase is Phase.OVER:
                break
            here.members.clock.pass_seconds(1000)
            await here.arena.advancing.sweep()
            for duel_id in await here.running():
                await here.arena.turns.play(duel_id)
        assert (await here.state()).phase is Phase.OVER


class TestSignUp:
    async def test_members_enter_themselves_and_nobody_else(self) -> None:
        async with hosted(entrants=()) as here:
            host, bob = here.arena.tournaments, Player("human", here.members.id("bob"))
            await host.join(CHANNEL, here.listed, bob, bob.id, host=False)
            with pytest.raises(UserError, match="already"):
                await host.join(CHANNEL, here.listed, bob, bob.id, host=False)
            with pytest.raises(NotAllowed, match="host"):
                await host.join(CHANNEL, here.listed, Player.named("engine/novice"), bob.id, host=False)
            assert list((await host.leave(CHANNEL, here.listed, bob, bob.id)).signed) == []

    async def test_two_are_needed(self) -> None:
        async with hosted(entrants=FIELD[:1]) as here:
            with pytest.raises(UserError, match="two players"):
                await here.start()
            assert (await here.state()).phase is Phase.SIGN_UP

    async def test_seeds_by_hand(self) -> None:
        async with hosted(entrants=FIELD[:3]) as here:
            await here.start("engine/random", "engine/perfect")
            order = [entrant.id for entrant in (await here.state()).entrants]
            assert order == ["engine/random", "engine/perfect", "engine/novice"]

    async def test_who_has_not_checked_in_does_not_take_part(self) -> None:
        async with members(scripted()) as here:
            now = here.clock.now_ms()
            plan = Plan("Cup", "swiss", "tic_tac_toe", here.id("ann"), starts_ms=now + 3_600_000, check_in_seconds=600)
            await here.arena.tournaments.create(CHANNEL, plan, "create")
            listed = await here.arena.tournaments.records.find(CHANNEL, "cup")
            people = [Player("human", here.id(who)) for who in ("ann", "bob")]
            for who in (*people, Player.named("x/a"), Player.named("x/b")):
                await here.arena.tournaments.join(CHANNEL, listed, who, here.id("ann"), host=True)
            with pytest.raises(OutOfTurn, match="not open yet"):
                await here.arena.tournaments.check_in(CHANNEL, listed, people[0])
            here.clock.pass_seconds(3100)
            await here.arena.tournaments.check_in(CHANNEL, listed, people[0])
            here.clock.pass_seconds(600)
            await here.arena.advancing.sweep()
            state = await here.arena.tournaments.records.load(CHANNEL, listed.id)
            assert state.phase is Phase.RUNNING
            assert {entrant.id for entrant in state.entrants} == {str(people[0]), "x/a", "x/b"}


class TestBudget:
    async def test_it_is_never_exceeded_however_many_may_play_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with hosted(budget_nano_usd=250, at_once=50) as here:
            await here.start()
            monkeypatch.setattr(Quotes, "quote", lambda *_: _quoted(100))
            await here.arena.advancing.advance(CHANNEL, here.listed.id)
            assert len(await here.running()) == 2, "two of a hundred fit, and a third does not"
            state = await here.play()
            assert state.phase is Phase.OVER, "these duels cost nothing after all"

    async def test_it_pauses_when_the_next_duel_does_not_fit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with hosted(budget_nano_usd=50) as here:
            await here.start()
            monkeypatch.setattr(Quotes, "quote", lambda *_: _quoted(100))
            state = await here.play()
            assert (state.phase, state.why) == (
                Phase.PAUSED,
                "The tournament's budget does not suffice for the next duel.",
            )
            await here.arena.tournaments.resume(CHANNEL, here.listed, "host", 1_000_000)
            assert (await here.play()).phase is Phase.OVER


async def _quoted(most: int) -> Quote:
    return Quote(most, most)


async def test_a_crash_between_the_entry_and_the_head_strands_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted(entrants=FIELD[:2]) as here:
        with monkeypatch.context() as broken:

            async def die(*_: object) -> None:
                raise RuntimeError("killed")

            broken.setattr(type(here.arena.tournaments.records), "_head", die)
            with pytest.raises(RuntimeError):
                await here.start()
        assert (await here.state()).phase is Phase.RUNNING
        here.members.clock.pass_seconds(120)
        assert await here.arena.advancing.sweep() == 1
        assert len(await here.running()) == 2


class TestOnTheWay:
    async def test_who_leaves_is_not_waited_for(self) -> None:
        async with hosted() as here:
            await here.start()
            await here.arena.advancing.advance(CHANNEL, here.listed.id)
            await here.arena.tournaments.leave(CHANNEL, here.listed, Player.named("engine/random"), "host")
            state = await here.play()
            assert state.phase is Phase.OVER
            assert await here.running() == []

    async def test_everybody_leaves(self) -> None:
        async with hosted(entrants=FIELD[:3]) as here:
            await here.start()
            for name in FIELD[:3]:
                await here.arena.tournaments.leave(CHANNEL, here.listed, Player.named(name), "host")
            state = await here.play()
            assert (state.phase, state.why) == (Phase.CANCELLED, "A tournament needs at least two entrants.")

    async def test_all_but_one_leave_after_the_first_round(self) -> None:
        async with hosted(entrants=FIELD[:4]) as here:
            await here.start()
            while not (await here.state()).played or not (await here.state()).played[0].complete:
                await here.play(1)
            for name in FIELD[:3]:
                await here.arena.tournaments.leave(CHANNEL, here.listed, Player.named(name), "host")
            state = await here.play()
            assert state.phase is Phase.OVER

    async def test_a_model_that_is_barred_in_the_middle_is_disqualified(self) -> None:
        async with hosted() as here:
            await here.start()
            await here.arena.advancing.advance(CHANNEL, here.listed.id)
            await here.members.moderate("eve", "/moderate bar x/a It copies. sure:yes")
            state = await here.play()
            assert state.phase is Phase.OVER
            line = next(line for line in state.standings() if line.entrant.id == "x/a")
            assert line.place is None
            assert line.entrant.disqualified

    async def test_pause_and_resume(self) -> None:
        async with hosted() as here:
            await here.start()
            await here.arena.advancing.advance(CHANNEL, here.listed.id)
            await here.arena.tournaments.pause(CHANNEL, here.listed, "host", "Lunch.")
            state = await here.play()
            assert state.phase is Phase.PAUSED
            assert await here.running() == [], "what was under way is played to its end"
            before = len(await here.arena.context.store.duels(CHANNEL, limit=1000))
            here.members.clock.pass_seconds(3600)
            await here.arena.advancing.sweep()
            assert len(await here.arena.context.store.duels(CHANNEL, limit=1000)) == before
            await here.arena.tournaments.resume(CHANNEL, here.listed, "host")
            assert (await here.play()).phase is Phase.OVER

    async def test_a_result_is_corrected_until_a_round_depends_on_it(self) -> None:
        async with hosted("single_elimination", FIELD[:4]) as here:
            await here.start(*FIELD[:4])
            state = await here.play()
            final = len(state.played)
            with pytest.raises(UserError, match="paired by that result"):
                await here.arena.tournaments.correct(CHANNEL, here.listed, 1, 1, (0.0, 2.0), "host", "why")
            pairing = state.played[-1].round.pairings[0]
            state = await here.arena.tournaments.correct(
                CHANNEL, here.listed, final, pairing.table, (0.0, 2.0), "host", "The clocks were wrong."
            )
            assert state.standings()[0].entrant.id == pairing.second

    async def test_a_grand_final_that_is_corrected_after_the_end_has_its_second_one_played(self) -> None:
        async with hosted("double_elimination", FIELD[:4]) as here:
            await here.start(*FIELD[:4])
            before = await here.play()
            assert before.phase is Phase.OVER
            number, final = len(before.played), before.played[-1].round.pairings[0]
            assert (final.node, final.first) == ("GF", "engine/perfect")  # who has not lost before
            where = f"{number} {final.table} 0 2"
            shown = await here.members.moderate("bob", f"/tournament correct {where} The clocks were wrong.")
            assert shown.text.startswith("Cup: Double elimination")
            assert "The tournament goes on: a match is missing then, and is played." in shown.text
            assert await here.state() == before
            await here.members.moderate("bob", f"/tournament correct {where} The clocks were wrong. sure:yes")
            reopened = await here.state()
            assert (reopened.phase, reopened.ended_ms) == (Phase.RUNNING, None)
            after = await here.play()
            assert after.phase is Phase.OVER
            assert after.ended_ms is not None
            again = after.played[number].round.pairings[0]
            assert (again.node, again.both) == ("GF2", final.both)
            assert after.played[number].complete
            assert [line.place for line in after.standings()] == [1, 2, 3, 4]
            with pytest.raises(UserError, match="paired by that result"):
                await here.members.moderate("bob", f"/tournament correct {number} {final.table} 2 0 Again.")

    async def test_it_is_over_again_when_the_correction_was_a_slip(self) -> None:
        async with hosted("double_elimination", FIELD[:4]) as here:
            await here.start(*FIELD[:4])
            before = await here.play()
            number, ((table, result),) = len(before.played), before.played[-1].results.items()
            for points in ((0.0, 2.0 * result.pairs), (result.first, result.second)):
                await here.arena.tournaments.correct(CHANNEL, here.listed, number, table, points, "host", "A slip.")
            after = await here.play()
            assert after.phase is Phase.OVER
            assert after.standings() == before.standings()

    async def test_a_duel_that_turns_out_void_is_played_again(self) -> None:
        async with hosted(entrants=FIELD[:2]) as here:
            await here.start()
            await here.arena.advancing.advance(CHANNEL, here.listed.id)
            (void, *_) = await here.running()
            await here.arena.duels.call_off(void, "The provider is down.")
            state = await here.play()
            assert state.phase is Phase.OVER
            heads = await here.arena.context.store.duels(CHANNEL)
            assert len(heads) == 3
            assert state.played[0].results[1].pairs == 1

    async def test_a_match_that_cannot_be_played_is_cancelled(self) -> None:
        async with hosted(entrants=FIELD[:2]) as here:
            await here.start()
            for _ in range(10):
                await here.arena.advancing.advance(CHANNEL, here.listed.id)
                for duel_id in await here.running():
                    await here.arena.duels.call_off(duel_id, "The provider is down.")
            state = await here.play()
            assert state.phase is Phase.OVER
            assert state.played[0].results[1].cancelled
            assert [line.points for line in state.standings()] == [1.0, 1.0]

    async def test_cancelled_it_begins_nothing_more(self) -> None:
        async with hosted() as here:
            await here.start()
            await here.arena.tournaments.cancel(CHANNEL, here.listed, "host", "Rain.")
            state = await here.play()
            assert (state.phase, state.why) == (Phase.CANCELLED, "Rain.")
            with pytest.raises(OutOfTurn, match="over"):
                await here.arena.tournaments.cancel(CHANNEL, here.listed, "host", "Again.")
