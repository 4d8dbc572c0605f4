"""Cards, words and notices as Discord's messages. Everything in them passes :mod:`bot.on_discord.escape`.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits and
https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot import buttons
from bot.commands import Button, Style
from bot.on_discord.escape import code_block, file_name, markdown, plain, units
from bot.on_discord.rest import Message, Upload
from bot.presenting import Card, Notice, Words

CONTENT: Final = 2000
EMBED_TITLE: Final = 256
EMBED_DESCRIPTION: Final = 4096
ALT: Final = 1024
LABEL: Final = 80
ROWS: Final = 5
BUTTONS_A_ROW: Final = 5
THREAD_NAME: Final = 100
NONCE: Final = 25
ARCHIVE_MINUTES: Final = 1440
PICTURE: Final = "board.png"
NOBODY: Final[Mapping[str, Any]] = {"parse": []}
"""``allowed_mentions`` of everything sent: no text can ping."""

# A board's two embeds share 6,000 units with the title and the footer.
_LINES: Final = 2600
_SUMMARY: Final = 1400
_TEXT_BOARD: Final = 1200
_NAME: Final = 80
_MOVE: Final = 100
_CONTENT_NOTICE: Final = 1900

log = logging.getLogger(__name__)


def board(card: Card) -> Message:
    """A duel's message. What it attaches replaces what was attached before."""
    uploads = tuple(_uploads(card))
    payload = {
        "embeds": list(_embeds(card)),
        "attachments": attachments(uploads),
        "components": rows(card.buttons),
        "allowed_mentions": NOBODY,
    }
    return Message(payload, uploads)


def _uploads(card: Card) -> Iterator[Upload]:
    if card.png is not None:
        yield Upload(PICTURE, card.png, plain(card.alt, ALT))
    for name, content in card.files:
        yield text_file(name, content)


def text_file(name: str, content: str) -> Upload:
    """A text as a file; half a character, which no encoding holds, becomes a question mark."""
    return Upload(file_name(name), content.encode(errors="replace"))


def attachments(uploads: Sequence[Upload]) -> list[dict[str, Any]]:
    """What a payload says of its files, by their order."""
    return [
        {"id": index, "filename": upload.name, **({"description": upload.alt} if upload.alt else {})}
        for index, upload in enumerate(uploads)
    ]


def _embeds(card: Card) -> Iterator[dict[str, Any]]:
    top: dict[str, Any] = {"title": _or_space(markdown(card.title, EMBED_TITLE)), "description": _description(card)}
    if card.png is not None:
        top["image"] = {"url": f"attachment://{PICTURE}"}
    top["footer"] = {"text": plain(card.reference, _NAME) or card.duel_id[:8]}
    yield top
    if summary := _paragraph(card.summary, _SUMMARY):
        yield {"description": summary}


def _description(card: Card) -> str:
    parts = [_paragraph([*card.lines], _LINES), *_countdown(card)]
    if card.png is None:
        parts.append(code_block(card.text_board, _TEXT_BOARD))
    return _or_space("\n".join(filter(None, parts)))


def _countdown(card: Card) -> Iterator[str]:
    """Until when, which every client counts down by itself and in its own language."""
    if card.deadline_ms is not None and not card.over:
        yield f"{markdown(card.countdown, _MOVE)} <t:{card.deadline_ms // 1000}:R>"


def _paragraph(lines: Iterable[str], most: int) -> str:
    return markdown("\n".join(" ".join(line.split()) for line in lines), most)


def _or_space(text: str) -> str:
    # Discord refuses a field that is there and empty.
    return text or "\u200b"


def thread(card: Card) -> dict[str, Any]:
    """The thread for the words of a duel."""
    return {"name": plain(card.thread, THREAD_NAME) or card.duel_id[:8], "auto_archive_duration": ARCHIVE_MINUTES}


def beginning(card: Card) -> Message:
    """The line on which the thread of a duel stands that is shown in one. It rings at nobody."""
    message = text_message(markdown(card.thread, CONTENT) or card.duel_id[:8], nonce(card.duel_id, "thread"))
    return Message({**message.payload, "flags": _SILENT})


def words(card: Card, said: Sequence[Words]) -> list[tuple[int, Message]]:
    """What was said, oldest first, in as few messages as hold it, each with the last entry in it."""
    texts: list[tuple[int, int, str]] = []
    for one in said:
        text = _one(one)
        if texts and units(texts[-1][2]) + units(text) + 1 <= CONTENT:
            first, _, before = texts.pop()
            texts.append((first, one.entry, f"{before}\n{text}"))
        else:
            texts.append((one.entry, one.entry, text))
    return [(last, text_message(text, nonce(card.duel_id, first, text))) for first, last, text in texts]


def _one(one: Words) -> str:
    who, move = markdown(one.who, _NAME) or "…", markdown(one.move, _MOVE)
    heading = f"**{who}** {move}" if move else f"**{who}**"
    return f"{heading}\n{markdown(one.text, CONTENT - units(heading) - 1)}"


def text_message(content: str, key: str) -> Message:
    """A message of text that is escaped already; sent twice with one key, it is there once."""
    return Message({"content": content, "allowed_mentions": NOBODY, "nonce": key, "enforce_nonce": True})


def notice(shown: Notice) -> Message:
    """A notice. It mentions the person it is for, and nobody else."""
    text = markdown(shown.text, _CONTENT_NOTICE)
    message = text_message(text, nonce(str(shown.community), shown.key))
    payload = {**message.payload, "components": rows(shown.buttons)}
    if shown.to and shown.to.platform_id.isdecimal():
        payload["content"] = f"<@{shown.to.platform_id}> {text}"
        payload["allowed_mentions"] = {**NOBODY, "users": [shown.to.platform_id]}
    return Message(payload)


def live(shown: Notice) -> Message:
    """A notice that is edited: in an embed, which holds twice as much."""
    embed = {"description": _or_space(markdown(shown.text, EMBED_DESCRIPTION))}
    return Message({"embeds": [embed], "components": rows(shown.buttons), "allowed_mentions": NOBODY})


def once(message: Message, key: str) -> Message:
    """The message with a nonce, so that a post whose answer was lost is not there twice."""
    return Message({**message.payload, "nonce": key, "enforce_nonce": True}, message.uploads)


def shows(standing: Mapping[str, Any], sent: Message) -> bool:
    """Whether a message as it stands says what was sent: its texts, its pictures and its buttons."""
    return _said(standing) == _said(sent.payload)


def _said(payload: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    # Discord takes the spaces around a text away, and gives pictures another address.
    texts = [
        (*((embed.get(key) or "").strip() for key in ("title", "description")), bool(embed.get("image")))
        for embed in payload.get("embeds") or ()
    ]
    pressed = [one.get("custom_id") for row in payload.get("components") or () for one in row.get("components") or ()]
    return texts, pressed


def nonce(*parts: object) -> str:
    """A nonce of those parts: the same for the same message, another for another."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:NONCE]


def rows(declared: Sequence[Sequence[Button]]) -> list[dict[str, Any]]:
    """Rows of buttons, as many as Discord takes; of two that ask for the same, the first."""
    seen: set[str] = set()
    made = [[shown for button in row if (shown := _button(button, seen))][:BUTTONS_A_ROW] for row in declared]
    return [{"type": _ROW, "components": row} for row in made if row][:ROWS]


def _button(button: Button, seen: set[str]) -> dict[str, Any] | None:
    try:
        custom_id = buttons.encode(button)
    except ValueError:
        log.exception("a button is left out")
        return None
    if custom_id in seen:
        return None
    seen.add(custom_id)
    return styled(button.label, button.style, custom_id)


def styled(label: str, style: Style, custom_id: str) -> dict[str, Any]:
    """One button."""
    return {"type": _BUTTON, "style": _STYLES[style], "label": plain(label, LABEL) or "…", "custom_id": custom_id}


_ROW, _BUTTON = 1, 2
_SILENT: Final = 1 << 12
_STYLES: Final = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.SUCCESS: 3, Style.DANGER: 4}
