"""The clients and the clock of a deployment, handed in so that tests can hand in theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clock:
    """Time: ``now`` in seconds from any start, and how to wait."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Clients:
    """Of AWS Lambda and CodeDeploy."""

    functions: Any
    codedeploy: Any
