"""``arena doctor``: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass

from bot.players import NOT_READY, listed, rows
from bot.settings import Settings
from bot.wiring import roster
from engine.errors import StoreError
from engine.providers import endpoints
from engine.providers.endpoint import Endpoint
from engine.stores.sqlite import SqliteStore

LEAST_FREE_BYTES = 100_000_000
CONNECT_SECONDS = 1.5


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
    for player, about in rows(listed(roster(settings))):
        yield Finding(player, not about.startswith(NOT_READY), about)
    yield from _reachable(endpoints(settings.environment))


def _data(settings: Settings) -> Finding:
    folder = settings.data_dir
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    text = f"{folder} ({free / 1e9:.1f} GB free)"
    if free < LEAST_FREE_BYTES:
        return Finding("data folder", False, f"{text}: make room, or set ARENA_DATA_DIR", needed=True)
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        text = f"{nearest} cannot be written ({error.strerror}): let this user write there, or set ARENA_DATA_DIR"
        return Finding("data folder", False, text, needed=True)
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


def _reachable(asked: Sequence[Endpoint]) -> list[Finding]:
    """Whether each API takes a connection, all tried at once; nothing is sent, least of all a key."""
    tries = [(endpoint, _connected(endpoint)) for endpoint in asked]
    wait([tried for _, tried in tries], timeout=CONNECT_SECONDS)
    return [_reached(endpoint, tried) for endpoint, tried in tries]


def _connected(endpoint: Endpoint) -> Future[None]:
    """A connection that is tried in a daemon thread: a name server that does not answer holds up nobody's exit."""
    done: Future[None] = Future()

    def connect() -> None:
        try:
            socket.create_connection(endpoint.host_and_port, CONNECT_SECONDS).close()
        except (OSError, ValueError) as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=connect, name=f"connect to {endpoint.name}", daemon=True).start()
    return done


def _reached(endpoint: Endpoint, tried: Future[None]) -> Finding:
    error = tried.exception() if tried.done() else TimeoutError()
    if error is None:
        return Finding(endpoint.name, True, f"reachable at {endpoint.address}")
    advice = "check the network, its firewall and proxy" if endpoint.needs_key else "start it if duels are to use it"
    elsewhere = f", or set {endpoint.url_variable}" if endpoint.url_variable else ""
    return Finding(endpoint.name, False, f"not reachable at {endpoint.address} ({_why(error)}): {advice}{elsewhere}")


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing within {CONNECT_SECONDS:g} s"
    return (isinstance(error, OSError) and error.strerror) or "no web address"
