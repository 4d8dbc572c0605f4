"""What a message says, how long a duel may go round, and which messages of a batch come back."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadMessage, NewerVersion
from engine.queues.messages import DUELS_A_MESSAGE, HOPS, Hop, batch_response, decode, encode, packed

hops = st.builds(Hop, st.text(min_size=1, max_size=40), st.integers(0, HOPS), st.integers(-1, 10_000))


@settings(max_examples=50)
@given(st.lists(hops, min_size=1, max_size=DUELS_A_MESSAGE))
def test_a_message_is_read_as_it_was_written(carried: list[Hop]) -> None:
    assert decode(encode(carried)) == tuple(carried)


def test_a_message_is_what_other_versions_were_promised() -> None:
    assert encode([Hop("a", 3, 17)]) == '{"v":1,"duels":[{"id":"a","hops":3,"entry":17}]}'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "poison",
        "[]",
        "null",
        "{}",
        '{"v":1}',
        '{"duels":[{"id":"a","hops":0,"entry":0}]}',
        '{"v":0,"duels":[{"id":"a","hops":0,"entry":0}]}',
        '{"v":1,"duels":[]}',
        '{"v":1,"duels":[{}]}',
        '{"v":1,"duels":["a"]}',
        '{"v":1,"duels":[{"id":"","hops":0,"entry":0}]}',
        '{"v":1,"duels":[{"id":7,"hops":0,"entry":0}]}',
        '{"v":1,"duels":[{"id":"a","hops":true,"entry":0}]}',
        '{"v":1,"duels":[{"id":"a","hops":0,"entry":"0"}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_of_ours_is_refused(body: str) -> None:
    with pytest.raises(BadMessage):
        decode(body)


def test_a_newer_version_is_refused_by_its_number() -> None:
    with pytest.raises(NewerVersion, match="a message in version 3, and this one reads up to 2"):
        decode('{"v":3,"duels":[{"id":"a","hops":0,"entry":0}]}')


def test_as_few_messages_as_can_be_carry_all_duels_once() -> None:
    duels = [Hop(f"duel-{number}") for number in range(23)]
    bodies = list(packed(duels))
    assert [len(decode(body)) for body in bodies] == [10, 10, 3]
    assert [hop for body in bodies for hop in decode(body)] == duels
    assert list(packed([])) == []


@pytest.mark.parametrize("count", [0, DUELS_A_MESSAGE + 1])
def test_a_message_never_carries_none_or_too_many(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 10"):
        encode([Hop("a")] * count)


def test_a_duel_that_does_not_get_on_goes_round_so_often_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    hop: Hop | None = Hop("a")
    rounds = 0
    with caplog.at_level(logging.ERROR):
        while hop := hop.again(entry=5):
            rounds += 1
            assert rounds <= HOPS + 1, "it goes round for ever"
    assert rounds == HOPS + 1  # the first found what nobody had looked at, and counts from there
    assert [record.getMessage() for record in caplog.records] == ["duel a: queued 20 times without a new entry after 5"]


def test_a_duel_that_gets_on_goes_round_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    hop: Hop | None = Hop("a")
    for entry in range(10 * HOPS):
        hop = hop.again(entry // 2)
        assert hop is not None
        assert hop.hops == entry % 2
    assert not caplog.records


def test_the_messages_with_an_error_come_back_and_no_others() -> None:
    assert batch_response({"1": None, "2": BadMessage("poison"), "3": None, "4": KeyError("a")}) == {
        "batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "4"}]
    }
    # An empty list means that all went well; a missing one would mean so too, but null would bring all back.
    assert json.dumps(batch_response({"1": None})) == '{"batchItemFailures": []}'
