"""What a message may hold: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from loopback_discord.checks import Problems
from loopback_discord.components import check_components

MIB: Final = 1 << 20
LARGEST_FILE: Final = 10 * MIB
MOST_FILES: Final = 10
_COMPONENTS_V2: Final = 1 << 15
_SUPPRESS_EMBEDS: Final = 1 << 2
_EPHEMERAL: Final = 1 << 6
_SILENT: Final = 1 << 12

_BODY: Final = {"content", "embeds", "allowed_mentions", "components", "attachments", "flags", "tts"}
CREATE: Final = _BODY | {"nonce", "enforce_nonce", "message_reference", "sticker_ids"}
EDIT: Final = _BODY
WEBHOOK: Final = _BODY | {"username", "avatar_url"}
_EMBED: Final = {
    *("title", "type", "description", "url", "timestamp", "color", "footer"),
    *("image", "thumbnail", "author", "fields", "flags"),
}
_MEDIA: Final = {"url", "proxy_url", "height", "width"}
_ATTACHMENT: Final = {
    *("id", "filename", "description", "title", "size", "url", "proxy_url", "content_type", "width", "height"),
    *("spoiler", "is_spoiler", "flags"),
}
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")
_URL: Final = re.compile(r"https?://[^\s<>]+")


def check_message(
    payload: Any, known: set[str], files: Mapping[int, tuple[str, bytes]], kept: Sequence[tuple[int, str]], edit: bool
) -> list[str]:
    """What is wrong with a message; ``kept`` are (id, name) of the attachments that it has already."""
    problems = Problems()
    if not problems.keys(payload, "message", known):
        return problems.found
    problems.text(payload, "content", "message", 2000)
    _check_mentions(payload, problems)
    _check_flags(payload, problems, edit)
    embeds = payload.get("embeds")
    if embeds is not None:
        check_embeds(problems.items(embeds, "embeds", 10), problems)
    if payload.get("components") is not None:
        check_components(payload["components"], problems)
    if payload.get("nonce") is not None:
        problems.require(len(str(payload["nonce"])) <= 25, "nonce", "is longer than 25")
    names = _check_files(payload, files, kept, problems)
    _check_references(embeds or (), names, problems)
    return problems.found


def _check_mentions(payload: Mapping[str, Any], problems: Problems) -> None:
    """Ours must say in every message that nobody is pinged, or exactly who."""
    if not payload.keys() & {"content", "embeds", "components"}:
        return
    mentions = payload.get("allowed_mentions")
    if not problems.require(isinstance(mentions, dict), "allowed_mentions", "would ping: it is missing"):
        return
    assert isinstance(mentions, dict)
    problems.keys(mentions, "allowed_mentions", {"parse", "users", "roles", "replied_user"})
    problems.require(mentions.get("parse") == [], "allowed_mentions.parse", "would ping: it must be []")
    problems.require(not mentions.get("roles"), "allowed_mentions.roles", "would ping a role")
    users = mentions.get("users", [])
    problems.require(
        isinstance(users, list) and all(str(user).isdecimal() for user in users), "allowed_mentions.users", "are ids"
    )


def _check_flags(payload: Mapping[str, Any], problems: Problems, edit: bool) -> None:
    flags = payload.get("flags")
    if flags is None:
        return
    if problems.require(isinstance(flags, int), "flags", "must be a number"):
        known = _SUPPRESS_EMBEDS | _EPHEMERAL | (0 if edit else _SILENT)
        problems.require(not flags & _COMPONENTS_V2, "flags", "components v2 turn content and embeds off for ever")
        problems.require(not flags & ~(known | _COMPONENTS_V2), "flags", f"{flags} cannot be set")


def check_embeds(embeds: Sequence[Any], problems: Problems) -> None:
    """Every embed, and the 6,000 characters of all of them."""
    total = 0
    for index, embed in enumerate(embeds):
        path = f"embeds[{index}]"
        if problems.keys(embed, path, _EMBED):
            _check_embed(embed, path, problems)
            total += _length(embed)
    problems.require(total <= 6000, "embeds", f"are {total} characters long in all, 6000 are allowed")


def _check_embed(embed: Mapping[str, Any], path: str, problems: Problems) -> None:
    problems.text(embed, "title", path, 256)
    problems.text(embed, "description", path, 4096)
    for index, row in enumerate(problems.items(embed.get("fields", []), f"{path}.fields", 25)):
        here = f"{path}.fields[{index}]"
        if problems.keys(row, here, {"name", "value", "inline"}):
            problems.text(row, "name", here, 256, 1)
            problems.text(row, "value", here, 1024, 1)
    for key, (name, most) in {"footer": ("text", 2048), "author": ("name", 256)}.items():
        if embed.get(key) is not None and problems.keys(
            embed[key], f"{path}.{key}", {name, "url", "icon_url", "proxy_icon_url"}
        ):
            problems.text(embed[key], name, f"{path}.{key}", most, 1)
    for key in ("image", "thumbnail"):
        if embed.get(key) is not None:
            problems.keys(embed[key], f"{path}.{key}", _MEDIA)
            problems.require(embed[key].get("url"), f"{path}.{key}.url", "is missing")
    color = embed.get("color")
    problems.require(color is None or 0 <= color <= 0xFFFFFF, f"{path}.color", "is no colour")
    problems.require(not embed.get("url") or _URL.fullmatch(embed["url"]), f"{path}.url", "is no web address")


def _length(embed: Mapping[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for row in embed.get("fields") or ():
        texts += [row.get("name"), row.get("value")]
    return sum(len(text) for text in texts if isinstance(text, str))


def _check_files(
    payload: Mapping[str, Any],
    files: Mapping[int, tuple[str, bytes]],
    kept: Sequence[tuple[int, str]],
    problems: Problems,
) -> set[str]:
    """Check files and the list of attachments; the names that the message will have."""
    problems.require(len(files) <= MOST_FILES, "files", f"are {len(files)}, {MOST_FILES} are allowed")
    for index, (name, content) in files.items():
        problems.require(len(content) <= LARGEST_FILE, f"files[{index}]", f"{name} is larger than 10 MiB")
    listed = payload.get("attachments")
    if listed is None:
        return {name for _, name in kept} | {name for name, _ in files.values()}
    return _check_listed(problems.items(listed, "attachments", MOST_FILES), files, dict(kept), problems)


def _check_listed(
    listed: Sequence[Any], files: Mapping[int, tuple[str, bytes]], kept: Mapping[int, str], problems: Problems
) -> set[str]:
    """``attachments`` names all that the message shall have: its own that stay, and each of the new files."""
    names: set[str] = set()
    seen: set[int] = set()
    for index, attachment in enumerate(listed):
        path = f"attachments[{index}]"
        if not problems.keys(attachment, path, _ATTACHMENT):
            continue
        problems.text(attachment, "description", path, 1024)
        number = int(attachment.get("id", -1))
        problems.require(number in files or number in kept, f"{path}.id", f"{number} is neither a file nor kept")
        problems.require(number not in seen, f"{path}.id", f"{number} is there twice")
        seen.add(number)
        names.add(attachment.get("filename") or (files[number][0] if number in files else kept.get(number, "")))
    for number, (name, _) in files.items():
        problems.require(number in seen, f"files[{number}]", f"{name} is not among the attachments")
    return names


def _check_references(embeds: Sequence[Any], names: set[str], problems: Problems) -> None:
    for index, embed in enumerate(embeds):
        for key in ("image", "thumbnail"):
            url = ((embed.get(key) or {}) if isinstance(embed, dict) else {}).get("url", "")
            if url.startswith("attachment://"):
                name = url.removeprefix("attachment://")
                problems.require(name in names, f"embeds[{index}].{key}", f"shows {name}, which is not attached")
                problems.require(_FILE_NAME.fullmatch(name), f"embeds[{index}].{key}", f"{name!r} is renamed on upload")
            elif url:
                problems.require(_URL.fullmatch(url), f"embeds[{index}].{key}.url", "is no web address")
