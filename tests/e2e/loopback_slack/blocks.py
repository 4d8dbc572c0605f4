"""What holds between blocks, and ways to walk them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from loopback_slack import blockkit
from loopback_slack.spec import problem

MOST_TEXT: Final = 12_000
MOST_VIEW_BYTES: Final = 250_000

Block = dict[str, Any]


def in_message(blocks: Any) -> list[str]:
    """What is wrong with a message's blocks, in Slack's words."""
    found = list(blockkit.MESSAGE_BLOCKS.problems(blocks, "/blocks"))
    return found or [*_repeated_block_ids(blocks), *_repeated_action_ids([blocks])]


def in_view(view: Any) -> list[str]:
    """What is wrong with a modal."""
    found = list(blockkit.MODAL.problems(view, "/view"))
    if found:
        return found
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        found.append(problem("missing required field: submit", "/view"))
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        found.append(problem("view_too_large", "/view"))
    return [*found, *_repeated_block_ids(view["blocks"]), *_repeated_action_ids([block] for block in view["blocks"])]


def texts(node: Any) -> Iterator[str]:
    """Every text that is shown, in order: text objects, alt texts, runs of rich text."""
    if isinstance(node, list):
        for item in node:
            yield from texts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "alt_text"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)


def length(blocks: Iterable[Block]) -> int:
    """How many characters a message's blocks show. The limit is not documented; it was measured near 13,200."""
    return sum(len(text) for text in texts(list(blocks)))


def elements(blocks: Iterable[Block]) -> Iterator[tuple[Block, Block]]:
    """Every interactive element with the block it stands in."""
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def images(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Every picture with its place."""
    for index, block in enumerate(blocks):
        if block.get("type") == "image":
            yield f"/blocks/{index}", block
        for place, element in [("accessory", block.get("accessory")), *enumerate(block.get("elements", []))]:
            if isinstance(element, dict) and element.get("type") == "image":
                yield f"/blocks/{index}/{place}", element


def link_buttons(blocks: Iterable[Block]) -> list[str]:
    """The addresses that buttons lead to."""
    return [element["url"] for _, element in elements(blocks) if "url" in element]


def _repeated_block_ids(blocks: Iterable[Block]) -> Iterator[str]:
    yield from _repeated(((block.get("block_id"), "/blocks") for block in blocks), "block_id")


def _repeated_action_ids(groups: Iterable[Iterable[Block]]) -> Iterator[str]:
    for group in groups:
        yield from _repeated(((element["action_id"], "/blocks") for _, element in elements(group)), "action_id")


def _repeated(ids: Iterable[tuple[str | None, str]], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for one, at in ids:
        if one is not None and one in seen:
            yield problem(f"`{what}` {one} already exists", at)
        seen.add(one or "")
