"""A predecessor's game as a duel of today: head and log, the same from the same row, whoever imports it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine import duel
from engine.arena.context import derived_id
from engine.arena.legacy import players, results, rows, told
from engine.arena.legacy.games import kinds, reader
from engine.arena.legacy.playing import Reading
from engine.codec import fit
from engine.errors import CorruptLog, NotUnderstood
from engine.model import (
    SEATS,
    Agreed,
    Body,
    Community,
    End,
    Entry,
    Head,
    Limits,
    Player,
    Seat,
    Spoken,
    Status,
    Terms,
    TimeControl,
)
from engine.sentences import joined, say

PREDECESSOR: Final = "predecessor"
"""The ``prompt_version`` of what was imported, and who its ends are by: its models were not asked in our words."""

COUNT: Final = "count"
_LEAST_PLIES: Final = Limits().max_plies


@dataclass(frozen=True, slots=True)
class LegacyDuel:
    """What is written: a head that is over from the start, so that no worker ever takes it up, and its whole log."""

    head: Head
    entries: tuple[Entry, ...]


def duel_id(game: rows.LegacyGame, community: Community) -> str:
    """The id of the duel that a row becomes; a row that was changed meanwhile keeps it."""
    return derived_id(PREDECESSOR, community, game.id, game.kind, game.created_ms)


def read(game: rows.LegacyGame, community: Community, person: str) -> LegacyDuel:
    """The duel of a row; ``person`` is our id of the one who played it.

    :raises NotUnderstood: with the reason why it is no log under today's rules.
    """
    if game.kind not in kinds():
        raise NotUnderstood(
            rows.GAME,
            say("There is no game “{name}” here. There is: {names}.", name=game.kind[:40], names=joined(kinds(), ", ")),
        )
    said = told.read(game.state)
    reading = reader(game.kind)(said)
    _require_count(game, said, reading)
    return _written(game, reading, _terms(game, reading, community, person))


def _require_count(game: rows.LegacyGame, said: told.Told, reading: Reading) -> None:
    """:raises NotUnderstood: when the row counts other moves than it holds, whatever it counted."""
    plies = sum(len(turn.moves) for turn in reading.turns)
    tried = len(said.moves) if said.moves is not None else plies
    if game.moves_count and game.moves_count not in {plies, tried, len(reading.turns), -(-plies // 2)}:
        raise NotUnderstood(
            COUNT, say("The row counts {counted} moves and holds {n}.", counted=game.moves_count, n=tried)
        )


def _terms(game: rows.LegacyGame, reading: Reading, community: Community, person: str) -> Terms:
    plies = sum(len(turn.moves) for turn in reading.turns)
    return Terms(
        game=reading.game.name,
        players={seat: _player(game.names[seat], person) for seat in SEATS},
        seed=0,
        options=reading.options,
        time=TimeControl(),
        limits=Limits(max_plies=max(_LEAST_PLIES, plies + 1)),
        rated=False,
        rules_version=reading.game.rules_version,
        prompt_version=PREDECESSOR,
        community=community,
        started_by=person,
    )


def _player(name: str, person: str) -> Player:
    return Player("human", person) if players.is_person(name) else players.program(name)


def _written(game: rows.LegacyGame, reading: Reading, terms: Terms) -> LegacyDuel:
    """Every move has the time of the start, since none was kept of its own: no seat shows time it did not take."""
    known = duel_id(game, terms.community)
    entries = [_entry(known, 0, game.created_ms, Agreed(terms))]
    entries += [_entry(known, number, game.created_ms, turn) for number, turn in enumerate(reading.turns, start=1)]
    try:
        state = duel.fold(entries)
    except CorruptLog as error:  # a reader of ours has let something through
        raise NotUnderstood("moves", say("It does not replay today: {why}", why=error.text)) from error
    outcome = results.outcome(game, state)
    end = End(outcome, PREDECESSOR, _unmade(game, reading))
    entries.append(_entry(known, len(entries), game.updated_ms, end))
    head = Head(known, terms, Status.OVER, game.created_ms, outcome=outcome, plies=state.ply, ended_ms=game.updated_ms)
    return LegacyDuel(head, tuple(entries))


def _entry(known: str, number: int, at_ms: int, body: Body) -> Entry:
    return fit(Entry(number, derived_id(known, PREDECESSOR, number), at_ms, body))


def _unmade(game: rows.LegacyGame, reading: Reading) -> Mapping[Seat, Spoken]:
    """What belongs to no move: attempts that came to nothing, and tokens that the row counts for the whole game."""
    unmade = {}
    for seat in SEATS:
        spoken = reading.unmade.get(seat, Spoken())
        told_of = spoken.tokens_out + sum(turn.spoken[seat].tokens_out for turn in reading.turns if seat in turn.spoken)
        spoken = replace(spoken, tokens_out=spoken.tokens_out + max(0, game.tokens[seat] - told_of))
        if spoken != Spoken():
            unmade[seat] = spoken
    return unmade
