"""Every way in which people and models write a chess move, as patterns, and what each of them says.

Covered: SAN, UCI, long algebraic with and without piece letter, figurines, castling by sign and by name, promotion
in its many spellings, moves in English words, and the piece letters of other languages where they can mean nothing
else. A mention may have several readings; the board decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import chess

from engine.games._chess_claim import Claim, Wing


@dataclass(frozen=True, slots=True)
class Mention:
    """A move as written, in ``text[start:end]``; ``said`` is without its number.

    ``readings`` come in order of preference. ``number`` is the move number before it, and ``dots`` says that the
    number marks a move of Black's (``12...``).
    """

    said: str
    start: int
    end: int
    readings: tuple[Claim, ...]
    number: int | None = None
    dots: bool = False


_Reader = Callable[[re.Match[str]], tuple[Claim, ...]]

_LETTERS: Final = {
    "K": chess.KING,
    "Q": chess.QUEEN,
    "R": chess.ROOK,
    "B": chess.BISHOP,
    "N": chess.KNIGHT,
}
# As in German, French, Spanish, Italian, Portuguese and Dutch. "R" is a king in some, but in English a rook.
_FOREIGN: Final = {
    "S": chess.KNIGHT,
    "L": chess.BISHOP,
    "T": chess.ROOK,
    "D": chess.QUEEN,
    "C": chess.KNIGHT,
    "F": chess.BISHOP,
    "A": chess.BISHOP,
    "P": chess.KNIGHT,
}
_NAMES: Final = {
    "king": chess.KING,
    "queen": chess.QUEEN,
    "rook": chess.ROOK,
    "bishop": chess.BISHOP,
    "knight": chess.KNIGHT,
    "pawn": chess.PAWN,
    **dict.fromkeys(("springer", "cavalier", "caballo"), chess.KNIGHT),
    **dict.fromkeys(("läufer", "alfil"), chess.BISHOP),
    **dict.fromkeys(("turm", "torre"), chess.ROOK),
    **dict.fromkeys(("dame", "dama"), chess.QUEEN),
    **dict.fromkeys(("könig", "rey"), chess.KING),
    **dict.fromkeys(("bauer", "peón"), chess.PAWN),
}
_FILES: Final = {"king": 4, "queen": 3, **{name: index for index, name in enumerate(chess.FILE_NAMES)}}

_PIECE: Final = "|".join(_NAMES)
_NEW: Final = "(?i:queen|rook|bishop|knight)"
_TAKES: Final = r"(?:takes?|captures?|taking|capturing|recaptures?|x)"
_PROMOTING: Final = r"(?:,? *\(?(?:and +|then +)*promot(?:es?|ing) +(?:it +|the +pawn +)?(?:to|into) +(?:an? +)?)"
_EN_PASSANT: Final = r"(?: *\(? *(?:e\.? ?p\b\.?|en +passant) *\)?)?"
_SUFFIX: Final = r"(?: ?(?:\+\+|[+#†‡]))?"
# A text cut off in the middle of a move, or a longer word, is no mention.
_END: Final = r"(?![\w=]|'s\b|-(?![A-Za-z]{3})\w| ?[-x×] *$)"
_BEGIN: Final = r"(?<![\w=+-])(?<!\w')"

_CASTLING_SIGNS: Final = re.compile(r"(?<![\w-])([oO0](?: ?- ?[oO0]){1,2}|OOO?)" + _SUFFIX + r"(?![\w-])")
_WING: Final = r"(king|queen)(?:'?s)?[ -]?side|short|long"
_CASTLING_NAMES: Final = re.compile(
    rf"\b(?P<before>{_WING})[ -]+castl(?:es?|ing)\b"
    rf"|\bcastl(?:es?|ing) +(?:(?:on|to|towards) +)?(?:(?:the|my) +)?(?P<after>{_WING})\b|\bcastles?\b",
    re.I,
)
_SAN: Final = re.compile(
    _BEGIN
    + r"(?P<piece>[A-Z]|[kqrn](?=[a-h1-8x]))?(?P<file>[a-h])?(?P<rank>[1-8])?(?P<takes>[x×:])?(?P<to>[a-h][1-8])"
    + rf"(?: ?= ?(?P<promo>[A-Za-z]|{_NEW})(?!\w)|(?<=[18])(?: ?\(|/)?(?P<promo_2>[QRBNqrbn])\)?(?!\w)"
    + rf"|(?<=[18])(?:{_PROMOTING}| )(?P<promo_3>{_NEW}|[QRBN])(?!\w))?"
    + _EN_PASSANT
    + _SUFFIX
    + _END,
    re.M,
)
_LONG: Final = re.compile(
    r"(?:\bfrom +)?"
    + _BEGIN
    + r"(?:(?P<piece>[A-Z]|[kqrn])(?=[a-h][1-8]))?(?P<from>[a-h][1-8]|[A-H][1-8])"
    + r"(?: *(?:->|=>|→|-) *| *(?P<takes>[x×:]) *| +to +| +(?P<takes_2>takes|captures) +(?:on +)?"
    r"|(?P<spaced> +)|)"
    + r"(?P<to>[a-h][1-8]|[A-H][1-8])"
    + rf"(?: ?[=(/]? ?(?P<promo>[QRBNqrbn])\)?(?!\w)|(?: ?= ?|{_PROMOTING}| )(?P<promo_2>{_NEW})\b)?"
    + _EN_PASSANT
    + _SUFFIX
    + _END,
    re.M,
)
_CAPITALS: Final = re.compile(
    _BEGIN + r"(?P<piece>[KQRBN])?(?P<takes>X)?(?P<to>[A-H][1-8])(?: ?=? ?(?P<promo>[QRBN])(?!\w))?" + _SUFFIX + _END,
    re.M,
)
_WORDS: Final = re.compile(
    rf"\b(?:(?:(?P<own>[a-h])[ -]?|(?P<wing>king|queen)'?s?[ -])(?=pawn)|(?P<from_2>[a-h][1-8]) )?(?P<piece>{_PIECE})"
    r"(?: +(?:(?:standing +)?(?:on|from|at) +)?\(?(?P<from>[a-h][1-8])\)?"
    r"(?= *(?:-|→|to\b|x|takes|captures|moves|goes|[a-h][1-8])))?"
    r"(?: *(?:->|→|-| ) *(?:(?:moves?|goes|going|moving|jumps|up|out|over|back|down|forward"
    r"|(?:one|two) +squares?) +)*(?:(?:to|nach|auf|en) +)?(?P<to>[a-h][1-8])"
    rf"| +(?P<takes>{_TAKES}) +(?:(?:on|the|your|their|black's|white's) +)*(?:(?P<victim>{_PIECE})\b)?"
    r"(?: *(?:(?:on|at) +)?(?P<at>[a-h][1-8]))?)"
    rf"(?:(?:{_PROMOTING}| ?= ?| +)(?P<promo>{_NEW}|[qrbn])\b)?" + _EN_PASSANT + _SUFFIX + r"(?![\w=])",
    re.I,
)
_WITH: Final = re.compile(
    rf"\b{_TAKES} +(?:(?:the|your|on) +)*(?:(?P<victim>{_PIECE}) +)?(?:(?:on|at) +)?(?P<to>[a-h][1-8]) +"
    rf"with +(?:the +|my +)?(?:(?P<own>[a-h])[ -]?(?=pawn))?(?P<piece>{_PIECE})"
    r"(?: +(?:on|from|at) +(?P<from>[a-h][1-8]))?\b",
    re.I,
)
_PROMOTION: Final = re.compile(
    r"\bpromot(?:es?|ing) +(?:(?:the|my) +)?(?:[a-h]?[ -]?pawn +)?(?:"
    rf"(?:on|at) +(?P<to>[a-h][18]) +(?:to|into|as) +(?:an? +)?(?P<promo>{_NEW})"
    rf"|(?:to|into) +(?:an? +)?(?P<promo_2>{_NEW}) +(?:on|at|with) +(?P<to_2>[a-h][18]))\b",
    re.I,
)
_NUMBER: Final = re.compile(r"(?:(?<![\w.])(\d{1,3})\s?(\.\s?\.+|…|\.|\))\s*|(\.\.\.?|…)\s?)$")
# How far before a move its number or a preposition may stand, so that a long reply is not searched again and again.
_NEAR: Final = 20
_PLACE_BEFORE: Final = re.compile(r"\b(?:to|on|at|from|in|onto|into|of|via|squares?)\s+(?:the\s+)?$", re.I)
_PLACE_AFTER: Final = re.compile(rf"[ -](?:squares?|pawns?|{_PIECE})\b(?!')", re.I)


def mentions(text: str) -> list[Mention]:
    """All moves written in a prepared text, in order and without overlap."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    for pattern, reader in _FORMS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            for mention in _mention(text, match, reader):
                found.append(mention)
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return sorted(found, key=lambda mention: mention.start)


def _mention(text: str, match: re.Match[str], reader: _Reader) -> Iterator[Mention]:
    readings = reader(match)
    if not readings or (readings[0].straight and _is_location(text, match)):
        return
    number = _NUMBER.search(text, max(0, match.start() - _NEAR), match.start())
    if number and match.groupdict().get("spaced"):
        return  # "1. e4 e5" is a move of each side
    if number is None:
        yield Mention(match[0].strip(), match.start(), match.end(), readings)
        return
    dots = bool(number[3]) or number[2] not in (".", ")")
    yield Mention(match[0].strip(), number.start(), match.end(), readings, int(number[1]) if number[1] else None, dots)


def _is_location(text: str, match: re.Match[str]) -> bool:
    """A lone square may say where something is, not where a pawn goes: ``on e4``, ``the e4 pawn``."""
    return bool(
        _PLACE_BEFORE.search(text, max(0, match.start() - _NEAR), match.start())
        or _PLACE_AFTER.match(text, match.end())
    )


def _square(name: str | None) -> chess.Square | None:
    return chess.parse_square(name.lower()) if name else None


def _file(name: str | None) -> int | None:
    return _FILES[name.lower()] if name else None


def _rank(name: str | None) -> int | None:
    return int(name) - 1 if name else None


def _promotion(*said: str | None) -> chess.PieceType | None:
    """A king or an unknown letter counts as a pawn: a promotion that no rule allows."""
    word = next((word.lower() for word in said if word), None)
    if word is None:
        return None
    letters = _LETTERS | {letter: kind for letter, kind in _FOREIGN.items() if letter != "P"}
    return _NAMES.get(word) or letters.get(word.upper(), chess.PAWN)


def _kind(name: str | None) -> chess.PieceType | None:
    return _NAMES[name.lower()] if name else None


def _castling_signs(match: re.Match[str]) -> tuple[Claim, ...]:
    rooks = sum(letter in "oO0" for letter in match[1])
    return (Claim(chess.KING, castling=Wing.KINGSIDE if rooks == 2 else Wing.QUEENSIDE),)


def _castling_names(match: re.Match[str]) -> tuple[Claim, ...]:
    wing = (match["before"] or match["after"] or "").lower()
    for start, castling in (("k", Wing.KINGSIDE), ("s", Wing.KINGSIDE), ("q", Wing.QUEENSIDE), ("l", Wing.QUEENSIDE)):
        if wing.startswith(start):
            return (Claim(chess.KING, castling=castling),)
    return (Claim(chess.KING, castling=Wing.EITHER),)


def _san(match: re.Match[str]) -> tuple[Claim, ...]:
    piece, file, to_square = match["piece"], match["file"], _square(match["to"])
    takes = bool(match["takes"])
    promotion = _promotion(match["promo"], match["promo_2"], match["promo_3"])
    rank = _rank(match["rank"])

    def claim(kind: chess.PieceType, from_file: str | None) -> Claim:
        straight = kind == chess.PAWN and from_file is None and not takes
        return Claim(kind, to_square, None, _file(from_file), rank, takes, None, promotion, None, straight)

    if piece is None:
        pawn = claim(chess.PAWN, file)
        return (pawn, claim(chess.BISHOP, None)) if file == "b" else (pawn,)
    letter = piece.upper()
    if letter in _LETTERS:
        english = claim(_LETTERS[letter], file)
        return (english, claim(chess.PAWN, "b")) if letter == "B" and file is None else (english,)
    return tuple(_other_language(letter, file, takes, claim))


def _other_language(
    letter: str, file: str | None, takes: bool, claim: Callable[[chess.PieceType, str | None], Claim]
) -> Iterator[Claim]:
    if letter in _FOREIGN:
        yield claim(_FOREIGN[letter], file)
    if letter == "P":
        yield claim(chess.PAWN, file)
    if takes and file is None and letter in "ACDEFGH":
        yield claim(chess.PAWN, letter)


def _long(match: re.Match[str]) -> tuple[Claim, ...]:
    letter = (match["piece"] or "").upper()
    if letter and letter not in _LETTERS and letter not in _FOREIGN:
        return ()
    claim = Claim(
        _LETTERS.get(letter) or _FOREIGN.get(letter),
        _square(match["to"]),
        _square(match["from"]),
        captures=bool(match["takes"] or match["takes_2"]),
        promotion=_promotion(match["promo"], match["promo_2"]),
    )
    return (claim,)


def _capitals(match: re.Match[str]) -> tuple[Claim, ...]:
    kind = _LETTERS[match["piece"]] if match["piece"] else chess.PAWN
    to_square, takes = _square(match["to"]), bool(match["takes"])
    promotion = _promotion(match["promo"])
    claim = Claim(kind, to_square, captures=takes, promotion=promotion, straight=kind == chess.PAWN and not takes)
    if match["piece"] == "B":
        return (claim, Claim(chess.PAWN, to_square, from_file=1, captures=takes, promotion=promotion))
    return (claim,)


def _words(match: re.Match[str]) -> tuple[Claim, ...]:
    if not (match["to"] or match["at"] or match["victim"]):
        return ()
    claim = Claim(
        _kind(match["piece"]),
        _square(match["to"] or match["at"]),
        _square(match["from"] or match["from_2"]),
        _file(match["own"] or match["wing"]),
        captures=bool(match["takes"]),
        victim=_kind(match["victim"]),
        promotion=_promotion(match["promo"]),
    )
    return (claim,)


def _with(match: re.Match[str]) -> tuple[Claim, ...]:
    own, victim = _file(match["own"]), _kind(match["victim"])
    return (Claim(_kind(match["piece"]), _square(match["to"]), _square(match["from"]), own, None, True, victim),)


def _promotes(match: re.Match[str]) -> tuple[Claim, ...]:
    to_square = _square(match["to"] or match["to_2"])
    return (Claim(chess.PAWN, to_square, promotion=_promotion(match["promo"], match["promo_2"])),)


_FORMS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = (
    (_CASTLING_SIGNS, _castling_signs),
    (_WITH, _with),
    (_PROMOTION, _promotes),
    (_WORDS, _words),
    (_LONG, _long),
    (_SAN, _san),
    (_CAPITALS, _capitals),
    (_CASTLING_NAMES, _castling_names),
)
