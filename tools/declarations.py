"""Writes ``bot/declared.py`` from the declarations of ``bot/commands``; ``--check`` only says whether it is old."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bot.commands import Verb, commands

DECLARED: Final = Path(__file__).resolve().parents[1] / "bot" / "declared.py"

_HEAD: Final = '''\
"""How each command is acknowledged, and the fields of its form. Made by ``tools/declarations.py``: do not edit.

A webhook's cold start reads this in place of the declarations, which take ten times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.acknowledged import Acknowledged

DECLARED: Final[Mapping[str, tuple[Acknowledged, tuple[str, ...]]]] = {
'''


def _row(command: str, verb: Verb) -> str:
    form = "".join(f'"{name}", ' for name in verb.form)
    form = f"({form.strip() if len(verb.form) == 1 else form.removesuffix(', ')})"
    return f'    "{command} {verb.name}": (Acknowledged.{verb.acknowledged.name}, {form}),\n'


def made() -> str:
    """The file as it should be."""
    return _HEAD + "".join(_row(spec.name, verb) for spec in commands() for verb in spec.verbs) + "}\n"


def main() -> int:
    """0 when the file is fresh, or has been made so."""
    text = DECLARED.read_text("utf-8") if DECLARED.exists() else ""
    if (fresh := made()) == text:
        return 0
    if "--check" in sys.argv:
        print("bot/declared.py is old: run python tools/declarations.py")
        return 1
    DECLARED.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
