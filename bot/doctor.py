"""``arena doctor``: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.settings import Settings
from bot.wiring import roster
from engine import games
from engine.errors import StoreError
from engine.stores.sqlite import SqliteStore

LEAST_FREE_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``needed`` findings that are not ``fine`` keep the arena from running."""

    what: str
    fine: bool
    text: str
    needed: bool = False


def report(settings: Settings, write: Callable[[str], object]) -> int:
    """Write a line a finding; 0 when the arena can run, else 1."""
    findings = list(_findings(settings))
    for finding in findings:
        mark = "ok " if finding.fine else ("NO " if finding.needed else "-  ")
        write(f"{mark} {finding.what:26} {finding.text}\n")
    return 1 if any(finding.needed and not finding.fine for finding in findings) else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= (3, 11), version, needed=True)
    yield Finding("sqlite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version, needed=True)
    yield _data(settings)
    yield _database(settings)
    yield _port(settings)
    for package, purpose in (("xllamacpp", "runs local models"), ("rich", "draws the terminal's board")):
        found = importlib.util.find_spec(package) is not None
        yield Finding(package, found, purpose if found else f"{purpose}; install it with: pip install {package}")
    for player in roster(settings).names(games.game("chess")):
        yield Finding(player.name, player.ready, player.about if player.ready else player.missing)


def _data(settings: Settings) -> Finding:
    folder = settings.data_dir
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    text = f"{folder} ({free / 1e9:.1f} GB free)"
    if free < LEAST_FREE_BYTES:
        return Finding("data folder", False, f"{text}: make room, or set ARENA_DATA_DIR", needed=True)
    return Finding("data folder", True, text, needed=True)


def _database(settings: Settings) -> Finding:
    if not settings.database.exists():
        return Finding("database", True, "none yet; the first start makes it", needed=True)
    try:
        SqliteStore.check(settings.database)
    except StoreError as error:
        return Finding("database", False, str(error), needed=True)
    return Finding("database", True, f"sound, {settings.database.stat().st_size / 1e6:.1f} MB", needed=True)


def _port(settings: Settings) -> Finding:
    where = f"{settings.web_host}:{settings.web_port}"
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            return Finding(
                "web channel", False, f"{where}: {error.strerror}; is the arena running? else set ARENA_PORT"
            )
    return Finding("web channel", True, f"{where} is free")
