"""Which of a community's ladders a command means, and what is said of its season."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bot.commands import Invocation
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.seasons import Season
    from engine.arena.standings import Leaderboard
    from engine.model import Community

HERE: Final = "here"
EVERYWHERE: Final = "everywhere"


async def boards(asked: Invocation, arena: Arena) -> list[Leaderboard]:
    """The ladders here that fit what was asked for, those with most duels first."""
    given = {name: asked.options[name] for name in ("game", "season", "moves", "variant") if asked.options.get(name)}
    if "game" in given:
        from engine import games

        given["game"] = games.game(given["game"]).name
    whose = community(asked)
    found = await arena.ladders.of(whose)
    seasons = {season.name: season for season in await arena.seasons.listed(whose)}
    wanted = [
        board
        for board in found
        if given.get("game", board.ladder.game) == board.ladder.game
        and given.get("season", board.ladder.season) == board.ladder.season
        and given.get("moves", board.ladder.modes) == board.ladder.modes
        and given.get("variant", board.ladder.variant) == board.ladder.variant
        and ("season" in given or not _is_archived(seasons, board))
    ]
    # The season that is open first, whichever has had more duels.
    return sorted(wanted, key=lambda board: not _is_open(seasons, board))


def community(asked: Invocation) -> Community:
    """Whose ladders: this community's, or all servers'."""
    if asked.options.get("where") != EVERYWHERE:
        return asked.community
    from engine.arena.ladders import INSTALLATION

    return INSTALLATION


def _is_open(seasons: Mapping[str, Season], board: Leaderboard) -> bool:
    return board.ladder.season not in seasons or seasons[board.ladder.season].is_open


def _is_archived(seasons: Mapping[str, Season], board: Leaderboard) -> bool:
    return board.ladder.season in seasons and seasons[board.ladder.season].archived


async def closed(asked: Invocation, board: Leaderboard, arena: Arena) -> list[str]:
    """That a season is closed, and what was amended since."""
    listed = await arena.seasons.listed(community(asked))
    season = next((one for one in listed if one.name == board.ladder.season), None)
    if season is None or season.is_open:
        return []
    if season.closed_ms is None:
        return [say("This season closes when its last duel has ended.")]
    told = say("This season is closed. Its final standings: /season show {name}", name=season.name)
    amended = counted(
        "{n} duel was ruled on after that; this table has the ruling.",
        "{n} duels were ruled on after that; this table has the rulings.",
        n=len(season.amended),
    )
    return [joined([told, amended if season.amended else ""])]


async def none(asked: Invocation, arena: Arena) -> str:
    """Why there is nothing to show, and what to do."""
    if await arena.ladders.of(community(asked)):
        return say("No ladder here is of that kind. All of them: /leaderboard show")
    return say("No rated duel has ended here yet. Start one: /duel start tic_tac_toe engine/novice engine/perfect")
