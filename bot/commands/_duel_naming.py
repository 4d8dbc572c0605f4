"""How the commands of ``/duel`` read the names of duels and players, and how they write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bot.commands import Invocation
from bot.commands._times import minute
from bot.terminations import termination_said
from engine.errors import BadOption, UnknownName, UserError
from engine.model import SEATS, Player, Seat, Status
from engine.options import Kind, Option
from engine.sentences import both, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.model import Head, Person

_HUMAN = "human/"
WHICH_HELP = say("Which duel: its id, the first letters of it, or “last”.")
PLAYER_HELP = say("Who: @name, “me”, or a model such as local/smollm2.")
DUEL = Option("duel", WHICH_HELP, completes="duels")
NEWEST = Option("duel", WHICH_HELP, default="last", completes="duels")
THIS = Option("duel", WHICH_HELP, required=True, completes="duels")
AT = Option("at", say("The number of the position you looked at."), Kind.INTEGER)


async def player(name: str, asked: Invocation, arena: Arena) -> Player:
    """A player as it was typed: ``me``, a member, or ``provider/id``. :raises UserError: when there is none.

    A member is a mention, ``@name``, or the bare name where names are unique and no program is called so.
    """
    if name.casefold() == "me":
        return Player("human", asked.member.id)
    if name in asked.mentioned or name.startswith(("@", "<@")):
        return Player("human", (await person(name, asked, arena)).id)
    if name.startswith(_HUMAN):
        raise BadOption(say("Write a person as @name, or “me” for yourself."))
    try:
        return Player.named(name)
    except ValueError:
        return await _member_or_nobody(name, asked, arena)


async def _member_or_nobody(name: str, asked: Invocation, arena: Arena) -> Player:
    """:raises UnknownName: when nobody is called so, or a program's name was left half written."""
    unknown = arena.context.roster.unknown(name)
    if not asked.unique_names:
        member = say("For a member, type @ and pick them from the list.")
        raise BadOption(joined([unknown.text, member])) from None
    if any(one.partition("/")[2].casefold() == name.casefold() for one in unknown.nearest):
        raise unknown
    try:
        return Player("human", (await arena.people.named(asked.community.platform, name)).id)
    except UnknownName:
        raise unknown from None


async def person(name: str, asked: Invocation, arena: Arena) -> Person:
    """A member as they were mentioned, or by name where names are unique.

    :raises UserError: when nobody has it, or when it could be somebody else's too.
    """
    if name in asked.mentioned:
        return asked.mentioned[name]
    if name.startswith("<@"):
        raise UserError(say("Nobody who can play is behind this mention. Name another member."))
    if name.casefold() == "me":
        return asked.member
    if not asked.unique_names:
        raise BadOption(
            say("Several people may be called {name}. Type @ and pick the member from the list.", name=name)
        )
    return await arena.people.named(asked.community.platform, name.removeprefix("@"))


async def versus(head: Head, arena: Arena) -> str:
    """``Chess, Ann – engine/club``."""
    names = await arena.people.names(head.terms)
    return say("{game}, {first} – {second}", game=title(head.terms.game), **_by_seat(names))


async def heading(head: Head, arena: Arena) -> str:
    """One line that tells a duel from all others."""
    names = await arena.people.names(head.terms)
    return say(
        "{game}: {first} against {second} ({kind}, {time} UTC, {id})",
        game=title(head.terms.game),
        kind=say("rated") if head.terms.rated else say("casual"),
        time=minute(head.created_ms),
        id=head.duel_id[:8],
        **_by_seat(names),
    )


def result(head: Head, names: Mapping[Seat, str]) -> str:
    """Where a duel stands, or how it ended, in a few words."""
    if head.outcome is None:
        return _standing(head, names)
    if head.outcome.void:
        return say("void")
    if head.outcome.winner is None:
        return say("draw ({how})", how=termination_said(head.outcome.termination))
    return say("{name} won ({how})", name=names[head.outcome.winner], how=termination_said(head.outcome.termination))


def _standing(head: Head, names: Mapping[Seat, str]) -> str:
    if head.status is Status.WAITING and head.waiting_for:
        return say("waits for {who}", who=both([names[seat] for seat in SEATS if seat in head.waiting_for]))
    return say("adjourned") if head.status is Status.ADJOURNED else say("being played")


async def names_of(players: Iterable[str], arena: Arena) -> dict[str, str]:
    """What people and programs are called."""
    wanted = list(dict.fromkeys(players))
    called = await arena.people.called([name.removeprefix(_HUMAN) for name in wanted if name.startswith(_HUMAN)])
    return {name: called.person(name.removeprefix(_HUMAN)) if name.startswith(_HUMAN) else name for name in wanted}


async def name_of(who: Player, arena: Arena) -> str:
    """What one player is called."""
    return (await names_of([str(who)], arena))[str(who)]


def title(game: str) -> str:
    """A game's name for people."""
    from engine import games

    return games.game(game).title


def _by_seat(names: Mapping[Seat, str]) -> dict[str, str]:
    return {"first": names[Seat.FIRST], "second": names[Seat.SECOND]}
