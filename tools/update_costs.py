"""Writes the table of models in ``docs/costs.md`` from the catalogue. ``--check`` only says whether it is old."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.providers.catalogue import catalogue

COSTS: Final = Path(__file__).resolve().parents[1] / "docs" / "costs.md"
BEGIN, END = "<!-- models: begin -->", "<!-- models: end -->"
READ, WROTE = 16_100, 560
"""Tokens of one seat in a chess duel of eighty plies, as ``arena cost --duels 1000`` counted them."""
HERE: Final = "local"
"""Runs where the arena runs, which on AWS no model does."""
_NANO: Final = 1e9


def table() -> Iterator[str]:
    """In Markdown: what one seat costs, the cheapest model first."""
    yield from ("", "| model | a duel | 100 duels | 1,000 duels |", "|---|---|---|---|")
    prices = {
        f"{provider}/{name}": card.cost_nano_usd(READ, WROTE) / _NANO
        for provider, models in catalogue().items()
        for name, card in models.items()
        if provider != HERE
    }
    for model, dollars in sorted(prices.items(), key=lambda one: (one[1], one[0])):
        yield f"| `{model}` | ${dollars:.4f} | ${100 * dollars:,.2f} | ${1000 * dollars:,.2f} |"
    yield ""


def updated(text: str) -> str:
    """The page with a fresh table between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *table(), END + after])


def main() -> int:
    """0 when the page is fresh, or has been made so."""
    text = COSTS.read_text(encoding="utf-8")
    fresh = updated(text)
    if "--check" in sys.argv:
        return int(fresh != text)
    COSTS.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
