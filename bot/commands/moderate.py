"""``/moderate``: what moderators decide, each shown before it is done, noted, and undone by another verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from bot.commands import Button, CommandSpec, Invocation, Reply, Verb
from bot.commands import _moderate_duels as duels
from bot.commands._confirming import CONFIRM, SURE, Preview, confirmed
from bot.commands._duel_naming import PLAYER_HELP, name_of, names_of, player
from bot.commands._times import clock_utc
from engine.errors import UserError
from engine.model import Player, Role
from engine.options import Kind, Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.audit import Change

_PAGE: Final = 15
_PLAYER: Final = Option("player", PLAYER_HELP, required=True, completes="players")
_WHY: Final = Option("why", say("Why; it is noted, and people are told."), required=True, most=200)


async def _who(asked: Invocation, arena: Arena, option: str = "player") -> tuple[Player, str]:
    found = await player(asked.options[option], asked, arena)
    return found, await name_of(found, arena)


async def _foresee_bar(asked: Invocation, arena: Arena) -> Preview:
    who, name = await _who(asked, arena)
    reach = await arena.moderation.reach(asked.community, who)
    running = counted(
        "{n} duel that they are playing goes on.", "{n} duels that they are playing go on.", n=reach.running
    )
    return Preview(
        joined(
            [
                say("{name} will start no duel here, and nobody one with them.", name=name),
                running,
                _out(reach.tournaments),
                _stay(reach.duels),
            ]
        )
    )


def _out(tournaments: int) -> str:
    if not tournaments:
        return ""
    return counted(
        "{n} tournament goes on without them, and their duels in it end.",
        "{n} tournaments go on without them, and their duels there end.",
        n=tournaments,
    )


def _stay(duels_: int) -> str:
    return counted("{n} rated duel of theirs counts as before.", "{n} rated duels of theirs count as before.", n=duels_)


async def _bar(asked: Invocation, arena: Arena) -> Reply:
    who, name = await _who(asked, arena)
    await arena.moderation.bar(asked.community, who, asked.member.id, asked.options["why"], asked.request_id)
    return Reply(say("{name} is barred here. Undo it with /moderate unbar.", name=name))


async def _unbar(asked: Invocation, arena: Arena) -> Reply:
    who, name = await _who(asked, arena)
    await arena.moderation.unbar(asked.community, who, asked.member.id, asked.request_id)
    return Reply(say("{name} may play here again.", name=name))


async def _foresee_hide(asked: Invocation, arena: Arena) -> Preview:
    who, name = await _who(asked, arena)
    reach = await arena.moderation.reach(asked.community, who)
    boards = counted(
        "{name} will not be shown on {n} leaderboard.",
        "{name} will not be shown on {n} leaderboards.",
        n=reach.boards,
        name=name,
    )
    return Preview(joined([boards, _stay(reach.duels)]))


async def _hide(asked: Invocation, arena: Arena) -> Reply:
    who, name = await _who(asked, arena)
    await arena.moderation.hide(asked.community, who, asked.member.id, asked.options["why"], asked.request_id)
    return Reply(say("{name} is on no leaderboard here. Undo it with /moderate unhide.", name=name))


async def _unhide(asked: Invocation, arena: Arena) -> Reply:
    who, name = await _who(asked, arena)
    await arena.moderation.unhide(asked.community, who, asked.member.id, asked.request_id)
    return Reply(say("{name} is shown again.", name=name))


async def _foresee_merge(asked: Invocation, arena: Arena) -> Preview:
    (one, name), (other, into) = await _who(asked, arena), await _who(asked, arena, "into")
    if one == other:
        raise UserError(say("These two count as one already."))
    reach = await arena.moderation.reach(asked.community, one)
    return Preview(
        counted(
            "{n} rated duel of {name} will count as {into}’s; those between the two will count for nobody.",
            "{n} rated duels of {name} will count as {into}’s; those between the two will count for nobody.",
            n=reach.duels,
            name=name,
            into=into,
        )
    )


async def _merge(asked: Invocation, arena: Arena) -> Reply:
    (one, name), (other, into) = await _who(asked, arena), await _who(asked, arena, "into")
    await arena.moderation.merge(asked.community, one, other, asked.member.id, asked.options["why"], asked.request_id)
    return Reply(say("{name} counts as {into} here. Undo it with /moderate split.", name=name, into=into))


async def _split(asked: Invocation, arena: Arena) -> Reply:
    one, name = await _who(asked, arena)
    await arena.moderation.split(asked.community, one, asked.member.id, asked.request_id)
    merged = (await arena.moderation.conduct(asked.community)).merged
    names = await names_of((follower for follower, root in merged.items() if root == str(one)), arena)
    done = say("{name} counts for themselves again.", name=name)
    more = say("As theirs still count: {names}.", names=joined(names.values(), ", ")) if names else ""
    return Reply(joined([done, more]))


async def _foresee_pause(asked: Invocation, arena: Arena) -> Preview:
    running = await arena.moderation.running(asked.community)
    stopped = counted("{n} duel will be adjourned.", "{n} duels will be adjourned.", n=running)
    forever = say("A duel that nobody lets go on within seven days is void.")
    return Preview(joined([say("Nobody will start a duel here until moderators say so."), stopped, forever]))


async def _pause(asked: Invocation, arena: Arena) -> Reply:
    paused = await arena.moderation.pause(asked.community, asked.member.id, asked.options["why"], asked.request_id)
    done = counted("All play rests: {n} duel is adjourned.", "All play rests: {n} duels are adjourned.", n=paused)
    return Reply(joined([done, say("Let it go on with /moderate go-on.")]))


async def _go_on(asked: Invocation, arena: Arena) -> Reply:
    was_paused = bool((await arena.moderation.conduct(asked.community)).paused)
    resumed, waiting = await arena.moderation.go_on(asked.community, asked.member.id, asked.request_id)
    if not (was_paused or resumed):
        return Reply(say("Play is not paused here."))
    done = counted("Play goes on, with {n} duel.", "Play goes on, with {n} duels.", n=resumed)
    more = counted("{n} duel still waits for money.", "{n} duels still wait for money.", n=waiting) if waiting else ""
    return Reply(joined([done, more]))


async def status(asked: Invocation, arena: Arena) -> Reply:
    """Who is barred, hidden or merged, and whether play rests."""
    conduct = await arena.moderation.conduct(asked.community)
    names = await names_of([*conduct.barred, *conduct.hidden, *conduct.merged, *conduct.merged.values()], arena)
    rows = [
        *((say("barred"), names[name], why) for name, why in conduct.barred.items()),
        *((say("hidden"), names[name], why) for name, why in conduct.hidden.items()),
        *((say("counts as"), names[name], names[root]) for name, root in conduct.merged.items()),
    ]
    play = say("All play rests: {why}", why=conduct.paused) if conduct.paused else ""
    text = joined([play, "" if rows else say("Nobody is barred, hidden or merged here.")], "\n")
    heading = (say("what"), say("who"), say("why or whom"))
    return Reply(text or say("What moderators have decided here:"), lines=[heading, *rows] if rows else ())


async def log(asked: Invocation, arena: Arena) -> Reply:
    """What moderators have decided, the newest first; no more is read than is shown, and what came after it."""
    wanted = asked.options["page"]
    lines = await arena.moderation.log(asked.community, wanted * _PAGE + 1)
    if not lines:
        return Reply(say("Moderators have decided nothing here yet."))
    page = min(wanted, -(-len(lines) // _PAGE))
    shown = lines[(page - 1) * _PAGE : page * _PAGE]
    more = len(lines) > page * _PAGE
    people = await arena.people.called([line.by for line in shown])
    names = await names_of([line.about for line in shown if "/" in line.about], arena)
    rows = [
        (clock_utc(line.at_ms), people.person(line.by), line.what, names.get(line.about, line.about[:8]), _told(line))
        for line in shown
    ]
    heading = (say("at"), say("by"), say("what"), say("about"), say("why and what"))
    turning = [
        Button(label, "moderate", "log", {"page": str(number)})
        for label, number, there in ((say("Back"), page - 1, page > 1), (say("Next"), page + 1, more))
        if there
    ]
    text = say("The newest decisions first, page {page}.", page=page)
    return Reply(text, lines=[heading, *rows], buttons=[turning] if turning else ())


def _told(line: Change) -> str:
    change = f"{_short(line.old)} → {_short(line.new)}" if line.old is not None or line.new is not None else ""
    return joined([line.why, change], " · ") if line.why and change else line.why or change


def _short(value: object) -> str:
    return "–" if value is None else str(value)


def _verb(
    name: str, help_: str, run: Callable[..., object], options: Sequence[Option], positional: int, *, shows: bool = True
) -> Verb:
    return Verb(
        name,
        help_,
        run,  # type: ignore[arg-type]
        (*options, SURE) if shows else tuple(options),
        positional=positional,
        rest=_WHY in options,
        form=tuple(option.name for option in options if option.required),
        role=Role.MODERATOR,
    )


COMMAND = CommandSpec(
    "moderate",
    say("What moderators decide: each decision is shown first, noted, and can be undone."),
    (
        *duels.VERBS,
        _verb(
            "bar", say("Let a player or model play here no more."), confirmed(_foresee_bar, _bar), (_PLAYER, _WHY), 2
        ),
        _verb("unbar", say("Let them play again."), _unbar, (_PLAYER,), 1, shows=False),
        _verb("hide", say("Show a player on no leaderboard."), confirmed(_foresee_hide, _hide), (_PLAYER, _WHY), 2),
        _verb("unhide", say("Show them again."), _unhide, (_PLAYER,), 1, shows=False),
        _verb(
            "merge",
            say("Count two ids of one person as one."),
            confirmed(_foresee_merge, _merge),
            (
                Option("player", say("The id that will count as the other."), required=True, completes="players"),
                Option("into", say("The id that stays."), required=True, completes="players"),
                _WHY,
            ),
            3,
        ),
        _verb("split", say("Let a merged id count for itself again."), _split, (_PLAYER,), 1, shows=False),
        _verb("pause", say("Let all duels here rest."), confirmed(_foresee_pause, _pause), (_WHY,), 1),
        _verb("go-on", say("Let them go on."), _go_on, (), 0, shows=False),
        _verb("status", say("Show who is barred, hidden or merged."), status, (), 0, shows=False),
        _verb(
            "log",
            say("Show every decision: who, when and why."),
            log,
            (Option("page", say("Which page."), Kind.INTEGER, default=1, least=1),),
            1,
            shows=False,
        ),
        CONFIRM,
    ),
)
