"""How far one duel's message has come; :mod:`bot.announcing` moves it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from bot._tournament_duels import Place
from bot.presenting import Card
from engine.model import Shown

# A platform that is down is asked again after so long, then after twice as long each time.
FIRST_RETRY_SECONDS: Final = 1.0
# A channel that refuses us is asked again after so long, and so on up to an hour: a platform bans who asks too often.
FIRST_REFUSED_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Pacing:
    """How much is shown and stored. ``words_seconds``: so long words wait for more of them, since each post is stored;
    ``keep_seconds``: so long how far a message has come is stored only with the message itself.
    """

    words_seconds: float = 0.0
    keep_seconds: float = 0.0


AT_ONCE: Final = Pacing()


@dataclass(slots=True)
class Projection:
    """One duel's message.

    ``dirty`` is set by a change, ``idle`` while there is none, ``first`` tells whether its first board could be posted.
    ``kept`` is what is stored of ``shown``. ``hurried``: nothing waits for more to come any longer. ``place``: where
    a tournament's duel is shown.
    """

    dirty: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    first: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    shown: Shown | None = None
    kept: Shown | None = None
    sent: Card | None = None
    shown_at_ms: int = 0
    told_at_ms: int = 0
    kept_at_ms: int = 0
    hurried: bool = False
    place: Place | None = None
    retry_seconds: float = FIRST_RETRY_SECONDS
    refused_seconds: float = FIRST_REFUSED_SECONDS

    def mark(self) -> None:
        """Something has changed."""
        self.idle.clear()
        self.dirty.set()
