"""The JSON API over real HTTP: who is kept out, and what no input and no fault may do."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http.cookies import SimpleCookie
from itertools import product
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request
from support import arena_over
from web_support import Client, ask, command
from yarl import URL

from bot.on_web.api import Api
from bot.on_web.guard import Guard, is_loopback
from bot.on_web.http import Request, Response
from bot.on_web.members import Members
from bot.on_web.server import application
from engine.arena import Arena
from engine.errors import Conflict, CorruptLog, StoreFull
from engine.model import Community, Role


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "a\u202eb", "a\x00b"])
async def test_a_name_that_cannot_be_shown_is_refused(client: Client, name: str) -> None:
    assert (await client.post("/api/session", json={"name": name})).status == 400


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
    *(("Accept-Language", value) for value in ("*", ";q=", "de;q=nan,en;q=1e999", "\u00e9", "de-" * 500, ",;,;q=-1")),
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


async def test_no_value_breaks_the_server(arena: Arena) -> None:
    """Each value for each option, as the server hands them on. What HTTP itself makes of a body is tried above."""
    api, cookies = Api(arena, Community("web", "main"), Role.MEMBER), dict[str, str]()

    async def answered(method: str, body: object = None) -> Response:
        headers = {"content-type": "application/json"}
        response = await api.answer(Request(method, "/api/commands", {}, headers, cookies, json.dumps(body).encode()))
        said = SimpleCookie(response.headers.get("Set-Cookie", ""))
        cookies.update({name: morsel.value for name, morsel in said.items()})
        return response

    declared = json.loads((await answered("GET")).body)["commands"]
    asked = 0
    for spec in declared:
        for verb in spec["verbs"]:
            known = {option["name"] for option in verb["options"]}
            usual = {"game": "chess", "first": "me", "second": "engine/random"}
            given = {name: value for name, value in usual.items() if name in known}
            for name, value in product(sorted(known), HOSTILE_VALUES):
                options = {**given, name: value}
                response = await answered("POST", {"command": spec["name"], "verb": verb["name"], "options": options})
                assert response.status < 500, (spec["name"], verb["name"], options)
                asked += 1
    assert asked > 300


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


async def test_a_fault_does_not_lose_the_new_member(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.on_web.api.run_command", None)
    broken = await client.post("/api/commands", json={"text": "/duel list"})
    assert broken.status == 500
    assert "arena_member" in broken.cookies


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


async def test_a_name_must_be_a_text(client: Client) -> None:
    await ask(client, "/api/session")
    for name in (None, 5, ["Ann"]):
        assert (await client.post("/api/session", json={"name": name})).status == 400
