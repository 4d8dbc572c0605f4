"""A store that is closed, in the words of whoever wanted to work on it."""

from __future__ import annotations

from engine.arena.gate import Closed, Why
from engine.errors import NotAllowed
from engine.sentences import say


def refused(store: str, closed: Closed) -> NotAllowed:
    """Why an arena cannot begin to work on the store, and what to do."""
    other = closed.other
    if closed.why is Why.COPYING:
        return NotAllowed(
            say(
                "The copy of {other} in {store} is not whole: finish it with the same command.",
                other=other,
                store=store,
            )
        )
    if closed.why is Why.MIRROR:
        return NotAllowed(
            say(
                "{store} is a mirror of {other}: make it an arena of its own with “arena mirror --end” first.",
                store=store,
                other=other,
            )
        )
    if closed.why is Why.MOVED:
        return NotAllowed(
            say(
                "{store} was moved: start the arena with ARENA_STORE={other}. To go on with the old one all the same, "
                "without what has happened since: arena open {store} --anyway",
                store=store,
                other=other,
            )
        )
    return NotAllowed(
        say("{store} holds a copy of {other} and is not open yet: arena open {store}", store=store, other=other)
    )
