"""What can be drawn beside boards: a table, a plot over time, a bracket. Values alone: nothing is painted here.

Every text passes the painter's ``told``, so it may be a sentence that is said in the viewer's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.tournaments.model import Bracket


@dataclass(frozen=True, slots=True)
class Interval:
    """A cell that is drawn as a whisker: from ``low`` to ``high``, with a dot at ``value``."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``numbers`` stand at its right edge, so that their digits stand below one another."""

    heading: str
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, a cell a column. ``place`` 1, 2 and 3 are shown on grounds of their own."""

    cells: tuple[str | Interval, ...]
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. All intervals of a column share one scale. ``name`` is the file's, without its ending."""

    name: str
    title: str
    alt: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time (milliseconds since 1970, UTC), within ``low`` and ``high``."""

    at_ms: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a plot, its points in order of time."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Values over time, each line with its band; at most as many lines as a theme has colours for."""

    name: str
    title: str
    alt: str
    series: tuple[Series, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Knockout:
    """A bracket with the names to call its entrants by."""

    name: str
    title: str
    alt: str
    bracket: Bracket
    names: Mapping[str, str] = field(default_factory=dict)


Figure = Table | Plot | Knockout
