"""The use cases, one file a subject. :class:`Arena` holds them together for whoever runs a command."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena.context import Context
from engine.arena.duels import Duels
from engine.arena.people import People
from engine.arena.turns import Turns
from engine.arena.watching import Watching


@dataclass(frozen=True, slots=True)
class Arena:
    """Everything that a command can ask for."""

    context: Context
    duels: Duels
    turns: Turns
    people: People
    watching: Watching

    @classmethod
    def over(cls, context: Context) -> Arena:
        """The use cases over one installation's ports."""
        return cls(context, Duels(context), Turns(context), People(context), Watching(context))
