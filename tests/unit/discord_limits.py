"""What Discord takes in a message: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.on_discord.escape import units
from bot.on_discord.rest import Message


def problems(message: Message) -> list[str]:
    """Why Discord would refuse a message; empty when it would not."""
    payload = message.payload
    return [*_texts(payload), *_embeds(payload), *_buttons(payload), *_files(message), *_mentions(payload)]


def _too_long(what: str, text: str, most: int, least: int = 1) -> Iterator[str]:
    if not least <= units(text) <= most:
        yield f"{what} has {units(text)} characters"


def _texts(payload: Mapping[str, Any]) -> Iterator[str]:
    if "content" in payload:
        yield from _too_long("content", payload["content"], 2000)
    elif not payload.get("embeds"):
        yield "an empty message"
    if "nonce" in payload:
        yield from _too_long("nonce", payload["nonce"], 25)
        if payload.get("enforce_nonce") is not True:
            yield "a nonce that is not enforced"


def _embeds(payload: Mapping[str, Any]) -> Iterator[str]:
    whole = 0
    for embed in payload.get("embeds", ()):
        texts = {"title": 256, "description": 4096}
        for name in texts.keys() & embed.keys():
            yield from _too_long(name, embed[name], texts[name])
        footer = embed.get("footer", {}).get("text", "-")
        yield from _too_long("footer", footer, 2048)
        whole += sum(units(embed.get(name, "")) for name in texts) + units(footer)
    if whole > 6000:
        yield f"embeds of {whole} characters"


def _buttons(payload: Mapping[str, Any]) -> Iterator[str]:
    rows = payload.get("components", [])
    if len(rows) > 5:
        yield f"{len(rows)} rows"
    buttons = [button for row in rows for button in row["components"]]
    for row in rows:
        if row["type"] != 1 or not 1 <= len(row["components"]) <= 5:
            yield f"a row of {len(row['components'])}"
    for button in buttons:
        yield from _too_long("label", button["label"], 80)
        yield from _too_long("custom_id", button["custom_id"], 100)
    if len({button["custom_id"] for button in buttons}) < len(buttons):
        yield "two buttons with one custom_id"


def _files(message: Message) -> Iterator[str]:
    told = message.payload.get("attachments", [])
    if [(one["id"], one["filename"]) for one in told] != [(i, one.name) for i, one in enumerate(message.uploads)]:
        yield "attachments that are not the files"
    for one in told:
        yield from _too_long("alt text", one.get("description", "-"), 1024)
    for embed in message.payload.get("embeds", ()):
        url = embed.get("image", {}).get("url")
        if url and url.removeprefix("attachment://") not in {one.name for one in message.uploads}:
            yield f"a picture that is not there: {url}"


def _mentions(payload: Mapping[str, Any]) -> Iterator[str]:
    allowed = payload.get("allowed_mentions")
    if not allowed or allowed.get("parse") != []:
        yield f"allowed mentions are {allowed}"
