"""The version of what is stored and queued, and which versions are read: two of them may run on one store at a time.

A deploy shifts traffic by and by, and may be taken back, so that version N and N + 1 work on the same duels for a
while. Each reads what the other writes. That is kept by one rule: **a version writes only what the version before it
can read.** What it can read is everything before, its own, and of the next what that may add: further fields in
objects, which whoever does not know them reads past and, where it writes the whole anew, drops.

Whatever else changes takes two releases: one that reads it, and the next, that writes it. Details, and what may be
added where: ``docs/decisions/0035-rolling-deploys.md``.
"""

from __future__ import annotations

from typing import Final

from engine.errors import NewerVersion

FIRST: Final = 1
VERSION: Final = 1
"""What this code writes. The next number comes with any change of what is written, be it one field more."""
AHEAD: Final = 1
"""So many versions after its own a version reads."""


def understood(written: object, what: str) -> int:
    """The version in which ``what`` was written, once it is one that is read here.

    :raises NewerVersion: when it is further ahead. :raises ValueError: when it is no version.
    """
    if type(written) is not int or written < FIRST:
        raise ValueError(f"{written!r} is no version")
    if written > VERSION + AHEAD:
        raise NewerVersion(
            f"A newer version of the arena is running: it wrote {what} in version {written}, and this one reads up to "
            f"{VERSION + AHEAD}."
        )
    return written


def stamp() -> dict[str, int]:
    """The field that says the version, for what had none at first; where it is missing, that is the first."""
    return {} if VERSION == FIRST else {"v": VERSION}
