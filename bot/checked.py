"""One thing that was looked at before something is changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """Whether it is as it must be, in a sentence. What ``may_pass`` is told and holds up nothing."""

    fine: bool
    text: str
    may_pass: bool = False
