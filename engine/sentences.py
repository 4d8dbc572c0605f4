"""Sentences for people: text that remembers how it was made, so that it can be said in another language.

The English template is the key of the catalogue, as with GNU gettext. A :class:`Sentence` is a ``str`` (the English
text), so whoever knows nothing of languages uses it as it is. Whatever loses the class (``+``, an f-string,
:meth:`str.join`) loses the translation: compose with :func:`say` and :func:`joined`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Sentence(str):
    """English text with its template and the values in it; a value that is a sentence is translated too."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> Sentence:
        """The template as it stands when there are no values; else as :meth:`str.format` fills it in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]
        return self.template, self.values


class Counted(Sentence):
    """A sentence whose form depends on the value ``n``; ``template`` is the plural one."""

    __slots__ = ("one",)
    one: str

    def __new__(cls, one: str, many: str, values: Mapping[str, Any]) -> Counted:
        """``one`` when ``n`` is 1, else ``many``."""
        made = str.__new__(cls, (one if values["n"] == 1 else many).format(**values))
        made.one, made.template, made.values = one, many, values
        return made

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, Any]]:  # type: ignore[override]
        return self.one, self.template, self.values


class Joined(Sentence):
    """Several sentences, or other text, one after another."""

    __slots__ = ("by", "parts")
    parts: tuple[str, ...]
    by: str

    def __new__(cls, parts: tuple[str, ...], by: str) -> Joined:
        """The parts with ``by`` between them."""
        made = str.__new__(cls, by.join(parts))
        made.parts, made.by, made.template, made.values = parts, by, "", {}
        return made

    def __getnewargs__(self) -> tuple[tuple[str, ...], str]:  # type: ignore[override]
        return self.parts, self.by


def say(template: str, /, **values: Any) -> Sentence:
    """A sentence of the catalogue. The template is written out where it is said: tools collect it from there."""
    return Sentence(template, values)


def counted(one: str, many: str, /, n: int, **values: Any) -> Sentence:
    """A sentence with a number in it: ``counted("{n} duel", "{n} duels", n=3)``."""
    return Counted(one, many, {"n": n, **values})


def joined(parts: Iterable[str], by: str = " ") -> Sentence:
    """Sentences one after another; empty ones are left out."""
    return Joined(tuple(part for part in parts if part), by)


def either(names: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``; empty when there are none."""
    if len(names) < 2:
        return names[0] if names else ""
    return say("{others} or {last}", others=joined(names[:-1], ", "), last=names[-1])


def both(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; empty when there are none."""
    if len(names) < 2:
        return names[0] if names else ""
    return say("{others} and {last}", others=joined(names[:-1], ", "), last=names[-1])
