"""What a duel's file may tell: no seed before the end, and nobody's text as Markdown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support import Line, arena_over, start

from engine.arena.exports import export
from engine.games import Record
from engine.model import Entry, Outcome, Termination


async def recorded(*, over: bool) -> tuple[Record, list[Entry]]:
    async with arena_over(players={"x/a": Line("1", None)}) as arena:
        head = await start(arena, "tic_tac_toe", "x/a", "engine/perfect")
        if over:
            await arena.turns.play(head.duel_id)
        return await arena.duels.record(head.duel_id)


@pytest.mark.parametrize("form", ["json", "markdown"])
async def test_the_seed_is_told_only_afterwards(form: str) -> None:
    running, finished = await recorded(over=False), await recorded(over=True)
    assert "seed" not in export(*running, form)
    assert str(finished[0].terms.seed) in export(*finished, form)


async def test_a_running_duel_lacks_nothing_but_its_seed() -> None:
    record, entries = await recorded(over=False)
    terms = json.loads(export(record, entries, "json"))["entries"][0]["terms"]
    finished = replace(record, outcome=Outcome(None, Termination.CANCELLED))
    whole = json.loads(export(finished, entries, "json"))["entries"][0]["terms"]
    assert whole == {**terms, "seed": record.terms.seed}


@pytest.mark.parametrize("void", [False, True])
async def test_a_reason_is_text_and_no_markdown(void: bool) -> None:
    record, entries = await recorded(over=True)
    why = "The API said:\n# [win](https://example.org) <img src=x>"
    shown = export(replace(record, outcome=Outcome(None, "provider-down", why, void)), entries, "markdown")
    (line,) = [line for line in shown.splitlines() if line.startswith("Result")]
    assert r"\[win\]\(https://example.org\) \<img src=x\>" in line
