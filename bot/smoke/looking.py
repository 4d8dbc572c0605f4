"""The checks one after another, with patience where a deployment changes over, and what they saw as a table or JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from bot.smoke import of_api, of_site
from bot.smoke.asking import Client, Unreachable, base
from bot.smoke.finding import Check, Finding, State, Target, amiss
from engine.errors import BadOption
from engine.sentences import counted, say

Told = Callable[[str], str]

CHECKS: Final = (*of_api.CHECKS, *of_site.CHECKS)
PAUSE_SECONDS: Final = 2.0
_MARKS: Final = {State.OK: "ok ", State.FAILED: "NO ", State.ABSENT: "-  "}


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that only grow, those since the epoch, and waiting."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


REAL: Final = Timing()


@dataclass(frozen=True, slots=True)
class Looked:
    """What all checks saw."""

    api: str
    site: str
    found: Sequence[Finding]

    @property
    def fine(self) -> bool:
        """Whether nothing is amiss."""
        return not any(one.state is State.FAILED for one in self.found)

    def table(self, told: Told) -> str:
        """A line a finding, another where something must be done, and how it came out."""
        lines = []
        for one in self.found:
            lines.append(f"{_MARKS[one.state]} {one.check:12} {told(one.seen)}")
            if one.mend:
                lines.append(f"{'':16} → {told(one.mend)}")
        wrong = sum(one.state is State.FAILED for one in self.found)
        amiss = counted("{n} check is amiss.", "{n} checks are amiss.", n=wrong)
        return "\n".join([*lines, told(amiss if wrong else say("All is as it should be."))]) + "\n"

    def json(self, told: Told) -> str:
        """One object for programs."""
        checks = [
            {"check": one.check, "state": one.state, "seen": told(one.seen), "mend": told(one.mend)}
            for one in self.found
        ]
        whole = {"api": self.api, "site": self.site, "fine": self.fine, "checks": checks}
        return json.dumps(whole, ensure_ascii=False) + "\n"


def look(
    api: str,
    site: str = "",
    only: Sequence[str] = (),
    *,
    patience_seconds: float = 0.0,
    timeout_seconds: float = 10.0,
    timing: Timing = REAL,
) -> Looked:
    """Make all checks, or ``only`` those. :raises BadOption: for what is no address, or a check without its site."""
    where, shown = base("--api", api), base("--site", site) if site else ""
    with closing(Client(timeout_seconds)) as client:
        target = Target(where, shown, client, timing.now, frozenset(only))
        return Looked(where, shown, list(_findings(target, patience_seconds, timing)))


def _findings(target: Target, patience_seconds: float, timing: Timing) -> Iterator[Finding]:
    """Every check in its order.

    One that settles is made again until it is fine or the patience, which all share, is used up. So is one that nobody
    answers. What takes a forgery is not asked twice: that it refuses the next time would prove nothing.
    """
    end = timing.monotonic() + patience_seconds
    for check in CHECKS:
        if target.wanted and check.name not in target.wanted:
            continue
        if check.of_site and not target.site:
            yield _without_site(check, target)
            continue
        found, again = _made(check, target)
        while again and timing.monotonic() < end:
            timing.sleep(min(PAUSE_SECONDS, end - timing.monotonic()))
            found, again = _made(check, target)
        yield found


def _made(check: Check, target: Target) -> tuple[Finding, bool]:
    """What a check finds, and whether it may find something else in a moment."""
    try:
        found = check.run(target)
    except Unreachable as error:
        mend = say("Check the address, DNS, certificate and the deployment itself: nobody answers there.")
        return amiss(check.name, say("no answer ({why})", why=error.text), mend), True
    return found, check.settles and found.state is State.FAILED


def _without_site(check: Check, target: Target) -> Finding:
    if check.name in target.wanted:
        raise BadOption(say("The check {name} wants --site.", name=check.name))
    return Finding(check.name, State.ABSENT, say("no --site was given"))
