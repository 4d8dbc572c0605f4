"""What is shown, as Slack's blocks: boards, words, notices, answers. Pure: nothing is sent from here.

Source: https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from bot import buttons
from bot.catalogue import language_of, said
from bot.commands import Button, Reply, Style, command
from bot.on_slack import escape
from bot.on_slack.block_ids import duel_block_id
from bot.on_slack.text_blocks import MOST_CHARACTERS, SECTION, Block, fixed, plain, section, sections, table
from bot.presenting import Card, Notice, Words
from engine.render.text import board_text
from engine.sentences import say

MOST_BLOCKS: Final = 50
TITLE: Final = 150
LINES: Final = 2_400
ALT: Final = 1_900
FALLBACK: Final = 3_500
LABEL: Final = 75
BUTTONS_IN_A_ROW: Final = 25
BUTTONS: Final = 50
WORDS: Final = 2_800

_STYLES: Final = {Style.PRIMARY: "primary", Style.SUCCESS: "primary", Style.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its blocks, and the line that notifications and screen readers use. ``key`` tells it from others."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    key: str = ""

    def arguments(self) -> dict[str, Any]:
        """As ``chat.postMessage`` and its kin take them: nothing is made a link, a mention or a preview by itself."""
        found: dict[str, Any] = {
            "text": self.text,
            "blocks": self.blocks,
            "parse": "none",
            "link_names": False,
        }
        if self.key:
            found["metadata"] = {"event_type": EVENT, "event_payload": {"key": self.key}}
        return found

    def ephemeral(self) -> dict[str, Any]:
        """The same for ``chat.postEphemeral``, which keeps no metadata."""
        return {name: value for name, value in self.arguments().items() if name != "metadata"}


EVENT: Final = "arena_message"
UNFURL: Final = {"unfurl_links": False, "unfurl_media": False}


def board(card: Card, locale: str, replaced: int, picture: str = "") -> Message:
    """The card's message. ``picture`` is Slack's id of the uploaded picture; without one the board is text."""
    language = language_of(locale)
    blocks = [
        {"type": "header", "text": plain(card.title or "–", TITLE), "block_id": duel_block_id(card.duel_id, "title")},
        *section(card.lines, LINES),
        _image(card.alt, picture) if picture else fixed(card.text_board or board_text(card.board)),
        *section(card.summary, LINES),
    ]
    if card.deadline_ms is not None and not card.over:
        blocks.append(_countdown(card.countdown, card.deadline_ms))
    if card.reference:
        blocks.append({"type": "context", "elements": [plain(card.reference, TITLE)]})
    blocks += _rows(card.buttons, language)
    text = escape.mrkdwn("\n".join([card.title, *card.lines, card.alt, *card.summary]), FALLBACK)
    return Message(text or "–", blocks, f"board:{card.duel_id}:{replaced}")


def words(card: Card, said_words: Sequence[Words]) -> list[tuple[int, Message]]:
    """Messages for the thread, with the number of the last entry in each."""
    messages: list[tuple[int, Message]] = []
    pending = [(one.entry, _spoken(card.duel_id, index, one)) for index, one in enumerate(said_words)]
    while pending:
        count = _how_many([block for _, block in pending])
        part, pending = pending[:count], pending[count:]
        first = said_words[len(said_words) - len(pending) - count]
        blocks = [block for _, block in part]
        last = part[-1][0]
        text = escape.mrkdwn(f"{first.who} {first.move}: {first.text}", 300)
        messages.append((last, Message(text, blocks, f"words:{card.duel_id}:{first.entry}")))
    return messages


def notice(shown: Notice, language: str = "en") -> Message:
    """A notice: its text and its buttons."""
    blocks = [*section([shown.text], SECTION), *_rows(shown.buttons, language)]
    return Message(escape.mrkdwn(shown.text, FALLBACK) or "–", blocks, f"notice:{shown.key}")


def live(shown: Notice, locale: str, replaced: int) -> Message:
    """A notice that is edited, as long as it may be."""
    blocks = fitted([*sections(shown.text), *_rows(shown.buttons, language_of(locale))])
    return Message(escape.mrkdwn(shown.text, FALLBACK) or "–", blocks, f"live:{shown.key}:{replaced}")


def about(message: Message, channel: str) -> Message:
    """The same for a direct message, with the channel that it is about above it."""
    line = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": channel}]}],
    }
    return Message(message.text, [line, *message.blocks], message.key)


def reply(answer: Reply, language: str, picture: str = "") -> Message:
    """A command's answer: its text, its picture, its table in a fixed width, its buttons.

    ``picture`` is Slack's id of the uploaded picture.
    """
    image = [_image(answer.picture.alt, picture)] if answer.picture and picture else []
    blocks = [*sections(answer.text), *image, *table(answer.lines), *_rows(answer.buttons, language)]
    text = answer.text or (answer.lines[0][0] if answer.lines else "")
    return Message(escape.mrkdwn(text, FALLBACK) or "–", fitted(blocks))


def fitted(blocks: Iterable[Block]) -> list[Block]:
    """The first blocks that a message holds; buttons are kept before text."""
    blocks = list(blocks)
    acting = [block for block in blocks if block["type"] == "actions"]
    room = MOST_CHARACTERS - sum(map(size, acting))
    kept: list[Block] = []
    for block in islice((block for block in blocks if block["type"] != "actions"), MOST_BLOCKS - len(acting)):
        room -= size(block)
        if room < 0:
            break
        kept.append(block)
    return [*kept, *acting]


def size(block: Any) -> int:
    """How many characters a block shows."""
    if isinstance(block, Mapping):
        return sum(
            len(value) if name in {"text", "alt_text"} and isinstance(value, str) else size(value)
            for name, value in block.items()
        )
    return sum(map(size, block)) if isinstance(block, list) else 0


def _how_many(blocks: Sequence[Block]) -> int:
    """How many of them one message holds, at least one."""
    return max(1, len(fitted(blocks)))


def _image(alt: str, file_id: str) -> Block:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": escape.one_line(alt, ALT) or "–"}


def _spoken(duel_id: str, index: int, one: Words) -> Block:
    heading = escape.one_line(f"{one.who}: {one.move}" if one.move else one.who, TITLE) or "–"
    text = escape.literal(one.text, WORDS) or "–"
    return {
        "type": "rich_text",
        "block_id": duel_block_id(duel_id, f"{one.entry}.{index}"),
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": heading, "style": {"bold": True}}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]},
        ],
    }


def _countdown(heading: str, deadline_ms: int) -> Block:
    """Slack writes the date in each reader's own time zone; no markup but the date's is in it."""
    seconds = deadline_ms // 1000
    fallback = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    when = f"<!date^{seconds}^{{date_short_pretty}} {{time}}|{fallback}>"
    text = f"{escape.mrkdwn(heading, 200)} {when}".strip()
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _rows(rows: Sequence[Sequence[Button]], language: str) -> list[Block]:
    found: list[Block] = []
    count = 0
    for row in rows:
        for start in range(0, len(row), BUTTONS_IN_A_ROW):
            part = row[start : start + BUTTONS_IN_A_ROW][: BUTTONS - count]
            if part:
                elements = [_button(button, count + index, language) for index, button in enumerate(part)]
                found.append({"type": "actions", "elements": elements})
                count += len(part)
    return found


def _button(button: Button, index: int, language: str) -> Block:
    element: Block = {
        "type": "button",
        "action_id": f"press:{index}",
        "text": plain(button.label, LABEL),
        "value": buttons.encode(button, confirm=False),
    }
    if button.style in _STYLES:
        element["style"] = _STYLES[button.style]
    if button.confirm:
        element["confirm"] = _confirm(button, language)
    return element


def _confirm(button: Button, language: str) -> Block:
    """Slack's own dialog, seen by the presser alone."""
    question = command(button.command).verb(button.verb).question or say("Are you sure?")
    return {
        "title": plain(button.label, 100),
        "text": plain(said(question, language), 300),
        "confirm": plain(said(say("Yes"), language), 30),
        "deny": plain(said(say("No"), language), 30),
        **({"style": "danger"} if button.style is Style.DANGER else {}),
    }
