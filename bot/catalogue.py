"""The catalogue: every sentence shown to people, in their language.

English stands in the code (:mod:`engine.sentences`); the other languages are GNU gettext catalogues in ``locale/``,
written by ``tools/translations.py``. A language that is not there is English.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.sentences import Counted, Joined, Sentence, say

DOMAIN: Final = "arena"
FOLDER: Final = Path(__file__).with_name("locale")
ENGLISH: Final = "en"


@cache
def languages() -> tuple[str, ...]:
    """The languages that everything can be said in, English first."""
    others = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return ENGLISH, *others


def language_of(locale: str | None) -> str:
    """The language for a platform's locale (``de``, ``de-AT``, ``de_DE.UTF-8``): English when it is not one of ours."""
    wanted = re.split(r"[-_.@]", locale or "", maxsplit=1)[0].casefold()
    return wanted if wanted in languages() else ENGLISH


def said(text: str, language: str) -> str:
    """A sentence in that language; other text as it is."""
    if not isinstance(text, Sentence) or language == ENGLISH:
        return str(text)
    return _said(text, _translations(language), language)


def _said(text: Sentence, translations: gettext.NullTranslations, language: str) -> str:
    if isinstance(text, Joined):
        return text.by.join(said(part, language) for part in text.parts)
    values = _values(text.values, language)
    if isinstance(text, Counted):
        return translations.ngettext(text.one, text.template, text.values["n"]).format(**values)
    template = translations.gettext(text.template) if text.template else ""
    return template.format(**values) if values else template


def _values(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {name: _value(value, language) for name, value in values.items()}


def _value(value: Any, language: str) -> Any:
    if isinstance(value, str):
        return said(value, language)
    if isinstance(value, float):
        return _Real(value, language)
    return _Whole(value, language) if type(value) is int else value


_FIGURE: Final = say("1,234.5")
"""How a language writes figures; its translation holds the same digits."""


@cache
def _separators(language: str) -> dict[int, str]:
    figure = said(_FIGURE, language)
    return str.maketrans({",": figure[1], ".": figure[-2]})


class _Whole(int):
    """A whole number that is formatted as the language does."""

    language: str

    def __new__(cls, value: int, language: str) -> _Whole:
        made = super().__new__(cls, value)
        made.language = language
        return made

    def __format__(self, form: str) -> str:
        return super().__format__(form).translate(_separators(self.language))


class _Real(float):
    """A number that is formatted as the language does."""

    language: str

    def __new__(cls, value: float, language: str) -> _Real:
        made = super().__new__(cls, value)
        made.language = language
        return made

    def __format__(self, form: str) -> str:
        return super().__format__(form).translate(_separators(self.language))


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
