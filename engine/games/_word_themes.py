"""What Word Association starts from, and what our own player does not say."""

from __future__ import annotations

import hashlib
from typing import Final

from engine.games._vocabulary import words

THEMES: Final = (
    *("ancient egypt", "the ocean", "outer space", "breakfast", "the circus", "winter", "music", "the jungle"),
    *("a medieval castle", "pirates", "the kitchen", "football", "the weather", "school", "a wedding", "magic"),
    *("dinosaurs", "the farm", "the theatre", "money", "dreams", "the desert", "trains", "the human body"),
    *("volcanoes", "chocolate", "detectives", "robots", "the garden", "insects", "mountains", "painting"),
    *("a birthday party", "the hospital", "fire", "clocks", "the library", "summer holidays", "cheese", "time travel"),
)

NOT_SAID: Final = words(
    "anal anus arse ass asshole bastard bitch blowjob boob cock crap cum cunt damn dick dildo fag fuck fucker fucking "
    "hooker horny negro nigga nigger orgasm orgy penis piss porn pornography pussy rape rapist retard semen sex sexual "
    "sexy shit slut sperm suicide tit tranny vagina whore"
)
"""Words that our own player leaves to others."""


def theme_of(seed: int) -> str:
    """The theme that a seed stands for, the same for ever."""
    digest = hashlib.sha256(str(seed).encode()).digest()
    return THEMES[int.from_bytes(digest[:8]) % len(THEMES)]
