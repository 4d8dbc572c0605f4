"""A worker's lock tells the living from the dead, whatever ended them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from engine.errors import StoreError
from engine.stores.workers import WorkerLock, dead_workers, forget

HOLD: Final = """
import sys
from engine.stores.workers import WorkerLock
lock = WorkerLock(sys.argv[1], "other")
print("held", flush=True)
sys.stdin.read()
"""


def test_nobody_is_dead_where_nobody_worked(tmp_path: Path) -> None:
    assert dead_workers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_worker_of_this_process_is_alive(tmp_path: Path) -> None:
    with WorkerLock(tmp_path, "mine"):
        assert dead_workers(tmp_path) == []


def test_a_closed_lock_leaves_nothing(tmp_path: Path) -> None:
    lock = WorkerLock(tmp_path, "mine")
    lock.close()
    lock.close()
    assert dead_workers(tmp_path) == []
    assert list((tmp_path / "workers").iterdir()) == []


def test_a_killed_worker_is_dead_until_it_is_forgotten(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        assert dead_workers(tmp_path) == []
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert dead_workers(tmp_path) == ["other"]
    assert dead_workers(tmp_path) == ["other"], "whoever asked may be killed too"
    forget(tmp_path, ["other", "unheard of"])
    assert dead_workers(tmp_path) == []


def test_two_workers_of_one_name_are_refused(tmp_path: Path) -> None:
    with WorkerLock(tmp_path, "mine"), pytest.raises(StoreError, match="another name"):
        WorkerLock(tmp_path, "mine")


def test_a_name_is_free_again_after_its_worker(tmp_path: Path) -> None:
    WorkerLock(tmp_path, "mine").close()
    with WorkerLock(tmp_path, "mine"):
        assert dead_workers(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="ARENA_DATA_DIR"):
        WorkerLock(tmp_path / "file", "mine")
