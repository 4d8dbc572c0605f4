"""What is known of a language model before it plays: its price, its limits, how it is best asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.model import MoveMode

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-dollars per million tokens, so that every published price is a whole number.

    ``as_of`` (ISO date) and ``source`` (the vendor's page) tell where it was read.
    """

    nano_usd_per_million_in: int
    nano_usd_per_million_out: int
    as_of: str
    source: str

    def cost_nano_usd(self, tokens_in: int, tokens_out: int) -> int:
        """Exact, rounded up to a whole nano-dollar: a budget is never charged too little."""
        exact = tokens_in * self.nano_usd_per_million_in + tokens_out * self.nano_usd_per_million_out
        return -(-exact // _MILLION)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model. Without a ``price`` its cost is unknown: it is counted as 0 and shown as unknown.

    Attributes:
        name: as players write it (``local/smollm2``).
        about: a few words for lists.
        mode: the move mode it plays in unless told otherwise.
        constrainable: whether its API can be held to a list of answers.
        max_tokens: what one reply may take, thoughts included.
        max_tokens_retry: what the next reply may take after one was cut off.
        context_tokens: prompt and reply together; ``None`` when not known.
    """

    name: str
    about: str = ""
    price: Price | None = None
    mode: MoveMode = MoveMode.FREE
    constrainable: bool = True
    max_tokens: int = 4096
    max_tokens_retry: int = 16_384
    context_tokens: int | None = None

    @property
    def priced(self) -> bool:
        """Whether costs are known; when not, they are shown as unknown and not as free."""
        return self.price is not None

    def cost_nano_usd(self, tokens_in: int, tokens_out: int) -> int:
        """What those tokens cost; 0 when there is no price."""
        return self.price.cost_nano_usd(tokens_in, tokens_out) if self.price else 0
