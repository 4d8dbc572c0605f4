"""Reading a typed command: ``/duel start chess local/smollm2 engine/stockfish seed:7``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.commands import CommandSpec, Verb, command
from engine.errors import BadOption
from engine.sentences import joined, say

_WORD: Final = re.compile(r'\S*?:"[^"]*"|"[^"]*"|\S+')
_PAIR: Final = re.compile(r'([a-z][a-z0-9_-]*):(?!/)"?(.+?)"?$', re.S)


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed command: what it calls, with the options as text."""

    spec: CommandSpec
    verb: Verb
    options: dict[str, Any]


def read(text: str) -> Typed:
    """:raises UserError: an unknown command or verb, or words too many, each with what to write instead."""
    words = _WORD.findall(text.strip())
    if not words or not words[0].startswith("/"):
        raise BadOption(say("A command starts with a slash. Try /arena help."))
    spec = command(words[0][1:].casefold())
    if len(words) == 1:
        raise BadOption(
            say(
                "/{command} needs one of: {verbs}.",
                command=spec.name,
                verbs=joined([verb.name for verb in spec.verbs], ", "),
            )
        )
    verb = spec.verb(words[1].casefold())
    return Typed(spec, verb, _options(spec, verb, words[2:]))


def _options(spec: CommandSpec, verb: Verb, words: Sequence[str]) -> dict[str, Any]:
    named, settings, bare = _sorted(verb, words)
    places = [option.name for option in verb.options[: verb.positional] if option.name not in named]
    if verb.rest and len(bare) > len(places) > 0:
        kept = len(places) - 1
        bare = [*bare[:kept], " ".join(bare[kept:])]
    if len(bare) > len(places):
        raise BadOption(
            say("“{word}” is one word too many. Use {usage}", word=bare[len(places)], usage=verb.usage(spec.name))
        )
    if settings:
        named["settings"] = " ".join(f'{name}:"{value}"' for name, value in settings.items())
    return {**dict(zip(places, bare, strict=False)), **named}


def _sorted(verb: Verb, words: Sequence[str]) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    known = {option.name for option in verb.options}
    named: dict[str, Any] = {}
    settings: dict[str, str] = {}
    bare: list[str] = []
    last = ""
    for word in words:
        pair = _PAIR.fullmatch(word)
        if pair and pair[1] in known:
            named[pair[1]], last = pair[2], ""
        elif pair and verb.settings:
            settings[pair[1]], last = pair[2], pair[1]
        elif last and len(bare) + len(named) >= verb.positional:
            # Nothing is left to be named: `opening:Sicilian Defence` goes on.
            settings[last] += f" {word}"
        else:
            bare.append(word.strip('"'))
    return named, settings, bare


def settings(text: str | None) -> dict[str, str]:
    """``variant:chess960 opening:random`` as pairs. :raises BadOption: for a word that is no pair."""
    pairs = {}
    for word in _WORD.findall(text or ""):
        pair = _PAIR.fullmatch(word)
        if not pair:
            raise BadOption(say("“{word}” should be name:value, such as opening:random.", word=word))
        pairs[pair[1]] = pair[2]
    return pairs
