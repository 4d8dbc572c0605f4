"""The words of the arena as values: frozen, slotted, and free of behaviour that needs anything outside.

Times are integers of milliseconds since the Unix epoch (``_ms``). Money is an integer of nano-dollars
(``_nano_usd``): a price of $0.15 per million tokens is 150 nano-dollars a token, so sums stay exact.
"""

from __future__ import annotations

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
    Takeback,
    TakebackOffer,
    TakebackRefused,
    Turn,
    Verdict,
)
from engine.model.values import (
    LONGEST_NAME,
    NANO,
    SEATS,
    Attempt,
    Community,
    Failure,
    Limits,
    MoveMode,
    Outcome,
    Player,
    Role,
    Seat,
    Spoken,
    Status,
    Termination,
    Terms,
    TimeControl,
)

__all__ = [
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
