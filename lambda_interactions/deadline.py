"""Work that is over in time whatever it waits for: a socket's timeout is one step's, and looking up a name has none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[Callable[[], bool]], T], drop: Callable[[], None]) -> T:
    """What ``work`` returns or raises. It is handed a question: whether it has been given up.

    Work that has been is left to end by itself, unseen, and ``drop`` is called when it has. So it must touch nothing
    that anybody else goes on using.

    :raises TimeoutError: when it takes longer.
    """
    return _Worker(work, drop).result(seconds)


class _Worker(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[Callable[[], bool]], T], drop: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._drop = drop
        self._lock = threading.Lock()
        self._given_up = False
        self._values: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        """In its thread."""
        found: list[T] = []
        error: BaseException | None = None
        try:
            found.append(self._work(lambda: self._given_up))
        except BaseException as raised:  # noqa: BLE001 - it is raised again where it is waited for
            error = raised
        with self._lock:
            self._values, self._error = found, error
            late = self._given_up
        if late:
            self._drop()

    def result(self, seconds: float) -> T:
        """Run it, and wait for it no longer than that."""
        self.start()
        self.join(seconds)
        with self._lock:
            self._given_up = not self._values and self._error is None
        if self._error is not None:
            raise self._error
        if self._given_up:
            raise TimeoutError(f"nothing came of it within {seconds} s")
        return self._values[0]
