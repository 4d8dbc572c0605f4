"""Bad input is refused by the variable that holds it, in a sentence: what Terraform's own tests say is tried here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from folders import COMPOSITION, EXAMPLES, short
from hcl import assignments
from refusing import Run, fails, runs, validations

FILES: Final = sorted((COMPOSITION / "tests").glob("refused_*.tftest.hcl"))
RUNS: Final = [run for file in FILES for run in runs(file)]
ACCOUNT: Final = "refused_account.tftest.hcl"
"""What data sources refuse; a plan alone asks them."""


def test_each_run_is_refused_as_it_says_and_each_validation_refuses_one(tmp_path: Path) -> None:
    found = {}
    for number, run in enumerate(RUNS):
        (scratch := tmp_path / str(number)).mkdir()
        found[run] = fails(COMPOSITION, run, scratch)
    said = {str(run): sorted(run.refused) for run in RUNS}
    assert {str(run): sorted({one.variable for one in failed}) for run, failed in found.items()} == said
    assert set(validations(COMPOSITION)) - {one for failed in found.values() for one in failed} == set()


def test_a_refusal_is_a_sentence_that_names_its_variable() -> None:
    unlike = [
        one for one in validations(COMPOSITION) if not one.sentence.endswith(".") or one.variable not in one.sentence
    ]
    # This one is about all platforms.
    assert [one.variable for one in unlike if not one.sentence.startswith("Nobody could come")] == []


def test_only_the_account_refuses_what_no_variable_does() -> None:
    assert {run.file.name for run in RUNS if not run.refused} == {ACCOUNT, "refused_who.tftest.hcl"}
    assert [run.name for run in RUNS if not run.refused and run.file.name != ACCOUNT] == ["good_input_is_taken"]


@pytest.mark.parametrize("example", EXAMPLES, ids=short)
def test_an_example_is_taken_as_it_is(example: Path, tmp_path: Path) -> None:
    values = {name for name in assignments(example) if name != "account_id"}
    assert values
    text = "".join(line for line in example.read_text().splitlines(keepends=True) if not line.startswith("account_id"))
    run = Run("example", FILES[0], text, frozenset())
    assert fails(COMPOSITION, run, tmp_path) == []
