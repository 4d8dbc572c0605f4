"""A stored reason remembers how it was made, and a damaged memory of it does no harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import said
from engine import codec
from engine.codec._sentences import SAID_BYTES, sentence_from_json, sentence_to_json
from engine.model import Adjourn, Attempt, End, Entry, Failure, Outcome, Seat, Spoken, Termination, Turn
from engine.sentences import Counted, Joined, Sentence, counted, joined, say

plain = st.text(max_size=12) | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)


def _said(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda who, what: say("{who} did {what}.", who=who, what=what), parts, parts),
        st.builds(lambda n, who: counted("{who} has {n}.", "{who} have {n}.", n=n, who=who), st.integers(0, 9), parts),
        st.builds(joined, st.lists(parts.map(str) | st.builds(say, st.just("It is {over}"))), st.sampled_from(" ;")),
    )


sentences = st.recursive(plain, _said, max_leaves=6).filter(lambda made: isinstance(made, Sentence))


def written(text: str) -> Any:
    value = sentence_to_json(text)
    return json.loads(json.dumps(value))


@given(sentences)
def test_a_sentence_comes_back_with_its_template_and_values(made: Sentence) -> None:
    value = written(made)
    back = sentence_from_json(str(made), value)
    assert back == made
    if value is not None:
        assert type(back) is type(made)
        assert isinstance(back, Sentence)
        assert back.template == made.template
        assert back.values == made.values
        assert written(back) == value


@given(sentences, st.recursive(st.none() | plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_stands_beside_a_text_it_reads_the_same(made: Sentence, value: Any) -> None:
    assert sentence_from_json(str(made), value) == str(made)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        7,
        "text",
        ["{winner.__class__}", {"winner": "White"}],
        ["{winner!r}", {"winner": "White"}],
        ["{n:999999999}", {"n": 1}],
        ["{n:{n}}", {"n": 1}],
        ["{0}", {"n": 1}],
        ["{other}", {"winner": "White"}],
        ["one", "many", {"n": "3"}],
        ["one", "many", "more", {"n": 3}],
        ["one", "many"],
        ["White wins.", {"winner": None}],
        {"parts": [["White"], None]},
        {"parts": ["White"], "by": 3},
        ["{", {"winner": "White"}],
    ],
)
def test_a_damaged_sentence_is_its_plain_text(value: Any) -> None:
    back = sentence_from_json("White wins.", value)
    assert back == "White wins."
    assert not isinstance(back, Sentence)


def test_a_sentence_nested_too_deep_is_its_plain_text() -> None:
    value: Any = ["White wins."]
    for _ in range(20):
        value = ["{inner}", {"inner": value}]
    assert not isinstance(sentence_from_json("White wins.", value), Sentence)


def test_text_that_is_no_sentence_has_nothing_beside_it() -> None:
    assert sentence_to_json("White wins.") is None
    assert codec.outcome_to_json(Outcome(None, "draw", "A draw.")) == {
        "winner": None,
        "termination": "draw",
        "why": "A draw.",
    }


def test_a_sentence_that_takes_too_much_room_is_stored_as_text() -> None:
    assert sentence_to_json(say("{word}", word="ä" * SAID_BYTES)) is None


def test_programs_read_english_and_people_their_own_language_after_a_restart() -> None:
    why = say("{side} is checkmated.", side=say("White"))
    entry = Entry(9, "id", 1, End(Outcome(Seat.SECOND, "checkmate", why), "arena"))
    line = codec.encode_entry(entry)
    assert json.loads(line)["outcome"]["why"] == "White is checkmated."
    body = codec.decode_entry(line).body
    assert isinstance(body, End)
    assert said(body.outcome.why, "de") == said(why, "de") != "White is checkmated."


def test_the_reason_of_an_adjournment_is_kept_too() -> None:
    entry = Entry(4, "id", 1, Adjourn(say("The arena was away.")))
    body = codec.decode_entry(codec.encode_entry(entry)).body
    assert isinstance(body, Adjourn)
    assert isinstance(body.why, Sentence)


def test_a_log_without_templates_is_read_as_before() -> None:
    line = '{"v":1,"number":4,"id":"x","at_ms":1,"kind":"adjourn","why":"The arena was away."}'
    body = codec.decode_entry(line).body
    assert isinstance(body, Adjourn)
    assert not isinstance(body.why, Sentence)
    assert body.why == "The arena was away."


@given(sentences, st.lists(st.text(max_size=200), min_size=1, max_size=8), st.integers(0, 10**9))
def test_an_end_fits_its_entry_whatever_was_said(why: Sentence, said_words: list[str], tokens: int) -> None:
    attempts = tuple(Attempt(Failure.UNPARSABLE, text, text) for text in said_words)
    spoken = Spoken("".join(said_words), tokens, tokens, tokens, tokens, attempts)
    outcome = Outcome(Seat.FIRST, Termination.PROVIDER_DOWN, why, void=True)
    entry = Entry(12, "f" * 36, 1 << 44, End(outcome, "arena", dict.fromkeys(Seat, spoken)))
    fitted = codec.fit(entry)
    assert len(codec.encode_entry(fitted).encode()) <= codec.ENTRY_BYTES
    assert codec.fit(fitted) == fitted
    assert codec.decode_entry(codec.encode_entry(fitted)) == fitted


def test_fitting_keeps_a_sentence_where_there_is_room() -> None:
    why = joined([say("The duel has used its {tokens:,} tokens.", tokens=10**6), say("It counts for nobody.")])
    entry = Entry(12, "id", 1, End(Outcome(None, Termination.BUDGET, why, void=True), "arena"))
    body = codec.fit(entry).body
    assert isinstance(body, End)
    assert isinstance(body.outcome.why, Joined)


def test_why_an_attempt_failed_is_kept_where_there_is_room() -> None:
    why = say("{move} is not legal: {reason}.", move="Ke9", reason=say("there is no piece on {square}", square="e9"))
    spoken = Spoken("e4", attempts=(Attempt(Failure.ILLEGAL, "Ke9", why),))
    entry = codec.fit(Entry(3, "id", 1, Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: spoken})))
    back = codec.decode_entry(codec.encode_entry(entry)).body
    assert isinstance(back, Turn)
    assert said(back.spoken[Seat.FIRST].attempts[0].why, "de") == "Ke9 ist regelwidrig: auf e9 steht keine Figur."


def test_a_players_words_are_worth_more_than_a_translation() -> None:
    why = say("The reply gives {move} as its move and then {other}.", move="e4", other="d4")
    attempts = tuple(Attempt(Failure.AMBIGUOUS, "e4 d4", why) for _ in range(3))
    entry = Entry(3, "id", 1, Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: Spoken("word " * 75, attempts=attempts)}))
    body = codec.fit(entry).body
    assert isinstance(body, Turn)
    assert body.spoken[Seat.FIRST].words == "word " * 75
    assert [type(attempt.why) for attempt in body.spoken[Seat.FIRST].attempts] == [str] * 3


def test_a_count_is_kept_as_one() -> None:
    why = counted("{n} attempt", "{n} attempts", n=3)
    back = sentence_from_json(str(why), written(why))
    assert isinstance(back, Counted)
    assert back.one == "{n} attempt"
