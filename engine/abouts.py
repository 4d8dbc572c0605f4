"""What is said of our own players, for whoever lists them: apart from the players, who are slow to import."""

from __future__ import annotations

from typing import Final

from engine.sentences import Sentence, counted, say

RANDOM: Final = say("any legal move, each as likely")


def look_ahead(plies: int) -> Sentence:
    """Of a player that looks so many plies ahead."""
    return counted(
        "looks {n} ply ahead; needs nothing installed", "looks {n} plies ahead; needs nothing installed", plies
    )
