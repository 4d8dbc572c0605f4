"""What a channel is told of a duel's predictions once they are paid, and again when a ruling has paid them anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.catalogue import language_of, said
from bot.commands._duel_naming import versus
from bot.commands._predictions_said import points, result, why_refunded
from bot.presenting import Notice, Presenter
from engine.arena.communities import masked
from engine.arena.pools import Pool
from engine.errors import CannotPost
from engine.model import Player
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.model import Community, Document, Head

NAMED: Final = 10
"""Members whose gains are told; the table has all."""

log = logging.getLogger(__name__)


async def show(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Tell it where the duel is shown, once for each time it was paid; a tournament's channel is told of rounds alone.

    :raises PlatformDown: when the platform does not take it now; the sweeper tries again.
    """
    stored = await arena.context.store.document(document.community, document.kind, document.key)
    pool = Pool.of(stored or document)
    if pool.told >= pool.entry:
        return
    head = await arena.context.head(pool.duel_id)
    if head.shown.channel and pool.sure and not head.terms.tournament:
        settings = await arena.communities.settings(document.community)
        own = settings.language or head.shown.language
        text = masked(said(await _text(head, pool, arena), language_of(own) if own else language), settings)
        try:
            await presenter.notice(
                Notice(document.community, head.shown.channel, f"pool|{pool.duel_id}|{pool.entry}", text)
            )
        except CannotPost as error:
            # Asking again helps nobody: /predict show has it too.
            log.warning("the predictions of %s cannot be told: %s", pool.duel_id, error)
    await arena.predictions.told(head.terms, pool)


async def _text(head: Head, pool: Pool, arena: Arena) -> str:
    about = say("Predictions, {duel}.", duel=await versus(head, arena))
    anew = say("A moderator's ruling changed what they pay.") if pool.told >= 0 else ""
    if pool.refund:
        return joined([about, anew, why_refunded(pool.refund)])
    right = sum(stake.on == pool.result for stake in pool.sure.values())
    won = result(pool.result, await arena.people.names(head.terms))
    shared = counted(
        "{n} of {all} had staked on {result}, and gets all {points}.",
        "{n} of {all} had staked on {result}, and share all {points}.",
        n=right,
        all=len(pool.sure),
        result=won,
        points=points(sum(stake.points for stake in pool.sure.values())),
    )
    return joined([joined([about, anew, shared]), joined(await _gains(pool, head.terms.community, arena), ", ")], "\n")


async def _gains(pool: Pool, community: Community, arena: Arena) -> list[str]:
    """What members have won and lost, those with most first; hidden members are left out."""
    conduct = await arena.moderation.conduct(community)
    gains = {
        person: pool.returned[person] - stake.points
        for person, stake in pool.sure.items()
        if conduct.counts_as(Player("human", person)) not in conduct.off_the_boards
    }
    named = sorted(gains, key=lambda person: (-gains[person], person))[:NAMED]
    called = await arena.people.called(named)
    told: list[str] = [say("{name} {gain:+d}", name=called.person(person), gain=gains[person]) for person in named]
    if more := len(gains) - len(named):
        told.append(counted("{n} more", "{n} more", n=more))
    return told
