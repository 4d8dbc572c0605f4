"""The look-only API on AWS: what it shows of one community, what it keeps to itself, and that it never writes."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from local_aws import LocalAws
from runtime_api import function, runtime_api
from watching_support import BLOCKED, DIGEST, ELSEWHERE, ORIGIN, SERVER, Watched, body_of, event, json_of, recorded

from bot import __version__
from bot.clock import SystemClock
from bot.on_web.api import Api
from bot.on_web.http import Request, Response
from bot.on_web.looking import LookingApi
from bot.on_web.outside import HEADERS
from engine.errors import StoreError
from engine.model import Document
from engine.stores.looking import LookingStore
from lambda_interactions import web
from lambda_interactions.web import Web

READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}


def test_every_route_only_reads(seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    with recorded(local_aws, monkeypatch) as calls:
        web = seen.web()
        for address in seen.addresses:
            for method in ("GET", "HEAD"):
                assert web.respond(event(address, method))["statusCode"] == 200, address
        for path in ("/api/commands", "/api/complete?what=keys", "/api/players", "/api/challenges", "/api/nothing"):
            assert web.respond(event(path))["statusCode"] == 404
        web.close()
    assert set(calls.names) == READS


def test_what_it_reads_is_cheap(seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the price for what may be a moment old, no look at where duels are shown, and one list for all watchers."""
    with recorded(local_aws, monkeypatch) as calls:
        web = seen.web()
        for address in seen.addresses:
            web.respond(event(address))
        asked = str(calls.arguments)
        assert "ConsistentRead" not in asked
        assert "HEAD#shown" not in asked
        before = len(calls.names)
        many = [web.respond(event("/api/duels?limit=25")) for _ in range(10)]
        once = len(calls.names) - before
        monkeypatch.setattr("bot.on_web.looking.LIST_MS", 0)
        fresh = web.respond(event("/api/duels?limit=24"))
        web.respond(event("/api/duels?limit=24"))
        web.close()
    assert {answer["body"] for answer in many} == {fresh["body"]}
    assert len(calls.names) - before == 3 * once, "a list is looked up again when it is old"


def test_every_route_is_among_those(seen: Watched) -> None:
    routes = [route.pattern for route in LookingApi(seen.arena, SERVER)._routes]
    paths = [address.partition("?")[0] for address in seen.addresses]
    assert [one for one in routes if not any(re.fullmatch(one, path) for path in paths)] == []
    assert len(routes) == 6


def test_what_would_write_is_seen(seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recording can tell: the same API with members writes one down."""

    async def introduced() -> Response:
        from bot.hub import Hub
        from bot.settings import read
        from bot.wiring import serverless

        settings = read({**seen.environment, "ARENA_SECRET": "5e" * 32, "TURNS_QUEUE_URL": "http://127.0.0.1:1/q"})
        async with serverless(settings, Hub()) as (arena, _):
            return await Api(arena, SERVER).answer(Request("GET", "/api/session"))

    with recorded(local_aws, monkeypatch) as calls:
        assert asyncio.run(introduced()).status == 200
    assert set(calls.names) - READS == {"dynamodb:TransactWriteItems"}


def test_a_write_is_refused_before_anybody_is_asked(
    seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write() -> None:
        table = seen.environment["ARENA_STORE"].partition(":")[2]
        store = LookingStore.open(table, SystemClock(), local_aws.endpoint_url, "us-east-1")
        attempts = [
            lambda: store.put_document(Document(SERVER, "note", "k", {})),
            lambda: store.person("discord", "9", "Eve", "id"),
            lambda: store.forget(seen.ann.id),
            lambda: store.show(seen.over, seen_head.shown),
        ]
        seen_head = await store.head(seen.over)
        assert seen_head
        for attempt in attempts:
            with pytest.raises(StoreError, match="only looks"):
                await attempt()
        await store.close()

    with recorded(local_aws, monkeypatch) as calls:
        asyncio.run(write())
    assert set(calls.names) <= READS


def test_health_touches_nothing(seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    with recorded(local_aws, monkeypatch) as calls:
        for made in (seen.web(ARENA_WEB_TOKEN_SHA256=DIGEST), seen.web(ARENA_STORE="dynamodb:nowhere")):
            answer = made.respond(event("/health"))
            assert answer["statusCode"] == 200
            assert json_of(answer) == {"status": "ok", "version": __version__}
            made.close()
    assert calls.names == []


def test_the_session_says_that_this_is_a_place_to_watch(open_web: Web) -> None:
    answer = open_web.respond(event("/api/session", cookies=("arena_member=somebody.else",)))
    assert json_of(answer) == {
        "member": {"id": "", "name": "", "role": "member"},
        "community": str(SERVER),
        "version": __version__,
        "watching": "Here you can watch. To play, type /duel in your server.",
    }
    assert "cookies" not in answer
    german = json_of(open_web.respond(event("/api/session?lang=de")))
    assert german["watching"] == "Hier kannst du zusehen. Zum Spielen gib auf deinem Server /duel ein."


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/api/commands", "/api/session", "/health"])
def test_nothing_is_taken(open_web: Web, method: str, path: str) -> None:
    answer = open_web.respond(event(path, method))
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "To play, type /duel in your server." in json_of(answer)["error"]["text"]


def test_only_this_community_is_shown(seen: Watched, open_web: Web) -> None:
    duels = json_of(open_web.respond(event("/api/duels")))["duels"]
    assert {duel["id"] for duel in duels} == {seen.over, seen.live, seen.hidden, seen.words, seen.erased}
    for rest in ("", "/boards/0", "/boards/0.svg", "/export/json"):
        answer = open_web.respond(event(f"/api/duels/{seen.elsewhere}{rest}"))
        assert answer["statusCode"] == 404
        assert answer["body"] == open_web.respond(event(f"/api/duels/{seen.elsewhere}{rest}"))["body"]
    elsewhere = seen.web(ARENA_WEB_COMMUNITY=str(ELSEWHERE))
    (duel,) = json_of(elsewhere.respond(event("/api/duels")))["duels"]
    assert duel["id"] == seen.elsewhere
    elsewhere.close()


def test_whoever_looks_has_no_seat_and_no_secret_is_told(seen: Watched, open_web: Web) -> None:
    everything = "\n".join(body_of(open_web.respond(event(path))).decode(errors="replace") for path in seen.addresses)
    for secret in (seen.ann.id, seen.gone.id, seen.ann.platform_id, seen.gone.platform_id, seen.gone.name, BLOCKED):
        assert secret not in everything, secret
    assert "Ann" in everything, "the test would see nothing"
    assert "•••! It is a ••• move." in everything
    live = json_of(open_web.respond(event(f"/api/duels/{seen.live}")))
    assert (live["your_seat"], live["your_move"], live["takes_stakes"], live["seed"]) == (None, False, False, None)
    assert live["board"]["choices"] == []
    assert not any(seat["you"] for seat in live["seats"].values())
    hidden = json_of(open_web.respond(event(f"/api/duels/{seen.hidden}")))
    assert list(hidden["sealed"]) == ["first"]
    assert "rock" not in json.dumps([hidden["turns"], hidden["board"]["hands"]])
    erased = json_of(open_web.respond(event(f"/api/duels/{seen.erased}")))
    assert erased["seats"]["first"]["name"] == erased["started_by"] == "someone"


def test_a_download_tells_people_apart_and_not_who_they_are(seen: Watched, open_web: Web) -> None:
    log = json_of(open_web.respond(event(f"/api/duels/{seen.hidden}/export/json")))
    terms = log["entries"][0]["terms"]
    assert sorted(terms["players"].values()) == ["human/member-1", "human/member-2"]
    assert terms["started_by"] == "member-1"
    mine = asyncio.run(_exported_by_members(seen))
    assert seen.ann.id in mine, "members see the log as it is"


async def _exported_by_members(seen: Watched) -> str:
    request = Request("GET", f"/api/duels/{seen.hidden}/export/json")
    return (await Api(seen.arena, SERVER).answer(request)).body.decode()


def test_etags_pictures_and_heads(seen: Watched, open_web: Web) -> None:
    for path in (f"/api/duels/{seen.over}", f"/api/duels/{seen.over}/boards/1.png", "/api/games", "/api/duels"):
        first = open_web.respond(event(path))
        again = open_web.respond(event(path, if_none_match=first["headers"]["ETag"]))
        assert (again["statusCode"], again["body"]) == (304, "")
        head = open_web.respond(event(path, "HEAD"))
        changing = {"X-Now-Ms": None}
        assert (head["statusCode"], head["body"]) == (200, "")
        assert head["headers"] | changing == first["headers"] | changing
    picture = open_web.respond(event(f"/api/duels/{seen.over}/boards/1.png"))
    assert picture["isBase64Encoded"]
    assert body_of(picture).startswith(b"\x89PNG")
    assert picture["headers"]["Content-Type"] == "image/png"
    assert picture["headers"]["Cache-Control"] == "private, max-age=31536000, immutable"
    drawing = open_web.respond(event(f"/api/duels/{seen.over}/boards/1.svg"))
    assert not drawing["isBase64Encoded"]


def test_without_a_table_it_says_so_and_lives(seen: Watched) -> None:
    made = seen.web(ARENA_STORE="")
    answer = made.respond(event("/api/duels"))
    assert answer["statusCode"] == 500
    made.close()


def test_what_is_no_request_is_refused(open_web: Web) -> None:
    for nonsense in (
        {},
        {"requestContext": {"http": {"method": "GET"}}},
        {"requestContext": 3},
        event("/x") | {"cookies": 5},
    ):
        assert open_web.respond(nonsense)["statusCode"] == 400


@pytest.mark.parametrize(
    "request_",
    [
        event("/api/\ud800"),
        event("/api/session?lang=\ud800"),
        event("/api/session?lang=" + "x" * 9000),
        event("/api/duels?limit=١&before=%00&before=1"),
        event("/api/duels?before=0"),
        event("/api/duels?status=live&before=9007199254740991&limit=100"),
        event("/api/duels/x/boards/999999999"),
        event("/api/duels/%2e%2e/export/json"),
        event("/api/session", accept_language="\ud800;q=x," * 999),
        event("/api/session", cookies=("=;;", "a", "")),
        event("/api/../health"),
        event("//health"),
        event("/api/session", "get"),
        event("/api/session", "İ"),
    ],
)
def test_odd_requests_fail_nowhere(open_web: Web, request_: Any) -> None:
    answer = open_web.respond(request_)
    assert answer["statusCode"] < 500
    assert answer["statusCode"] != 403, "a distribution makes a page of that"
    json.dumps(answer).encode()


def test_what_is_too_long_for_a_duels_id_is_not_asked_of_the_table(
    seen: Watched, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key of more than 2,048 bytes is an error of the table's, which would wake the host for a stranger's address."""
    with recorded(local_aws, monkeypatch) as asked:
        made = seen.web()
        for rest in ("", "/boards/0", "/export/json"):
            assert made.respond(event(f"/api/duels/{'x' * 2100}{rest}"))["statusCode"] == 404
        made.close()
    assert asked.names == []


def test_an_answer_that_no_invocation_may_give_is_a_sentence(open_web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "ANSWER_BYTES", 1000)
    answer = open_web.respond(event("/api/games", origin=ORIGIN))
    assert answer["statusCode"] == 500
    assert "/duel export" in json_of(answer)["error"]["text"]
    assert {**answer["headers"], **HEADERS, "Access-Control-Allow-Origin": ORIGIN} == answer["headers"], (
        "no page can read why"
    )


def test_it_runs_as_aws_runs_it(seen: Watched) -> None:
    root = Path(__file__).parents[2]
    with (
        runtime_api(30.0) as api,
        function(api, "lambda_interactions.web.handler", [root], seen.environment),
    ):
        assert api.invoke(event("/health"))["statusCode"] == 200
        assert len(json_of(api.invoke(event("/api/duels")))["duels"]) == 5
        assert body_of(api.invoke(event(f"/api/duels/{seen.over}/boards/1.png"))).startswith(b"\x89PNG")
