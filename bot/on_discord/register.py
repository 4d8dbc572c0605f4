"""The registration of the commands, made from their declarations.

Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.catalogue import ENGLISH, languages, said
from bot.commands import Acknowledged, CommandSpec, Verb, commands
from bot.on_discord.escape import plain
from bot.on_discord.invite import invite_url
from bot.on_discord.rest import Refused, Rest
from bot.settings import DiscordSettings
from engine.errors import BadOption, NotConfigured, PlatformDown
from engine.model import Role
from engine.options import Kind, Option
from engine.sentences import say

DESCRIPTION: Final = 100
CHOICES: Final = 25
OPTIONS: Final = 25
LARGEST: Final = 8000
"""Discord's limit for the names, descriptions and values of one command together."""

MANAGE_GUILD: Final = 1 << 5
_CHAT_INPUT, _SUB_COMMAND = 1, 1
_USER: Final = 6
_TYPES: Final = {Kind.STRING: 3, Kind.INTEGER: 4, Kind.BOOLEAN: 5, Kind.NUMBER: 10}
_GUILD_ONLY: Final = [0]
_LONGEST_TEXT: Final = 6000

# Discord's names for languages that have several: https://discord.com/developers/docs/reference#locales
_LOCALES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("en-US", "en-GB"),
    "es": ("es-ES", "es-419"),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
}

Payload = dict[str, Any]


def registration() -> list[Payload]:
    """All commands as Discord takes them. :raises BadOption: when one is larger than Discord allows."""
    made = [_command(spec) for spec in commands()]
    for one in made:
        size = max(_sizes(one).values())
        if size > LARGEST:
            raise BadOption(
                say(
                    "/{command} has {size} characters, and Discord takes {most}: shorten its help.",
                    command=one["name"],
                    size=size,
                    most=LARGEST,
                )
            )
    return made


def printed() -> str:
    """The registration as JSON, for people and for diffs."""
    return json.dumps(registration(), indent=2, ensure_ascii=False)


async def register(settings: DiscordSettings, guild: str = "", *, remove: bool = False) -> int:
    """Replace the commands everywhere, or in one server, where they are there at once; how many there are.

    With ``remove`` they are replaced by none.

    :raises UserError: without a token, with a wrong one, or when Discord refuses or cannot be reached.
    """
    from bot.on_discord.gateway import rest

    if not settings.bot_token:
        raise NotConfigured(say("Set DISCORD_BOT_TOKEN to your bot's token first."))
    try:
        async with rest(settings) as api:
            application = settings.application_id or await api.application_id()
            return await _put(api, application, guild, [] if remove else registration())
    except PlatformDown as down:
        cause = str(down.__cause__ or down)
        raise BadOption(say("Discord cannot be reached: {cause}. Try again later.", cause=cause)) from down


async def _put(api: Rest, application: str, guild: str, made: Sequence[Payload]) -> int:
    try:
        return await api.put_commands(application, guild, made)
    except Refused as refused:
        if guild and refused.status in _NO_ACCESS:
            raise BadOption(_not_there(guild, application)) from refused
        if refused.status < _SERVER_ERROR:
            raise BadOption(say("Discord refused the commands: {cause}", cause=str(refused))) from refused
        raise


def _not_there(guild: str, application: str) -> str:
    return say(
        "The bot is not in the server {guild}, or was invited without the scope applications.commands. "
        "Invite it again: {link}",
        guild=guild,
        link=invite_url(application),
    )


_NO_ACCESS: Final = frozenset({403, 404})
_SERVER_ERROR: Final = 500


def _command(spec: CommandSpec) -> Payload:
    return {
        "type": _CHAT_INPUT,
        "name": spec.name,
        **_described(spec.help),
        "options": [_sub_command(verb) for verb in spec.verbs],
        "contexts": _GUILD_ONLY,
        "integration_types": _GUILD_ONLY,
        "default_member_permissions": _permissions(spec),
    }


def _permissions(spec: CommandSpec) -> str | None:
    """Who sees the group at first; a server's administrators may change it."""
    open_to_members = any(verb.role is Role.MEMBER for verb in spec.verbs)
    return None if open_to_members else str(MANAGE_GUILD)


def _sub_command(verb: Verb) -> Payload:
    # What a form asks for in any case is not typed into the command first, where others may see it: a key, for one.
    asked = verb.form if verb.acknowledged is Acknowledged.MODAL else ()
    typed = [option for option in verb.options if option.name not in asked]
    ordered = sorted(typed, key=lambda option: not option.required)
    if len(ordered) > OPTIONS:
        raise BadOption(
            say(
                "/{command} has {count} options, and Discord takes {most}.",
                command=verb.name,
                count=len(ordered),
                most=OPTIONS,
            )
        )
    return {
        "type": _SUB_COMMAND,
        "name": verb.name,
        **_described(verb.help),
        "options": [_option(option) for option in ordered],
    }


def _option(option: Option) -> Payload:
    made: Payload = {
        "type": _USER if option.completes == "people" else _TYPES[option.kind],
        "name": option.name,
        **_described(option.help),
        "required": option.required,
    }
    if option.completes == "people":
        return made
    if option.choices and len(option.choices) <= CHOICES:
        return {**made, "choices": [{"name": str(one), "value": one} for one in option.choices]}
    if option.completes:
        made["autocomplete"] = True
    return {**made, **dict(_bounds(option))}


def _bounds(option: Option) -> Iterator[tuple[str, float]]:
    if option.kind is Kind.STRING and option.most is not None:
        yield "max_length", min(int(option.most), _LONGEST_TEXT)
    if option.kind in {Kind.INTEGER, Kind.NUMBER}:
        if option.least is not None:
            yield "min_value", option.least
        if option.most is not None:
            yield "max_value", option.most


def _described(text: str) -> Payload:
    others = {
        locale: plain(said(text, language), DESCRIPTION)
        for language in languages()
        if language != ENGLISH
        for locale in _LOCALES.get(language, (language,))
    }
    return {"description": plain(text, DESCRIPTION), "description_localizations": others or None}


def _sizes(command: Payload) -> dict[str, int]:
    """The characters of a command in each language; Discord counts the longest text of each field."""
    locales = list(command["description_localizations"] or {})
    return {locale: _size(command, locale) for locale in ["", *locales]}


def _size(part: Payload, locale: str) -> int:
    described = (part.get("description_localizations") or {}).get(locale) or part.get("description", "")
    own = len(part["name"]) + len(described) + len(str(part.get("value", "")))
    return own + sum(_size(child, locale) for child in _children(part))


def _children(part: Payload) -> Iterable[Payload]:
    return [*part.get("options", ()), *part.get("choices", ())]
