"""What is written comes back the same, fits its size, and nonsense is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import codec
from engine.codec._fit import cut
from engine.errors import CorruptLog
from engine.model import (
    Adjourn,
    Agreed,
    Attempt,
    Community,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    Failure,
    Head,
    Lease,
    Limits,
    MoveMode,
    Outcome,
    Player,
    Resume,
    Seal,
    Seat,
    Shown,
    Spoken,
    Status,
    Takeback,
    Terms,
    TimeControl,
    Turn,
    Verdict,
)

seats = st.sampled_from(Seat)
texts = st.text(max_size=40)
words = st.one_of(texts, st.text(max_size=30).map(lambda text: text * 40))
moves = st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters='"\\'), max_size=100)
times = st.integers(0, 1 << 45)
numbers = st.integers(0, 1 << 30)
maybe = st.none() | numbers
outcomes = st.builds(Outcome, st.none() | seats, texts, words, st.booleans())
players = st.builds(Player, st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.text(min_size=1, max_size=20))
attempts = st.builds(Attempt, st.sampled_from(Failure), words, words)
spoken = st.builds(
    Spoken, words, numbers, numbers, numbers, st.integers(0, 1 << 40), st.lists(attempts, max_size=3).map(tuple)
)
by_seat: Any = lambda values: st.dictionaries(seats, values)  # noqa: E731
terms = st.builds(
    Terms,
    game=texts,
    players=by_seat(players),
    seed=st.integers(-(1 << 70), 1 << 70),
    options=st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts, max_size=3),
    modes=by_seat(st.sampled_from(MoveMode)),
    time=st.builds(TimeControl, maybe, maybe),
    limits=st.builds(Limits, numbers, maybe, maybe),
    rated=st.booleans(),
    season=texts,
    rules_version=texts,
    prompt_version=texts,
    community=st.builds(Community, st.from_regex(r"[a-z]{1,9}", fullmatch=True), texts),
    started_by=texts,
)
salts = st.text("0123456789abcdef", max_size=64)
turns = st.builds(Turn, by_seat(moves), by_seat(spoken), by_seat(salts))
bodies = st.one_of(
    st.builds(Agreed, terms),
    turns,
    st.builds(DrawOffer, seats),
    st.builds(DrawAnswer, seats, st.booleans()),
    st.builds(Takeback, numbers, texts, by_seat(spoken)),
    st.builds(Verdict, numbers, seats, moves, texts, words),
    st.builds(Adjourn, words),
    st.builds(Resume, texts),
    st.builds(End, outcomes, texts, by_seat(spoken)),
)
entries = st.builds(Entry, numbers, st.uuids().map(str), times, bodies)
heads = st.builds(
    Head,
    duel_id=texts,
    terms=terms,
    status=st.sampled_from(Status),
    created_ms=times,
    version=numbers,
    lease=st.none() | st.builds(Lease, texts, times),
    waiting_for=st.frozensets(seats),
    deadline_ms=st.none() | times,
    shown=st.builds(Shown, *[texts] * 4, st.integers(0, 2**53), st.integers(-1, 1000), final=st.booleans()),
    outcome=st.none() | outcomes,
    plies=numbers,
    ended_ms=st.none() | times,
)
seals = st.builds(Seal, numbers, seats, moves, salts, texts, spoken)

SPOKEN: Final = Spoken("I play e4.", 900, 12, 1500, 700, (Attempt(Failure.ILLEGAL, "Ke9", "No such square."),))
TURN: Final = Entry(3, "id-3", 1790000000000, Turn({Seat.FIRST: "e2e4"}))


def sized(entry: Entry) -> int:
    return len(codec.encode_entry(entry).encode())


class TestRoundTrip:
    @given(entries)
    def test_an_entry(self, entry: Entry) -> None:
        assert codec.decode_entry(codec.encode_entry(entry)) == entry

    @given(entries)
    def test_an_entry_after_fit(self, entry: Entry) -> None:
        fitted = codec.fit(entry)
        assert codec.decode_entry(codec.encode_entry(fitted).encode()) == fitted

    @given(heads)
    def test_a_head(self, head: Head) -> None:
        assert codec.head_from_json(codec.loads(codec.dumps(codec.head_to_json(head)))) == head

    @given(seals)
    def test_a_seal(self, seal: Seal) -> None:
        assert codec.seal_from_json(codec.loads(codec.dumps(codec.seal_to_json(seal)))) == seal

    def test_half_a_surrogate_pair(self) -> None:
        entry = replace(TURN, body=Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: Spoken("\ud83c “up”")}))
        assert codec.decode_entry(codec.encode_entry(entry).encode()) == entry


class TestSpelling:
    def test_a_plain_turn_is_short(self) -> None:
        assert codec.encode_entry(TURN) == (
            '{"v":1,"number":3,"id":"id-3","at_ms":1790000000000,"kind":"turn","moves":{"first":"e2e4"}}'
        )

    def test_what_was_said(self) -> None:
        said = codec.entry_to_json(replace(TURN, body=Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: SPOKEN})))["spoken"]
        assert said == {
            "first": {
                "words": "I play e4.",
                "tokens_in": 900,
                "tokens_out": 12,
                "latency_ms": 1500,
                "cost_nano_usd": 700,
                "attempts": [{"failure": "ILLEGAL", "said": "Ke9", "why": "No such square."}],
            }
        }

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (DrawOffer(Seat.FIRST), "draw-offer"),
            (DrawAnswer(Seat.SECOND, accepted=False), "draw-answer"),
            (Takeback(2, "ann"), "takeback"),
            (Verdict(3, Seat.FIRST, "e2e3", "ann", "Misread."), "verdict"),
            (Adjourn("The budget is spent."), "adjourn"),
            (Resume("ann"), "resume"),
            (End(Outcome(None, "agreement")), "end"),
        ],
    )
    def test_kinds(self, body: Any, kind: str) -> None:
        assert codec.entry_to_json(replace(TURN, body=body))["kind"] == kind

    def test_an_end_always_names_its_winner(self) -> None:
        end = codec.entry_to_json(replace(TURN, body=End(Outcome(None, "stalemate"))))
        assert end["outcome"] == {"winner": None, "termination": "stalemate"}

    def test_terms_are_whole(self) -> None:
        """So that an old log keeps its meaning when a default changes."""
        written = codec.terms_to_json(Terms("chess", {Seat.FIRST: Player("engine", "novice")}, 1))
        assert written.keys() == set(Terms.__dataclass_fields__)
        assert written["limits"] == {"max_plies": 200, "max_tokens": 1_000_000}
        assert written["players"] == {"first": "engine/novice"}


class TestFit:
    @given(
        st.builds(Entry, numbers, st.uuids().map(str), times, turns | st.builds(End, outcomes, texts, by_seat(spoken)))
    )
    def test_a_turn_takes_one_write_unit(self, entry: Entry) -> None:
        assert sized(codec.fit(entry)) <= codec.ENTRY_BYTES

    @pytest.mark.parametrize("move", [5, 100])
    @pytest.mark.parametrize("attempts", [0, 1, 3, 50])
    @pytest.mark.parametrize("mark", ["a", '"', "車", "\x00"])
    def test_the_longest_turn_takes_one_write_unit(self, move: int, attempts: int, mark: str) -> None:
        failed = (Attempt(Failure.UNPARSABLE, mark * 5000, mark * 500),) * attempts
        said = Spoken(mark * 20_000, 200_000, 100_000, 300_000, 9_000_000_000, failed)
        body = Turn(dict.fromkeys(Seat, "m" * move), dict.fromkeys(Seat, said), dict.fromkeys(Seat, "5" * 64))
        fitted = codec.fit(Entry(999, "0" * 36, 1790000000000, body))
        assert sized(fitted) <= codec.ENTRY_BYTES
        assert isinstance(fitted.body, Turn)
        assert len(fitted.body.spoken[Seat.FIRST].attempts) >= min(attempts, 3)

    @given(entries)
    def test_fitting_twice_changes_nothing(self, entry: Entry) -> None:
        assert codec.fit(codec.fit(entry)) == codec.fit(entry)

    @given(st.builds(Entry, numbers, st.uuids().map(str), times, turns))
    def test_words_of_all_seats_share_their_room(self, entry: Entry) -> None:
        body = codec.fit(entry).body
        assert isinstance(body, Turn)
        written = [json.dumps(said.words, ensure_ascii=False)[1:-1] for said in body.spoken.values()]
        assert sum(len(text.encode()) for text in written) <= codec.WORDS_BYTES

    @given(turns)
    def test_moves_and_costs_are_never_cut(self, turn: Turn) -> None:
        fitted = codec.fit(replace(TURN, body=turn)).body
        assert isinstance(fitted, Turn)
        assert (fitted.moves, fitted.salts) == (turn.moves, turn.salts)
        for seat, said in turn.spoken.items():
            kept = fitted.spoken[seat]
            assert replace(kept, words="", attempts=()) == replace(said, words="", attempts=())
            assert [attempt.failure for attempt in kept.attempts] == [attempt.failure for attempt in said.attempts]

    def test_a_short_turn_is_left_alone(self) -> None:
        entry = replace(TURN, body=Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: SPOKEN}))
        assert codec.fit(entry) == entry
        assert codec.fit(TURN) is TURN

    def test_one_seat_may_use_what_the_other_leaves(self) -> None:
        said = {Seat.FIRST: Spoken("a" * 900), Seat.SECOND: Spoken("b" * 100)}
        body = codec.fit(replace(TURN, body=Turn({}, said))).body
        assert isinstance(body, Turn)
        assert body.spoken[Seat.FIRST].words == "a" * 497 + "…"
        assert body.spoken[Seat.SECOND].words == "b" * 100

    def test_a_long_ruling_is_cut(self) -> None:
        body = codec.fit(replace(TURN, body=Verdict(3, Seat.FIRST, "e2e3", "ann", "because " * 100))).body
        assert isinstance(body, Verdict)
        assert body.why.endswith("…")
        assert len(body.why.encode()) <= 240

    @given(words, st.integers(0, 700))
    def test_a_cut_keeps_the_beginning(self, text: str, limit: int) -> None:
        short = cut(text, limit)
        assert len(json.dumps(short, ensure_ascii=False).encode()) - 2 <= limit
        assert short == text or text.startswith(short.removesuffix("…"))

    def test_halves_of_surrogate_pairs_do_not_survive(self) -> None:
        assert cut("a\ud83cb", 10) == "a?b"


class TestNonsense:
    GOOD: Final = codec.entry_to_json(replace(TURN, body=Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: SPOKEN})))

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 3},
            {"v": 0},
            {"v": True},
            {"v": None},
            {"kind": "castling"},
            {"kind": ["turn"]},
            {"number": -1},
            {"number": True},
            {"number": "3"},
            {"id": 3},
            {"at_ms": 1.5},
            {"moves": {"third": "e2e4"}},
            {"moves": {"first": 4}},
            {"moves": ["e2e4"]},
            {"moves": None},
            {"spoken": {"first": {"words": 1}}},
            {"spoken": {"first": {"attempts": [{"failure": "BORED"}]}}},
            {"spoken": {"first": {"attempts": "none"}}},
            {"kind": "end", "outcome": {"termination": "mate"}},
            {"kind": "end", "outcome": {"winner": "third", "termination": "mate"}},
            {"kind": "draw-answer", "seat": "first", "accepted": 1},
            {"kind": "agreed", "terms": {}},
            {"kind": "agreed"},
        ],
    )
    def test_an_entry(self, change: dict[str, Any]) -> None:
        with pytest.raises(CorruptLog):
            codec.entry_from_json(self.GOOD | change)

    @pytest.mark.parametrize("key", ["number", "id", "at_ms", "kind", "moves"])
    def test_a_missing_key(self, key: str) -> None:
        with pytest.raises(CorruptLog):
            codec.entry_from_json({name: value for name, value in self.GOOD.items() if name != key})

    @pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"entry"', b"\xff\xfe{", "NaN", "[" * 100_000])
    def test_text_that_holds_none(self, text: str | bytes) -> None:
        with pytest.raises(CorruptLog):
            codec.decode_entry(text)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | texts, lambda x: st.lists(x) | st.dictionaries(texts, x)
        )
    )
    def test_anything(self, value: Any) -> None:
        for read in (codec.entry_from_json, codec.head_from_json, codec.terms_from_json, codec.seal_from_json):
            with pytest.raises(CorruptLog):
                read(value)

    @given(entries, st.data())
    def test_a_value_of_the_wrong_kind_never_escapes_as_another_error(self, entry: Entry, data: st.DataObject) -> None:
        value = json.loads(codec.encode_entry(entry))
        value[data.draw(st.sampled_from(sorted(value)))] = data.draw(st.none() | st.integers() | texts | st.just([]))
        with suppress(CorruptLog):
            codec.entry_from_json(value)
