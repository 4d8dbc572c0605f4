"""``apps.manifest.*`` and ``tooling.tokens.rotate``, and what a manifest means: Socket Mode, or an address.

https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

from loopback_slack.sockets import Envelope, Sockets
from loopback_slack.web_api import Arguments, Declared, Refused, Tokens
from loopback_slack.workspace import APP, Workspace

LIFE_SECONDS: Final = 12 * 3600
_EVENTS: Final = "events_api"
_COMMANDS: Final = "slash_commands"


class Manifests:
    """The app's manifest. ``token`` lives twelve hours, ``refresh`` is good once."""

    def __init__(self, workspace: Workspace, tokens: Tokens, sockets: Sockets) -> None:
        self._workspace, self._tokens, self._sockets = workspace, tokens, sockets
        self.manifest: dict[str, Any] = {}
        self.token, self.refresh = "xoxe.xoxp-1-loopback", "xoxe-1-loopback"
        self._until = workspace.now() + LIFE_SECONDS
        self.updates = 0

    def methods(self) -> dict[str, Declared]:
        """By name."""
        run = {
            "apps.manifest.export": self.export,
            "apps.manifest.validate": self.validate,
            "apps.manifest.update": self.update,
            "tooling.tokens.rotate": self.rotate,
        }
        return {name: Declared(method, own_tokens=True) for name, method in run.items()}  # type: ignore[arg-type]

    def rotate(self, arguments: Arguments) -> dict[str, Any]:
        """A new pair; the old refresh token is spent."""
        if arguments.get("refresh_token") != self.refresh:
            raise Refused("invalid_refresh_token")
        self.token, self.refresh = f"xoxe.xoxp-1-{secrets.token_hex(4)}", f"xoxe-1-{secrets.token_hex(4)}"
        now = self._workspace.now()
        self._until = now + LIFE_SECONDS
        return {"token": self.token, "refresh_token": self.refresh, "iat": int(now), "exp": int(self._until)}

    def export(self, arguments: Arguments) -> dict[str, Any]:
        """The manifest as it stands."""
        self._admit(arguments)
        return {"manifest": self.manifest}

    def validate(self, arguments: Arguments) -> dict[str, Any]:
        """Whether it would be taken."""
        self._admit(arguments)
        self._read(arguments)
        return {}

    async def update(self, arguments: Arguments) -> dict[str, Any]:
        """Replace it, and send from then on as it says."""
        self._admit(arguments)
        made = self._read(arguments)
        before = self.manifest.get("oauth_config")
        self.manifest = made
        self.updates += 1
        if made["settings"]["socket_mode_enabled"]:
            self._sockets.by_http = None
        else:
            self._sockets.by_http = self._post
            await self._sockets.turn_off()
        return {"app_id": APP, "permissions_updated": made.get("oauth_config") != before}

    def _admit(self, arguments: Arguments) -> None:
        token = arguments.get("token")
        if not token:
            raise Refused("not_authed")
        if token in (self._tokens.bot, self._tokens.app):
            raise Refused("not_allowed_token_type")
        if token != self.token:
            raise Refused("invalid_auth")
        if self._workspace.now() >= self._until:
            raise Refused("token_expired")
        if arguments.get("app_id") != APP:
            raise Refused("invalid_app_id")

    def _read(self, arguments: Arguments) -> dict[str, Any]:
        try:
            made = dict(json.loads(arguments["manifest"]))
            problems = list(_problems(made))
        except (KeyError, ValueError, TypeError) as error:
            raise Refused("invalid_manifest") from error
        if problems:
            raise Refused("invalid_manifest", errors=problems)
        return made

    async def _post(self, envelope: Envelope) -> tuple[int, bytes]:
        """One request, signed."""
        body, kind = _body(envelope)
        stamp = str(int(self._workspace.now()))
        made = hmac.digest(self._tokens.signing.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hex()
        headers = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={made}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._url(envelope), data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.read()

    def _url(self, envelope: Envelope) -> str:
        if envelope.kind == _COMMANDS:
            commands = self.manifest["features"]["slash_commands"]
            return str(next(one["url"] for one in commands if one["command"] == envelope.payload["command"]))
        if envelope.kind == _EVENTS:
            return str(self.manifest["settings"]["event_subscriptions"]["request_url"])
        interactivity = self.manifest["settings"]["interactivity"]
        menu = envelope.payload["type"] == "block_suggestion"
        return str(interactivity["message_menu_options_url" if menu else "request_url"])


def _body(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == _EVENTS:
        return json.dumps(envelope.payload), "application/json"
    form = envelope.payload if envelope.kind == _COMMANDS else {"payload": json.dumps(envelope.payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def _problems(manifest: dict[str, Any]) -> Iterator[dict[str, str]]:
    settings = manifest["settings"]
    if settings["socket_mode_enabled"]:
        return
    if settings["interactivity"]["is_enabled"] and not settings["interactivity"].get("request_url"):
        yield {"message": "Interactivity requires a Request URL", "pointer": "/settings/interactivity"}
    if "event_subscriptions" in settings and not settings["event_subscriptions"].get("request_url"):
        yield {
            "message": "Event Subscription requires either Request URL or Socket Mode Enabled",
            "pointer": "/settings/event_subscriptions",
        }
    for number, command in enumerate(manifest["features"]["slash_commands"]):
        if not command.get("url"):
            yield {"message": "A URL is needed", "pointer": f"/features/slash_commands/{number}"}
