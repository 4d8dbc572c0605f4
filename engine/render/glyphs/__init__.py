"""Our drawings, one SVG file a glyph: 45 by 45 units, no scripts, no fonts, no references."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def glyph_names() -> frozenset[str]:
    """The drawings that exist."""
    files = resources.files(__name__).iterdir()
    return frozenset(file.name.removesuffix(".svg") for file in files if file.name.endswith(".svg"))


@cache
def glyph_svg(name: str) -> str:
    """A drawing as a whole SVG document. :raises KeyError: when there is none of that name."""
    if name not in glyph_names():
        raise KeyError(name)
    return resources.files(__name__).joinpath(f"{name}.svg").read_text(encoding="utf-8")


@cache
def glyph_body(name: str) -> str:
    """What stands inside a drawing's ``<svg>``, to be put into a larger one. :raises KeyError: when there is none."""
    document = glyph_svg(name)
    return document[document.index(">") + 1 : document.rindex("</svg>")].strip().replace("\n", "")
