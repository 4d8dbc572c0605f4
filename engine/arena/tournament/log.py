"""A tournament is its log folded: entries that only grow, each written once under its number.

::

    created ─► joined, left, checked-in ─► started ─► paired ─► result … ─► paired ─► … ─► finished
                                              │ left, joined (late), paused, resumed, corrected   │
                                              └ cancelled             ▲                           corrected
                                                                      └────── when a match is missing ┘
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from engine.arena.tournament.plan import Plan, plan_from_json
from engine.codec import reading
from engine.errors import CorruptLog
from engine.model import Document
from engine.tournaments.model import (
    Bracket,
    Bye,
    ByeKind,
    Entrant,
    Leaving,
    Pairing,
    Played,
    Result,
    Round,
    Standing,
)

Body = Mapping[str, Any]


class Phase(StrEnum):
    """Where a tournament stands."""

    SIGN_UP = "sign-up"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({Phase.SIGN_UP, Phase.RUNNING, Phase.PAUSED})


@dataclass(frozen=True, slots=True)
class SignedUp:
    """Somebody who wants to take part. ``by`` is who entered them; ``place`` counts sign-ups."""

    player: str
    by: str
    place: int
    checked_in: bool = False
    gate: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The log folded. ``entry`` is the number of its last entry.

    ``spent`` is what the matches that have a result cost, in nano-dollars; ``why`` why it is paused or cancelled, and
    ``paused_ms`` when it was paused last.
    """

    plan: Plan
    entry: int = 0
    phase: Phase = Phase.SIGN_UP
    signed: Mapping[str, SignedUp] = field(default_factory=dict)
    entrants: tuple[Entrant, ...] = ()
    played: tuple[Played, ...] = ()
    spent: int = 0
    why: str = ""
    started_ms: int | None = None
    paused_ms: int | None = None
    ended_ms: int | None = None

    @property
    def round(self) -> Played | None:
        """The round that was paired last."""
        return self.played[-1] if self.played else None

    @property
    def here(self) -> tuple[Entrant, ...]:
        """Those who can still be paired."""
        return tuple(entrant for entrant in self.entrants if entrant.left is None)

    def entrant(self, player: str) -> Entrant | None:
        """Who takes part under that name."""
        return next((entrant for entrant in self.entrants if entrant.id == player), None)

    def standings(self) -> tuple[Standing, ...]:
        """Everybody, best first."""
        return self.plan.played_as.standings(self.entrants, self.played, self.plan.options)

    def bracket(self) -> Bracket | None:
        """The bracket, if the format has one."""
        return self.plan.played_as.bracket(self.entrants, self.played, self.plan.options)

    def pairing(self, number: int, table: int) -> Pairing | None:
        """A match by its round and table."""
        if not 1 <= number <= len(self.played):
            return None
        pairings = self.played[number - 1].round.pairings
        return next((pairing for pairing in pairings if pairing.table == table), None)


def fold(documents: Iterable[Document]) -> State:
    """The state after these entries, in order. :raises CorruptLog: when the log has a gap or makes no sense."""
    state: State | None = None
    for number, document in enumerate(documents):
        with reading(f"entry {number} of a tournament"):
            if int(document.key) != number:
                raise CorruptLog(f"Entry {document.key} of a tournament stands where {number} belongs.")
            body = document.body
            if state is None:
                state = State(plan_from_json(body["plan"]))
            else:
                state = replace(advance(state, body), entry=number)
    if state is None:
        raise CorruptLog("The tournament's log is empty.")
    return state


def advance(state: State, body: Body) -> State:
    """The state after one more entry."""
    return _STEPS[body["kind"]](state, body)


def _joined(state: State, body: Body) -> State:
    player = body["player"]
    place = 1 + max((one.place for one in state.signed.values()), default=0)
    signed = SignedUp(player, body["by"], place, gate=body.get("gate", False))
    after = replace(state, signed={**state.signed, player: signed})
    if state.phase is Phase.SIGN_UP:
        return after
    late = Entrant(player, len(state.entrants) + 1, joined=len(state.played) + 1)
    return replace(after, entrants=(*state.entrants, late))


def _left(state: State, body: Body) -> State:
    """Before the start they are forgotten; later they stay in the table as who has left."""
    player = body["player"]
    if state.phase is Phase.SIGN_UP:
        return replace(state, signed={name: one for name, one in state.signed.items() if name != player})
    gone = {"left": body["from_round"], "why": Leaving(body["why"])}
    entrants = tuple(replace(one, **gone) if one.id == player and one.left is None else one for one in state.entrants)
    return replace(state, entrants=entrants)


def _checked_in(state: State, body: Body) -> State:
    player = body["player"]
    return replace(state, signed={**state.signed, player: replace(state.signed[player], checked_in=True)})


def _started(state: State, body: Body) -> State:
    entrants = tuple(
        Entrant(player, place, gate=state.signed[player].gate) for place, player in enumerate(body["order"], 1)
    )
    return replace(state, phase=Phase.RUNNING, entrants=entrants, started_ms=body["at"])


def _paired(state: State, body: Body) -> State:
    number = len(state.played) + 1
    pairings = tuple(Pairing(number, *one) for one in body["pairings"])
    byes = tuple(Bye(who, ByeKind(kind), opponent, node) for who, kind, opponent, node in body["byes"])
    return replace(state, played=(*state.played, Played(Round(number, pairings, byes), {})))


def _result(state: State, body: Body) -> State:
    after = _with_result(state, body)
    return replace(after, spent=after.spent + int(body.get("nano_usd", 0)))


def _with_result(state: State, body: Body) -> State:
    index = body["round"] - 1
    result = Result(
        body["first"], body["second"], body["pairs"], frozenset(body.get("absent", ())), body.get("cancelled", False)
    )
    before = state.played[index]
    changed = replace(before, results={**before.results, body["table"]: result})
    return replace(state, played=(*state.played[:index], changed, *state.played[index + 1 :]))


def _corrected(state: State, body: Body) -> State:
    after = _with_result(state, body)
    return replace(after, phase=Phase.RUNNING, ended_ms=None) if body.get("reopens") else after


def _paused(state: State, body: Body) -> State:
    return replace(state, phase=Phase.PAUSED, why=body["why"], paused_ms=body["at"])


def _resumed(state: State, body: Body) -> State:
    plan = replace(state.plan, budget_nano_usd=body["budget"]) if "budget" in body else state.plan
    return replace(state, phase=Phase.RUNNING, why="", plan=plan)


def _cancelled(state: State, body: Body) -> State:
    return replace(state, phase=Phase.CANCELLED, why=body["why"], ended_ms=body["at"])


def _finished(state: State, body: Body) -> State:
    return replace(state, phase=Phase.OVER, ended_ms=body["at"])


_STEPS: Final = {
    "joined": _joined,
    "left": _left,
    "checked-in": _checked_in,
    "started": _started,
    "paired": _paired,
    "result": _result,
    "corrected": _corrected,
    "paused": _paused,
    "resumed": _resumed,
    "cancelled": _cancelled,
    "finished": _finished,
}


def paired(round_: Round) -> dict[str, Any]:
    """The entry of a round."""
    return {
        "kind": "paired",
        "pairings": [[one.table, one.first, one.second, one.seed, one.node] for one in round_.pairings],
        "byes": [[one.entrant, one.kind, one.opponent, one.node] for one in round_.byes],
    }


def resulted(pairing: Pairing, result: Result, nano_usd: int = 0) -> dict[str, Any]:
    """The entry of a result."""
    return {
        "kind": "result",
        "round": pairing.round,
        "table": pairing.table,
        "first": result.first,
        "second": result.second,
        "pairs": result.pairs,
        "absent": sorted(result.absent),
        "cancelled": result.cancelled,
        "nano_usd": nano_usd,
    }


def unplayed(state: State) -> Sequence[Pairing]:
    """The matches of the last round that have no result."""
    if state.round is None:
        return ()
    return [one for one in state.round.round.pairings if one.table not in state.round.results]


def left(state: State, player: str, by: str, why: Leaving, said: str = "") -> dict[str, Any]:
    """The entry of somebody who leaves: from the next round on, or as if they had never come before the first."""
    body = {"kind": "left", "player": player, "by": by, "why": why, "said": said}
    return body if state.phase is Phase.SIGN_UP else body | {"from_round": len(state.played) + 1}


def without(state: State, gone: Body) -> State:
    """The state once somebody has left, and the matches that they have not finished are lost by it."""
    after = advance(state, gone)
    away = {one.id for one in after.entrants if one.left is not None}
    for pairing in unplayed(after):
        if absent := away & pairing.both:
            after = advance(after, resulted(pairing, Result(pairs=0, absent=frozenset(absent))))
    return after
