"""A community's settings: read, changed with a note of who and when, and kept to when a duel starts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from engine.arena import masking
from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.community_settings import DEFAULTS, CommunitySettings, changed, from_body, setting, to_body
from engine.errors import Conflict
from engine.model import Community, Document, Role

SETTINGS: Final = "settings"
MAIN: Final = "main"
AUDIT: Final = "audit"
MOST_CHANGES: Final = 10_000
_LAST: Final = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the audit: what somebody changed, when, and from what to what as they stand in the store."""

    at_ms: int
    by: str
    what: str
    old: object
    new: object


def masked(text: str, settings: CommunitySettings) -> str:
    """The text with the community's blocked words hidden; for whatever a model, a member or a theme has written."""
    return masking.masked(text, settings.blocked_words)


async def settings_of(context: Context, community: Community) -> CommunitySettings:
    """The settings as they stand in the store now."""
    document = await context.store.document(community, SETTINGS, MAIN)
    return from_body(document.body) if document else DEFAULTS


async def note(context: Context, community: Community, change: Change) -> None:
    """Add a line of its own to the audit, for what is no setting."""
    key = f"{change.at_ms:015}-{derived_id(context.fresh_id())[:8]}"
    body = {"at": change.at_ms, "by": change.by, "what": change.what, "old": change.old, "new": change.new}
    await context.store.put_document(Document(community, AUDIT, key, body))


class Communities:
    """What a community has chosen."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def settings(self, community: Community) -> CommunitySettings:
        """The settings as they stand in the store now."""
        return await settings_of(self._context, community)

    async def role(self, community: Community, person_id: str, role: Role) -> Role:
        """What a person may do: as the platform says, or a moderator where the settings name them."""
        if role.covers(Role.MODERATOR):
            return role
        return Role.MODERATOR if person_id in (await self.settings(community)).moderators else role

    async def change(self, community: Community, name: str, text: str, by: str, request_id: str) -> CommunitySettings:
        """Change one setting from what was typed, wherever the others have come to; ``default`` puts it back.

        The same request again changes nothing again.

        :raises UserError: an unknown setting, or a value that it does not take.
        """
        row, key = setting(name), derived_id(community, request_id)[:8]
        while True:
            document = await self._document(community)
            await self._note(document)
            old = from_body(document.body)
            new = changed(old, row.name, text)
            if new == old or await self._is_made(community, key):
                return old
            change = {"key": key, "at": self._context.clock.now_ms(), "by": by, "what": row.name}
            change |= {when: to_body(one).get(row.name) for when, one in (("old", old), ("new", new))}
            try:
                saved = await self._context.store.put_document(replace(document, body=to_body(new) | {_LAST: change}))
            except Conflict:
                continue
            await self._note(saved)
            self._context.announcer.noted(saved)
            return new

    async def _is_made(self, community: Community, key: str) -> bool:
        """Whether that request has changed something before; a request may come again long after others."""
        made = await self._context.store.documents(community, AUDIT, MOST_CHANGES)
        return any(document.body.get("key") == key for document in made)

    async def changes(self, community: Community, limit: int = 1000) -> Sequence[Change]:
        """The audit, oldest first."""
        await self._note(await self._document(community))
        found = await self._context.store.documents(community, AUDIT, limit)
        return readable(found, _change)

    async def _note(self, document: Document) -> None:
        """Write the last change into the audit unless it is there.

        It stands beside the settings themselves until then, in the same write: a crash in between loses no line.
        """
        last = document.body.get(_LAST)
        if last is None:
            return
        key = f"{last['at']:015}-{last['key']}"
        if not await self._context.store.document(document.community, AUDIT, key):
            with suppress(Conflict):  # somebody else has just written the same line
                await self._context.store.put_document(Document(document.community, AUDIT, key, last))

    async def _document(self, community: Community) -> Document:
        found = await self._context.store.document(community, SETTINGS, MAIN)
        return found or Document(community, SETTINGS, MAIN, {})


def _change(document: Document) -> Change:
    return Change(*(document.body[name] for name in ("at", "by", "what", "old", "new")))
