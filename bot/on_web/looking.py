"""The JSON API of a place where people can only watch: no members, no commands, one community."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot import __version__
from bot.on_web.api import Api, Call, Route
from bot.on_web.hiding import Hide
from bot.on_web.http import Request, Response, tagged
from engine.arena import Arena
from engine.arena.communities import masked
from engine.arena.watching import Watched
from engine.model import Community, Head, Person, Role
from engine.sentences import say

LIST_MS: Final = 2000
"""How old the list of duels may be. It is what every watcher asks for again and again, and the dearest to look up."""
WATCHED: Final = say("Here you can watch. To play, type /duel in your server.")


class LookingApi(Api):
    """Answers what there is to see of one community, and writes nothing.

    Everybody is a stranger, whatever cookie they bring, and sits nowhere. Words that the community has blocked are
    hidden, as its channels hide them, and downloads hold no id of ours.
    """

    _strangers = True

    def __init__(self, arena: Arena, community: Community) -> None:
        super().__init__(arena, community)
        self._routes = tuple(route for route in self._routes if route.watched)
        self._lists: dict[tuple[str, ...], tuple[int, Response]] = {}

    async def _member(self, request: Request, route: Route) -> tuple[Person, dict[str, str]]:  # noqa: ARG002
        return self._members.viewer, {}

    async def _session(self, call: Call) -> Response:
        nobody = {"id": "", "name": "", "role": Role.MEMBER}
        seen = {"member": nobody, "community": str(self._community), "version": __version__, "watching": WATCHED}
        return call.json(seen)

    async def _hides(self) -> Hide:
        # As channels do: what moderators block is hidden from now on in what was said before, too.
        return partial(masked, settings=await self._arena.communities.settings(self._community))

    async def _duels(self, call: Call) -> Response:
        query = call.request.query
        asked = (call.language, *(query.get(name, "") for name in ("status", "before", "limit")))
        now = self._arena.context.clock.now_ms()
        self._lists = {key: kept for key, kept in self._lists.items() if now < kept[0]}
        if asked not in self._lists:
            whole = replace(call, request=replace(call.request, headers={}))
            self._lists[asked] = (now + LIST_MS, await super()._duels(whole))
        shown = self._lists[asked][1]
        return tagged(call.request, Response(200, shown.body, shown.headers))

    async def _duel_json(self, head: Head, watched: Watched, after: int, call: Call) -> dict[str, Any]:
        return {**await super()._duel_json(head, watched, after, call), "takes_stakes": False}
