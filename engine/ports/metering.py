"""What is counted and timed, whoever listens: Prometheus, CloudWatch, or nobody."""

from __future__ import annotations

from typing import Final, Protocol

from engine.model import Failure, Outcome


class Meter(Protocol):
    """Told of what happens. Every method returns at once, waits for nobody and raises nothing.

    What it is given is one of few words (a platform, a provider, a kind of failure), never a name that people choose:
    each value that is new makes a new time series, which somebody stores and pays for.
    """

    def acknowledged(self, platform: str, seconds: float) -> None:
        """A platform's request was acknowledged so long after it had come in."""
        ...

    def model_called(self, provider: str, seconds: float, answered: bool) -> None:
        """One call to a model's API has ended, with an answer or without."""
        ...

    def attempt_failed(self, failure: Failure) -> None:
        """A model's reply was no move."""
        ...

    def played(self, plies: int) -> None:
        """So many plies were made durable, of programs and people; one that is taken back later stays counted.

        A turn of both seats that two processes reveal at the same moment may be told by both.
        """
        ...

    def ended(self, outcome: Outcome) -> None:
        """A duel is over. Told once a duel, by whoever's write ended it."""
        ...

    def spent(self, nano_usd: int) -> None:
        """Models have cost that much, as budgets count it: a question whose cost is unknown costs its ceiling."""
        ...

    def throttled(self, by: str) -> None:
        """A platform, a provider or the store asked to come back later."""
        ...


class Unmetered:
    """Nobody listens."""

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Nothing."""

    def model_called(self, provider: str, seconds: float, answered: bool) -> None:
        """Nothing."""

    def attempt_failed(self, failure: Failure) -> None:
        """Nothing."""

    def played(self, plies: int) -> None:
        """Nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Nothing."""

    def spent(self, nano_usd: int) -> None:
        """Nothing."""

    def throttled(self, by: str) -> None:
        """Nothing."""


UNMETERED: Final = Unmetered()
