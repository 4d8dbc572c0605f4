"""Which ladder a duel counts on."""

from __future__ import annotations

from engine import games
from engine.model import Terms


def ladder_of(terms: Terms) -> str | None:
    """The name of the duel's ladder: community, season, game and variant, move modes. ``None`` for a casual duel."""
    if not terms.rated:
        return None
    variant = games.game(terms.game).variant(terms.options)
    modes = "+".join(sorted(set(terms.modes.values()))) or "none"
    return f"{terms.community}|{terms.season}|{terms.game}/{variant}|{modes}"
