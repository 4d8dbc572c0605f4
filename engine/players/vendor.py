"""What a roster is handed of a model API: how to make it, and what is known of its models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.players.model_card import ModelCard
from engine.ports import OwnKey, Provider


@dataclass(frozen=True, slots=True)
class Vendor:
    """One provider: how to make it, and what is known of its models, by their ids."""

    make: Callable[[], Provider]
    cards: Mapping[str, ModelCard] = field(default_factory=dict)


MakeOwn = Callable[[OwnKey], Vendor]
"""Makes what stands behind a community's own key. :raises UserError: for an address that is none."""
