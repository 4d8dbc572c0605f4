"""What is known of a language model before it plays: its price, its limits, how it is best asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.model import MoveMode
from engine.ports import Rates

_MILLION: Final = 1_000_000
# The most that one question may hold, in bytes of UTF-8, and what vendors' own framing may add to it, in tokens. A
# token is never less than a byte, so the sum bounds what a question can cost. Ours have 500 to 1,400 bytes; two
# corrections that quote a model's own words in four-byte signs, and its six latest plies, make 15,200.
QUESTION_BYTES: Final = 20_000
FRAMING_TOKENS: Final = 480
_USUAL_SHARE: Final = 10


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

    @property
    def question_tokens(self) -> int:
        """The most that one question can take."""
        question = QUESTION_BYTES + FRAMING_TOKENS
        return min(question, self.context_tokens or question)

    def rates(self, attempts: int) -> Rates | None:
        """What a ply of so many attempts costs; ``None`` when the price is unknown.

        That a reply usually takes a tenth of what it may is an assumption for quotes, rather too much than too little.
        """
        if self.price is None:
            return None
        return Rates(
            self.price.nano_usd_per_million_in,
            self.price.nano_usd_per_million_out,
            attempts * self.question_tokens,
            self.max_tokens + (attempts - 1) * max(self.max_tokens, self.max_tokens_retry),
            self.max_tokens // _USUAL_SHARE,
        )

    def cost_nano_usd(self, tokens_in: int, tokens_out: int) -> int:
        """What those tokens cost; 0 when there is no price."""
        return self.price.cost_nano_usd(tokens_in, tokens_out) if self.price else 0
