"""Grammars in llama.cpp's GBNF notation (its ``grammars/README.md``)."""

from __future__ import annotations

import json
from collections.abc import Sequence


def alternatives(choices: Sequence[str]) -> str:
    """A grammar whose only sentences are the choices. JSON's escapes are GBNF's escapes."""
    return "root ::= " + " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)
