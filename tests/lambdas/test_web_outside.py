"""What stands before the look-only API: headers of all answers, CORS, a private place's token, and its variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from watching_support import DIGEST, ORIGIN, TOKEN, Watched, event, json_of

from bot.on_web.http import SECURITY_HEADERS
from bot.on_web.place import Place
from engine.errors import NotConfigured
from lambda_interactions.web import Web


def every_kind(seen: Watched) -> list[dict[str, Any]]:
    paths = ["/health", "/api/enter", "/api/nothing", f"/api/duels/{seen.over}", f"/api/duels/{seen.over}/boards/1.png"]
    return [*(event(path) for path in paths), event("/api/duels", "POST"), event("/api/duels", "OPTIONS"), {}]


def test_all_answers_have_the_security_headers(seen: Watched, open_web: Web, private_web: Web) -> None:
    for request in every_kind(seen):
        for made in (open_web, private_web):
            headers = made.respond(request)["headers"]
            assert {**headers, **SECURITY_HEADERS} == headers, request
            assert headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_the_site_s_pages_may_read_it_and_nobody_else_s(seen: Watched, open_web: Web, private_web: Web) -> None:
    foreign = ["https://evil.example", "https://arena.example.evil.example", "http://arena.example", "null", ""]
    for request in every_kind(seen)[:-1]:
        for made in (open_web, private_web):
            for origin in (ORIGIN, *foreign):
                answer = made.respond({**request, "headers": {"origin": origin}})
                allowed = answer["headers"].get("Access-Control-Allow-Origin")
                assert allowed == (ORIGIN if origin == ORIGIN else None)
                assert "Origin" in answer["headers"]["Vary"].split(", ")
                assert "Access-Control-Allow-Credentials" not in answer["headers"]
    asked = {"origin": ORIGIN, "access-control-request-method": "GET"}
    preflight = private_web.respond(event("/api/duels", "OPTIONS", **asked))
    assert preflight["statusCode"] == 204
    assert preflight["headers"]["Access-Control-Max-Age"] == "600"
    assert preflight["headers"]["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    nowhere = seen.web(ARENA_SITE_ORIGIN="")
    assert "Access-Control-Allow-Origin" not in nowhere.respond(event("/health", origin=""))["headers"]
    nowhere.close()


def test_a_private_place_opens_with_its_token_alone(seen: Watched, private_web: Web) -> None:
    for path in ("/api/session", f"/api/duels/{seen.over}", f"/api/duels/{seen.over}/boards/1.png", "/api/nothing"):
        for cookies, headers in (
            ((), {}),
            (("arena_token=wrong",), {}),
            ((f"arena_token={DIGEST}",), {}),
            ((), {"authorization": f"Basic {TOKEN}"}),
            ((), {"authorization": TOKEN}),
            ((), {"authorization": "Bearer \ud800"}),
        ):
            answer = private_web.respond(event(path, cookies=cookies, **headers))
            assert (answer["statusCode"], answer["headers"]["WWW-Authenticate"]) == (401, "Bearer"), (path, cookies)
            assert json_of(answer)["error"]["text"].startswith("This arena is private. Open it with the link")
            assert answer["headers"]["Cache-Control"] == "private, no-store"
    assert private_web.respond(event("/api/session?token=" + TOKEN))["statusCode"] == 401, "not at every address"
    for allowed in (
        event("/api/session", cookies=(f"arena_token={TOKEN}",)),
        event("/api/session", authorization=f"Bearer {TOKEN}"),
    ):
        assert private_web.respond(allowed)["statusCode"] == 200


def test_the_link_brings_a_cookie_and_leads_on(open_web: Web, private_web: Web) -> None:
    answer = private_web.respond(event(f"/api/enter?token={TOKEN}"))
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, "/")
    (cookie,) = answer["cookies"]
    name, *attributes = cookie.split("; ")
    assert name == f"arena_token={TOKEN}"
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert private_web.respond(event("/api/session", cookies=(name,)))["statusCode"] == 200
    for wrong in ("/api/enter", "/api/enter?token=", "/api/enter?token=wrong", f"/api/enter?token={DIGEST}"):
        refused = private_web.respond(event(wrong))
        assert (refused["statusCode"], refused.get("cookies")) == (401, None)
    anybody = open_web.respond(event("/api/enter?token=x"))
    assert (anybody["statusCode"], anybody.get("cookies")) == (303, None)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARENA_WEB_COMMUNITY", ""),
        ("ARENA_WEB_COMMUNITY", "discord"),
        ("ARENA_WEB_COMMUNITY", ":1"),
        ("ARENA_SITE_ORIGIN", "https://arena.example/"),
        ("ARENA_SITE_ORIGIN", "arena.example"),
        ("ARENA_SITE_ORIGIN", "*"),
        ("ARENA_WEB_TOKEN_SHA256", "the token itself"),
        ("ARENA_WEB_TOKEN_SHA256", DIGEST[:-1]),
    ],
)
def test_a_slip_in_a_variable_is_named_and_opens_nothing(variable: str, value: str) -> None:
    environment: Mapping[str, str] = {"ARENA_WEB_COMMUNITY": "discord:1", "ARENA_SITE_ORIGIN": ORIGIN, variable: value}
    with pytest.raises(NotConfigured, match=variable):
        Place.of(environment)
