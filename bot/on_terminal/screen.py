"""A duel of the arena as the view that the live board draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.boards import board_in
from bot.catalogue import ENGLISH, said
from bot.on_terminal.view import DuelView, SeatView
from engine.arena import Arena
from engine.arena.watching import ShownTurn, Watched, board_of, in_rows
from engine.model import SEATS, Head, Outcome, Seat
from engine.sentences import say


async def duel_view(arena: Arena, duel_id: str, language: str = ENGLISH) -> DuelView:
    """The duel as it stands now, in that language."""
    told = partial(said, language=language)
    head = await arena.context.head(duel_id)
    watched = await arena.watching.watch(duel_id)
    names = await arena.people.names(head.terms)
    state = watched.state
    return DuelView(
        title=told(
            say("{game}: {first} – {second}", game=state.game.title, first=names[Seat.FIRST], second=names[Seat.SECOND])
        ),
        board=board_in(board_of(state), language),
        seats={seat: _seat(arena, head, watched, seat, told(names[seat]), told) for seat in SEATS},
        moves=[_row(row) for row in in_rows(watched.turns)],
        status=told(state.adjourned or ""),
        result=told(_result(state.outcome, names)) if state.outcome else None,
        hint=told(_hint(head, over=state.outcome is not None)),
        language=language,
    )


def _seat(arena: Arena, head: Head, watched: Watched, seat: Seat, name: str, told: Callable[[str], str]) -> SeatView:
    state = watched.state
    tally = state.tally(seat)
    thinking = seat in state.to_move()
    since = arena.context.clock.now_ms() - state.turn_started_ms if thinking else 0
    spoken = next((turn.spoken[seat] for turn in reversed(watched.turns) if seat in turn.spoken), None)
    return SeatView(
        side=told(state.game.seats[seat]),
        player=name,
        used_seconds=(tally.used_ms + max(0, since)) / 1000,
        tokens=tally.tokens_in + tally.tokens_out,
        cost_usd=tally.cost_nano_usd / 1e9,
        failed_attempts=tally.failed_attempts,
        words=spoken.words if spoken else "",
        thinking=thinking and not head.terms.players[seat].is_human,
        score=told(state.game.score(state.position)[seat]),
    )


def _row(row: Mapping[Seat, ShownTurn]) -> str:
    """Both sides' moves; an ellipsis stands for a first one that there is not (chess from a FEN)."""
    moves = [row[seat].moves[seat] if seat in row else "…" for seat in SEATS if seat in row or seat is Seat.FIRST]
    return " ".join(moves)


def _result(outcome: Outcome, names: Mapping[Seat, str]) -> str:
    if outcome.void:
        return say("Void. {why}", why=outcome.why)
    if outcome.winner:
        return say("{name} wins. {why}", name=names[outcome.winner], why=outcome.why)
    return say("A draw. {why}", why=outcome.why)


def _hint(head: Head, *, over: bool) -> str:
    facts = {"seed": head.terms.seed, "duel": head.duel_id[:8]}
    if over:
        return say("seed {seed}, duel {duel}", **facts)
    return say("seed {seed}, duel {duel}; Ctrl-C leaves, “arena duel --resume {duel}” goes on with it", **facts)
