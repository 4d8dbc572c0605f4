"""The models that we know something about: prices, limits and defaults, read from ``catalogue.toml`` beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final

from engine.model import NANO, MoveMode
from engine.players.model_card import ModelCard, Price
from engine.sentences import say

_FILE: Final = "catalogue.toml"
_DEFAULTS: Final = ModelCard("")


@cache
def catalogue() -> Mapping[str, Mapping[str, ModelCard]]:
    """The cards by provider and model id, in the file's order. A model that is not here has an unknown cost."""
    return read(resources.files(__package__).joinpath(_FILE).read_text("utf-8"))


def read(text: str) -> dict[str, dict[str, ModelCard]]:
    """A catalogue's cards.

    :raises ValueError: when it is not in the form that the file's first lines describe, or a price is no whole
        number of nano-dollars per million tokens.
    """
    vendors = tomllib.loads(text, parse_float=Decimal)
    return {vendor: dict(_cards(vendor, facts)) for vendor, facts in vendors.items()}


def _cards(vendor: str, facts: Mapping[str, Any]) -> Iterator[tuple[str, ModelCard]]:
    for model, entry in facts["models"].items():
        unknown = entry.keys() - _KEYS
        if unknown:
            raise ValueError(f"{vendor}/{model} has unknown facts: {', '.join(sorted(unknown))}")
        card = ModelCard(
            name=f"{vendor}/{model}",
            about=say(entry.get("about", "")),
            price=Price(
                nano_usd_per_million(entry["usd_in"]),
                nano_usd_per_million(entry["usd_out"]),
                facts["as_of"].isoformat(),
                facts["source"],
            ),
            mode=MoveMode(entry.get("mode", _DEFAULTS.mode)),
            constrainable=entry.get("constrainable", _DEFAULTS.constrainable),
            max_tokens=entry.get("max_tokens", _DEFAULTS.max_tokens),
            max_tokens_retry=entry.get("max_tokens_retry", _DEFAULTS.max_tokens_retry),
            context_tokens=entry.get("context"),
        )
        yield model, card


def nano_usd_per_million(usd: Decimal | int) -> int:
    """A published price as a whole number. :raises ValueError: when it is negative or finer than a nano-dollar."""
    exact = Decimal(usd) * NANO
    if exact < 0 or exact != exact.to_integral_value():
        raise ValueError(f"{usd} is no price")
    return int(exact)


_KEYS: Final = {
    "usd_in", "usd_out", "context", "about", "mode", "constrainable", "max_tokens", "max_tokens_retry",
}  # fmt: skip
