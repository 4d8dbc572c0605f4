"""What is offered while somebody types: to whom it may be, what each option declares, and nothing that is hidden."""

from __future__ import annotations

import pytest
from support import CHANNEL, arena_over, start

from bot.commands import commands
from bot.completion import OFFERED, PEOPLE, complete
from engine.arena import Arena
from engine.arena.starting import Start
from engine.model import Person, Player, Role, Seat
from engine.secret import Secret


async def offered(arena: Arena, what: str, person: Person | None = None, role: Role = Role.MEMBER) -> dict[str, str]:
    return dict(await complete(arena, CHANNEL, what, "", "", person=person, role=role))


def test_whatever_is_declared_is_offered_by_somebody() -> None:
    declared = {option.completes for spec in commands() for verb in spec.verbs for option in verb.options} - {""}
    assert declared - {PEOPLE} == set(OFFERED)


@pytest.mark.parametrize("what", ["keys", "settings", "values"])
async def test_what_only_moderators_may_use_is_offered_to_them_alone(what: str) -> None:
    async with arena_over() as arena:
        await arena.own_keys.put(CHANNEL, "ours", Secret("sk-test"), "openai", "small", "ann")
        ann = await arena.people.seen("web", "ann", "Ann")
        about = "pictures"
        assert not await complete(arena, CHANNEL, what, "", about, person=ann)
        assert not await complete(arena, CHANNEL, what, "", about)
        assert await complete(arena, CHANNEL, what, "", about, role=Role.MODERATOR)
        await arena.communities.change(CHANNEL, "moderators", ann.id, "host", "r1")
        assert await complete(arena, CHANNEL, what, "", about, person=ann)


async def test_keys_are_offered_by_name_alone() -> None:
    async with arena_over() as arena:
        await arena.own_keys.put(CHANNEL, "ours", Secret("sk-test"), "openai", "small", "ann")
        assert await offered(arena, "keys", role=Role.MODERATOR) == {"ours": "ours"}


async def test_blocked_words_are_hidden_in_the_names_of_duels() -> None:
    async with arena_over() as arena:
        ann = await arena.people.seen("web", "ann", "Darn Ann")
        head = await start(arena, "tic_tac_toe", f"human/{ann.id}", "engine/random")
        assert "Darn" in (await offered(arena, "duels"))[head.duel_id[:8]]
        await arena.communities.change(CHANNEL, "blocked-words", "darn", "ann", "r1")
        assert (await offered(arena, "duels"))[head.duel_id[:8]] == "tic_tac_toe: ••• Ann – engine/random"


async def test_challenges_are_offered_to_the_two_whom_they_concern() -> None:
    async with arena_over() as arena:
        ann, ben, eve = [await arena.people.seen("web", name, name) for name in ("Ann", "Ben", "Eve")]
        seats = {Seat.FIRST: Player("human", ann.id), Seat.SECOND: Player("human", ben.id)}
        one = await arena.challenges.offer(Start("r", CHANNEL, "tic_tac_toe", seats, started_by=ann.id))
        for person in (ann, ben):
            assert await offered(arena, "challenges", person) == {one.key: "tic_tac_toe: Ann – Ben"}
        assert await offered(arena, "challenges", eve) == await offered(arena, "challenges") == {}
