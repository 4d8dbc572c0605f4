"""``/duel accept``, ``decline``, ``withdraw`` and ``challenges``: what becomes of a challenge."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.commands import Button, Invocation, Reply, Style, Verb, _arena_money
from bot.commands._duel_naming import heading, title
from engine.errors import BadOption, UserError
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.challenge import Challenge
    from engine.arena.people import Names


async def accept(asked: Invocation, arena: Arena) -> Reply:
    """Accept a challenge: the duel starts."""
    from engine.arena.starting import why_casual

    challenge = await _meant(asked, arena, own=False)
    head = await arena.challenges.accept(asked.community, challenge.key, asked.member.id)
    begins = [say("You accepted. The duel begins."), await heading(head, arena)]
    return Reply(joined([*begins, why_casual(arena.context, challenge.start)]), duel_id=head.duel_id)


async def decline(asked: Invocation, arena: Arena) -> Reply:
    """Say no to a challenge; only its challenger is told."""
    challenge = await _meant(asked, arena, own=False)
    await arena.challenges.decline(asked.community, challenge.key, asked.member.id)
    return Reply(say("You declined the challenge."))


async def withdraw(asked: Invocation, arena: Arena) -> Reply:
    """Take a challenge back."""
    challenge = await _meant(asked, arena, own=True)
    await arena.challenges.withdraw(asked.community, challenge.key, asked.member.id)
    return Reply(say("You withdrew the challenge."))


async def challenges(asked: Invocation, arena: Arena) -> Reply:
    """The open challenges to and by the asker."""
    found = await arena.challenges.open_of(asked.community, asked.member.id)
    if not found:
        return Reply(say("No challenge is open. Ask a member for a duel: /duel challenge @name chess"))
    names = await arena.people.called([name for one in found for name in (one.challenger, one.challenged)])
    rows = [_row(one, names, arena.context.clock.now_ms()) for one in found]
    head = (say("challenge"), say("game"), say("from"), say("to"), say("expires in"))
    buttons = tuple(_buttons(one, asked.member.id) for one in found[:_MOST_ROWS])
    return Reply(say("Open challenges:"), lines=[head, *rows], buttons=buttons)


async def price(challenge: Challenge, arena: Arena) -> str:
    """What the duel of a challenge will cost, for both who agree to it; empty when it is free."""
    with suppress(UserError):  # it cannot start as things stand, and says why when it is accepted
        quote = await arena.quotes.quote(challenge.start)
        return _arena_money.said(quote) if quote.costs or quote.unknown else ""
    return ""


def _row(one: Challenge, names: Names, now_ms: int) -> tuple[str, ...]:
    seconds = max(1, (one.expires_ms - now_ms) // 1000)
    left = counted("{n} second", "{n} seconds", n=seconds)
    return one.key[:8], title(one.start.game), names.person(one.challenger), names.person(one.challenged), left


def _buttons(one: Challenge, member: str) -> tuple[Button, ...]:
    which, options = one.key[:4], {"challenge": one.key}
    if one.challenger == member:
        return (Button(say("Withdraw {which}", which=which), "duel", "withdraw", options),)
    return (
        Button(say("Accept {which}", which=which), "duel", "accept", options, Style.SUCCESS),
        Button(say("Decline {which}", which=which), "duel", "decline", options),
    )


async def _meant(asked: Invocation, arena: Arena, *, own: bool) -> Challenge:
    """The challenge that is named, or the only one that the asker can mean."""
    if asked.options["challenge"]:
        return await arena.challenges.find(asked.community, asked.options["challenge"], asked.member.id)
    mine = await arena.challenges.open_of(asked.community, asked.member.id)
    found = [one for one in mine if (one.challenger == asked.member.id) is own]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadOption(say("There are several open challenges, so add which one: see /duel challenges."))
    if own:
        raise BadOption(say("You have no open challenge. An old one may have been answered, or has expired."))
    raise BadOption(say("Nobody challenges you now. A challenge is open for five minutes."))


_MOST_ROWS = 5
_CHALLENGE = Option("challenge", say("Which one: its id, or the first letters of it."), completes="challenges")

VERBS = (
    Verb("accept", say("Accept a challenge: the duel starts."), accept, (_CHALLENGE,), positional=1),
    Verb("decline", say("Decline a challenge; only who asked is told."), decline, (_CHALLENGE,), positional=1),
    Verb("withdraw", say("Take back your challenge."), withdraw, (_CHALLENGE,), positional=1),
    Verb("challenges", say("List your open challenges."), challenges),
)
