"""``/predict``: stake points on who wins a rated duel. Points are never money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Acknowledged, Button, CommandSpec, Invocation, Reply, Style, Verb
from bot.commands._duel_naming import DUEL, versus
from bot.commands._predictions_said import points, result, share, why_refunded
from engine.errors import UserError
from engine.model import DRAW, Seat
from engine.options import Kind, Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arena import Arena
    from engine.arena.pools import Placed
    from engine.arena.staking import Offer
    from engine.model import Head

_RESULTS: Final = (Seat.FIRST, DRAW, Seat.SECOND)
_OFFERED: Final = (10, 50, 200)
_PAGE: Final = 15


async def show(asked: Invocation, arena: Arena) -> Reply:
    """What is staked on a duel, and buttons to stake."""
    head = await _meant(asked, arena)
    offer = await arena.staking.offer(head.duel_id, asked.member.id)
    names = await arena.people.names(head.terms)
    own = offer.member.on(head.duel_id)
    lines = [await versus(head, arena)]
    if offer.pool.is_paid:
        lines += _paid(offer, names, own)
    elif offer.closed:
        lines.append(offer.closed)
    else:
        lines.append(
            say("Who wins? Whoever is right shares all that is staked. Stakes close with the third single move.")
        )
    if own and own.returned is None:
        lines.append(say("Your stake: {points} on {result}.", points=points(own.points), result=result(own.on, names)))
    lines.append(say("You have {points}.", points=points(offer.member.points)))
    table = [(say("result"), say("staked"), say("share"), say("members")), *_rows(offer, names)]
    buttons = () if offer.closed else _buttons(head, offer, names, withdrawing=own is not None)
    return Reply(joined(lines, "\n"), lines=table, buttons=buttons, duel_id=head.duel_id)


async def stake(asked: Invocation, arena: Arena) -> Reply:
    """Stake points on a result."""
    head = await _meant(asked, arena)
    on, wanted = asked.options["result"], asked.options["points"]
    member = await arena.staking.stake(head.duel_id, asked.member.id, on, wanted, asked.request_id)
    staked = say(
        "You staked {points} on {result} ({duel}).",
        points=points(wanted),
        result=result(on, await arena.people.names(head.terms)),
        duel=await versus(head, arena),
    )
    left = say("You have {points} left. Until the third single move you can change it.", points=points(member.points))
    return Reply(joined([staked, left]), buttons=((_take_back(head.duel_id),),), duel_id=head.duel_id)


async def withdraw(asked: Invocation, arena: Arena) -> Reply:
    """Take a stake back."""
    head = await _meant(asked, arena, own=True)
    member = await arena.staking.withdraw(head.duel_id, asked.member.id)
    return Reply(say("You took your stake back, and have {points}.", points=points(member.points)))


async def mine(asked: Invocation, arena: Arena) -> Reply:
    """The asker's points and stakes, the open ones first."""
    season = await _season(asked, arena)
    member = await arena.predictions.member(asked.community, season, asked.member.id)
    about = joined(
        [
            say("You have {points} in season {season}.", points=points(member.points), season=season),
            say("{right} of {decided} predictions were right.", right=member.right, decided=member.decided)
            if member.decided
            else say("None of your predictions is decided yet."),
        ]
    )
    if not member.placed:
        how = say("Stake on a rated duel that has just begun: press “Predict” under its board, or /predict show")
        return Reply(joined([about, how], "\n"))
    rows = []
    for duel_id, one in member.placed[:_PAGE]:
        head = await arena.context.head(duel_id)
        back = say("open") if one.returned is None else str(one.returned)
        names = await arena.people.names(head.terms)
        rows.append((duel_id[:8], await versus(head, arena), result(one.on, names), str(one.points), back))
    if older := len(member.placed) - len(rows):
        about = joined([about, counted("{n} older stake is not shown.", "{n} older stakes are not shown.", n=older)])
    return Reply(about, lines=[(say("duel"), say("players"), say("on"), say("staked"), say("got back")), *rows])


async def _season(asked: Invocation, arena: Arena) -> str:
    """The season that is meant. :raises UnknownName: when there is none of that name."""
    if name := asked.options["season"]:
        return (await arena.seasons.season(asked.community, name)).name
    return (await arena.moderation.conduct(asked.community)).season


async def table(asked: Invocation, arena: Arena) -> Reply:
    """A season's members by their points."""
    season = await _season(asked, arena)
    ranked = await arena.predictions.table(asked.community, season)
    if not ranked:
        how = say("Stake on a rated duel that has just begun: press “Predict” under its board, or /predict show")
        return Reply(joined([say("Nobody has staked points in season {season}.", season=season), how]), private=False)
    pages = -(-len(ranked) // _PAGE)
    page = min(asked.options["page"], pages)
    shown = ranked[(page - 1) * _PAGE : page * _PAGE]
    names = await arena.people.called([one.person for one in shown])
    rows = [
        (
            str(one.rank),
            names.person(one.person),
            str(one.points),
            say("{right} of {n}", right=one.right, n=one.decided),
        )
        for one in shown
    ]
    members = counted("{n} member has staked points.", "{n} members have staked points.", n=len(ranked))
    about = [say("Predictions of season {season}:", season=season), members]
    if pages > 1:
        about.append(say("Page {page} of {pages}.", page=page, pages=pages))
    turning = [
        Button(label, "predict", "table", {"season": season, "page": str(number)})
        for label, number in ((say("Back"), page - 1), (say("Next"), page + 1))
        if 1 <= number <= pages
    ]
    heading = ("", say("member"), say("points"), say("right"))
    return Reply(joined(about), private=False, lines=[heading, *rows], buttons=[turning] if turning else [])


async def _meant(asked: Invocation, arena: Arena, *, own: bool = False) -> Head:
    """The duel that is named; else the newest that takes stakes, or the newest on which the asker has an ``own`` one.

    :raises UserError: when there is none.
    """
    if asked.options["duel"]:
        return await arena.duels.find(asked.community, asked.options["duel"])
    if own:
        season = (await arena.moderation.conduct(asked.community)).season
        member = await arena.predictions.member(asked.community, season, asked.member.id)
        duels = [duel_id for duel_id, one in member.placed if one.returned is None]
        if not duels:
            raise UserError(say("You have no stake that could be taken back."))
        return await arena.context.head(duels[0])
    if head := await arena.staking.newest(asked.community):
        return head
    raise UserError(say("No duel takes stakes now. Name one (see /duel list), or start a rated one: /duel start"))


def _paid(offer: Offer, names: Mapping[Seat, str], own: Placed | None) -> list[str]:
    """How it was paid, and what the asker got back."""
    pool = offer.pool
    how = why_refunded(pool.refund) if pool.refund else say("It is paid: {result}.", result=result(pool.result, names))
    if own is None or own.returned is None:
        return [how]
    staked, back = points(own.points), points(own.returned)
    on = result(own.on, names)
    return [how, say("You staked {points} on {result} and got {back} back.", points=staked, result=on, back=back)]


def _rows(offer: Offer, names: Mapping[Seat, str]) -> list[tuple[str, ...]]:
    sure = offer.pool.sure.values()
    pot = sum(one.points for one in sure)
    return [
        (
            result(on, names),
            str(offer.pool.on(on)),
            share(offer.pool.on(on), pot),
            str(sum(one.on == on for one in sure)),
        )
        for on in _RESULTS
    ]


def _buttons(head: Head, offer: Offer, names: Mapping[Seat, str], *, withdrawing: bool) -> list[list[Button]]:
    """A row for each result: amounts that the member has, and one to be typed."""
    room, rows = offer.member.left_for(head.duel_id), []
    for on in _RESULTS:
        which = {"duel": head.duel_id, "result": on}
        named = result(on, names)
        row = [
            Button(
                say("{result}: {n}", result=named, n=amount),
                "predict",
                "stake",
                {**which, "points": str(amount)},
                _STYLE[on],
            )
            for amount in _OFFERED
            if amount <= room
        ]
        rows.append([*row, Button(say("{result}: …", result=named), "predict", "stake", which)])
    if withdrawing:
        rows.append([_take_back(head.duel_id)])
    return rows


def _take_back(duel_id: str) -> Button:
    return Button(say("Take it back"), "predict", "withdraw", {"duel": duel_id})


_STYLE: Final = {Seat.FIRST: Style.PRIMARY, DRAW: Style.PLAIN, Seat.SECOND: Style.SUCCESS}
_SEASON: Final = Option("season", say("Which season's; the one that is open if you leave it out."))

COMMAND = CommandSpec(
    "predict",
    say("Stake points on who wins. Points are never money."),
    (
        Verb("show", say("Show what is staked on a duel, and stake on it."), show, (DUEL,), positional=1),
        Verb(
            "stake",
            say("Stake points on a duel's result, before its third single move."),
            stake,
            (
                Option("result", say("Who wins, by seat, or a draw."), choices=_RESULTS, required=True),
                Option("points", say("How many points."), Kind.INTEGER, required=True, least=1, most=1_000_000),
                DUEL,
            ),
            positional=3,
            form=("points",),
        ),
        Verb("withdraw", say("Take your stake back, before the third single move."), withdraw, (DUEL,), positional=1),
        Verb("mine", say("Show your points and your stakes."), mine, (_SEASON,), positional=1),
        Verb(
            "table",
            say("Show who has most points."),
            table,
            (_SEASON, Option("page", say("Which page."), Kind.INTEGER, default=1, least=1)),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
    ),
)
