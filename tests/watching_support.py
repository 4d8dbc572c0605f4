"""A table with duels of two communities to watch, requests as API Gateway hands them on, and what AWS was asked."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from local_aws import LocalAws
from support import Cast, Line, StandingClock, start

from bot.hub import Hub
from bot.on_web.place import Place
from bot.settings import read
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.rights import Rights
from engine.model import Community, Person, Spoken
from engine.queues.local import LocalQueue
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from lambda_interactions.web import Web

SERVER: Final = Community("discord", "100000000000000001")
ELSEWHERE: Final = Community("discord", "100000000000000002")
ORIGIN: Final = "https://arena.example"
BLOCKED: Final = "fiddlesticks"
TOKEN: Final = "a-token-that-the-host-has-made"
DIGEST: Final = hashlib.sha256(TOKEN.encode()).hexdigest()

Answer = dict[str, Any]


def event(path: str, method: str = "GET", cookies: tuple[str, ...] = (), **headers: str) -> dict[str, Any]:
    """A request of payload format 2.0; ``if_none_match`` stands for the header of that name."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "routeKey": f"{method} /api/{{proxy+}}",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": list(cookies),
        "headers": {
            "host": "api.example",
            **{name.replace("_", "-").lower(): value for name, value in headers.items()},
        },
        "requestContext": {"http": {"method": method, "path": path, "protocol": "HTTP/1.1"}, "stage": "$default"},
        "isBase64Encoded": False,
    }


def body_of(answer: Answer) -> bytes:
    """The body as a browser gets it."""
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else str(answer["body"]).encode()


def json_of(answer: Answer) -> Any:
    return json.loads(body_of(answer))


class Words(Line):
    """Says a blocked word with each move."""

    async def choose(self, request: Any) -> Any:
        chosen = await super().choose(request)
        return type(chosen)(chosen.move, Spoken(f"{BLOCKED}! It is a {BLOCKED} move.", 10, 2, 5, 7))


@dataclass
class Watched:
    """What there is to see."""

    environment: Mapping[str, str]
    arena: Arena
    ann: Person
    gone: Person
    over: str
    live: str
    hidden: str
    words: str
    erased: str
    elsewhere: str

    def web(self, **variables: str) -> Web:
        """The function, told all this."""
        environment = {**self.environment, **variables}
        return Web(read(environment), Place.of(environment))

    @property
    def addresses(self) -> list[str]:
        """At least one for each route, and all that there is of each duel."""
        of_duels = [
            f"/api/duels/{duel}{rest}"
            for duel in (self.over, self.live, self.hidden, self.words, self.erased)
            for rest in (
                "",
                "?after=0",
                "/boards/0",
                "/boards/0.svg",
                "/boards/0.png",
                "/export/json",
                "/export/markdown",
            )
        ]
        lists = ["/api/session", "/api/games", "/api/duels", "/api/duels?status=live&limit=1", "/api/duels?before=1"]
        return [*lists, *of_duels]


@asynccontextmanager
async def watched(aws: LocalAws) -> AsyncIterator[Watched]:
    """Duels of a server: over, waiting for a person, with a sealed choice, with blocked words, of somebody erased."""
    with aws.table(table("arena")) as name:
        clock = StandingClock()
        client = Client(aws.shared("dynamodb"), name, clock, random.Random(0))
        cast = Cast({"x/a": Words("1", "2", "3"), "x/b": Line("4", "5")})
        ports = (DynamoStore(client), LocalQueue(), cast, clock, Hub())
        arena = Arena.over(Context(*ports, b"a secret of tests"))
        people = arena.people
        ann, ben, gone = [
            await people.seen("discord", str(3 * 10**17 + number), who)
            for number, who in enumerate(["Ann", "Ben", "Somebody Forgotten"])
        ]

        async def begun(game: str, first: str, second: str, by: Person, where: Community = SERVER, **more: Any) -> str:
            clock.pass_seconds(1)
            request = f"{game} {clock.ms}"
            head = await start(arena, game, first, second, request, started_by=by.id, community=where, **more)
            return head.duel_id

        over = await begun("tic_tac_toe", "engine/perfect", "engine/random", ann)
        words = await begun("tic_tac_toe", "x/a", "x/b", ben)
        elsewhere = await begun("tic_tac_toe", "engine/perfect", "engine/random", ann, ELSEWHERE)
        live = await begun("tic_tac_toe", f"human/{ann.id}", "engine/random", ann)
        erased = await begun("chess", f"human/{gone.id}", "engine/random", gone)
        hidden = await begun(
            "rock_paper_scissors", f"human/{ann.id}", f"human/{ben.id}", ann, agreed=frozenset({ben.id})
        )
        for duel in (over, words, elsewhere, live, erased, hidden):
            await arena.turns.play(duel)
        await arena.duels.move(live, ann.id, "5", "m1")
        await arena.turns.play(live)
        await arena.duels.move(hidden, ann.id, "rock", "m2")
        await arena.duels.move(erased, gone.id, "e4", "m3")
        await Rights(arena.context).forget(gone, "r", SERVER)
        await arena.communities.change(SERVER, "blocked-words", BLOCKED, ann.id, "s")
        environment = {
            **aws.environment,
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_WEB_COMMUNITY": str(SERVER),
            "ARENA_SITE_ORIGIN": ORIGIN,
        }
        yield Watched(environment, arena, ann, gone, over, live, hidden, words, erased, elsewhere)
        await client.close()


@dataclass
class Recorded:
    """What was asked of AWS, whatever service: the names of the calls, and with what."""

    names: list[str] = field(default_factory=list)
    arguments: list[Mapping[str, Any]] = field(default_factory=list)


@contextmanager
def recorded(aws: LocalAws, monkeypatch: Any) -> Iterator[Recorded]:
    """Everything that clients ask of AWS which are opened in this block."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    found = Recorded()
    session = boto3.Session()
    events: Any = session.events

    def asked(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        found.names.append(f"{model.service_model.service_name}:{model.name}")
        found.arguments.append(params)

    events.register("before-parameter-build", asked)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    yield found
