"""Reading a reply: where in a model's or a person's words the move is said.

A reply is searched from the most to the least explicit place. A game takes the first place that holds
anything, and never looks further: what a reply declares as its move is its move, even when it is illegal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.errors import EmptyReply, TruncatedReply
from engine.sentences import say

# Twenty thousand characters hold any answer, and keep the search of a hostile one short.
LONGEST_CHARACTERS: Final = 20_000
_MOST_FAILED_OBJECTS: Final = 50

_THINKING: Final = r"think|thinking|thought|thoughts|reasoning|scratchpad|analysis"
_THOUGHT: Final = re.compile(rf"([<\[])({_THINKING})[>\]].*?\1/\2\s*[>\]]", re.I | re.S)
_OPEN_THOUGHT: Final = re.compile(rf"<(?:{_THINKING})>|\[think(?:ing)?\]", re.I)
_CLOSED_THOUGHT: Final = re.compile(rf"^.*(?:</(?:{_THINKING})\s*>|\[/think(?:ing)?\])", re.I | re.S)
_CLOSING: Final = re.compile(rf"[<\[]/(?:{_THINKING})", re.I)
# OpenAI's harmony format, which some servers pass through: the answer is what the final channel holds.
_CHANNEL: Final = re.compile(r"<\|channel\|>\s*(\w+)[^<]*<\|message\|>")
_BOXED: Final = re.compile(r"\\boxed\s*\{\s*(?:\\(?:text|math)(?:bf|tt|rm|it)?\s*\{)?([^{}]*)\}+")
_TAGGED: Final = re.compile(r"<(move|answer|action|final|final_answer)>(.*?)</\1\s*>", re.I | re.S)
_KEYS: Final = (
    "move",
    "answer",
    "action",
    "choice",
    "word",
    "best_move",
    "bestmove",
    "my_move",
    "next_move",
    "final_answer",
    "uci",
    "san",
)
# An object may wrap its move in these; under any other key, such as "rejected", it is not this turn's.
_WRAPPERS: Final = (
    *("arguments", "input", "parameters", "function", "me", "final", "answer", "response", "output", "result"),
    "action",
)
_HELD_UNDER: Final = re.compile(r"""(?:[{,]\s*|["'])(\w+)["']?\s*:\s*$""")
_NEAR: Final = 40
_VERDICTS: Final = ("valid", "legal", "is_valid", "is_legal", "ok", "playable", "accepted", "possible", "status")
_DENIALS: Final = ("false", "no", "rejected", "illegal", "invalid")
# An object that is not quite JSON, or is cut off after its move, still says it, if its value is whole.
_LOOSE_KEY: Final = re.compile(
    rf"""[{{,]\s*["']?(?:{"|".join(_KEYS)})["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)')""",
    re.I,
)
_DECLARED: Final = re.compile(
    r"(?:^|[\n.!?;:]\s*|\b(?:so|thus|therefore|hence)[,:]?\s+)"
    r"(?P<start>)(?:\W{0,4})(?:(?:and|so|then|therefore)\s+)?"
    r"(?:my |the |final |best |chosen |next |our )*(?:move|answer|choice|action|response|final answer)"
    r"(?: here| now| for (?:me|us|x|o))?\s*(?:is|will be|would be|=|:|：|->|→)\s*[\"'“`*_:\s]*(?P<said>[^\n]+)",
    re.I,
)
# A heading over the answer, as in a report.
_HEADED: Final = re.compile(
    r"^#{1,6} *(?P<start>)(?:my |the )?(?:final |best |chosen )?(?:answer|move|choice|decision) *:?\s*\n\s*"
    r"(?P<said>[^\n]+)",
    re.I | re.M,
)
# "Example answer: Move: e4" shows how to answer.
_SHOWS_HOW: Final = re.compile(
    r"\b(?:example|e\.\s?g|for instance|such as|instructed|template|placeholder|syntax|format is|answer like"
    r"|respond like|reply like)\b|^\W*(?:\w+ )?format\W*$",
    re.I,
)
_STRUCK: Final = re.compile(r"~~[^~\n]{1,200}~~")
_MARKUP: Final = re.compile(r"[*_`~]{1,3}")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says.

    Attributes:
        declared: what it marks as its move, of the most explicit kind that occurs.
        text: all it says.
        after: what it says after the last place that declares a move; a game may find there that it is taken back.
    """

    declared: tuple[str, ...]
    text: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    said: str
    end: int


def read(text: str) -> Reply:
    """Clean a reply and find the places that declare a move.

    Only the last :data:`LONGEST_CHARACTERS` are read: the declaration ends a reply.

    :raises EmptyReply: when nothing is said, or only thoughts.
    :raises TruncatedReply: when the reply ends inside its thoughts.
    """
    if not text.strip():
        raise EmptyReply(say("The reply was empty. Give your move."))
    visible = _STRUCK.sub(" ", _without_thoughts(text))
    if not visible.strip():
        raise EmptyReply(say("The reply held thoughts but no move. Give your move after them."))
    places, searched = _declared(visible)
    after = _plain(searched[max(place.end for place in places) :]) if places else ""
    return Reply(tuple(dict.fromkeys(place.said for place in places)), _plain(visible), after)


def _without_thoughts(text: str) -> str:
    visible = _ending(_final_channel(text))
    # Looked for first: pairing thousands of tags that nothing closes takes time that grows with their square.
    if _CLOSING.search(visible):
        visible = _CLOSED_THOUGHT.sub("", _THOUGHT.sub(" ", visible))
    if _OPEN_THOUGHT.search(visible):
        raise _cut_off()
    return visible


def _ending(text: str) -> str:
    """The last of a long text, from a whole line or word on. :raises TruncatedReply: when it lies inside a thought."""
    if len(text) <= LONGEST_CHARACTERS:
        return text
    opened = max((match.start() for match in _OPEN_THOUGHT.finditer(text)), default=-1)
    if opened > max((match.start() for match in _CLOSING.finditer(text)), default=-1):
        raise _cut_off()
    ending = text[-LONGEST_CHARACTERS:]
    _, separator, whole = ending.partition("\n" if "\n" in ending else " ")
    return whole if separator else ending


def _cut_off() -> TruncatedReply:
    return TruncatedReply(say("Your answer was cut off inside your thoughts: give the move first."))


def _final_channel(text: str) -> str:
    channels = list(_CHANNEL.finditer(text))
    if not channels:
        return text
    if channels[-1][1] != "final":
        raise _cut_off()
    return re.sub(r"<\|\w+\|>", " ", text[channels[-1].end() :])


def _declared(text: str) -> tuple[list[_Place], str]:
    """The places of the most explicit kind of declaration that occurs, and the text that their ends count in."""
    for kind in (_boxed, _objects, _tags):
        places = [place for place in kind(text) if place.said]
        if places:
            return places, text
    plain = _plain(text)
    return [place for place in _sentences(plain) if place.said], plain


def _boxed(text: str) -> list[_Place]:
    return [_Place(_plain(found[1]), found.end()) for found in _BOXED.finditer(text)]


def _tags(text: str) -> list[_Place]:
    # Looked for first, as with thoughts.
    if "</" not in text:
        return []
    return [_Place(_plain(found[2]), found.end()) for found in _TAGGED.finditer(text)]


def _sentences(text: str) -> list[_Place]:
    found = []
    for match in (*_DECLARED.finditer(text), *_HEADED.finditer(text)):
        start = match.start("start")
        if not _SHOWS_HOW.search(text[text.rfind("\n", 0, start) + 1 : start]):
            found.append(_Place(_plain(match["said"]).rstrip(".!"), match.end()))
    return found


def _objects(text: str) -> list[_Place]:
    found: list[_Place] = []
    end = failed = 0
    for start in (match.start() for match in re.finditer(r"\{", text)):
        if failed > _MOST_FAILED_OBJECTS:
            break
        if start < end or _is_held(text, start):
            continue
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            failed += 1
            continue
        found += [_Place(_plain(said), end) for said in _said(value)]
    return found or (_loose(text) if failed else [])


def _is_held(text: str, start: int) -> bool:
    """Whether a larger object, itself not quite JSON, holds this one under a key that does not wrap moves."""
    key = _HELD_UNDER.search(text, max(0, start - _NEAR), start)
    return bool(key and key[1].casefold() not in _WRAPPERS + _KEYS)


def _loose(text: str) -> list[_Place]:
    return [
        _Place(_plain(found[1] or found[2] or ""), found.end())
        for found in _LOOSE_KEY.finditer(text)
        if not _is_held(text, found.start())
    ]


def _said(value: object) -> Iterator[str]:
    """What an object says under the first key that names a move, however deep; its ``from`` and ``to`` together."""
    if not isinstance(value, dict):
        return
    lowered = {str(key).casefold(): item for key, item in value.items()}
    if any(str(lowered.get(verdict)).casefold() in _DENIALS for verdict in _VERDICTS):
        return
    for key in _KEYS:
        item = lowered.get(key)
        if isinstance(item, dict):
            yield from _said(item)
            return
        if isinstance(item, str | int) and not isinstance(item, bool):
            yield str(item)
            return
    if isinstance(lowered.get("from"), str) and isinstance(lowered.get("to"), str):
        promotion = lowered.get("promotion")
        yield f"{lowered['from']}-{lowered['to']}" + (f"={promotion}" if isinstance(promotion, str) else "")
        return
    for key in _WRAPPERS:
        yield from _said(lowered.get(key))


def _plain(text: str) -> str:
    """Without Markdown's signs and with ordinary quotes, dashes and spaces."""
    unmarked = _MARKUP.sub("", text.translate(_TYPOGRAPHY))
    return re.sub(r"[^\S\n]+", " ", unmarked).strip()


_TYPOGRAPHY: Final = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": " - ",
        "−": "-",
        "‑": "-",
        "\u00a0": " ",
        "\u200b": "",
        **dict.fromkeys("❌✗✘🚫👎", " no "),
    }
)
