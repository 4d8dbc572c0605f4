"""A reply's text made ready for looking for moves in it."""

from __future__ import annotations

import re
from typing import Final

_FEN: Final = re.compile(
    r"(?<![\w/])(?:[pnbrqkPNBRQK1-8]{1,8}/){7}[pnbrqkPNBRQK1-8]{1,8}(?:\s[wb]\s[-\w]+\s(?:-|[a-h][36])(?:\s\d+\s\d+)?)?"
)
# "I reply to e5 with Nf3" plays Nf3.
_ANSWER_TO: Final = re.compile(r"\b((?:respond|reply|answer)(?:ing)?) to (?:your )?\S+(?= with\b)", re.I)
_LIKING: Final = re.compile(r"(?:(?<=\bi'd)|(?<=\bwould)) like(?= to\b)", re.I)
_ABBREVIATED: Final = re.compile(r"\be\.\s?g\.?,?", re.I)
_FIGURINES: Final = str.maketrans(
    dict(zip("♔♕♖♗♘♚♛♜♝♞", "KQRBNKQRBN", strict=True)) | dict.fromkeys("♙♟\ufe0e\ufe0f⟦⟧", "")
)


def prepared(text: str) -> str:
    """The text with figurines as letters, and without FENs, whose en passant square looks like a move."""
    clean = _ABBREVIATED.sub("for example ", _FEN.sub(" ", text).translate(_FIGURINES))
    return _LIKING.sub("", _ANSWER_TO.sub(r"\1", clean))
