"""Cutting what players say to the size of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from json.encoder import encode_basestring
from typing import Final

from engine.codec._entries import encode_entry
from engine.model import Adjourn, Attempt, End, Entry, Ruling, Seat, Spoken, Takeback, Turn, Verdict

ENTRY_BYTES: Final = 1024 - 64  # DynamoDB bills a write for each 1 KB begun, of an item with its keys
WORDS_BYTES: Final = 600  # of all seats together
WHY_BYTES: Final = 240  # of a ruling, an adjournment or an outcome
MARK: Final = "…"


@dataclass(frozen=True, slots=True)
class _Caps:
    """Bytes of words in all, bytes of each text of an attempt, and how many attempts a seat keeps.

    ``sentences``: whether an attempt's reason keeps how it was made, so that it can be said in other languages.
    """

    words: int
    said: int
    attempts: int
    sentences: bool = False


# An entry gets the first of these under which it fits. Failed attempts explain a forfeit, so words give way first.
_CAPS: Final = (
    _Caps(WORDS_BYTES, 120, 8, sentences=True),
    _Caps(WORDS_BYTES, 120, 8),
    _Caps(400, 60, 8),
    _Caps(200, 60, 6),
    _Caps(120, 30, 4),
    _Caps(0, 12, 3),
    _Caps(0, 0, 3),
)


def fit(entry: Entry) -> Entry:
    """The entry with its free texts cut so that it is at most ``ENTRY_BYTES`` long when encoded.

    A text that was cut ends with ``…``. Moves, salts and ids are never cut: the promise holds as long as a seat's
    move takes at most 100 bytes and its salt 64. Fitting twice changes nothing. An entry 0 is left as it is.
    """
    body = entry.body
    if isinstance(body, Ruling):
        outcome = replace(body.outcome, why=cut(body.outcome.why, WHY_BYTES))
        return replace(entry, body=replace(body, outcome=outcome, why=cut(body.why, WHY_BYTES)))
    if isinstance(body, Verdict | Adjourn):
        return replace(entry, body=replace(body, why=cut(body.why, WHY_BYTES)))
    if isinstance(body, End):
        if not body.spoken and _size(body.outcome.why) <= WHY_BYTES:
            return entry
        outcome = replace(body.outcome, why=cut(body.outcome.why, WHY_BYTES))
        return _fit_spoken(entry, replace(body, outcome=outcome))
    if isinstance(body, Turn | Takeback) and any(said.words or said.attempts for said in body.spoken.values()):
        return _fit_spoken(entry, body)
    return entry


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and ``…``, so that JSON spells it in at most ``limit`` bytes of UTF-8."""
    whole = text.encode("utf-8", "replace").decode()
    if _size(whole) <= limit:
        return text if whole == text else whole  # a sentence stays one
    room = limit - _size(MARK)
    for index, character in enumerate(whole):
        room -= _size(character)
        if room < 0:
            return whole[:index] + MARK if limit >= _size(MARK) else ""
    return whole


def _fit_spoken(entry: Entry, body: Turn | Takeback | End) -> Entry:
    fitted = entry
    for caps in _CAPS:
        fitted = replace(entry, body=replace(body, spoken=_trimmed(body.spoken, caps)))
        if len(encode_entry(fitted).encode()) <= ENTRY_BYTES:
            return fitted
    return _in_english(fitted)


def _in_english(entry: Entry) -> Entry:
    """Without what a reason needs to be said in other languages: the last thing to give way."""
    if not isinstance(entry.body, End):
        return entry
    outcome = replace(entry.body.outcome, why=str(entry.body.outcome.why))
    return replace(entry, body=replace(entry.body, outcome=outcome))


def _trimmed(spoken: Mapping[Seat, Spoken], caps: _Caps) -> dict[Seat, Spoken]:
    sizes = {seat: _size(said.words) for seat, said in spoken.items()}
    total = sum(sizes.values())
    trimmed = {}
    for seat, said in spoken.items():
        # What the other seat leaves unused is this one's.
        share = max(caps.words // max(len(sizes), 1), caps.words - (total - sizes[seat]))
        attempts = tuple(_shortened(attempt, caps) for attempt in said.attempts[-caps.attempts :])
        trimmed[seat] = replace(said, words=cut(said.words, share), attempts=attempts)
    return trimmed


def _shortened(attempt: Attempt, caps: _Caps) -> Attempt:
    why = cut(attempt.why, caps.said)
    return replace(attempt, said=cut(attempt.said, caps.said), why=why if caps.sentences else str(why))


def _size(text: str) -> int:
    """Bytes that JSON takes to spell it, without the quotes."""
    return len(encode_basestring(text).encode("utf-8", "replace")) - 2
