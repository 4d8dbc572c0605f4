"""The words of the table: which there are, which are inflections of which, and which dictionaries put together.

Sources, all offline: frequencies from ``wordfreq``; spelling lists from SCOWL (Debian package ``scowl``); lemmas,
irregular forms, glosses and compounds from WordNet 3.0 (Debian package ``wordnet-base``).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import wordfreq

POS: Final = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
KINDS: Final = ("noun", "verb", "adj", "adv")
DIALECTS: Final = ("english", "american", "british", "british_z", "canadian", "australian", "british_variant_1")
SCOWL_SIZES: Final = (10, 20, 35, 40, 50, 55, 60, 70)
NEW_WORDS: Final = ("covid", "pikachu", "tutankhamun", "heathrow", "wifi", "tv", "pc", "dj", "uk", "hermione")
"""Words that people use and neither list has."""


def word_list(path: Path) -> set[str]:
    """The words of a list of ours, without its comments."""
    return {word for line in path.read_text().splitlines() if not line.startswith("#") for word in line.split()}


SEPARATE: Final = word_list(Path(__file__).with_name("separate_words.txt"))

REGULAR: Final = {
    "noun": (("ies", "y"), ("ves", "f"), ("ves", "fe"), ("s", ""), ("es", "")),
    "verb": (("ies", "y"), ("s", ""), ("es", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
    "adj": (("ier", "y"), ("iest", "y"), ("er", "e"), ("est", "e"), ("er", ""), ("est", "")),
}


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning: its lemmas, its gloss, and the keys and kinds of what it points to."""

    lemmas: list[str]
    gloss: str
    pointers: list[tuple[tuple[str, str], str]]


@dataclass(slots=True)
class WordNet:
    """The parts of WordNet used here. ``rank`` is 1 for a word's commonest meaning, 2 for the next."""

    lemmas: dict[str, set[str]] = field(default_factory=dict)
    irregular: dict[str, dict[str, str]] = field(default_factory=dict)
    rank: dict[tuple[str, str, str], int] = field(default_factory=dict)
    synsets: dict[tuple[str, str], Synset] = field(default_factory=dict)


def read_wordnet(folder: Path) -> WordNet:
    """:raises OSError: when the folder does not hold the files of ``wordnet-base``."""
    net = WordNet()
    for kind in KINDS:
        net.irregular[kind] = dict(
            line.split()[:2] for line in (folder / f"{kind}.exc").read_text("ascii").splitlines()
        )
        net.lemmas[kind] = set()
        for line in _lines(folder / f"index.{kind}"):
            fields = line.split()
            net.lemmas[kind].add(fields[0])
            for place, offset in enumerate(fields[-int(fields[2]) :], 1):
                net.rank[fields[0], kind, offset] = place
        for line in _lines(folder / f"data.{kind}"):
            net.synsets[kind, line.split()[0]] = _synset(line)
    return net


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("latin-1").splitlines() if not line.startswith(" "))


def _synset(line: str) -> Synset:
    head, gloss = line.split(" | ", 1)
    fields = head.split()
    count = int(fields[3], 16)
    lemmas = [re.sub(r"\(.*", "", name).lower() for name in fields[4 : 4 + 2 * count : 2]]
    at = 4 + 2 * count
    links = [fields[at + 1 + 4 * k : at + 5 + 4 * k] for k in range(int(fields[at]))]
    return Synset(lemmas, gloss, [((POS[link[2]], link[1]), link[0]) for link in links])


def read_scowl(folder: Path, category: str) -> set[str]:
    """All words of a category (``words``, ``upper``, ``proper-names``), folded, without possessives."""
    files = [folder / f"{dialect}-{category}.{size}" for dialect in DIALECTS for size in SCOWL_SIZES]
    lines = (line for file in files if file.exists() for line in file.read_text("latin-1").splitlines())
    return {word for word in map(fold, lines) if re.fullmatch("[a-z]+", word)}


def fold(word: str) -> str:
    """Lower case without accents."""
    marks = unicodedata.normalize("NFKD", word.strip()).lower()
    return "".join(letter for letter in marks if not unicodedata.combining(letter))


def vocabulary(scowl: Path, net: WordNet, functions: set[str]) -> list[str]:
    """Every word that is spelled right and used, the most frequent first; function words included."""
    right = set().union(*(read_scowl(scowl, category) for category in ("words", "upper", "proper-names")))
    known = {word for kind in KINDS for word in net.lemmas[kind] if re.fullmatch("[a-z]{3,}", word)}
    known = {word for word in known if not re.fullmatch("[ivxlc]+", word)}
    wanted = right | known | set(NEW_WORDS) | functions
    ranked = [word for word in wordfreq.top_n_list("en", 400_000, wordlist="large") if word in wanted]
    return ranked + sorted(functions.difference(ranked))


class Stems:
    """Which word an inflection belongs to."""

    def __init__(self, words: list[str], net: WordNet) -> None:
        self._zipf = {word: wordfreq.zipf_frequency(word, "en", wordlist="large") for word in words}
        self._net = net

    def stem(self, word: str) -> str:
        """The base form; a word that stands for itself is its own."""
        for _ in range(3):
            base = self._base(word)
            if base == word:
                break
            word = base
        return word

    def _base(self, word: str) -> str:
        if word in SEPARATE:
            return word
        for kind in ("noun", "verb", "adj"):
            base = self._net.irregular[kind].get(word, "")
            if base in self._zipf and not self._stands_alone(word, base, kind):
                return base
        own = {kind for kind in KINDS if word in self._net.lemmas[kind]}
        for kind, rules in REGULAR.items():
            if kind == "adj" and "noun" in own:
                continue
            for base in _bases(word, rules):
                if self._is(base, kind) and not (own and self._zipf[word] > self._zipf[base] + 0.7):
                    return base
        return word

    def _stands_alone(self, word: str, base: str, kind: str) -> bool:
        """``left``, ``saw`` and ``rose`` are words of their own; ``ran`` and ``mice`` are not."""
        if kind == "noun" or self._zipf[word] == 0:
            return False
        noun_or_verb = word in self._net.lemmas["noun"] or word in self._net.lemmas["verb"]
        other = word in self._net.lemmas["adj"] and self._zipf[word] > self._zipf[base]
        return kind == "verb" and (noun_or_verb or other)

    def _is(self, base: str, kind: str) -> bool:
        if base not in self._zipf or len(base) < 3 or base.endswith("'"):
            return False
        unlisted = kind == "noun" and not any(base in self._net.lemmas[other] for other in KINDS)
        return base in self._net.lemmas[kind] or unlisted


def _bases(word: str, rules: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for suffix, ending in rules:
        if word.endswith(suffix) and not (suffix == "s" and word.endswith(("ss", "us", "is"))):
            stem = word[: -len(suffix)]
            if suffix[0] in "ei" and len(stem) > 3 and stem[-1] == stem[-2] and not ending:
                yield stem[:-1]
            yield stem + ending


Pairs = dict[tuple[int, int], float]


def associations(words: list[str], stems: Stems, net: WordNet, functions: set[str]) -> Pairs:
    """How strongly the dictionary puts two words together, by their places in ``words``, both ways round.

    Counted are: a word and the words of its gloss (rare ones count more), the parts of a compound (``traffic
    jam``), synonyms, antonyms, kinds and parts. A word's rarer meanings count less.
    """
    place = {word: at for at, word in enumerate(words)}
    found: dict[tuple[int, int], float] = defaultdict(float)

    def add(first: str, second: str, weight: float) -> None:
        if first != second and first in place and second in place:
            found[place[first], place[second]] += weight
            found[place[second], place[first]] += weight

    glosses = {key: _content(synset.gloss, stems, place, functions) for key, synset in net.synsets.items()}
    seen = Counter(word for gloss in glosses.values() for word in gloss)
    rarity = {word: max(0.0, math.log(len(glosses) / count) - 3) / 6 for word, count in seen.items()}
    for key, synset in net.synsets.items():
        for lemma in synset.lemmas:
            parts = [part for part in re.split("[_-]", lemma) if part in place and part not in functions]
            weight = 1 / net.rank.get((lemma, *key), 5)
            if "_" in lemma or "-" in lemma:
                weight /= 2
                for at, part in enumerate(parts):
                    for other in parts[:at]:
                        add(part, other, 1.0)
            for part in sorted(set(parts)):
                for word in glosses[key]:
                    add(part, word, weight * rarity[word])
                for target, kind in synset.pointers:
                    for word in net.synsets[target].lemmas:
                        add(part, word, weight * {"!": 3.0, "~": 0.3}.get(kind, 1.0))
                for word in synset.lemmas:
                    add(part, word, weight)
    _closed_compounds(words, functions, add)
    return found


def _content(gloss: str, stems: Stems, place: dict[str, int], functions: set[str]) -> list[str]:
    named = {stems.stem(word) for word in re.findall("[a-z]{3,}", gloss.lower()) if word in place}
    return sorted(word for word in named if word in place and word not in functions)


def _closed_compounds(words: list[str], functions: set[str], add: Callable[[str, str, float], None]) -> None:
    """``rainbow`` puts ``rain`` and ``bow`` together."""
    common = {word for word in words[:8000] if len(word) > 2} - functions
    for word in words[:60_000]:
        for cut in range(3, len(word) - 2):
            if word[:cut] in common and word[cut:] in common:
                add(word[:cut], word[cut:], 0.7)
