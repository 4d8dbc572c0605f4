"""Holding a model to a list of answers: as a JSON schema, or as a grammar, and reading the answer back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

MOVE: Final = "move"


def schema(choices: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of an object whose only property is one of the choices."""
    return {
        "type": "object",
        "properties": {MOVE: {"type": "string", "enum": list(choices)}},
        "required": [MOVE],
        "additionalProperties": False,
    }


def grammar(choices: Sequence[str]) -> str:
    """A grammar in llama.cpp's GBNF whose only sentences are the choices. JSON's escapes are GBNF's escapes."""
    return "root ::= " + " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)


def chosen(text: str) -> str:
    """The choice that a reply in the schema's form holds; any other text as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return str(value[MOVE]) if isinstance(value, dict) and MOVE in value else text
