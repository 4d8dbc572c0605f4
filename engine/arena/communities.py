"""A community's settings: read, changed with a note of who and when, and kept to when a duel starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from engine.arena import audit, masking
from engine.arena.audit import LAST, Change
from engine.arena.context import Context, derived_id
from engine.community_settings import DEFAULTS, CommunitySettings, changed, from_body, setting, to_body
from engine.community_settings import SETTINGS as SETTINGS_BY_NAME
from engine.errors import Conflict
from engine.model import Community, Document, Role

SETTINGS: Final = "settings"
MAIN: Final = "main"


def masked(text: str, settings: CommunitySettings) -> str:
    """The text with the community's blocked words hidden; for whatever a model, a member or a theme has written."""
    return masking.masked(text, settings.blocked_words)


async def settings_of(context: Context, community: Community) -> CommunitySettings:
    """The settings as they stand in the store now."""
    document = await context.store.document(community, SETTINGS, MAIN)
    return from_body(document.body) if document else DEFAULTS


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
            await audit.note_last(self._context, document)
            old = from_body(document.body)
            new = changed(old, row.name, text)
            if new == old or await audit.is_made(self._context, community, key):
                return old
            was, now = (to_body(one).get(row.name) for one in (old, new))
            line = Change(self._context.clock.now_ms(), by, row.name, was, now, key=key).body
            try:
                saved = await self._context.store.put_document(replace(document, body=to_body(new) | {LAST: line}))
            except Conflict:
                continue
            await audit.note_last(self._context, saved)
            self._context.announcer.noted(saved)
            return new

    async def changes(self, community: Community, limit: int = 100) -> Sequence[Change]:
        """The newest ``limit`` changes of settings and keys, oldest first."""
        await audit.note_last(self._context, await self._document(community))
        return (await audit.newest(self._context, community, limit, _is_of_settings))[::-1]

    async def _document(self, community: Community) -> Document:
        found = await self._context.store.document(community, SETTINGS, MAIN)
        return found or Document(community, SETTINGS, MAIN, {})


def _is_of_settings(line: Change) -> bool:
    """What moderators decided of duels and players stands in their own log."""
    return line.what in SETTINGS_BY_NAME or line.what.startswith("key ")
