"""``/duel report`` for members; ``reports`` and ``dismiss`` for moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import Invocation, Reply, Verb
from bot.commands._duel_naming import THIS
from bot.commands._times import clock_utc
from engine.model import Role
from engine.options import Option
from engine.sentences import counted, say

if TYPE_CHECKING:
    from engine.arena import Arena

_LISTED = 20


async def report(asked: Invocation, arena: Arena) -> Reply:
    """Tell the moderators of a duel."""
    head = await arena.duels.find(asked.community, asked.options["duel"])
    await arena.reports.report(asked.community, head.duel_id, asked.member.id, asked.options["why"], asked.request_id)
    return Reply(say("The moderators have your report. Nobody else sees it."))


async def reports(asked: Invocation, arena: Arena) -> Reply:
    """The reports that nobody has dismissed."""
    found = await arena.reports.listed(asked.community)
    if not found:
        return Reply(say("There are no reports."))
    names = await arena.people.called([one.by for one in found])
    rows = [
        (one.key[:8], one.duel_id[:8], names.person(one.by), clock_utc(one.at_ms), one.why) for one in found[:_LISTED]
    ]
    first = (say("report"), say("duel"), say("by"), say("at"), say("why"))
    text = counted(
        "{n} report. Strike it with /duel dismiss.",
        "{n} reports, the newest first. Strike one with /duel dismiss.",
        n=len(found),
    )
    return Reply(text, lines=[first, *rows])


async def dismiss(asked: Invocation, arena: Arena) -> Reply:
    """Strike a report off the list."""
    struck = await arena.reports.dismiss(asked.community, asked.options["report"])
    return Reply(say("The report on duel {duel} is struck off the list.", duel=struck.duel_id[:8]))


VERBS = (
    Verb(
        "report",
        say("Tell the moderators of a duel; nobody else sees it."),
        report,
        (THIS, Option("why", say("What is wrong with it."), required=True, most=500)),
        positional=2,
        rest=True,
        form=("duel", "why"),
    ),
    Verb("reports", say("List what members have reported."), reports, role=Role.MODERATOR),
    Verb(
        "dismiss",
        say("Strike a report off the list."),
        dismiss,
        (Option("report", say("Which one: its id, or the first letters of it."), required=True),),
        positional=1,
        question=say("Do you want to strike this report off the list?"),
        role=Role.MODERATOR,
    ),
)
