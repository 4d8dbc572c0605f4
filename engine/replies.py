"""Reading a reply: where in a model's or a person's words the move is said.

A reply is searched from the most to the least explicit place. A game takes the first place that holds
anything, and never looks further: what a reply declares as its move is its move, even when it is illegal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import EmptyReply, TruncatedReply

_THOUGHT: Final = re.compile(r"<(think|thinking|thought|reasoning|scratchpad)>.*?</\1\s*>", re.I | re.S)
_OPEN_THOUGHT: Final = re.compile(r"<(think|thinking|thought|reasoning|scratchpad)>", re.I)
_CLOSED_THOUGHT: Final = re.compile(r"^.*</(think|thinking|thought|reasoning|scratchpad)\s*>", re.I | re.S)
_BOXED: Final = re.compile(r"\\boxed\s*\{\s*(?:\\text(?:bf|tt)?\s*\{)?([^{}]*)\}+")
_TAGGED: Final = re.compile(r"<(move|answer|action|final)>(.*?)</\1\s*>", re.I | re.S)
_OBJECT: Final = re.compile(r"\{[^{}]*\}", re.S)
_KEYS: Final = (
    "move",
    "answer",
    "action",
    "choice",
    "word",
    "best_move",
    "bestmove",
    "my_move",
    "uci",
    "san",
)
_DECLARED: Final = re.compile(
    r"(?:^|[\n.!?;:]\s*|\b(?:so|thus|therefore|hence)[,:]?\s+)"
    r"(?:\W{0,4})(?:(?:and|so|then|therefore)\s+)?"
    r"(?:my |the |final |best |chosen |next |our )*(?:move|answer|choice|action|response|final answer)"
    r"(?: here| now| for (?:white|black|x|o))?\s*(?:is|will be|would be|=|:|：)\s*[\"'“`*_:\s]*([^\n]+)",
    re.I,
)
_MARKUP: Final = re.compile(r"[*_`~]{1,3}")


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
    visible = _CLOSED_THOUGHT.sub("", _THOUGHT.sub(" ", text))
    if _OPEN_THOUGHT.search(visible):
        raise TruncatedReply("Your answer was cut off inside your thoughts: give the move first.")
    return visible


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
    found = []
    for span in _OBJECT.findall(text):
        try:
            value = json.loads(span)
        except ValueError:
            continue
        found += [_plain(said) for said in _said(value)]
    return found


def _said(value: dict[str, Any]) -> Iterator[str]:
    lowered = {str(key).casefold(): item for key, item in value.items()}
    for key in _KEYS:
        if isinstance(lowered.get(key), str | int):
            yield str(lowered[key])
            return


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
        "—": "-",
        "−": "-",
        "‑": "-",
        "\u00a0": " ",
        "\u200b": "",
    }
)
