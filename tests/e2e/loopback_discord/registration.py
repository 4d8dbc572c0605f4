"""What may be registered as a command: https://discord.com/developers/docs/interactions/application-commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loopback_discord.checks import Problems

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
_NAME: Final = re.compile(r"[-_'\w]{1,32}")
LOCALES: Final = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
_COMMAND: Final = {
    *("name", "name_localizations", "description", "description_localizations", "options", "type", "nsfw", "id"),
    *("default_member_permissions", "integration_types", "contexts", "dm_permission", "default_permission", "handler"),
}
_OPTION: Final = {
    *("type", "name", "name_localizations", "description", "description_localizations", "required", "choices"),
    *("options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete"),
}


def check_commands(commands: Any, *, everywhere: bool) -> list[str]:
    """What is wrong with a registration; ``everywhere``: it is for all guilds and not for one."""
    problems = Problems()
    seen: set[tuple[Any, Any]] = set()
    for index, command in enumerate(problems.items(commands, "commands", 100)):
        path = f"commands[{index}]"
        if problems.keys(command, path, _COMMAND):
            _check_command(command, path, problems, everywhere)
            key = (command.get("type", 1), command.get("name"))
            problems.require(key not in seen, f"{path}.name", "is there twice")
            seen.add(key)
    return problems.found


def _check_command(command: Mapping[str, Any], path: str, problems: Problems, everywhere: bool) -> None:
    if command.get("type", 1) == 1:
        _check_names(command, path, problems)
        _check_options(command.get("options") or [], path, problems, 0)
    else:
        problems.text(command, "name", path, 32, 1)
    size = sum(_lengths(command))
    problems.require(size <= 8000, path, f"is {size} characters long in all, 8000 are allowed")
    for key, allowed in {"contexts": {0, 1, 2}, "integration_types": {0, 1}}.items():
        chosen = command.get(key)
        if chosen is not None:
            problems.require(chosen and set(chosen) <= allowed, f"{path}.{key}", f"must be some of {sorted(allowed)}")
        elif everywhere:
            problems.add(f"{path}.{key}", "is not set, so the application's default would decide")
    needed = command.get("default_member_permissions")
    problems.require(
        needed is None or (isinstance(needed, str) and needed.isdecimal()),
        f"{path}.default_member_permissions",
        "must be a number as a text",
    )


def _check_names(data: Mapping[str, Any], path: str, problems: Problems) -> None:
    names = {"": data.get("name"), **(data.get("name_localizations") or {})}
    for locale, name in names.items():
        lowered = isinstance(name, str) and _NAME.fullmatch(name) and name == name.lower()
        problems.require(lowered, f"{path}.name {locale}", f"{name!r} is no name")
    texts = {"": data.get("description"), **(data.get("description_localizations") or {})}
    for locale, text in texts.items():
        fits = isinstance(text, str) and 1 <= len(text) <= 100
        problems.require(fits, f"{path}.description {locale}", f"{text!r} is not from 1 to 100 long")
    problems.require(names.keys() | texts.keys() <= LOCALES | {""}, path, f"unknown locale in {sorted(names)}")


def _check_options(options: Any, path: str, problems: Problems, depth: int) -> None:
    found = problems.items(options, f"{path}.options", 25)
    kinds = {option.get("type") for option in found}
    problems.require(kinds <= {SUB, GROUP} or not kinds & {SUB, GROUP}, path, "mixes subcommands and options")
    optional = False
    seen: set[Any] = set()
    for index, option in enumerate(found):
        here = f"{path}.options[{index}]"
        problems.keys(option, here, _OPTION)
        _check_names(option, here, problems)
        problems.require(option.get("name") not in seen, f"{here}.name", "is there twice")
        seen.add(option.get("name"))
        if option.get("type") in (SUB, GROUP):
            problems.require(depth == 0 or (depth == 1 and option["type"] == SUB), here, "is nested too deep")
            _check_options(option.get("options") or [], here, problems, depth + 1)
            continue
        problems.require(not (optional and option.get("required")), here, "is required after an optional one")
        optional = optional or not option.get("required")
        _check_value(option, here, problems)


def _check_value(option: Mapping[str, Any], path: str, problems: Problems) -> None:
    kind = option.get("type")
    problems.require(kind in range(STRING, FILE + 1), f"{path}.type", f"{kind} is no type")
    choices = problems.items(option.get("choices") or [], f"{path}.choices", 25)
    problems.require(not (choices and option.get("autocomplete")), path, "has choices and autocomplete")
    allowed = kind in (STRING, INTEGER, NUMBER)
    problems.require(allowed or not (choices or option.get("autocomplete")), path, "cannot be chosen or completed")
    for index, choice in enumerate(choices):
        check_choice(choice, kind, f"{path}.choices[{index}]", problems)
    if "min_value" in option or "max_value" in option:
        problems.require(kind in (INTEGER, NUMBER), path, "has min_value or max_value and is no number")
    for key, least in {"min_length": 0, "max_length": 1}.items():
        if (length := option.get(key)) is not None:
            problems.require(kind == STRING and least <= length <= 6000, f"{path}.{key}", f"{length} is not allowed")


def check_choice(choice: Any, kind: Any, path: str, problems: Problems) -> None:
    """One choice of an option, or one answer of an autocompletion."""
    if not problems.keys(choice, path, {"name", "name_localizations", "value"}):
        return
    problems.text(choice, "name", path, 100, 1)
    value = choice.get("value")
    if kind == STRING:
        fits = isinstance(value, str) and 1 <= len(value) <= 100
        problems.require(fits, f"{path}.value", f"{value!r} is not from 1 to 100 long")
    else:
        problems.require(isinstance(value, (int, float)), f"{path}.value", f"{value!r} is no number")


def _lengths(data: Mapping[str, Any]) -> Iterator[int]:
    """The characters that count: of names, descriptions and values, in the longest language of each."""
    for key in ("name", "description"):
        texts = [data.get(key) or "", *(data.get(f"{key}_localizations") or {}).values()]
        yield max(len(text) for text in texts)
    if isinstance(data.get("value"), str):
        yield len(data["value"])
    for part in (*(data.get("options") or ()), *(data.get("choices") or ())):
        yield from _lengths(part)
