"""What is agreed before the first ply: the terms of a duel, and whether it is rated."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import games
from engine.arena.context import Context
from engine.errors import BadOption
from engine.games import AnyGame
from engine.model import SEATS, Community, Limits, MoveMode, Player, Seat, Terms, TimeControl
from engine.options import check, handpicked
from engine.players.llm import PROMPT_VERSION


@dataclass(frozen=True, slots=True)
class Start:
    """What somebody asked for. ``request_id`` is the platform's own id of the request.

    ``channel`` is where the duel is shown, on a platform that has channels, and ``language`` the language there.
    """

    request_id: str
    community: Community
    game: str
    players: Mapping[Seat, Player]
    started_by: str
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    mode: MoveMode | None = None
    time: TimeControl = TimeControl(per_ply_seconds=86_400)
    limits: Limits = Limits()
    rated: bool = True
    channel: str = ""
    language: str = ""


def agreed(context: Context, start: Start, duel_id: str) -> Terms:
    """The terms of what somebody asked for.

    :raises UserError: an unknown game, player or option, or a player that cannot play here.
    """
    game = games.game(start.game)
    options = check(game.options, start.options)
    players = {seat: context.roster.canonical(player, game) for seat, player in start.players.items()}
    programs = {seat: player for seat, player in players.items() if not player.is_human}
    modes = {seat: context.roster.check(player, game, start.mode) for seat, player in programs.items()}
    _refuse_unpriced(context, start.limits, programs)
    return Terms(
        game=game.name,
        players=players,
        seed=_seed(context, duel_id) if start.seed is None else start.seed,
        options=options,
        modes={seat: mode for seat, mode in modes.items() if mode is not None},
        time=start.time,
        limits=start.limits,
        rated=start.rated and _fair(game, start, players),
        rules_version=game.rules_version,
        prompt_version=PROMPT_VERSION,
        community=start.community,
        started_by=start.started_by,
    )


def _seed(context: Context, duel_id: str) -> int:
    """48 bits that nobody outside can foresee: who could would choose a request id for a start they like."""
    return int.from_bytes(hmac.digest(context.secret, f"seed|{duel_id}".encode(), "sha256")[:6])


def _refuse_unpriced(context: Context, limits: Limits, programs: Mapping[Seat, Player]) -> None:
    if limits.max_nano_usd is None:
        return
    for player in programs.values():
        if not context.roster.priced(player):
            raise BadOption(f"Nobody knows the price of {player}, so a budget cannot be kept: use max-tokens.")


def _fair(game: AnyGame, start: Start, players: Mapping[Seat, Player]) -> bool:
    """Rated means two different players who agreed to it, no hand-picked seed or start, and the usual limits."""
    first, second = (players[seat] for seat in SEATS)
    willing = {Player("human", start.started_by)}
    return (
        first != second
        and start.seed is None
        and start.limits == Limits()
        and not handpicked(game.options, start.options)
        and all(player in willing for player in players.values() if player.is_human)
    )
