"""What a German sees: boards, pictures, the terminal, and a duel that was stored and read again."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console
from support import arena_over, start
from support_sentences import unsaid

from bot.boards import board_in
from bot.catalogue import said
from bot.on_terminal.panel import duel_panel, duration
from bot.on_terminal.screen import duel_view
from bot.players import NOT_READY, listed, rows
from bot.settings import read
from bot.wiring import roster
from engine import games
from engine.arena import Arena
from engine.arena.watching import board_of
from engine.board import Board, Hand, Link, Track
from engine.errors import EmptyReply
from engine.model import Head, Limits, Seat
from engine.options import check
from engine.players.llm import correction
from engine.ports import Candidate
from engine.render.png import board_png
from engine.render.svg import board_svg
from engine.render.text import board_text
from engine.sentences import say

GERMAN = partial(said, language="de")


async def played(arena: Arena) -> Head:
    head = await start(arena, "chess", "engine/novice", "engine/random", limits=Limits(max_plies=3))
    await arena.turns.play(head.duel_id)
    return head


async def test_a_duel_that_was_stored_is_told_in_german_by_the_next_process(tmp_path: Path) -> None:
    async with arena_over(tmp_path / "arena.db") as arena:
        head = await played(arena)
    async with arena_over(tmp_path / "arena.db") as arena:
        watched = await arena.watching.watch(head.duel_id)
        stored = await arena.context.head(head.duel_id)
    board = board_in(board_of(watched.state), "de")
    assert board.captions == ("Die Höchstzahl der Halbzüge ist erreicht.",)
    assert board.alt.startswith("Schachbrett. Weiß: König e1, Dame d1, Türme a1 und h1")
    assert board.alt.endswith("Das Duell ist vorbei: Die Höchstzahl der Halbzüge ist erreicht.")
    assert stored.outcome is not None
    assert said(stored.outcome.why, "de") == board.captions[0]


async def test_the_terminal_shows_a_german_panel() -> None:
    async with arena_over() as arena:
        head = await played(arena)
        view = await duel_view(arena, head.duel_id, "de")
    paid = {seat: replace(shown, tokens=1_500, cost_usd=0.25) for seat, shown in view.seats.items()}
    view = replace(view, seats=paid)
    file = io.StringIO()
    Console(file=file, width=100).print(duel_panel(view, width=100, color=False))
    shown = file.getvalue()
    assert "Schach: engine/novice – engine/random" in shown
    assert "Weiß engine/novice" in shown
    assert "1.500 Tokens · 0,2500 $" in shown
    assert "Unentschieden. Die Höchstzahl der Halbzüge ist erreicht." in shown
    assert "Startwert" in shown
    assert "tokens" not in shown


def test_times_and_figures_of_the_terminal() -> None:
    assert GERMAN(duration(4.25)) == "4,2 s"
    assert GERMAN(duration(65)) == "1:05"


def test_pictures_say_their_own_words_in_german() -> None:
    race = Board("a", tracks=(Track(Seat.FIRST, 60, 12, 3),))
    assert "Erste Seite: 12 von 60, Tempo 3" in board_text(race, told=GERMAN)
    assert "12 von 60 · Tempo 3" in board_svg(race, told=GERMAN)
    hands = Board("a", hands=(Hand(Seat.SECOND, "rock"), Hand(Seat.FIRST, "")))
    assert "Zweite Seite: ✊ Stein" in board_text(hands, told=GERMAN)
    assert "verdeckt" in board_svg(hands, told=GERMAN)
    chain = Board("a", links=tuple(Link("word", Seat.FIRST) for _ in range(14)))
    assert "(2 frühere)" in board_text(chain, told=GERMAN)
    assert "2 frühere Wörter" in board_svg(chain, told=GERMAN)
    assert "✓ erste Seite: word" in board_text(chain, told=GERMAN)


def test_a_picture_draws_the_dots_of_umlauts() -> None:
    dotted, bare = (board_png(Board("x", captions=(text,))) for text in ("Türme, König, Ärger", "Turme, Konig, Arger"))
    assert dotted != bare
    assert board_png(Board("x", captions=("weiß",))) == board_png(Board("x", captions=("weiss",)))


@pytest.mark.parametrize("name", games.names())
def test_prompts_and_corrections_stay_english(name: str) -> None:
    game = games.game(name)
    position = game.start(check(game.options, {}), 3)
    seat = sorted(game.to_move(position))[0]
    assert type(game.prompt(position, seat)) is str
    with pytest.raises(EmptyReply) as refused:
        game.parse(position, seat, "")
    assert correction(refused.value).startswith("The reply was empty. Give your move. Answer on one line")


def test_players_that_are_not_ready_say_why_in_german() -> None:
    candidates = listed(roster(read({"HOME": "/nowhere"})))
    for name, about in rows(candidates):
        assert not unsaid(about, *name.split("/"), "SmolLM", "UCI", *_settings(about)), about
    shown = {name: said(about, "de") for name, about in rows(candidates)}
    assert shown["openai/…"] == "nicht bereit: braucht OPENAI_API_KEY: Setze es und starte neu."


def _settings(about: str) -> list[str]:
    return [word.strip(":.,") for word in about.split() if word.isupper() or "_" in word]


def test_a_row_of_players_that_lack_the_same_thing_names_it_once() -> None:
    need = say("needs {setting}: set it and start again.", setting="KEY")
    lacking = [
        Candidate(f"far/{name}", "big", False, say("{player} {need}", player=f"far/{name}", need=need)) for name in "ab"
    ]
    assert list(rows(lacking)) == [("far/…", "not ready: needs KEY: set it and start again.")]
    assert list(rows(lacking[:1])) == [("far/a", f"{NOT_READY}needs KEY: set it and start again.")]
