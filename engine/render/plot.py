"""A plot laid out: lines over time with their bands, named where they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine.render import scene
from engine.render.figures import Plot, Point, Series
from engine.render.scene import Area, Box, Item, Line, Scene
from engine.render.sheet import MARGIN, SMALL, TITLE, Sheet, ticks
from engine.render.words import squeeze, width_of

WIDTH: Final = 640
HEIGHT: Final = 330
BAND: Final = 0.13
_NAMES: Final = 200
_STEP: Final = 15
_VALUES: Final = 6
_TIMES: Final = 5
_LEFT: Final = 40
_SECOND: Final = 1000
_MINUTE: Final = 60 * _SECOND
_DAY: Final = 1440 * _MINUTE
_MARK: Final = 3.4
# A line is never told by its colour alone: each has marks of its own shape, as corners around a centre.
_SHAPES: Final = (
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    ((0, 1.3), (1.2, -0.9), (-1.2, -0.9)),
    ((-0.5, -1.2), (0.5, -1.2), (1.2, -0.5), (1.2, 0.5), (0.5, 1.2), (-0.5, 1.2), (-1.2, 0.5), (-1.2, -0.5)),
    ((-1.4, -0.5), (1.4, -0.5), (1.4, 0.5), (-1.4, 0.5)),
)


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the lines are drawn, in units, and what its edges mean."""

    left: float
    top: float
    right: float
    bottom: float
    since: int
    until: int
    low: float
    high: float

    def at(self, at_ms: float, value: float, sheet: Sheet) -> scene.Point:
        """A time and a value as pixels."""
        x = self.left + (self.right - self.left) * (at_ms - self.since) / (self.until - self.since)
        y = self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)
        return round(x * sheet.scale), round(y * sheet.scale)


def lay_out_plot(plot: Plot, sheet: Sheet) -> Scene:
    """The scene of a plot. :raises ValueError: without a point, and with more lines than the theme has colours."""
    points = [point for series in plot.series for point in series.points]
    if not points or len(plot.series) > len(sheet.theme.series):
        raise ValueError(f"a plot has points, and 1 to {len(sheet.theme.series)} lines")
    names = min(_NAMES, max(width_of(_label(series, sheet), SMALL + 1) for series in plot.series))
    field = _field(points, WIDTH - MARGIN - names - 12)
    items: list[Item] = list(sheet.title(sheet.said(plot.title), WIDTH - 2 * MARGIN))
    items += _grid(field, sheet)
    coloured = list(zip(plot.series, sheet.theme.series, _SHAPES, strict=False))
    for series, colour, _ in coloured:
        items += _band(series, colour, field, sheet)
    for series, colour, shape in reversed(coloured):
        items += _line(series, colour, shape, field, sheet)
    items += _names(plot.series, field, sheet)
    note, end = sheet.note(sheet.said(plot.note), field.bottom + 24, WIDTH - 2 * MARGIN)
    return Scene(sheet.px(WIDTH), sheet.px(end + MARGIN - 4), sheet.theme.paper, (*items, *note))


def _field(points: Sequence[Point], right: float) -> _Field:
    since, until = min(point.at_ms for point in points), max(point.at_ms for point in points)
    low, high = min(point.low for point in points), max(point.high for point in points)
    spare = max((high - low) * 0.04, 1.0)
    wait = max(until - since, _SECOND)
    top = MARGIN + TITLE + 14
    return _Field(_LEFT + MARGIN, top, right, HEIGHT, since, since + wait, low - spare, high + spare)


def _grid(field: _Field, sheet: Sheet) -> Iterator[Item]:
    theme = sheet.theme
    left, right, bottom = (round(one * sheet.scale) for one in (field.left, field.right, field.bottom))
    for tick in ticks(field.low, field.high, _VALUES):
        _, y = field.at(field.since, tick, sheet)
        yield Box(left, y, right - left, 1, theme.line)
        yield sheet.words(field.left - 8, y / sheet.scale + 4, f"{tick:g}", SMALL, theme.faint, anchor="end")
    yield Box(left, bottom, right - left, sheet.px(1), theme.faint)
    span = field.until - field.since
    for number in range(_TIMES):
        at_ms = field.since + span * number / (_TIMES - 1)
        x, _ = field.at(at_ms, field.low, sheet)
        yield Box(x, bottom, 1, sheet.px(4), theme.faint)
        anchor = "start" if number == 0 else "end" if number == _TIMES - 1 else "middle"
        yield sheet.words(x / sheet.scale, field.bottom + 17, _time(at_ms, span), SMALL, theme.faint, anchor=anchor)


def _time(at_ms: float, span_ms: int) -> str:
    """A day, or a time of day where the days would be the same; in UTC."""
    when = datetime.fromtimestamp(at_ms / 1000, UTC)
    if span_ms >= _TIMES * _DAY:
        return f"{when:%Y-%m-%d}"
    return f"{when:%m-%d %H:%M}" if span_ms >= 60 * _MINUTE else f"{when:%H:%M:%S}"


def _band(series: Series, colour: str, field: _Field, sheet: Sheet) -> Iterator[Item]:
    if len(series.points) > 1:
        above = [field.at(point.at_ms, point.high, sheet) for point in series.points]
        below = [field.at(point.at_ms, point.low, sheet) for point in reversed(series.points)]
        yield Area((*above, *below), colour, BAND)
        return
    for point in series.points:  # a single one has a band that is as wide as nothing: a stroke
        yield Line(tuple(field.at(point.at_ms, value, sheet) for value in (point.low, point.high)), colour, sheet.px(1))


def _line(
    series: Series, colour: str, shape: Sequence[tuple[float, float]], field: _Field, sheet: Sheet
) -> Iterator[Item]:
    along = tuple(field.at(point.at_ms, point.value, sheet) for point in series.points)
    if len(along) > 1:
        yield Line(along, colour, sheet.px(1.8))
    side = _MARK * sheet.scale
    for x, y in along:
        yield Area(tuple((round(x + side * right), round(y + side * down)) for right, down in shape), colour)


def _label(series: Series, sheet: Sheet) -> str:
    return f"{sheet.said(series.name)} {series.points[-1].value:.0f}"


def _names(named: Sequence[Series], field: _Field, sheet: Sheet) -> Iterator[Item]:
    """Each line's name at its end, moved just so far that none covers another."""
    size, room = SMALL + 1, WIDTH - field.right - 12
    ends = sorted(
        (field.at(field.until, series.points[-1].value, sheet)[1] / sheet.scale, index)
        for index, series in enumerate(named)
    )
    places = _apart([y for y, _ in ends], field.top, field.bottom)
    for (_, index), y in zip(ends, places, strict=True):
        series, colour = named[index], sheet.theme.series[index]
        value = f" {series.points[-1].value:.0f}"
        name = squeeze(sheet.said(series.name), size, room - width_of(value, size)) + value
        yield sheet.words(field.right + 10, y + 4, name, size, colour, bold=True)


def _apart(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Places near the wanted ones, which are in order, a step apart, and within the edges."""
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + _STEP if places else top))
    limit = bottom
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], limit)
        limit = places[index] - _STEP
    return places
