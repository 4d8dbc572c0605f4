"""What is agreed before the first ply: the terms of a duel, and whether it is rated."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import games
from engine.arena.context import Context
from engine.errors import BadOption, UserError
from engine.games import AnyGame
from engine.model import SEATS, Community, Head, Limits, MoveMode, Player, Role, Seat, Status, Terms, TimeControl
from engine.options import check, handpicked
from engine.players.llm import PROMPT_VERSION
from engine.ports import Roster
from engine.sentences import both, joined, say


@dataclass(frozen=True, slots=True)
class Start:
    """What somebody asked for. ``request_id`` is the platform's own id of the request.

    ``channel`` is where the duel is shown, on a platform that has channels, and ``language`` the language there.
    The seeds of a ``tournament`` are not hand-picked: it draws one for both games of a pair.
    ``agreed`` are the ids of further people who agreed to these terms. ``role`` is the starter's in the community.
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
    agreed: frozenset[str] = frozenset()
    role: Role = Role.MEMBER
    tournament: str = ""

    @property
    def unasked(self) -> list[str]:
        """The ids of people who would be seated without having been asked."""
        willing = self.agreed | {self.started_by}
        seated = dict.fromkeys(player.id for player in self.players.values() if player.is_human)
        return [person for person in seated if person not in willing]


def swapped(head: Head, started_by: str, request_id: str) -> Start:
    """The same terms with the seats swapped and a new seed: a rematch.

    :raises UserError: while the duel is being played.
    """
    if head.status is not Status.OVER:
        raise UserError(say("This duel is still being played. A rematch can follow when it is over."))
    terms = head.terms
    modes = set(terms.modes.values())
    return Start(
        request_id=request_id,
        community=terms.community,
        game=terms.game,
        players={seat: terms.players[seat.other] for seat in SEATS},
        started_by=started_by,
        options={name: value for name, value in terms.options.items() if value is not None},
        mode=modes.pop() if len(modes) == 1 else None,
        time=terms.time,
        limits=terms.limits,
        rated=terms.rated,
    )


def agreed(context: Context, start: Start, duel_id: str) -> Terms:
    """The terms of what somebody asked for.

    :raises UserError: an unknown game, player or option, options that do not fit together, or a player that cannot
        play here.
    """
    game = games.game(start.game)
    options = check(game.options, start.options)
    seed = _seed(context, duel_id) if start.seed is None else start.seed
    game.start(options, seed)
    roster = context.roster.of(start.community)
    players = {seat: roster.canonical(player, game) for seat, player in start.players.items()}
    programs = {seat: player for seat, player in players.items() if not player.is_human}
    modes = {seat: roster.check(player, game, start.mode) for seat, player in programs.items()}
    refuse_unpriced(roster, start.limits, programs.values())
    return Terms(
        game=game.name,
        players=players,
        seed=seed,
        options=options,
        modes={seat: mode for seat, mode in modes.items() if mode is not None},
        time=start.time,
        limits=start.limits,
        rated=start.rated and _fair(game, start, players),
        rules_version=game.rules_version,
        prompt_version=PROMPT_VERSION,
        community=start.community,
        started_by=start.started_by,
        tournament=start.tournament,
    )


def _seed(context: Context, duel_id: str) -> int:
    """48 bits that nobody outside can foresee: who could would choose a request id for a start they like."""
    return int.from_bytes(hmac.digest(context.secret, f"seed|{duel_id}".encode(), "sha256")[:6])


def refuse_unpriced(roster: Roster, limits: Limits, programs: Iterable[Player]) -> None:
    """:raises BadOption: when a budget is to be kept for a player whose price nobody knows."""
    if limits.max_nano_usd is None:
        return
    for player in programs:
        if not roster.priced(player):
            raise BadOption(
                say(
                    "Nobody knows the price of {player}, so a budget cannot be kept: use max-tokens.",
                    player=str(player),
                )
            )


def costs(roster: Roster, player: Player) -> bool:
    """Whether a player's plies cost money, as far as is known: one whose price nobody knows may."""
    if player.is_human:
        return False
    rates = roster.rates(player)
    return rates is None or rates.ceiling_nano_usd > 0


def why_casual(context: Context, start: Start) -> str:
    """Why a duel that was asked for as rated counts on no ladder; empty when it does, or was asked for as casual."""
    game, roster = games.game(start.game), context.roster.of(start.community)
    players = {seat: roster.canonical(player, game) for seat, player in start.players.items()}
    reasons = list(_against_rating(game, start, players)) if start.rated else []
    return say("It is casual: {reasons}.", reasons=both(reasons)) if reasons else ""


def _fair(game: AnyGame, start: Start, players: Mapping[Seat, Player]) -> bool:
    """Rated means two different players who agreed to it, no hand-picked seed or start, and the usual limits."""
    return not any(_against_rating(game, start, players))


def _against_rating(game: AnyGame, start: Start, players: Mapping[Seat, Player]) -> Iterator[str]:
    first, second = (players[seat] for seat in SEATS)
    if first == second:
        yield say("one player has both seats")
    if start.seed is not None and not start.tournament:
        yield say("the seed was chosen by hand")
    if picked := handpicked(game.options, start.options):
        yield say("the start was chosen by hand ({options})", options=joined(picked, ", "))
    if start.limits != Limits():
        yield say("it has other limits than usual")
    if start.unasked:
        yield say("not everybody in it has agreed to it")
