"""``/arena budget``, ``price`` and ``resume``: what models cost here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Invocation, Reply, Verb
from bot.commands._duel_naming import player, title
from engine.model import NANO, Role, Seat
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.quotes import Quote


async def budget(asked: Invocation, arena: Arena) -> Reply:
    """What this month has cost."""
    standing = await arena.budgets.standing(asked.community)
    cap = usd(standing.cap) if standing.cap is not None else say("no cap")
    text = say(
        "{month} (UTC): {spent} spent, {held} set aside for questions under way. Money-cap: {cap}.",
        month=standing.month,
        spent=usd(standing.total),
        held=usd(standing.held),
        cap=cap,
    )
    by_cost = sorted(standing.spent.items(), key=lambda pair: -pair[1])
    rows = [(name or say("questions cut off by a crash, at their most"), usd(cost)) for name, cost in by_cost]
    return Reply(text, lines=[(say("model"), say("spent")), *rows] if rows else ())


async def price(asked: Invocation, arena: Arena) -> Reply:
    """What a duel would cost."""
    from engine.arena.starting import Start

    options = asked.options
    title(options["game"])
    usual = await arena.communities.settings(asked.community)
    players = {seat: await player(options[seat], asked, arena) for seat in Seat}
    wanted = Start(
        asked.request_id,
        asked.community,
        options["game"],
        players,
        asked.member.id,
        mode=usual.mode_for(options["game"]),
    )
    return Reply(said(await arena.quotes.quote(wanted)))


def said(quote: Quote) -> str:
    """A price for people."""
    if not quote.costs and not quote.unknown:
        return say("This duel is free.")
    known = say(
        "This duel will cost about {expected}, and {most} at most.",
        expected=usd(quote.expected_nano_usd),
        most=usd(quote.at_most_nano_usd),
    )
    unknown = say("Nobody knows the price of {players}.", players=joined(quote.unknown, ", "))
    return joined([known if quote.costs else "", unknown if quote.unknown else ""])


def usd(nano_usd: int) -> str:
    """An amount: in cents when it has many, else as fine as it needs."""
    dollars = nano_usd / NANO
    if dollars >= 1 or not nano_usd:
        return say("${dollars:,.2f}", dollars=dollars)
    return say("${dollars:.4f}", dollars=dollars)


async def resume(asked: Invocation, arena: Arena) -> Reply:
    """Let the duels go on that wait for money."""
    resumed, waiting = await arena.adjournments.resume(asked.community, asked.member.id)
    if not resumed and not waiting:
        return Reply(say("No duel waits for money here."))
    more = counted("{n} duel still waits for money.", "{n} duels still wait for money.", n=waiting) if waiting else ""
    return Reply(joined([counted("{n} duel goes on.", "{n} duels go on.", n=resumed), more]))


VERBS = (
    Verb("budget", say("Show what models have cost here this month."), budget),
    Verb(
        "price",
        say("Say what a duel would cost."),
        price,
        (
            Option("game", say("Which game."), required=True, completes="games"),
            Option("first", say("Who plays first."), required=True, completes="players"),
            Option("second", say("Who plays second."), required=True, completes="players"),
        ),
        positional=3,
        form=("game", "first", "second"),
    ),
    Verb("resume", say("Let duels go on that wait for money."), resume, role=Role.MODERATOR),
)
