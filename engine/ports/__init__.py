"""What the outside fills in: clock, store, queue, announcer, meter, model APIs, and whoever chooses the moves."""

from __future__ import annotations

from engine.ports.archive import Archive, ArchivedStore, Change, Journal, Mirrored, Read, Stored
from engine.ports.around import Announcer, Clock, Queue
from engine.ports.counts import NO_EFFORT, Effort, PairCount
from engine.ports.metering import UNMETERED, Meter
from engine.ports.models import Ask, Completion, Message, Provider
from engine.ports.players import (
    Answer,
    Candidate,
    Chosen,
    GaveUp,
    MoveRequest,
    MoveSource,
    OwnKey,
    Rates,
    Roster,
    is_instant,
)
from engine.ports.store import Store

__all__ = [
    "NO_EFFORT",
    "UNMETERED",
    "Announcer",
    "Answer",
    "Archive",
    "ArchivedStore",
    "Ask",
    "Candidate",
    "Change",
    "Chosen",
    "Clock",
    "Completion",
    "Effort",
    "GaveUp",
    "Journal",
    "Message",
    "Meter",
    "Mirrored",
    "MoveRequest",
    "MoveSource",
    "OwnKey",
    "PairCount",
    "Provider",
    "Queue",
    "Rates",
    "Read",
    "Roster",
    "Store",
    "Stored",
    "is_instant",
]
