"""What moderators can decide of a duel: void and restore, correct, and overrule the judge of an answer.

A decision is a pure function of the duel and its log; :mod:`engine.arena.rulings` writes down what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from engine import duel
from engine.duel import State
from engine.errors import CorruptLog, UserError
from engine.model import Body, End, Entry, Outcome, Seat, Termination, Turn, Verdict
from engine.sentences import Sentence, say

Decide = Callable[[State, Sequence[Entry]], tuple[Outcome, Sequence[Body]]]
"""The outcome that a moderator gives a duel, and the entries that lead to it before the ruling."""


def void(why: str) -> Decide:
    """It counts for nobody."""

    def decide(state: State, _log: Sequence[Entry]) -> tuple[Outcome, Sequence[Body]]:
        if state.outcome and state.outcome.void:
            raise UserError(say("This duel is void already. Bring it back with /moderate restore."))
        said = say("A moderator voided the duel: {why}", why=why)
        return Outcome(None, Termination.RULING, said, void=True), ()

    return decide


def restore(state: State, log: Sequence[Entry]) -> tuple[Outcome, Sequence[Body]]:
    """The outcome that the duel ended with: of all that moderators ruled, nothing is left."""
    end = next(entry.body.outcome for entry in log if isinstance(entry.body, End))
    if state.outcome == end:
        raise UserError(say("This duel counts as it ended: there is nothing to restore."))
    if any(isinstance(entry.body, Verdict) for entry in _after_end(log)):
        return end, _as_played(log)
    return end, ()


def correct(winner: Seat | None, why: str) -> Decide:
    """Another winner, or a draw."""

    def decide(state: State, _log: Sequence[Entry]) -> tuple[Outcome, Sequence[Body]]:
        if state.outcome and not state.outcome.void and state.outcome.winner is winner:
            raise UserError(say("That is this duel's result already."))
        side = state.game.seats[winner] if winner else ""
        said = (
            say("A moderator gave the duel to {side}: {why}", side=side, why=why)
            if winner
            else say("A moderator made the duel a draw: {why}", why=why)
        )
        return Outcome(winner, Termination.RULING, said), ()

    return decide


def overrule(turn: int, why: str, by: str) -> Decide:
    """The answer of that turn counts the other way, and the duel as it then stands."""

    def decide(_state: State, log: Sequence[Entry]) -> tuple[Outcome, Sequence[Body]]:
        _, verdict = overruled(log, turn, why, by)
        then = with_verdict(log, verdict)
        outcome = duel.ending(then) or then.game.adjudicate(then.position)
        return replace(outcome, why=overruled_why(why, outcome.why)), (verdict,)

    return decide


def overruled_why(why: str, outcome: str) -> Sentence:
    """Why a duel ended so, of whose answers a moderator overruled one after its end."""
    return say("A moderator overruled an answer: {why} {outcome}", why=why, outcome=outcome)


def ruled(outcome: Outcome) -> bool:
    """Whether moderators gave a duel that outcome, and not what was played."""
    # A long sentence is kept as its English text alone, so the text is what tells.
    begins, _, _ = overruled_why("", "").template.partition("{")
    return outcome.termination == Termination.RULING or outcome.why.startswith(begins)


def with_verdict(log: Sequence[Entry], verdict: Verdict) -> State:
    """The duel once it is written. :raises UserError: when what was played since depends on that answer."""
    try:
        return duel.fold([*log, Entry(log[-1].number + 1, "foreseen", log[-1].at_ms, verdict)])
    except CorruptLog as error:
        raise UserError(
            say("What was played after it depends on that answer: correct the result instead (/moderate correct).")
        ) from error


def overruled(log: Sequence[Entry], turn: int, why: str, by: str) -> tuple[State, Verdict]:
    """The duel before that turn, and the verdict that turns the judge's round.

    :raises UserError: when there is no such turn, or no judge.
    """
    turns = duel.turns(log)
    if not 1 <= turn <= len(turns):
        raise UserError(say("This duel has {n} turns: which one is meant?", n=len(turns)))
    state = duel.begin(log[0])
    for entry in turns[: turn - 1]:
        state = duel.replayed(state, entry)
    entry = turns[turn - 1]
    assert isinstance(entry.body, Turn)  # noqa: S101 - only turns come here
    ((seat, text), *_) = entry.body.moves.items()
    move = state.game.overruled(state.position, state.game.decode(state.position, text))
    if move is None:
        raise UserError(say("{game} has no judge of answers: correct the result instead.", game=state.game.title))
    return state, Verdict(entry.number, seat, state.game.encode(move), by, why)


def _after_end(log: Sequence[Entry]) -> Iterable[Entry]:
    end = next(entry.number for entry in log if isinstance(entry.body, End))
    return (entry for entry in log if entry.number > end)


def _as_played(log: Sequence[Entry]) -> list[Body]:
    """Verdicts that put every answer back to what the log had before its end."""
    end = next(number for number, entry in enumerate(log) if isinstance(entry.body, End))
    played = {entry.number: entry.body for entry in duel.turns(log[: end + 1]) if isinstance(entry.body, Turn)}
    now = {entry.number: entry.body for entry in duel.turns(log) if isinstance(entry.body, Turn)}
    return [
        Verdict(number, seat, move, "arena", "")
        for number, turn in played.items()
        for seat, move in turn.moves.items()
        if now[number].moves[seat] != move
    ]
