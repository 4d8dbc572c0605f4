"""The ids of a message's blocks, by which it tells the duel that it shows.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def duel_block_id(duel_id: str, part: str) -> str:
    """The id of a block, by which a message tells its duel: the duel, and which block it is."""
    return f"duel:{duel_id}:{part}"


def duel_of(blocks: Iterable[Mapping[str, Any]]) -> str:
    """The duel that a message of ours shows; empty when it is none."""
    for block in blocks:
        kind, _, rest = str(block.get("block_id", "")).partition(":")
        if kind == "duel":
            return rest.partition(":")[0]
    return ""
