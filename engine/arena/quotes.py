"""What a duel will cost, said before it starts; and the starts that wait for somebody to say yes to their price.

The tokens of a ply are measured on the first question of that very duel; a third of its bytes is rather too much for
English. How long a duel mostly is, its game knows; what a reply usually takes, the model's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from engine import games
from engine.arena.challenge import start_from_json, start_to_json
from engine.arena.context import Context, derived_id
from engine.arena.own_keys import OwnKeys
from engine.arena.starting import Start, agreed
from engine.errors import Conflict, NotAllowed, OutOfTurn
from engine.model import SEATS, Community, Document, Entry, Limits, MoveMode, Seat, Terms
from engine.players.llm import opening
from engine.ports import MoveRequest, Rates
from engine.sentences import say

QUOTED: Final = "quoted"
STANDS_MS: Final = 900_000
BYTES_A_TOKEN: Final = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """What a duel costs, in nano-dollars; nothing, when everybody in it is free.

    ``unknown`` names the players whose price nobody knows: they come on top.
    """

    expected_nano_usd: int
    at_most_nano_usd: int
    unknown: tuple[str, ...] = ()

    @property
    def costs(self) -> bool:
        """Whether it costs money as far as is known."""
        return self.at_most_nano_usd > 0


class Quotes:
    """Prices of duels that have not begun."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def quote(self, start: Start) -> Quote:
        """The price of a duel. :raises UserError: when it could not start at all."""
        await OwnKeys(self._context).load_for(start.community, start.players.values())
        terms = agreed(self._context, start, derived_id(start.community, start.request_id))
        roster = self._context.roster.of(start.community)
        rates = {seat: roster.rates(player) for seat, player in terms.players.items() if not player.is_human}
        unknown = [str(terms.players[seat]) for seat, known in rates.items() if known is None]
        priced = {seat: known for seat, known in rates.items() if known and known.ceiling_nano_usd}
        if not priced:
            return Quote(0, 0, tuple(dict.fromkeys(unknown)))
        at_most = _at_most(terms.limits, priced)
        return Quote(min(_expected(terms, priced), at_most), at_most, tuple(dict.fromkeys(unknown)))

    async def keep(self, start: Start) -> str:
        """Keep a start until somebody says yes to its price; what it is called. The same request is kept once."""
        key = derived_id(start.community, start.request_id, QUOTED)
        wake = self._context.clock.now_ms() + STANDS_MS
        with suppress(Conflict):  # kept by the same request before
            await self._context.store.put_document(
                Document(start.community, QUOTED, key, start_to_json(start), wake_at_ms=wake)
            )
        return key

    async def accepted(self, community: Community, key: str, person: str) -> Start:
        """The start whose price a person says yes to; twice is the same duel.

        :raises OutOfTurn: when it is too late. :raises NotAllowed: for anyone but who asked for it.
        """
        found = await self._context.store.document(community, QUOTED, key)
        if found is None or (found.wake_at_ms or 0) <= self._context.clock.now_ms():
            raise OutOfTurn(say("This price no longer stands. Start the duel again to see the newest."))
        start = start_from_json(community, found.body)
        if start.started_by != person:
            raise NotAllowed(say("Only who asked for this duel can start it."))
        return start

    async def sweep(self, limit: int = 100) -> int:
        """Drop the starts that nobody said yes to; how many."""
        due = await self._context.store.due_documents(QUOTED, self._context.clock.now_ms(), limit)
        for document in due:
            with suppress(Conflict):
                await self._context.store.delete_document(document)
        return len(due)


async def _no_history() -> list[Entry]:
    return []


def _expected(terms: Terms, priced: Mapping[Seat, Rates]) -> int:
    """Half of the game's usual plies for each seat, at the price of a question and a usual reply."""
    plies = min(games.game(terms.game).usual_plies, terms.limits.max_plies)
    asked = _question_tokens(terms)
    return sum(-(-plies // len(SEATS)) * known.cost_nano_usd(asked, known.usual_out) for known in priced.values())


def _question_tokens(terms: Terms) -> int:
    """What the first question of the duel takes."""
    game = games.game(terms.game)
    position = game.start(terms.options, terms.seed)
    seat = next(seat for seat in SEATS if seat in game.to_move(position))
    mode = terms.modes.get(seat) or next(iter(terms.modes.values()), MoveMode.FREE)
    request = MoveRequest("", game, position, seat, 0, mode, 0, _no_history)
    return sum(len(message.text.encode()) for message in opening(request, [])) // BYTES_A_TOKEN


def _at_most(limits: Limits, priced: Mapping[Seat, Rates]) -> int:
    """What the duel's own limits allow; each is looked at between plies, so the last ones may go beyond it."""
    last = sum(known.ceiling_nano_usd for known in priced.values())
    bounds = [-(-limits.max_plies // len(SEATS)) * last]
    if limits.max_tokens is not None:
        dearest = max(max(known.nano_usd_per_million_in, known.nano_usd_per_million_out) for known in priced.values())
        bounds.append(-(-limits.max_tokens * dearest // 1_000_000) + last)
    if limits.max_nano_usd is not None:
        bounds.append(limits.max_nano_usd + last)
    return min(bounds)
