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
# An object that is not quite JSON, or is cut off after its move, still says it, if its value is whole.
_LOOSE_KEY: Final = re.compile(
    rf"""[{{,]\s*["']?(?:{"|".join(_KEYS)})["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)')""",
    re.I,
)
_DECLARED: Final = re.compile(
    r"(?:^|[\n.!?;:]\s*|\b(?:so|thus|therefore|hence)[,:]?\s+)"
    r"(?:\W{0,4})(?:(?:and|so|then|therefore)\s+)?"
    r"(?:my |the |final |best |chosen |next |our )*(?:move|answer|choice|action|response|final answer)"
    r"(?: here| now| for (?:me|us|x|o))?\s*(?:is|will be|would be|=|:|：|->|→)\s*[\"'“`*_:\s]*([^\n]+)",
    re.I,
)
_MARKUP: Final = re.compile(r"[*_`~]{1,3}")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Reply:
    """``declared`` holds what the reply marks as its move, most explicit kind first; ``text`` is all it says."""

    declared: tuple[str, ...]
    text: str


def read(text: str) -> Reply:
    """Clean a reply and find the places that declare a move.

    :raises EmptyReply: when nothing is said, or only thoughts.
    :raises TruncatedReply: when the reply ends inside its thoughts.
    """
    if not text.strip():
        raise EmptyReply("The reply was empty. Give your move.")
    visible = _without_thoughts(text)
    if not visible.strip():
        raise EmptyReply("The reply held thoughts but no move. Give your move after them.")
    return Reply(tuple(_declared(visible)), _plain(visible))


def _without_thoughts(text: str) -> str:
    visible = _final_channel(text)
    # Looked for first: pairing thousands of tags that nothing closes takes time that grows with their square.
    if _CLOSING.search(visible):
        visible = _CLOSED_THOUGHT.sub("", _THOUGHT.sub(" ", visible))
    if _OPEN_THOUGHT.search(visible):
        raise TruncatedReply("Your answer was cut off inside your thoughts: give the move first.")
    return visible


def _final_channel(text: str) -> str:
    channels = list(_CHANNEL.finditer(text))
    if not channels:
        return text
    if channels[-1][1] != "final":
        raise TruncatedReply("Your answer was cut off inside your thoughts: give the move first.")
    return re.sub(r"<\|\w+\|>", " ", text[channels[-1].end() :])


def _declared(text: str) -> Iterator[str]:
    """Each kind of declaration in turn; only the first kind that occurs counts, and all of its places do."""
    for kind in (_boxed, _objects, _tags, _sentences):
        places = [place for place in kind(text) if place]
        if places:
            yield from dict.fromkeys(places)
            return


def _boxed(text: str) -> list[str]:
    return [_plain(found) for found in _BOXED.findall(text)]


def _tags(text: str) -> list[str]:
    return [_plain(found[1]) for found in _TAGGED.findall(text)]


def _sentences(text: str) -> list[str]:
    return [_plain(found).rstrip(".!") for found in _DECLARED.findall(_plain(text))]


def _objects(text: str) -> list[str]:
    found: list[str] = []
    end = 0
    for start in (match.start() for match in re.finditer(r"\{", text)):
        if start < end:
            continue
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        found += [_plain(said) for said in _said(value)]
    return found or [_plain(double or single) for double, single in _LOOSE_KEY.findall(text)]


def _said(value: object) -> Iterator[str]:
    """What an object says under the first key that names a move, however deep; its ``from`` and ``to`` together."""
    if not isinstance(value, dict):
        return
    lowered = {str(key).casefold(): item for key, item in value.items()}
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
    }
)
