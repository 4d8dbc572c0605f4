"""One row of the predecessor's table ``games``, with every column as what it should be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from engine.errors import NotUnderstood
from engine.model import Seat
from engine.sentences import say

T = TypeVar("T")

RawRow = Mapping[str, Any]
"""A row as SQLite gave it: text, whole and real numbers, nothing, or bytes where a text is no UTF-8."""

NO_ID: Final = "id"
COLUMN: Final = "column"
GAME: Final = "game"

_LONGEST_ID: Final = 200
_MOST: Final = 2**53
_EARLIEST_MS: Final = 946_684_800_000  # 2000-01-01
_LATEST_MS: Final = 4_102_444_800_000  # 2100-01-01
_YES: Final = frozenset({"1", "true", "yes", "t"})
_NO: Final = frozenset({"0", "false", "no", "f"})


@dataclass(frozen=True, slots=True)
class LegacyGame:
    """A game as the predecessor kept it. ``names`` are its players by seat, empty for a person.

    ``over`` and ``moves_count`` are ``None`` where the row does not say. Times are milliseconds since the epoch.
    """

    id: str
    user: str
    kind: str
    names: Mapping[Seat, str]
    result: str
    winner: str
    moves_count: int | None
    over: bool | None
    created_ms: int
    updated_ms: int
    state: str
    tokens: Mapping[Seat, int]


def read(row: RawRow) -> LegacyGame:
    """:raises NotUnderstood: naming the first column that is not what it should be."""
    return LegacyGame(
        id=_id(row),
        user=_column(row, "user_id", _text),
        kind=_column(row, "game_type", _text),
        names={Seat.FIRST: _column(row, "white_model", _text), Seat.SECOND: _column(row, "black_model", _text)},
        result=_column(row, "result", _text),
        winner=_column(row, "winner", _text),
        moves_count=_column(row, "moves_count", _count),
        over=_column(row, "is_over", _flag),
        created_ms=_created(row),
        updated_ms=max(_created(row), _column(row, "updated_at", _time_ms) or 0),
        state=_column(row, "game_state", _text),
        tokens={
            Seat.FIRST: _column(row, "white_tokens", _count) or 0,
            Seat.SECOND: _column(row, "black_tokens", _count) or 0,
        },
    )


def _id(row: RawRow) -> str:
    found = _column(row, "id", _text)
    if not found or len(found) > _LONGEST_ID:
        raise NotUnderstood(NO_ID, say("The row has no id by which it would be known again."))
    return found


def _created(row: RawRow) -> int:
    found = _column(row, "created_at", _time_ms) or _column(row, "updated_at", _time_ms)
    if found is None:
        raise NotUnderstood(COLUMN, say("The row says in no column when the game was played."))
    return found


def _column(row: RawRow, name: str, convert: Callable[[Any], T]) -> T:
    value = row.get(name)
    try:
        return convert(value)
    except (ValueError, OverflowError, TypeError):
        raise NotUnderstood(
            COLUMN, say("The column {column} holds “{value}”.", column=name, value=_shortened(value))
        ) from None


def _shortened(value: Any) -> str:
    text = repr(value[:20]) if isinstance(value, bytes) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        raise TypeError("no UTF-8")
    return "" if value is None else str(value).strip()


def _count(value: Any) -> int | None:
    if value is None or value == "":
        return None
    number = int(value) if not isinstance(value, float) or value.is_integer() else -1
    if not 0 <= number <= _MOST:
        raise ValueError(value)
    return number


def _flag(value: Any) -> bool | None:
    said = _text(value).casefold()
    if said and said not in _YES | _NO:
        raise ValueError(value)
    return said in _YES if said else None


def _time_ms(value: Any) -> int | None:
    """ISO 8601, in UTC unless it says otherwise, or seconds or milliseconds since the epoch."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float):
        seconds = value if abs(value) < _EARLIEST_MS / 10 else value / 1000
        moment = round(seconds * 1000) if math.isfinite(seconds) else -1
    else:
        read_as = datetime.fromisoformat(_text(value))
        moment = round((read_as if read_as.tzinfo else read_as.replace(tzinfo=UTC)).timestamp() * 1000)
    if not _EARLIEST_MS <= moment <= _LATEST_MS:
        raise ValueError(value)
    return moment
