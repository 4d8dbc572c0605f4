"""The list of players for people: what can play now, and a line for each thing that must be set or installed first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine import games
from engine.ports import Candidate, Roster
from engine.sentences import Sentence, joined, say

NOT_READY: Final = "not ready: "
"""How the English description of a player begins that cannot play yet."""


def listed(roster: Roster, wanted: Sequence[str] = ()) -> list[Candidate]:
    """The players of these games, or of all; an engine that only some of them have says which."""
    names = list(wanted) or list(games.names())
    found: dict[str, Candidate] = {}
    where: dict[str, list[str]] = {}
    for name in names:
        game = games.game(name)
        for candidate in roster.names(game):
            found.setdefault(candidate.name, candidate)
            where.setdefault(candidate.name, []).append(game.title)
    return [_located(found[name], where[name], len(names)) for name in found]


def _located(candidate: Candidate, titles: Sequence[str], games_in_all: int) -> Candidate:
    if len(titles) == games_in_all:
        return candidate
    about = say("{games}: {about}", games=joined(titles, ", "), about=candidate.about)
    return Candidate(candidate.name, about, candidate.ready, candidate.missing)


def rows(candidates: Iterable[Candidate]) -> Iterator[tuple[str, str]]:
    """Name and description of each that is ready; those that miss the same thing share a row."""
    missing: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        if candidate.ready:
            yield candidate.name, candidate.about
        else:
            provider = candidate.name.partition("/")[0]
            missing.setdefault((provider, _needed(candidate)), []).append(candidate)
    for (provider, needed), several in missing.items():
        name = f"{provider}/…" if len(several) > 1 else several[0].name
        yield name, say("not ready: {need}", need=needed)


def _needed(candidate: Candidate) -> str:
    """What is missing, without the name of the player who misses it."""
    missing = candidate.missing
    need = missing.values.get("need") if isinstance(missing, Sentence) else None
    return need or missing
