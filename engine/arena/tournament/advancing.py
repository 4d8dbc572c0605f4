"""What the arena does by itself: it starts duels, writes down results, and pairs the next round when one is complete.

Every step is one conditional entry, or a duel whose id derives from its place; so whoever takes the next step, and
however often, it is taken once. A crash costs nothing: the sweeper takes up where the log ends.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.duels import Duels
from engine.arena.quotes import Quotes
from engine.arena.safely import safely
from engine.arena.starting import Start
from engine.arena.tournament.log import Body, Phase, State, paired, resulted, unplayed
from engine.arena.tournament.pairing import next_round
from engine.arena.tournament.records import Listed, Records
from engine.arena.tournament.starting import start_of
from engine.errors import Conflict, NotAllowed, UserError
from engine.model import SEATS, Community, Head, Player, Role, Seat, Status
from engine.sentences import say
from engine.tournaments.matches import goes_on, opening_seed
from engine.tournaments.model import Leaving, Pairing, Result

ATTEMPTS: Final = 3
"""So often a game is begun that turns out void; then its match is cancelled."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Game:
    """One duel of a match: which pair, which of its two, and which attempt."""

    pairing: Pairing
    pair: int
    leg: int
    attempt: int = 0

    @property
    def seats(self) -> dict[Seat, Player]:
        """Who sits where: seats are swapped in the second game of a pair."""
        sides = (self.pairing.first, self.pairing.second)
        return {seat: Player.named(sides[(index + self.leg) % 2]) for index, seat in enumerate(SEATS)}

    @property
    def seed(self) -> int:
        """Of the opening, which both games of a pair share."""
        one = self.pairing
        return one.seed if self.pair == 1 else opening_seed(one.seed, self.pair, one.table)

    def request(self, tournament_id: str) -> str:
        """The request that starts it, from which its duel's id derives."""
        place = (self.pairing.round, self.pairing.table, self.pair, self.leg, self.attempt)
        return "/".join([tournament_id, *map(str, place)])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a match stands: its result if it has one, the games to begin, the duels under way, what it has cost."""

    result: Result | None
    begin: tuple[Game, ...]
    running: tuple[Head, ...]
    nano_usd: int


class Advancing:
    """Carries tournaments on."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._records = Records(context)
        self._duels = Duels(context)

    async def sweep(self, limit: int = 100) -> int:
        """Carry on whatever wants it; how many."""
        due = await self._records.due(limit)
        for one in due:
            try:
                await self.advance(one.community, one.id)
            except Exception:
                # Whatever it is, the others must be carried on too; this one is looked at again.
                log.exception("tournament %s cannot be carried on now", one.id)
            await safely(self._look_again(one), one.id)
        return len(due)

    async def _look_again(self, one: Listed) -> None:
        await self._records.look_again(one, await self._records.load(one.community, one.id))

    async def advance(self, community: Community, tournament_id: str) -> State:
        """Take every step that can be taken now."""
        while True:
            state = await self._records.load(community, tournament_id)
            try:
                step = await self._step(community, tournament_id, state)
            except Conflict:
                continue  # somebody else has taken it
            if step is None:
                return state

    async def _step(self, community: Community, tournament_id: str, state: State) -> State | None:
        """One entry further; ``None`` when nothing is to be done for now."""
        now = self._context.clock.now_ms()
        if state.phase is Phase.SIGN_UP and state.plan.starts_ms is not None and state.plan.starts_ms <= now:
            return await self._append(community, tournament_id, state, await start_of(self._context, community, state))
        if state.phase is not Phase.RUNNING:
            return None
        if barred := await self._barred(community, state):
            number = len(state.played) + 1
            gone = {"kind": "left", "player": barred, "why": Leaving.DISQUALIFIED, "from_round": number, "by": "arena"}
            return await self._append(community, tournament_id, state, gone)
        open_ = unplayed(state)
        if not open_:
            return await self._pair(community, tournament_id, state)
        return await self._play(community, tournament_id, state, list(open_))

    async def _append(self, community: Community, tournament_id: str, state: State, body: Body) -> State:
        return await self._records.append(community, tournament_id, state, body)

    async def _barred(self, community: Community, state: State) -> str | None:
        """Somebody in it whom moderators have barred meanwhile."""
        conduct = await conduct_of(self._context, community)
        return next((one.id for one in state.here if conduct.why_barred(Player.named(one.id))), None)

    async def _pair(self, community: Community, tournament_id: str, state: State) -> State:
        try:
            found = await next_round(state)
        except NotAllowed as refused:  # those who are left cannot play it
            body: Body = {"kind": "cancelled", "by": "arena", "why": refused.text}
        else:
            body = {"kind": "finished"} if found is None else paired(found)
        return await self._append(community, tournament_id, state, body)

    async def _play(self, community: Community, tournament_id: str, state: State, open_: list[Pairing]) -> State | None:
        """Write the next result down, or begin what may be begun."""
        left = {one.id for one in state.entrants if one.left is not None}
        found: list[Standing] = []
        for pairing in open_:
            stands = await self._standing(community, tournament_id, state, pairing)
            if stands.result is None and (absent := left & pairing.both):
                await self._call_off(stands)
                # What was called off has cost something too.
                cost = (await self._standing(community, tournament_id, state, pairing)).nano_usd
                stands = replace(stands, result=Result(pairs=0, absent=frozenset(absent)), nano_usd=cost)
            if stands.result is not None:
                entry = resulted(pairing, stands.result, stands.nano_usd)
                return await self._append(community, tournament_id, state, entry)
            found.append(stands)
        return await self._begin(community, tournament_id, state, found)

    async def _call_off(self, stands: Standing) -> None:
        """Nobody needs these games any more."""
        for head in stands.running:
            try:
                await self._duels.call_off(head.duel_id, say("Who plays in it has left the tournament."))
            except UserError:
                log.info("duel %s has just ended", head.duel_id)

    async def _standing(self, community: Community, tournament_id: str, state: State, pairing: Pairing) -> Standing:
        """A match from its duels: they alone say how it stands."""
        points, spent, pair = [0.0, 0.0], 0, 0
        while True:
            pair += 1
            begin: list[Game] = []
            running: list[Head] = []
            for leg in (0, 1):
                game, head, cost = await self._newest(community, tournament_id, Game(pairing, pair, leg))
                spent += cost
                if head is None and game.attempt >= ATTEMPTS:
                    return Standing(Result(points[0], points[1], pair - 1, cancelled=True), (), (), spent)
                if head is None:
                    begin.append(game)
                elif head.status is not Status.OVER:
                    running.append(head)
                else:
                    for side, share in _shares(head, game):
                        points[side] += share
            if begin or running:
                return Standing(None, tuple(begin), tuple(running), spent)
            result = Result(points[0], points[1], pair)
            if not goes_on(state.plan.options, result):
                return Standing(result, (), (), spent)

    async def _newest(self, community: Community, tournament_id: str, game: Game) -> tuple[Game, Head | None, int]:
        """The attempt at a game that counts or is under way, its duel, and what the void ones before it cost."""
        spent = 0
        for attempt in range(ATTEMPTS):
            tried = replace(game, attempt=attempt)
            head = await self._context.store.head(derived_id(community, tried.request(tournament_id)))
            if head is None:
                return tried, None, spent
            if head.status is Status.OVER:
                spent += await self._cost(head)
            if head.status is not Status.OVER or (head.outcome and not head.outcome.void):
                return tried, head, spent
        return replace(game, attempt=ATTEMPTS), None, spent

    async def _cost(self, head: Head) -> int:
        if all(player.is_human for player in head.terms.players.values()):
            return 0
        state = await self._context.load(head.duel_id)
        return sum(tally.cost_nano_usd for tally in state.tallies)

    async def _begin(
        self, community: Community, tournament_id: str, state: State, found: list[Standing]
    ) -> State | None:
        """Begin games as long as there is room for them, and money."""
        running = sum(len(one.running) for one in found)
        room = state.plan.at_once - running
        held = await self._held(state, found)
        for game in _games(found):
            if room <= 0:
                return None
            start = self._start(community, tournament_id, state, game)
            try:
                most = await self._most(state, start)
                if state.plan.budget_nano_usd is not None and held + most > state.plan.budget_nano_usd:
                    why = say("The tournament's budget does not suffice for the next duel.")
                    return await self._pause(community, tournament_id, state, why) if not running else None
                await self._duels.start(start)
                held += most
            except NotAllowed as refused:
                log.info("tournament %s begins no duel now: %s", tournament_id, refused.text)
                return await self._refused(community, tournament_id, state, refused, running)
            except UserError as error:
                return await self._pause(community, tournament_id, state, error.text)
            running += 1
            room -= 1
        return None

    async def _refused(
        self, community: Community, tournament_id: str, state: State, refused: NotAllowed, running: int
    ) -> State | None:
        """Where nothing runs that will make room, its host has to do something."""
        if running:
            return None
        return await self._pause(community, tournament_id, state, refused.text)

    async def _pause(self, community: Community, tournament_id: str, state: State, why: str) -> State:
        body = {"kind": "paused", "by": "arena", "why": why}
        return await self._append(community, tournament_id, state, body)

    async def spent(self, community: Community, tournament_id: str, state: State) -> int:
        """What its duels have cost, those of matches without a result included."""
        open_ = [await self._standing(community, tournament_id, state, one) for one in unplayed(state)]
        return state.spent + sum(one.nano_usd for one in open_)

    async def _held(self, state: State, found: list[Standing]) -> int:
        """What was spent, and what may still be by the duels under way; nothing where nobody asks."""
        if state.plan.budget_nano_usd is None:
            return 0
        held = state.spent + sum(one.nano_usd for one in found)
        for head in (head for one in found for head in one.running):
            start = self._game_start(head.terms.community, state, dict(head.terms.players))
            held += (await Quotes(self._context).quote(start)).at_most_nano_usd
        return held

    async def _most(self, state: State, start: Start) -> int:
        if state.plan.budget_nano_usd is None:
            return 0
        return (await Quotes(self._context).quote(start)).at_most_nano_usd

    def _start(self, community: Community, tournament_id: str, state: State, game: Game) -> Start:
        return replace(
            self._game_start(community, state, game.seats),
            request_id=game.request(tournament_id),
            seed=game.seed,
            tournament=tournament_id,
        )

    def _game_start(self, community: Community, state: State, seats: dict[Seat, Player]) -> Start:
        plan = state.plan
        return Start(
            request_id="",
            community=community,
            game=plan.game,
            players=seats,
            started_by=plan.by,
            options={name: value for name, value in plan.game_options.items() if value is not None},
            mode=plan.mode,
            time=plan.time,
            channel=plan.shown_in,
            language=plan.language,
            agreed=frozenset(player.id for player in seats.values() if player.is_human),
            role=Role.HOST,
        )


def _games(found: list[Standing]) -> Iterator[Game]:
    """What may be begun, a game of each match before the second of any."""
    for leg in (0, 1):
        for one in found:
            yield from (game for game in one.begin if game.leg == leg)


def _shares(head: Head, game: Game) -> Iterator[tuple[int, float]]:
    """Points of a game for both sides of its match."""
    assert head.outcome is not None  # noqa: S101 - it is over
    winner = head.outcome.winner
    for index, seat in enumerate(SEATS):
        yield (index + game.leg) % 2, 0.5 if winner is None else float(winner is seat)
