"""``arena doctor``: what is installed, configured and reachable, and what to do about what is not."""

from __future__ import annotations

import asyncio
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

from bot.accounts import Access, accounts
from bot.catalogue import said
from bot.players import NOT_READY, listed, rows
from bot.settings import Settings, StoreAddress
from bot.wiring import archived, roster
from engine.errors import StoreError, UserError
from engine.providers import endpoints
from engine.providers.endpoint import Endpoint, nothing_within
from engine.sentences import joined, say
from engine.stores.sqlite import SqliteStore

LEAST_FREE_BYTES = 100_000_000
CONNECT_SECONDS = 1.5
TABLE_SECONDS = 5.0


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
        what, text = (said(part, settings.language) for part in (finding.what, finding.text))
        write(f"{mark} {what:26} {text}\n")
    return 1 if any(finding.needed and not finding.fine for finding in findings) else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= (3, 11), version, needed=True)
    yield Finding("sqlite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version, needed=True)
    yield _data(settings)
    yield _database(settings)
    yield _port(settings)
    for package, purpose in (
        ("xllamacpp", say("runs local models")),
        ("rich", say("draws the terminal's board")),
    ):
        found = importlib.util.find_spec(package) is not None
        text = say("{purpose}; install it with: pip install {package}", purpose=purpose, package=package)
        yield Finding(package, found, purpose if found else text)
    for player, about in rows(listed(roster(settings))):
        yield Finding(player, not about.startswith(NOT_READY), about)
    yield from _chat(settings)
    yield from _reachable(endpoints(settings.environment))


def _data(settings: Settings) -> Finding:
    folder = settings.data_dir
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    text = say("{folder} ({free:.1f} GB free)", folder=str(folder), free=free / 1e9)
    if free < LEAST_FREE_BYTES:
        text = say("{folder}: make room, or set ARENA_DATA_DIR", folder=text)
        return Finding(say("data folder"), False, text, needed=True)
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        text = say(
            "{folder} cannot be written ({why}): let this user write there, or set ARENA_DATA_DIR",
            folder=str(nearest),
            why=str(error.strerror),
        )
        return Finding(say("data folder"), False, text, needed=True)
    return Finding(say("data folder"), True, text, needed=True)


def _database(settings: Settings) -> Finding:
    if settings.aws.table:
        return asyncio.run(_table(settings))
    if not settings.database.exists():
        return Finding(say("database"), True, say("none yet; the first start makes it"), needed=True)
    try:
        SqliteStore.check(settings.database)
    except StoreError as error:
        return Finding(say("database"), False, error.text, needed=True)
    return Finding(
        say("database"), True, say("sound, {size:.1f} MB", size=settings.database.stat().st_size / 1e6), needed=True
    )


async def _table(settings: Settings) -> Finding:
    """The table of DynamoDB, by reading from it what is not there; and the secret that it needs."""
    what, store = say("database"), str(settings.store)
    try:
        settings.aws.installation_secret()
        async with asyncio.timeout(TABLE_SECONDS), archived(StoreAddress.read(store), settings, made=False) as opened:
            await opened.head("none")
    except (StoreError, UserError) as error:
        return Finding(what, False, joined([store, error.text], ": "), needed=True)
    except TimeoutError:
        return Finding(what, False, joined([store, nothing_within(TABLE_SECONDS)], ": "), needed=True)
    return Finding(what, True, say("{store} answers", store=store), needed=True)


def _port(settings: Settings) -> Finding:
    where = f"{settings.web_host}:{settings.web_port}"
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            why = say(
                "{address}: {why}; is the arena running? else set ARENA_PORT", address=where, why=str(error.strerror)
            )
            return Finding(say("web channel"), False, why)
    return Finding(say("web channel"), True, say("{address} is free", address=where))


def _chat(settings: Settings) -> Iterator[Finding]:
    """A line a platform. A token that is refused keeps the arena from running; one that is not set does not."""
    for account in asyncio.run(accounts(settings)):
        refused = account.access is Access.REFUSED
        yield Finding(account.title, account.access is Access.ACCEPTED, account.text, needed=refused)


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
        return Finding(endpoint.name, True, say("reachable at {address}", address=endpoint.address))
    if endpoint.needs_key:
        advice = say("check the network, its firewall and proxy")
    else:
        advice = say("start it if duels are to use it")
    if endpoint.url_variable:
        advice = say("{advice}, or set {setting}", advice=advice, setting=endpoint.url_variable)
    text = say("not reachable at {address} ({why}): {advice}", address=endpoint.address, why=_why(error), advice=advice)
    return Finding(endpoint.name, False, text)


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return nothing_within(CONNECT_SECONDS)
    return (isinstance(error, OSError) and error.strerror) or say("no web address")
