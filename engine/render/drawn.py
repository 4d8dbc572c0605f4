"""Figures as SVG and PNG: one layout for both, as with boards."""

from __future__ import annotations

import math
from typing import Final

from engine.render.figures import Figure, Knockout, Plot, Table
from engine.render.knockout import lay_out_knockout
from engine.render.plot import lay_out_plot
from engine.render.png import scene_png
from engine.render.scene import Scene
from engine.render.sheet import Sheet
from engine.render.svg import scene_svg
from engine.render.table import lay_out_table
from engine.render.theme import LIGHT, Theme
from engine.render.words import Told, clean

SCALE: Final = 1.5
"""Pixels of a unit in a PNG: sharp where a chat shows it smaller, and still quick to send."""
MOST_PIXELS: Final = 1_000_000
"""Beyond so many a PNG is drawn at a smaller scale, down to a pixel a unit."""


def lay_out_figure(figure: Figure, *, scale: float, theme: Theme, told: Told = str) -> Scene:
    """The scene of a figure, ``scale`` pixels a unit; ``told`` says every text in it."""
    sheet = Sheet(theme, scale, told)
    match figure:
        case Table():
            return lay_out_table(figure, sheet)
        case Plot():
            return lay_out_plot(figure, sheet)
        case Knockout():
            return lay_out_knockout(figure, sheet)


def figure_png(figure: Figure, *, theme: Theme = LIGHT, told: Told = str) -> bytes:
    """The figure as PNG. The font is that of boards (:func:`engine.render.png.board_png`)."""
    small = lay_out_figure(figure, scale=1, theme=theme, told=told)
    fits = math.sqrt(MOST_PIXELS / (small.width * small.height))
    scale = min(SCALE, max(1.0, fits))
    return scene_png(lay_out_figure(figure, scale=scale, theme=theme, told=told))


def figure_svg(figure: Figure, *, theme: Theme = LIGHT, told: Told = str) -> str:
    """The figure as SVG that stands alone, with its alt text; all text is escaped."""
    return scene_svg(lay_out_figure(figure, scale=1, theme=theme, told=told), clean(told(figure.alt)))
