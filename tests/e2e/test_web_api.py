"""The JSON API over real HTTP: what docs/api.md promises."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from support import start
from web_support import Client, ask, command

from bot.on_web.api import Api
from bot.on_web.guard import Guard
from bot.on_web.members import Members
from bot.on_web.server import application, serving
from engine.arena import Arena
from engine.errors import UserError
from engine.model import Community, Player, Seat
from engine.stores.sqlite import SqliteStore


async def test_a_member_keeps_seat_and_name(client: Client, connect: Callable[..., Awaitable[Client]]) -> None:
    first = await ask(client, "/api/session")
    assert (await ask(client, "/api/session"))["member"] == first["member"]
    renamed = await (await client.post("/api/session", json={"name": "  Ada   Lovelace "})).json()
    assert renamed["member"] == {"id": first["member"]["id"], "name": "Ada Lovelace", "role": "member"}
    other = await connect()
    assert (await ask(other, "/api/session"))["member"]["id"] != first["member"]["id"]


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
    assert reply["private"] is True
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
    await command(client, "/duel start tic_tac_toe me @bob")
    reply = await command(other, "/duel accept")
    await command(client, "/duel move 1")
    await command(other, "/duel move 5")
    await command(client, "/duel draw offer")
    await command(other, "/duel draw accept")
    shown = await ask(other, f"/api/duels/{reply['duel']}")
    assert shown["outcome"]["termination"] == "agreement"
    assert shown["rated"] is True
    await command(client, "/duel start tic_tac_toe me @nobody", status=404)


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


async def test_a_port_in_use_is_a_sentence(arena: Arena) -> None:
    app = application(Api(arena), Guard())
    async with serving(app, "127.0.0.1", 0) as port:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/api/session") as response:
            assert response.status == 200
        with pytest.raises(UserError, match=f"Port {port} on 127.0.0.1 is in use"):
            async with serving(application(Api(arena), Guard()), "127.0.0.1", port):
                pass


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


async def test_a_first_command_makes_a_member_even_when_it_is_refused(client: Client) -> None:
    refused = await client.post("/api/commands", json={"text": "/duel show nosuch"})
    assert refused.status == 404
    assert "arena_member" in refused.cookies
    again = await client.get("/api/session")
    assert "Set-Cookie" not in again.headers
    assert (await again.json())["member"]["name"]


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


async def test_an_answers_picture_comes_with_it_for_both_looks_and_the_page_may_show_it(
    client: Client, arena: Arena
) -> None:
    for number in range(2):
        head = await start(arena, "tic_tac_toe", "engine/perfect", "engine/novice", f"r{number}")
        await arena.turns.play(head.duel_id)
    reply = await command(client, "/leaderboard show")
    picture = reply["picture"]
    assert picture["alt"].startswith("Leaderboard of Tic-Tac-Toe")
    looks = {}
    for look in ("light", "dark"):
        media, _, content = picture[look].partition(",")
        assert media == "data:image/svg+xml;base64"
        looks[look] = base64.b64decode(content).decode()
        assert "engine/perfect" in looks[look]
    assert looks["light"] != looks["dark"]
    assert (await command(client, "/duel list"))["picture"] is None
    german = await client.post("/api/commands?lang=de", json={"text": "/leaderboard show"})
    shown = (await german.json())["picture"]
    assert shown["alt"].startswith("Rangliste von ")
    assert "Spieler" in base64.b64decode(shown["light"].partition(",")[2]).decode()
    assert "img-src 'self' data:" in german.headers["Content-Security-Policy"]
