"""``/duel match``: pairs of games between two programs until it is clear who is better, or that nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands import Acknowledged, Invocation, Reply, Verb
from bot.commands import _tournament_said as said
from bot.commands._confirming import SURE, Preview, confirmed
from bot.commands._duel_naming import PLAYER_HELP, player
from bot.typed import settings
from engine.errors import BadOption
from engine.model import MoveMode, Seat
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.tournament.plan import Plan
    from engine.model import Player

_FORMAT: Final = "match"


async def _foresee(asked: Invocation, arena: Arena) -> Preview:
    from engine.arena.tournament.log import SignedUp, State
    from engine.arena.tournament.plan import checked

    players = await _players(asked, arena)
    plan = checked(_plan(asked, players))
    await _require_start(asked, players, arena)
    signed = {str(one): SignedUp(str(one), asked.member.id, place) for place, one in enumerate(players, 1)}
    estimate = await arena.tournaments.estimate(asked.community, State(plan, signed=signed))
    until = say(
        "It ends when one is better by {elo1:g} Elo, when neither is, or after {n} pairs of games.",
        elo1=plan.options["elo1"],
        n=plan.options["cycles"],
    )
    return Preview(joined([plan.name, joined([until, said.estimate(estimate)])], "\n"))


async def _match(asked: Invocation, arena: Arena) -> Reply:
    players = await _players(asked, arena)
    await _require_start(asked, players, arena)
    host, hosting = asked.member.id, arena.tournaments
    tournament_id = await hosting.create(asked.community, _plan(asked, players), asked.request_id)
    listed = await hosting.records.find(asked.community, tournament_id)
    state = await hosting.records.load(asked.community, tournament_id)
    for one in players:
        if str(one) not in state.signed:
            await hosting.join(asked.community, listed, one, host, host=True)
    if not state.entrants:
        await hosting.start(asked.community, listed, host, [str(one) for one in players])
    how = say("See how it stands: /tournament status {id}", id=listed.id[:8])
    return Reply(joined([say("The match begins: {name}.", name=listed.name), how]), private=False)


async def _players(asked: Invocation, arena: Arena) -> tuple[Player, Player]:
    first, second = [await player(asked.options[name], asked, arena) for name in ("first", "second")]
    if first == second:
        raise BadOption(say("Name two different players."))
    if first.is_human or second.is_human:
        raise BadOption(say("A match is played by programs: people would have to be asked for every game."))
    return first, second


def _plan(asked: Invocation, players: tuple[Player, Player]) -> Plan:
    from engine.arena.tournament.plan import LONGEST_NAME, Plan

    options = asked.options
    budget = options["budget"]
    first, second = players
    return Plan(
        name=f"{first} – {second}"[:LONGEST_NAME],
        format=_FORMAT,
        game=options["game"],
        by=asked.member.id,
        options={"cycles": options["pairs"], "elo1": options["elo"]},
        game_options=settings(options["settings"]),
        mode=MoveMode(options["moves"]) if options["moves"] else None,
        at_once=2,
        budget_nano_usd=None if budget is None else said.nano(budget),
        open=False,
        quiet=True,
        channel=asked.channel,
        language=asked.community_locale,
    )


async def _require_start(asked: Invocation, players: tuple[Player, Player], arena: Arena) -> None:
    """:raises NotAllowed: when this member could not start one of its duels."""
    from engine.arena.starting import Start

    seats = dict(zip(Seat, players, strict=True))
    await arena.admission.look(
        Start(
            asked.request_id,
            asked.community,
            asked.options["game"],
            seats,
            asked.member.id,
            channel=asked.channel,
            role=asked.role,
        )
    )


VERBS: Final = (
    Verb(
        "match",
        say("Let two programs play until it is clear who is better."),
        confirmed(_foresee, _match),
        (
            Option("game", say("Which game."), required=True, completes="games"),
            Option("first", PLAYER_HELP, required=True, completes="players"),
            Option("second", PLAYER_HELP, required=True, completes="players"),
            Option("pairs", say("Pairs of games at most."), Kind.INTEGER, default=50, least=1, most=1000),
            Option(
                "elo",
                say("How much better counts, in Elo; less takes longer."),
                Kind.NUMBER,
                default=50,
                least=1,
                most=500,
            ),
            Option("budget", say("What it may cost in all, in dollars."), Kind.NUMBER, least=0.01, most=100_000),
            Option("moves", say("What models are given to answer with."), choices=("free", "listed", "constrained")),
            Option("settings", say("Settings of the game: opening:random")),
            SURE,
        ),
        positional=3,
        settings=True,
        form=("game", "first", "second"),
        acknowledged=Acknowledged.PRIVATE,
    ),
)
