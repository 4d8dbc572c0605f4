"""A deployment on loopback for ``arena smoke``: real handlers, the site as published, and ways to spoil answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from loopback_cloud import Answers, Asked, Told
from watching_support import Watched
from webhook_support import NOW, Webhooks

from bot.smoke.finding import State
from bot.smoke.looking import Looked, Timing, look


@dataclass
class Deployed:
    """An API and a site; what a test puts before them spoils their answers."""

    seen: Watched
    webhooks: Webhooks
    api_answers: Answers
    site_answers: Answers
    spoilt_api: Callable[[Asked, Told], Told] = lambda _asked, told: told
    spoilt_site: Callable[[Asked, Told], Told] = lambda _asked, told: told
    api: str = ""
    site: str = ""
    slept: list[float] = field(default_factory=list)

    def through_api(self, asked: Asked) -> Told:
        return self.spoilt_api(asked, self.api_answers(asked))

    def through_site(self, asked: Asked) -> Told:
        return self.spoilt_site(asked, self.site_answers(asked))

    def look(self, *only: str, site: bool = True, patience: float = 0.0) -> Looked:
        timing = Timing(lambda: sum(self.slept), lambda: NOW, self.slept.append)
        address = self.site if site else ""
        return look(self.api, address, only, patience_seconds=patience, timeout_seconds=5.0, timing=timing)

    def amiss(self, *only: str) -> dict[str, str]:
        """What was found wrong: check, and what was seen."""
        return {one.check: one.seen for one in self.look(*only).found if one.state is State.FAILED}


def unborn(asked: Asked) -> Told:
    raise AssertionError(asked)


def on(path: str, change: Callable[[Told], Told], method: str = "") -> Callable[[Asked, Told], Told]:
    """Spoils the answers for that path alone; ``*`` at its end stands for more."""

    def spoilt(asked: Asked, told: Told) -> Told:
        right = asked.path.startswith(path[:-1]) if path.endswith("*") else asked.path == path
        return change(told) if right and method in ("", asked.method) else told

    return spoilt


def status(number: int) -> Callable[[Told], Told]:
    return lambda told: told._replace(status=number)


def body(content: bytes) -> Callable[[Told], Told]:
    return lambda told: told._replace(body=content)


def header(**changed: str | None) -> Callable[[Told], Told]:
    return lambda told: told.having(**changed)


CSP = "default-src 'self'; frame-ancestors 'none'"


def script(told: Told) -> Told:
    return told._replace(headers=[("content-type", "application/octet-stream")])
