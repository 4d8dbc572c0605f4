"""Members of the web channel: a cookie that only this installation can make, and a name nobody else has."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.arena import Arena
from engine.model import Person

COOKIE: Final = "arena_member"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person just made, and the value of the cookie that is theirs from now on."""

    person: Person
    token: str

    def cookie(self, secure: bool) -> str:
        """The ``Set-Cookie`` header; ``secure`` keeps it from ever being sent over http."""
        return f"{COOKIE}={self.token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict{'; Secure' * secure}"


class Members:
    """Knows members by their cookies. A person is made by :meth:`newcomer` alone; everything else only reads."""

    def __init__(self, arena: Arena, platform: str) -> None:
        self._people = arena.people
        self._platform = platform
        self._key = hmac.digest(arena.context.secret, b"web member cookie", hashlib.sha256)
        self.viewer: Final = Person("", platform, "", "")
        """Whoever has no cookie: may look, and sits nowhere."""

    async def of(self, token: str) -> Person | None:
        """The member behind a cookie; ``None`` when it is none of ours, or its person is erased."""
        return await self._people.known(self._platform, _platform_id(token)) if self._is_ours(token) else None

    async def newcomer(self) -> Newcomer:
        """A new member, with a friendly name they can change."""
        drawn = secrets.token_urlsafe(24)
        token = f"{drawn}.{self._signature(drawn)}"
        platform_id = _platform_id(token)
        return Newcomer(await self._people.arrived(self._platform, platform_id, _names(platform_id)), token)

    def _is_ours(self, token: str) -> bool:
        drawn, _, signature = token.rpartition(".")
        return token.isascii() and hmac.compare_digest(self._signature(drawn), signature)

    def _signature(self, drawn: str) -> str:
        return hmac.new(self._key, drawn.encode(), hashlib.sha256).hexdigest()


def _platform_id(token: str) -> str:
    # The cookie is a key to its member's seats, so only its hash is kept.
    return hashlib.sha256(token.encode()).hexdigest()


def _names(platform_id: str) -> Iterator[str]:
    """Names to try in order: a plain one, then the same with longer and longer numbers."""
    number = int(platform_id, 16)
    number, adjective = divmod(number, len(_ADJECTIVES))
    number, animal = divmod(number, len(_ANIMALS))
    name = f"{_ADJECTIVES[adjective]} {_ANIMALS[animal]}"
    yield name
    for digits in range(1, _MOST_DIGITS):
        yield f"{name} {2 + number % 10**digits}"


_MOST_DIGITS: Final = 16
_ADJECTIVES: Final = (
    "Brave",
    "Calm",
    "Clever",
    "Daring",
    "Eager",
    "Gentle",
    "Lucky",
    "Merry",
    "Quick",
    "Quiet",
    "Wise",
)
_ANIMALS: Final = ("Badger", "Crane", "Falcon", "Fox", "Hare", "Heron", "Lynx", "Otter", "Raven", "Seal", "Wren")
