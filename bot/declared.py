"""What a webhook must know of commands, games and models. Made by ``tools/declarations.py``: do not edit.

A cold start reads this in place of the declarations and the rules, which take ten times as long and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.acknowledged import Acknowledged
from engine.sentences import say

DECLARED: Final[Mapping[str, tuple[Acknowledged, tuple[str, ...]]]] = {
    "arena help": (Acknowledged.PRIVATE, ()),
    "arena games": (Acknowledged.PRIVATE, ()),
    "arena players": (Acknowledged.PRIVATE, ()),
    "arena budget": (Acknowledged.PRIVATE, ()),
    "arena price": (Acknowledged.PRIVATE, ("game", "first", "second")),
    "arena resume": (Acknowledged.PRIVATE, ()),
    "arena settings": (Acknowledged.PRIVATE, ()),
    "arena set": (Acknowledged.PRIVATE, ("name", "value")),
    "arena changes": (Acknowledged.PRIVATE, ()),
    "arena key": (Acknowledged.MODAL, ("name", "key", "model", "address")),
    "arena keys": (Acknowledged.PRIVATE, ()),
    "arena key-remove": (Acknowledged.PRIVATE, ()),
    "arena forget-me": (Acknowledged.PRIVATE, ()),
    "arena export-me": (Acknowledged.PRIVATE, ()),
    "duel start": (Acknowledged.PRIVATE, ("game", "first", "second")),
    "duel challenge": (Acknowledged.PRIVATE, ("opponent", "game")),
    "duel confirm": (Acknowledged.PRIVATE, ()),
    "duel rematch": (Acknowledged.PRIVATE, ()),
    "duel accept": (Acknowledged.PRIVATE, ()),
    "duel decline": (Acknowledged.PRIVATE, ()),
    "duel withdraw": (Acknowledged.PRIVATE, ()),
    "duel challenges": (Acknowledged.PRIVATE, ()),
    "duel move": (Acknowledged.PRIVATE, ("move",)),
    "duel choose": (Acknowledged.PRIVATE, ()),
    "duel resign": (Acknowledged.PRIVATE, ()),
    "duel draw": (Acknowledged.PRIVATE, ()),
    "duel takeback": (Acknowledged.PRIVATE, ()),
    "duel autoplay": (Acknowledged.PRIVATE, ("player",)),
    "duel cancel": (Acknowledged.PRIVATE, ()),
    "duel show": (Acknowledged.PRIVATE, ()),
    "duel list": (Acknowledged.PRIVATE, ()),
    "duel replay": (Acknowledged.PRIVATE, ()),
    "duel export": (Acknowledged.PRIVATE, ()),
    "duel profile": (Acknowledged.PUBLIC, ()),
    "duel versus": (Acknowledged.PUBLIC, ("first", "second")),
    "duel report": (Acknowledged.PRIVATE, ("duel", "why")),
    "duel reports": (Acknowledged.PRIVATE, ()),
    "duel dismiss": (Acknowledged.PRIVATE, ()),
    "leaderboard show": (Acknowledged.PUBLIC, ()),
    "leaderboard compare": (Acknowledged.PUBLIC, ("first", "second")),
    "leaderboard export": (Acknowledged.PRIVATE, ()),
    "moderate void": (Acknowledged.PRIVATE, ("duel", "why")),
    "moderate restore": (Acknowledged.PRIVATE, ("duel",)),
    "moderate correct": (Acknowledged.PRIVATE, ("duel", "winner", "why")),
    "moderate overrule": (Acknowledged.PRIVATE, ("duel", "turn", "why")),
    "moderate bar": (Acknowledged.PRIVATE, ("player", "why")),
    "moderate unbar": (Acknowledged.PRIVATE, ("player",)),
    "moderate hide": (Acknowledged.PRIVATE, ("player", "why")),
    "moderate unhide": (Acknowledged.PRIVATE, ("player",)),
    "moderate merge": (Acknowledged.PRIVATE, ("player", "into", "why")),
    "moderate split": (Acknowledged.PRIVATE, ("player",)),
    "moderate pause": (Acknowledged.PRIVATE, ("why",)),
    "moderate go-on": (Acknowledged.PRIVATE, ()),
    "moderate status": (Acknowledged.PRIVATE, ()),
    "moderate log": (Acknowledged.PRIVATE, ()),
    "moderate confirm": (Acknowledged.PRIVATE, ()),
    "season list": (Acknowledged.PUBLIC, ()),
    "season show": (Acknowledged.PUBLIC, ()),
    "season open": (Acknowledged.PRIVATE, ()),
    "season archive": (Acknowledged.PRIVATE, ()),
    "season unarchive": (Acknowledged.PRIVATE, ()),
}
"""How each command is acknowledged, and the fields of its form."""

GAMES: Final[Mapping[str, tuple[str, Mapping[str, int]]]] = {
    "chess": ("Chess", {"novice": 2, "club": 3}),
    "racing": ("Racing", {"novice": 1, "expert": 2}),
    "rock_paper_scissors": ("Rock-Paper-Scissors", {"novice": 1}),
    "tic_tac_toe": ("Tic-Tac-Toe", {"novice": 2, "perfect": 9}),
    "word_association": ("Word Association", {"novice": 1, "expert": 1}),
}
"""Each game's title, and how many plies each of its own players looks ahead."""

MODELS: Final[Mapping[str, str]] = {
    "openai/gpt-4o-mini": say("small, no reasoning"),
    "openai/gpt-4.1": say("large, no reasoning"),
    "openai/gpt-4.1-mini": say("medium, no reasoning"),
    "openai/gpt-4.1-nano": say("smallest, no reasoning"),
    "openai/gpt-5": say("reasons"),
    "openai/gpt-5-mini": say("smaller, reasons"),
    "openai/gpt-5-nano": say("smallest, reasons"),
    "openai/gpt-5.4": say("reasons"),
    "openai/gpt-5.4-mini": say("smaller, reasons"),
    "openai/gpt-5.6-luna": say("small, reasons"),
    "openai/gpt-5.6-sol": say("large, reasons"),
    "openai/gpt-6.1-sol": say("large, reasons"),
    "anthropic/claude-haiku-4-5": say("small"),
    "anthropic/claude-sonnet-4-5": say("medium"),
    "anthropic/claude-sonnet-4-6": say("medium"),
    "anthropic/claude-opus-4-6": say("large"),
    "gemini/gemini-2.5-flash": say("fast, reasons"),
    "gemini/gemini-2.5-flash-lite": say("fastest"),
    "groq/llama-3.1-8b-instant": say("Llama 3.1 8B"),
    "groq/llama-3.3-70b-versatile": say("Llama 3.3 70B"),
    "groq/openai/gpt-oss-20b": say("gpt-oss 20B, reasons"),
    "groq/openai/gpt-oss-120b": say("gpt-oss 120B, reasons"),
    "bedrock/amazon.nova-micro-v1:0": say("Amazon Nova Micro"),
    "bedrock/amazon.nova-lite-v1:0": say("Amazon Nova Lite"),
    "bedrock/amazon.nova-pro-v1:0": say("Amazon Nova Pro"),
}
"""The models behind an API that something is known about, and what: a function has no model of its own."""
