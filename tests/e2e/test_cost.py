"""``arena cost``: duels are played over the functions' own code, and what they cost is printed."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import local_aws
import pytest

from bot.cli import main
from infra.cost import running
from infra.cost.running import Plan, RunFailed


@pytest.fixture
def venv() -> str:
    return str(local_aws.python().parents[1])


def cost(*options: str) -> int:
    return main(["cost", "--duels", "1", "--plies", "8", "--model-seconds", "0", *options])


def children(process: int) -> list[str]:
    """The processes that it started."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def alive(processes: list[str]) -> list[str]:
    """Those of them that there are."""
    return [one for one in processes if Path(f"/proc/{one}").exists()]


def row(text: str, what: str) -> float:
    """The figure behind those words."""
    found = re.search(rf"^ +{re.escape(what)} +\$?([\d.,]+)", text, re.MULTILINE)
    assert found, f"{what!r} is not in:\n{text}"
    return float(found[1].replace(",", ""))


def test_a_duel_is_played_counted_and_priced(venv: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cost("--venv", venv, "--details") == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "One chess duel of 9.0 sequential entries, models that answer after 0 s; one to an invocation"
    )
    assert row(said, "write units an entry") == 1.0
    # A first duel also writes down its member and its two ladders: at most fifteen units more than the usual 45.
    assert 30 < row(said, "further write units a duel") <= 60
    assert "Update L#" in said, "the duel is rated, and counts"
    assert row(said, "invocations, starts") == 2
    assert row(said, "boards a duel") >= 2
    assert 0 < row(said, "infrastructure") < 1
    assert re.search(r"^ +9\.00  Put D#E$", said, re.MULTILINE)
    assert re.search(r"^ +2\.00  Delete C#K#request$", said, re.MULTILINE), "what the sweeper does a day later"
    for model in ("gpt-4.1-mini", "gpt-4.1-nano"):
        assert re.search(rf"^  openai/{model} +[\d,]+ read, [\d,]+ written: \$\d", said, re.MULTILINE)


IDLE_DOLLARS = 2.00
"""The most that an environment may cost a month while nobody plays, with what every account has for nothing."""


def test_an_environment_in_which_nobody_plays_costs_two_dollars_a_month_at_most(
    venv: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cost", "--idle", "--venv", venv]) == 0
    rows = re.findall(r"^  (.+?)  +(?:([\d,.]+) +)?(\d+\.\d+) +(\d+\.\d+)$", capsys.readouterr().out, re.MULTILINE)
    *items, total = [(what, float(full), float(left)) for what, _, full, left in rows]
    assert total[0] == "together"
    assert len(items) == 13
    assert sum(left for _, _, left in items) == pytest.approx(total[2], abs=0.02)
    assert sum(full for _, full, _ in items) == pytest.approx(total[1], abs=0.02)
    assert total[2] <= IDLE_DOLLARS
    reading, writing = items[0], items[1]
    assert reading[1] > 0, "the sweeper looks"
    assert writing[1] == 0, "and changes nothing"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--venv", "/nowhere"],
            "The local AWS is not installed in /nowhere: run “make serverless”, which installs it",
        ),
        (["--duels", "0"], "--duels wants a number from 1 to 10,000."),
        (["--model-seconds", "nan"], "--model-seconds wants a number from 0 to 120."),
    ],
    ids=["no local AWS", "no duel", "no number"],
)
def test_what_cannot_be_done_is_a_sentence(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cost(*options) == 2
    assert sentence in capsys.readouterr().err


async def test_ending_it_ends_everything_that_it_started(venv: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "cost", "--duels", "1", "--model-seconds", "1", "--venv", venv),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(150):
            assert b"plies played" in await process.stderr.readline()
            started = children(process.pid)
            assert len(started) == 2, "the local AWS and an environment"
            process.terminate()
            await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 130
    assert not alive(started)


async def test_a_duel_that_fails_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.environment, "__name__", "infra.cost.no_environment")
    with pytest.raises(RunFailed, match=r"No module named infra\.cost\.no_environment"):
        await running.run(Plan(1, 4, 0, 1), Path(local_aws.python()), lambda _: None)
