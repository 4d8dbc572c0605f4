"""Advisory locks of the operating system, which takes them back however a process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def locked(path: Path, *, make: bool = True) -> int:
    """A descriptor of the file that holds its lock until it is closed.

    :raises BlockingIOError: when somebody else holds it. :raises FileNotFoundError: when it is missing and not made.
    """
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if make else 0), 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    return file


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process and thread at a time; the others wait. For moments only."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
