"""Which workers of this machine are alive: a lock that the system takes back however the process ends.

A lease outlives its worker by minutes. A process that starts after a crash asks here who is dead, and hands the
names to :meth:`engine.ports.Store.release`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from engine.errors import StoreError
from engine.sentences import say
from engine.stores._locks import alone_in, locked


class WorkerLock:
    """Holds ``<data_dir>/workers/<worker_id>.lock`` until it is closed or the process is gone, killed or not.

    A ``with`` block that ends without :meth:`close` leaves the worker dead: whoever starts next releases its leases.
    """

    def __init__(self, data_dir: str | Path, worker_id: str) -> None:
        """:raises StoreError: when a live worker has that id, or the folder cannot be written."""
        folder = _folder(data_dir)
        self._path = folder / f"{worker_id}.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with alone_in(folder):  # or a lock in the making could pass for a dead worker's
                self._file: int | None = locked(self._path)
        except BlockingIOError:
            raise StoreError(
                say("Another worker is called {name}: give this one another name.", name=worker_id)
            ) from None
        except OSError as error:
            raise StoreError(
                say(
                    "{file} cannot be written ({why}): set ARENA_DATA_DIR.",
                    file=str(self._path),
                    why=str(error.strerror),
                )
            ) from error

    def close(self) -> None:
        """Leave without a trace: for a worker that holds no lease any more. May be called twice."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def dead_workers(data_dir: str | Path) -> list[str]:
    """The workers that ended without closing their lock, by name.

    They are named until :func:`forget`: a process that is killed before it has released their leases leaves the
    names to the next one.
    """
    folder = _folder(data_dir)
    if not folder.exists():
        return []
    with alone_in(folder):
        return [path.stem for path in sorted(folder.glob("*.lock")) if _is_dead(path)]


def forget(data_dir: str | Path, workers: Iterable[str]) -> None:
    """Remove the locks of dead workers whose leases are released."""
    for worker in workers:
        (_folder(data_dir) / f"{worker}.lock").unlink(missing_ok=True)


def _folder(data_dir: str | Path) -> Path:
    return Path(data_dir) / "workers"


def _is_dead(path: Path) -> bool:
    try:
        os.close(locked(path, make=False))
    except (BlockingIOError, FileNotFoundError):  # at work, or just closed
        return False
    return True
