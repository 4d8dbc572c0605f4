"""What a channel is told of a tournament: one live message that is edited, and news that deserves its own message.

An edit notifies nobody. So the channel gets a message when a tournament begins (the live message itself), when the
arena has stopped it (its budget is used up: somebody has to do something), and when it is over; rounds, results and
what its host does only change the live message. One process at a time shows a tournament, under a lease in its head:
what two of them posted would be there twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.answering import buttons_in
from bot.catalogue import language_of, said
from bot.commands import Button
from bot.commands import _tournament_said as words
from bot.presenting import Notice, Presenter
from engine.arena import Arena
from engine.arena.communities import masked
from engine.arena.tournament.announced import Announced
from engine.arena.tournament.log import Body, Phase, State
from engine.arena.tournament.records import Listed
from engine.community_settings import CommunitySettings
from engine.errors import CannotPost, PlatformDown
from engine.model import Document, Shown
from engine.sentences import joined, say

EDIT_SECONDS: Final = 2.0
"""So long after it was shown a tournament is shown again: what happens in between comes together."""
SHOWING_SECONDS: Final = 40.0
"""So long it may take: less than its lease, since whoever comes after that would post a second message."""
_MOST: Final = 20
_MOST_PLACES: Final = 10

log = logging.getLogger(__name__)


async def show(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Show what is new until nothing is, where the tournament was made; nothing while another process is at it.

    :raises PlatformDown: when the platform does not take it now; the sweeper tries again.
    """
    records, clock, worker = arena.tournaments.records, arena.context.clock, arena.context.worker
    while (listed := await records.newest(document.community, document.key)) is not None:
        if listed.phase is Phase.SIGN_UP or not listed.announced.lags(listed.entry):
            return
        since = clock.now_ms() - listed.announced.edited_ms
        if since < EDIT_SECONDS * 1000:
            await clock.sleep(EDIT_SECONDS - since / 1000)
        leased = await records.announce(listed, partial(_leased, listed=listed, worker=worker, now_ms=clock.now_ms()))
        if leased is None:
            return  # whoever has the lease looks again when they are done, or has been already
        try:
            async with asyncio.timeout(SHOWING_SECONDS):
                state, log_ = await records.read(listed.community, listed.id)
                if state.plan.channel and not (state.plan.quiet and state.phase is Phase.RUNNING):
                    telling = await _telling(listed, state, arena, presenter, language)
                    if not await telling.tell(leased, log_):
                        continue
        except TimeoutError as error:
            raise PlatformDown("showing a tournament takes too long") from error
        done = partial(_done, before=leased, entry=state.entry, now_ms=clock.now_ms())
        await records.announce(listed, done)


def _leased(announced: Announced, listed: Listed, worker: str, now_ms: int) -> Announced | None:
    return announced.leased(worker, now_ms) if announced.lags(listed.entry) else None


def _done(announced: Announced, before: Announced, entry: int, now_ms: int) -> Announced | None:
    """Everything up to that entry is shown by whom the lease was given, unless the lease is another's by now."""
    if announced.lease != before.lease:
        return None
    # Whoever has said meanwhile that it must be shown anew has said so for what this showing had no part of.
    anew = announced.live.entry < before.live.entry or announced.unseen != before.unseen
    live = replace(announced.live, entry=-1 if anew else entry)
    return replace(announced, live=live, edited_ms=now_ms, lease=None)


async def _telling(listed: Listed, state: State, arena: Arena, presenter: Presenter, language: str) -> _Telling:
    settings = await arena.communities.settings(listed.community)
    own = settings.language or state.plan.language
    return _Telling(listed, state, arena, presenter, language_of(own) if own else language, settings)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A tournament as it stands, on its way to its channel."""

    listed: Listed
    state: State
    arena: Arena
    presenter: Presenter
    language: str
    settings: CommunitySettings

    async def tell(self, announced: Announced, log_: Sequence[Body]) -> bool:
        """Show the live message, and post what is news; ``False`` when another process has come in between."""
        news = _news(self.state, log_, announced.told)
        # A tournament whose end was told before there was a live message is not given one any more.
        wanted = announced.live.message_id or news is not None or self.state.phase in {Phase.RUNNING, Phase.PAUSED}
        if wanted and not await self._live(announced):
            return False
        if news is not None:
            await self._post(news)
        return True

    async def _live(self, announced: Announced) -> bool:
        """Whether it is shown, and by this process alone. The message that is stored first is the one that stays."""
        if self.state.plan.quiet or self.state.started_ms is None:
            return True
        shown = announced.live if announced.live.channel else Shown(self.state.plan.channel, self.language)
        text = await _live_text(self.state, self.arena, announced)
        notice, before = self._notice(self.listed.id, text), announced.live.message_id
        try:
            shown = await self.presenter.live(notice, shown)
        except CannotPost as error:
            self._refused(error)
            return True

        def kept(one: Announced) -> Announced | None:
            if one.live.message_id not in (before, shown.message_id):
                return None
            return replace(one, live=replace(shown, entry=one.live.entry))

        stored = await self.arena.tournaments.records.announce(self.listed, kept)
        if stored is None and shown.message_id != before:
            log.warning("tournament %s was shown by another process as well", self.listed.id)
            await self.presenter.withdraw(notice, shown)
        return stored is not None and stored.lease == announced.lease

    async def _post(self, number: int) -> None:
        try:
            await self.presenter.notice(self._notice(f"{self.listed.id}|{number}", await _text(self.state, self.arena)))
        except CannotPost as error:
            self._refused(error)
        records = self.arena.tournaments.records
        await records.announce(self.listed, lambda one: replace(one, told=max(one.told, number)))

    def _notice(self, key: str, text: str) -> Notice:
        shown = masked(said(text, self.language), self.settings)
        buttons = buttons_in((_buttons(self.listed, self.state),), self.language)
        return Notice(self.listed.community, self.state.plan.channel, key, shown, buttons)

    def _refused(self, error: CannotPost) -> None:
        # Asking again helps nobody: /tournament status has it too.
        log.warning("tournament %s cannot be told in %s: %s", self.listed.id, self.state.plan.channel, error)


def _news(state: State, log_: Sequence[Body], told: int) -> int | None:
    """The newest entry that is told in a message of its own and was not; that of a pause only while it lasts."""
    stopped = state.phase is Phase.PAUSED
    found = [
        number
        for number, entry in enumerate(log_)
        if entry["kind"] in {"finished", "cancelled"}
        or (stopped and entry["kind"] == "paused" and entry["by"] == "arena")
    ]
    return found[-1] if found and found[-1] > told else None


async def _live_text(state: State, arena: Arena, announced: Announced) -> str:
    """Where it stands, the matches of its round, the table, and why its duels are not to be seen if they are not."""
    matches = _lines(await words.matches(state, arena), _MOST)
    places = [row[:3] for row in await words.standings(state, arena)] if _is_scored(state) else []
    number = state.round.round.number if state.round else 0
    unseen = announced.why if announced.unseen >= number > 0 and state.phase is Phase.RUNNING else ""
    return joined([await _head(state, arena), *matches, *_table(places), *([unseen] if unseen else [])], "\n")


def _is_scored(state: State) -> bool:
    return any(one.results for one in state.played)


def _table(places: Sequence[Sequence[str]]) -> list[str]:
    return [say("Standings"), *_lines(places, _MOST_PLACES)] if places else []


async def _text(state: State, arena: Arena) -> str:
    """The news: how it ended, or why it stands still."""
    if state.phase is not Phase.OVER:
        return await _head(state, arena)
    remarks = (await words.remarks(state, arena))[:_MOST]
    return joined([await _head(state, arena), *remarks, *_lines(await words.standings(state, arena), _MOST)], "\n")


async def _head(state: State, arena: Arena) -> str:
    return joined([words.about(state), joined([await words.where(state, arena), words.budget(state)])], "\n")


def _lines(rows: Sequence[Sequence[str]], most: int) -> list[str]:
    """The first of a table's rows, without its heading."""
    return [joined([cell for cell in row if cell], " · ") for row in rows[1 : most + 1]]


def _buttons(listed: Listed, state: State) -> tuple[Button, ...]:
    shown = [Button(say("Standings"), "tournament", "standings", {"tournament": listed.id})]
    if state.plan.played_as.knockout:
        shown.append(Button(say("Bracket"), "tournament", "bracket", {"tournament": listed.id}))
    return tuple(shown)
