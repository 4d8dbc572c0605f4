"""What a channel is told about a community's money: once at four fifths of the cap, once when duels pause for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from bot.catalogue import language_of, said
from bot.commands._arena_money import usd
from bot.presenting import Notice, Presenter
from engine.arena import Arena
from engine.arena.ledger import PAUSED, WARNED, from_body
from engine.errors import CannotPost
from engine.model import Document
from engine.sentences import say

log = logging.getLogger(__name__)


async def show(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Tell the moderators' channel, else the duels' channel, of the marks that nobody was told of yet.

    Without either there is nowhere to tell it: moderators see it in ``/arena budget``, players when they start a duel.

    :raises PlatformDown: when the platform does not take it now; it is tried again. Where it may not be posted at
        all, it counts as told.
    """
    settings = await arena.communities.settings(document.community)
    channel = settings.moderators_channel or settings.channel
    stored = await arena.context.store.document(document.community, document.kind, document.key)
    ledger = from_body((stored or document).body)
    language = language_of(settings.language) if settings.language else language
    untold = ledger.untold
    mark = PAUSED if PAUSED in untold else WARNED
    if channel and mark in untold:
        text = _SAID[mark](usd(untold[mark]), usd(ledger.total))
        key = f"{document.key}|{mark}|{untold[mark]}"
        try:
            await presenter.notice(Notice(document.community, channel, key, said(text, language)))
        except CannotPost as error:
            # Asking again helps nobody: what it would say stands in /arena budget too.
            log.warning("the budget of %s cannot be told in %s: %s", document.community, channel, error)
    if untold:
        await arena.budgets.told(stored or document)


def _warned(cap: str, spent: str) -> str:
    return say("Models have cost {spent} this month; the money-cap is {cap}. See /arena budget.", cap=cap, spent=spent)


def _paused(cap: str, spent: str) -> str:
    return say(
        "This month's money is used up or set aside: {spent} spent, the money-cap is {cap}. Duels of models that cost "
        "money wait until moderators raise it (/arena set money-cap) or the next month begins; others go on.",
        cap=cap,
        spent=spent,
    )


_SAID: Final[Mapping[str, Callable[[str, str], str]]] = {WARNED: _warned, PAUSED: _paused}
