"""The JSON API and the people before it: their language, what they may do, their challenges, their buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support import CHANNEL, StandingClock
from web_support import Client, ask, command

from bot.on_web.guard import Guard
from bot.on_web.http import Request
from bot.on_web.language import language_asked
from engine.arena import Arena
from engine.arena.communities import MAIN, SETTINGS
from engine.model import Document, Role

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}

Connect = Callable[..., Awaitable[Client]]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("de;q=0.4,en;q=0.5", "en"),
        ("de;q=0", "en"),
        ("DE;Q=1", "en"),
        ("de;q=nonsense", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_most_wanted_language_that_we_have_is_taken(header: str, language: str) -> None:
    assert language_asked(Request("GET", "/", headers={"accept-language": header})) == language


def test_an_address_may_name_its_language() -> None:
    asked = Request("GET", "/", query={"lang": "de"}, headers={"accept-language": "en"})
    assert language_asked(asked) == "de"


class TestLanguage:
    async def test_errors_are_said_in_it(self, client: Client) -> None:
        answers = [await client.get("/api/duels/nosuch", headers=headers) for headers in ({}, GERMAN)]
        assert [answer.status for answer in answers] == [404, 404]
        english, german = [(await answer.json())["error"]["text"] for answer in answers]
        assert english.startswith("There is no duel")
        assert german != english
        assert "Duell" in german

    async def test_so_are_replies_boards_and_declarations(self, client: Client) -> None:
        duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
        for path, said in (
            (f"/api/duels/{duel}", ("board", "alt")),
            (f"/api/duels/{duel}/boards/0", ("alt",)),
            ("/api/games", ("games", 0, "summary")),
            ("/api/commands", ("commands", 0, "verbs", 0, "help")),
        ):
            english, german = [await (await client.get(path, headers=headers)).json() for headers in ({}, GERMAN)]
            assert _at(german, said) != _at(english, said), path
        reply = await client.post("/api/commands", json={"text": "/duel resign"}, headers=GERMAN)
        assert "aufgegeben" in (await reply.json())["text"] or "gibt auf" in (await reply.json())["text"]

    @pytest.mark.parametrize("path", ["", "/boards/0", "/boards/0.svg"])
    async def test_answers_differ_by_it_for_whatever_keeps_them(self, client: Client, path: str) -> None:
        duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
        english, german = [await client.get(f"/api/duels/{duel}{path}", headers=headers) for headers in ({}, GERMAN)]
        assert english.headers["Vary"] == german.headers["Vary"] == "Accept-Language"
        assert english.headers["ETag"] != german.headers["ETag"]
        again = await client.get(
            f"/api/duels/{duel}{path}", headers={**GERMAN, "If-None-Match": english.headers["ETag"]}
        )
        assert again.status == 200
        kept = await client.get(f"/api/duels/{duel}{path}", headers={**GERMAN, "If-None-Match": german.headers["ETag"]})
        assert (kept.status, kept.headers["Vary"]) == (304, "Accept-Language")

    async def test_whoever_is_kept_out_is_told_in_it(self, connect: Connect) -> None:
        guarded = await connect(Guard("a token of sixteen"))
        english, german = [
            (await (await guarded.get("/api/session", headers=headers)).json())["error"]["text"]
            for headers in ({}, GERMAN)
        ]
        assert german != english


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


class TestRole:
    async def test_a_member_may_not_do_what_moderators_may(self, client: Client, connect: Connect) -> None:
        host = await connect(role=Role.HOST)
        assert (await ask(client, "/api/session"))["member"]["role"] == "member"
        assert (await ask(host, "/api/session"))["member"]["role"] == "host"
        duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
        stranger = await connect()
        await command(stranger, f"/duel cancel {duel}", status=403)
        assert (await ask(stranger, f"/api/duels/{duel}"))["outcome"] is None
        await command(host, f"/duel cancel {duel} It was spam.")
        assert (await ask(client, f"/api/duels/{duel}"))["outcome"]["void"] is True

    async def test_who_is_named_in_the_settings_is_a_moderator(self, client: Client, arena: Arena) -> None:
        member = (await ask(client, "/api/session"))["member"]
        settings = Document(CHANNEL, SETTINGS, MAIN, {"moderators": [member["id"]]})
        await arena.context.store.put_document(settings)
        assert (await ask(client, "/api/session"))["member"]["role"] == "moderator"


class TestChallenges:
    @pytest.fixture
    async def bob(self, connect: Connect) -> Client:
        other = await connect()
        await other.post("/api/session", json={"name": "Bob"})
        return other

    async def open_of(self, client: Client) -> list[Any]:
        found: list[Any] = (await ask(client, "/api/challenges"))["challenges"]
        return found

    async def test_both_see_it_and_nobody_else(self, client: Client, bob: Client, connect: Connect) -> None:
        await client.post("/api/session", json={"name": "Ann"})
        reply = await command(client, "/duel start tic_tac_toe me @Bob")
        assert reply["duel"] is None
        (mine,), (theirs,) = await self.open_of(client), await self.open_of(bob)
        assert (mine["mine"], theirs["mine"]) == (True, False)
        assert (theirs["from"], theirs["to"], theirs["title"]) == ("Ann", "Bob", "Tic-Tac-Toe")
        assert (mine["side"], theirs["side"]) == ("X", "O")
        assert [button["verb"] for button in mine["buttons"]] == ["withdraw"]
        assert [button["verb"] for button in theirs["buttons"]] == ["accept", "decline"]
        assert await self.open_of(await connect()) == []

    async def test_its_buttons_answer_it(self, client: Client, bob: Client) -> None:
        await command(client, "/duel start tic_tac_toe me @Bob")
        ((accept, _),) = [one["buttons"] for one in await self.open_of(bob)]
        pressed = {name: accept[name] for name in ("command", "verb", "options")}
        assert (await client.post("/api/commands", json=pressed)).status == 403
        accepted = await (await bob.post("/api/commands", json=pressed)).json()
        assert (await ask(bob, f"/api/duels/{accepted['duel']}"))["your_seat"] == "second"
        assert await self.open_of(bob) == await self.open_of(client) == []

    async def test_its_time_runs_out(self, client: Client, bob: Client, arena: Arena) -> None:
        await command(client, "/duel start tic_tac_toe me @Bob")
        (challenge,) = await self.open_of(bob)
        clock = arena.context.clock
        assert isinstance(clock, StandingClock)
        clock.ms = challenge["expires_ms"]
        assert await self.open_of(bob) == []
        await command(bob, f"/duel accept {challenge['id']}", status=400)


class TestButtons:
    async def test_a_reply_brings_its_buttons(self, client: Client, connect: Connect) -> None:
        bob = await connect()
        await bob.post("/api/session", json={"name": "Bob"})
        reply = await client.post("/api/commands", json={"text": "/duel start tic_tac_toe me @Bob"}, headers=GERMAN)
        (((button,),),) = [(await reply.json())["buttons"]]
        assert button["label"] != "Withdraw"
        assert (button["verb"], button["question"], button["asks"]) == ("withdraw", "", [])
        again = {name: button[name] for name in ("command", "verb", "options")}
        assert (await client.post("/api/commands", json=again)).status == 200

    async def test_a_takeback_is_asked_and_allowed(self, client: Client, connect: Connect, arena: Arena) -> None:
        bob = await connect()
        await bob.post("/api/session", json={"name": "Bob"})
        await command(client, "/duel start tic_tac_toe me @Bob rated:no")
        duel = (await command(bob, "/duel accept"))["duel"]
        await command(client, "/duel move 5")
        await command(client, "/duel takeback")
        assert (await ask(bob, f"/api/duels/{duel}"))["takeback_offer"] == "first"
        await command(bob, "/duel takeback allow")
        shown = await ask(bob, f"/api/duels/{duel}")
        assert (shown["takeback_offer"], shown["plies"]) == (None, 0)


class TestForms:
    async def test_a_command_that_opens_a_form_is_answered_with_it(self, connect: Connect) -> None:
        host = await connect(role=Role.HOST)
        form = (await command(host, "/arena key name:ours"))["form"]
        assert (form["command"], form["verb"], form["options"]) == ("arena", "key", {"name": "ours"})
        assert [option["name"] for option in form["asks"]] == ["key", "model", "address"]
        filled = {"key": "sk-test-key", "model": "gpt-5", **form["options"]}
        stored = await host.post("/api/commands", json={"command": "arena", "verb": "key", "options": filled})
        told = await stored.json()
        assert (stored.status, told["form"]) == (200, None)
        assert "sk-test-key" not in told["text"]

    async def test_whoever_may_not_use_it_gets_no_form(self, client: Client) -> None:
        await command(client, "/arena key", status=403)


class TestRights:
    async def test_who_is_forgotten_comes_back_as_somebody_new(self, client: Client) -> None:
        await client.post("/api/session", json={"name": "Ann"})
        before = (await ask(client, "/api/session"))["member"]
        duel = (await command(client, "/duel start tic_tac_toe me x/b"))["duel"]
        asked = await command(client, "/arena forget-me")
        ((button,),) = asked["buttons"]
        pressed = {name: button[name] for name in ("command", "verb", "options")}
        assert (await client.post("/api/commands", json=pressed)).status == 200
        after = (await ask(client, "/api/session"))["member"]
        assert (after["id"] != before["id"], after["name"] != "Ann") == (True, True)
        shown = await ask(client, f"/api/duels/{duel}")
        assert shown["seats"]["first"]["name"] == "someone"
        assert (shown["seats"]["first"]["you"], shown["outcome"]["winner"]) == (False, "second")

    async def test_an_export_is_for_its_person_alone(self, client: Client, connect: Connect) -> None:
        await client.post("/api/session", json={"name": "Ann"})
        await command(client, "/duel start tic_tac_toe me x/b")
        mine = await command(client, "/arena export-me")
        theirs = await command(await connect(), "/arena export-me")
        assert mine["private"] is theirs["private"] is True
        assert ('"Ann"' in mine["file"][1], '"Ann"' in theirs["file"][1]) == (True, False)
