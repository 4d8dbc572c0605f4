"""Importing rows: each is imported, there already, or reported; and a kill anywhere changes nothing of that."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from killed_store import Killed, KilledStore
from legacy_support import GAMES, MATE, chess_row, one_of_each
from support import share

from bot.legacy import _KINDS
from engine.arena.legacy.games import kinds
from engine.arena.legacy.importing import Fate, LegacyImport, Reported
from engine.model import Community, Player
from engine.ports import Store
from engine.stores.sqlite import SqliteStore

HERE: Final = Community("web", "main")


@pytest.fixture
async def store() -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(":memory:")
    yield opened
    await opened.close()


def importing(store: Store, names: Mapping[str, str] | None = None, dry: bool = False) -> LegacyImport:
    return LegacyImport(store, HERE, b"secret", names or {}, dry)


async def fates(store: Store, rows: list[dict[str, Any]], **more: Any) -> list[Fate | str]:
    one = importing(store, **more)
    found = [await one.row(row) for row in rows]
    return [fate.kind if isinstance(fate, Reported) else fate for fate in found]


async def stored(store: Store) -> dict[str, Any]:
    heads = await store.duels(HERE, limit=1000)
    return {head.duel_id: (head, await store.entries(head.duel_id)) for head in heads}


async def test_twice_is_once(store: SqliteStore) -> None:
    assert await fates(store, one_of_each()) == [Fate.IMPORTED] * 5
    before = await stored(store)
    assert await fates(store, one_of_each()) == [Fate.THERE] * 5
    assert await stored(store) == before
    assert len(before) == 5
    assert await store.unfinished() == []
    assert await store.due(2**60) == []


async def test_a_rehearsal_writes_nothing_and_says_the_same(store: SqliteStore) -> None:
    rows = [*one_of_each(), one_of_each()[0], chess_row(MATE, id="other", winner="white")]
    rehearsed = await fates(store, rows, dry=True, names={"u1": "Ann"})
    assert await stored(store) == {}
    assert rehearsed == await fates(store, rows) == [Fate.IMPORTED] * 5 + ["duplicate", "result"]


async def test_a_row_that_changed_since_is_reported_and_left(store: SqliteStore) -> None:
    await fates(store, [chess_row(MATE[:2], is_over=0)])
    before = await stored(store)
    assert await fates(store, [chess_row(MATE)]) == ["changed"]
    assert await stored(store) == before


async def test_rows_of_two_files_with_the_same_id_are_two_duels(store: SqliteStore) -> None:
    await fates(store, [chess_row(MATE, id=1)])
    assert await fates(store, [chess_row(MATE, id=1, created_at="2025-11-21 00:00:00")]) == [Fate.IMPORTED]


async def test_of_a_person_the_name_is_kept_and_nothing_that_leads_to_the_account(store: SqliteStore) -> None:
    rows = [chess_row(MATE, user_id="google-117", white_model=None)]
    await fates(store, rows, names={"google-117": "Ann\nB.", "nobody": "Zoe"})
    ((head, entries),) = (await stored(store)).values()
    person = (await store.people([head.terms.started_by]))[head.terms.started_by]
    assert (person.platform, person.name) == ("legacy", "Ann B.")
    assert "google-117" not in json.dumps([str(person), str(head), str(entries)])
    assert [one.duel_id for one in await store.history(Player("human", person.id))] == [head.duel_id]
    assert await store.person_named("legacy", "Zoe") is None


async def test_every_reason_has_words_for_the_summary(store: SqliteStore) -> None:
    from engine.arena.legacy import importing, logs, players, playing, results, rows, told

    named = {
        *(importing.CHANGED, importing.DUPLICATE, logs.COUNT, players.PLAYER, playing.MOVES, playing.OPTIONS),
        *(results.RESULT, rows.COLUMN, rows.GAME, rows.NO_ID, told.POSITION_ONLY, told.STATE),
    }
    assert named <= _KINDS.keys()


async def test_killed_at_every_write_and_imported_again_is_as_never_killed(store: SqliteStore) -> None:
    rows = [*one_of_each(), chess_row(["g1f3", "g8f6"], id="short", is_over=0)]
    await fates(store, rows, names={"u1": "Ann"})
    whole = await stored(store)
    for at in itertools.count():
        fresh = SqliteStore.open(":memory:")
        killed = KilledStore(fresh, at, before=bool(at % 2))
        try:
            await fates(killed, rows, names={"u1": "Ann"})
        except Killed:
            assert await fresh.unfinished() == [], "a worker would play on what is half imported"
            assert set(await fates(fresh, rows, names={"u1": "Ann"})) <= {Fate.IMPORTED, Fate.THERE}
            assert await stored(fresh) == whole
        else:
            assert at > len(rows)
            return
        finally:
            await fresh.close()


WHATEVER = (
    st.none()
    | st.integers()
    | st.floats()
    | st.text(st.sampled_from('aX0,:-{[" \n\x00\x1bé\U0001f600'), max_size=20)
    | st.binary(max_size=8)
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats()
    | st.sampled_from(["e2e4", "0,0", "rock", "white", "X"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("state", "moves", "history", "prompt", "white", "black", "move_uci", "side", "error", "rounds"),
                    *("theme", "chain", "board", "row", "col", "pgn", "best_of", "length", "max_rounds", "tokens_used"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
STATES = WHATEVER | JSON.map(json.dumps) | st.sampled_from([row["game_state"] for row in one_of_each()])


@st.composite
def strange_rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row of a file that somebody has had their hands in."""
    row = dict(draw(st.sampled_from(one_of_each())))
    row["game_state"] = draw(STATES)
    if draw(st.booleans()):
        row["game_type"] = draw(st.sampled_from(kinds()))
    for column in draw(st.lists(st.sampled_from(GAMES), max_size=2)):
        row[column] = draw(WHATEVER)
    return row


@pytest.mark.torture
@settings(deadline=None, max_examples=share(5_000, least=100))
@given(st.lists(strange_rows(), max_size=4))
async def test_any_row_is_imported_or_reported_and_never_an_error(rows: list[dict[str, Any]]) -> None:
    store = SqliteStore.open(":memory:")
    try:
        first = await fates(store, rows)
        assert all(fate in (Fate.IMPORTED, *_KINDS) for fate in first)
        found = await stored(store)
        assert len(found) == first.count(Fate.IMPORTED)
        again = await fates(store, rows)
        assert [fate is Fate.THERE for fate in again] == [fate is Fate.IMPORTED for fate in first]
    finally:
        await store.close()
