"""The app's configuration as Slack keeps it: its manifest, read and replaced with a configuration token.

Such a token lives twelve hours and comes with another, good for one new pair. A pair that was made so is kept in a file
that this user alone can read, since the old one is spent.

Source: https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests and
https://docs.slack.dev/reference/methods/tooling.tokens.rotate
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from bot.on_slack.rest import Refused, Rest
from bot.settings import SlackSettings
from engine.errors import BadOption, NotConfigured
from engine.secret import Secret
from engine.sentences import say

FILE: Final = "slack-configuration.json"
_DEAD: Final = frozenset({"token_expired", "invalid_auth", "token_revoked", "not_authed"})

Manifest = dict[str, Any]


class Configuration:
    """One app's manifest."""

    def __init__(self, settings: SlackSettings, rest: Rest, folder: Path) -> None:
        """:raises NotConfigured: when the app's id or both tokens are missing."""
        if not settings.app_id:
            raise NotConfigured(say("Set SLACK_APP_ID to the App ID of “Basic Information”: A0…"))
        if not settings.configuration_token and not settings.refresh_token:
            raise NotConfigured(
                say("Set SLACK_CONFIG_TOKEN to a configuration token: api.slack.com/apps, under the list of apps.")
            )
        self._settings = settings
        self._rest = rest
        self._file = folder / FILE
        self._token, self._refresh = self._tokens()

    async def exported(self) -> Manifest:
        """The manifest as it stands."""
        return dict((await self._call("apps.manifest.export"))["manifest"])

    async def validate(self, manifest: Manifest) -> None:
        """:raises BadOption: when Slack would not take it."""
        await self._call("apps.manifest.validate", manifest=json.dumps(manifest))

    async def update(self, manifest: Manifest) -> None:
        """Replace the manifest; again is the same. :raises BadOption: when Slack does not take it."""
        await self._call("apps.manifest.update", manifest=json.dumps(manifest))

    async def _call(self, method: str, **arguments: str) -> Mapping[str, Any]:
        wanted = {"app_id": self._settings.app_id, **arguments}
        try:
            return await self._rest.with_token(self._token, method, wanted)
        except Refused as refused:
            if refused.error in _DEAD and self._refresh:
                await self._rotate()
                return await self._call(method, **arguments)
            raise _sentence(method, refused) from refused

    async def _rotate(self) -> None:
        """A new pair for the refresh token, which is spent then."""
        spent, self._refresh = self._refresh, Secret("")
        try:
            made = await self._rest.with_token(
                Secret(""), "tooling.tokens.rotate", {"refresh_token": spent.reveal()}, repeat=False
            )
        except Refused as refused:
            raise _sentence("tooling.tokens.rotate", refused) from refused
        self._token, refresh = Secret(str(made["token"])), str(made["refresh_token"])
        held = {"made_from": self._origin, "token": self._token.reveal(), "refresh_token": refresh}
        written = self._file.with_name(f"{FILE}.new")
        written.unlink(missing_ok=True)
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(held, file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._file)

    def _tokens(self) -> tuple[Secret, Secret]:
        """The pair that was made of the variables' refresh token, else the variables'."""
        try:
            held = json.loads(self._file.read_text())
            if held["made_from"] == self._origin:
                return Secret(held["token"]), Secret(held["refresh_token"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # there is none, or it is of another time
        return self._settings.configuration_token, self._settings.refresh_token

    @property
    def _origin(self) -> str:
        return hashlib.sha256(self._settings.refresh_token.reveal().encode()).hexdigest()


def switched(manifest: Manifest, url: str) -> Manifest:
    """The manifest with events sent to ``url``, or over Socket Mode when it is empty; all else stays."""
    made = deepcopy(manifest)
    settings = made.setdefault("settings", {})
    settings["socket_mode_enabled"] = not url
    interactivity = settings.setdefault("interactivity", {"is_enabled": True})
    _set(interactivity, "request_url", url)
    _set(interactivity, "message_menu_options_url", url)
    if "event_subscriptions" in settings:
        _set(settings["event_subscriptions"], "request_url", url)
    for command in made.get("features", {}).get("slash_commands", ()):
        _set(command, "url", url)
    return made


def _set(part: dict[str, Any], name: str, url: str) -> None:
    part.pop(name, None)
    if url:
        part[name] = url


def endpoint_of(manifest: Manifest) -> str:
    """Where a manifest has events sent; empty for Socket Mode."""
    settings = manifest.get("settings", {})
    if settings.get("socket_mode_enabled"):
        return ""
    return str(settings.get("interactivity", {}).get("request_url", "")).rstrip("/")


def _sentence(method: str, refused: Refused) -> BadOption | NotConfigured:
    if refused.error in _DEAD or refused.error == "invalid_refresh_token":
        return NotConfigured(
            say(
                "Slack takes the configuration token no more ({error}): make a new one at api.slack.com/apps, under "
                "the list of apps, and set SLACK_CONFIG_TOKEN.",
                error=refused.error,
            )
        )
    details = f": {refused.details}" if refused.details else ""
    return BadOption(say("Slack refuses {method} ({error}).", method=method, error=f"{refused.error}{details}"))
