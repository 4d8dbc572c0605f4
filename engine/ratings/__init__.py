"""Strengths from results: ratings with intervals, and tests that stop a match early. Pure: rows in, figures out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.ratings._table import Row
    from engine.ratings.bradley_terry import Fit, Model, Rated, fit
    from engine.ratings.sequential import Bounds, Sequential, sprt

__all__ = ["Bounds", "Fit", "Model", "Rated", "Row", "Sequential", "fit", "sprt"]

if not TYPE_CHECKING:  # or every misspelt name would pass for one of them

    def __getattr__(name: str) -> Any:
        """Read when it is first asked for: fitting brings numpy, and most processes fit nothing."""
        if name in __all__:
            for part in ("sequential", "_table", "bradley_terry"):
                found = vars(importlib.import_module(f"{__name__}.{part}"))
                if name in found:
                    return globals().setdefault(name, found[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
