"""``/season``: ladders begin anew, and those of before are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Acknowledged, CommandSpec, Invocation, Reply, Verb
from bot.commands._confirming import SURE, Preview, confirmed
from bot.commands._duel_naming import names_of, title
from bot.commands._times import day
from engine.model import Role
from engine.options import Option
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.arena import Arena
    from engine.arena.seasons import Closing, Season
    from engine.arena.standings import Leaderboard

_TOP: Final = 3
_NAME: Final = Option("name", say("Which season."), required=True)


async def list_(asked: Invocation, arena: Arena) -> Reply:
    """All seasons."""
    found = await arena.seasons.listed(asked.community)
    rows = [(season.name, _state(season), day(season.opened_ms or None), day(season.closed_ms)) for season in found]
    heading = (say("season"), say("state"), say("opened"), say("closed"))
    return Reply(say("Seasons, the newest first:"), private=False, lines=[heading, *rows])


async def show(asked: Invocation, arena: Arena) -> Reply:
    """The final standings of a season, as they were told."""
    season = await arena.seasons.season(asked.community, asked.options["name"])
    if season.closed_ms is None:
        how = say("See how it stands: /leaderboard show season:{name}", name=season.name)
        return Reply(joined([say("Season {name} is not closed yet.", name=season.name), how]), private=False)
    boards = await arena.seasons.final(asked.community, season.name)
    return Reply(await final_standings(season, boards, arena), private=False)


async def final_standings(season: Season, boards: Sequence[Leaderboard], arena: Arena) -> str:
    """Who came first on each ladder of a season that is closed; what was amended since."""
    names = await names_of((line.player for board in boards for line in board.standings[:_TOP]), arena)
    head = say("Season {name} is closed, and these are its final standings.", name=season.name)
    none = [] if boards else [say("No rated duel was played in it.")]
    amended = [_amended(season)] if season.amended else []
    told = [
        say("{ladder}: {first}", ladder=_ladder(board), first=joined(list(_places(board, names)), ", "))
        for board in boards
    ]
    return joined([head, *none, *told, await _foretold(season, arena), *amended], "\n")


async def _foretold(season: Season, arena: Arena) -> str:
    """Who had most points for predictions; empty when nobody staked any."""
    called = await arena.people.called([who for _, who, _ in season.predictors])
    places = [
        say("{rank}. {name} {points}", rank=rank, name=called.person(who), points=points)
        for rank, who, points in season.predictors
    ]
    return say("Predictions: {first}", first=joined(places, ", ")) if places else ""


def _places(board: Leaderboard, names: Mapping[str, str]) -> Iterator[str]:
    for line in board.standings[:_TOP]:
        yield say(
            "{rank}. {name} {elo:.0f} ({low:.0f}–{high:.0f})",
            rank=line.rank,
            name=names[line.player],
            elo=line.elo,
            low=line.low,
            high=line.high,
        )


def _ladder(board: Leaderboard) -> str:
    ladder = board.ladder
    return say(
        "{game} ({variant}, moves: {moves})", game=title(ladder.game), variant=ladder.variant, moves=ladder.modes
    )


def _amended(season: Season) -> str:
    return counted(
        "Amended since: {n} duel was ruled on. /leaderboard show season:{name} has it.",
        "Amended since: {n} duels were ruled on. /leaderboard show season:{name} has them.",
        n=len(season.amended),
        name=season.name,
    )


async def _foresee_open(asked: Invocation, arena: Arena) -> Preview:
    return Preview(_closing(await arena.seasons.foresee(asked.community, asked.options["name"] or "")))


def _closing(closing: Closing) -> str:
    return joined(
        [
            say("Season {name} closes, and duels start in season {next}.", name=closing.season, next=closing.next),
            counted("{n} leaderboard of it is kept.", "{n} leaderboards of it are kept.", n=closing.ladders),
            _waiting(closing.season, closing.running),
        ]
    )


def _waiting(season: str, running: int) -> str:
    if not running:
        return say("The final standings of season {name} are told in a few minutes.", name=season)
    return counted(
        "{n} duel of season {name} is being played: its final standings are told when that has ended.",
        "{n} duels of season {name} are being played: its final standings are told when they have ended.",
        n=running,
        name=season,
    )


async def _open(asked: Invocation, arena: Arena) -> Reply:
    closing = await arena.seasons.open(
        asked.community,
        asked.options["name"] or "",
        asked.member.id,
        asked.request_id,
        asked.channel,
        asked.community_locale,
    )
    opened = say("Season {next} is open.", next=closing.next)
    return Reply(joined([opened, _waiting(closing.season, closing.running)]), private=False)


async def archive(asked: Invocation, arena: Arena) -> Reply:
    """Show a season's leaderboards only to who asks for them."""
    season = await arena.seasons.archive(asked.community, asked.options["name"], archived=True)
    return Reply(say("Season {name} is archived: /leaderboard show season:{name} still has it.", name=season.name))


async def unarchive(asked: Invocation, arena: Arena) -> Reply:
    """Show them to everybody again."""
    season = await arena.seasons.archive(asked.community, asked.options["name"], archived=False)
    return Reply(say("Season {name} is among the leaderboards again.", name=season.name))


def _state(season: Season) -> str:
    if season.is_open:
        return say("open")
    if season.closed_ms is None:
        return say("closing")
    return say("archived") if season.archived else say("closed")


COMMAND = CommandSpec(
    "season",
    say("Seasons: ladders begin anew, and those of before are kept."),
    (
        Verb("list", say("List the seasons."), list_, acknowledged=Acknowledged.PUBLIC),
        Verb(
            "show",
            say("Show a season's final standings."),
            show,
            (_NAME,),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "open",
            say("Open the next season; the one that is open closes."),
            confirmed(_foresee_open, _open),
            (Option("name", say("What it is called; the next number if you leave it out."), most=20), SURE),
            positional=1,
            role=Role.MODERATOR,
        ),
        Verb(
            "archive",
            say("Show a season's leaderboards only to who asks for them."),
            archive,
            (_NAME,),
            positional=1,
            role=Role.MODERATOR,
        ),
        Verb("unarchive", say("Show them to everybody again."), unarchive, (_NAME,), positional=1, role=Role.MODERATOR),
    ),
)
