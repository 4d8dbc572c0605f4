"""Where a look-only arena stands: whose duels it shows, whose pages may read it, and whether a token is asked for."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from engine.errors import NotConfigured
from engine.model import Community
from engine.sentences import say

COMMUNITY: Final = "ARENA_WEB_COMMUNITY"
ORIGIN: Final = "ARENA_SITE_ORIGIN"
TOKEN: Final = "ARENA_WEB_TOKEN_SHA256"  # noqa: S105 - a variable's name
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Place:
    """``origin`` is empty when no page of another address reads it; ``token_sha256`` when everybody may watch."""

    community: Community
    origin: str = ""
    token_sha256: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Place:
        """:raises NotConfigured: that names the variable to mend; a private place is never opened by a slip."""
        return cls(
            _community(environment.get(COMMUNITY, "").strip()),
            _origin(environment.get(ORIGIN, "").strip()),
            _digest(environment.get(TOKEN, "").strip().lower()),
        )

    def admits(self, token: str) -> bool:
        """Whether that is the token of a private place; takes as long for any."""
        return hmac.compare_digest(digest(token), self.token_sha256)


def digest(token: str) -> str:
    """What the function is told of a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _community(text: str) -> Community:
    platform, _, identity = text.partition(":")
    if not platform or not identity:
        raise NotConfigured(
            say(
                "{variable} says whose duels are shown, such as discord:1234; it is “{text}”.",
                variable=COMMUNITY,
                text=text,
            )
        )
    return Community(platform, identity)


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (
        parts.scheme not in ("http", "https") or text != f"{parts.scheme}://{parts.netloc}" or not parts.netloc
    ):
        raise NotConfigured(
            say(
                "{variable} is the site's address without a path, such as https://arena.example; it is “{text}”.",
                variable=ORIGIN,
                text=text,
            )
        )
    return text.lower()


def _digest(text: str) -> str:
    if text and not _DIGEST.fullmatch(text):
        raise NotConfigured(
            say(
                "{variable} is the 64 hexadecimal digits that “arena watch-token” writes, or is not set.",
                variable=TOKEN,
            )
        )
    return text
