"""How many duels run at once, counted exactly: those that are stored, and those that are being started.

Each start is one conditional write of a document that names the starts of the last minute, so two in the same moment
see each other; and a crash between that write and the duel's own frees the slot by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.arena.context import Context
from engine.community_settings import CommunitySettings
from engine.errors import Conflict, NotAllowed
from engine.model import Community, Document, Status
from engine.sentences import counted

STARTING: Final = "starting"
MAIN: Final = "main"
STARTING_MS: Final = 60_000
_MANY: Final = 2_000


class Slots:
    """The running duels of a community that limits them. Without a limit nothing is counted."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take(self, community: Community, duel_id: str, person: str, settings: CommunitySettings) -> None:
        """Count a duel as running for who starts it. :raises NotAllowed: when there is no room, naming the setting."""
        if settings.member_duels is None and settings.server_duels is None:
            return
        while True:
            found = await self._context.store.document(community, STARTING, MAIN)
            document = found or Document(community, STARTING, MAIN, {})
            now = self._context.clock.now_ms()
            starting = {key: slot for key, slot in document.body.items() if slot["at"] + STARTING_MS > now}
            running = await self._running(community, {key: slot["by"] for key, slot in starting.items()})
            if duel_id in running:
                return
            if refusal := _refusal(running, person, settings):
                raise refusal
            try:
                slots = {**starting, duel_id: {"by": person, "at": now}}
                await self._context.store.put_document(replace(document, body=slots))
            except Conflict:
                continue
            return

    async def _running(self, community: Community, starting: Mapping[str, str]) -> dict[str, str]:
        """Who started each duel that runs or waits for a person, or is being started."""
        stored: dict[str, str] = {}
        for status in (Status.LIVE, Status.WAITING):
            heads = await self._context.store.duels(community, status, limit=_MANY)
            stored |= {head.duel_id: head.terms.started_by for head in heads}
        new = {key: by for key, by in starting.items() if key not in stored and not await self._exists(key)}
        return stored | new

    async def _exists(self, duel_id: str) -> bool:
        return await self._context.store.head(duel_id) is not None


def _refusal(running: Mapping[str, str], person: str, settings: CommunitySettings) -> NotAllowed | None:
    mine = sum(by == person for by in running.values())
    if settings.member_duels is not None and mine >= settings.member_duels:
        return NotAllowed(
            counted(
                "You have {n} duel running, as many as one member may (setting “member-duels”). Finish one first.",
                "You have {n} duels running, as many as one member may (setting “member-duels”). Finish one first.",
                n=settings.member_duels,
            )
        )
    if settings.server_duels is not None and len(running) >= settings.server_duels:
        return NotAllowed(
            counted(
                "{n} duel is running, as many as may here (setting “server-duels”). Wait until one is over.",
                "{n} duels are running, as many as may here (setting “server-duels”). Wait until one is over.",
                n=settings.server_duels,
            )
        )
    return None
