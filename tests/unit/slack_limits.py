"""What Slack refuses in messages and modals, and what it would bring to life: https://docs.slack.dev/reference/block-kit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]

BLOCKS, VIEW_BLOCKS, ACTIONS, CHARACTERS = 50, 100, 25, 12_000
KINDS = {"header", "section", "context", "actions", "image", "rich_text", "divider", "input"}
# The longest text of each place, by the type of what holds it and its key.
TEXTS = {
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("button", "text"): 75,
    ("input", "label"): 2000,
    ("option", "text"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
}
WORDS = {"alt_text": 2000, "action_id": 255, "block_id": 255, "value": 2000, "private_metadata": 3000}


def problems(blocks: list[Block]) -> list[str]:
    """What is wrong with the blocks of a message."""
    found = [] if len(blocks) <= BLOCKS else [f"{len(blocks)} blocks"]
    if sum(map(len, texts(blocks))) > CHARACTERS:
        found.append("msg_blocks_too_long")
    return [*found, *_wrong(blocks), *_twice(blocks, "block_id"), *_twice(blocks, "action_id")]


def view_problems(view: Block) -> list[str]:
    """What is wrong with a modal."""
    found = [] if 1 <= len(view["blocks"]) <= VIEW_BLOCKS else [f"{len(view['blocks'])} blocks"]
    return [*found, *_wrong(view), *_twice(view["blocks"], "block_id")]


def texts(node: Any) -> Iterator[str]:
    """Every text that is shown."""
    if isinstance(node, list):
        for item in node:
            yield from texts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "alt_text"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)


def alive(node: Any) -> list[str]:
    """Pieces of mrkdwn in blocks that Slack would read, but for the dates that are ours."""
    if isinstance(node, list):
        return [piece for item in node for piece in alive(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return live_in_mrkdwn(re.sub(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*>", "", node["text"]))
    if node.get("type") in {"link", "user", "usergroup", "channel", "broadcast", "emoji"}:
        return [str(node)]
    return [piece for value in node.values() for piece in alive(value)]


def live_in_mrkdwn(text: str) -> list[str]:
    """What Slack would read in mrkdwn that is not verbatim: https://docs.slack.dev/messaging/formatting-message-text."""
    patterns = (
        r"<[^>]*>?",
        r"&(?!amp;|lt;|gt;)",
        r"@(?:here|channel|everyone)\b",
        r"(?:https?|ftp|slack)://",
        r"\bmailto:\w",
        r"(?i)\w\.(?:com|org|example|gg|dev|io)\b",
        r"\w@\w",
        r"`",
        r"\*[^*\n]+\*",
        r"(?<![^\W_])_[^_\n]+_(?![^\W_])",
        r"~[^~\n]+~",
        r":[\w+'-]+:",
        r"(?m)^\s*(?:>|&gt;)",
    )
    return [found.group() for pattern in patterns for found in re.finditer(pattern, text)]


def _wrong(node: Any, kind: str = "") -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _wrong(item, kind)
    if not isinstance(node, dict):
        return
    kind = str(node.get("type", kind))
    yield from _wrong_here(node, kind)
    for key, value in node.items():
        inner = {"options": "option", "initial_option": "option", "confirm": "confirm"}.get(key, key)
        yield from _wrong(value, inner if isinstance(value, dict | list) and key != "blocks" else kind)


def _wrong_here(node: Block, kind: str) -> Iterator[str]:
    for key, value in node.items():
        text = value.get("text") if isinstance(value, dict) and "text" in value else None
        if text is not None and not 1 <= len(text) <= TEXTS.get((kind, key), 3000):
            yield f"{kind}.{key} has {len(text)} characters"
        if key in WORDS and isinstance(value, str) and len(value) > WORDS[key]:
            yield f"{kind}.{key} has {len(value)} characters"
    if kind == "option" and len(node["value"]) > 150:
        yield "an option's value is too long"
    if kind == "actions" and not 1 <= len(node["elements"]) <= ACTIONS:
        yield f"{len(node['elements'])} actions"
    if "block_id" in node and kind not in KINDS:
        yield f"{kind} is no block"
    if kind == "text" and node.get("text") == "":
        yield "an empty run"
    if kind == "plain_text" and node.get("emoji") is not False:
        yield "emoji are read"
    if kind == "mrkdwn" and node.get("verbatim") is not True:
        yield "mrkdwn that is not verbatim"


def _twice(blocks: list[Block], key: str) -> Iterator[str]:
    named = (
        [block for block in blocks if key in block]
        if key == "block_id"
        else [element for block in blocks for element in block.get("elements", []) if key in element]
    )
    ids = [one[key] for one in named]
    yield from (f"{key} {one} twice" for one in set(ids) if ids.count(one) > 1)
