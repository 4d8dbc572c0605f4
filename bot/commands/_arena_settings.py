"""``/arena settings``, ``set`` and ``changes``: what moderators choose for their community."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.commands import Invocation, Reply, Verb
from bot.commands._duel_naming import person
from bot.commands._times import clock_utc
from engine.errors import BadOption, UnknownName
from engine.model import Role
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.community_settings import Setting

Read = Callable[[str, Invocation, "Arena"], Awaitable[str]]

_LATEST: Final = 20
_CHANNEL: Final = re.compile(r"<#([A-Za-z0-9]+)(?:\|[^>]*)?>")


async def settings(asked: Invocation, arena: Arena) -> Reply:
    """All settings, how they stand and what they mean."""
    from engine.community_settings import SETTINGS

    now = await arena.communities.settings(asked.community)
    rows = [(row.name, await _shown(row, getattr(now, row.field), arena), row.help) for row in SETTINGS.values()]
    text = say("This server's settings. Change one with /arena set NAME VALUE; the value “default” puts it back.")
    return Reply(text, lines=[(say("setting"), say("now"), say("what it means")), *rows])


async def set_(asked: Invocation, arena: Arena) -> Reply:
    """Change one setting."""
    from engine.community_settings import setting
    from engine.setting_values import DEFAULT

    row, typed = setting(asked.options["name"]), asked.options["value"].strip()
    if row.holds and typed.casefold() != DEFAULT:
        typed = await _READ[row.holds](typed, asked, arena)
    new = await arena.communities.change(asked.community, row.name, typed, asked.member.id, asked.request_id)
    done = say("{setting} is now: {value}.", setting=row.name, value=await _shown(row, getattr(new, row.field), arena))
    # Room for money may let duels go on that waited for it; nothing waits otherwise.
    resumed, _ = await arena.adjournments.resume(asked.community, asked.member.id)
    more = counted("{n} adjourned duel goes on.", "{n} adjourned duels go on.", n=resumed) if resumed else ""
    return Reply(joined([done, more]))


async def changes(asked: Invocation, arena: Arena) -> Reply:
    """Who changed which setting, and when."""
    from engine.community_settings import SETTINGS

    found = await arena.communities.changes(asked.community, _LATEST)
    if not found:
        return Reply(say("Nobody has changed a setting yet."))
    names = await arena.people.called([change.by for change in found])
    rows = [
        (
            clock_utc(change.at_ms),
            names.person(change.by),
            change.what,
            await _stored(SETTINGS.get(change.what), change.new, arena),
        )
        for change in reversed(found)
    ]
    return Reply(say("The newest changes first:"), lines=[(say("at"), say("by"), say("setting"), say("then")), *rows])


async def _stored(row: Setting | None, value: Any, arena: Arena) -> str:
    """A value as the audit holds it: none is a setting's default, and a key that was removed."""
    if row is None:
        return say("removed") if value is None else say("set for {address}", address=value)
    if value is None:
        return say("default")
    return await _shown(row, tuple(value) if isinstance(value, list) else value, arena)


async def _shown(row: Setting, value: Any, arena: Arena) -> str:
    if row.holds == "people" and value:
        names = await arena.people.called(value)
        return joined([names.person(one) for one in value], ", ")
    return row.show(value)


async def _people(typed: str, asked: Invocation, arena: Arena) -> str:
    """Mentions or names as our ids."""
    names = typed.split(",") if "," in typed else re.findall(r"<@[^>]*>|\S.*", typed)
    return ",".join([(await person(name.strip(), asked, arena)).id for name in names])


async def _channel(typed: str, asked: Invocation, _arena: Arena) -> str:
    """A mention, or the channel that this is typed in, as the platform's id."""
    if typed.casefold() != "here":
        mentioned = _CHANNEL.fullmatch(typed)
        return mentioned[1] if mentioned else typed
    if not asked.channel:
        raise BadOption(say("There are no channels here."))
    return asked.channel


async def _language(typed: str, _asked: Invocation, _arena: Arena) -> str:
    """A language that there is a catalogue of."""
    from bot.catalogue import languages

    if typed.casefold() not in languages():
        raise UnknownName(say("language"), typed, languages())
    return typed.casefold()


_READ: Final[Mapping[str, Read]] = {"people": _people, "channel": _channel, "language": _language}

VERBS = (
    Verb("settings", say("Show this server's settings and what they mean."), settings, role=Role.MODERATOR),
    Verb(
        "set",
        say("Change one of this server's settings."),
        set_,
        (
            Option("name", say("Which setting."), required=True, completes="settings"),
            Option(
                "value", say("Its new value; “default” puts it back."), required=True, completes="values", most=2000
            ),
        ),
        positional=2,
        rest=True,
        form=("name", "value"),
        role=Role.MODERATOR,
    ),
    Verb("changes", say("List who changed which setting, and when."), changes, role=Role.MODERATOR),
)
