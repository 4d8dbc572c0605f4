"""What can go wrong in a deployment, in a sentence that says what to do."""

from __future__ import annotations

from engine.errors import ArenaError


class NotDeployed(ArenaError):
    """Nothing was changed, or everything is again as it was; the text says which, and why."""


class NotBack(ArenaError):
    """Something could not be brought back: somebody must look at once. The text says at what."""
