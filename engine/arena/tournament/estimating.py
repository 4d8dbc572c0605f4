"""What a tournament may take before it is started: rounds, duels and money."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena.context import Context
from engine.arena.quotes import Quotes
from engine.arena.starting import Start
from engine.arena.tournament.log import State
from engine.model import SEATS, Community, Player
from engine.tournaments.matches import most_games
from engine.tournaments.model import Entrant


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a tournament may take: rounds, duels and money at most, and what it will rather cost."""

    rounds: int
    duels: int
    expected_nano_usd: int
    at_most_nano_usd: int
    unknown: tuple[str, ...] = ()


async def estimate(context: Context, community: Community, state: State) -> Estimate:
    """What it may take, with those who are entered now."""
    names = list(state.signed)
    plan, entrants = state.plan, state.entrants or tuple(Entrant(one, n) for n, one in enumerate(names, 1))
    if len(entrants) < 2:
        return Estimate(0, 0, 0, 0)
    format_ = plan.played_as
    duels = most_games(plan.options, format_.matches(entrants, plan.options))
    # A duel costs what its two players do; each plays about as often as any other.
    quotes = [await _quote(context, community, state, one.id) for one in entrants]
    expected, most = sum(one[0] for one in quotes), sum(one[1] for one in quotes)
    unknown = tuple(name for one in quotes for name in one[2])
    share = 2 * duels / len(entrants)
    return Estimate(
        format_.rounds(entrants, plan.options), duels, round(expected * share), round(most * share), unknown
    )


async def _quote(context: Context, community: Community, state: State, name: str) -> tuple[int, int, tuple[str, ...]]:
    """What one player of a duel costs: half of a duel with itself."""
    plan, player = state.plan, Player.named(name)
    if player.is_human:
        return 0, 0, ()
    start = Start(
        f"quote/{name}",
        community,
        plan.game,
        dict.fromkeys(SEATS, player),
        plan.by,
        options={key: value for key, value in plan.game_options.items() if value is not None},
        mode=plan.mode,
    )
    quote = await Quotes(context).quote(start)
    return quote.expected_nano_usd // 2, quote.at_most_nano_usd // 2, quote.unknown
