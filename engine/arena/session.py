"""One duel while this worker holds its lease: ply after ply until a person is to move or it is over."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from engine import duel, tracing
from engine.arena.adjournments import wait_for_money
from engine.arena.context import Context, derived_id
from engine.arena.endings import finish, flagged, forced, reveal
from engine.arena.failing import given_up, seated, spent
from engine.arena.purse import Purse
from engine.duel import State
from engine.errors import (
    Conflict,
    CorruptLog,
    ProviderDown,
    ProviderError,
    StoreError,
)
from engine.model import (
    SEATS,
    Adjourn,
    Body,
    End,
    Entry,
    Head,
    MoveMode,
    Outcome,
    Seal,
    Seat,
    Spoken,
    Status,
    Turn,
)
from engine.ports import Answer, Chosen, MoveRequest, MoveSource, is_instant
from engine.sentences import say

LEASE_MS: Final = 900_000
# A ply may take ten minutes in all (see players.llm.Policy); the lease must outlive the one that is asked for next.
PLY_MS: Final = 800_000
# So long after its time is up a worker may still be waiting for a last answer.
CUT_MS: Final = 75_000
# So many plies of instant players share one write at most: watchers shall see a duel grow.
BURST: Final = 16
# A full disk or a locked file: long enough not to fill the log, short enough that a duel goes on by itself.
RETRY_SECONDS: Final = 5.0

T = TypeVar("T")

log = logging.getLogger(__name__)


class Session:
    """Plays one duel on. :meth:`run` raises ``Conflict`` when another writer was first: reload and start anew."""

    def __init__(self, context: Context, head: Head, state: State, until_ms: int | None = None) -> None:
        """``until_ms``: from then on no further move is asked for, and the duel is left to another worker."""
        self._context = context
        self._until_ms = until_ms
        # The log's terms are the head's; one copy is enough for a thousand live duels.
        self._head = replace(head, terms=state.terms)
        self._duel_id = head.duel_id
        self._state = state
        self._unwritten: list[Entry] = []
        self._sources: dict[Seat, MoveSource] = {
            seat: seated(context, player, state) for seat, player in state.terms.players.items() if not player.is_human
        }
        self._instant = {seat for seat, source in self._sources.items() if is_instant(source)}
        self._purse = Purse(context, self._duel_id, state.terms, self._sources.keys() - self._instant)

    async def run(self) -> bool:
        """``False`` when the time was up, or the store was closed, before the duel had come to rest.

        :raises Conflict: when somebody else wrote the next entry.
        """
        try:
            return await self._play()
        except Conflict:
            await self._settle()
            raise

    async def _play(self) -> bool:
        while not self._state.outcome:
            if outcome := forced(self._state):
                if len(self._instant) < len(self._sources):
                    # Apart from the ply before it: two entries at once may cost a store four times one.
                    await self._flush()
                self._end(outcome)
            elif self._state.adjourned is not None:
                await self._park()
                return True
            elif self._is_late() or await self._context.is_closed():
                await self._leave()
                return False
            elif not await self._turn():
                return True
        await self._flush()
        await self._settle()
        await finish(self._context, self._head, self._state)
        return True

    def _is_late(self) -> bool:
        return self._until_ms is not None and self._context.clock.now_ms() >= self._until_ms

    async def _leave(self) -> None:
        """Give the lease back with the duel as it stands."""
        await self._flush()
        await self._settle()
        await self._context.store.update(replace(self._head, lease=None, plies=self._state.ply))

    async def _turn(self) -> bool:
        """One turn; ``False`` when people are to move and nobody else can go on."""
        to_move = self._state.to_move()
        if len(to_move) > 1:
            return await self._at_once(to_move)
        (seat,) = to_move
        if seat in self._sources:
            await self._in_turn(seat)
            return True
        return await self._people(to_move)

    async def _people(self, seats: frozenset[Seat]) -> bool:
        """These people are to move: wait for them, unless their time is over."""
        if outcome := flagged(self._state, seats, self._context.clock):
            self._end(outcome)
            return True
        await self._wait(seats)
        return False

    async def _in_turn(self, seat: Seat) -> None:
        if seat not in self._instant or len(self._unwritten) >= BURST:
            # What a model is asked about is durable before anybody pays for its answer.
            await self._flush()
            if not await self._renewed() or not await self._paid_for([seat]):
                return
        answer = await self._answer(seat)
        if isinstance(answer, Chosen):
            spoken = {seat: answer.spoken} if answer.spoken != _SILENT else {}
            # The id is not derived from the entry's number: another worker's move must not pass for ours.
            self._add(Turn({seat: self._state.game.encode(answer.move)}, spoken), self._context.fresh_id())
        else:
            self._give_up({seat: answer})

    async def _at_once(self, to_move: frozenset[Seat]) -> bool:
        """Seal what programs choose, and open the seals when all are in."""
        await self._flush()
        if not await self._renewed():
            return True
        sealed = await self._context.store.seals(self._duel_id, self._state.position_entry)
        asked = [seat for seat in SEATS if seat in to_move - sealed.keys() and seat in self._sources]
        if not await self._paid_for(asked, sealed):
            return True
        answers = dict(zip(asked, await asyncio.gather(*map(self._answer, asked)), strict=True))
        if not all(isinstance(answer, Chosen) for answer in answers.values()):
            self._give_up(answers)
            return True
        await asyncio.gather(*(self._seal(seat, answer) for seat, answer in answers.items()))
        if to_move - sealed.keys() - answers.keys():
            # People may have chosen while the programs did.
            sealed = await self._context.store.seals(self._duel_id, self._state.position_entry)
            if missing := to_move - sealed.keys():
                return await self._people(missing)
        self._state = await reveal(self._context, self._duel_id, self._state)
        return True

    async def _paid_for(self, seats: Sequence[Seat], sealed: Mapping[Seat, Seal] | None = None) -> bool:
        """Set money aside for what these seats are asked next; where there is none, the duel is adjourned."""
        if self._purse.covers(seats):
            return True
        paid = {self._state.terms.players[seat]: seal for seat, seal in (sealed or {}).items()}
        if await self._kept(lambda: self._purse.take(seats, self._state.entry, paid)):
            return True
        community, entry, needed = self._state.terms.community, self._state.entry, self._purse.ceiling(seats)
        why = await self._kept(lambda: wait_for_money(self._context, community, self._duel_id, needed))
        self._add(Adjourn(why), derived_id(self._duel_id, "adjourn", entry))
        return False

    async def _settle(self) -> None:
        """Settle what was paid, and give back what was set aside."""
        if self._purse.is_open:
            await self._kept(self._purse.close)

    async def _seal(self, seat: Seat, answer: Answer | ProviderError) -> None:
        assert isinstance(answer, Chosen)  # noqa: S101 - the caller has looked
        move = self._state.game.encode(answer.move)
        seal = self._context.seal(self._duel_id, self._state, seat, move, answer.spoken)
        await self._kept(lambda: self._context.store.put_seal(self._duel_id, seal))

    async def _answer(self, seat: Seat) -> Answer | ProviderError:
        state = self._state
        request = MoveRequest(
            duel_id=self._duel_id,
            game=state.game,
            position=state.position,
            seat=seat,
            ply=state.ply,
            mode=state.terms.modes.get(seat, MoveMode.FREE),
            seed=self._seed(seat),
            history=lambda: self._context.store.entries(self._duel_id),
        )
        player = state.terms.players[seat]
        tracing.at_ply(state.ply)
        try:
            answer: Answer | ProviderError = await self._sources[seat].choose(request)
        except ProviderError as error:
            log.warning("duel %s: %s cannot answer: %s", self._duel_id, player, error)
            answer = error
        except (StoreError, CorruptLog):
            raise  # before anything was paid for: the worker tries again
        except Exception:
            # A fault of ours or of an SDK. Asking again could cost the same again for ever, so the duel ends void.
            log.exception("duel %s: %s failed", self._duel_id, player)
            self._purse.pay_ceiling(seat, player)
            return ProviderDown(say("It failed in an unexpected way, which is in the host's log."))
        if answer.spoken:
            self._purse.pay(player, answer.spoken.cost_nano_usd)
            for attempt in answer.spoken.attempts:
                self._context.meter.attempt_failed(attempt.failure)
        return answer

    def _seed(self, seat: Seat) -> int:
        """The seed of one choice: from the duel's seed, so that the same seed plays the same duel.

        A choice that a person must not foresee comes from the installation's secret instead: seeds can be read.
        """
        state = self._state
        if len(self._sources) < len(SEATS) and len(state.to_move()) > 1:
            # After a takeback the turn is the same and the choice must not be: its player has seen it.
            about = f"{self._duel_id}|{state.position_entry}|{seat}".encode()
            return int.from_bytes(hmac.digest(self._context.secret, about, "sha256"))
        return (state.terms.seed * 1_000_003 + state.turn) * 2 + SEATS.index(seat)

    def _add(self, body: Body, entry_id: str) -> None:
        """The next entry; it is written with the next :meth:`_flush`."""
        entry = Entry(self._state.entry + 1, entry_id, self._context.clock.now_ms(), body)
        self._state = duel.advance(self._state, entry)
        self._unwritten.append(entry)

    async def _flush(self) -> None:
        """Write what is not written. :raises Conflict: and nothing of it is, when another writer was first."""
        if self._unwritten:
            entries = self._unwritten
            await self._kept(lambda: self._context.write(self._duel_id, entries))
            self._unwritten = []

    async def _kept(self, write: Callable[[], Awaitable[T]]) -> T:
        """What a write gives. What it holds may be paid for, so a store that fails is asked again under this lease.

        Its entries have ids of their own, so one that was written after all is a success.
        """
        lease = self._head.lease
        while True:
            try:
                return await write()
            except Conflict:
                raise
            except StoreError as error:
                if lease is None or self._context.clock.now_ms() >= lease.until_ms:
                    raise
                log.warning("duel %s: %s; trying again in %g s", self._duel_id, error, RETRY_SECONDS)
            await self._context.clock.sleep(RETRY_SECONDS)

    def _give_up(self, answers: Mapping[Seat, Answer | ProviderError]) -> None:
        """End the duel whose player gave no move; what every seat has spent on this ply is kept."""
        self._end(given_up(self._state, answers), spent(answers))

    def _end(self, outcome: Outcome, spoken: Mapping[Seat, Spoken] | None = None) -> None:
        entry_id = derived_id(self._duel_id, "end", self._state.entry, outcome.termination, outcome.winner)
        self._add(End(outcome, "arena", spoken or {}), entry_id)

    async def _renewed(self) -> bool:
        """Have the duel for a whole ply more; ``False`` when the store is closed, and it is to be given back instead.

        :raises Conflict: when the lease is lost.
        """
        lease = self._head.lease
        if lease and self._until_ms is not None and lease.until_ms >= self._until_ms + CUT_MS:
            return True  # this worker is gone before its lease is
        if lease and lease.until_ms - self._context.clock.now_ms() < PLY_MS:
            head = await self._context.claim(self._duel_id, LEASE_MS)
            if head is None and await self._context.is_closed():
                # Nobody else has it yet. A ply that outlived the lease would come after the duel has been copied.
                return False
            if head is None:
                # Another worker has the duel, or it is over: nobody shall pay twice for a move.
                raise Conflict(f"The lease of duel {self._duel_id} is lost.")
            self._head = replace(head, terms=self._state.terms)
        return True

    async def _wait(self, people: frozenset[Seat]) -> None:
        """Give the lease back until these people have moved or their time is over."""
        await self._flush()
        await self._settle()
        state = self._state
        waiting = replace(
            self._head,
            status=Status.WAITING,
            waiting_for=people,
            deadline_ms=duel.deadline_ms(state, people),
            lease=None,
            plies=state.ply,
        )
        await self._context.store.update(waiting)
        self._context.announcer.changed(self._duel_id, state.entry)
        # A person may have moved between our reading of the log and this write; nobody else would look again.
        if await self._moved_meanwhile(people):
            await self._context.wake(self._duel_id)

    async def _moved_meanwhile(self, people: frozenset[Seat]) -> bool:
        if await self._context.store.entries(self._duel_id, after=self._state.entry):
            return True
        return bool(people & (await self._context.store.seals(self._duel_id, self._state.position_entry)).keys())

    async def _park(self) -> None:
        await self._flush()
        await self._settle()
        parked = replace(self._head, status=Status.ADJOURNED, lease=None, deadline_ms=None)
        await self._context.store.update(parked)


_SILENT: Final = Spoken()
