"""Small checks that collect what is wrong with a piece of JSON, each as a path and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Problems:
    """What is wrong so far."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, text: str) -> None:
        """One more."""
        self.found.append(f"{path}: {text}")

    def require(self, holds: object, path: str, text: str) -> bool:
        """Add ``text`` unless it holds; whether it does."""
        if not holds:
            self.add(path, text)
        return bool(holds)

    def keys(self, data: Any, path: str, known: Iterable[str]) -> bool:
        """Demand an object with no other keys than these; whether it is an object at all."""
        if not self.require(isinstance(data, dict), path, "must be an object"):
            return False
        unknown = sorted(set(data) - set(known))
        self.require(not unknown, path, f"unknown keys {unknown}")
        return True

    def items(self, data: Any, path: str, most: int, least: int = 0) -> list[Any]:
        """Demand a list of that size; its items, or none when it is no list."""
        if not self.require(isinstance(data, list), path, "must be a list"):
            return []
        self.require(least <= len(data) <= most, path, f"has {len(data)} items, from {least} to {most} are allowed")
        return list(data)

    def text(self, data: Mapping[str, Any], key: str, path: str, most: int, least: int = 0) -> None:
        """Demand a text of that length; one that is missing or null must be optional (``least`` 0)."""
        value = data.get(key)
        if value is None and least == 0:
            return
        if self.require(isinstance(value, str), f"{path}.{key}", "must be a text"):
            length = len(str(value).strip()) if least else len(str(value))
            self.require(least <= length <= most, f"{path}.{key}", f"is {length} long, from {least} to {most} allowed")
