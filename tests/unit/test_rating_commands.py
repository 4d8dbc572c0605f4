"""``arena rate`` and ``arena sprt``: what a person types, and what scripts read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bot.cli import main

HEAD = "first,second,wins,draws,losses\n"
WIKIPEDIA = HEAD + "A,B,2,0,3\nA,D,1,0,4\nB,C,5,0,3\nC,D,1,0,3\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en")


def table(folder: Path, text: str) -> str:
    (folder / "results.csv").write_text(text, encoding="utf-8")
    return str(folder / "results.csv")


def test_rates_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", table(tmp_path, WIKIPEDIA), "--json", "--no-draws", "--no-advantage"]) == 0
    rated = json.loads(capsys.readouterr().out)
    assert {one["player"]: round(one["strength"], 2) for one in rated["players"]} == {
        "A": 0.64,
        "B": 1.04,
        "C": 0.66,
        "D": 2.27,
    }
    assert [one["player"] for one in rated["players"]] == ["D", "B", "C", "A"]
    assert all(one["low"] < one["elo"] < one["high"] for one in rated["players"])
    assert (rated["first_advantage_elo"], rated["draw"]) == (0, 0)


def test_rates_for_people_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(WIKIPEDIA))
    assert main(["rate", "-", "--anchor", "A=2000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:-1]] == ["D", "B", "A", "C"]
    assert "2000" in lines[2]
    assert lines[-1].startswith("The first seat is worth ")


def test_an_empty_table_is_said_to_be_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", table(tmp_path, HEAD)]) == 0
    assert capsys.readouterr().out == "The table is empty: nobody to rate.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The table has no column “first”: its first line must be first,second,wins,draws,losses."),
        ("a;b\n", "The table has no column “first”: its first line must be first,second,wins,draws,losses."),
        (
            "first,second,wins,draws\n",
            "The table has no column “losses”: its first line must be first,second,wins,draws,losses.",
        ),
        (HEAD + "A,B,1,0,0\nA,B,1,-2,0\n", "Line 3: “-2” is no number of duels."),
        (HEAD + "A,B,1,0\n", "Line 2: “” is no number of duels."),
        (HEAD + "A,,1,0,0\n", "Line 2 names no player in one of its seats."),
        (HEAD + "A,A,1,0,0\n", "A cannot be rated by duels with itself."),
    ],
)
def test_a_table_that_is_none_is_refused_in_a_line(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rate", table(tmp_path, text)]) == 2
    assert capsys.readouterr() == ("", said + "\n")


@pytest.mark.parametrize("anchor", ["A", "=1500", "A=strong"])
def test_an_anchor_that_is_none_is_refused(tmp_path: Path, anchor: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", table(tmp_path, WIKIPEDIA), "--anchor", anchor]) == 2
    assert capsys.readouterr().err == f"--anchor wants PLAYER=ELO, not “{anchor}”.\n"


def test_an_anchor_that_is_not_in_the_table_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", table(tmp_path, WIKIPEDIA), "--anchor", "Z=1500"]) == 2
    assert capsys.readouterr().err.startswith("There is no player of the table “Z”.")


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", "/nowhere.csv"]) == 2
    assert capsys.readouterr().err == "/nowhere.csv cannot be read: No such file or directory.\n"


def test_a_match_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    bounds = ["--elo0", "0", "--elo1", "10", "--alpha", "0.01", "--beta", "0.01"]
    assert main(["sprt", "1477", "1351", "2942", *bounds, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert round(found["llr"], 2) == 2.52
    assert found["accepted"] is None


@pytest.mark.parametrize(
    ("results", "first", "last"),
    [
        (("136", "96", "111"), "Elo +40.7 ± 30.4   LOS 99.6%", "Stop: at least 50 Elo better."),
        (("0", "0", "0"), "Elo +0.0 ± ∞   LOS 50.0%", "Undecided: play on."),
        (("0", "99", "0"), "Elo -∞ ± ∞   LOS 0.0%", "Stop: no better than 0 Elo."),
    ],
)
def test_a_match_for_people(
    results: tuple[str, ...], first: str, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sprt", *results]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == (first, last)


def test_no_infinity_is_written_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sprt", "9", "0", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["elo"], found["elo_error"]) == (None, None)
