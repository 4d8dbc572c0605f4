"""A moderator's journeys on Discord: settings, keys, reports, blocked words; and what a member may not do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from discord_support import Club, club
from loopback_discord import Permission
from support import Line

from engine.ports import MoveSource

KEY = "sk-a-key-that-nobody-may-see-again"


@asynccontextmanager
async def moderated(players: Mapping[str, MoveSource] | None = None) -> AsyncIterator[Club]:
    """A club in which Ben is a moderator."""
    async with club(players) as here:
        here.ben.permissions |= Permission.MANAGE_GUILD
        yield here


async def choose(here: Club, name: str, value: str) -> str:
    """Change a setting as Ben; what he is told."""
    told = await here.type(here.ben, "arena set", name=name, value=value)
    assert told.private
    return told.seen


@pytest.mark.parametrize("path", ["arena settings", "arena changes", "arena keys", "duel reports", "arena resume"])
async def test_a_member_is_told_that_only_moderators_may(path: str) -> None:
    async with moderated() as here:
        refused = await here.type(here.ann, path)
        assert "Only moderators" in refused.seen
        assert refused.private
        allowed = await here.type(here.ben, path)
        assert "Only moderators" not in allowed.seen
        assert allowed.private


async def test_settings_are_completed_changed_listed_and_put_back() -> None:
    async with moderated() as here:
        offered = await here.discord.autocomplete(here.ben, here.channel, "arena set", "name")
        assert "pictures" in {value for _, value in offered}
        assert len(offered) <= 25
        assert "pictures is now: no" in await choose(here, "pictures", "off")
        listed = await here.type(here.ben, "arena changes")
        assert "pictures" in listed.seen
        assert "Ben" in listed.seen
        assert "pictures is now: yes" in await choose(here, "pictures", "default")
        assert "Did you mean" in await choose(here, "pictuers", "off")


async def test_without_pictures_the_board_is_text_of_a_fixed_width() -> None:
    async with moderated({"test/line": Line("4")}) as here:
        await choose(here, "pictures", "off")
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        assert board.files == {}
        assert "```" in board.text
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        assert "X" in board.text.split("```")[1]


async def test_pictures_can_be_turned_off_while_a_duel_is_played() -> None:
    async with moderated({"test/line": Line("4")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        assert board.files
        await choose(here, "pictures", "off")
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        assert board.files == {}
        assert "```" in board.text


async def test_the_servers_language_is_that_of_its_boards() -> None:
    async with moderated({"test/line": Line()}) as here:
        await choose(here, "language", "de")
        told = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "The duel begins." in told.seen
        await here.board("Ann ist am Zug.")


async def test_blocked_words_are_hidden_in_what_models_say() -> None:
    talk = Line("Darnation, I take 1", "I take 2", "I take 3"), Line("I take 4", "I take 5")
    async with moderated({"test/a": talk[0], "test/b": talk[1]}) as here:
        await choose(here, "blocked-words", "darnation")
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        board = await here.board("test/a won.")
        await here.discord.world.wait_for(lambda: board.thread and board.thread.messages)
        assert board.thread
        said = "\n".join(message.seen for message in board.thread.messages)
        assert "I take 1" in said
        assert "darnation" not in said.casefold()


async def test_who_may_start_and_what_may_be_played_is_the_servers_choice() -> None:
    async with moderated({"test/line": Line()}) as here:
        await choose(here, "games", "chess")
        refused = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert refused.private
        assert here.channel.messages == []
        await choose(here, "games", "default")
        await choose(here, "start", "moderators")
        refused = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "moderators" in refused.seen
        await here.start(here.ben, "tic_tac_toe", "me", "test/line")
        await here.board("Ben is to move.")


async def test_a_report_reaches_the_moderators_channel_and_nobody_else() -> None:
    async with moderated({"test/line": Line()}) as here:
        assert here.channel.guild
        office = here.channel.guild.channel("office")
        await choose(here, "moderators-channel", f"<#{office.id}>")
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        duel = board.seen.split()[-1]
        told = await here.type(here.ann, "duel report", duel=duel, why="rude @everyone")
        assert told.private
        notice = await office.wait_for(lambda message: "rude" in message.seen)
        assert "Ann reports duel" in notice.seen
        assert here.channel.messages == [board]
        shown = await here.press(here.ben, notice, "Show the duel")
        assert shown.private
        asked = await here.press(here.ben, notice, "Dismiss the report")
        assert asked.original
        struck = await here.press(here.ben, asked.original, "Yes")
        assert "struck off" in struck.seen


async def test_a_key_is_entered_in_a_form_and_never_shown_again() -> None:
    async with moderated() as here:
        form = await here.discord.command(here.ben, here.channel, "arena key")
        assert form.modal
        filled = await here.discord.submit(form, name="ours", key=KEY, model="gpt-5")
        told = await filled.reply()
        assert filled.private
        listed = await here.type(here.ben, "arena keys")
        everything = [told.text, listed.text, *(message.text for message in here.discord.world.messages())]
        assert not any(KEY in text for text in everything)
        assert "own/ours/gpt-5" in told.seen


async def test_a_member_is_given_no_form_for_keys_that_they_could_fill_in_for_nothing() -> None:
    async with moderated() as here:
        asked = await here.discord.command(here.ann, here.channel, "arena key")
        told = await here.discord.submit(asked, name="ours", key=KEY, model="gpt-5") if asked.modal else asked
        assert "Only moderators" in (await told.reply()).seen
        assert told.private


async def test_forgetting_asks_first_and_resigns_what_runs() -> None:
    async with moderated({"test/line": Line()}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        await here.board("Ann is to move.")
        kept = await here.type(here.ann, "arena export-me")
        assert kept.private
        assert kept.original
        assert any("Ann" in content.decode() for content in kept.original.files.values())
        asked = await here.type(here.ann, "arena forget-me")
        assert asked.original
        done = await here.press(here.ann, asked.original, "Forget me")
        assert done.private
        assert "You are forgotten" in done.seen
        over = await here.board("test/line won.")
        assert "Ann" not in over.seen
