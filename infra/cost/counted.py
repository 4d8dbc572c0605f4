"""What was counted: a sum of sums, so that what several environments have counted can be added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Counted:
    """Calls and what they consumed.

    Attributes:
        calls: of the store, by operation.
        written: write units by what was written.
        read: calls by what was read.
        entry_units: write units of a ply's entry alone; ``entries`` is how many those were.
        worker_seconds: of invocations as they passed here; ``billed_seconds`` as they are billed, starts included.
        processor_seconds: what they took of a processor, and ``queued_seconds`` what they waited for one.
        out_bytes: sent to the internet, on AWS.
        tokens: by model, ``in`` and ``out``.
        memory_mb: the most that an environment held.
    """

    calls: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    write_units: float = 0.0
    entry_units: float = 0.0
    entries: int = 0
    read_units: float = 0.0
    stored_bytes: int = 0
    sqs_requests: int = 0
    webhooks: int = 0
    webhook_seconds: float = 0.0
    invocations: int = 0
    starts: int = 0
    worker_seconds: float = 0.0
    processor_seconds: float = 0.0
    queued_seconds: float = 0.0
    billed_seconds: float = 0.0
    log_bytes: int = 0
    out_bytes: int = 0
    boards: int = 0
    tokens: Counter[str] = field(default_factory=Counter)
    memory_mb: float = 0.0

    @property
    def round_trips(self) -> int:
        """Calls of the store."""
        return self.calls.total()

    def add(self, other: Counted) -> None:
        """What another has counted counts here too."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, max(mine, theirs) if one.name == "memory_mb" else mine + theirs)

    def as_json(self) -> dict[str, Any]:
        """For :meth:`read_json`; :func:`dataclasses.asdict` counts a counter's pairs."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in values}

    @classmethod
    def read_json(cls, found: Mapping[str, Any]) -> Counted:
        """What :meth:`as_json` gave."""
        values: Mapping[str, Any] = {
            name: Counter(value) if isinstance(value, dict) else value for name, value in found.items()
        }
        return cls(**values)
