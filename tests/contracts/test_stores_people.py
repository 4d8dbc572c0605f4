"""What every store promises of members: one person a platform id, one person a unique name."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from stores_support import NOVICE, TERMS, document, namesakes, started

from engine.errors import Conflict
from engine.model import (
    Person,
    Player,
    Seat,
)
from engine.ports import Store


class TestPeople:
    async def test_one_person_per_platform_id(self, store: Store) -> None:
        ann = await store.person("discord", "1", "Ann", "p1")
        assert ann == Person("p1", "discord", "1", "Ann")
        assert await store.person("discord", "1", "Ann", "p2") == ann
        assert (await store.person("slack", "1", "Ann", "p3")).id == "p3"
        assert await store.person_of("discord", "1") == ann
        assert await store.person_of("discord", "2") is None

    async def test_a_new_name_is_kept(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        assert await store.person("discord", "1", "Anna", "p2") == Person("p1", "discord", "1", "Anna")
        assert await store.people(["p1"]) == {"p1": Person("p1", "discord", "1", "Anna")}
        assert await store.person_named("discord", "Ann") is None

    async def test_64_sightings_make_one_person(self, store: Store) -> None:
        seen = await asyncio.gather(*(store.person("discord", "1", "Ann", f"p{n}") for n in range(64)))
        assert len({person.id for person in seen}) == 1

    async def test_unknown_ids_are_left_out(self, store: Store) -> None:
        ann = await store.person("discord", "1", "Ann", "p1")
        assert await store.people(["p1", "erased"]) == {"p1": ann}
        assert await store.people([]) == {}

    async def test_a_name_is_found_whatever_its_case(self, store: Store) -> None:
        strasse = await store.person("discord", "1", "Straße", "p1")
        assert await store.person_named("discord", "STRASSE") == strasse
        assert await store.person_named("slack", "Straße") is None

    async def test_of_namesakes_the_one_seen_last_is_meant(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        await store.person("discord", "2", "ann", "p2")
        assert (await store.person_named("discord", "Ann")) == Person("p2", "discord", "2", "ann")
        await store.person("discord", "1", "Ann", "p1")
        assert (await store.person_named("discord", "Ann")) == Person("p1", "discord", "1", "Ann")

    async def test_a_name_that_is_taken_up_again_is_kept(self, store: Store) -> None:
        for name in ("Ann", "Bea", "Ann", "ann", "Ann"):
            assert (await store.person("discord", "1", name, "p1")).name == name
            assert await store.person_of("discord", "1") == Person("p1", "discord", "1", name)

    async def test_a_unique_name_is_refused_to_the_second(self, store: Store) -> None:
        bob = await store.person("web", "1", "Bob", "p1", unique=True)
        for name in ("Bob", "BOB", "\uff22\uff4f\uff42", "B\u1d52b"):  # full width, and a superscript o
            with pytest.raises(Conflict):
                await store.person("web", "2", name, "p2", unique=True)
        assert await store.person_of("web", "2") is None
        assert await store.person("slack", "2", "Bob", "p3", unique=True) == Person("p3", "slack", "2", "Bob")
        assert await store.person("web", "1", "bob", "p4", unique=True) == Person("p1", "web", "1", "bob")
        assert await store.person_named("web", "Bob") == Person(bob.id, "web", "1", "bob")

    async def test_a_refused_name_leaves_the_old_one(self, store: Store) -> None:
        await store.person("web", "1", "Bob", "p1", unique=True)
        ann = await store.person("web", "2", "Ann", "p2", unique=True)
        with pytest.raises(Conflict):
            await store.person("web", "2", "Bob", "p3", unique=True)
        assert await store.person_of("web", "2") == ann

    async def test_of_64_who_want_a_unique_name_one_has_it(self, store: Store) -> None:
        assert await namesakes(store) == 1


class TestForget:
    async def test_erases_the_person_and_nobody_else(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        bob = await store.person("discord", "2", "Bob", "p2")
        kept = await store.put_document(document("a"))
        assert await store.forget("p1")
        assert await store.people(["p1", "p2"]) == {"p2": bob}
        assert await store.person_of("discord", "1") is None
        assert await store.person_named("discord", "Ann") is None
        assert await store.person_named("discord", "bob") == bob
        assert await store.document(kept.community, kept.kind, kept.key) == kept

    async def test_a_second_time_there_is_nothing_to_erase(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        assert [await store.forget("p1"), await store.forget("p1"), await store.forget("nobody")] == [
            True,
            False,
            False,
        ]

    async def test_whoever_comes_again_is_a_new_person(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        await store.forget("p1")
        assert await store.person("discord", "1", "Ann", "p2") == Person("p2", "discord", "1", "Ann")
        assert await store.people(["p1"]) == {}

    async def test_the_name_is_free_again(self, store: Store) -> None:
        await store.person("web", "1", "Bob", "p1", unique=True)
        await store.forget("p1")
        assert (await store.person("web", "2", "BOB", "p2", unique=True)).id == "p2"

    async def test_their_duels_stay(self, store: Store) -> None:
        ann = Player("human", "p1")
        await store.person("discord", "1", "Ann", "p1")
        head = await started(store, terms=replace(TERMS, players={Seat.FIRST: ann, Seat.SECOND: NOVICE}))
        await store.forget("p1")
        assert await store.history(ann) == [head]

    async def test_of_64_who_erase_one_person_one_does(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        assert sum(await asyncio.gather(*(store.forget("p1") for _ in range(64)))) == 1
