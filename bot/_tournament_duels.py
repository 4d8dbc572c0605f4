"""Where a tournament's duel is shown: at the tournament's live message, and named by its round and table."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.cards import HouseStyle
from bot.catalogue import said
from bot.commands._duel_naming import names_of
from bot.presenting import Card
from engine.arena import Arena
from engine.arena.tournament.announced import Announced
from engine.arena.tournament.played import match_of
from engine.arena.tournament.records import Listed
from engine.errors import PlatformDown
from engine.model import Document, Head
from engine.sentences import say

Tell = Callable[[Document], Awaitable[None]]

AGAIN_SECONDS: Final = 1.0
"""After so long a live message that is on its way is looked for again."""

STALE_MS: Final = 10 * 60_000
"""A duel that has been over for so long before its board was posted is not shown any more.

Channels take about a post a second. Engines that play a duel in less would fill one with boards of the past for long,
and what is news would wait behind them.
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The live message that a board stands within, and what is said of the duel beside what every board says."""

    listed: Listed
    message_id: str
    round: int
    match: str
    title: str

    def on(self, card: Card) -> Card:
        """The card as it stands there."""
        return replace(card, within=self.message_id, thread=self.title, lines=(self.match, *card.lines))


async def place(head: Head, arena: Arena, style: HouseStyle, tell: Tell) -> Place | None:
    """Where it stands; ``None`` when it is not shown: none of its round are, or it is long over.

    ``tell`` shows the live message.

    :raises PlatformDown: when there is no live message yet.
    """
    # What was begun is shown to its end, so that nothing of it stays in the channel.
    begun = bool(head.shown.message_id or head.shown.thread_id)
    if not begun and head.ended_ms and arena.context.clock.now_ms() - head.ended_ms > STALE_MS:
        return None
    records, tournament = arena.tournaments.records, head.terms.tournament
    listed = await records.newest(head.terms.community, tournament)
    if listed and not _stands(listed.announced, head):
        # The first duels begin when the tournament does, and their boards need the message they stand within.
        await tell(listed.document)
        listed = await records.newest(head.terms.community, tournament, fresh=True)  # another worker may have shown it
    if listed is None:
        return None
    if not _stands(listed.announced, head):
        if not listed.announced.lags(listed.entry):
            return None  # the channel takes nothing
        raise PlatformDown("the tournament's live message is not there yet", AGAIN_SECONDS)
    pairing = match_of(await records.load(listed.community, listed.id), head)
    if pairing is None or (listed.announced.unseen == pairing.round and not begun):
        return None
    names = await names_of([pairing.first, pairing.second], arena)
    where = {"round": pairing.round, "table": pairing.table}
    match = say("Round {round}, table {table}", **where)
    title = say(
        "Round {round}, table {table}: {first} – {second}",
        **where,
        first=names[pairing.first],
        second=names[pairing.second],
    )
    told = (style.masked(said(one, style.language)) for one in (match, title))
    return Place(listed, listed.announced.live.message_id, pairing.round, *told)


def _stands(announced: Announced, head: Head) -> bool:
    """Whether a board can be posted there. One that stands already needs no other message."""
    live = announced.live
    return bool(live.message_id) and (live.entry >= 0 or bool(head.shown.message_id))


async def gone(there: Place, arena: Arena) -> None:
    """Remember that the live message is deleted, so that whoever shows it next posts another."""

    def anew(announced: Announced) -> Announced | None:
        live = announced.live
        return replace(announced, live=replace(live, entry=-1)) if live.message_id == there.message_id else None

    if await arena.tournaments.records.announce(there.listed, anew) is not None:
        log.info("the live message of tournament %s is gone", there.listed.id)


async def refused(there: Place, arena: Arena, why: str) -> None:
    """Remember that the duels of this round cannot be shown, and have the live message say so, once.

    The next round tries again: somebody may have granted what was missing.
    """
    records = arena.tournaments.records

    def unseen(announced: Announced) -> Announced | None:
        if announced.unseen >= there.round:
            return None
        return replace(announced, unseen=there.round, why=why, live=replace(announced.live, entry=-1))

    if await records.announce(there.listed, unseen) is not None:
        log.warning("the duels of tournament %s are not shown in round %d: %s", there.listed.id, there.round, why)
