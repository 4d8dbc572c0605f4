"""The log's lines: what each holds, that none can be forged, and that no secret is in any."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import datetime
from typing import Any, Final

import pytest
from support import CHANNEL, Line, arena_over, start

from bot import logs
from engine import tracing
from engine.errors import ProviderDown
from engine.secret import Secret

FORGED: Final = "x\n2026-01-01 00:00:00,000 ERROR bot.cli: all is lost\r\x1b[2J\x85\u2028\u202e\ud800"
CANARY: Final = 'canary-"key\\-0123456789'


def _fail(text: str) -> None:
    raise ValueError(text)


class Written:
    """What one formatter makes of a logger's records."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> logging.Logger:
    """Stands alone: what is said here holds half a surrogate, which a report of the tests could not carry."""
    return logging.Logger("tests.of.logs", logging.INFO)


@pytest.fixture
def as_json(log: logging.Logger) -> Written:
    written = Written(logs.JsonLines(logs.hiding([Secret(CANARY)])))
    log.addHandler(written.handler)
    return written


@pytest.fixture
def as_text(log: logging.Logger) -> Written:
    written = Written(logs.TextLines(logs.hiding([Secret(CANARY)])))
    log.addHandler(written.handler)
    return written


def test_a_line_says_when_how_grave_who_and_what(log: logging.Logger, as_json: Written) -> None:
    log.warning("duel %s waits", "d1")
    (line,) = as_json.objects
    at = datetime.fromisoformat(line.pop("timestamp"))
    assert at.utcoffset() is not None
    assert at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]
    assert line == {"level": "WARNING", "logger": "tests.of.logs", "message": "duel d1 waits"}


def test_a_line_says_what_was_being_worked_on(log: logging.Logger, as_json: Written) -> None:
    with tracing.working_on(community="web:main", request="r1"):
        log.info("one")
        tracing.found(duel="d0")
        with tracing.working_on(duel="d1"):
            tracing.at_ply(7)
            log.info("two")
        log.info("three")
    log.info("four")
    context = [
        {name: line[name] for name in ("duel", "ply", "request", "community") if name in line}
        for line in as_json.objects
    ]
    assert context == [
        {"request": "r1", "community": "web:main"},
        {"duel": "d1", "ply": 7},
        {"duel": "d0", "request": "r1", "community": "web:main"},
        {},
    ]


def test_no_text_can_forge_a_line(log: logging.Logger, as_json: Written, as_text: Written) -> None:
    with tracing.working_on(request=FORGED):
        log.info("said: %s", FORGED)
    log.info("after")
    assert [line["message"] for line in as_json.objects] == [f"said: {FORGED}", "after"]
    assert as_json.objects[0]["request"] == FORGED
    assert len(as_text.text.splitlines()) == 2
    assert as_text.text.encode()
    assert not set(as_text.text) & set("\r\x1b\x85\u2028\u202e\ud800")
    assert "x\\n2026-01-01" in as_text.text


def test_an_exception_is_told_and_none_of_its_lines_can_pass_for_a_record(
    log: logging.Logger, as_json: Written, as_text: Written
) -> None:
    try:
        _fail(FORGED)
    except ValueError:
        log.exception("it failed")
    (line,) = as_json.objects
    assert line["message"] == "it failed"
    assert line["exception"].startswith("Traceback")
    assert FORGED in line["exception"]
    first, *traceback = as_text.text.splitlines()
    assert first.endswith("it failed")
    assert len(traceback) > 2
    assert all(line.startswith("  ") for line in traceback)


@pytest.mark.parametrize("form", ["as_json", "as_text"])
def test_a_secret_is_in_no_line_whoever_put_it_there(
    log: logging.Logger, form: str, request: pytest.FixtureRequest
) -> None:
    written: Written = request.getfixturevalue(form)
    with tracing.working_on(request=CANARY):
        log.info("the key is %s, or %r", CANARY, CANARY)
        log.info("headers: %s", {"Authorization": f"Bearer {CANARY}"}, stack_info=True)
        for quoted in (CANARY, f"Bearer {CANARY}"):
            try:
                _fail(f"{quoted!r}, or {quoted}")
            except ValueError:
                log.exception("refused")
    assert "0123456789" not in written.text
    assert written.text.count("***") >= 5


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-abcdefghijklmnop",
        "sk-ant-api03-abcdefghijkl",
        "xoxb-1234567890-abcdef",
        "xapp-1-A0123456-abcdef",
        "hf_abcdefghijkl",
        "AIzaSyA0123456789abcdefghij",
    ],
)
def test_a_key_that_nobody_told_us_of_is_known_by_its_shape(key: str) -> None:
    hide = logs.hiding([])
    assert hide(f"HTTP 401: {key}.") == "HTTP 401: ***."
    assert hide("Authorization: Bearer opaque0123456789") == "Authorization: Bearer ***"


def test_what_is_no_secret_stays() -> None:
    text = "duel 3f0c7d1e-5a52-5f0e-9f3a-6c1d9b2e8a47: local/smollm2 task-masked risk_abcdefghijk"
    assert logs.hiding([Secret(""), Secret("short")])(f"{text} short") == f"{text} short"


def test_configured_it_goes_to_one_place_in_one_form(monkeypatch: pytest.MonkeyPatch) -> None:
    root, stream = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    try:
        logs.configure("INFO", logs.TEXT)
        logs.configure("INFO", logs.JSON, [Secret(CANARY)], stream)
        logging.getLogger("a.b").info("%s", CANARY)
        logging.getLogger("a.b").debug("not this")
    finally:
        root.setLevel(level)
    assert len(root.handlers) == 1
    assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == ["***"]
    assert sys.stderr is not stream


async def test_what_fails_in_a_duel_is_logged_with_duel_ply_and_community(as_json: Written) -> None:
    root = logging.getLogger("engine.arena.session")
    root.addHandler(as_json.handler)
    try:
        async with arena_over(players={"x/a": Line("1", "2"), "x/b": Line("4", ProviderDown("no answer"))}) as arena:
            head = await start(arena, "tic_tac_toe", "x/a", "x/b")
            await arena.turns.play(head.duel_id)
    finally:
        root.removeHandler(as_json.handler)
    (line,) = as_json.objects
    assert (line["duel"], line["ply"], line["community"]) == (head.duel_id, 3, str(CHANNEL))
    assert "request" not in line
    assert tracing.current() == (tracing.IDLE, None)
