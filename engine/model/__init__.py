"""The words of the arena as values: frozen, slotted, and free of behaviour that needs anything outside.

Times are integers of milliseconds since the Unix epoch (``_ms``). Money is an integer of nano-dollars
(``_nano_usd``): a price of $0.15 per million tokens is 150 nano-dollars a token, so sums stay exact.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from engine.model.kinds import (
    DRAW,
    SEATS,
    Failure,
    MoveMode,
    Role,
    Seat,
    Status,
    Termination,
)

if TYPE_CHECKING:
    from engine.model.heads import Document, Head, Lease, Person, Seal, Shown
    from engine.model.log import (
        Adjourn,
        Agreed,
        Autoplay,
        Body,
        DrawAnswer,
        DrawOffer,
        End,
        Entry,
        Resume,
        Ruling,
        Takeback,
        TakebackOffer,
        TakebackRefused,
        Turn,
        Verdict,
    )
    from engine.model.values import (
        LONGEST_NAME,
        NANO,
        Attempt,
        Community,
        Limits,
        Outcome,
        Player,
        Spoken,
        Terms,
        TimeControl,
    )

__all__ = [
    "DRAW",
    "LONGEST_NAME",
    "NANO",
    "SEATS",
    "Adjourn",
    "Agreed",
    "Attempt",
    "Autoplay",
    "Body",
    "Community",
    "Document",
    "DrawAnswer",
    "DrawOffer",
    "End",
    "Entry",
    "Failure",
    "Head",
    "Lease",
    "Limits",
    "MoveMode",
    "Outcome",
    "Person",
    "Player",
    "Resume",
    "Role",
    "Ruling",
    "Seal",
    "Seat",
    "Shown",
    "Spoken",
    "Status",
    "Takeback",
    "TakebackOffer",
    "TakebackRefused",
    "Termination",
    "Terms",
    "TimeControl",
    "Turn",
    "Verdict",
]

if not TYPE_CHECKING:  # or every misspelt name would pass for one of them

    def __getattr__(name: str) -> Any:
        """What has fields, read when it is first asked for: a webhook that only hands on needs none of it."""
        if name in __all__:
            for part in ("values", "heads", "log"):
                found = vars(importlib.import_module(f"{__name__}.{part}"))
                if name in found:
                    return globals().setdefault(name, found[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
