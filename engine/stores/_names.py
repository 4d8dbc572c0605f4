"""When two names count as the same."""

from __future__ import annotations

import unicodedata


def folded(name: str) -> str:
    """Equal for names that differ in case or in compatible characters alone.

    The compatibility caseless match of the Unicode standard (3.13.5, D146), but for the marks that its inner steps
    reorder. Letters of different scripts that look alike stay different.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
