"""A duel as the JSON that ``docs/api.md`` promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engine import duel, games
from engine.arena import Arena
from engine.arena.people import Names
from engine.arena.pools import LAST_PLY
from engine.arena.watching import ShownTurn, Watched, board_of
from engine.duel import State
from engine.games import AnyGame
from engine.model import SEATS, Head, Outcome, Player, Seat, Spoken, Status
from engine.options import Option

Json = dict[str, Any]


def option_json(option: Option, positional: bool = False) -> Json:
    """An option as forms and completion need it."""
    return {**asdict(option), "positional": positional}


def game_json(game: AnyGame) -> Json:
    """A game as the form for a new duel needs it."""
    return {
        "name": game.name,
        "title": game.title,
        "summary": game.summary,
        "seats": dict(game.seats),
        "options": [option_json(option) for option in game.options],
        "engines": list(game.engines),
        "exports": list(game.exports),
        "open_ended": game.open_ended,
    }


def outcome_json(outcome: Outcome | None) -> Json | None:
    """A result; ``None`` while there is none."""
    return asdict(outcome) if outcome else None


async def summaries_json(heads: Sequence[Head], member: str, arena: Arena) -> list[Json]:
    """Duels in the channel's list; people are looked up once for all of them."""
    names = await arena.people.of([head.terms for head in heads])
    return [_summary_json(head, member, names) for head in heads]


def _summary_json(head: Head, member: str, names: Names) -> Json:
    terms = head.terms
    game = games.game(terms.game)
    called = names.seats(terms)
    return {
        "id": head.duel_id,
        "game": terms.game,
        "title": game.title,
        "variant": game.variant(terms.options),
        "status": head.status,
        "created_ms": head.created_ms,
        "ended_ms": head.ended_ms,
        "seats": {seat: _seat_json(head, seat, called[seat], game, member) for seat in SEATS},
        "rated": terms.rated,
        "plies": head.plies,
        "outcome": outcome_json(head.outcome),
        "started_by": names.person(terms.started_by),
    }


async def _takes_stakes(state: State, seats: Sequence[Seat], arena: Arena) -> bool:
    """Whether who looks can stake points on the duel now."""
    if seats or state.outcome or not state.terms.rated or state.ply > LAST_PLY:
        return False
    return (await arena.communities.settings(state.terms.community)).predictions


def _seat_json(head: Head, seat: Seat, name: str, game: AnyGame, member: str) -> Json:
    player = head.terms.players[seat]
    return {
        "player": "human" if player.is_human else str(player),
        "name": name,
        "side": game.seats[seat],
        "human": player.is_human,
        "you": player == Player("human", member),
        "mode": head.terms.modes.get(seat),
    }


async def duel_json(head: Head, watched: Watched, after: int, member: str, arena: Arena) -> Json:
    """A duel's card, with the turns after an entry."""
    state = watched.state
    seats = arena.duels.seats_of(head.terms, member)
    sealed = await _sealed(head, watched, arena)
    open_seat = next((seat for seat in seats if seat in state.to_move() and seat not in sealed), None)
    status = Status.OVER if state.outcome else head.status
    (summary,) = await summaries_json([head], member, arena)
    return {
        **summary,
        "status": status,
        "plies": state.ply,
        "outcome": outcome_json(state.outcome),
        "entry": state.entry,
        "position_entry": state.position_entry,
        "turn": state.turn,
        "board": asdict(board_of(state, open_seat)),
        "to_move": sorted(state.to_move()),
        "thinking": sorted(s for s in state.to_move() if not head.terms.players[s].is_human and s not in sealed),
        "your_seat": (open_seat or seats[0]) if seats else None,
        "your_move": open_seat is not None,
        "takes_stakes": await _takes_stakes(state, seats, arena),
        "draw_offer": state.draw_offer,
        "takeback_offer": state.takeback_offer,
        "deadline_ms": duel.deadline_ms(state, state.to_move() - sealed.keys()),
        "now_ms": arena.context.clock.now_ms(),
        "totals": {seat: _totals_json(watched, seat) for seat in SEATS},
        "turns": [_turn_json(turn) for turn in watched.turns if turn.entry > after],
        "last_words": {seat: _spoken_json(spoken) for seat, spoken in watched.last_words.items()},
        "sealed": {seat: seal.digest for seat, seal in sealed.items()},
        "score": dict(state.game.score(state.position)),
        "seed": head.terms.seed if state.outcome else None,
        "why_adjourned": state.adjourned,
        "replay": f"/replay.html?duel={head.duel_id}",
    }


async def _sealed(head: Head, watched: Watched, arena: Arena) -> Mapping[Seat, Any]:
    state = watched.state
    if len(state.to_move()) < 2:
        return {}
    return await arena.context.store.seals(head.duel_id, state.position_entry)


def _totals_json(watched: Watched, seat: Seat) -> Json:
    tally = watched.state.tally(seat)
    return {
        "used_ms": tally.used_ms,
        "left_ms": None if watched.state.outcome else duel.left_ms(watched.state, seat),
        "tokens_in": tally.tokens_in,
        "tokens_out": tally.tokens_out,
        "cost_usd": tally.cost_nano_usd / 1e9,
        "failed_attempts": tally.failed_attempts,
    }


def _turn_json(turn: ShownTurn) -> Json:
    return {
        "entry": turn.entry,
        "turn": turn.number,
        "at_ms": turn.at_ms,
        "moves": dict(turn.moves),
        "encoded": dict(turn.encoded),
        "spoken": {seat: _spoken_json(spoken) for seat, spoken in turn.spoken.items()},
        "salts": dict(turn.salts),
    }


def _spoken_json(spoken: Spoken) -> Json:
    return {
        "words": spoken.words,
        "tokens_in": spoken.tokens_in,
        "tokens_out": spoken.tokens_out,
        "latency_ms": spoken.latency_ms,
        "cost_usd": spoken.cost_nano_usd / 1e9,
        "attempts": [asdict(attempt) for attempt in spoken.attempts],
    }
