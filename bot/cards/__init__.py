"""A duel as a channel shows it: from the folded log to a :class:`bot.presenting.Card`, in the channel's language."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from bot.answering import buttons_in
from bot.boards import board_in
from bot.cards.buttons import rows
from bot.cards.lines import lines, summary
from bot.cards.scene import Scene
from bot.cards.style import HouseStyle
from bot.cards.words import words
from bot.catalogue import said
from bot.presenting import Card, SeatLine
from engine import duel
from engine.arena import Arena
from engine.arena.exports import SUFFIX, export
from engine.arena.watching import board_of
from engine.board import Board
from engine.model import SEATS, Head, Seat
from engine.render.png import board_png
from engine.render.text import board_text
from engine.sentences import say

__all__ = ["HouseStyle", "card", "words"]


async def card(head: Head, arena: Arena, style: HouseStyle, last: Card | None = None) -> Card:
    """The newest card of a duel. The picture is painted in a thread, unless the ``last`` card shows the same board."""
    scene = await _scene(head, arena, style)
    board = _masked(board_in(board_of(scene.state), style.language), style)
    png = await _picture(board, last, style.language) if style.pictures else None
    state = scene.state
    return Card(
        duel_id=head.duel_id,
        community=head.terms.community,
        entry=state.entry,
        title=said(state.game.title, style.language),
        lines=style.say(lines(scene)),
        seats=(_seat_line(scene, Seat.FIRST, style), _seat_line(scene, Seat.SECOND, style)),
        board=board,
        alt=board.alt,
        thread=_thread(scene, style),
        summary=style.say(summary(scene, state.outcome)) if state.outcome else (),
        buttons=buttons_in(rows(head.duel_id, state, scene.sealed, predictions=style.predictions), style.language),
        deadline_ms=duel.deadline_ms(state, scene.awaited()),
        countdown=said(say("Time for this move ends"), style.language),
        reference=said(say("Duel {id}", id=head.duel_id[:8]), style.language),
        over=state.outcome is not None,
        png=png,
        text_board="" if style.pictures else board_text(board, told=partial(said, language=style.language)),
        files=await _files(scene, style) if state.outcome else (),
    )


async def _picture(board: Board, last: Card | None, language: str) -> bytes:
    if last and last.png and last.board == board:
        return last.png
    return await asyncio.to_thread(board_png, board, told=partial(said, language=language))


async def _scene(head: Head, arena: Arena, style: HouseStyle) -> Scene:
    watched = await arena.watching.watch(head.duel_id)
    state = watched.state
    names = await arena.people.names(state.terms)
    both = len(state.to_move()) > 1
    sealed = await arena.context.store.seals(head.duel_id, state.position_entry) if both else {}
    masked = {seat: style.masked(said(name, style.language)) for seat, name in names.items()}
    return Scene(head, watched, masked, frozenset(sealed), arena)


def _masked(board: Board, style: HouseStyle) -> Board:
    return replace(
        board,
        alt=style.masked(board.alt),
        captions=tuple(map(style.masked, board.captions)),
        links=tuple(replace(link, text=style.masked(link.text), note=style.masked(link.note)) for link in board.links),
    )


def _thread(scene: Scene, style: HouseStyle) -> str:
    first, second = (scene.names[seat] for seat in SEATS)
    versus = say("{game}: {first} – {second}", game=scene.state.game.title, first=first, second=second)
    return said(versus, style.language)


def _seat_line(scene: Scene, seat: Seat, style: HouseStyle) -> SeatLine:
    state, tally = scene.state, scene.state.tally(seat)
    awaited = seat in scene.awaited()
    priced = scene.prices.priced(state.terms.players[seat])
    return SeatLine(
        seat=seat,
        side=said(scene.side(seat), style.language),
        name=scene.names[seat],
        to_move=awaited,
        thinking=awaited and not scene.is_human(seat),
        clock_ms=None if state.outcome else duel.left_ms(state, seat),
        tokens=tally.tokens_in + tally.tokens_out,
        cost_nano_usd=tally.cost_nano_usd if priced else None,
        failed_attempts=tally.failed_attempts,
    )


async def _files(scene: Scene, style: HouseStyle) -> tuple[tuple[str, str], ...]:
    """The duel as a file: in the game's own format where it has one (PGN), else as JSON. Everybody can open it."""
    form = next(iter(scene.state.game.exports), "json")
    record, entries = await scene.arena.duels.record(scene.head.duel_id, scene.names)
    name = f"{scene.head.terms.game}-{scene.head.duel_id[:8]}.{SUFFIX.get(form, form)}"
    return ((name, style.masked(export(record, entries, form))),)
