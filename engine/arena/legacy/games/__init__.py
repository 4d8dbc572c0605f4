"""One file for each of the predecessor's game types, of which it has the name.

``reading(told)`` gives the moves as today's logs write them. :raises engine.errors.NotUnderstood: when it cannot.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import cast

from engine.arena.legacy.playing import Reading
from engine.arena.legacy.told import Told


@cache
def kinds() -> tuple[str, ...]:
    """The predecessor's game types that can be read, sorted; imports none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def reader(kind: str) -> Callable[[Told], Reading]:
    """What reads games of one of :func:`kinds`."""
    return cast(Callable[[Told], Reading], importlib.import_module(f"{__name__}.{kind}").reading)
