"""A community's own keys: stored encrypted, never shown again, and seated as ``own/<name>/<model>``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from engine.arena.audit import Change, note
from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.errors import BadOption, Conflict, CorruptLog, NewerVersion, NotConfigured, UnknownName
from engine.model import Community, Document, Player
from engine.ports import OwnKey
from engine.secret import Secret
from engine.sentences import say
from engine.vault import Vault

KEY: Final = "key"
MOST_KEYS: Final = 20
MOST_MODELS: Final = 20
LONGEST_KEY: Final = 1000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_MODEL: Final = re.compile(r"[^\s,]{1,80}")


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is shown of a key: everything but the key."""

    name: str
    address: str
    models: tuple[str, ...]
    set_ms: int
    set_by: str


class OwnKeys:
    """The use cases around a community's own keys."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._vault = Vault(context.secret)

    async def put(self, community: Community, name: str, key: Secret, address: str, models: str, by: str) -> KeyFacts:
        """Store a key, or replace the one of that name. ``address`` is checked already; ``models`` have commas.

        :raises BadOption: a name, key or model that is none. Nothing is stored then.
        """
        facts = KeyFacts(_name(name), address, _models(models), self._context.clock.now_ms(), by)
        if not 0 < len(key.reveal()) <= LONGEST_KEY or not key.reveal().isascii() or not key.reveal().isprintable():
            raise BadOption(say("A key has 1 to {most} plain characters.", most=LONGEST_KEY))
        body = {
            "sealed": self._vault.seal(key, str(community), KEY, facts.name, facts.address),
            "address": facts.address,
            "models": list(facts.models),
            "at": facts.set_ms,
            "by": facts.set_by,
        }
        noted = False
        while True:
            stored = await self._context.store.documents(community, KEY, MOST_KEYS + 1, whole=True)
            versions = {document.key: document.version for document in stored}
            if facts.name not in versions and len(stored) >= MOST_KEYS:
                raise BadOption(say("At most {most} keys: remove one with /arena key-remove.", most=MOST_KEYS))
            if not noted:
                noted = await self._note(community, facts.name, by, facts.address)
            try:
                document = Document(community, KEY, facts.name, body, versions.get(facts.name, 0))
                await self._context.store.put_document(document)
            except Conflict:
                continue
            await self.load(community)
            return facts

    async def remove(self, community: Community, name: str, by: str) -> None:
        """Delete a key for ever. :raises UnknownName: when there is none of that name."""
        noted = False
        while True:
            found = await self._context.store.document(community, KEY, name)
            if found is None:
                raise UnknownName(say("key"), name, [facts.name for facts in await self.listed(community)])
            if not noted:
                noted = await self._note(community, name, by, None)
            try:
                await self._context.store.delete_document(found)
            except Conflict:
                continue
            await self.load(community)
            return

    async def listed(self, community: Community) -> list[KeyFacts]:
        """What there is, by name."""
        return readable(await self._context.store.documents(community, KEY, MOST_KEYS), _facts)

    async def load(self, community: Community) -> None:
        """Let the roster know the community's keys as they stand now; one that cannot be opened is left out."""
        opened = readable(await self._stored(community), self._opened)
        self._context.roster.adopt(community, [key for key in opened if key])

    async def _stored(self, community: Community) -> list[Document]:
        """:raises NewerVersion: at a key that is written too far ahead: without it, a duel of its player were void."""
        try:
            return await self._context.store.documents(community, KEY, MOST_KEYS, whole=True)
        except NewerVersion:
            raise
        except CorruptLog:
            return await self._context.store.documents(community, KEY, MOST_KEYS)

    async def load_for(self, community: Community, players: Iterable[Player]) -> None:
        """As :meth:`load`, when one of these players stands behind a key; others cost nothing."""
        if any(player.is_own for player in players):
            await self.load(community)

    async def _note(self, community: Community, name: str, by: str, address: str | None) -> bool:
        """A line of the audit, written before what it tells of: a key is set for an address, or removed.

        A crash in between leaves a line too many and never one too few.
        """
        change = Change(
            self._context.clock.now_ms(), by, f"key {name}", None, address, key=derived_id(self._context.fresh_id())[:8]
        )
        await note(self._context, community, change)
        return True

    def _opened(self, document: Document) -> OwnKey | None:
        facts, sealed = _facts(document), str(document.body["sealed"])
        try:
            key = self._vault.open(sealed, str(document.community), KEY, facts.name, facts.address)
        except NotConfigured:
            return None
        return OwnKey(facts.name, facts.address, facts.models, key, document.version, str(document.community))


def _facts(document: Document) -> KeyFacts:
    body: Any = document.body
    return KeyFacts(document.key, body["address"], tuple(body["models"]), body["at"], body["by"])


def _name(text: str) -> str:
    name = text.strip().casefold()
    if not _NAME.fullmatch(name):
        raise BadOption(say("A key's name has 1 to 32 of the signs a to z, 0 to 9, - and _."))
    return name


def _models(text: str) -> tuple[str, ...]:
    models = tuple(dict.fromkeys(model.strip() for model in text.split(",") if model.strip()))
    if not 0 < len(models) <= MOST_MODELS or not all(map(_MODEL.fullmatch, models)):
        raise BadOption(
            say("Write the model's name as the API knows it; several, at most {most}, with commas.", most=MOST_MODELS)
        )
    return models
