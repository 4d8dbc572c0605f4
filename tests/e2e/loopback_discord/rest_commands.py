"""The application itself: who it is, where its gateway is, and its commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from loopback_discord import body as bodies
from loopback_discord import endpoint, errors, payloads
from loopback_discord.body import answer
from loopback_discord.registration import check_commands
from loopback_discord.signing import PUBLIC_KEY
from loopback_discord.state import State

_UNVERIFIED: Final = {
    "interactions_endpoint_url": {
        "_errors": [
            {
                "code": "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
                "message": "The specified interactions endpoint URL could not be verified.",
            }
        ]
    }
}


class Commands:
    """The routes of an application."""

    def __init__(self, state: State) -> None:
        self._state, self._world = state, state.world

    def routes(self) -> Mapping[tuple[str, str], Callable[[web.Request], Awaitable[web.Response]]]:
        """By method and path."""
        return {
            ("GET", "/gateway/bot"): self.gateway,
            ("GET", "/gateway"): self.gateway,
            ("GET", "/oauth2/applications/@me"): self.application,
            ("GET", "/applications/@me"): self.application,
            ("PATCH", "/applications/@me"): self.edit,
            ("PUT", "/applications/{application}/commands"): self.register,
            ("GET", "/applications/{application}/commands"): self.registered,
            ("PUT", "/applications/{application}/guilds/{guild}/commands"): self.register,
            ("GET", "/applications/{application}/guilds/{guild}/commands"): self.registered,
        }

    async def gateway(self, request: web.Request) -> web.Response:
        """Where to connect, and with how many shards."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": self._state.max_concurrency}
        url = {"url": self._state.gateway_url, "shards": self._state.shards, "session_start_limit": limit}
        return answer(url)

    async def application(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/application#application-object"""
        data = {
            "id": str(self._world.application_id),
            "name": "Arena",
            "icon": None,
            "description": "",
            "flags": 0,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": PUBLIC_KEY,
            "interactions_endpoint_url": self._state.endpoint_url,
            "team": None,
            "owner": payloads.user(self._world.bot),
        }
        return answer(data)

    async def edit(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/application#edit-current-application"""
        data: Any = (await bodies.read(request)).payload
        if not isinstance(data, dict) or data.keys() != {"interactions_endpoint_url"}:
            raise errors.Refused(errors.INVALID_BODY, [f"only interactions_endpoint_url is known here, not {data}"])
        url = data["interactions_endpoint_url"] or None
        if url and await endpoint.refused(url, self._world):
            raise errors.Refused(errors.INVALID_BODY, more={"errors": _UNVERIFIED})
        self._state.endpoint_url = url
        return await self.application(request)

    async def register(self, request: web.Request) -> web.Response:
        """Replace all commands, everywhere or in one guild."""
        guild = self._scope(request)
        data: Any = (await bodies.read(request)).payload
        if problems := check_commands(data, everywhere=guild is None):
            raise errors.Refused(errors.INVALID_BODY, problems)
        self._state.commands[guild] = [self._kept(command, guild) for command in data]
        return answer(self._state.commands[guild])

    async def registered(self, request: web.Request) -> web.Response:
        """All commands."""
        return answer(self._state.commands.get(self._scope(request), []))

    def _scope(self, request: web.Request) -> int | None:
        """:raises Refused: for another application, or a guild that is not there."""
        if request.match_info["application"] != str(self._world.application_id):
            raise errors.Refused(errors.MISSING_ACCESS)
        guild = request.match_info.get("guild")
        if guild is not None and int(guild) not in self._world.guilds:
            raise errors.Refused(errors.MISSING_ACCESS)
        return int(guild) if guild else None

    def _kept(self, command: dict[str, Any], guild: int | None) -> dict[str, Any]:
        made = {"id": str(self._world.clock.snowflake()), "application_id": str(self._world.application_id)}
        defaults = {"type": 1, "version": made["id"], "default_member_permissions": None, "dm_permission": True}
        return {**defaults, **command, **made, **({"guild_id": str(guild)} if guild else {})}
