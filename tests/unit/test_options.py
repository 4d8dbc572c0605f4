"""Options: every value that does not fit is a sentence, whatever its size."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadOption, UserError
from engine.options import EXACT, Kind, Option, check, convert

SEED = Option("seed", "", Kind.INTEGER, least=0, most=2**48)
BUDGET = Option("budget", "", Kind.NUMBER, least=0)
AT = Option("at", "", Kind.INTEGER)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", math.nan, math.inf, "9" * 400])
def test_a_number_is_finite(value: Any) -> None:
    with pytest.raises(BadOption, match="budget must be a number, not"):
        convert(BUDGET, value)


@pytest.mark.parametrize("value", ["9" * 400, 10**400, "9" * 5000, -(10**400), "1e300", "x" * 60_000], ids=range(6))
@pytest.mark.parametrize("option", [SEED, BUDGET, AT], ids=lambda option: option.name)
def test_what_is_too_large_is_refused_in_a_short_sentence(option: Option, value: Any) -> None:
    with pytest.raises(BadOption) as refused:
        convert(option, value)
    assert len(refused.value.text) < 120


def test_few_choices_are_all_named_and_of_many_the_nearest() -> None:
    few = Option("start", "", choices=("all", "moderators"))
    with pytest.raises(BadOption, match="start cannot be “moderator”: choose all or moderators"):
        convert(few, "moderator")
    many = Option("it", "", choices=(*(f"choice-{letter}" for letter in "abcdefghijk"), "other"))
    with pytest.raises(BadOption, match="it cannot be “othr”: choose other"):
        convert(many, "othr")


def test_bounds_are_printed_whole() -> None:
    with pytest.raises(BadOption, match="seed must be at most 281474976710656, not 281474976710657"):
        convert(SEED, 2**48 + 1)
    with pytest.raises(BadOption, match=r"budget must be at least 0, not -0\.5\."):
        convert(BUDGET, "-0.5")


def test_without_bounds_of_its_own_a_number_is_one_that_json_carries_exactly() -> None:
    assert convert(AT, EXACT) == EXACT
    assert convert(AT, str(-EXACT)) == -EXACT
    with pytest.raises(BadOption, match="at must be at most"):
        convert(AT, EXACT + 1)


@given(
    st.sampled_from(list(Kind)),
    st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.integers()) | st.integers().map(str),
    st.none() | st.integers(-5, 5),
    st.none() | st.integers(6, 2**60),
)
def test_any_value_is_taken_or_refused_as_a_person_s_mistake(
    kind: Kind, value: Any, least: int | None, most: int | None
) -> None:
    option = Option("it", "", kind, least=least, most=most)
    try:
        (typed,) = check([option], {"it": value}).values()
    except UserError:
        return
    assert isinstance(typed, str | int | float)
    assert not isinstance(typed, float) or math.isfinite(typed)
