"""What must hold before an application is switched: the other side answers, and it has the duels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot import __version__
from bot.checked import Check
from bot.closed import refused
from bot.on_web.guard import is_loopback
from bot.settings import DYNAMODB, SQLITE, Settings, StoreAddress
from bot.wiring import archived
from engine.arena import gate
from engine.arena.gate import Why
from engine.errors import ArenaError, StoreError, UserError
from engine.ports import Store
from engine.sentences import counted, say

ANSWER_SECONDS: Final = 5.0
_UNSIGNED, _OK, _NOT_FOUND = 401, 200, 404


async def endpoint_checks(url: str, forged: tuple[dict[str, str], bytes]) -> AsyncIterator[Check]:
    """Whether that address is our webhook, of our version, and refuses what the platform has not signed."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or local) or not parts.netloc:
        yield Check(False, say("“{url}” is no address that starts with https://.", url=url))
        return
    async with aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(ANSWER_SECONDS)) as session:
        yield await _refuses(session, url, forged)
        yield await _same_version(session, f"{parts.scheme}://{parts.netloc}/health")


async def _refuses(session: aiohttp.ClientSession, url: str, forged: tuple[dict[str, str], bytes]) -> Check:
    headers, body = forged
    try:
        async with session.post(url, headers=headers, data=body, allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Check(False, say("{url} does not answer ({why}).", url=url, why=str(error) or type(error).__name__))
    if status == _UNSIGNED:
        return Check(True, say("{url} refuses a forged request.", url=url))
    return Check(False, say("{url} answers a forged request with {status} and not with 401.", url=url, status=status))


async def _same_version(session: aiohttp.ClientSession, address: str) -> Check:
    try:
        async with session.get(address, allow_redirects=False) as answer:
            found: Any = await answer.json(content_type=None) if answer.status == _OK else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        found = None
    version = found.get("version") if isinstance(found, dict) else None
    if version is None:
        return Check(False, say("{address} says no version.", address=address), may_pass=True)
    if version == __version__:
        return Check(True, say("It is version {version}, as this one.", version=str(version)))
    return Check(
        False,
        say("It is version {version}, and this one is {ours}: deploy first.", version=str(version), ours=__version__),
    )


async def store_checks(settings: Settings, old: StoreAddress | None, *, serverless: bool) -> AsyncIterator[Check]:
    """Whether the store that the new side uses may be worked on, and holds every duel of the old one."""
    new = settings.address
    if serverless and new.kind != DYNAMODB:
        yield Check(
            False, say("Set ARENA_STORE to the functions’ table, dynamodb:TABLE: it is {store}.", store=str(new))
        )
        return
    if old is None and serverless and settings.data_dir.joinpath("arena.sqlite3").exists():
        old = StoreAddress(SQLITE, str(settings.data_dir.joinpath("arena.sqlite3").absolute()))
    try:
        async with archived(new, settings, made=False) as store:
            yield await _may_be_worked_on(store, new)
            if old is not None and old != new:
                async with archived(old, settings, made=False) as before:
                    yield await _holds(store, new, before, old)
    except (StoreError, UserError) as error:
        yield Check(False, error.text)


async def _may_be_worked_on(store: Store, address: StoreAddress) -> Check:
    closed = await gate.closed_store(store)
    live = len(await store.unfinished())
    if closed is not None and closed.why is not Why.COPIED:
        return Check(False, refused(str(address), closed).text)
    return Check(
        True,
        counted(
            "{store} has {n} duel that goes on.", "{store} has {n:,} duels that go on.", n=live, store=str(address)
        ),
    )


async def _is_there(duel_id: str, store: Store, before: Store) -> bool:
    """Whether the duel's head is as new, and its log goes on from the last entry: plies leave the head as it is."""
    theirs, ours = await before.head(duel_id), await store.head(duel_id)
    if theirs is None or ours is None or ours.version < theirs.version:
        return False
    last = (await before.entries(duel_id))[-1]
    return (await store.entries(duel_id, after=last.number - 1))[:1] == [last]


async def _holds(store: Store, new: StoreAddress, before: Store, old: StoreAddress) -> Check:
    """Whether each duel that goes on in the old store has come as far in the new one."""
    if await gate.closed_store(before) == gate.Closed(Why.MOVED, str(new)):
        return Check(True, say("{old} was moved there.", old=str(old)))
    missing = 0
    for duel_id in await before.unfinished():
        try:
            missing += not await _is_there(duel_id, store, before)
        except ArenaError:
            missing += 1
    if missing:
        return Check(
            False,
            counted(
                "{n} duel of {old} is not there: arena migrate --close --from {old} --to {new}",
                "{n:,} duels of {old} are not there: arena migrate --close --from {old} --to {new}",
                n=missing,
                old=str(old),
                new=str(new),
            ),
        )
    return Check(True, say("No duel goes on in {old} alone.", old=str(old)))
