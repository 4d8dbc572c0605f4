"""Reading a typed command: ``/duel start chess local/smollm2 engine/stockfish seed:7``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.commands import CommandSpec, Verb, command
from engine.errors import BadOption
from engine.sentences import joined, say

_WORD: Final = re.compile(r'\S*?:@?"[^"]*"|@?"[^"]*"|\S+')
_PAIR: Final = re.compile(r'([a-z][a-z0-9_-]*):(?!/)"?(.+?)"?$', re.S)
_HELP: Final = "help"
_HELPS: Final = "arena"
"""The command whose verb ``help`` knows all of them."""
_NAMES: Final = frozenset({"players", "people"})
"""What options complete that may hold a person's name."""


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
    if (name := words[0][1:].casefold()) == _HELP:
        return _help_on(words[1:])
    spec = command(name)
    if len(words) == 1:
        raise BadOption(
            say(
                "/{command} needs one of: {verbs}. What they do: /{command} help",
                command=spec.name,
                verbs=joined([verb.name for verb in spec.verbs], ", "),
            )
        )
    if words[1].casefold() == _HELP and spec.name != _HELPS:
        return _help_on([spec.name, *words[2:]])
    verb = spec.verb(words[1].casefold())
    return Typed(spec, verb, _options(spec, verb, words[2:]))


def _help_on(words: Sequence[str]) -> Typed:
    """``/duel help start`` and ``/help duel start`` are ``/arena help duel start``: people look where they are."""
    helps = command(_HELPS)
    return Typed(helps, helps.verb(_HELP), {"about": " ".join(words)} if words else {})


def _options(spec: CommandSpec, verb: Verb, words: Sequence[str]) -> dict[str, Any]:
    named, chosen, bare = _sorted(verb, words)
    if verb.settings:
        # `settings:variant:chess960` and `variant:chess960` are two ways to say the same.
        for name, value in settings(named.pop("settings", None)).items():
            _keep(chosen, name, value)
    places = [option.name for option in verb.options[: verb.positional] if option.name not in named]
    if verb.rest and len(bare) > len(places) > 0:
        kept = len(places) - 1
        bare = [*bare[:kept], " ".join(bare[kept:])]
    if len(bare) > len(places):
        many = say("“{word}” is one word too many.", word=bare[len(places)])
        use = say("Use {usage}", usage=verb.usage(spec.name))
        raise BadOption(joined([many, _names_in_quotes(verb), use]))
    if chosen:
        named["settings"] = " ".join(f'{name}:"{value}"' for name, value in chosen.items())
    return {**dict(zip(places, bare, strict=False)), **named}


def _names_in_quotes(verb: Verb) -> str:
    takes_names = any(option.completes in _NAMES for option in verb.options)
    return say('A name of several words is put in quotes: "@Quick Fox".') if takes_names else ""


def _sorted(verb: Verb, words: Sequence[str]) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    known = {option.name for option in verb.options}
    named: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    bare: list[str] = []
    last = ""
    for word in words:
        pair = _PAIR.fullmatch(word)
        if pair and pair[1] in known:
            last = ""
            _keep(named, pair[1], _unquoted(pair[2]))
        elif pair and verb.settings:
            last = pair[1]
            _keep(chosen, pair[1], pair[2])
        elif last and len(bare) + len(named) >= verb.positional:
            # Nothing is left to be named: `opening:Sicilian Defence` goes on.
            chosen[last] += f" {word}"
        else:
            bare.append(_unquoted(word))
    return named, chosen, bare


def _unquoted(word: str) -> str:
    """``"@Quick Fox"`` and ``@"Quick Fox"`` without their quotes."""
    return f"@{word[2:]}".strip('"') if word.startswith('@"') else word.strip('"')


def _keep(pairs: dict[str, str], name: str, value: str) -> None:
    """:raises BadOption: when the name has another value already: nobody could say which is meant."""
    if pairs.setdefault(name, value) != value:
        raise BadOption(
            say(
                "{option} is given twice, as “{one}” and as “{other}”. Give it once.",
                option=name,
                one=pairs[name],
                other=value,
            )
        )


def settings(text: str | None) -> dict[str, str]:
    """``variant:chess960 opening:random`` as pairs. :raises BadOption: for what is no pair, or a second value."""
    pairs: dict[str, str] = {}
    for word in _WORD.findall(text or ""):
        pair = _PAIR.fullmatch(word)
        if not pair:
            raise BadOption(say("“{word}” should be name:value, such as opening:random.", word=word))
        _keep(pairs, pair[1], pair[2])
    return pairs
