"""Writes the README's command table from the declarations in ``bot/commands``. ``--check`` only says if it is old."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.commands import commands

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"


def table() -> Iterator[str]:
    """The rows of the table, in Markdown."""
    yield "| command | what it does | for |"
    yield "|---|---|---|"
    for spec in commands():
        for verb in spec.verbs:
            yield f"| `{verb.usage(spec.name)}` | {verb.help} | {verb.role} |"


def updated(text: str) -> str:
    """The README with a fresh table between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, *table(), END + after])


def main() -> int:
    """0 when the README is fresh, or has been made so."""
    text = README.read_text(encoding="utf-8")
    fresh = updated(text)
    if "--check" in sys.argv:
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
