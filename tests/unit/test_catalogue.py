"""The catalogue: every price has a date and a source, is exact, and belongs to a provider that exists."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from engine.model import MoveMode
from engine.players.model_card import ModelCard
from engine.providers import configured
from engine.providers.catalogue import catalogue, nano_usd_per_million, read

CARDS = [card for cards in catalogue().values() for card in cards.values()]
ENTRY = """
[openai]
source = "a page"
as_of = 2026-01-02
[openai.models]
m = {{ usd_in = 0.15, usd_out = 0.60 {more} }}
"""


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_every_card_is_dated_sourced_and_plausible(card: ModelCard) -> None:
    assert card.price is not None
    assert datetime.date.fromisoformat(card.price.as_of) <= datetime.date(2027, 1, 1)
    assert card.price.source
    assert card.about
    assert 0 <= card.price.nano_usd_per_million_in <= card.price.nano_usd_per_million_out
    assert card.context_tokens is not None
    assert 0 < card.max_tokens <= card.max_tokens_retry < card.context_tokens


def test_every_vendor_of_the_catalogue_is_a_provider() -> None:
    vendors = configured({})
    assert set(catalogue()) <= set(vendors)
    assert vendors["openai"].cards == catalogue()["openai"]


def test_the_embedded_model_is_free_of_charge_and_constrained() -> None:
    card = catalogue()["local"]["smollm2"]
    assert card.priced
    assert card.cost_nano_usd(10**6, 10**6) == 0
    assert card.mode is MoveMode.CONSTRAINED


def test_a_price_is_read_exactly() -> None:
    """$0.15 and $0.60 a million are 150 and 600 nano-dollars a token."""
    card = read(ENTRY.format(more=""))["openai"]["m"]
    assert card.name == "openai/m"
    assert card.cost_nano_usd(1, 0) == 150
    assert card.cost_nano_usd(0, 1) == 600
    assert card.price is not None
    assert (card.price.as_of, card.price.source) == ("2026-01-02", "a page")


@pytest.mark.parametrize("usd", [Decimal("-1"), Decimal("0.0000000001")])
def test_no_price_is_rounded(usd: Decimal) -> None:
    with pytest.raises(ValueError, match="is no price"):
        nano_usd_per_million(usd)


@pytest.mark.parametrize("more", [", contxt = 5", ', mode = "fast"'])
def test_a_slip_in_the_file_is_found(more: str) -> None:
    with pytest.raises(ValueError, match=r"contxt|fast"):
        read(ENTRY.format(more=more))
