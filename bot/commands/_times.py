"""Times for people. All are in UTC: a channel's members live in many zones."""

from __future__ import annotations

from datetime import UTC, datetime


def day(ms: int | None) -> str:
    """``2026-12-24``; a dash where there is none."""
    return "–" if ms is None else f"{_utc(ms):%Y-%m-%d}"


def clock(ms: int) -> str:
    """``2026-12-24 18:00``, for a sentence that says that it is UTC."""
    return f"{_utc(ms):%Y-%m-%d %H:%M}"


def clock_utc(ms: int) -> str:
    """``2026-12-24 18:00 UTC``, for a table."""
    return f"{clock(ms)} UTC"


def minute(ms: int) -> str:
    """``18:00``, of a day that is clear."""
    return f"{_utc(ms):%H:%M}"


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
