"""How a leaderboard's figures are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.commands._duel_naming import title
from engine.sentences import say

if TYPE_CHECKING:
    from engine.arena.standings import Leaderboard, Standing


_NO_MODELS: Final = "none"
RESULTS: Final = "results"
EFFORT: Final = "effort"


def heading_of(board: Leaderboard) -> str:
    """Which ladder it is."""
    ladder = board.ladder
    return say(
        "Leaderboard of {game} ({variant}, {moves}), season {season}",
        game=title(ladder.game),
        variant=ladder.variant,
        moves=moves_of(ladder.modes),
        season=ladder.season,
    )


def ratings_of(board: Leaderboard) -> str:
    """Which ladder's ratings."""
    ladder = board.ladder
    return say(
        "Ratings of {game} ({variant}, {moves}), season {season}",
        game=title(ladder.game),
        variant=ladder.variant,
        moves=moves_of(ladder.modes),
        season=ladder.season,
    )


def moves_of(modes: str) -> str:
    """The move modes of a ladder's models."""
    return say("no models") if modes == _NO_MODELS else say("moves: {moves}", moves=modes)


def rating(one: Standing) -> str:
    """On the Elo scale."""
    return f"{one.elo:.0f}"


def interval(one: Standing) -> str:
    """Where the rating lies with 95 %."""
    return f"{one.low:.0f}–{one.high:.0f}"


def _results(one: Standing, name: str) -> tuple[str, ...]:
    results = f"{one.wins}–{one.draws}–{one.losses}"
    return str(one.rank), name, rating(one), interval(one), str(one.duels), results


def _effort(one: Standing, name: str) -> tuple[str, ...]:
    seconds = f"{one.seconds_a_duel:.0f}"
    return str(one.rank), name, f"{one.failed_per_100:.1f}", str(one.forfeits), seconds, dollars_of(one.usd_a_duel)


def dollars_of(dollars: float) -> str:
    """What something cost on average."""
    return f"${dollars:.4f}" if dollars else "–"


VIEWS: Final[dict[str, tuple[tuple[str, ...], Callable[[Standing, str], tuple[str, ...]]]]] = {
    RESULTS: (
        (say("rank"), say("player"), say("rating"), say("95 %"), say("duels"), say("won–drawn–lost")),
        _results,
    ),
    EFFORT: (
        (
            say("rank"),
            say("player"),
            say("failed attempts per 100 plies"),
            say("forfeits"),
            say("seconds a duel"),
            say("cost a duel"),
        ),
        _effort,
    ),
}
