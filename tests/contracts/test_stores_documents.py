"""What every store promises of documents: a version is replaced once, and a community reaches only its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stores_support import TERMS, deletions, document, first_versions, next_versions

from engine.errors import Conflict
from engine.model import Community
from engine.ports import Store
from engine.stores.dynamodb import DynamoStore

HERE = TERMS.community
ELSEWHERE = (Community("discord", "main"), Community("web", "other"), Community("web", ""))


class TestOne:
    async def test_comes_back_with_its_version(self, store: Store) -> None:
        wanted = document("a", {"text": "“Ü” 車 \ud83c", "n": None, "list": [1, {"x": True}]}, wake_at_ms=5)
        written = await store.put_document(wanted)
        assert written == replace(wanted, version=1)
        assert await store.document(HERE, "note", "a") == written

    async def test_there_is_none_of_an_unknown_key(self, store: Store) -> None:
        await store.put_document(document("a"))
        assert await store.document(HERE, "note", "b") is None
        assert await store.document(HERE, "other kind", "a") is None

    async def test_each_writing_gives_the_next_version(self, store: Store) -> None:
        one = await store.put_document(document("a", wake_at_ms=5))
        two = await store.put_document(replace(one, body={"n": 2}, wake_at_ms=None))
        assert (one.version, two.version) == (1, 2)
        assert await store.document(HERE, "note", "a") == two

    async def test_the_newest_is_what_another_process_wrote(self, store: Store) -> None:
        stored = await store.put_document(document("a"))
        assert await store.document(HERE, "note", "a") == stored
        elsewhere = DynamoStore(store._client) if isinstance(store, DynamoStore) else store
        changed = await elsewhere.put_document(replace(stored, body={"n": 2}))
        assert await store.document(HERE, "note", "a", newest=True) == changed
        await elsewhere.delete_document(changed)
        assert await store.document(HERE, "note", "a", newest=True) is None

    @pytest.mark.parametrize("version", [0, 1, 3])
    async def test_any_other_version_is_a_conflict_and_changes_nothing(self, store: Store, version: int) -> None:
        stored = await store.put_document(await store.put_document(document("a")))
        with pytest.raises(Conflict):
            await store.put_document(replace(stored, version=version, body={"lost": True}))
        assert await store.document(HERE, "note", "a") == stored

    async def test_what_is_gone_cannot_be_changed(self, store: Store) -> None:
        stored = await store.put_document(document("a"))
        await store.delete_document(stored)
        with pytest.raises(Conflict):
            await store.put_document(stored)
        assert await store.document(HERE, "note", "a") is None

    async def test_a_large_body_comes_back_whole(self, store: Store) -> None:
        stored = await store.put_document(document("a", {"text": "ü\n" * 150_000}))
        assert await store.document(HERE, "note", "a") == stored

    @pytest.mark.parametrize("key", ["", "a b", "ä", "a\u0308", "車🏁", "' OR 1=1 --", "%", "A", "a/b:c", "x" * 500])
    async def test_a_key_is_any_text_and_itself_alone(self, store: Store, key: str) -> None:
        others = [await store.put_document(document(other)) for other in ("a", "ae", "_")]
        stored = await store.put_document(document(key, {"mine": True}))
        assert await store.document(HERE, "note", key) == stored
        await store.delete_document(stored)
        assert await store.documents(HERE, "note") == sorted(others, key=lambda other: other.key)


class TestDeletion:
    async def test_of_the_stored_version(self, store: Store) -> None:
        stored = await store.put_document(document("a", wake_at_ms=1))
        await store.delete_document(stored)
        assert await store.document(HERE, "note", "a") is None
        assert await store.documents(HERE, "note") == []
        assert await store.due_documents("note", 9) == []

    async def test_again_is_a_success(self, store: Store) -> None:
        stored = await store.put_document(document("a"))
        for _ in range(3):
            await store.delete_document(stored)

    @pytest.mark.parametrize("version", [0, 1, 3])
    async def test_of_another_version_is_a_conflict(self, store: Store, version: int) -> None:
        stored = await store.put_document(await store.put_document(document("a")))
        with pytest.raises(Conflict):
            await store.delete_document(replace(stored, version=version))
        assert await store.document(HERE, "note", "a") == stored

    async def test_makes_room_for_a_new_one(self, store: Store) -> None:
        stored = await store.put_document(await store.put_document(document("a")))
        await store.delete_document(stored)
        assert (await store.put_document(document("a"))).version == 1


class TestRaces:
    async def test_of_64_who_make_a_document_one_does(self, store: Store) -> None:
        assert await first_versions(store) == 1

    async def test_of_64_who_change_one_version_one_does(self, store: Store) -> None:
        assert await next_versions(store) == 1

    async def test_of_changers_and_deleters_one_decides(self, store: Store) -> None:
        assert await deletions(store) == 1


class TestCommunities:
    @pytest.mark.parametrize("other", ELSEWHERE, ids=str)
    async def test_another_ones_documents_are_out_of_reach(self, store: Store, other: Community) -> None:
        stored = await store.put_document(document("a"))
        assert await store.document(other, "note", "a") is None
        assert await store.documents(other, "note") == []
        with pytest.raises(Conflict):
            await store.put_document(replace(stored, community=other))
        await store.delete_document(replace(stored, community=other))
        assert await store.document(HERE, "note", "a") == stored

    async def test_each_has_its_own_of_the_same_key(self, store: Store) -> None:
        written = [
            await store.put_document(document("a", {"of": str(place)}, community=place)) for place in (HERE, *ELSEWHERE)
        ]
        assert [await store.document(one.community, "note", "a") for one in written] == written


class TestLists:
    async def test_are_in_the_order_of_their_keys(self, store: Store) -> None:
        for key in ("b", "ä", "a", "B", "10", "9"):
            await store.put_document(document(key))
        await store.put_document(document("c", kind="other kind"))
        assert [one.key for one in await store.documents(HERE, "note")] == ["10", "9", "B", "a", "b", "ä"]
        assert [one.key for one in await store.documents(HERE, "note", limit=2)] == ["10", "9"]
        assert await store.documents(HERE, "note", limit=0) == []

    async def test_hold_a_hundred_unless_told(self, store: Store) -> None:
        for number in range(103):
            await store.put_document(document(f"{number:03}", wake_at_ms=number))
        assert [one.key for one in await store.documents(HERE, "note")] == [f"{number:03}" for number in range(100)]
        assert len(await store.documents(HERE, "note", limit=1000)) == 103
        assert len(await store.due_documents("note", 1000)) == 100


class TestBackwards:
    async def test_the_last_come_first(self, store: Store) -> None:
        for key in ("b", "ä", "a", "B", "10", "9"):
            await store.put_document(document(key))
        await store.put_document(document("c", kind="other kind"))
        await store.put_document(document("c", kind="not"))
        await store.put_document(document("d", community=ELSEWHERE[0]))
        assert [one.key for one in await store.last_documents(HERE, "note")] == ["ä", "b", "a", "B", "9", "10"]
        assert [one.key for one in await store.last_documents(HERE, "note", 2)] == ["ä", "b"]
        assert await store.last_documents(HERE, "note", 0) == []

    async def test_those_before_a_key_whether_it_exists_or_not(self, store: Store) -> None:
        for number in range(0, 10, 2):
            await store.put_document(document(f"{number}"))
        for before in ("6", "5"):
            assert [one.key for one in await store.last_documents(HERE, "note", before=before)][-3:] == ["4", "2", "0"]
            assert [one.key for one in await store.last_documents(HERE, "note", 1, before)] == ["4"]
        assert [one.key for one in await store.last_documents(HERE, "note", before="zz")] == list("86420")
        assert await store.last_documents(HERE, "note", before="0") == []

    async def test_page_after_page_gives_each_once(self, store: Store) -> None:
        for number in range(23):
            await store.put_document(document(f"{number:03}"))
        seen, before = list[str](), None
        while page := await store.last_documents(HERE, "note", 5, before):
            seen += [one.key for one in page]
            before = seen[-1]
        assert seen == [f"{number:03}" for number in reversed(range(23))]


class TestDue:
    async def test_the_longest_overdue_come_first_from_everywhere(self, store: Store) -> None:
        wakes = {"late": 300, "later": 200, "latest": 100, "early": 401}
        for place, (key, wake_at_ms) in zip((HERE, *ELSEWHERE), wakes.items(), strict=True):
            await store.put_document(document(key, wake_at_ms=wake_at_ms, community=place))
        await store.put_document(document("never"))
        await store.put_document(document("other", wake_at_ms=1, kind="other kind"))
        assert [one.key for one in await store.due_documents("note", 400)] == ["latest", "later", "late"]
        assert [one.key for one in await store.due_documents("note", 400, limit=1)] == ["latest"]
        assert await store.due_documents("note", 99) == []

    async def test_a_new_time_replaces_the_old_one(self, store: Store) -> None:
        stored = await store.put_document(document("a", wake_at_ms=10))
        stored = await store.put_document(replace(stored, wake_at_ms=20))
        assert await store.due_documents("note", 19) == []
        assert await store.due_documents("note", 20) == [stored]
        await store.put_document(replace(stored, wake_at_ms=None))
        assert await store.due_documents("note", 1 << 50) == []
