"""A platform whose events come by webhook: what shows things there, and what takes in an acknowledged event.

An event is known by its ``body``, as the platform sent it: the signature was checked over these bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.commands import Invocation, Reply
from bot.presenting import Presenter

Answer = Callable[[Invocation], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Inbox:
    """``take`` does what an event asks for and answers who asked; what goes wrong there is told to them, or logged."""

    presenter: Presenter
    take: Callable[[str], Awaitable[None]]


Open = Callable[[Answer], AbstractAsyncContextManager[Inbox]]
