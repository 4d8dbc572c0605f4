"""Who the predecessor's players are today: ``gpt-4o`` is ``openai/gpt-4o``, ``ollama:llama3.1`` is ``ollama/llama3.1``.

A name that no provider of today claims keeps its place in the records as ``legacy/<name>``, which nobody can seat.
"""

from __future__ import annotations

import re
from typing import Final

from engine.errors import NotUnderstood
from engine.model import Player
from engine.sentences import say

LEGACY: Final = "legacy"
PLAYER: Final = "player"

_LONGEST: Final = 200
_PEOPLE: Final = frozenset({"", "human", "user", "person", "me", "you"})
# As they are called today, and as they were called before.
_PROVIDERS: Final = {
    **{
        name: name
        for name in (
            *("local", "openai", "anthropic", "bedrock", "openrouter", "groq", "gemini", "huggingface"),
            *("ollama", "vllm", "llama_cpp"),
        )
    },
    "hf": "huggingface",
    "google": "gemini",
    "llamacpp": "llama_cpp",
    "llama.cpp": "llama_cpp",
    "claude": "anthropic",
}
# Families of models whose bare names say whose they are.
_FAMILIES: Final = (
    (re.compile(r"(?:gpt-|chatgpt-|o[1-9](?:-|$))", re.I), "openai"),
    (re.compile(r"claude-", re.I), "anthropic"),
    (re.compile(r"gemini-", re.I), "gemini"),
    (re.compile(r"amazon\.", re.I), "bedrock"),
)


def is_person(name: str) -> bool:
    """Whether a person sat there; the predecessor left the name of a person's seat empty."""
    return name.casefold() in _PEOPLE


def program(name: str) -> Player:
    """The model behind a name. :raises NotUnderstood: when it cannot be a name."""
    if len(name) > _LONGEST or not name.isprintable():
        raise NotUnderstood(PLAYER, say("“{name}” cannot be a player's name.", name=name[:40]))
    prefix, mark, rest = re.match(r"([^:/]*)([:/]?)(.*)", name).groups()  # type: ignore[union-attr]
    if mark and rest and prefix.casefold() in _PROVIDERS:
        return Player(_PROVIDERS[prefix.casefold()], rest)
    family = next((provider for pattern, provider in _FAMILIES if pattern.match(name)), LEGACY)
    return Player(family, name)
