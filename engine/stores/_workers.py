"""Which workers of this machine are alive: a lock that the system takes back however the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from engine.errors import StoreError

_FOLDER = "workers"


class WorkerLock:
    """Holds ``<data_dir>/workers/<worker_id>.lock`` until it is closed or the process is gone, killed or not."""

    def __init__(self, data_dir: str | Path, worker_id: str) -> None:
        """:raises StoreError: when a live worker has that id, or the folder cannot be written."""
        self._path = _folder(data_dir) / f"{worker_id}.lock"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file: int | None = _locked(self._path)
        except BlockingIOError:
            raise StoreError(f"Another worker is called {worker_id}: give this one another name.") from None
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written ({error.strerror}): set ARENA_DATA_DIR.") from error

    def close(self) -> None:
        """Let go. May be called twice."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def dead_workers(data_dir: str | Path) -> list[str]:
    """The workers that ended without closing their lock, by name. Each is reported once: its file is removed."""
    dead = []
    for path in sorted(_folder(data_dir).glob("*.lock")):
        try:
            file = _opened(path)
        except (BlockingIOError, FileNotFoundError):
            continue
        path.unlink(missing_ok=True)
        os.close(file)
        dead.append(path.stem)
    return dead


def _folder(data_dir: str | Path) -> Path:
    return Path(data_dir) / _FOLDER


def _locked(path: Path) -> int:
    """A lock on the file that the path names; one that ``dead_workers`` has just removed is made anew."""
    while True:
        file = _opened(path, os.O_CREAT)
        try:
            if os.fstat(file).st_ino == path.stat().st_ino:
                return file
        except FileNotFoundError:
            pass
        os.close(file)


def _opened(path: Path, flags: int = 0) -> int:
    """The file, locked. :raises BlockingIOError: when somebody holds it."""
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    return file
