"""What every store refuses when it is moved, in the same words."""

from __future__ import annotations

from engine.errors import BadOption, Conflict
from engine.ports import Stored
from engine.sentences import say


def another(record: Stored) -> Conflict:
    """Of a record whose name another one has."""
    return Conflict(say("The {kind} {key} stands there already, and is another.", kind=record.kind, key=record.key))


def foreign_cursor() -> BadOption:
    """Of a cursor that another kind of store gave."""
    return BadOption(say("The copy was begun from another kind of store: begin it anew, into an empty one."))
