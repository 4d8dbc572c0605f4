"""Words that count as said before though their stems differ: ``colour`` and ``color``, ``egyptian`` and ``egypt``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from engine.lexicon import lexicon

_SPELLINGS: Final = (
    "aeroplane/airplane aluminium/aluminum armour/armor behaviour/behavior catalogue/catalog centre/center "
    "colour/color cosy/cozy defence/defense dialogue/dialog doughnut/donut encyclopaedia/encyclopedia favour/favor "
    "favourite/favorite fibre/fiber flavour/flavor grey/gray harbour/harbor honour/honor humour/humor "
    "jewellery/jewelry labour/labor licence/license litre/liter lustre/luster mould/mold moustache/mustache "
    "neighbour/neighbor odour/odor offence/offense parlour/parlor plough/plow programme/program pyjamas/pajamas "
    "rumour/rumor savour/savor sceptic/skeptic spectre/specter sulphur/sulfur theatre/theater tumour/tumor tyre/tire "
    "vapour/vapor vigour/vigor whisky/whiskey yoghurt/yogurt"
)
# An ending, and what it may have replaced: happi-ness, natur-al, americ-an.
_ENDINGS: Final = (
    ("ly", ("", "le")),
    ("ily", ("y",)),
    ("ness", ("",)),
    ("iness", ("y",)),
    ("ian", ("", "y", "ia")),
    ("an", ("a",)),
    ("al", ("", "e")),
)
_NEGATION: Final = "un"
_LEAST_LETTERS: Final = 4
# Measured: of words that only look derived, "bully" is closest to its "bull" (6.2); "unhappy" is at 6.7.
_SAME_WORD: Final = 6.5
_MOST_ENDINGS: Final = 3


def base_forms(phrase: str) -> dict[str, str]:
    """The stems of a phrase's words, each with the word that it is a spelling of or derived from, at last itself."""
    return {stem: _base(stem) for stem in lexicon().stems(phrase)}


@lru_cache(maxsize=65_536)
def _base(stem: str) -> str:
    for _ in range(_MOST_ENDINGS):
        stem = _spellings().get(stem, stem)
        shorter = next(filter(lambda other: _is_base(stem, other), _shortened(stem)), None)
        if shorter is None:
            break
        stem = lexicon().stem(shorter)
    return stem


def _shortened(stem: str) -> Iterator[str]:
    if stem.startswith(_NEGATION):
        yield stem.removeprefix(_NEGATION)
    for ending, before in _ENDINGS:
        if stem.endswith(ending):
            yield from (stem.removesuffix(ending) + rest for rest in before)


def _is_base(stem: str, other: str) -> bool:
    words = lexicon()
    return len(other) >= _LEAST_LETTERS and words.knows(other) and words.score(stem, other) >= _SAME_WORD


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    pairs = (pair.split("/") for pair in _SPELLINGS.split())
    return {lexicon().stem(british): lexicon().stem(american) for british, american in pairs}
