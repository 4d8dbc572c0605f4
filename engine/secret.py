"""A value that must not be seen: keys, tokens, salts."""

from __future__ import annotations

from typing import Any, Final

_HIDDEN: Final = "***"


class Secret:
    """Holds a secret text. Printing, formatting, logging and copying into JSON or a pickle never show it.

    Only :meth:`reveal` gives it, at the place where it leaves for the API that it belongs to.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def scrub(self, text: str) -> str:
        """``text`` with every occurrence of the secret hidden."""
        return text.replace(self._text, _HIDDEN) if self._text else text

    def __repr__(self) -> str:
        return _HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(_HIDDEN, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a secret is not stored")
