"""Writes ``bot/declared.py`` from the files of ``bot/commands`` and ``engine/games``, and the models.

``--check`` only says whether it is old.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from bot.commands import Verb, commands
from engine import games
from engine.players.model_card import ModelCard
from engine.providers import LOCAL
from engine.providers.catalogue import catalogue

DECLARED: Final = Path(__file__).resolve().parents[1] / "bot" / "declared.py"

_HEAD: Final = '''\
"""What a webhook must know of commands, games and models. Made by ``tools/declarations.py``: do not edit.

A cold start reads this in place of the declarations and the rules, which take ten times as long and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.acknowledged import Acknowledged
from engine.sentences import say

DECLARED: Final[Mapping[str, tuple[Acknowledged, tuple[str, ...]]]] = {
'''
_GAMES: Final = '''\
}
"""How each command is acknowledged, and the fields of its form."""

GAMES: Final[Mapping[str, tuple[str, Mapping[str, int]]]] = {
'''
_MODELS: Final = '''\
}
"""Each game's title, and how many plies each of its own players looks ahead."""

MODELS: Final[Mapping[str, str]] = {
'''
_END: Final = '''\
}
"""The models behind an API that something is known about, and what: a function has no model of its own."""
'''


def _row(command: str, verb: Verb) -> str:
    form = "".join(f'"{name}", ' for name in verb.form)
    form = f"({form.strip() if len(verb.form) == 1 else form.removesuffix(', ')})"
    return f'    "{command} {verb.name}": (Acknowledged.{verb.acknowledged.name}, {form}),\n'


def _game(name: str) -> str:
    game = games.game(name)
    engines = ", ".join(f'"{engine}": {search.depth}' for engine, search in game.engines.items())
    return f'    "{name}": ("{game.title}", {{{engines}}}),\n'


def _model(card: ModelCard) -> str:
    return f'    "{card.name}": say({json.dumps(card.about, ensure_ascii=False)}),\n'


def made() -> str:
    """The file as it should be."""
    declared = "".join(_row(spec.name, verb) for spec in commands() for verb in spec.verbs)
    models = "".join(
        _model(card) for vendor, cards in catalogue().items() if vendor != LOCAL for card in cards.values()
    )
    return f"{_HEAD}{declared}{_GAMES}{''.join(map(_game, games.names()))}{_MODELS}{models}{_END}"


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
