"""``/duel``: start one, play it, look at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.commands import Acknowledged, CommandSpec, Invocation, Reply, Verb
from bot.typed import settings
from engine.errors import BadOption, UserError
from engine.model import SEATS, Head, Limits, MoveMode, Player, Seat, Status, TimeControl
from engine.options import Kind, Option

if TYPE_CHECKING:
    from engine.arena import Arena

_DAY = 86_400


async def start(asked: Invocation, arena: Arena) -> Reply:
    """Start a duel in the channel."""
    from engine import games
    from engine.arena.starting import Start

    options = asked.options
    games.game(options["game"])
    players = {
        Seat.FIRST: await _player(options["first"], asked, arena),
        Seat.SECOND: await _player(options["second"], asked, arena),
    }
    budget = options["budget"]
    head = await arena.duels.start(
        Start(
            request_id=asked.request_id,
            community=asked.community,
            game=options["game"],
            players=players,
            started_by=asked.member.id,
            options=settings(options["settings"]),
            seed=options["seed"],
            mode=MoveMode(options["moves"]) if options["moves"] else None,
            time=TimeControl(options["ply-seconds"], options["duel-seconds"]),
            limits=Limits(
                options["max-plies"],
                options["max-tokens"],
                None if budget is None else round(budget * 1e9),
            ),
            rated=options["rated"],
            channel=asked.channel,
            language=asked.community_locale or asked.locale,
        )
    )
    return Reply(await _heading(head, arena), private=False, duel_id=head.duel_id)


async def _player(name: str, asked: Invocation, arena: Arena) -> Player:
    """A seat as it was typed: ``me``, ``@name`` of a member, or ``provider/id``."""
    if name.casefold() == "me":
        return Player("human", asked.member.id)
    if name.startswith("@"):
        return Player("human", (await arena.people.named(asked.community.platform, name[1:])).id)
    if name.startswith("human/"):
        raise BadOption("Write a person as @name, or “me” for yourself.")
    try:
        return Player.named(name)
    except ValueError:
        raise arena.context.roster.unknown(name) from None


async def move(asked: Invocation, arena: Arena) -> Reply:
    """Play a move in the duel that waits for you."""
    head = await _mine(asked, arena)
    options = asked.options
    moved = await arena.duels.move(head.duel_id, asked.member.id, options["move"], asked.request_id, options["at"])
    if moved.sealed:
        return Reply("Your choice is sealed. It is shown when the other choice is in.", duel_id=head.duel_id)
    return Reply("Played.", duel_id=head.duel_id)


async def resign(asked: Invocation, arena: Arena) -> Reply:
    """Give up your duel."""
    head = await _mine(asked, arena)
    state = await arena.duels.resign(head.duel_id, asked.member.id, asked.request_id)
    return Reply(state.outcome.why if state.outcome else "", private=False, duel_id=head.duel_id)


async def draw(asked: Invocation, arena: Arena) -> Reply:
    """Offer a draw, or answer the other side's offer."""
    head = await _mine(asked, arena)
    answer = asked.options["answer"]
    if answer == "offer":
        await arena.duels.offer_draw(head.duel_id, asked.member.id, asked.request_id)
        return Reply("You offered a draw. It stands until the next move.", private=False, duel_id=head.duel_id)
    accepted = answer == "accept"
    await arena.duels.answer_draw(head.duel_id, asked.member.id, accepted, asked.request_id)
    text = "The players agreed to a draw." if accepted else "The draw offer was declined."
    return Reply(text, private=False, duel_id=head.duel_id)


async def cancel(asked: Invocation, arena: Arena) -> Reply:
    """Stop a duel you started; it counts for nobody."""
    head = await arena.duels.find(asked.community, asked.options["duel"])
    state = await arena.duels.cancel(head.duel_id, asked.member.id, asked.request_id)
    return Reply(state.outcome.why if state.outcome else "", private=False, duel_id=head.duel_id)


async def show(asked: Invocation, arena: Arena) -> Reply:
    """Say where a duel stands."""
    from engine.arena.watching import board_of

    head = await arena.duels.find(asked.community, asked.options["duel"])
    state = await arena.context.load(head.duel_id)
    board = board_of(state)
    lines = [await _heading(head, arena), board.alt, *([head.outcome.why] if head.outcome else [])]
    return Reply("\n".join(lines), duel_id=head.duel_id)


async def listing(asked: Invocation, arena: Arena) -> Reply:
    """List the channel's duels, newest first."""
    wanted = asked.options["status"]
    heads = await arena.context.store.duels(asked.community, Status(wanted) if wanted else None, limit=20)
    if not heads:
        return Reply("No duels here yet. Start one: /duel start chess local/smollm2 engine/novice")
    rows = [await _row(head, arena) for head in heads]
    return Reply("The newest duels:", lines=[("duel", "game", "first", "second", "result"), *rows])


async def _row(head: Head, arena: Arena) -> tuple[str, ...]:
    names = await arena.people.names(head.terms)
    return head.duel_id[:8], head.terms.game, names[Seat.FIRST], names[Seat.SECOND], _result(head, names)


def _result(head: Head, names: Mapping[Seat, str]) -> str:
    if head.outcome is None:
        if head.status is Status.WAITING:
            return f"waits for {' and '.join(names[seat] for seat in SEATS if seat in head.waiting_for)}"
        return "being played" if head.status is Status.LIVE else str(head.status)
    if head.outcome.void:
        return "void"
    won = f"{names[head.outcome.winner]} won" if head.outcome.winner else "draw"
    return f"{won} ({head.outcome.termination})"


async def rematch(asked: Invocation, arena: Arena) -> Reply:
    """Play a finished duel again with the seats swapped."""
    old = await arena.duels.find(asked.community, asked.options["duel"])
    head = await arena.duels.rematch(old.duel_id, asked.member.id, asked.request_id)
    return Reply(await _heading(head, arena), private=False, duel_id=head.duel_id)


async def replay(asked: Invocation, arena: Arena) -> Reply:
    """Give the moves of a duel, and where to watch them."""
    from engine.arena.watching import in_rows

    head = await arena.duels.find(asked.community, asked.options["duel"])
    watched = await arena.watching.watch(head.duel_id)
    rows = [
        (f"{number}.", *(row[seat].moves[seat] if seat in row else "" for seat in SEATS))
        for number, row in enumerate(in_rows(watched.turns), start=1)
    ]
    text = f"{await _heading(head, arena)}\nStep through it: /replay.html?duel={head.duel_id}"
    sides = [watched.state.game.seats[seat] for seat in SEATS]
    return Reply(text, duel_id=head.duel_id, lines=[("", *sides), *rows])


async def export(asked: Invocation, arena: Arena) -> Reply:
    """Write a duel as PGN, JSON or Markdown."""
    from engine.arena.exports import SUFFIX

    head = await arena.duels.find(asked.community, asked.options["duel"])
    form = asked.options["format"]
    content = await _export(head, form, arena)
    name = f"{head.terms.game}-{head.duel_id[:8]}.{SUFFIX.get(form, form)}"
    return Reply(f"The duel as {form}:", duel_id=head.duel_id, file=(name, content))


async def _export(head: Head, form: str, arena: Arena) -> str:
    from engine.arena.exports import export as write

    record, entries = await arena.duels.record(head.duel_id, await arena.people.names(head.terms))
    return write(record, entries, form)


async def _mine(asked: Invocation, arena: Arena) -> Head:
    """The duel that is meant: the one named, or the only one in which this member sits."""
    if asked.options["duel"]:
        return await arena.duels.find(asked.community, asked.options["duel"])
    mine = await arena.context.store.seated(asked.community, Player("human", asked.member.id))
    if not mine:
        raise UserError("You are in no running duel. Start one: /duel start tic_tac_toe me engine/perfect")
    if len(mine) > 1:
        which = "; ".join([f"duel:{head.duel_id[:8]} ({await _versus(head, arena)})" for head in mine])
        raise UserError(f"You are in several duels, so add which one: {which}.")
    return mine[0]


async def _versus(head: Head, arena: Arena) -> str:
    from engine import games

    names = await arena.people.names(head.terms)
    return f"{games.game(head.terms.game).title}, {names[Seat.FIRST]} – {names[Seat.SECOND]}"


async def _heading(head: Head, arena: Arena) -> str:
    from engine import games

    names = await arena.people.names(head.terms)
    started = datetime.fromtimestamp(head.created_ms / 1000, UTC)
    kind = "rated" if head.terms.rated else "casual"
    versus = " against ".join(names[seat] for seat in SEATS)
    return f"{games.game(head.terms.game).title}: {versus} ({kind}, {started:%H:%M} UTC, {head.duel_id[:8]})"


_DUEL = Option("duel", "Which duel: its id, the first letters of it, or “last”.", completes="duels")
_WHICH = Option("duel", _DUEL.help, default="last", completes="duels")
_SEATS_HELP = "local/smollm2, engine/novice, openai/…, @name, or “me”."

COMMAND = CommandSpec(
    "duel",
    "Let two players fight: language models, engines, people.",
    (
        Verb(
            "start",
            "Start a duel in this channel.",
            start,
            (
                Option("game", "Which game.", required=True, completes="games"),
                Option("first", f"Who plays first: {_SEATS_HELP}", required=True, completes="players"),
                Option("second", f"Who plays second: {_SEATS_HELP}", required=True, completes="players"),
                Option(
                    "moves",
                    "What models are given: nothing, the legal moves, or only legal moves to choose from.",
                    choices=tuple(MoveMode),
                ),
                Option("seed", "Makes the duel repeatable, and casual.", Kind.INTEGER, least=0, most=2**48),
                Option(
                    "ply-seconds", "A person's time for one move.", Kind.INTEGER, default=_DAY, least=5, most=604_800
                ),
                Option("duel-seconds", "A person's time for the whole duel.", Kind.INTEGER, least=10, most=2_592_000),
                Option(
                    "max-plies",
                    "Where a long duel is settled; another limit makes it casual.",
                    Kind.INTEGER,
                    default=Limits().max_plies,
                    least=2,
                    most=1000,
                ),
                Option(
                    "max-tokens",
                    "Ends the duel as void when used up.",
                    Kind.INTEGER,
                    default=Limits().max_tokens,
                    least=1,
                    most=100_000_000,
                ),
                Option(
                    "budget", "US dollars; ends the duel as void when used up.", Kind.NUMBER, least=0.001, most=10_000
                ),
                Option("rated", "Whether it counts on the ladder.", Kind.BOOLEAN, default=True),
                Option("settings", "The game's own settings, as name:value.", default=""),
            ),
            positional=3,
            settings=True,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "move",
            "Play your move.",
            move,
            (
                Option("move", "Your move, as you would write it: Nf3, b2, rock, a word.", required=True, most=400),
                _DUEL,
                Option("at", "The number of the position you looked at.", Kind.INTEGER),
            ),
            positional=1,
            rest=True,
        ),
        Verb("resign", "Give up your duel.", resign, (_DUEL,), positional=1, acknowledged=Acknowledged.PUBLIC),
        Verb(
            "draw",
            "Offer a draw, or answer an offer.",
            draw,
            (Option("answer", "What to say.", default="offer", choices=("offer", "accept", "decline")), _DUEL),
            positional=2,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb("show", "Say where a duel stands.", show, (_WHICH,), positional=1),
        Verb(
            "list",
            "List the channel's duels.",
            listing,
            (Option("status", "Only these.", choices=tuple(Status)),),
            positional=1,
        ),
        Verb("replay", "Go through a duel's moves.", replay, (_WHICH,), positional=1),
        Verb(
            "rematch",
            "Play it again with the seats swapped.",
            rematch,
            (_WHICH,),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "cancel",
            "Stop a duel you started; it counts for nobody.",
            cancel,
            (_WHICH,),
            positional=1,
            acknowledged=Acknowledged.PUBLIC,
        ),
        Verb(
            "export",
            "Write a duel as a file.",
            export,
            (_WHICH, Option("format", "Which format.", default="markdown", choices=("pgn", "json", "markdown"))),
            positional=2,
        ),
    ),
)
