"""What stands in the queue of duels beside their ids: a tournament that is to be carried on."""

from __future__ import annotations

from typing import Final

from engine.codec import community_from_text
from engine.model import Community

_PREFIX: Final = "tournament:"


def queued(community: Community, tournament_id: str) -> str:
    """The name of a tournament there; no duel is called so."""
    return f"{_PREFIX}{community}|{tournament_id}"


def unqueued(name: str) -> tuple[Community, str] | None:
    """Community and id of a tournament; ``None`` for a duel's id."""
    if not name.startswith(_PREFIX):
        return None
    community, _, tournament_id = name.removeprefix(_PREFIX).rpartition("|")
    return community_from_text(community), tournament_id
