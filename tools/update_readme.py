"""Writes the README's command table from the declarations in ``bot/commands``. ``--check`` only says if it is old."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.commands import CommandSpec, Verb, commands
from engine.model import Role

README = Path(__file__).resolve().parents[1] / "README.md"
_WHOSE: Final = {
    Role.MEMBER: "For every member",
    Role.MODERATOR: "For moderators",
    Role.HOST: "For who hosts the arena",
}
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"


def table() -> Iterator[str]:
    """The commands in Markdown, a table for each role that has any."""
    for role, whose in _WHOSE.items():
        rows = [f"| `{verb.usage(spec.name)}` | {verb.help} |" for spec, verb in _verbs() if verb.role is role]
        if rows:
            yield from ("", f"### {whose}", "", "| command | what it does |", "|---|---|", *rows)
    yield ""


def _verbs() -> Iterator[tuple[CommandSpec, Verb]]:
    for spec in commands():
        for verb in spec.verbs:
            yield spec, verb


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
