"""How the log is written: as lines for a terminal, or as one JSON object a line for whoever collects them."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from engine import tracing
from engine.secret import Secret

TEXT: Final = "text"
JSON: Final = "json"

HIDDEN: Final = "***"
# Shorter ones are words that a line may hold for other reasons.
SHORTEST_SECRET: Final = 8

# What ends a line or changes how it is shown: control characters, Unicode's line ends, marks that turn the direction of
# writing (https://www.unicode.org/reports/tr9/), and halves of characters, which no encoding can write.
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Keys that nobody has told us of, such as a server's own in what an SDK says of a header: by the shapes of vendors, and
# whatever follows the name of a scheme of HTTP authentication.
_SHAPES: Final = re.compile(
    r"\b(?:sk|xox[a-z]|xapp|hf|gsk)[-_][\w-]{8,}|\bAIza[\w-]{20,}"
    r"|(?<=\bBearer )[^\s'\",]{8,}|(?<=\bBot )[^\s'\",]{20,}"
)

Hide = Callable[[str], str]


def configure(level: str, form: str, secrets: Iterable[Secret] = (), stream: TextIO | None = None) -> None:
    """Have everything from that level on written so, and to nowhere else; to standard error unless told otherwise.

    None of ``secrets`` is ever in a line, whoever has put it into a message or an exception.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    hide = hiding(secrets)
    handler.setFormatter(JsonLines(hide) if form == JSON else TextLines(hide))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def hiding(secrets: Iterable[Secret]) -> Hide:
    """What takes secrets out of a text: those given, and whatever looks like one."""
    texts = {text for secret in secrets if len(text := secret.reveal()) >= SHORTEST_SECRET}
    # An exception may quote a text as Python writes it.
    written = {repr(text)[1:-1] for text in texts} | texts
    known = re.compile("|".join(re.escape(text) for text in sorted(written, key=len, reverse=True)) or r"(?!)")
    return lambda text: _SHAPES.sub(HIDDEN, known.sub(HIDDEN, text))


def on_one_line(text: str) -> str:
    """``text`` without a character that could end the line or make it look like another."""
    return _UNSEEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"


_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class TextLines(logging.Formatter):
    """A line for each record; a traceback follows indented, so that none of its lines can pass for a record."""

    def __init__(self, hide: Hide) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, and its traceback. What another formatter has left in the record is not used."""
        record.message, record.asctime = record.getMessage(), self.formatTime(record)
        lines = [on_one_line(self._hide(self.formatMessage(record)))]
        if record.exc_info:
            lines += self._indented(self.formatException(record.exc_info))
        if record.stack_info:
            lines += self._indented(record.stack_info)
        return "\n".join(lines)

    def _indented(self, text: str) -> list[str]:
        return [f"  {on_one_line(line)}" for line in self._hide(text).split("\n")]


class JsonLines(logging.Formatter):
    """One JSON object (RFC 8259) a line: when, how grave, who says it, what, and what was being worked on."""

    def __init__(self, hide: Hide) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._hide(record.getMessage()),
        }
        work, ply = tracing.current()
        line |= {name: self._hide(value) for name, value in work._asdict().items() if value}
        if ply is not None:
            line["ply"] = ply
        if record.exc_info:
            line["exception"] = self._hide(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = self._hide(record.stack_info)
        # JSON escapes what is below a space; what else ends a line is inside a text too, and is escaped as JSON does.
        return on_one_line(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
