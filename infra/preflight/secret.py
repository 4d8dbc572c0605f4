"""The one secret: whether it holds what the functions need, and fits the sealing key. No value of it is ever told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.sealing import sealing_key
from bot.settings import SECRET_BYTES
from infra.local.environment import SHAPES
from infra.preflight.aws import Clients
from infra.preflight.findings import Finding, fine, found, problem
from infra.preflight.values import Values

_SUBJECT: Final = "secret"
_MISSING: Final = "ResourceNotFoundException"
_ARENA: Final = "ARENA_SECRET"
_DISCORD: Final = ("DISCORD_BOT_TOKEN",)
_SLACK: Final = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
_ARENA_SHAPE: Final = (rf"[0-9a-fA-F]{{{2 * SECRET_BYTES}}}", f"{2 * SECRET_BYTES} hexadecimal digits")


def needed(values: Values) -> list[str]:
    """The keys that the functions of this environment need."""
    discord = _DISCORD if values.variables["discord_application_id"] else ()
    return [_ARENA, *discord, *(_SLACK if values.variables["slack"] else ())]


def check(clients: Clients, values: Values) -> Iterator[Finding]:
    """What is wrong with it. Before the first deployment there is none; Terraform makes it, without a value."""
    manager, name = clients("secretsmanager", values.region), values.full_name
    described = found(manager.describe_secret, _MISSING, SecretId=name)
    if described is None:
        yield fine(_SUBJECT, f"{name} is made by the first deployment; put its value in then.")
        return
    if described.get("DeletedDate"):
        yield problem(
            _SUBJECT,
            f"{name} is deleted and kept for a while, so no other can have its name: `aws secretsmanager "
            f"restore-secret --secret-id {name}` brings it back.",
        )
        return
    held = found(manager.get_secret_value, _MISSING, SecretId=name)
    if held is None:
        yield problem(_SUBJECT, f"{name} has no value: put one in (docs/deploy.md).")
        return
    yield from _read(name, held.get("SecretString", ""), values)


def _read(name: str, text: str, values: Values) -> Iterator[Finding]:
    try:
        held: Any = json.loads(text)
    except ValueError:
        held = None
    if not isinstance(held, dict) or not all(isinstance(value, str) for value in held.values()):
        yield problem(_SUBJECT, f"{name} must be one JSON object of texts: put it in again from a file.")
        return
    wrong = list(_faults(name, held, values))
    yield from wrong or [fine(_SUBJECT, f"{name} holds {', '.join(needed(values))}.")]


def _faults(name: str, held: Mapping[str, str], values: Values) -> Iterator[Finding]:
    for key in needed(values):
        if not held.get(key, "").strip():
            yield problem(_SUBJECT, f"{name} lacks {key}: add it.")
    for key, (shape, described) in {**SHAPES, _ARENA: _ARENA_SHAPE}.items():
        if (value := held.get(key, "").strip()) and not re.fullmatch(shape, value):
            yield problem(_SUBJECT, f"{key} in {name} must be {described}, and is not: copy it again.")
    secret = held.get(_ARENA, "").strip()
    if re.fullmatch(_ARENA_SHAPE[0], secret) and sealing_key(bytes.fromhex(secret)) != values.variables["sealing_key"]:
        yield problem(
            _SUBJECT, f"sealing_key is not that of {_ARENA} in {name}: set it to what `arena sealing-key` says for it."
        )
