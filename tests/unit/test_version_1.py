"""What version 1 of the arena wrote is read for ever: recorded entries, duels, documents and messages, kept as data.

``tests/data/version_1`` was written once and is never made anew: where one of these turns red, logs of somebody's arena
could no longer be read. What a later version writes gets a folder of its own, beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from engine import codec, duel, versions
from engine.arena import audit, conduct, ledger
from engine.arena.adjournments import _Waiting
from engine.arena.challenge import Challenge, start_from_json
from engine.arena.ladders import read_board
from engine.arena.own_keys import _facts
from engine.arena.pools import Account, Pool
from engine.arena.reports import Report
from engine.arena.seasons import Season
from engine.arena.tournament import log as tournaments
from engine.arena.tournament.records import Listed
from engine.codec import _entries
from engine.community_settings import from_body
from engine.model import (
    Adjourn,
    Agreed,
    Attempt,
    Autoplay,
    Community,
    Document,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    Failure,
    Limits,
    MoveMode,
    Outcome,
    Player,
    Resume,
    Ruling,
    Seal,
    Seat,
    Spoken,
    Takeback,
    TakebackOffer,
    TakebackRefused,
    Terms,
    TimeControl,
    Turn,
    Verdict,
)
from engine.queues import messages
from lambda_interactions import messages as commands

FOLDER: Final = Path(__file__).parents[1] / "data" / "version_1"
FIRST, SECOND = Seat.FIRST, Seat.SECOND
SPOKEN: Final = Spoken("I play e4.", 900, 12, 1500, 700, (Attempt(Failure.ILLEGAL, "Ke9", "No such square."),))
TERMS: Final = Terms(
    game="chess",
    players={FIRST: Player("openai", "gpt-4.1-nano"), SECOND: Player("human", "ann")},
    seed=7,
    options={"opening": "random", "clock": None, "rounds": 3, "strict": True},
    modes={FIRST: MoveMode.LISTED},
    time=TimeControl(300, 3600),
    limits=Limits(80, 50_000, 9_000_000),
    rated=False,
    season="2",
    rules_version="1",
    prompt_version="3",
    community=Community("discord", "42"),
    started_by="ann",
    tournament="cup",
)
OUTCOME: Final = Outcome(FIRST, "checkmate", "White mates.", void=True)
BODIES: Final = (
    Agreed(TERMS),
    Turn({FIRST: "e2e4"}),
    Turn({FIRST: "rock", SECOND: "paper"}, {FIRST: SPOKEN}, {FIRST: "5e", SECOND: "a0"}, {FIRST: 20}, {SECOND: "r"}),
    DrawOffer(FIRST),
    DrawAnswer(SECOND, accepted=True),
    TakebackOffer(FIRST),
    TakebackRefused(SECOND),
    Takeback(2, "ann", {SECOND: SPOKEN}),
    Autoplay(SECOND, Player("engine", "novice"), MoveMode.FREE, "ann"),
    Verdict(3, FIRST, "e2e3", "eve", "Misread."),
    Adjourn("The budget is spent."),
    Resume("eve"),
    End(OUTCOME, "arena", {FIRST: SPOKEN}),
    Ruling(Outcome(None, "ruling"), "eve", "A draw."),
)
ENTRIES: Final = [Entry(number, f"id-{number}", 1_800_000_000_000 + number, body) for number, body in enumerate(BODIES)]
SEAL: Final = Seal(3, FIRST, "rock", "5e", "digest", SPOKEN, 1_800_000_000_000, "r")
READERS: Final[Mapping[str, Callable[[Document], Any]]] = {
    "adjourned": _Waiting.of,
    "audit": audit._read,
    "budget": lambda document: ledger.from_body(document.body),
    "challenge": Challenge.of,
    "conduct": conduct._read,
    "final": read_board,
    "key": _facts,
    "ladder": read_board,
    "points 1": lambda document: Account.of("1", document),
    "pool": Pool.of,
    "quoted": lambda document: start_from_json(document.community, document.body),
    "report": Report.of,
    "season": Season.of,
    "settings": lambda document: from_body(document.body),
    "tournament": Listed.of,
}
BY_IDS: Final = "points 1"
"""Its body is an object whose keys are ids: no version adds anything there."""


def lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def texts(name: str) -> list[str]:
    return (FOLDER / name).read_text().splitlines()


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda one: asdict(one) if is_dataclass(one) else str(one)))  # type: ignore[arg-type]


def test_every_kind_of_entry_is_read_as_it_was_meant() -> None:
    assert [codec.decode_entry(line) for line in texts("entries.jsonl")] == ENTRIES


def test_no_kind_of_entry_is_missing() -> None:
    """A kind that is new needs a folder of its own version, and a line here once that is not the first."""
    assert {value["kind"] for value in lines("entries.jsonl")} == set(_entries._READERS)


def test_that_is_what_is_written() -> None:
    """Goes with the first version that writes anything else."""
    assert versions.VERSION == 1
    assert [codec.encode_entry(entry) for entry in ENTRIES] == texts("entries.jsonl")
    assert codec.dumps(codec.seal_to_json(SEAL)) == texts("seal.json")[0]


def test_a_seal_is_read_as_it_was_meant() -> None:
    assert codec.seal_from_json(lines("seal.json")[0]) == SEAL


@pytest.mark.parametrize("recorded", lines("duels.jsonl"), ids=lambda one: one["head"]["terms"]["game"])
def test_a_duel_that_was_played_replays_to_the_same_end(recorded: Any) -> None:
    log = [codec.entry_from_json(value) for value in recorded["entries"]]
    told = [one.body.moves if isinstance(one.body, Turn) else one.body.outcome for one in log if _tells(one)]
    state, head = duel.fold(log), codec.head_from_json(recorded["head"])
    assert plain(told) == recorded["told"]
    assert state.outcome == head.outcome
    assert (state.terms, state.ply) == (head.terms, head.plies)


def _tells(entry: Entry) -> bool:
    return isinstance(entry.body, Turn | End)


@pytest.mark.parametrize(
    "more", [{}, {"from_a_later_version": {"of": ["any", 1]}}], ids=["as it is", "and a field more"]
)
@pytest.mark.parametrize("recorded", lines("documents.jsonl"), ids=lambda one: one["kind"])
def test_documents_are_read(recorded: Any, more: dict[str, Any]) -> None:
    kind, body = recorded["kind"], recorded["body"]
    community = codec.community_from_text(recorded["community"])
    whole = Document(community, kind, recorded["key"], codec.document_from_json(body), 1)
    extended = Document(community, kind, recorded["key"], codec.document_from_json({**body, **more}), 1)
    if kind != BY_IDS:
        assert _without_document(READERS[kind](extended)) == _without_document(READERS[kind](whole))
    assert READERS[kind](whole)


def test_no_document_with_a_reader_is_missing() -> None:
    assert {one["kind"] for one in lines("documents.jsonl")} == set(READERS)


def _without_document(value: Any) -> Any:
    """Some keep the document that they were read from."""
    return {name: getattr(value, name) for name in type(value).__slots__ if name != "document"}


@pytest.mark.parametrize("log", lines("tournaments.jsonl"), ids=["played", "called off", "paused"])
def test_tournaments_are_read(log: list[dict[str, Any]]) -> None:
    more = [{**body, "from_a_later_version": 1} for body in log]
    states = [tournaments.fold(_documents(bodies)) for bodies in (log, more)]
    assert states[0] == states[1]
    assert states[0].entry == len(log) - 1


def _documents(bodies: list[dict[str, Any]]) -> list[Document]:
    return [Document(Community("web", "main"), "tournament x", f"{n:06}", body, 1) for n, body in enumerate(bodies)]


def test_messages_are_read() -> None:
    assert messages.decode('{"v":1,"duels":[{"id":"a","hops":3,"entry":17}]}') == (messages.Hop("a", 3, 17),)
    event = commands.Event("slack", "T1:slash:1", "sealed text", sealed=True)
    assert commands.decode('{"v":1,"platform":"slack","id":"T1:slash:1","sealed":"sealed text"}') == event
