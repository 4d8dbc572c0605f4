"""A member's rights: after forget-me no byte of the store knows them, and export-me tells all that it did know."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from support import CHANNEL, Line, StandingClock, arena_over, start

from bot.commands import Invocation, Reply
from bot.commands._rights import VERBS
from engine.arena import Arena
from engine.arena.challenges import Challenges
from engine.arena.communities import Communities
from engine.arena.duels import Duels
from engine.arena.own_keys import OwnKeys
from engine.arena.reports import Reports
from engine.arena.starting import Start
from engine.arena.tournament.plan import Plan
from engine.codec import loads
from engine.errors import OutOfTurn
from engine.model import Adjourn, Community, Head, Person, Player, Seat, Status
from engine.options import check
from engine.secret import Secret

NAME, PLATFORM_ID, WAY_BACK = (
    "Annabelle Ödemark",
    "918273645546372819",
    '{"user": "918273645546372819", "url": "secret-url"}',
)
THERE: Final = Community("web", "elsewhere")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "arena.sqlite3"


@pytest.fixture
async def arena(path: Path) -> AsyncIterator[Arena]:
    async with arena_over(path, {"test/line": Line(*["e2e4"] * 9)}) as opened:
        yield opened


@pytest.fixture
async def ann(arena: Arena) -> Person:
    return await arena.people.seen("web", PLATFORM_ID, NAME)


@pytest.fixture
async def bob(arena: Arena) -> Person:
    return await arena.people.seen("web", "2", "Bob")


async def ask(arena: Arena, person: Person, name: str, **options: Any) -> Reply:
    (verb,) = [verb for verb in VERBS if verb.name == name]
    given = check(verb.options, options)
    return await verb.run(Invocation(CHANNEL, person, "arena", name, given, "request"), arena)


async def exported(arena: Arena, person: Person) -> dict[str, Any]:
    reply = await ask(arena, person, "export-me")
    assert reply.private
    assert reply.file is not None
    found: dict[str, Any] = json.loads(reply.file[1])
    return found


def challenges_of(arena: Arena) -> Challenges:
    return Challenges(arena.context, Duels(arena.context))


def between(challenger: Person, challenged: Person, request_id: str = "challenge") -> Start:
    players = {Seat.FIRST: Player("human", challenger.id), Seat.SECOND: Player("human", challenged.id)}
    return Start(request_id, CHANNEL, "tic_tac_toe", players, challenger.id)


async def duel_of(arena: Arena, person: Person, request_id: str = "r", **more: Any) -> Head:
    return await start(
        arena, "tic_tac_toe", f"human/{person.id}", "engine/perfect", request_id, started_by=person.id, **more
    )


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def traces(path: Path) -> list[str]:
    """Which of the words for the person stand in any file of the store."""
    content = bytes_of(path)
    words = (NAME, NAME.casefold(), PLATFORM_ID, "secret-url")
    return [word for word in words if word.encode() in content]


class TestForgetMe:
    async def test_asks_first_and_does_nothing_yet(self, arena: Arena, ann: Person) -> None:
        head = await duel_of(arena, ann)
        reply = await ask(arena, ann, "forget-me")
        ((button,),) = reply.buttons
        assert (button.verb, button.options) == ("forget-me", {"sure": "yes"})
        assert "cannot be undone" in reply.text
        assert await arena.people.known("web", PLATFORM_ID) == ann
        assert (await arena.context.head(head.duel_id)).status is not Status.OVER

    async def test_no_byte_of_the_files_knows_them_afterwards(self, arena: Arena, ann: Person, path: Path) -> None:
        for number in range(200):
            await arena.people.seen("web", f"7{number:017}", f"Neighbour {number}")
            await arena.people.seen("web", PLATFORM_ID, f"{NAME} {number % 7}")
        bob = await arena.people.seen("web", "2", "Bob")
        await challenges_of(arena).offer(between(ann, bob), answer_to=WAY_BACK)
        assert set(traces(path)) == {NAME, NAME.casefold(), PLATFORM_ID, "secret-url"}
        others = await arena.context.store.people([bob.id])
        await ask(arena, ann, "forget-me", sure=True)
        assert traces(path) == []
        assert await arena.context.store.people([bob.id]) == others

    async def test_their_duels_stay_and_their_name_does_not(self, arena: Arena, ann: Person) -> None:
        head = await duel_of(arena, ann)
        await arena.duels.resign(head.duel_id, ann.id, "r2")
        log = await arena.context.store.entries(head.duel_id)
        await ask(arena, ann, "forget-me", sure=True)
        assert await arena.context.store.entries(head.duel_id) == log
        assert (await arena.people.names(head.terms))[Seat.FIRST] == "someone"

    async def test_what_they_have_under_way_ends_in_every_community(
        self, arena: Arena, ann: Person, bob: Person
    ) -> None:
        mine = [await duel_of(arena, ann, "1"), await duel_of(arena, ann, "2", community=THERE)]
        theirs = await duel_of(arena, bob, "3")
        reply = await ask(arena, ann, "forget-me", sure=True)
        assert "2 duels were resigned." in reply.text
        for head in mine:
            ended = await arena.context.head(head.duel_id)
            assert ended.outcome is not None
            assert (ended.outcome.winner, ended.outcome.termination) == (Seat.SECOND, "resignation")
        assert (await arena.context.head(theirs.duel_id)).status is not Status.OVER

    async def test_an_adjourned_duel_ends_too(self, arena: Arena, ann: Person) -> None:
        head = await duel_of(arena, ann)
        state = await arena.context.load(head.duel_id)
        await arena.context.append(head.duel_id, state, Adjourn("The money is used up."), "pause")
        await arena.context.store.update(replace(head, status=Status.ADJOURNED))
        await ask(arena, ann, "forget-me", sure=True)
        assert (await arena.context.head(head.duel_id)).status is Status.OVER

    async def test_a_seat_that_a_program_has_taken_over_plays_on(self, arena: Arena, ann: Person) -> None:
        from engine.arena.autoplay import Autoplays

        head = await duel_of(arena, ann)
        await Autoplays(arena.context).hand_over(head.duel_id, ann.id, Player("engine", "novice"), None, "take over")
        await ask(arena, ann, "forget-me", sure=True)
        assert (await arena.context.head(head.duel_id)).status is not Status.OVER

    async def test_challenges_by_them_and_to_them_end(self, arena: Arena, ann: Person, bob: Person) -> None:
        challenges = challenges_of(arena)
        cal = await arena.people.seen("web", "3", "Cal")
        by = await challenges.offer(between(ann, bob, "by"))
        to = await challenges.offer(between(cal, ann, "to"), answer_to="for cal")
        reply = await ask(arena, ann, "forget-me", sure=True)
        assert "2 challenges ended." in reply.text
        assert await challenges.open_of(CHANNEL, bob.id) == await challenges.open_of(CHANNEL, cal.id) == []
        with pytest.raises(OutOfTurn):
            await challenges.accept(CHANNEL, by.key, bob.id)
        assert (await challenges.load(CHANNEL, to.key)).answer_to == "for cal"

    async def test_again_it_is_harmless_and_a_new_command_is_a_new_person(self, arena: Arena, ann: Person) -> None:
        head = await duel_of(arena, ann)
        for _ in range(2):
            assert "You are forgotten" in (await ask(arena, ann, "forget-me", sure=True)).text
        assert len(await arena.context.store.entries(head.duel_id)) == 2
        again = await arena.people.seen("web", PLATFORM_ID, NAME)
        assert again.id != ann.id
        assert (await exported(arena, again))["duels"] == []

    async def test_what_a_crash_left_is_finished_by_the_same_wish(
        self, arena: Arena, ann: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        head = await duel_of(arena, ann)

        async def dies(_: str) -> bool:
            raise ConnectionError("the process dies here")

        with monkeypatch.context() as patched:
            patched.setattr(type(arena.context.store), "forget", lambda self, person: dies(person))
            with pytest.raises(ConnectionError):
                await ask(arena, ann, "forget-me", sure=True)
        assert await arena.people.known("web", PLATFORM_ID) == ann
        await ask(arena, ann, "forget-me", sure=True)
        assert await arena.people.known("web", PLATFORM_ID) is None
        assert (await arena.context.head(head.duel_id)).status is Status.OVER


class TestExportMe:
    async def test_holds_all_that_is_known_and_nothing_of_others(self, arena: Arena, ann: Person, bob: Person) -> None:
        head = await duel_of(arena, ann)
        await arena.duels.move(head.duel_id, ann.id, "I play 5", "m")
        watched = await start(arena, "tic_tac_toe", "engine/perfect", "engine/random", "w", started_by=ann.id)
        theirs = await duel_of(arena, bob, "b")
        await challenges_of(arena).offer(between(ann, bob), answer_to=WAY_BACK)
        await Reports(arena.context).report(CHANNEL, watched.duel_id, ann.id, "It was rude to me.", "report")
        await Reports(arena.context).report(CHANNEL, watched.duel_id, bob.id, "Bob's own words.", "report 2")
        found = await exported(arena, ann)
        assert found["person"] == {"id": ann.id, "platform": "web", "platform_id": PLATFORM_ID, "name": NAME}
        assert [duel["id"] for duel in found["duels"]] == [head.duel_id]
        assert {duel["id"] for duel in found["started"]} == {head.duel_id, watched.duel_id}
        whole = json.dumps(found)
        for known in ("I play 5", "It was rude to me.", '"kind": "challenge"', '"kind": "report"'):
            assert known in whole
        for unknown in ("Bob", "own words", "secret-url", theirs.duel_id):
            assert unknown not in whole

    async def test_settings_that_name_them_are_told_without_the_others(self, arena: Arena, ann: Person) -> None:
        store = arena.context.store
        settings = await Communities(arena.context)._document(CHANNEL)
        await store.put_document(replace(settings, body={"moderators": ["bob-id", ann.id], "games": ["chess"]}))
        found = await exported(arena, ann)
        assert found["settings_that_name_you"] == ["moderators"]
        assert "bob-id" not in json.dumps(found)

    async def test_a_key_they_set_is_told_without_the_key(self, arena: Arena, ann: Person) -> None:
        await OwnKeys(arena.context).put(CHANNEL, "ours", Secret("sk-test-key"), "openai", "gpt-5", ann.id)
        (key,) = [one for one in (await exported(arena, ann))["documents"] if one["kind"] == "key"]
        assert (key["kind"], key["key"], key["by"]) == ("key", "ours", ann.id)
        assert "sealed" not in key

    async def test_so_is_what_they_did_with_it_afterwards(self, arena: Arena, ann: Person) -> None:
        await OwnKeys(arena.context).put(CHANNEL, "ours", Secret("sk-test-key"), "openai", "gpt-5", ann.id)
        await OwnKeys(arena.context).remove(CHANNEL, "ours", ann.id)
        found = (await exported(arena, ann))["documents"]
        assert [(one["kind"], one["what"]) for one in found] == [("audit", "key ours")] * 2
        assert "sk-test-key" not in json.dumps(found)

    async def test_holds_the_choice_that_only_they_may_know(self, arena: Arena, ann: Person, bob: Person) -> None:
        head = await start(arena, "rock_paper_scissors", f"human/{ann.id}", f"human/{bob.id}", started_by=ann.id)
        await arena.duels.move(head.duel_id, ann.id, "rock", "m")
        assert (await exported(arena, ann))["duels"][0]["sealed"][0]["move"] == "rock"
        assert "rock" not in json.dumps((await exported(arena, bob))["duels"][0].get("sealed", []))

    async def test_duels_of_one_millisecond_are_all_there(
        self, arena: Arena, ann: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("engine.arena.rights._PAGE", 2)
        heads = [await duel_of(arena, ann, f"{number}") for number in range(7)]
        clock = arena.context.clock
        assert isinstance(clock, StandingClock)
        clock.pass_seconds(1)
        heads += [await duel_of(arena, ann, f"later {number}") for number in range(3)]
        found = await exported(arena, ann)
        assert sorted(duel["id"] for duel in found["duels"]) == sorted(head.duel_id for head in heads)
        assert len(found["started"]) == 10

    async def test_what_does_not_fit_is_named(self, arena: Arena, ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engine.arena.rights.LARGEST", 100)
        head = await duel_of(arena, ann)
        (duel,) = (await exported(arena, ann))["duels"]
        assert duel["log"] == f"left out, since this file is long: /duel export {head.duel_id}"

    async def test_the_seed_of_a_running_duel_stays_untold(self, arena: Arena, ann: Person) -> None:
        head = await duel_of(arena, ann)
        assert str(head.terms.seed) not in json.dumps(await exported(arena, ann))
        assert loads(json.dumps(await exported(arena, ann)))["duels"][0]["log"][0]["terms"]["game"] == "tic_tac_toe"


class TestTournamentsAndModeration:
    async def test_who_is_forgotten_leaves_tournaments_and_is_told_before_of_all_that_was_decided(
        self, arena: Arena, ann: Person, bob: Person
    ) -> None:
        await duel_of(arena, ann)
        await arena.tournaments.create(CHANNEL, Plan("Cup", "swiss", "racing", bob.id), "cup")
        listed = await arena.tournaments.records.find(CHANNEL, "Cup")
        await arena.tournaments.join(CHANNEL, listed, Player("human", ann.id), ann.id, host=False)
        await arena.moderation.bar(CHANNEL, Player("human", ann.id), bob.id, "Spam.", "bar")
        written = await exported(arena, ann)
        assert written["decided_about_you"] == [{"community": str(CHANNEL), "barred": "Spam."}]
        assert [one["name"] for one in written["tournaments"]] == ["Cup"]
        assert [one["what"] for one in written["documents"] if one["kind"] == "audit"] == ["bar"]
        await ask(arena, ann, "forget-me", sure=True)
        assert (await arena.tournaments.records.load(CHANNEL, listed.id)).signed == {}
