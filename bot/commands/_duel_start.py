"""``/duel start``, ``challenge`` and ``rematch``: a duel begins, or somebody is asked for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands import Button, Invocation, Reply, Style, Verb, _arena_money, _duel_challenges
from bot.commands._duel_naming import NEWEST, heading, person, player, title
from bot.typed import settings
from engine.model import Limits, MoveMode, Player, Seat, Status, TimeControl
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.starting import Start
    from engine.model import Head


async def start(asked: Invocation, arena: Arena) -> Reply:
    """Start a duel in the channel; a member who would be seated without being asked is challenged instead."""
    title(asked.options["game"])
    players = {
        Seat.FIRST: await player(asked.options["first"], asked, arena),
        Seat.SECOND: await player(asked.options["second"], asked, arena),
    }
    return await _begin(await _wanted(asked, players, arena), asked, arena)


async def challenge(asked: Invocation, arena: Arena) -> Reply:
    """Ask another member for a duel."""
    title(asked.options["game"])
    me = Player("human", asked.member.id)
    other = Player("human", (await person(asked.options["opponent"], asked, arena)).id)
    seat = Seat(asked.options["seat"]) if asked.options["seat"] else _drawn(asked, arena)
    return await _begin(await _wanted(asked, {seat: me, seat.other: other}, arena), asked, arena, challenging=True)


def _drawn(asked: Invocation, arena: Arena) -> Seat:
    """A seat by lot: nobody can foresee it, and the same request draws the same."""
    import hmac

    drawn = hmac.digest(arena.context.secret, f"seat|{asked.request_id}".encode(), "sha256")
    return Seat.FIRST if drawn[0] & 1 else Seat.SECOND


async def rematch(asked: Invocation, arena: Arena) -> Reply:
    """Play a finished duel again with the seats swapped; pressing twice starts one.

    Whoever let a program play on is seated again: a rematch is between those who agreed to the duel.
    """
    from engine.arena.starting import swapped

    old = await arena.duels.find(asked.community, asked.options["duel"])
    old = replace(old, terms=await arena.duels.agreed(old.duel_id))
    for open_one in await arena.challenges.open_of(asked.community, asked.member.id):
        if open_one.rematch_of == old.duel_id and open_one.challenged == asked.member.id:
            head = await arena.challenges.accept(asked.community, open_one.key, asked.member.id)
            return await _started(head, open_one.start, arena)
    wanted = swapped(old, asked.member.id, asked.request_id)
    if not wanted.unasked:
        wanted = replace(wanted, request_id=await _once(old, asked, arena))
    return await _begin(wanted, asked, arena, rematch_of=old.duel_id)


async def _once(old: Head, asked: Invocation, arena: Arena) -> str:
    """The same request for all presses of one person, as long as the rematch that it started is being played."""
    from engine.arena.context import derived_id

    request = f"rematch|{old.duel_id}|{asked.member.id}"
    started = await arena.context.store.head(derived_id(asked.community, request))
    return asked.request_id if started and started.status is Status.OVER else request


async def _begin(
    wanted: Start, asked: Invocation, arena: Arena, *, challenging: bool = False, rematch_of: str = ""
) -> Reply:
    from engine.arena.starting import why_casual

    wanted = replace(wanted, channel=asked.channel, language=asked.community_locale or asked.locale, role=asked.role)
    if not (challenging or wanted.unasked):
        return await _priced(wanted, asked, arena)
    offered = await arena.challenges.offer(
        wanted, answer_to=asked.answer_to, locale=asked.locale, rematch_of=rematch_of
    )
    names = await arena.people.called([offered.challenged])
    text = say(
        "You challenged {name} to {game}. They have five minutes to accept; the challenge is {id}.",
        name=names.person(offered.challenged),
        game=title(wanted.game),
        id=offered.key[:8],
    )
    text = joined([text, why_casual(arena.context, offered.start), await _duel_challenges.price(offered, arena)])
    return Reply(text, buttons=((Button(say("Withdraw"), "duel", "withdraw", {"challenge": offered.key}),),))


async def _priced(wanted: Start, asked: Invocation, arena: Arena) -> Reply:
    """Start a duel that is free, or whose price was accepted; else say the price first."""
    quote = await arena.quotes.quote(wanted)
    if not quote.costs or asked.options.get("price") == _ACCEPTED:
        return await _started(await arena.duels.start(wanted), wanted, arena)
    await arena.admission.look(wanted)
    go_on = say("Press the button to start it, or add price:{accepted} to the command.", accepted=_ACCEPTED)
    button = Button(say("Start"), "duel", "confirm", {"start": await arena.quotes.keep(wanted)}, Style.SUCCESS)
    return Reply(joined([_arena_money.said(quote), go_on]), buttons=((button,),))


async def confirm(asked: Invocation, arena: Arena) -> Reply:
    """Start the duel whose price was said."""
    wanted = await arena.quotes.accepted(asked.community, asked.options["start"], asked.member.id)
    return await _started(await arena.duels.start(replace(wanted, role=asked.role)), wanted, arena)


async def _started(head: Head, wanted: Start, arena: Arena) -> Reply:
    from engine.arena.starting import why_casual

    begins = [say("The duel begins."), await heading(head, arena), why_casual(arena.context, wanted)]
    return Reply(joined(begins), duel_id=head.duel_id)


async def _wanted(asked: Invocation, players: dict[Seat, Player], arena: Arena) -> Start:
    """What was asked for; what was left open is as the community has it."""
    from engine.arena.starting import Start

    options = asked.options
    usual = await arena.communities.settings(asked.community)
    moves, ply_seconds, duel_seconds = (options.get(name) for name in ("moves", "ply-seconds", "duel-seconds"))
    budget = options.get("budget")
    return Start(
        request_id=asked.request_id,
        community=asked.community,
        game=options["game"],
        players=players,
        started_by=asked.member.id,
        options=settings(options["settings"]),
        seed=options["seed"],
        mode=MoveMode(moves) if moves else usual.mode_for(options["game"]),
        time=TimeControl(ply_seconds or usual.ply_seconds, duel_seconds or usual.duel_seconds),
        limits=Limits(
            options["max-plies"],
            options.get("max-tokens", Limits().max_tokens),
            None if budget is None else round(budget * 1e9),
        ),
        rated=options["rated"],
    )


_ACCEPTED = "ok"
_GAME = Option("game", say("Which game."), required=True, completes="games")
_SEED = Option("seed", say("Makes the duel repeatable, and casual."), Kind.INTEGER, least=0, most=2**48)
_CLOCKS = (
    Option("ply-seconds", say("A person's time for one move."), Kind.INTEGER, least=5, most=604_800),
    Option("duel-seconds", say("A person's time for the whole duel."), Kind.INTEGER, least=10, most=2_592_000),
)
_PLIES = Option(
    "max-plies",
    say("Where a long duel is settled; another limit makes it casual."),
    Kind.INTEGER,
    default=Limits().max_plies,
    least=2,
    most=1000,
)
_RATED = Option("rated", say("Whether it counts on the ladder."), Kind.BOOLEAN, default=True)
_SETTINGS = Option("settings", say("The game's own settings, as name:value."), default="")

VERBS = (
    Verb(
        "start",
        say("Start a duel in this channel."),
        start,
        (
            _GAME,
            Option(
                "first",
                say("Who plays first: local/smollm2, engine/novice, openai/…, @name, or “me”."),
                required=True,
                completes="players",
            ),
            Option(
                "second",
                say("Who plays second: local/smollm2, engine/novice, openai/…, @name, or “me”."),
                required=True,
                completes="players",
            ),
            Option(
                "moves",
                say("What models are given: nothing, the legal moves, or only legal moves to choose from."),
                choices=tuple(MoveMode),
            ),
            _SEED,
            *_CLOCKS,
            _PLIES,
            Option(
                "max-tokens",
                say("Ends the duel as void when used up."),
                Kind.INTEGER,
                default=Limits().max_tokens,
                least=1,
                most=100_000_000,
            ),
            Option(
                "budget",
                say("US dollars; ends the duel as void when used up."),
                Kind.NUMBER,
                least=0.001,
                most=10_000,
            ),
            _RATED,
            Option("price", say("Start without being told the price first."), choices=(_ACCEPTED,)),
            _SETTINGS,
        ),
        positional=3,
        settings=True,
        form=("game", "first", "second"),
    ),
    Verb(
        "challenge",
        say("Ask another member for a duel; they have five minutes to accept."),
        challenge,
        (
            Option("opponent", say("Which member: @name."), required=True, completes="people"),
            _GAME,
            Option("seat", say("Where you sit; by lot when you do not say."), choices=tuple(Seat)),
            _SEED,
            *_CLOCKS,
            _PLIES,
            _RATED,
            _SETTINGS,
        ),
        positional=2,
        settings=True,
        form=("opponent", "game"),
    ),
    Verb(
        "confirm",
        say("Start a duel whose price you were told."),
        confirm,
        (Option("start", say("Which one: its id, as the button has it."), required=True),),
        positional=1,
    ),
    Verb("rematch", say("Play it again with the seats swapped."), rematch, (NEWEST,), positional=1),
)
