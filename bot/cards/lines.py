"""What a card says above and below its board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.cards.scene import Scene
from engine import duel
from engine.arena.watching import ShownTurn
from engine.duel import State
from engine.model import NANO, SEATS, MoveMode, Outcome, Seat
from engine.sentences import counted, joined, say


def lines(scene: Scene) -> Iterator[str]:
    """What is said above the board."""
    yield _versus(scene)
    yield _kind(scene.state)
    if scene.watched.turns:
        yield _last_move(scene, scene.watched.turns[-1])
    if not scene.state.outcome:
        yield from _standing(scene)
    yield from (_used(scene, seat) for seat in SEATS)


def _versus(scene: Scene) -> str:
    first, second = (say("{name} ({side})", name=scene.names[seat], side=scene.side(seat)) for seat in SEATS)
    return say("{first} against {second}", first=first, second=second)


_MODES: Final = {
    MoveMode.FREE: say("models know the rules themselves"),
    MoveMode.LISTED: say("models are given the legal moves"),
    MoveMode.CONSTRAINED: say("models can answer legal moves only"),
}


def _kind(state: State) -> str:
    kind = say("Rated") if state.terms.rated else say("Casual")
    modes = [_MODES[mode] for mode in dict.fromkeys(state.terms.modes.values())]
    return say("{kind}: {modes}", kind=kind, modes=joined(modes, "; ")) if modes else kind


def _last_move(scene: Scene, turn: ShownTurn) -> str:
    moves = [
        say("{move} ({side})", move=_called(scene, turn, seat), side=scene.side(seat))
        for seat in SEATS
        if seat in turn.moves
    ]
    return say("Last move, turn {turn}: {moves}", turn=turn.number, moves=joined(moves, ", "))


def _called(scene: Scene, turn: ShownTurn, seat: Seat) -> str:
    """A move as people read it: a choice made at once is a word (rock), and has a name in their language."""
    if len(turn.moves) == 1:
        return turn.moves[seat]
    before = scene.watched.position(len(scene.watched.turns) - 1)
    labels = {choice.move: choice.label for choice in scene.state.game.board(before, seat).choices}
    return labels.get(turn.moves[seat], turn.moves[seat])


def _standing(scene: Scene) -> Iterator[str]:
    """Who is awaited, and what is on offer."""
    state = scene.state
    if state.adjourned is not None:
        yield say("Adjourned: {why}", why=state.adjourned)
        return
    for seat in scene.awaited():
        name, side = scene.names[seat], scene.side(seat)
        if scene.is_human(seat):
            yield (
                say("{name} is to move.", name=name)
                if not scene.sealed
                else say("{name} has yet to choose.", name=name)
            )
        else:
            yield say("{side} is thinking.", side=side)
    for seat in SEATS:
        if seat in scene.sealed:
            yield say("{side} has chosen.", side=scene.side(seat))
    if state.draw_offer:
        yield say("{side} offers a draw.", side=scene.side(state.draw_offer))
    if state.takeback_offer:
        yield say("{side} asks to take the last move back.", side=scene.side(state.takeback_offer))


def _used(scene: Scene, seat: Seat) -> str:
    """A line for a side that has used tokens, time or attempts; empty for one that has used none."""
    tally, state = scene.state.tally(seat), scene.state
    tokens = tally.tokens_in + tally.tokens_out
    parts = [
        counted("{n:,} token", "{n:,} tokens", n=tokens) if tokens else "",
        _cost(scene, seat) if tokens else "",
        counted("{n} failed attempt", "{n} failed attempts", n=tally.failed_attempts) if tally.failed_attempts else "",
        _clock(state, seat),
    ]
    used = joined(parts, ", ")
    return say("{side}: {used}", side=scene.side(seat), used=used) if used else ""


def _clock(state: State, seat: Seat) -> str:
    if state.outcome or state.terms.time.per_duel_seconds is None or not state.terms.players[seat].is_human:
        return ""
    left = duel.left_ms(state, seat)
    return say("{time} left for all moves", time=_duration(left)) if left is not None else ""


def _cost(scene: Scene, seat: Seat) -> str:
    if not scene.prices.priced(scene.state.terms.players[seat]):
        return say("price unknown")
    return _usd(scene.state.tally(seat).cost_nano_usd)


_SHOWN_NANO: Final = NANO // 10_000


def _usd(nano: int) -> str:
    if not nano:
        return say("free")
    return say("${dollars:.4f}", dollars=nano / NANO) if nano >= _SHOWN_NANO else say("less than $0.0001")


def _duration(milliseconds: int) -> str:
    seconds = max(0, milliseconds) // 1000
    if not seconds:
        return say("less than a second")
    if seconds < 60:
        return say("{seconds} s", seconds=seconds)
    if seconds < 3600:
        return say("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)
    return say("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def summary(scene: Scene, outcome: Outcome) -> Iterator[str]:
    """What is said when it is over: result, reason, length, cost, failed attempts."""
    state = scene.state
    yield _result(scene, outcome)
    yield outcome.why
    plies = counted("{n} ply", "{n} plies", n=state.ply)
    ended = scene.head.ended_ms or scene.arena.context.clock.now_ms()
    yield say("Length: {plies} in {time}.", plies=plies, time=_duration(ended - scene.head.created_ms))
    tokens = sum(tally.tokens_in + tally.tokens_out for tally in state.tallies)
    if tokens:
        spent = _usd(sum(tally.cost_nano_usd for tally in state.tallies))
        yield say("Cost: {spent} for {tokens:,} tokens.", spent=spent, tokens=tokens)
    failed = [(seat, state.tally(seat).failed_attempts) for seat in SEATS]
    if any(count for _, count in failed):
        each = [say("{side} {count}", side=scene.side(seat), count=count) for seat, count in failed]
        yield say("Failed attempts: {each}.", each=joined(each, ", "))


def _result(scene: Scene, outcome: Outcome) -> str:
    if outcome.void:
        return say("No result: the duel is void.")
    if outcome.winner is None:
        return say("A draw.")
    return say("{name} won.", name=scene.names[outcome.winner])
