"""What people are shown of documents: an invitation to a duel, what became of it, a report to the moderators.

A message may be shown twice after a crash, never not at all: a document remembers what has been shown of it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot import _budget_notice, _prediction_notice, _tournament_notice
from bot.answering import buttons_in
from bot.catalogue import language_of, said
from bot.commands import Button, Reply, Style
from bot.commands._duel_challenges import price
from bot.commands.season import final_standings
from bot.presenting import Notice, Presenter
from engine import games
from engine.arena import Arena
from engine.arena.challenge import Challenge, Stage
from engine.arena.communities import masked
from engine.arena.reports import Report
from engine.arena.seasons import Season
from engine.errors import CannotPost, Conflict
from engine.model import SEATS, Document, Seat
from engine.sentences import Sentence, joined, say

log = logging.getLogger(__name__)

Show = Callable[[Document, Arena, Presenter, str], Awaitable[None]]


async def show(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Show what has become of a document; nothing for a kind that is shown to nobody.

    ``language`` is said where the document knows none of its own.

    :raises PlatformError: when the platform does not take it now.
    """
    if shown := SHOWN.get(document.kind):
        await shown(document, arena, presenter, language)


async def _challenge(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    challenge = Challenge.of(document)
    if challenge.stage is Stage.OPEN:
        await _invite(challenge, arena, presenter, language)
    elif challenge.stage is not Stage.ACCEPTED or challenge.duel_id:
        await _answer(challenge, arena, presenter)


async def _invite(challenge: Challenge, arena: Arena, presenter: Presenter, language: str) -> None:
    """Ask who is challenged, once; an invitation that was answered while it was posted is taken away again."""
    people = await arena.context.store.people([challenge.challenger, challenge.challenged])
    if challenge.message_id or challenge.challenged not in people or not challenge.start.channel:
        return
    settings = await arena.communities.settings(challenge.community)
    own = settings.language or challenge.start.language
    language = language_of(own) if own else language
    notice = Notice(
        challenge.community,
        challenge.start.channel,
        challenge.key,
        masked(said(await _invitation(challenge, arena), language), settings),
        buttons_in((_answers(challenge.key),), language),
        people[challenge.challenged],
    )
    try:
        message_id = await presenter.notice(notice)
        await arena.challenges.posted(challenge, message_id)
    except CannotPost as error:
        log.warning("challenge %s cannot be shown: %s", challenge.key, error)
        await arena.challenges.undelivered(challenge, error.text)
    except Conflict:
        if message_id and (await arena.challenges.load(challenge.community, challenge.key)).stage is not Stage.OPEN:
            await presenter.retract(challenge.start.channel, message_id)


async def _invitation(challenge: Challenge, arena: Arena) -> Sentence:
    names = await arena.people.called([challenge.challenger, challenge.challenged])
    game = games.game(challenge.start.game)
    first, second = (challenge.start.players[seat] for seat in SEATS)
    return joined(
        [
            say("{name} challenges you to {game}.", name=names.person(challenge.challenger), game=game.title),
            say(
                "{first} plays {first_side}, {second} plays {second_side}.",
                first=names.player(first),
                first_side=game.seats[Seat.FIRST],
                second=names.player(second),
                second_side=game.seats[Seat.SECOND],
            ),
            await price(challenge, arena),
            say("The challenge is open for five minutes."),
        ]
    )


def _answers(key: str) -> tuple[Button, ...]:
    return (
        Button(say("Accept"), "duel", "accept", {"challenge": key}, Style.SUCCESS),
        Button(say("Decline"), "duel", "decline", {"challenge": key}),
    )


async def _answer(challenge: Challenge, arena: Arena, presenter: Presenter) -> None:
    """Take the invitation away, and tell the challenger alone what became of it."""
    if challenge.message_id:
        await presenter.retract(challenge.start.channel, challenge.message_id)
    if challenge.told:
        return
    # Who withdraws a challenge is answered there and then.
    if challenge.stage is not Stage.WITHDRAWN:
        names = await arena.people.called([challenge.challenged])
        text = _outcome(challenge, names.person(challenge.challenged))
        settings = await arena.communities.settings(challenge.community)
        shown = masked(said(text, language_of(challenge.locale)), settings)
        await presenter.answer(challenge.answer_to, Reply(shown))
    await arena.challenges.told(challenge)


def _outcome(challenge: Challenge, name: str) -> Sentence:
    match challenge.stage:
        case Stage.ACCEPTED:
            return say("{name} accepted your challenge. The duel begins.", name=name)
        case Stage.DECLINED:
            return say("{name} declined your challenge.", name=name)
        case Stage.FAILED:
            return say("{name} accepted, but the duel could not start: {why}", name=name, why=challenge.why)
        case Stage.UNDELIVERED:
            return say("{name} could not be asked: {why}", name=name, why=challenge.why)
        case _:
            return say("{name} did not answer your challenge in time.", name=name)


async def _report(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Tell the moderators, where their community has a channel for them; the list of reports has it in any case."""
    report = Report.of(document)
    settings = await arena.communities.settings(report.community)
    if report.told:
        return
    if not settings.moderators_channel:
        await arena.reports.told(report)
        return
    names = await arena.people.called([report.by])
    text = say(
        "{name} reports duel {duel}: {why}",
        name=names.person(report.by),
        duel=report.duel_id[:8],
        why=report.why,
    )
    language = language_of(settings.language) if settings.language else language
    buttons = buttons_in((_rulings(report),), language)
    shown = masked(said(text, language), settings)
    try:
        await presenter.notice(Notice(report.community, settings.moderators_channel, report.key, shown, buttons))
    except CannotPost as error:
        # Asking again helps nobody: the list of reports has it too.
        log.warning("report %s cannot be told in %s: %s", report.key, settings.moderators_channel, error)
    await arena.reports.told(report)


def _rulings(report: Report) -> tuple[Button, ...]:
    return (
        Button(say("Show the duel"), "duel", "show", {"duel": report.duel_id}),
        Button(say("Cancel the duel"), "duel", "cancel", {"duel": report.duel_id}, Style.DANGER, confirm=True),
        Button(say("Dismiss the report"), "duel", "dismiss", {"report": report.key}, confirm=True),
    )


async def _season(document: Document, arena: Arena, presenter: Presenter, language: str) -> None:
    """Tell a season's final standings where it was closed, once."""
    season = Season.of(document)
    if season.closed_ms is None or season.told:
        return
    settings = await arena.communities.settings(season.community)
    channel = season.channel or settings.channel
    if channel:
        boards = await arena.seasons.final(season.community, season.name)
        own = settings.language or season.language
        text = said(await final_standings(season, boards, arena), language_of(own) if own else language)
        try:
            await presenter.notice(Notice(season.community, channel, f"season {season.name}", masked(text, settings)))
        except CannotPost as error:
            # Asking again helps nobody: /season show has it too.
            log.warning("the end of season %s cannot be told in %s: %s", season.name, channel, error)
    await arena.seasons.told(season)


SHOWN: Final[Mapping[str, Show]] = {
    "challenge": _challenge,
    "report": _report,
    "budget": _budget_notice.show,
    "season": _season,
    "pool": _prediction_notice.show,
    "tournament": _tournament_notice.show,
}
