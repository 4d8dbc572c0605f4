"""The handlers of ``docs/api.md``: a :class:`Request` comes in, a :class:`Response` goes out; no web framework."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from bot import __version__
from bot.boards import board_in
from bot.catalogue import ENGLISH, said
from bot.commands import Invocation, command, commands
from bot.commands import run as run_command
from bot.completion import complete
from bot.on_web.challenges import challenges_json
from bot.on_web.exporting import download
from bot.on_web.hiding import Hide, as_it_is, board_hidden, hidden
from bot.on_web.http import (
    JSON,
    REVALIDATED,
    VARIES,
    Request,
    Response,
    error_response,
    json_body,
    json_response,
    tagged,
)
from bot.on_web.language import in_words, language_asked
from bot.on_web.members import COOKIE, Members
from bot.on_web.replies import answer_json, asked_of, command_json, form_json
from bot.on_web.views import duel_json, game_json, summaries_json
from engine import games, tracing
from engine.arena import Arena
from engine.arena.watching import Watched
from engine.board import Board
from engine.errors import BadOption, UnknownName
from engine.model import Community, Head, Person, Role, Status
from engine.options import EXACT, Kind, Option, convert
from engine.sentences import say

IMMUTABLE: Final = "private, max-age=31536000, immutable"
_REQUEST_ID: Final = re.compile(r"[\w-]{8,64}")


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way: who asks, for what."""

    request: Request
    member: Person
    arena: Arena
    parts: tuple[str, ...] = ()
    language: str = ENGLISH

    def json(self, value: Any) -> Response:
        """A value, with every sentence in it in the asker's language."""
        return json_response(in_words(value, self.language))

    def hiding(self, value: Any, hide: Hide) -> Response:
        """A value like that, without what the community hides in whatever people and models wrote."""
        return json_response(hidden(in_words(value, self.language), hide))


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers what. One that ``introduces`` makes a member of whoever has no cookie; the others only look.

    ``watched``: also where people can do nothing but watch.
    """

    method: str
    pattern: str
    handler: Callable[[Call], Awaitable[Response]]
    introduces: bool = False
    watched: bool = False


class Api:
    """Answers every path under ``/api/``."""

    _strangers = False
    """Whether it is read by people of whom nothing is known."""

    def __init__(
        self,
        arena: Arena,
        community: Community = Community("web", "main"),  # noqa: B008
        role: Role = Role.MEMBER,
    ) -> None:
        """``role`` is what everybody may do who gets this far: on loopback that is the host, alone at the machine."""
        self._arena = arena
        self._community = community
        self._role = role
        self._members = Members(arena, community.platform)
        self._routes: tuple[Route, ...] = (
            Route("GET", r"/api/session", self._session, introduces=True, watched=True),
            Route("POST", r"/api/session", self._rename, introduces=True),
            Route("GET", r"/api/commands", self._commands),
            Route("POST", r"/api/commands", self._command, introduces=True),
            Route("GET", r"/api/complete", self._complete),
            Route("GET", r"/api/games", self._games, watched=True),
            Route("GET", r"/api/players", self._players),
            Route("GET", r"/api/challenges", self._challenges),
            Route("GET", r"/api/duels", self._duels, watched=True),
            Route("GET", r"/api/duels/([\w-]{1,100})", self._duel, watched=True),
            Route("GET", r"/api/duels/([\w-]{1,100})/boards/(\d{1,9})(\.svg|\.png)?", self._board, watched=True),
            Route("GET", r"/api/duels/([\w-]{1,100})/export/(\w+)", self._export, watched=True),
        )

    async def answer(self, request: Request) -> Response:
        """The answer, with the member's cookie when it is new. Errors become sentences, and keep the cookie."""
        with tracing.working_on(community=str(self._community)):
            return await self._answered(request)

    async def _answered(self, request: Request) -> Response:
        cookie: dict[str, str] = {}
        language = language_asked(request)
        try:
            route, parts = self._route(request)
            member, cookie = await self._member(request, route)
            response = await route.handler(Call(request, member, self._arena, parts, language))
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is JSON, and it is logged there
            response = error_response(error, language)
        return Response(response.status, response.body, {**response.headers, **VARIES, **cookie})

    async def _member(self, request: Request, route: Route) -> tuple[Person, dict[str, str]]:
        """Who asks, and the header that makes a newcomer known."""
        member = await self._members.of(request.cookies.get(COOKIE, ""))
        if member is None and route.introduces:
            newcomer = await self._members.newcomer()
            return newcomer.person, {"Set-Cookie": newcomer.cookie(request.secure)}
        return member or self._members.viewer, {}

    async def _hides(self) -> Hide:
        """What the community hides in texts."""
        return as_it_is

    def _route(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        method = "GET" if request.method == "HEAD" else request.method  # RFC 9110, 9.3.2: as a GET, without the body
        for route in self._routes:
            match = re.fullmatch(route.pattern, request.path)
            if match and route.method == method:
                return route, tuple(part or "" for part in match.groups())
        raise UnknownName(say("address"), request.path, [])

    async def _session(self, call: Call) -> Response:
        member = {"id": call.member.id, "name": call.member.name, "role": await self._role_of(call.member)}
        return call.json({"member": member, "community": str(self._community), "version": __version__})

    async def _role_of(self, member: Person) -> Role:
        return await self._arena.communities.role(self._community, member.id, self._role)

    async def _rename(self, call: Call) -> Response:
        name = call.request.json().get("name")
        if not isinstance(name, str):
            raise BadOption(say("The name must be a text."))
        return await self._session(replace(call, member=await self._arena.people.renamed(call.member, name)))

    async def _commands(self, call: Call) -> Response:
        return tagged(call.request, call.json({"commands": [command_json(spec) for spec in commands()]}))

    async def _command(self, call: Call) -> Response:
        body = call.request.json()
        name, verb, options = asked_of(body)
        request_id = str(body.get("request") or secrets.token_urlsafe(16))
        if not _REQUEST_ID.fullmatch(request_id):
            raise BadOption(say("A request id has 8 to 64 letters, digits, - or _."))
        asked = Invocation(
            community=self._community,
            member=call.member,
            command=name,
            verb=verb,
            options=options,
            request_id=f"{call.member.id}:{request_id}",
            locale=call.language,
            role=await self._role_of(call.member),
            unique_names=True,
        )
        declared = command(name).verb(verb)
        form = form_json(name, declared, options) if asked.role.covers(declared.role) else None
        tracing.found(request=asked.request_id)
        return call.json(form or await answer_json(await run_command(asked, call.arena), call.language))

    async def _challenges(self, call: Call) -> Response:
        open_ones = await call.arena.challenges.open_of(self._community, call.member.id) if call.member.id else []
        shown = await challenges_json(open_ones, call.member.id, call.arena)
        return tagged(call.request, call.json({"challenges": shown}))

    async def _complete(self, call: Call) -> Response:
        query = call.request.query
        values = await complete(
            call.arena,
            self._community,
            query.get("what", ""),
            query.get("typed", ""),
            query.get("game", ""),
            person=call.member,
            role=self._role,
        )
        return call.json({"values": [{"value": value, "label": label} for value, label in values]})

    async def _games(self, call: Call) -> Response:
        found = await asyncio.to_thread(lambda: [game_json(games.game(name)) for name in games.names()])
        return tagged(call.request, call.json({"games": found}))

    async def _players(self, call: Call) -> Response:
        game = games.game(call.request.query.get("game", "chess"))
        return call.json({"players": [asdict(player) for player in call.arena.context.roster.names(game)]})

    async def _duels(self, call: Call) -> Response:
        query = call.request.query
        status = convert(_STATUS, query["status"]) if query.get("status") else None
        limit = convert(_LIMIT, query.get("limit", _LIMIT.default))
        before = convert(_BEFORE, query["before"]) if query.get("before") else None
        wanted = Status(status) if status else None
        heads = await call.arena.context.store.duels(self._community, wanted, before, limit)
        if len(heads) == limit:
            heads = await self._whole_millisecond(heads, wanted)
        shown = await summaries_json(heads, call.member.id, call.arena)
        more = heads[-1].created_ms if len(heads) >= limit else None
        return tagged(call.request, call.hiding({"duels": shown, "next": more}, await self._hides()))

    async def _whole_millisecond(self, heads: list[Head], status: Status | None) -> list[Head]:
        """A page with all duels of its last one's millisecond: the next page starts before it."""
        last, store = heads[-1].created_ms, self._arena.context.store
        # Two tell in nearly every case that there is no further one, and each that is read costs.
        if [head.created_ms for head in await store.duels(self._community, status, last + 1, limit=2)].count(last) < 2:
            return heads
        same = await store.duels(self._community, status, last + 1, limit=100)
        known = {head.duel_id for head in heads}
        return [*heads, *(head for head in same if head.created_ms == last and head.duel_id not in known)]

    async def _head(self, call: Call) -> Head:
        """The duel of the path; one of another community does not exist here."""
        head = await call.arena.context.head(call.parts[0])
        tracing.found(duel=head.duel_id)
        if head.terms.community != self._community:
            raise UnknownName(say("duel"), call.parts[0], [])
        return head

    async def _duel(self, call: Call) -> Response:
        head = await self._head(call)
        watched = await call.arena.watching.watch(head.duel_id)
        after = convert(_AFTER, call.request.query.get("after", -1))
        shown = await self._duel_json(head, watched, after, call)
        now = shown.pop("now_ms")
        response = tagged(call.request, call.hiding(shown, await self._hides()))
        return Response(response.status, response.body, {**response.headers, "X-Now-Ms": str(now)})

    async def _duel_json(self, head: Head, watched: Watched, after: int, call: Call) -> dict[str, Any]:
        return await duel_json(head, watched, after, call.member.id, call.arena)

    async def _board(self, call: Call) -> Response:
        head = await self._head(call)
        watched = await call.arena.watching.watch(head.duel_id)
        board = watched.state.game.board(watched.position(int(call.parts[1])))
        shown = board_hidden(board_in(board, call.language), await self._hides())
        picture, media = await _PICTURES[call.parts[2]](shown, call.language)
        # A takeback or a moderator's ruling can change any board of a duel that is still being played.
        kept = IMMUTABLE if watched.state.outcome else REVALIDATED
        return tagged(call.request, Response(200, picture, {"Content-Type": media, "Cache-Control": kept}))

    async def _export(self, call: Call) -> Response:
        head = await self._head(call)
        return await download(head, call.parts[1], call.arena, await self._hides(), strangers=self._strangers)


async def _as_json(board: Board, language: str) -> tuple[bytes, str]:
    return json_body(in_words(asdict(board), language)), JSON


async def _as_svg(board: Board, language: str) -> tuple[bytes, str]:
    from engine.render.svg import board_svg

    return board_svg(board, told=partial(said, language=language)).encode(), "image/svg+xml"


async def _as_png(board: Board, language: str) -> tuple[bytes, str]:
    from engine.render.png import board_png

    return await asyncio.to_thread(board_png, board, told=partial(said, language=language)), "image/png"


_PICTURES: Final = {"": _as_json, ".svg": _as_svg, ".png": _as_png}


_STATUS: Final = Option("status", "", choices=tuple(Status))
_LIMIT: Final = Option("limit", "", Kind.INTEGER, default=25, least=1, most=100)
_BEFORE: Final = Option("before", "", Kind.INTEGER, least=0, most=EXACT)
_AFTER: Final = Option("after", "", Kind.INTEGER, least=-1, most=EXACT)
