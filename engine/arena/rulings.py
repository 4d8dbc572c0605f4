"""Rulings: what moderators decide of duels that are over. Nothing is deleted, and every ruling can be undone exactly.

A ruling is an entry of the duel's log, written in one transaction with the head's outcome and what the ladders count:
the duel's rows are taken away as they were added, and added as the new outcome has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from engine import duel
from engine.arena import audit, ladders, requests
from engine.arena.audit import Change
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.decisions import Decide, overrule, overruled, with_verdict
from engine.arena.ladders import INSTALLATION, Ladders, added
from engine.arena.predictions import Predictions
from engine.arena.safely import safely
from engine.arena.seasons import Seasons
from engine.arena.standings import Leaderboard
from engine.codec import fit
from engine.duel import State
from engine.errors import Conflict, NotAllowed, UserError
from engine.model import (
    Body,
    Community,
    Document,
    End,
    Entry,
    Head,
    Outcome,
    Player,
    Ruling,
)
from engine.ports import PairCount
from engine.ports.counts import FIGURES
from engine.sentences import say

RULING: Final = "ruling"
AGAIN_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a ruling would change: the outcome, and each ladder as it is and as it would be."""

    head: Head
    before: Outcome
    after: Outcome
    boards: Sequence[tuple[Leaderboard, Leaderboard]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a player said in a turn. ``refused``: the judge refused it; ``over``: so is the duel."""

    text: str
    refused: bool
    over: bool


class Rulings:
    """Void and restore, correct, and overrule the judge of an answer."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def foresee(self, duel_id: str, decide: Decide, by: str) -> Foreseen:
        """What a ruling would change, and nothing is changed. :raises UserError: as the ruling would."""
        head = await self._context.head(duel_id)
        log = await self._context.store.entries(duel_id)
        before, after, _ = _decided(log, decide)
        await _refuse_own(self._context, log, by)
        changes = _changes(before, after, log)
        boards = [
            await Ladders(self._context).foreseen(ladder, [row for row in changes if row.ladder == str(ladder)])
            for ladder in ladders.of(before.terms)
        ]
        assert before.outcome  # noqa: S101 - it is over
        assert after.outcome  # noqa: S101 - a ruling gives one
        return Foreseen(head, before.outcome, after.outcome, boards)

    async def rule(self, duel_id: str, decide: Decide, what: str, by: str, why: str, request_id: str) -> Head:
        """Rule, with a line of the audit; the same request again rules once. The duel's message shows it.

        :raises UserError: what ``decide`` raises, or while the duel is being played.
        :raises NotAllowed: when the moderator plays in the duel.
        """
        entry_id = derived_id(duel_id, request_id, "ruling")
        while True:
            # The log first, which brings a head on that a crash has left behind.
            _, log = await requests.load(self._context, duel_id)
            head = await self._context.head(duel_id)
            if requests.found(log, entry_id):
                break
            before, after, bodies = _decided(log, decide)
            await _refuse_own(self._context, log, by)
            for ladder in ladders.of(before.terms):
                await ladders.note(self._context, ladder)
            assert after.outcome is not None  # noqa: S101 - a ruling gives one
            entries = self._entries(log, [*bodies, Ruling(after.outcome, by, why)], entry_id)
            changes = [await self._within_reason(row) for row in _changes(before, after, log)]
            told = await self._to_tell(before.terms.community, duel_id, what, by, why, entry_id)
            try:
                head = await self._context.store.rule(replace(head, outcome=after.outcome), entries, changes)
            except Conflict:
                continue
            await self._tell(head, what, by, why, entry_id)
            await self._told(told)
            return head
        await self._tell(head, what, by, why, entry_id)
        return head

    async def _within_reason(self, change: PairCount) -> PairCount:
        """A row of changes that takes no more away than the table holds: duels of older arenas counted less."""
        table = await self._context.store.pair_counts(change.ladder)
        kept = next((row for row in table if (row.first, row.second) == (change.first, change.second)), None)
        held = kept.figures if kept else (0,) * len(FIGURES)
        figures = [max(figure, -there) for figure, there in zip(change.figures, held, strict=True)]
        return PairCount.of(change.ladder, change.first, change.second, dict(zip(FIGURES, figures, strict=True)))

    async def _to_tell(
        self, community: Community, duel_id: str, what: str, by: str, why: str, entry_id: str
    ) -> Document:
        """Note that a ruling is being written, so that a crash behind it leaves nobody untold."""
        body = {"duel": duel_id, "what": what, "by": by, "why": why}
        wake = self._context.clock.now_ms() + AGAIN_MS
        document = Document(community, RULING, entry_id, body, wake_at_ms=wake)
        try:
            return await self._context.store.put_document(document)
        except Conflict:  # of the try before
            return await self._context.store.document(community, RULING, entry_id) or document

    async def _told(self, document: Document) -> None:
        with suppress(Conflict):
            await self._context.store.delete_document(document)

    async def sweep(self, limit: int = 100) -> int:
        """Finish what a crash behind a ruling has left: the audit, the ladders' fits and the duel's message."""
        due = await self._context.store.due_documents(RULING, self._context.clock.now_ms(), limit)
        for one in due:
            await safely(self._finish(one), one.body["duel"])
        return len(due)

    async def _finish(self, one: Document) -> None:
        body = one.body
        if requests.found(await self._context.store.entries(body["duel"]), one.key):
            head = await self._context.head(body["duel"])
            await self._tell(head, body["what"], body["by"], body["why"], one.key)
        await self._told(one)

    async def answer(self, duel_id: str, turn: int) -> Answered:
        """What was said in a turn that a judge judged. :raises UserError: when there is none."""
        log = await self._context.store.entries(duel_id)
        state, verdict = overruled(log, turn, "", "")
        move = state.game.decode(state.position, verdict.move)
        refused = "error" not in state.game.describe(state.position, move)
        return Answered(state.game.show(state.position, move), refused, duel.fold(log).outcome is not None)

    async def overrule(self, duel_id: str, turn: int, by: str, why: str, request_id: str) -> Head:
        """Turn a judge's verdict round: while the duel is played it goes on from there, else its result follows.

        :raises UserError: when there is no such turn, no judge, or what was played after it depends on the answer.
        """
        entry_id = derived_id(duel_id, request_id, "ruling")
        state, log = await requests.load(self._context, duel_id)
        if state.outcome and not requests.found(log, entry_id):
            return await self.rule(duel_id, overrule(turn, why, by), "overrule", by, why, request_id)
        if state.outcome:
            return await self._context.head(duel_id)
        await _refuse_own(self._context, log, by)
        while not requests.found(log, entry_id):
            if state.outcome:  # it has ended meanwhile
                return await self.rule(duel_id, overrule(turn, why, by), "overrule", by, why, request_id)
            _, verdict = overruled(log, turn, why, by)
            with_verdict(log, verdict)
            with suppress(Conflict):
                await self._context.append(duel_id, state, verdict, entry_id)
            state, log = await requests.load(self._context, duel_id)
        at = next(entry for entry in log if entry.id == entry_id)
        line = Change(at.at_ms, by, "overrule", about=duel_id, why=why, key=entry_id[:8])
        await audit.note(self._context, state.terms.community, line)
        await requests.wake(self._context, duel_id)
        return await self._context.head(duel_id)

    def _entries(self, log: Sequence[Entry], bodies: Sequence[Body], entry_id: str) -> list[Entry]:
        """The last one is the ruling, and has the id that the request is recognised by."""
        now, first = self._context.clock.now_ms(), log[-1].number + 1
        ids = [*(derived_id(entry_id, number) for number in range(len(bodies) - 1)), entry_id]
        return [fit(Entry(first + number, ids[number], now, body)) for number, body in enumerate(bodies)]

    async def _tell(self, head: Head, what: str, by: str, why: str, entry_id: str) -> None:
        """The line of the audit, and the message that showed another outcome. Both may be repeated."""
        log = await self._context.store.entries(head.duel_id)
        at = next(number for number, entry in enumerate(log) if entry.id == entry_id)
        old, new = duel.fold(log[:at]).outcome, duel.fold(log[: at + 1]).outcome
        line = Change(log[at].at_ms, by, what, _noted(old), _noted(new), head.duel_id, why, entry_id[:8])
        await audit.note(self._context, head.terms.community, line)
        for ladder in ladders.of(head.terms):
            await Ladders(self._context).changed(ladder)
        await Seasons(self._context).amend(head.terms, head.duel_id)
        await Predictions(self._context).settle(head.duel_id)
        if head.shown.final:
            await self._context.store.show(head.duel_id, replace(head.shown, final=False))
        self._context.announcer.ruled(head.duel_id, log[-1].number)


def _decided(log: Sequence[Entry], decide: Decide) -> tuple[State, State, Sequence[Body]]:
    """The duel before and after. :raises UserError: while it is being played."""
    before = duel.fold(log)
    if before.outcome is None:
        raise UserError(say("This duel is still being played. To end it, use /duel cancel."))
    outcome, bodies = decide(before, log)
    return before, replace(before, outcome=outcome), bodies


def _changes(before: State, after: State, log: Sequence[Entry]) -> list[PairCount]:
    """What the ladders' rows change by: the duel taken away as it counted, and added as it counts now."""
    taken = [row.taken_away for row in _counting(before, log)]
    return [row for row in added(taken, _counting(after, log)) if any(row.figures)]


def _counting(state: State, log: Sequence[Entry]) -> list[PairCount]:
    """The rows of a duel. On the ladders of all servers it counts as it ended or not at all: a server's moderators can
    take a duel of theirs away there, and give nobody points."""
    rows = ladders.counted(state)
    if state.outcome == next(entry.body.outcome for entry in log if isinstance(entry.body, End)):
        return list(rows)
    return [row for row in rows if not row.ladder.startswith(str(INSTALLATION))]


async def _refuse_own(context: Context, log: Sequence[Entry], by: str) -> None:
    """:raises NotAllowed: for who played in the duel, under whichever id, also if a program has taken over since."""
    terms = duel.begin(log[0]).terms
    conduct = await conduct_of(context, terms.community)
    theirs = conduct.counts_as(Player("human", by))
    if theirs in {conduct.counts_as(player) for player in terms.players.values()}:
        raise NotAllowed(say("You play in this duel: another moderator has to rule on it."))


def _noted(outcome: Outcome | None) -> str:
    """An outcome as the audit has it."""
    if outcome is None:
        return ""
    if outcome.void:
        return "void"
    return f"{outcome.winner} wins" if outcome.winner else "draw"
