"""What may be said in a message, by ``chat.postMessage`` and its kin or by a response URL."""

from __future__ import annotations

import json
from typing import Any, Final

from loopback_slack import blocks
from loopback_slack.blocks import Block
from loopback_slack.spec import problem
from loopback_slack.web_api import Arguments, Refused, is_set
from loopback_slack.workspace import Message, Workspace

MOST_TEXT: Final = 40_000
MOST_UPDATE_TEXT: Final = 4_000
MOST_METADATA_BYTES: Final = 8_000
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")


def check(workspace: Workspace, arguments: Arguments, *, most_text: int = MOST_TEXT) -> None:
    """:raises Refused: as Slack does; what a careful app never sends is a violation too."""
    text, content = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not content:
        raise _broken(workspace, "no_text")
    if len(text) > most_text:
        raise _broken(workspace, "msg_too_long")
    if content and not text:
        workspace.violate("no-fallback-text", blocks_start(content))
    if arguments.get("attachments"):
        workspace.violate("legacy-attachments", "attachments are legacy: use blocks")
    if content:
        _check_blocks(workspace, content)
    if arguments.get("metadata"):
        _check_metadata(workspace, arguments["metadata"])


def _check_blocks(workspace: Workspace, content: Any) -> None:
    if found := blocks.in_message(content):
        raise _broken(workspace, "invalid_blocks", found)
    if blocks.length(content) > blocks.MOST_TEXT:
        raise _broken(workspace, "msg_blocks_too_long")
    for link in blocks.link_buttons(content):
        if not any(link.startswith(allowed) for allowed in workspace.allowed_links):
            workspace.violate("link-button", link)
    check_pictures(workspace, content)


def check_pictures(workspace: Workspace, content: list[Block]) -> None:
    """:raises Refused: for a file that is not there, not a picture, or not ready yet. The last is no violation."""
    for at, image in blocks.images(content):
        if "slack_file" in image:
            _check_picture(workspace, image["slack_file"], at)
        elif not any(image["image_url"].startswith(allowed) for allowed in workspace.allowed_links):
            workspace.violate("foreign-picture", image["image_url"])


def _check_picture(workspace: Workspace, named: dict[str, str], at: str) -> None:
    refused = [problem("invalid slack file", f"{at}/slack_file")]
    file = next(
        (one for one in workspace.files.values() if named.get("id") == one.id or named.get("url") == one.permalink),
        None,
    )
    if file is None or not file.complete or file.deleted or not (file.content or b"").startswith(PICTURES):
        raise _broken(workspace, "invalid_blocks", refused)
    file.tries -= 1
    if file.tries >= 0 or workspace.now() < file.ready_at:
        raise Refused("invalid_blocks", refused)


def _check_metadata(workspace: Workspace, metadata: Any) -> None:
    keys = set(metadata) if isinstance(metadata, dict) else set()
    if keys != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise _broken(workspace, "invalid_metadata_schema")
    if not (isinstance(metadata["event_type"], str) and metadata["event_type"]):
        raise _broken(workspace, "invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES:
        raise _broken(workspace, "metadata_too_large")


def put(workspace: Workspace, message: Message, arguments: Arguments) -> None:
    """Show it. Text without blocks takes the blocks away, as ``chat.update`` documents."""
    if "text" in arguments or "blocks" in arguments:
        message.text = arguments.get("text") or (message.text if "blocks" in arguments else "")
        message.blocks = [{"block_id": f"b{workspace.number()}", **block} for block in arguments.get("blocks") or []]
    if "metadata" in arguments:
        message.metadata = arguments["metadata"] or {}
    if "mrkdwn" in arguments:
        message.mrkdwn = is_set(arguments["mrkdwn"])
    message.versions.append((workspace.now(), message.payload))


def blocks_start(content: Any) -> str:
    """Enough to know which message it is."""
    return json.dumps(content)[:200]


def _broken(workspace: Workspace, error: str, problems: list[str] | None = None) -> Refused:
    workspace.violate(error, "; ".join(problems or []))
    return Refused(error, problems)
