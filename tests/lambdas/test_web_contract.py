"""One API, two fronts: aiohttp's server and the function on AWS give the same answers to the same requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp.test_utils import TestClient, TestServer
from local_aws import LocalAws
from watching_support import SERVER, Watched, body_of, event, watched

from bot.on_web.guard import Guard
from bot.on_web.looking import LookingApi
from bot.on_web.server import application
from bot.settings import read
from bot.wiring import looking
from lambda_interactions.web import Web

SAME = (
    *("Content-Type", "Cache-Control", "ETag", "Content-Disposition", "Content-Security-Policy", "Referrer-Policy"),
    *("X-Content-Type-Options", "Cross-Origin-Opener-Policy"),
)
NOBODY = "8dc05607-c59d-5cd4-8b06-6f98d7578000"


@pytest.fixture
async def seen(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watched]:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with watched(local_aws) as made:
        yield made


@pytest.fixture
async def function(seen: Watched) -> AsyncIterator[Web]:
    made = seen.web()
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture
async def server(seen: Watched) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    async with looking(read(seen.environment)) as arena:
        client = TestClient(TestServer(application(LookingApi(arena, SERVER), Guard())))
        await client.start_server()
        yield client
        await client.close()


async def test_both_fronts_answer_the_same(seen: Watched, function: Web, server: TestClient) -> None:  # type: ignore[type-arg]
    wrong = ["/api/nothing", "/api/duels?limit=0", "/api/duels?status=x", f"/api/duels/{NOBODY}", "/api/challenges"]
    wrong += [f"/api/duels/{seen.elsewhere}", f"/api/duels/{seen.over}/boards/99", f"/api/duels/{seen.over}/export/x"]
    twice = "/api/duels?limit=1&limit=2&before=&status=live"
    asked: list[tuple[str, str, Mapping[str, str]]] = [
        *(("GET", path, {}) for path in [*seen.addresses, *wrong, twice]),
        *(("HEAD", path, {}) for path in [*seen.addresses[:8], *wrong]),
        *(("GET", path, {"Accept-Language": "de-AT, en;q=0.5"}) for path in seen.addresses[:20]),
        ("GET", f"/api/duels/{seen.live}?lang=de", {"Accept-Language": "en"}),
    ]
    tags = {}
    for method, path, headers in asked:
        by_function = await asyncio.to_thread(function.respond, event(path, method, **headers))
        by_server = await server.request(method, path, headers=headers, allow_redirects=False)
        told = await by_server.read()
        assert by_server.status == by_function["statusCode"], (method, path)
        assert told == body_of(by_function), (method, path)
        for name in SAME:
            if method == "GET" or name != "Content-Type":
                assert by_server.headers.get(name) == by_function["headers"].get(name), (method, path, name)
        assert by_server.headers["Vary"] in by_function["headers"]["Vary"]
        assert ("X-Now-Ms" in by_server.headers) == ("X-Now-Ms" in by_function["headers"])
        tags[path] = by_server.headers.get("ETag", "")
    for path, tag in tags.items():
        known = {"If-None-Match": tag, "Accept-Language": "en"}
        by_function = await asyncio.to_thread(function.respond, event(path, **known))
        assert (await server.get(path, headers=known)).status == by_function["statusCode"], path
    assert sum(bool(tag) for tag in tags.values()) > 20
