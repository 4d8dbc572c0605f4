"""Interactions as Discord's documentation shows them, and a Discord that answers from a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.on_discord.rest import Refused, Upload

APPLICATION, GUILD, CHANNEL, ANN, BOB = "775799577604522054", "290926798626357999", "645027906669510667", "11", "22"
TOKEN = "an-interaction-token"


def user(user_id: str = ANN, **more: Any) -> dict[str, Any]:
    """A user object."""
    return {"id": user_id, "username": f"user{user_id}", "global_name": None, "discriminator": "0", **more}


def interaction(kind: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An interaction in a server's channel, by Ann, who may do nothing special."""
    return {
        "id": "786008729715212338",
        "application_id": APPLICATION,
        "type": kind,
        "token": TOKEN,
        "version": 1,
        "guild_id": GUILD,
        "guild_locale": "de",
        "locale": "en-GB",
        "channel_id": CHANNEL,
        "channel": {"id": CHANNEL, "type": 0, "name": "arena"},
        "member": {"user": user(), "nick": None, "roles": [], "permissions": "2048"},
        "data": data,
        **more,
    }


def slash(path: str, resolved: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A typed command: ``slash("duel start", game="chess")``."""
    name, verb = path.split()
    given = [option(name.replace("_", "-"), value) for name, value in options.items()]
    data = {"id": "1", "name": name, "type": 1, "options": [{"type": 1, "name": verb, "options": given}]}
    return interaction(2, data | ({"resolved": resolved} if resolved else {}))


def option(name: str, value: Any, **more: Any) -> dict[str, Any]:
    """One option with the type that Discord gives to such a value."""
    kinds = {bool: 5, int: 4, float: 10, str: 3}
    return {"type": kinds[type(value)], "name": name, "value": value, **more}


def typing(path: str, focused: str, typed: str, **options: Any) -> dict[str, Any]:
    """An option that is being typed."""
    asked = slash(path, **options)
    asked["data"]["options"][0]["options"].append(option(focused, typed, focused=True))
    return {**asked, "type": 4}


def press(custom_id: str) -> dict[str, Any]:
    """A pressed button."""
    return interaction(3, {"custom_id": custom_id, "component_type": 2}, message={"id": "77"})


def submit(custom_id: str, *components: dict[str, Any]) -> dict[str, Any]:
    """A form that was handed in."""
    return interaction(5, {"custom_id": custom_id, "components": list(components)})


class ScriptedDiscord:
    """Fulfils :class:`bot.on_discord.rest.Transport`: keeps what it is asked and answers with what a test says.

    An answer is taken from ``answers`` for the first key that is in ``METHOD path``; an error among them is raised.
    """

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.calls: list[tuple[str, Any]] = []
        self.uploads: list[Sequence[Upload]] = []

    async def __call__(
        self, method: str, path: str, payload: Any = None, uploads: Sequence[Upload] = (), **ids: str
    ) -> Any:
        asked = f"{method} {path.format(**ids)}"
        self.calls.append((asked, payload))
        self.uploads.append(uploads)
        waiting = next((found for key, found in self.answers.items() if key in asked and found), None)
        made = {**(payload if isinstance(payload, dict) else {}), "id": str(900 + len(self.calls))}
        answer = waiting.pop(0) if waiting else made
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def asked(self) -> list[str]:
        """The calls, without what they carried."""
        return [asked for asked, _ in self.calls]

    @property
    def last(self) -> Any:
        """What the last call carried."""
        return self.calls[-1][1]


def refused(code: int, status: int = 404) -> Refused:
    """A refusal by Discord."""
    return Refused(status, code, "no")
