"""``arena duel``: one duel in this terminal, as a live board or as JSON lines."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import partial

from bot import commands
from bot.catalogue import said
from bot.commands import Invocation
from bot.hub import Hub
from bot.on_terminal.keyboard import Keyboard
from bot.on_terminal.live import LiveBoard
from bot.on_terminal.screen import duel_view
from bot.settings import Settings
from bot.wiring import embedded
from engine.arena import Arena
from engine.codec import entry_to_json
from engine.duel import State
from engine.errors import BadOption, OutOfTurn, UserError
from engine.model import Community, End, Person, Status
from engine.render.words import Told
from engine.sentences import say

EXIT_LEFT = 130
"""As after Ctrl-C: the duel has no end yet."""
CHANNEL = Community("web", "main")
# Local look-ahead players answer in milliseconds; a picture more often than this nobody can follow.
FRAME_SECONDS = 0.05
# How late we see what another process has written.
POLL_SECONDS = 0.2
_LOOKED_AT = 200

Step = Callable[[], Awaitable[bool]]


class InputEnded(Exception):
    """Nothing more will be typed, or “quit” was: the person leaves, and the duel stands as it is."""


async def play(arguments: argparse.Namespace, settings: Settings) -> int:
    """Start the duel through its command, or resume one, play it to its end, and show it. Gives the exit code."""
    told = partial(said, language=settings.language)
    async with embedded(settings) as arena:
        me = await arena.people.seen("terminal", "local", told(say("You")))
        duel_id = await (_left(arguments.resume, arena, me) if arguments.resume else _start(arguments, arena, me))
        shown = _json_lines(arena, duel_id) if arguments.json else _live(arena, duel_id, settings.language)
        try:
            with shown as step:
                await _played_and_shown(arena, duel_id, me, step, told)
        except (InputEnded, asyncio.CancelledError) as left:
            interrupted = isinstance(left, asyncio.CancelledError)
            hint = told(say("Go on with it: arena duel --resume {duel}", duel=duel_id[:8]))
            sys.stderr.write(f"\n{hint}\n" if interrupted else f"{hint}\n")
            if interrupted:
                raise
            return EXIT_LEFT
        if not arguments.json:
            hint = say("Replay it: arena export {duel} --format markdown", duel=duel_id[:8])
            sys.stdout.write(f"{told(hint)}\n")
    return 0


async def _played_and_shown(arena: Arena, duel_id: str, me: Person, step: Step, told: Told) -> None:
    """Both to the end. When one fails, or Ctrl-C comes, the other has ended too before this does.

    :raises InputEnded: when a person is to move and nothing more can be typed.
    """
    try:
        async with asyncio.TaskGroup() as group:
            heard = group.create_task(_hear(arena, duel_id))
            shown = group.create_task(_follow(arena, duel_id, step))
            await _to_the_end(arena, duel_id, me, step, shown, told)
            await shown
            heard.cancel()
    except ExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from first.__cause__


async def _left(which: str, arena: Arena, me: Person) -> str:
    """The id of an unfinished duel; ``last`` is the newest that this terminal has started.

    :raises UserError: when there is none, or it is over.
    """
    if which != "last":
        head = await arena.duels.find(CHANNEL, which)
        if head.status is Status.OVER:
            raise OutOfTurn(say("This duel is over. Replay it: arena export {duel}", duel=head.duel_id[:8]))
        return head.duel_id
    for head in await arena.context.store.duels(CHANNEL, limit=_LOOKED_AT):
        if head.status is not Status.OVER and head.terms.started_by == me.id:
            return head.duel_id
    raise UserError(
        say("No duel of this terminal is left unfinished. Start one: arena duel tic_tac_toe me engine/perfect")
    )


async def _start(arguments: argparse.Namespace, arena: Arena, me: Person) -> str:
    """Start the duel; its id. :raises UserError: when something is missing, or cannot be played here."""
    if arguments.second is None:
        raise BadOption(
            say(
                "Name a game and its two players, such as: arena duel tic_tac_toe me engine/perfect. "
                "To go on with a duel: arena duel --resume last"
            )
        )
    if any(name.startswith(("@", "human/")) for name in (arguments.first, arguments.second)):
        raise BadOption(say("Nobody else is at this terminal. Name yourself “me”, or a program: see arena players"))
    for name in (arguments.first, arguments.second):
        if "/" not in name and name.casefold() != "me":
            raise arena.context.roster.unknown(name)
    options = {
        "game": arguments.game,
        "first": arguments.first,
        "second": arguments.second,
        "moves": arguments.moves,
        "seed": arguments.seed,
        "max-plies": arguments.max_plies,
        "settings": " ".join(_quoted(pair) for pair in arguments.set),
    }
    asked = Invocation(CHANNEL, me, "duel", "start", options, secrets.token_hex(8), unique_names=True)
    return str((await commands.run(asked, arena)).duel_id)


def _quoted(pair: str) -> str:
    """``opening:Sicilian Defence``, from which the shell took the quotes, with quotes."""
    name, colon, value = pair.partition(":")
    return f'{name}{colon}"{value}"' if " " in value else pair


async def _to_the_end(
    arena: Arena, duel_id: str, me: Person, step: Step, shown: asyncio.Task[None], told: Told
) -> None:
    """Play on as a worker of this one duel; where this person is to move, ask at the keyboard.

    An ``arena run`` over the same data may have the duel already: then it plays, and this looks on.
    """
    keyboard, asked = Keyboard(sys.stdin), False
    while True:
        await arena.turns.play(duel_id)
        state = await arena.context.load(duel_id)
        if state.outcome:
            return
        if await _is_to_move(arena, duel_id, state, me):
            await step()  # the picture stands before the question does
            if not asked:
                sys.stderr.write(told(say("Type your move, “resign” to give up, or “quit” to leave.")) + "\n")
            asked = True
            await _ask(arena, duel_id, me, keyboard, shown, told)
        else:
            await arena.context.clock.sleep(POLL_SECONDS)


async def _is_to_move(arena: Arena, duel_id: str, state: State, me: Person) -> bool:
    """Whether a seat of this person is to move and has not sealed its choice yet."""
    seats = state.to_move().intersection(arena.duels.seats_of(state.terms, me.id))
    if not seats or state.adjourned is not None:
        return False
    return not seats <= (await arena.context.store.seals(duel_id, state.position_entry)).keys()


async def _ask(
    arena: Arena, duel_id: str, me: Person, keyboard: Keyboard, shown: asyncio.Task[None], told: Told
) -> None:
    sys.stderr.write(told(say("Your move: ")))
    sys.stderr.flush()
    typed = await _typed(keyboard, shown)
    if typed is None:
        sys.stderr.write("\n")
        return
    if not typed:
        sys.stderr.write("\n")
    if not typed or typed.strip() == "quit":
        raise InputEnded
    try:
        if typed.strip() == "resign":
            await arena.duels.resign(duel_id, me.id, secrets.token_hex(8))
        else:
            await arena.duels.move(duel_id, me.id, typed, secrets.token_hex(8))
    except UserError as error:
        sys.stderr.write(f"{told(error.text)}\n")


async def _typed(keyboard: Keyboard, shown: asyncio.Task[None]) -> str | None:
    """A line, empty at the end of the input; ``None`` when the duel has ended without it."""
    typing = asyncio.create_task(keyboard.line())
    try:
        await asyncio.wait([typing, shown], return_when=asyncio.FIRST_COMPLETED)
        return typing.result() if typing.done() else None
    finally:
        typing.cancel()


@contextmanager
def _json_lines(arena: Arena, duel_id: str) -> Iterator[Step]:
    """Every entry as it is written, with its duel's id; the last line is the end, which holds ``outcome``."""
    last, ended = -1, False

    async def write() -> bool:
        nonlocal last, ended
        entries = await arena.context.store.entries(duel_id, after=last)
        for entry in (entry for entry in entries if entry.number > last):
            sys.stdout.write(json.dumps({"duel": duel_id, **entry_to_json(entry)}, ensure_ascii=False) + "\n")
            last, ended = entry.number, ended or isinstance(entry.body, End)
        sys.stdout.flush()
        return ended

    yield write


@contextmanager
def _live(arena: Arena, duel_id: str, language: str) -> Iterator[Step]:
    """The live board."""
    with LiveBoard() as board:

        async def draw() -> bool:
            view = await duel_view(arena, duel_id, language)
            board.show(view)
            return view.result is not None

        yield draw


async def _follow(arena: Arena, duel_id: str, step: Step) -> None:
    hub = arena.context.announcer
    assert isinstance(hub, Hub)  # noqa: S101 - the announcer of an embedded arena
    async with aclosing(hub.changes(duel_id)) as changes:
        async for _ in changes:
            if await step():
                return
            await asyncio.sleep(FRAME_SECONDS)


async def _hear(arena: Arena, duel_id: str) -> None:
    """Tell our own watchers what another process has written, whose announcer does not reach them."""
    last = 0
    while True:
        await arena.context.clock.sleep(POLL_SECONDS)
        if fresh := await arena.context.store.entries(duel_id, after=last):
            last = fresh[-1].number
            arena.context.announcer.changed(duel_id, last)
