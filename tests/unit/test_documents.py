"""One unreadable document costs itself and nothing else."""

from __future__ import annotations

import pytest

from engine.arena.documents import readable
from engine.errors import CorruptLog
from engine.model import Community, Document

HERE = Community("web", "main")


def of(document: Document) -> int:
    if document.key == "corrupt":
        raise CorruptLog("It is corrupt.")
    return int(document.body["number"])


def test_what_cannot_be_read_is_logged_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    bodies = {"a": {"number": 1}, "odd": {"odd": 2}, "none": {"number": None}, "corrupt": {}, "b": {"number": 3}}
    documents = [Document(HERE, "report", key, body) for key, body in bodies.items()]
    assert readable(documents, of) == [1, 3]
    assert [record.getMessage().split(" is ")[0] for record in caplog.records] == [
        "report odd",
        "report none",
        "report corrupt",
    ]


def test_other_errors_are_not_hidden() -> None:
    def fails(_document: Document) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        readable([Document(HERE, "report", "a", {})], fails)
