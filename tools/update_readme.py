"""Writes the README's command tables from the declarations: those of ``bot/commands`` and the console script's.

``--check`` only says whether they are old.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.cli import parser
from bot.commands import CommandSpec, Verb, commands
from engine.model import Role

README = Path(__file__).resolve().parents[1] / "README.md"
_WHOSE: Final = {
    Role.MEMBER: "For every member",
    Role.MODERATOR: "For moderators",
    Role.HOST: "For the host",
}
_COLUMNS: Final = ("| command | what it does |", "|---|---|")
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"


def table() -> Iterator[str]:
    """The commands in Markdown, a table for each role that has any."""
    for role, whose in _WHOSE.items():
        rows = [f"| `{verb.usage(spec.name)}` | {verb.help} |" for spec, verb in _verbs() if verb.role is role]
        if rows:
            yield from ("", f"### {whose}", "", *_COLUMNS, *rows)
    yield from ("", "### For the host, at the machine", "", *_COLUMNS, *_console(), "")


def _console() -> Iterator[str]:
    """The console script's commands, as its own help has them."""
    (group,) = (one for one in parser(str)._actions if isinstance(one, argparse._SubParsersAction))
    helps = {choice.dest: choice.help for choice in group._choices_actions}
    for name, command in group.choices.items():
        usage = " ".join(command.format_usage().replace("[-h]", "").split()[1:])
        yield f"| `{usage.replace('|', '/')}` | {str(helps[name])[0].upper()}{str(helps[name])[1:]}. |"


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
