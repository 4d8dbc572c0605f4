"""The figure of an answer, painted: in the reader's language, and off the event loop."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.commands import Picture, Reply
from engine.render.words import Told, clean

log = logging.getLogger(__name__)


async def painted(reply: Reply, told: Told) -> Reply:
    """The reply with its figure as a picture; ``told`` says every text in it.

    A figure that cannot be drawn is logged and left out: the answer says the same without it.
    """
    figure = reply.figure
    if figure is None:
        return reply
    from engine.render.drawn import figure_png

    try:
        png = await asyncio.to_thread(figure_png, figure, told=told)
    except Exception:
        log.exception("the figure “%s” cannot be drawn", figure.name)
        return replace(reply, figure=None)
    return replace(reply, figure=None, picture=Picture(f"{figure.name}.png", png, clean(told(figure.alt))))
