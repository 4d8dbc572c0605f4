"""What a player does in a running duel: move, choose, offer, take back, hand over, give up; and cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.commands import Button, Invocation, Reply, Style, Verb
from bot.commands._arena_money import usd
from bot.commands._duel_meant import (
    can_answer_draw,
    can_answer_takeback,
    can_move,
    can_offer_draw,
    can_take_back,
    mine,
    started,
)
from bot.commands._duel_naming import AT, DUEL, player
from engine.errors import BadOption
from engine.model import MoveMode, Role
from engine.options import Kind, Option
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.autoplay import HandOver

_ROW = 5
_MOST_BUTTONS = 25


async def move(asked: Invocation, arena: Arena) -> Reply:
    """Play a move in the duel that waits for you."""
    head, which = await mine(asked, arena, can_move)
    options = asked.options
    moved = await arena.duels.move(head.duel_id, asked.member.id, options["move"], asked.request_id, options["at"])
    done = say("Played.")
    if moved.sealed:
        done = say("Your choice is sealed. It is shown when the other choice is in.")
    elif moved.refused:
        done = say("Refused, and it counts against you: {why}", why=moved.refused)
    return Reply(joined([done, which]), duel_id=head.duel_id)


async def choose(asked: Invocation, arena: Arena) -> Reply:
    """Offer the legal choices as buttons that only their player sees."""
    head, which = await mine(asked, arena, can_move)
    state, seat = await arena.duels.choosing(head.duel_id, asked.member.id, asked.options["at"])
    choices = state.game.board(state.position, seat).choices
    if not 0 < len(choices) <= _MOST_BUTTONS:
        return Reply(say("There are too many choices for buttons: type /duel move and your move."))
    there = {"duel": head.duel_id, "at": str(state.position_entry)}
    buttons = [Button(one.label, "duel", "move", {**there, "move": one.move}, Style.PRIMARY) for one in choices]
    rows = tuple(tuple(buttons[first : first + _ROW]) for first in range(0, len(buttons), _ROW))
    text = say("Your choice for {side}:", side=state.game.seats[seat])
    if len(state.to_move()) > 1:
        text = say("Your choice for {side}. Nobody sees it before the other choice is in.", side=state.game.seats[seat])
    return Reply(joined([text, which]), buttons=rows)


async def resign(asked: Invocation, arena: Arena) -> Reply:
    """Give up your duel."""
    head, _ = await mine(asked, arena)
    state = await arena.duels.resign(head.duel_id, asked.member.id, asked.request_id, asked.options["at"])
    return Reply(state.outcome.why if state.outcome else "", duel_id=head.duel_id)


async def draw(asked: Invocation, arena: Arena) -> Reply:
    """Offer a draw, or answer the other side's offer."""
    answer, at = asked.options["answer"], asked.options["at"]
    head, which = await mine(asked, arena, can_offer_draw if answer == "offer" else can_answer_draw)
    if answer == "offer":
        state = await arena.draws.offer(head.duel_id, asked.member.id, asked.request_id, at)
        done = say("You offered a draw. It stands until the next move.")
    else:
        state = await arena.draws.answer(head.duel_id, asked.member.id, answer == "accept", asked.request_id, at)
        done = say("You declined the draw.")
    return Reply(joined([state.outcome.why if state.outcome else done, which]), duel_id=head.duel_id)


async def takeback(asked: Invocation, arena: Arena) -> Reply:
    """Take your last move back, or answer the other side's request."""
    answer, at = asked.options["answer"], asked.options["at"]
    head, which = await mine(asked, arena, can_take_back if answer == "ask" else can_answer_takeback)
    if answer == "ask":
        state = await arena.takebacks.ask(head.duel_id, asked.member.id, asked.request_id, at)
        done = say("Your last move is taken back.")
        if state.takeback_offer:
            done = say("You asked for a takeback. The other side can allow it until the next move.")
    else:
        allowed = answer == "allow"
        await arena.takebacks.answer(head.duel_id, asked.member.id, allowed, asked.request_id, at)
        done = say("You allowed the takeback.") if allowed else say("You refused the takeback.")
    return Reply(joined([done, which]), duel_id=head.duel_id)


async def autoplay(asked: Invocation, arena: Arena) -> Reply:
    """Let a model or an engine play on for you."""
    head, _ = await mine(asked, arena)
    options = asked.options
    chosen = await player(options["player"], asked, arena)
    mode = MoveMode(options["moves"]) if options["moves"] else None
    who, at = (head.duel_id, asked.member.id, chosen, mode), options["at"]
    if not options["sure"]:
        meant = await arena.autoplays.look(*who, at, asked.role)
        if meant.needs_yes:
            return _hand_over(str(chosen), meant, {"duel": head.duel_id, **_given(options, "player", "moves", "at")})
    await arena.autoplays.hand_over(*who, asked.request_id, at, asked.role)
    text = say("{player} plays on for you. The duel is casual from here.", player=str(chosen))
    return Reply(text, duel_id=head.duel_id)


def _hand_over(name: str, meant: HandOver, again: Mapping[str, str]) -> Reply:
    """Ask first, where a result or money is at stake."""
    told = []
    if meant.rated:
        told.append(say("This duel is rated. It becomes casual, and you cannot cancel it any more."))
    if meant.quote.costs:
        expected, most = usd(meant.quote.expected_nano_usd), usd(meant.quote.at_most_nano_usd)
        told.append(
            say(
                "{player} will cost about {expected} for the rest of the duel, and {most} at most.",
                player=name,
                expected=expected,
                most=most,
            )
        )
    if meant.quote.unknown:
        told.append(say("Nobody knows the price of {players}.", players=joined(meant.quote.unknown, ", ")))
    how = say("Press the button to hand your seat over, or add sure:yes to the command.")
    button = Button(say("Hand over"), "duel", "autoplay", {**again, "sure": "yes"}, Style.DANGER)
    return Reply(joined([*told, how]), buttons=((button,),))


def _given(options: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(options[name]) for name in names if options[name] is not None}


async def cancel(asked: Invocation, arena: Arena) -> Reply:
    """Stop a duel; it counts for nobody."""
    named = asked.options["duel"]
    head = await arena.duels.find(asked.community, named) if named else await started(asked, arena)
    if asked.role.covers(Role.MODERATOR) and head.terms.started_by != asked.member.id:
        if named == "last":
            raise BadOption(say("Name the duel by its id: the newest one may be another by now. See /duel list."))
        why = asked.options["why"] or ""
        state = await arena.duels.overrule(head.duel_id, asked.member.id, asked.request_id, why)
    else:
        state = await arena.duels.cancel(head.duel_id, asked.member.id, asked.request_id)
    return Reply(state.outcome.why if state.outcome else "", duel_id=head.duel_id)


VERBS = (
    Verb(
        "move",
        say("Play your move."),
        move,
        (
            Option("move", say("Your move, as you would write it: Nf3, b2, rock, a word."), required=True, most=400),
            DUEL,
            AT,
        ),
        positional=1,
        rest=True,
        form=("move",),
    ),
    Verb("choose", say("Choose your move in a message that only you see."), choose, (DUEL, AT), positional=1),
    Verb(
        "resign",
        say("Give up your duel."),
        resign,
        (DUEL, AT),
        positional=1,
        question=say("Do you want to resign? The other side wins."),
    ),
    Verb(
        "draw",
        say("Offer a draw, or answer an offer."),
        draw,
        (
            Option("answer", say("What to say."), default="offer", choices=("offer", "accept", "decline")),
            DUEL,
            AT,
        ),
        positional=2,
    ),
    Verb(
        "takeback",
        say("Take your last move back in a casual duel, or answer such a request."),
        takeback,
        (Option("answer", say("What to say."), default="ask", choices=("ask", "allow", "refuse")), DUEL, AT),
        positional=2,
    ),
    Verb(
        "autoplay",
        say("Let a model or an engine play on for you; the duel is casual from there."),
        autoplay,
        (
            Option("player", say("Who plays on: local/smollm2, engine/novice, …"), required=True, completes="players"),
            DUEL,
            Option("moves", say("What a model is given."), choices=tuple(MoveMode)),
            AT,
            Option("sure", say("Yes, whatever it costs."), Kind.BOOLEAN),
        ),
        positional=2,
        form=("player",),
        question=say("Do you want a program to play on for you? You cannot take your seat back."),
    ),
    Verb(
        "cancel",
        say("Stop a duel you started, or any as a moderator; it counts for nobody."),
        cancel,
        (DUEL, Option("why", say("A moderator's reason, which the channel is shown."), most=200)),
        positional=2,
        rest=True,
        question=say("Do you want to cancel this duel? It counts for nobody."),
    ),
)
