"""Which language an answer is in, and an answer in that language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from bot.catalogue import ENGLISH, language_of, languages, said
from bot.on_web.http import Request


def language_asked(request: Request) -> str:
    """The language of ``?lang=``, else the first of ``Accept-Language`` (RFC 9110, 12.5.4) that we have."""
    if asked := request.query.get("lang"):
        return language_of(asked)
    return next(_accepted(request.headers.get("accept-language", "")), ENGLISH)


def _accepted(header: str) -> Iterator[str]:
    """The languages of ours that a header names, the most wanted first."""
    wanted = [(-_weight(parameters), tag.strip()) for tag, _, parameters in map(_parted, header.split(","))]
    for weight, tag in sorted(wanted, key=lambda one: one[0]):
        if weight and tag.partition("-")[0].casefold() in languages():
            yield language_of(tag)


def _parted(part: str) -> tuple[str, str, str]:
    return part.partition(";")


def _weight(parameters: str) -> float:
    """What ``q=0.8`` says; 1 when nothing is said, 0 when it is no number."""
    name, _, value = parameters.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name == "q" and math.isfinite(weight) and weight > 0 else 0.0


def in_words(value: Any, language: str) -> Any:
    """A value as JSON takes it, with every sentence in it said in that language."""
    if language == ENGLISH:
        return value
    if isinstance(value, str):
        return said(value, language)
    if isinstance(value, Mapping):
        return {name: in_words(item, language) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(item, language) for item in value]
    return value
