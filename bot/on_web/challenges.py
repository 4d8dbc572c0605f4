"""Open challenges as JSON: who asks whom for what, and what the member here can answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import Button, Style
from bot.commands._duel_challenges import price
from bot.on_web.replies import button_json
from bot.on_web.views import Json
from engine import games
from engine.arena import Arena
from engine.arena.challenge import Challenge
from engine.arena.people import Names
from engine.model import SEATS, Player
from engine.sentences import say


async def challenges_json(challenges: Sequence[Challenge], member: str, arena: Arena) -> list[Json]:
    """Challenges by and to a member; people are looked up once for all of them."""
    names = await arena.people.called([person for one in challenges for person in (one.challenger, one.challenged)])
    return [_challenge_json(one, member, names, await price(one, arena)) for one in challenges]


def _challenge_json(challenge: Challenge, member: str, names: Names, costs: str) -> Json:
    game = games.game(challenge.start.game)
    players = challenge.start.players
    side = next((game.seats[seat] for seat in SEATS if players[seat] == Player("human", member)), "")
    return {
        "id": challenge.key,
        "mine": challenge.challenger == member,
        "title": game.title,
        "variant": game.variant(challenge.start.options),
        "from": names.person(challenge.challenger),
        "to": names.person(challenge.challenged),
        "side": side,
        "price": costs,
        "expires_ms": challenge.expires_ms,
        "buttons": [button_json(button) for button in _buttons(challenge, member)],
    }


def _buttons(challenge: Challenge, member: str) -> tuple[Button, ...]:
    which = {"challenge": challenge.key}
    if challenge.challenger == member:
        return (Button(say("Withdraw"), "duel", "withdraw", which),)
    return (
        Button(say("Accept"), "duel", "accept", which, Style.SUCCESS),
        Button(say("Decline"), "duel", "decline", which),
    )
