"""Where a model API is, what opens it, and what its failures mean: shared by the APIs that are reached over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from engine.errors import NotConfigured, ProviderDown, ProviderError, ProviderRefused
from engine.secret import Secret
from engine.sentences import joined, say

CONNECT_SECONDS: Final = 10.0
_QUOTED: Final = 200
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500
# Request timeout, conflict, too early, rate limit: the same request may succeed later.
_PASSING: Final = frozenset({408, 409, 425, _TOO_MANY_REQUESTS})
_KEY_REFUSED: Final = frozenset({401, 403})
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One API. ``key_variable`` is the setting that holds the key; ``needs_key`` is false for servers without one.

    ``url_variable`` is the setting for another address, where there is one.
    """

    name: str
    base_url: str
    key: Secret | None = None
    key_variable: str = ""
    needs_key: bool = True
    url_variable: str = ""

    @property
    def configured(self) -> bool:
        """Whether it can be asked at all: its key is there, or it needs none."""
        return bool(self.key) or not self.needs_key

    def require_key(self, model: str) -> None:
        """:raises NotConfigured: when the key is needed and missing."""
        if not self.configured:
            raise NotConfigured.of(
                f"{self.name}/{model}", say("needs {setting}: set it and start again.", setting=self.key_variable)
            )

    def failed(self, model: str, status: int, said: str, headers: Mapping[str, str]) -> ProviderError:
        """What an HTTP status means, in a sentence without the key. ``said`` is the API's own explanation."""
        player = f"{self.name}/{model}"
        if status in _PASSING or status >= _SERVER_ERROR:
            return ProviderDown(
                say("{player} answered HTTP {status}.", player=player, status=status),
                retry_after_seconds(headers),
                limited=status == _TOO_MANY_REQUESTS,
            )
        if status in _KEY_REFUSED:
            # Vendors quote part of the key here, so their own words are left out.
            return ProviderRefused(
                say(
                    "{player} refused the key (HTTP {status}): check {setting}.",
                    player=player,
                    status=status,
                    setting=self.key_variable,
                )
            )
        return ProviderRefused(
            say(
                "{player} refused the request (HTTP {status}): {said}",
                player=player,
                status=status,
                said=self.scrub(said)[:_QUOTED],
            )
        )

    def silent(self, model: str, why: str) -> ProviderDown:
        """No answer came: a timeout, or an answer that broke off.

        The sentence ends in the duel's public log: where the API is, only the host's own log says.
        """
        log.warning("%s/%s at %s did not answer: %s", self.name, model, self.address, why)
        return ProviderDown(say("{player} did not answer: {why}.", player=f"{self.name}/{model}", why=why))

    def unreachable(self, model: str) -> ProviderDown:
        """No connection was made, or it was cut: a server of the host's own is mostly not running."""
        down = self.silent(model, say("the connection failed"))
        if self.needs_key or not self.url_variable:
            return down
        start = say("Start {server}, or set {setting} to where it runs.", server=self.name, setting=self.url_variable)
        return ProviderDown(joined([down.text, start]))

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Where a connection goes to. :raises ValueError: when the base URL is no address of a web server."""
        url = urlsplit(self.base_url)
        if url.scheme not in _PORTS or not url.hostname:
            raise ValueError(f"{self.name} has no address")
        return url.hostname, url.port or _PORTS[url.scheme]

    @property
    def address(self) -> str:
        """The base URL without what may be secret in it: user and password, query, the key. For hosts only."""
        try:
            url = urlsplit(self.base_url)
            host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or ""
            port = f":{url.port}" if url.port else ""
        except ValueError:
            return say("an address that is none")
        return self.scrub(f"{url.scheme}://{host}{port}{url.path}")

    def scrub(self, text: str) -> str:
        """``text`` without the key, should an API have quoted it."""
        return self.key.scrub(text) if self.key else text


def nothing_within(seconds: float) -> str:
    """Why there is no answer when the time for it is over."""
    return say("nothing within {seconds:g} s", seconds=seconds)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` (RFC 9110, 10.2.3) asks for when it is a number of seconds; a date counts as nothing."""
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
