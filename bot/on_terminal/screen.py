"""A duel of the arena as the view that the live board draws."""

from __future__ import annotations

from collections.abc import Mapping

from bot.on_terminal.view import DuelView, SeatView
from engine.arena import Arena
from engine.arena.watching import ShownTurn, Watched, board_of, in_rows
from engine.model import SEATS, Head, Outcome, Seat


async def duel_view(arena: Arena, duel_id: str) -> DuelView:
    """The duel as it stands now."""
    head = await arena.context.head(duel_id)
    watched = await arena.watching.watch(duel_id)
    names = await arena.people.names(head.terms)
    state = watched.state
    return DuelView(
        title=f"{state.game.title}: {names[Seat.FIRST]} – {names[Seat.SECOND]}",
        board=board_of(state),
        seats={seat: _seat(arena, head, watched, seat, names[seat]) for seat in SEATS},
        moves=[_row(row) for row in in_rows(watched.turns)],
        status=state.adjourned or "",
        result=_result(state.outcome, names) if state.outcome else None,
        hint=f"seed {head.terms.seed}, duel {duel_id[:8]}{'' if state.outcome else _LEAVING}",
    )


def _seat(arena: Arena, head: Head, watched: Watched, seat: Seat, name: str) -> SeatView:
    state = watched.state
    tally = state.tally(seat)
    thinking = seat in state.to_move()
    since = arena.context.clock.now_ms() - state.turn_started_ms if thinking else 0
    spoken = next((turn.spoken[seat] for turn in reversed(watched.turns) if seat in turn.spoken), None)
    return SeatView(
        side=state.game.seats[seat],
        player=name,
        used_seconds=(tally.used_ms + max(0, since)) / 1000,
        tokens=tally.tokens_in + tally.tokens_out,
        cost_usd=tally.cost_nano_usd / 1e9,
        failed_attempts=tally.failed_attempts,
        words=spoken.words if spoken else "",
        thinking=thinking and not head.terms.players[seat].is_human,
        score=state.game.score(state.position)[seat],
    )


def _row(row: Mapping[Seat, ShownTurn]) -> str:
    """Both sides' moves; an ellipsis stands for a first one that there is not (chess from a FEN)."""
    moves = [row[seat].moves[seat] if seat in row else "…" for seat in SEATS if seat in row or seat is Seat.FIRST]
    return " ".join(moves)


def _result(outcome: Outcome, names: Mapping[Seat, str]) -> str:
    if outcome.void:
        return f"Void. {outcome.why}"
    return f"{names[outcome.winner]} wins. {outcome.why}" if outcome.winner else f"A draw. {outcome.why}"


_LEAVING = "; Ctrl-C leaves, “arena run” goes on with it"
