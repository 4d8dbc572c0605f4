"""What holds for every test: skips need a reason, and where none is allowed they fail the run."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_aws import _aws_proxy, aws_faults, local_aws  # noqa: F401 (fixtures for every test)

pytest_plugins = ("calls_of_functions",)

# Two threads of linear algebra wait for one another by spinning, while the core is needed by the other worker: a fit of
# half a second took 27 beside busy neighbours. It is read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C, and processes that tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

NO_SKIP = os.environ.get("ARENA_NO_SKIP") == "1"
NEEDS = {
    "chromium": (lambda: shutil.which("chromium"), "needs Chromium: apt install chromium"),
    "stockfish": (
        lambda: shutil.which("stockfish") or Path("/usr/games/stockfish").exists(),
        "needs Stockfish: apt install stockfish",
    ),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a line that says so, what needs a missing system package; in CI nothing may be missing."""
    for item in items:
        for marker, (found, reason) in NEEDS.items():
            if item.get_closest_marker(marker) and not found() and not NO_SKIP:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Eight thousand tests are millions of objects that stay.

    Looking for garbage among them while they are made is a third of what collecting takes, and later they would be
    looked through for each test that makes many objects: from here on only what tests make is.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A skip fails the run where none is allowed."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
