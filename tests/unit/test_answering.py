"""From an invocation to an answer: the asker's language, private errors, nothing said that must not be."""

from __future__ import annotations

import logging

import pytest
from support import arena_over

from bot.answering import answer
from bot.commands import Invocation
from engine.arena import Arena
from engine.errors import StoreError, StoreFull
from engine.model import Community, Role

GUILD = Community("discord", "7")


async def asked(arena: Arena, command: str, verb: str, role: Role = Role.MEMBER, **more: object) -> Invocation:
    ann = await arena.people.seen("discord", "42", "Ann Darn")
    options = dict(more.pop("options", {}))  # type: ignore[call-overload]
    return Invocation(GUILD, ann, command, verb, options, "request-1234567", role=role, **more)  # type: ignore[arg-type]


async def test_an_error_is_private_and_in_the_askers_language() -> None:
    async with arena_over() as arena:
        told = await answer(await asked(arena, "duel", "resign", locale="de-AT"), arena)
        assert told.private
        assert told.text.startswith("Du ")


async def test_blocked_words_are_hidden_in_what_a_command_answers() -> None:
    async with arena_over() as arena:
        await arena.communities.change(GUILD, "blocked-words", "darn", "mod", "r1")
        told = await answer(await asked(arena, "duel", "profile"), arena)
        assert "Darn" not in told.text
        assert "Ann" in told.text


async def test_moderators_see_which_words_they_have_blocked() -> None:
    async with arena_over() as arena:
        await arena.communities.change(GUILD, "blocked-words", "darn", "mod", "r1")
        told = await answer(await asked(arena, "arena", "settings", Role.MODERATOR), arena)
        assert any("darn" in cell for line in told.lines for cell in line)


async def test_whom_the_settings_name_may_do_what_a_moderator_may() -> None:
    async with arena_over() as arena:
        before = await answer(await asked(arena, "arena", "settings"), arena)
        assert not before.lines
        ann = await arena.people.seen("discord", "42", "Ann Darn")
        await arena.communities.change(GUILD, "moderators", ann.id, "mod", "r1")
        assert (await answer(await asked(arena, "arena", "settings"), arena)).lines


@pytest.mark.parametrize(
    ("error", "says"), [(StoreError("broken"), "nothing was lost"), (StoreFull("x"), "disk is full")]
)
async def test_a_fault_of_ours_is_logged_and_told_without_its_cause(
    error: Exception, says: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise error

    async with arena_over() as arena:
        invocation = await asked(arena, "duel", "list")
        monkeypatch.setattr("bot.answering.run_command", fail)
        with caplog.at_level(logging.ERROR):
            told = await answer(invocation, arena)
    assert told.private
    assert says in told.text
    assert str(error) not in told.text.split()
    assert "request-1234567" in caplog.text
