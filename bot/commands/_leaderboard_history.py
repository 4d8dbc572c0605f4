"""``/leaderboard history``: how ratings came about, as a plot and as a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Invocation, Reply, _figures
from bot.commands import _leaderboard_choice as choice
from bot.commands._duel_naming import names_of, player
from bot.commands._leaderboard_said import interval, rating, ratings_of
from engine.errors import UserError
from engine.sentences import counted, joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.standings import Leaderboard, Standing

MOST_LINES: Final = 6


async def history(asked: Invocation, arena: Arena) -> Reply:
    """The strongest players' ratings over time, or one player's."""
    from engine.arena.rating_history import history as fitted

    boards = await choice.boards(asked, arena)
    if not boards:
        return Reply(await choice.none(asked, arena), private=False)
    found = await fitted(arena.context, boards[0].ladder)
    heading = ratings_of(boards[0])
    if not found.boards:
        text = say(
            "No duel counts on this ladder any more. Start one: /duel start tic_tac_toe engine/novice engine/perfect"
        )
        return Reply(joined([heading, text], ": "), private=False)
    last = found.boards[-1]
    shown = await _wanted(asked, last, arena)
    names = await names_of((one.player for one in shown), arena)
    about = [
        say("{heading}:", heading=heading),
        counted("{n} rated duel.", "{n} rated duels.", n=found.duels),
        *([] if found.whole else [say("Older duels are not looked at.")]),
    ]
    firsts = {one.player: next(filter(None, (board.of(one.player) for board in found.boards))) for one in shown}
    rows = [(names[one.player], rating(firsts[one.player]), rating(one), interval(one)) for one in shown]
    lines = [(say("player"), say("first rating"), say("rating now"), say("95 %")), *rows]
    figure = _figures.history(heading, found.boards, [one.player for one in shown], names) if shown else None
    return Reply(joined(about), private=False, lines=lines if shown else [], figure=figure)


async def _wanted(asked: Invocation, last: Leaderboard, arena: Arena) -> list[Standing]:
    """:raises UserError: when the player that was named is not on the ladder."""
    if not asked.options["player"]:
        return list(last.standings[:MOST_LINES])
    one = last.of(str(await player(asked.options["player"], asked, arena)))
    if one is None:
        raise UserError(say("This player is not on that ladder. See who is: /leaderboard show"))
    return [one]
