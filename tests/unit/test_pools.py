"""Predictions as values: pools pay back exactly what was staked, and an account follows from its stakes alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arena.pools import START, Account, Placed, Pool, Refund, Stake, shares
from engine.codec import dumps, loads
from engine.errors import CorruptLog
from engine.model import DRAW, Community, Document, Seat

RESULTS = (Seat.FIRST, DRAW, Seat.SECOND)
STAKES = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.builds(Stake, st.sampled_from(RESULTS), st.integers(1, 1000), st.just("k"), st.booleans()),
    max_size=12,
)
HERE = Community("web", "main")


def pool(**stakes: Stake) -> Pool:
    return Pool("d", "1", stakes)


@given(STAKES, st.sampled_from(RESULTS), st.sampled_from(["", Refund.VOID]))
def test_a_pool_pays_back_exactly_what_was_staked(stakes: dict[str, Stake], result: str, refund: str) -> None:
    paid = Pool("d", "1", stakes).paid(3, result, refund, 0)
    assert paid.returned.keys() == stakes.keys()
    assert sum(paid.returned.values()) == sum(stake.points for stake in stakes.values())
    for person, stake in stakes.items():
        if paid.refund or not stake.sure:
            assert paid.returned[person] == stake.points
        elif stake.on == result:
            assert paid.returned[person] >= stake.points
        else:
            assert paid.returned[person] == 0


@given(STAKES, st.sampled_from(RESULTS), st.randoms(use_true_random=False))
def test_the_order_of_stakes_changes_nothing(stakes: dict[str, Stake], result: str, random: object) -> None:
    shuffled = list(stakes.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Pool("d", "1", dict(shuffled)).paid(3, result, "", 0) == Pool("d", "1", stakes).paid(3, result, "", 0)


def test_who_is_right_shares_by_what_they_staked_and_the_rest_goes_to_the_largest_remainder() -> None:
    stakes = {"a": Stake("first", 10, "k"), "b": Stake("first", 20, "k"), "c": Stake("second", 70, "k")}
    assert shares(stakes, "first") == {"a": 33, "b": 67, "c": 0}
    assert shares({**stakes, "b": Stake("first", 10, "k")}, "first") == {"a": 45, "b": 45, "c": 0}
    assert shares({"b": Stake("draw", 1, "k"), "a": Stake("draw", 1, "k"), "c": Stake("first", 1, "k")}, "draw") == {
        "a": 2,
        "b": 1,
        "c": 0,
    }


@pytest.mark.parametrize(
    ("stakes", "result", "why"),
    [
        ({"a": Stake("first", 5, "k")}, "first", Refund.ONE_SIDED),
        ({"a": Stake("first", 5, "k"), "b": Stake("first", 7, "k")}, "second", Refund.ONE_SIDED),
        ({"a": Stake("first", 5, "k"), "b": Stake("second", 7, "k")}, "draw", Refund.NOBODY_RIGHT),
        ({"a": Stake("first", 5, "k"), "b": Stake("second", 7, "k", sure=False)}, "first", Refund.ONE_SIDED),
    ],
)
def test_a_pool_that_nobody_can_win_is_given_back(stakes: dict[str, Stake], result: str, why: str) -> None:
    paid = pool(**stakes).paid(3, result, "", 0)
    assert (paid.refund, paid.result) == (why, "")
    assert paid.returned == {person: stake.points for person, stake in stakes.items()}


def test_what_an_older_entry_said_is_no_news() -> None:
    stakes = {"a": Stake("first", 5, "k"), "b": Stake("second", 7, "k")}
    void = pool(**stakes).paid(9, "", Refund.VOID, 0)
    assert void.paid(8, "first", "", 1) is void
    assert void.paid(10, "first", "", 1).returned == {"a": 12, "b": 0}
    account = Account("1", "a").placing("d", Placed("first", 5, "k", 5, 9))
    assert account.settled("d", Placed("first", 5, "k", 12, 8, "first")) is account
    assert account.settled("d", Placed("first", 5, "k", 12, 10, "first")).points == START + 7


def test_an_account_follows_from_its_stakes() -> None:
    account = Account("1", "a").placing("d", Placed("first", 300, "k")).placing("e", Placed("draw", 100, "k"))
    assert account.points == START - 400
    assert account.left_for("d") == START - 100
    account = account.settled("d", Placed("first", 300, "k", 500, 4, "first"))
    assert (account.points, account.gain, account.right, account.decided) == (START + 100, 200, 1, 1)
    account = account.settled("e", Placed("draw", 100, "k", 0, 4, "second"))
    assert (account.points, account.right, account.decided) == (START + 100, 1, 2)
    account = account.settled("d", Placed("first", 300, "k", 300, 5))
    assert (account.points, account.right, account.decided) == (START - 100, 0, 1)


@given(STAKES, st.sampled_from(RESULTS))
def test_both_are_read_as_they_were_written(stakes: dict[str, Stake], result: str) -> None:
    paid = Pool("d", "1", stakes).paid(3, result, "", 5)
    account = Account("1", "a", {"d": Placed("first", 5, "k"), "e": Placed("draw", 5, "k", 12, 4, "draw")})
    for value, read in ((paid, Pool.of), (account, lambda found: Account.of("1", found))):
        key = "d" if value is paid else "a"
        assert read(Document(HERE, "kind", key, loads(dumps(value.to_body())))) == value  # type: ignore[no-untyped-call]


def test_what_is_no_pool_is_found_out() -> None:
    with pytest.raises(CorruptLog, match="a pool"):
        Pool.of(Document(HERE, "pool", "d", {"stakes": {"a": ["first"]}}))
    with pytest.raises(CorruptLog, match="an account"):
        Account.of("1", Document(HERE, "points 1", "a", {"d": 7}))


def test_another_stake_takes_the_place_of_the_first() -> None:
    one = pool(a=Stake("first", 5, "k")).staked("a", Stake("draw", 7, "k"))
    assert one.stakes == {"a": Stake("draw", 7, "k")}
    assert one.staked("a", None).stakes == {}
    assert replace(one).on("draw") == 7
