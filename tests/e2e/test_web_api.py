"""The JSON API over real HTTP: what docs/api.md promises, and who is kept out."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from support import Line, arena_over, start
from yarl import URL

from bot.on_web.api import Api
from bot.on_web.guard import Guard, is_loopback
from bot.on_web.http import Request
from bot.on_web.members import Members
from bot.on_web.server import application, serving
from engine.arena import Arena
from engine.errors import Conflict, CorruptLog, StoreFull, UserError
from engine.model import Community, Player, Seat
from engine.stores.sqlite import SqliteStore

Client = TestClient[Any, Any]


@pytest.fixture
async def arena() -> AsyncIterator[Arena]:
    async with arena_over(players={"x/b": Line("4", "5", "6"), "x/a": Line("1", None)}) as made:
        yield made


@pytest.fixture
async def connect(arena: Arena) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Makes browsers: each has its own cookies, so each is another member."""
    clients = []

    async def make(guard: Guard = Guard()) -> Client:  # noqa: B008
        client: Client = TestClient(TestServer(application(Api(arena), guard)), cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()


@pytest.fixture
async def client(connect: Callable[..., Awaitable[Client]]) -> Client:
    return await connect()


async def ask(client: Client, path: str, **query: object) -> Any:
    response = await client.get(path, params={name: str(value) for name, value in query.items()})
    assert response.status == 200, await response.text()
    return await response.json()


async def command(client: Client, text: str, status: int = 200, **more: object) -> Any:
    response = await client.post("/api/commands", json={"text": text, **more})
    assert response.status == status, await response.text()
    return await response.json()


async def test_a_member_keeps_seat_and_name(client: Client, connect: Callable[..., Awaitable[Client]]) -> None:
    first = await ask(client, "/api/session")
    assert (await ask(client, "/api/session"))["member"] == first["member"]
    renamed = await (await client.post("/api/session", json={"name": "  Ada   Lovelace "})).json()
    assert renamed["member"] == {"id": first["member"]["id"], "name": "Ada Lovelace"}
    other = await connect()
    assert (await ask(other, "/api/session"))["member"]["id"] != first["member"]["id"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "a\u202eb", "a\x00b"])
async def test_a_name_that_cannot_be_shown_is_refused(client: Client, name: str) -> None:
    assert (await client.post("/api/session", json={"name": name})).status == 400


async def test_the_cookie_is_closed_to_scripts_and_other_sites(client: Client) -> None:
    cookie = (await client.get("/api/session")).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_declarations_are_what_completion_needs(client: Client) -> None:
    commands = {spec["name"]: spec for spec in (await ask(client, "/api/commands"))["commands"]}
    start = next(verb for verb in commands["duel"]["verbs"] if verb["name"] == "start")
    assert [option["name"] for option in start["options"] if option["positional"]] == ["game", "first", "second"]
    games = (await ask(client, "/api/games"))["games"]
    assert {game["name"] for game in games} >= {"chess", "tic_tac_toe"}
    assert all(option["help"] for game in games for option in game["options"])
    players = (await ask(client, "/api/players", game="tic_tac_toe"))["players"]
    assert {"name", "about", "ready", "missing"} <= players[0].keys()
    values = (await ask(client, "/api/complete", what="players", typed="perf", game="tic_tac_toe"))["values"]
    assert [value["value"] for value in values] == ["engine/perfect"]
    assert (await ask(client, "/api/complete", what="nonsense"))["values"] == []


async def test_a_duel_from_command_to_result(client: Client, arena: Arena) -> None:
    reply = await command(client, "/duel start tic_tac_toe me x/b")
    assert reply["private"] is False
    path = f"/api/duels/{reply['duel']}"
    for cell in ("1", "2", "3"):
        await arena.turns.play(reply["duel"])
        shown = await ask(client, path)
        assert shown["your_seat"] == "first"
        assert {"move", "label", "path"} <= shown["board"]["choices"][0].keys()
        options = {"move": cell, "duel": reply["duel"], "at": shown["position_entry"]}
        played = await client.post("/api/commands", json={"command": "duel", "verb": "move", "options": options})
        assert played.status == 200
    await arena.turns.play(reply["duel"])
    over = await ask(client, path)
    assert over["outcome"]["winner"] == "first"
    assert over["status"] == "over"
    assert over["board"]["choices"] == []
    assert over["totals"]["second"]["tokens_in"] == 20
    assert [turn["turn"] for turn in over["turns"]] == [1, 2, 3, 4, 5]
    assert (await ask(client, path, after=over["turns"][2]["entry"]))["turns"] == over["turns"][3:]
    listed = (await ask(client, "/api/duels"))["duels"]
    assert [(duel["id"], duel["status"], duel["seats"]["first"]["you"]) for duel in listed] == [
        (reply["duel"], "over", True)
    ]


async def test_nothing_changed_is_304(client: Client) -> None:
    reply = await command(client, "/duel start tic_tac_toe me x/b")
    response = await client.get(f"/api/duels/{reply['duel']}")
    again = await client.get(f"/api/duels/{reply['duel']}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304
    await command(client, f"/duel move 1 duel:{reply['duel']}")
    changed = await client.get(f"/api/duels/{reply['duel']}", headers={"If-None-Match": response.headers["ETag"]})
    assert changed.status == 200


async def test_the_same_request_starts_one_duel(client: Client) -> None:
    text = "/duel start tic_tac_toe me x/b"
    replies = [await command(client, text, request="a-request-id") for _ in range(3)]
    assert len({reply["duel"] for reply in replies}) == 1


async def test_a_stale_click_is_409_and_says_so(client: Client) -> None:
    reply = await command(client, "/duel start tic_tac_toe me me")
    await command(client, f"/duel move 1 duel:{reply['duel']} at:0")
    refused = await command(client, f"/duel move 2 duel:{reply['duel']} at:0", status=409)
    assert "position is gone" in refused["error"]["text"]


async def test_other_members_cannot_move(client: Client, connect: Callable[..., Awaitable[Client]]) -> None:
    reply = await command(client, "/duel start tic_tac_toe me x/b")
    other = await connect()
    refused = await command(other, f"/duel move 1 duel:{reply['duel']}", status=403)
    assert "no seat" in refused["error"]["text"]
    assert (await ask(other, f"/api/duels/{reply['duel']}"))["your_seat"] is None


async def test_two_members_play_each_other(client: Client, connect: Callable[..., Awaitable[Client]]) -> None:
    other = await connect()
    await other.post("/api/session", json={"name": "Bob"})
    reply = await command(client, "/duel start tic_tac_toe me @bob")
    await command(client, "/duel move 1")
    await command(other, "/duel move 5")
    await command(client, "/duel draw offer")
    await command(other, "/duel draw accept")
    shown = await ask(other, f"/api/duels/{reply['duel']}")
    assert shown["outcome"]["termination"] == "agreement"
    assert shown["rated"] is False
    await command(client, "/duel start tic_tac_toe me @nobody", status=404)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "slash"),
        ("/dule start", "/duel"),
        ("/duel stat", "start"),
        ("/duel", "needs one of"),
        ("/duel start tic_tac_toe me", "second is missing"),
        ("/duel start tictactoe me x/b", "tic_tac_toe"),
        ("/duel start tic_tac_toe me x/c", "x/b"),
        ("/duel start tic_tac_toe me stockfish", "There is no player"),
        ("/duel start tic_tac_toe me x/b seed:soon", "whole number"),
        ("/duel start tic_tac_toe me x/b moves:any", "constrained"),
        ("/duel start tic_tac_toe me x/b colour:red", "colour"),
        ("/duel move e4", "no running duel"),
        ("/duel show nosuch", "There is no duel"),
    ],
)
async def test_a_mistyped_command_gets_a_sentence(client: Client, text: str, says: str) -> None:
    response = await client.post("/api/commands", json={"text": text})
    assert 400 <= response.status < 500
    error = (await response.json())["error"]["text"]
    assert says in error
    assert "\n" not in error


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/duels", 404),
        ("GET", "/api/duels/none", 404),
        ("GET", "/api/duels?limit=1000", 400),
        ("GET", "/api/duels?status=odd", 400),
        ("GET", "/../pyproject.toml", 404),
        ("GET", "/%2e%2e/pyproject.toml", 404),
        ("POST", "/api/commands", 400),
    ],
)
async def test_bad_addresses_and_bodies(client: Client, method: str, path: str, status: int) -> None:
    response = await client.request(method, path, data=b"not json" if method == "POST" else None)
    assert response.status == status
    assert "Traceback" not in await response.text()


async def test_a_body_too_large_is_refused(client: Client) -> None:
    response = await client.post("/api/commands", json={"text": "/duel move " + "x" * 100_000})
    assert response.status in {400, 413}


async def test_boards_and_exports(client: Client, arena: Arena) -> None:
    reply = await command(client, "/duel start tic_tac_toe x/a x/b")
    await arena.turns.play(reply["duel"])
    path = f"/api/duels/{reply['duel']}"
    board = await client.get(f"{path}/boards/1")
    assert "immutable" in board.headers["Cache-Control"]
    assert "top left X" in (await board.json())["alt"]
    svg = await client.get(f"{path}/boards/1.svg")
    assert svg.headers["Content-Type"] == "image/svg+xml"
    png = await client.get(f"{path}/boards/1.png")
    assert (await png.read()).startswith(b"\x89PNG")
    assert (await client.get(f"{path}/boards/9")).status == 404
    for form in ("json", "markdown"):
        export = await client.get(f"{path}/export/{form}")
        assert "attachment" in export.headers["Content-Disposition"]
    assert (await client.get(f"{path}/export/pgn")).status == 404


async def test_the_seed_is_shown_only_afterwards(client: Client, arena: Arena) -> None:
    reply = await command(client, "/duel start tic_tac_toe x/a x/b")
    assert (await ask(client, f"/api/duels/{reply['duel']}"))["seed"] is None
    await arena.turns.play(reply["duel"])
    assert isinstance((await ask(client, f"/api/duels/{reply['duel']}"))["seed"], int)


async def test_another_community_s_duel_does_not_exist_here(client: Client, arena: Arena) -> None:
    from engine.arena.starting import Start

    players = {Seat.FIRST: Player("engine", "random"), Seat.SECOND: Player("engine", "perfect")}
    head = await arena.duels.start(Start("r", Community("discord", "1"), "tic_tac_toe", players, "x"))
    assert (await client.get(f"/api/duels/{head.duel_id}")).status == 404
    await command(client, f"/duel show {head.duel_id}", status=404)
    await command(client, f"/duel cancel {head.duel_id}", status=404)


async def test_foreign_pages_and_names_are_kept_out(client: Client) -> None:
    text = {"text": "/duel list"}
    assert (await client.get("/api/session", headers={"Host": "evil.example"})).status == 403
    assert (await client.post("/api/commands", json=text, headers={"Origin": "http://evil.example"})).status == 403
    assert (await client.post("/api/commands", json=text, headers={"Origin": "null"})).status == 403
    own = f"http://{client.host}:{client.port}"
    assert (await client.post("/api/commands", json=text, headers={"Origin": own})).status == 200
    plain = await client.post("/api/commands", data='{"text": "/duel list"}', headers={"Content-Type": "text/plain"})
    assert plain.status == 400


async def test_an_open_server_asks_for_its_token(connect: Callable[..., Awaitable[Client]]) -> None:
    client = await connect(Guard("a token of the test"))
    assert (await client.get("/api/session")).status == 401
    assert (await client.get("/")).status == 401
    assert (await client.get("/api/session", headers={"Authorization": "Bearer wrong"})).status == 401
    assert (await client.get("/api/session", headers={"Authorization": "Bearer a token of the test"})).status == 200
    assert (await client.get("/?token=a token of the test")).status == 200
    assert (await client.get("/api/session")).status == 200


async def test_every_answer_forbids_foreign_scripts(client: Client) -> None:
    for path in ("/", "/api/session", "/api/nothing"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_port_in_use_is_a_sentence(arena: Arena) -> None:
    app = application(Api(arena), Guard())
    async with serving(app, "127.0.0.1", 0) as port:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/api/session") as response:
            assert response.status == 200
        with pytest.raises(UserError, match=f"Port {port} on 127.0.0.1 is in use"):
            async with serving(application(Api(arena), Guard()), "127.0.0.1", port):
                pass


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.0.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


HOSTILE_BODIES: tuple[bytes, ...] = (
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"[" * 60_000,
    b'{"text": NaN}',
    b'{"text": ' + b"9" * 5_000 + b"}",
    b'{"text": "\\ud800"}',
    b'{"\\udfff": 1, "command": "duel", "verb": "list"}',
    b'{"text": "\xed\xa0\x80"}',
    b'{"text": "\xff"}',
    b"\xff\xfe{\x00",
    b'{"text": null}',
    b'{"text": {"a": [1]}}',
    b'{"text": "/duel list", "request": "\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000"}',
    b'{"command": [], "verb": {}, "options": []}',
    b'{"command": "duel", "verb": "list", "options": 7}',
    b'{"name": {"a": 1}}',
    b'{"name": "\\u0000"}',
)
HOSTILE_VALUES: tuple[object, ...] = (
    *("nan", "inf", "-inf", "1e300", "9" * 400, 10**400, -1, 2**63, 1.5, True, [], {}, "", " ", "\x00", "\u202e"),
    *("%s%n", "'; DROP TABLE persons; --", "../../etc/passwd", "human/", "human/x", "/", "@", "@\x00", "me", "last"),
)
HOSTILE_QUERIES = ("9" * 22, "-1", "1e9", "nan", "%00", "%ff", "%ed%a0%80", "%F0%9F%98%80", "'", "a" * 3000, "")
HOSTILE_HEADERS: tuple[tuple[str, str], ...] = (
    *(("Host", value) for value in ("[", "]", "[::1", "[::1]:x", "a b", "127.0.0.1:99999999", "\u00e9", "x@[")),
    *(("Origin", value) for value in ("http://[", "null", "http://]", "//", "http://a:b:c", "\u00e9", "http://[::1]x")),
    *(("Cookie", f"arena_member={value}") for value in ("", "x" * 64, "\u00e9" * 30, '"\\303"', "a=b;;=;,", "x.y" * 9)),
    *(("Authorization", value) for value in ("Bearer \u00e9", "Bearer", "Basic ?")),
    *(("Content-Encoding", value) for value in ("gzip", "deflate", "nonsense")),
    *(("If-None-Match", value) for value in ('"', "*", ",,,", "W/\u00e9")),
    *(("Range", value) for value in ("bytes=9-1", "bytes=-", "x")),
    *(("If-Modified-Since", value) for value in ("yesterday", "99999")),
    *(("Content-Type", value) for value in ("", ";;", "application/json; charset=nonsense")),
)


async def test_no_body_breaks_the_server(client: Client) -> None:
    for path in ("/api/commands", "/api/session"):
        for body in HOSTILE_BODIES:
            response = await client.post(path, data=body, headers={"Content-Type": "application/json"})
            assert response.status < 500, (path, body[:80])
            assert response.content_type == "application/json"


async def test_no_value_breaks_the_server(client: Client) -> None:
    declared = (await ask(client, "/api/commands"))["commands"]
    verbs = [(spec["name"], verb) for spec in declared for verb in spec["verbs"]]
    asked = [
        (name, verb["name"], {"game": "chess", "first": "me", "second": "engine/random", option["name"]: value})
        for name, verb in verbs
        for option in verb["options"]
        for value in HOSTILE_VALUES
    ]
    for name, verb, options in asked:
        known = {option["name"] for option in next(v for n, v in verbs if (n, v["name"]) == (name, verb))["options"]}
        given = {option: value for option, value in options.items() if option in known}
        response = await client.post("/api/commands", json={"command": name, "verb": verb, "options": given})
        assert response.status < 500, (name, verb, given)
    assert len(asked) > 300


async def test_no_address_breaks_the_server(client: Client) -> None:
    duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
    names = ("limit", "before", "status", "after", "what", "typed", "game", "token")
    paths = ("/api/duels", f"/api/duels/{duel}", "/api/complete", "/api/players", "/")
    addresses = [f"{path}?{name}={value}" for path in paths for name in names for value in HOSTILE_QUERIES]
    addresses += [f"/api/duels/{value}" for value in HOSTILE_QUERIES]
    addresses += [f"/api/duels/{duel}/boards/{value}" for value in (*HOSTILE_QUERIES, "9" * 5000, "1.svg", "%D9%A1")]
    addresses += [f"/api/duels/{duel}/export/{value}" for value in HOSTILE_QUERIES]
    addresses += [f"{folder}/{value}" for folder in ("", "/glyphs", "/js") for value in HOSTILE_QUERIES]
    for address in addresses:
        response = await client.session.get(URL(f"http://{client.host}:{client.port}{address}", encoded=True))
        assert response.status < 500, address


@pytest.mark.parametrize("guard", [Guard(), Guard("a token of the test")], ids=["loopback", "open"])
async def test_no_header_breaks_the_server(connect: Callable[..., Awaitable[Client]], guard: Guard) -> None:
    client = await connect(guard)
    for name, value in HOSTILE_HEADERS:
        for method, path in (("GET", "/api/duels"), ("GET", "/"), ("POST", "/api/commands"), ("GET", "/api/session")):
            status = await raw_status(client, method, path, name, value)
            assert 200 <= status < 500, (method, path, name, value)


async def raw_status(client: Client, method: str, path: str, name: str, value: str) -> int:
    """The status of a request that no client library would send."""
    headers = {"Host": f"{client.host}:{client.port}", "Content-Type": "application/json", "Connection": "close"}
    body = b'{"text": "/duel list"}'
    lines = [f"{method} {path} HTTP/1.1", *(f"{key}: {text}" for key, text in {**headers, name: value}.items())]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write("\r\n".join([*lines, "", ""]).encode() + (body if method == "POST" else b""))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("header", [("Host", "["), ("Origin", "http://[")])
async def test_an_unreadable_host_or_origin_is_a_foreign_one(client: Client, header: tuple[str, str]) -> None:
    assert await raw_status(client, "POST", "/api/commands", *header) == 403


async def test_half_a_character_is_refused_in_a_sentence(client: Client) -> None:
    body = b'{"command": "duel", "verb": "show", "options": {"duel": "\\ud800"}}'
    response = await client.post("/api/commands", data=body, headers={"Content-Type": "application/json"})
    assert response.status == 400
    assert (await response.json())["error"]["text"] == "The body is not valid JSON."


@pytest.mark.parametrize(
    ("error", "status", "kind", "says"),
    [
        (RuntimeError("secret inside"), 500, "Internal", "It has been logged"),
        (Conflict("secret inside"), 500, "Internal", "It has been logged"),
        (CorruptLog("secret inside"), 500, "Internal", "It has been logged"),
        (StoreFull("No space is left for /secret inside/arena.db"), 503, "StoreFull", "The host's disk is full"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_goes_wrong_inside_is_logged_and_not_told(
    client: Client,
    arena: Arena,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    kind: str,
    says: str,
) -> None:
    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(arena.context.store.__class__, "duels", fail)
    response = await client.get("/api/duels")
    assert response.status == status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    told = (await response.json())["error"]
    assert told["kind"] == kind
    assert says in told["text"]
    assert "secret inside" not in await response.text()
    assert error in [record.exc_info[1] for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("name", ["Bob", "BOB", " bob ", "\uff22\uff4f\uff42"])
async def test_nobody_takes_the_name_of_another(
    client: Client, connect: Callable[..., Awaitable[Client]], name: str
) -> None:
    assert (await client.post("/api/session", json={"name": "Bob"})).status == 200
    other = await connect()
    before = (await ask(other, "/api/session"))["member"]
    refused = await other.post("/api/session", json={"name": name})
    assert refused.status == 400
    assert (await refused.json())["error"]["text"] == f"“{name.strip()}” is taken: choose another name."
    assert (await ask(other, "/api/session"))["member"] == before
    assert (await client.post("/api/session", json={"name": "bob"})).status == 200


async def test_newcomers_have_names_of_their_own(arena: Arena) -> None:
    members = Members(arena, "web")
    names = [(await members.newcomer()).person.name for _ in range(300)]
    assert len({name.casefold() for name in names}) == 300
    assert sum(name.replace(" ", "").isalpha() for name in names) > 50


async def test_looking_makes_nobody_a_member(client: Client, arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    duel = (await start(arena, "tic_tac_toe", "x/a", "x/b")).duel_id
    made: list[object] = []
    monkeypatch.setattr(SqliteStore, "person", lambda *given, **_: made.append(given))
    paths = ("/api/commands", "/api/games", "/api/players", "/api/duels", "/api/complete?what=players")
    own = ("", "/boards/0", "/boards/0.svg", "/export/json")
    for path in (*paths, *(f"/api/duels/{duel}{part}" for part in own), "/api/nothing", "/"):
        for cookie in ("", "arena_member=" + "x" * 32):
            response = await client.get(path, headers={"Cookie": cookie})
            assert response.status in {200, 404}
            assert "Set-Cookie" not in response.headers
    shown = await ask(client, f"/api/duels/{duel}")
    assert shown["your_seat"] is None
    assert not shown["seats"]["first"]["you"]
    assert made == []


async def test_only_cookies_of_this_installation_are_taken(client: Client, arena: Arena) -> None:
    response = await client.get("/api/session")
    member, token = (await response.json())["member"], response.cookies["arena_member"].value
    drawn, signature = token.split(".")
    async with arena_over() as elsewhere:
        secret = replace(elsewhere.context, secret=b"another secret")
        foreign = (await Members(Arena.over(secret), "web").newcomer()).token
    forged = (drawn, f"{drawn}.", f"x{drawn}.{signature}", f"{drawn}.{signature[::-1]}", f".{signature}", foreign)
    for offered in (*forged, "x" * 32, "."):
        client.session.cookie_jar.clear()
        response = await client.get("/api/session", headers={"Cookie": f"arena_member={offered}"})
        assert (await response.json())["member"]["id"] != member["id"]
        assert response.cookies["arena_member"].value != offered
    client.session.cookie_jar.clear()
    response = await client.get("/api/session", headers={"Cookie": f"arena_member={token}"})
    assert (await response.json())["member"] == member
    assert "Set-Cookie" not in response.headers


async def test_a_first_command_makes_a_member_even_when_it_is_refused(client: Client) -> None:
    refused = await client.post("/api/commands", json={"text": "/duel show nosuch"})
    assert refused.status == 404
    assert "arena_member" in refused.cookies
    again = await client.get("/api/session")
    assert "Set-Cookie" not in again.headers
    assert (await again.json())["member"]["name"]


async def test_a_fault_does_not_lose_the_new_member(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.on_web.api.run_command", None)
    broken = await client.post("/api/commands", json={"text": "/duel list"})
    assert broken.status == 500
    assert "arena_member" in broken.cookies


async def test_parallel_requests_of_a_member_stay_one_member(client: Client) -> None:
    member = (await ask(client, "/api/session"))["member"]
    answers = await asyncio.gather(*(client.get("/api/session") for _ in range(16)))
    assert [(await answer.json())["member"] for answer in answers] == [member] * 16


@pytest.mark.parametrize("suffix", ["", ".svg", ".png"])
async def test_a_board_is_kept_for_ever_only_when_it_cannot_change(client: Client, arena: Arena, suffix: str) -> None:
    duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
    path = f"/api/duels/{duel}/boards/0{suffix}"
    running = await client.get(path)
    assert running.headers["Cache-Control"] == "private, no-cache"
    assert (await client.get(path, headers={"If-None-Match": running.headers["ETag"]})).status == 304
    await command(client, "/duel resign")
    over = await client.get(path)
    assert over.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert await over.read() == await running.read()


async def test_nothing_of_a_member_is_kept_in_between(client: Client) -> None:
    duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
    for path in ("/api/session", "/api/duels", "/api/commands", f"/api/duels/{duel}", "/api/nothing"):
        assert "private" in (await client.get(path)).headers["Cache-Control"], path
    for form in ("json", "markdown"):
        assert (await client.get(f"/api/duels/{duel}/export/{form}")).headers["Cache-Control"] == "private, no-store"


async def test_a_list_of_duels_looks_people_up_once(
    client: Client, connect: Callable[..., Awaitable[Client]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await connect()
    for browser, name in ((client, "Ann"), (other, "Bob")):
        await browser.post("/api/session", json={"name": name})
        for second in ("me", "x/b", "engine/random"):
            await command(browser, f"/duel start tic_tac_toe me {second}")
    asked: list[object] = []
    people = SqliteStore.people

    async def counted(store: SqliteStore, ids: Any) -> Any:
        asked.append(ids)
        return await people(store, ids)

    monkeypatch.setattr(SqliteStore, "people", counted)
    duels = (await ask(client, "/api/duels"))["duels"]
    assert len(asked) == 1
    assert sorted(duel["started_by"] for duel in duels) == ["Ann"] * 3 + ["Bob"] * 3
    assert {duel["seats"]["first"]["name"] for duel in duels} == {"Ann", "Bob"}
    assert len((await ask(client, "/api/complete", what="duels"))["values"]) == 7
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("/?token=a+token", "/"),
        ("/replay.html?duel=x%26y&token=a%20token&ply=2", "/replay.html?duel=x%26y&ply=2"),
        ("//evil.example/?token=a+token", "/evil.example/"),
        ("/%5cevil.example/?token=a+token", "/%5cevil.example/"),
    ],
)
async def test_the_token_leaves_the_address(connect: Callable[..., Awaitable[Client]], asked: str, left: str) -> None:
    client = await connect(Guard("a token"))
    url = URL(f"http://{client.host}:{client.port}{asked}", encoded=True)
    response = await client.session.get(url, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, left)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    cookie = response.headers["Set-Cookie"]
    # Strict would not be sent on the way from a link in a chat through the redirect.
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert (await client.get("/api/session")).status == 200


async def test_the_api_does_not_redirect_and_a_wrong_token_neither(connect: Callable[..., Awaitable[Client]]) -> None:
    client = await connect(Guard("a token"))
    assert (await client.get("/?token=wrong", allow_redirects=False)).status == 401
    assert (await client.get("/api/games?token=a+token", allow_redirects=False)).status == 200
    posted = await client.post("/api/commands?token=a+token", json={"text": "/duel list"}, allow_redirects=False)
    assert posted.status == 200


async def test_over_https_cookies_are_for_https_alone(arena: Arena) -> None:
    for secure in (True, False):
        response = await Api(arena).answer(Request("GET", "/api/session", secure=secure))
        assert ("; Secure" in response.headers["Set-Cookie"]) is secure
    plain = make_mocked_request("GET", "/?token=a+token", headers={"X-Forwarded-Proto": "https"})
    tls = make_mocked_request("GET", "/?token=a+token", sslcontext=ssl.create_default_context())
    app = application(Api(arena), Guard("a token"))
    for request, secure in ((plain, False), (tls, True)):
        response = await app.middlewares[0](request, lambda _: None)  # type: ignore[call-arg, arg-type, misc]
        assert response.cookies["arena_token"]["secure"] == (secure or "")  # type: ignore[attr-defined]


async def test_a_fault_outside_the_api_is_told_in_the_same_way(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(Api, "answer", fail)
    response = await client.get("/api/games")
    assert response.status == 500
    assert await response.json() == {
        "error": {"kind": "Internal", "text": "Something went wrong here. It has been logged; try again."}
    }
    assert "secret inside" in caplog.text


async def test_a_browser_that_hangs_up_is_no_fault(arena: Arena, caplog: pytest.LogCaptureFixture) -> None:
    async def hang_up(_: Any) -> Any:
        raise ConnectionResetError

    guarded: Any = application(Api(arena), Guard()).middlewares[0]
    with pytest.raises(ConnectionResetError):
        await guarded(make_mocked_request("GET", "/", headers={"Host": "localhost"}), hang_up)
    assert not caplog.records


async def test_pages_lose_no_duel_of_the_same_millisecond(client: Client) -> None:
    for number in range(6):
        await command(client, "/duel start tic_tac_toe x/b x/a", request=f"request-{number}")
    seen: list[str] = []
    before: object = ""
    while before is not None:
        page = await ask(client, "/api/duels", limit=3, before=before)
        seen += [duel["id"] for duel in page["duels"]]
        before = page["next"]
    assert len(seen) == len(set(seen)) == 6


async def test_a_name_must_be_a_text(client: Client) -> None:
    await ask(client, "/api/session")
    for name in (None, 5, ["Ann"]):
        assert (await client.post("/api/session", json={"name": name})).status == 400
