"""A pseudo-language for tests: it shows which words of a text pass the catalogue, and which never will.

In it every translated word stands in ``⟦…⟧``, and what a sentence is given as a value stands outside unless it is a
sentence itself. So a word outside is one that a German reads in English.
"""

from __future__ import annotations

import gettext
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

from bot import catalogue

PSEUDO: Final = "qps"
_SAID: Final = re.compile(r"⟦[^⟦⟧]*⟧")
# Moves, numbers and ids hold a digit or are castling; one letter alone is a side's mark or a file.
_FREE: Final = re.compile(r"\S*\d\S*|\bO-O(?:-O)?\b")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


class _Wrapping(gettext.NullTranslations):
    """Wraps what stands between the placeholders of a template."""

    def gettext(self, message: str) -> str:
        return "".join(map(_wrapped, string.Formatter().parse(message)))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


_WRAPPING: Final = _Wrapping()


def _wrapped(part: tuple[str, str | None, str | None, str | None]) -> str:
    literal, name, form, _ = part
    words = f"⟦{literal}⟧" if literal.strip() else literal
    return words if name is None else f"{words}{{{name}{':' + form if form else ''}}}"


@contextmanager
def pseudo_language() -> Iterator[str]:
    """Its name, good for every function that takes a language."""
    # Functions and no mocks: a mock looks at all that it stands for, and this is entered ten thousand times.
    with mock.patch.multiple(
        catalogue,
        _translations=lambda language: _WRAPPING,
        _separators=lambda language: {},
        languages=lambda: (catalogue.ENGLISH, PSEUDO),
    ):
        yield PSEUDO


def unsaid(text: str, *values: str) -> list[str]:
    """The words of a text that no translation reaches. ``values`` are moves, names and people's own words in it."""
    with pseudo_language() as language:
        left = _SAID.sub(" ", catalogue.said(text, language))
    for value in sorted(filter(None, values), key=len, reverse=True):
        left = left.replace(value, " ")
    return _WORD.findall(_FREE.sub(" ", left))


def assert_all_said(text: str, *values: str) -> None:
    """Fail when a word of the text would stay English in another language."""
    words = unsaid(text, *values)
    assert not words, f"{words} of {str(text)!r} cannot be translated"
