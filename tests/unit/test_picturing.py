"""Figures of answers: in the asker's language, without blocked words, off the event loop; never in an answer's way."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from render_figures import TABLE
from support import arena_over

from bot import answering
from bot.answering import answer
from bot.commands import Invocation, Reply
from bot.picturing import painted
from engine.arena import Arena
from engine.model import Community
from engine.render import drawn
from engine.render.figures import Column, Plot, Row, Table
from engine.sentences import say

GUILD = Community("discord", "7")
FIGURE = Table(
    "table", say("Leaderboard of {game}", game="Chess"), "Darn first", (Column(say("player")),), (Row(("Darn",)),)
)


@pytest.fixture(autouse=True)
def replying(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_asked: Invocation, _arena: Arena) -> Reply:
        return Reply("Done.", figure=FIGURE, private=False)

    monkeypatch.setattr(answering, "run_command", run)


async def asked(arena: Arena, locale: str = "en") -> Reply:
    ann = await arena.people.seen("discord", "42", "Ann")
    return await answer(Invocation(GUILD, ann, "leaderboard", "show", {}, "request-1234567", locale=locale), arena)


async def test_a_figure_comes_painted_with_its_name_and_what_it_shows() -> None:
    async with arena_over() as arena:
        reply = await asked(arena)
        assert reply.figure is None
        assert reply.picture is not None
        assert reply.picture.name == "table.png"
        assert reply.picture.png == drawn.figure_png(FIGURE)
        assert reply.picture.alt == "Darn first"


async def test_it_is_in_the_askers_language() -> None:
    async with arena_over() as arena:
        english, german = await asked(arena), await asked(arena, "de-DE")
        assert english.picture
        assert german.picture
        assert german.picture.png == drawn.figure_png(FIGURE, told=lambda text: "Spieler" if text == "player" else text)
        assert german.picture.png != english.picture.png


async def test_blocked_words_are_hidden_in_it_and_in_its_words() -> None:
    async with arena_over() as arena:
        open_ = await asked(arena)
        await arena.communities.change(GUILD, "blocked-words", "darn", "mod", "r1")
        hidden = await asked(arena)
        assert open_.picture
        assert hidden.picture
        assert "Darn" not in hidden.picture.alt
        assert hidden.picture.png != open_.picture.png


async def test_a_server_without_pictures_gets_none() -> None:
    async with arena_over() as arena:
        await arena.communities.change(GUILD, "pictures", "no", "mod", "r1")
        reply = await asked(arena)
        assert reply.picture is None
        assert reply.text == "Done."


async def test_what_cannot_be_drawn_is_logged_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = await painted(Reply("Done.", figure=Plot("empty", "", "", ())), str)
    assert reply == Reply("Done.")
    assert "the figure “empty” cannot be drawn" in caplog.text


async def test_it_is_painted_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    paint = drawn.figure_png

    def noted(*given: Any, **more: Any) -> bytes:
        threads.append(threading.get_ident())
        return paint(*given, **more)

    monkeypatch.setattr(drawn, "figure_png", noted)
    assert (await painted(Reply("Done.", figure=TABLE), str)).picture
    assert threads
    assert threading.get_ident() not in threads


async def test_an_answer_without_a_figure_stays_as_it_is() -> None:
    reply = Reply("Done.")
    assert await painted(reply, str) is reply
