"""The arena's values as JSON: log entries, heads, terms, outcomes and seals.

Every ``…_to_json`` has a ``…_from_json`` that gives the same value back. Keys are the names of the fields; empty
texts, zeros and missing values are left out. Terms are the exception: they are written whole, so that an old log
keeps its meaning when a default changes. An entry carries ``v``, the version that wrote it (:mod:`engine.versions`),
and ``kind``: ``agreed, turn, draw-offer, draw-answer, takeback, verdict, adjourn, resume, end`` or ``ruling``. Heads,
seals and documents carry ``v`` from version 2 on.

Reading raises :class:`engine.errors.CorruptLog` for what no writer has written, and
:class:`engine.errors.NewerVersion` for what a version wrote that is too far ahead. Fields that are not known are
read past.
"""

from engine.codec._entries import decode_entry, encode_entry, entry_from_json, entry_to_json
from engine.codec._fit import ENTRY_BYTES, WORDS_BYTES, fit
from engine.codec._json import Json, dumps, loads, reading
from engine.codec._sentences import sentence_from_json, sentence_to_json
from engine.codec._values import (
    community_from_text,
    document_from_json,
    document_to_json,
    head_from_json,
    head_to_json,
    outcome_from_json,
    outcome_to_json,
    seal_from_json,
    seal_to_json,
    shown_from_json,
    shown_to_json,
    terms_from_json,
    terms_to_json,
)

__all__ = [
    "ENTRY_BYTES",
    "WORDS_BYTES",
    "Json",
    "community_from_text",
    "decode_entry",
    "document_from_json",
    "document_to_json",
    "dumps",
    "encode_entry",
    "entry_from_json",
    "entry_to_json",
    "fit",
    "head_from_json",
    "head_to_json",
    "loads",
    "outcome_from_json",
    "outcome_to_json",
    "reading",
    "seal_from_json",
    "seal_to_json",
    "sentence_from_json",
    "sentence_to_json",
    "shown_from_json",
    "shown_to_json",
    "terms_from_json",
    "terms_to_json",
]
