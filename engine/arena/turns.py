"""Playing duels: what a worker does with a duel from the queue, and what the sweeper mends."""

from __future__ import annotations

import asyncio
import hmac
import logging
import random
from dataclasses import replace
from typing import Any, Final

from engine import duel
from engine.arena.context import Context, derived_id
from engine.arena.ladders import ladder_of
from engine.duel import State
from engine.errors import Conflict, ProviderError
from engine.model import SEATS, End, Head, MoveMode, Outcome, Seal, Seat, Spoken, Status, Termination, Turn
from engine.ports import Answer, Chosen, GaveUp, MoveRequest

LEASE_MS: Final = 900_000
# A ply may take ten minutes in all (see players.llm.Policy); the lease must outlive the one that is asked for next.
PLY_MS: Final = 660_000

log = logging.getLogger(__name__)


class Turns:
    """Plays duels on until a person is to move or they are over."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def play(self, duel_id: str) -> None:
        """Play one duel as far as it goes. Does nothing when another worker has it.

        Whatever another writer appends first (a resignation, a cancellation) wins: the duel is then reloaded.
        """
        head = await self._context.claim(duel_id, LEASE_MS)
        if head is None:
            await self._finish_if_ended(duel_id)
            return
        while True:
            try:
                await self._play(duel_id, head, await self._context.load(duel_id))
            except Conflict:
                log.info("duel %s: another writer was first; reloading", duel_id)
                head = await self._context.claim(duel_id, LEASE_MS)
                if head is None:
                    return
            else:
                return

    async def _play(self, duel_id: str, head: Head, state: State) -> None:
        while not state.outcome:
            if outcome := self._forced(state):
                state = await self._end(duel_id, state, outcome)
                break
            if state.adjourned is not None:
                await self._park(head, Status.ADJOURNED)
                return
            seals = await self._seals(duel_id, state)
            if missing := self._missing_people(state, seals):
                if not await self._ask_programs(duel_id, state, seals):
                    return
                await self._wait(head, state, missing)
                return
            if head.lease and head.lease.until_ms - self._context.clock.now_ms() < PLY_MS:
                head = await self._context.claim(duel_id, LEASE_MS) or head
            state = await self._turn(duel_id, state, seals)
        await self._finish(duel_id, state)

    def _forced(self, state: State) -> Outcome | None:
        if outcome := duel.ending(state):
            return outcome
        if why := duel.over_budget(state):
            return Outcome(None, Termination.BUDGET, f"{why} It counts for nobody.", void=True)
        return self._flagged(state)

    def _flagged(self, state: State) -> Outcome | None:
        """The loss on time of whoever should have moved by now."""
        late = [seat for seat in SEATS if seat in state.to_move() and self._late(state, seat)]
        if not late:
            return None
        who = " and ".join(state.game.seats[seat] for seat in late)
        return duel.forfeited(late, Termination.TIMEOUT, f"{who} ran out of time.")

    def _late(self, state: State, seat: Seat) -> bool:
        deadline = duel.deadline_ms(state, [seat])
        return deadline is not None and self._context.clock.now_ms() >= deadline

    async def _seals(self, duel_id: str, state: State) -> dict[Seat, Seal]:
        if len(state.to_move()) == 1:
            return {}
        return await self._context.store.seals(duel_id, state.position_entry)

    @staticmethod
    def _missing_people(state: State, seals: dict[Seat, Seal]) -> frozenset[Seat]:
        return frozenset(s for s in state.to_move() if state.terms.players[s].is_human and s not in seals)

    async def _turn(self, duel_id: str, state: State, seals: dict[Seat, Seal]) -> State:
        """One turn of programs (and of people whose seals are in)."""
        seats = [seat for seat in SEATS if seat in state.to_move()]
        if len(seats) == 1:
            return await self._sequential(duel_id, state, seats[0])
        if not await self._ask_programs(duel_id, state, seals):
            return await self._context.load(duel_id)
        return await reveal(self._context, duel_id, state)

    async def _sequential(self, duel_id: str, state: State, seat: Seat) -> State:
        answer = await self._answer(duel_id, state, seat)
        if isinstance(answer, Chosen):
            body = Turn(
                {seat: state.game.encode(answer.move)}, {seat: answer.spoken} if answer.spoken != _SILENT else {}
            )
            # Not derived from the entry's number: another worker's move must not pass for ours.
            return await self._context.append(duel_id, state, body, self._context.fresh_id())
        return await self._gave_up(duel_id, state, {seat: answer})

    async def _ask_programs(self, duel_id: str, state: State, seals: dict[Seat, Seal]) -> bool:
        """Seal the choices of the programs that are to move at once; ``False`` when that ended the duel."""
        if len(state.to_move()) == 1:
            return True
        asked = [
            seat for seat in SEATS if seat in state.to_move() - seals.keys() and not state.terms.players[seat].is_human
        ]
        answers = await asyncio.gather(*(self._answer(duel_id, state, seat) for seat in asked))
        by_seat = dict(zip(asked, answers, strict=True))
        for seat, answer in by_seat.items():
            if isinstance(answer, Chosen):
                seal = self._context.seal(duel_id, state, seat, state.game.encode(answer.move), answer.spoken)
                await self._context.store.put_seal(duel_id, seal)
        failed = {seat: answer for seat, answer in by_seat.items() if not isinstance(answer, Chosen)}
        if failed:
            await self._finish(duel_id, await self._gave_up(duel_id, state, failed))
        return not failed

    async def _answer(self, duel_id: str, state: State, seat: Seat) -> Answer | ProviderError:
        player = state.terms.players[seat]
        request = MoveRequest(
            duel_id=duel_id,
            game=state.game,
            position=state.position,
            seat=seat,
            ply=state.ply,
            mode=state.terms.modes.get(seat, MoveMode.FREE),
            rng=self._stream(duel_id, state, seat),
            history=lambda: self._context.store.entries(duel_id),
        )
        try:
            return await self._context.roster.seat(player, state.game).choose(request)
        except ProviderError as error:
            log.warning("duel %s: %s cannot answer: %s", duel_id, player, error)
            return error

    def _stream(self, duel_id: str, state: State, seat: Seat) -> random.Random:
        """The randomness of one choice: from the duel's seed, so that the same seed plays the same duel.

        A choice that a person must not foresee comes from the installation's secret instead: seeds can be read.
        """
        people = any(player.is_human for player in state.terms.players.values())
        seed: int | bytes = _mix(state.terms.seed, state.turn, seat)
        if people and len(state.to_move()) > 1:
            seed = hmac.digest(self._context.secret, f"{duel_id}|{state.turn}|{seat}".encode(), "sha256")
        return random.Random(seed)  # noqa: S311 - reproducible play; the secret case is an HMAC

    async def _gave_up(self, duel_id: str, state: State, failed: dict[Seat, Any]) -> State:
        """End a duel whose player failed: a forfeit, or void when its provider is down."""
        down = [seat for seat, answer in failed.items() if isinstance(answer, ProviderError)]
        if down:
            who = state.terms.players[down[0]]
            why = f"{who} could not be reached: {failed[down[0]]} The duel is void and counts for nobody."
            return await self._end(duel_id, state, Outcome(None, Termination.PROVIDER_DOWN, why, void=True))
        spoken = {seat: answer.spoken for seat, answer in failed.items() if isinstance(answer, GaveUp)}
        who_failed = " and ".join(state.game.seats[seat] for seat in failed)
        why = f"{who_failed} gave no legal move in {_attempts(spoken)} attempts."
        return await self._end(duel_id, state, duel.forfeited(list(failed), Termination.FORFEIT, why), spoken)

    async def _end(
        self, duel_id: str, state: State, outcome: Outcome, spoken: dict[Seat, Spoken] | None = None
    ) -> State:
        body = End(outcome, "arena", spoken or {})
        return await self._context.append(duel_id, state, body, derived_id(duel_id, "end", outcome.termination))

    async def _wait(self, head: Head, state: State, people: frozenset[Seat]) -> None:
        await self._context.store.update(
            replace(
                head,
                status=Status.WAITING,
                waiting_for=people,
                deadline_ms=duel.deadline_ms(state, people),
                lease=None,
                plies=state.ply,
            )
        )
        self._context.announcer.changed(head.duel_id, state.entry)
        # A person may have moved between our reading of the log and this write; nobody else would look again.
        if await self._moved_meanwhile(head.duel_id, state, people):
            await self._context.wake(head.duel_id)

    async def _moved_meanwhile(self, duel_id: str, state: State, people: frozenset[Seat]) -> bool:
        if await self._context.store.entries(duel_id, after=state.entry):
            return True
        seals = await self._seals(duel_id, state)
        return bool(people & seals.keys())

    async def _park(self, head: Head, status: Status) -> None:
        await self._context.store.update(replace(head, status=status, lease=None, deadline_ms=None))

    async def _finish_if_ended(self, duel_id: str) -> None:
        """A log that has ended under a head that has not: the crash, or a person, came between the two writes."""
        head = await self._context.store.head(duel_id)
        if head is None or head.status is Status.OVER:
            return
        state = await self._context.load(duel_id)
        if state.outcome:
            await self._finish(duel_id, state)

    async def _finish(self, duel_id: str, state: State) -> None:
        await finish(self._context, duel_id, state)

    async def sweep(self, limit: int = 100) -> int:
        """Queue every duel whose lease or deadline has passed; how many."""
        due = await self._context.store.due(self._context.clock.now_ms(), limit)
        for duel_id in due:
            await self._context.wake(duel_id)
        return len(due)

    async def work(self) -> None:
        """Take duels from the queue and play each in its own task, for ever. A duel's error is its own."""
        async with asyncio.TaskGroup() as group:
            while True:
                duel_id = await self._context.queue.get()
                group.create_task(self._work_on(duel_id), name=f"duel {duel_id}")

    async def _work_on(self, duel_id: str) -> None:
        try:
            await self.play(duel_id)
        except Exception:
            log.exception("duel %s stopped; the sweeper will try again", duel_id)
        finally:
            self._context.queue.done(duel_id)


async def reveal(context: Context, duel_id: str, state: State) -> State:
    """Append the turn whose seals are both in. Whoever comes second writes the same entry, so it is written once."""
    seals = await context.store.seals(duel_id, state.position_entry)
    if seals.keys() != state.to_move():
        return state
    turn = Turn(
        {seat: seal.move for seat, seal in seals.items()},
        {seat: seal.spoken for seat, seal in seals.items() if seal.spoken != _SILENT},
        {seat: seal.salt for seat, seal in seals.items()},
    )
    return await context.append(duel_id, state, turn, derived_id(duel_id, state.entry + 1, "turn"))


async def finish(context: Context, duel_id: str, state: State) -> bool:
    """Bring the head to what the log's end says, and count it; ``False`` when that had been done."""
    head = await context.head(duel_id)
    if head.status is Status.OVER:
        return False
    over = replace(
        head,
        status=Status.OVER,
        outcome=state.outcome,
        plies=state.ply,
        ended_ms=context.clock.now_ms(),
        lease=None,
        waiting_for=frozenset(),
        deadline_ms=None,
    )
    finished = await context.store.finish(over, ladder_of(head.terms))
    context.announcer.changed(duel_id, state.entry)
    return finished


def _mix(seed: int, turn: int, seat: Seat) -> int:
    """A seed of its own for every choice: the same duel replays, no two choices share a stream."""
    return (seed * 1_000_003 + turn) * 2 + SEATS.index(seat)


def _attempts(spoken: dict[Seat, Spoken]) -> int:
    return max((len(said.attempts) for said in spoken.values()), default=0)


_SILENT: Final = Spoken()
