"""Where in a reply the answer of Word Association is said: one to three words, and never a guess.

An answer is what the reply declares (``Move: pyramid``, ``{"word": "pyramid"}``, ``My word is pyramid``), or the
whole reply when it is nothing but one to three words. Anything else is asked again.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.errors import Ambiguous, Unparsable
from engine.games._vocabulary import words
from engine.replies import read
from engine.sentences import both, joined, say

MAX_WORDS: Final = 3
MAX_CHARACTERS: Final = 60
ASK: Final = say("Answer with one to three English words, such as “Move: your words”.")

_SAID: Final = re.compile(
    r"(?:^|[\n.!;:,]\s*)\W{0,3}(?:(?:my|the|your) )?(?:next |new )?(?:word|association|response)"
    r"\s*(?:is|would be|will be|:|=)\s*:?\s*([^\n]+)"
    r"|(?:^|[\n.!;,]\s*)(?:so |then |okay,? |ok,? )?(?:i say|i'll say|i'll go with|i will go with|i choose|i pick"
    r"|i answer|i'd say|let's go with)\s*:?\s+([^\n]+)",
    re.I,
)
_ARROW: Final = re.compile(r"\s*(?:->|=>|→|⇒)\s*")
_END: Final = re.compile(r"[.;:!?,()\[\]|\n\"“”]|\s-+\s|\s(?:because|since|as|which|for|due)\s", re.I)
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9'&-]*", re.I)
# With one of these, several words talk about an answer instead of giving it.
_TALK: Final = words(
    "i i'm im i'll i'd i've me my you your we us sorry hello hi thanks thank please pass skip unsure "
    "not never no cannot can't don't won't isn't"
)

ASIDES: Final = words(
    "pass skip help next wait thanks thx undo lol lmao haha sorry idk dunno ok okay yes no yeah yep nope nah please "
    "stop start quit exit cancel back resign draw hello hi hey bye hmm huh what why how rules hint move gg brb done"
) | {"good game", "thank you", "no idea", "i resign", "i give up", "well played", "hello there", "i pass", "one moment"}
"""Said alone these are talk, and cost no strike unless they happen to be related."""


def answer(text: str, before: str) -> str:
    """The answer in plain lower-case letters. ``before`` may stand in front of it: ``egypt -> pyramid``.

    :raises EmptyReply: :raises TruncatedReply: as :func:`engine.replies.read` does.
    :raises Ambiguous: when several are offered. :raises Unparsable: when none can be read.
    """
    reply = read(text)
    places = [*reply.declared] or [first or second for first, second in _SAID.findall(reply.text)]
    if not places:
        return _whole(reply.text, before)
    found = list(dict.fromkeys(_leading(place, before) for place in places))
    if len(found) > 1:
        offered = both([say("“{word}”", word=each) for each in found[:3]])
        raise Ambiguous(joined([say("The reply offers {words}.", words=offered), ASK]), found)
    return found[0]


def _whole(text: str, before: str) -> str:
    said = _after_arrow(plain(text), before)
    bare = said.strip(" .!\"'()[]*")
    if "?" in said or "\n" in bare or _END.search(bare):
        raise _unread(text)
    return _checked(bare, text)


def _leading(place: str, before: str) -> str:
    """What a declaration starts with, up to its reasons."""
    said = _after_arrow(plain(place), before).strip(" .!\"'()[]<>*:-")
    bare = _END.split(said)[0].strip(" '")
    if "?" in place:
        raise _unread(place)
    return _checked(bare, place)


def _after_arrow(text: str, before: str) -> str:
    head, *rest = _ARROW.split(text)
    if not rest:
        return text
    if len(rest) > 1 or head.strip(" \"'") != plain(before):
        raise _unread(text)
    return rest[0]


def _checked(bare: str, text: str) -> str:
    said = bare.split()
    if re.search(r"\bor\b|/", bare):
        why = say("“{said}” leaves a choice.", said=_clip(text))
        raise Ambiguous(joined([why, ASK]), re.split(r"\s*\bor\b\s*|/", bare))
    if not said or len(said) > MAX_WORDS or len(bare) > MAX_CHARACTERS:
        raise _unread(text)
    if len(said) > 1 and _TALK.intersection(said):
        raise Unparsable(joined([say("“{said}” is talk, not an answer.", said=_clip(text)), ASK]))
    if not all(map(_WORD.fullmatch, said)):
        raise Unparsable(joined([say("“{said}” holds signs that no English word has.", said=_clip(text)), ASK]))
    return " ".join(said)


def plain(text: str) -> str:
    """Lower case, no accents, single spaces in each line."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return "\n".join(" ".join(line.split()) for line in bare.splitlines()).strip()


def _unread(text: str) -> Unparsable:
    return Unparsable(joined([say("No answer can be read in “{said}”.", said=_clip(text)), ASK]))


def _clip(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"
