"""What a channel is told of a tournament: that it begins, each round once it is paired, and how it ended."""

from __future__ import annotations

import logging
from typing import Final

from bot.answering import buttons_in
from bot.catalogue import language_of, said
from bot.commands import Button
from bot.commands import _tournament_said as words
from bot.presenting import Notice, Presenter
from engine.arena import Arena
from engine.arena.communities import masked
from engine.arena.tournament.log import Phase, State
from engine.arena.tournament.records import Listed
from engine.errors import CannotPost
from engine.model import Document
from engine.sentences import joined, say

_TOLD: Final = frozenset({"paired", "paused", "resumed", "cancelled", "finished"})
_MOST: Final = 20

log = logging.getLogger(__name__)


async def show(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Tell the newest of what nobody was told of yet, where the tournament was made.

    :raises PlatformDown: when the platform does not take it now; the sweeper tries again.
    """
    stored = await arena.context.store.document(document.community, document.kind, document.key)
    listed = Listed.of(stored or document)
    log_ = await arena.tournaments.records.log(listed.community, listed.id)
    news = [number for number, entry in enumerate(log_) if number > listed.told and entry["kind"] in _TOLD]
    if not news:
        return
    state = await arena.tournaments.records.load(listed.community, listed.id)
    if state.plan.quiet and state.phase is Phase.RUNNING:
        return  # a match: its end is news, its pairs of games are not
    if state.plan.channel:
        settings = await arena.communities.settings(listed.community)
        own = settings.language or state.plan.language
        language = language_of(own) if own else language
        text = masked(said(await _text(state, arena), language), settings)
        buttons = buttons_in((_buttons(listed, state),), language)
        notice = Notice(listed.community, state.plan.channel, f"{listed.id}|{news[-1]}", text, buttons)
        try:
            await presenter.notice(notice)
        except CannotPost as error:
            # Asking again helps nobody: /tournament status has it too.
            log.warning("tournament %s cannot be told in %s: %s", listed.id, state.plan.channel, error)
    await arena.tournaments.records.told(listed, news[-1])


async def _text(state: State, arena: Arena) -> str:
    rows = await (words.standings if state.phase is Phase.OVER else words.matches)(state, arena)
    lines = [joined([cell for cell in row if cell], " · ") for row in rows[1 : _MOST + 1]]
    remarks = (await words.remarks(state, arena))[:_MOST] if state.phase is Phase.OVER else []
    return joined(
        [words.about(state), joined([await words.where(state, arena), words.budget(state)]), *remarks, *lines], "\n"
    )


def _buttons(listed: Listed, state: State) -> tuple[Button, ...]:
    shown = [Button(say("Standings"), "tournament", "standings", {"tournament": listed.id})]
    if state.plan.played_as.knockout:
        shown.append(Button(say("Bracket"), "tournament", "bracket", {"tournament": listed.id}))
    return tuple(shown)
