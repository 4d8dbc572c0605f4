"""A member's way through the bot on Slack: commands, boards, forms, and sentences that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_slack import Fault
from slack_support import loopback, running_bot, settings_for
from support import Line, arena_over

from bot.chat import Chat
from engine.errors import NotConfigured

ENGINES = "start tic_tac_toe engine/perfect engine/random"


async def test_two_engines_play_from_the_first_board_to_the_last(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        done = await slack.slash(slack.ann, slack.general, "/duel", ENGINES)
        assert done.ack_ms < 1000
        assert (await done.reply()).ephemeral_to == slack.ann
        board = await bot.board("Length:")
        assert board.labels == ["Rematch"]
        assert "Last move" in board.says
        assert board.alts[0].startswith("Tic-Tac-Toe board")
        assert [len(one.pictures) for one in slack.general.messages] == [1], "one message, edited in place"
        with_files = await bot.until(lambda: [one for one in board.replies if one.files])
        assert [file.name.rpartition(".")[2] for one in with_files for file in one.files] == ["json"]
        (head,) = await bot.heads()
        assert head.outcome
        assert head.outcome.why in board.says


async def test_a_chess_duel_ends_with_its_moves_as_pgn(tmp_path: Path) -> None:
    players = {"model/a": Line("f3", "g4"), "model/b": Line("e5", "Qh4#")}
    async with loopback() as slack, running_bot(slack, tmp_path, players) as bot:
        await bot.duel(slack.ann, "start chess model/a model/b")
        board = await bot.board("checkmate", "Length: 4 plies")
        assert "Cost:" in board.says
        (with_file,) = await bot.until(lambda: [one for one in board.replies if one.files])
        (pgn,) = with_file.files
        assert pgn.name.endswith(".pgn")
        assert b"1. f3 e5 2. g4 Qh4# 0-1" in (pgn.content or b"")


async def test_only_the_newest_picture_of_a_board_is_kept(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
        board = await bot.board("is to move")
        for _ in range(2):
            shown = board.pictures
            await bot.press(slack.ann, board, _free(board.labels))
            await bot.until(lambda shown=shown: board.pictures != shown and "ann is to move" in board.says)
        shown_now = board.pictures
        await bot.until(
            lambda: [file.id for file in slack.workspace.files.values() if not file.deleted] == shown_now,
            what="for the old pictures to be deleted",
        )


def _free(labels: list[str]) -> str:
    """A cell that is still free, the middle of the board first."""
    cells = [label[0] for label in labels if label[0].isdecimal()]
    return "5" if "5" in cells else cells[0]


async def test_start_alone_opens_a_form_that_starts_the_duel(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        asked = await slack.slash(slack.ann, slack.general, "/duel", "start")
        view = await asked.view()
        offered = {}
        for block in view.inputs:
            found = await slack.suggest(view, block["element"]["action_id"], "")
            offered[block["block_id"]] = [option["value"] for option in found]
        assert "tic_tac_toe" in offered["game"]
        assert "me" in offered["first"]
        await slack.submit(view, {"game": "tic_tac_toe", "first": "me", "second": "engine/random"})
        assert view.closed
        board = await bot.board("ann is to move")
        assert board.channel is slack.general


async def test_the_players_of_a_form_are_found_by_what_is_typed(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path):
        view = await (await slack.slash(slack.ann, slack.general, "/duel", "start")).view()
        second = next(block["element"]["action_id"] for block in view.inputs if block["block_id"] == "second")
        found = await slack.suggest(view, second, "rand")
        assert [option["value"] for option in found] == ["engine/random"]


@pytest.mark.parametrize("text", ["", "help"])
@pytest.mark.parametrize("command", ["/duel", "/arena"])
async def test_help_is_private_and_names_the_commands(tmp_path: Path, command: str, text: str) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path):
        done = await slack.slash(slack.ann, slack.general, command, text)
        said = (await done.reply()).says
        assert done.replies[0].ephemeral_to == slack.ann
        assert f"{command} " in said
        assert slack.general.messages == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("start ches engine/random engine/random", "Did you mean chess"),
        ("dance", "dance"),
        ("move e4", "You are in no running duel"),
        ("start chess engine/rendom engine/random", "engine/rendom"),
    ],
)
async def test_a_mistake_is_answered_privately_in_words(tmp_path: Path, text: str, says: str) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path):
        reply = await (await slack.slash(slack.ann, slack.general, "/duel", text)).reply()
        assert says in reply.says
        assert reply.ephemeral_to == slack.ann
        assert slack.general.messages == []


async def test_a_member_is_answered_in_the_language_of_their_slack(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        english = (await bot.duel(slack.ann, "list")).replies[0].says
        german = (await bot.duel(slack.carl, "list")).replies[0].says
        assert english != german
        assert "Duell" in german


async def test_a_channel_without_the_bot_is_told_how_to_let_it_in(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        other = slack.workspace.add_channel("random", with_bot=False)
        done = await slack.slash(slack.ann, other, "/duel", "start tic_tac_toe me engine/perfect")
        reply = await done.reply()
        assert "/invite @arena" in reply.says
        assert reply.ephemeral_to == slack.ann
        assert other.messages == []
        (head,) = await bot.heads()
        assert head.outcome
        assert head.outcome.void, "no duel goes on unseen"


async def test_a_duel_that_ends_before_it_can_be_refused_is_answered_too(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path):
        other = slack.workspace.add_channel("random", with_bot=False)
        slack.faults.next("files.getUploadURLExternal", Fault.RATE_LIMITED)
        done = await slack.slash(slack.ann, other, "/duel", ENGINES)
        assert "/invite @arena" in (await done.reply()).says


async def test_an_archived_channel_gets_a_sentence_too(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
        board = await bot.board("is to move")
        slack.general.archived = True
        done = await slack.slash(slack.ann, slack.general, "/duel", ENGINES)
        assert "archived" in (await done.reply()).says
        await bot.press(slack.ann, board, _free(board.labels))
        slack.general.archived = False
        await bot.duel(slack.ann, "resign")
        assert (await bot.board("engine/perfect won")).labels == ["Rematch"]


async def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    scopes = frozenset({"commands", "files:write", "users:read"})
    async with loopback(scopes=scopes) as slack, running_bot(slack, tmp_path):
        reply = await (await slack.slash(slack.ann, slack.general, "/duel", ENGINES)).reply()
        assert "chat:write" in reply.says


async def test_without_the_scope_for_files_the_board_is_text(tmp_path: Path) -> None:
    scopes = frozenset({"commands", "chat:write", "users:read"})
    async with loopback(scopes=scopes) as slack, running_bot(slack, tmp_path) as bot:
        await slack.slash(slack.ann, slack.general, "/duel", ENGINES)
        await bot.until(lambda: [one for one in slack.general.messages if "Length:" in one.says])
        (message,) = slack.general.messages
        assert message.pictures == []
        assert message.labels == ["Rematch"]


async def test_a_refused_token_says_which_variable_to_mend(tmp_path: Path) -> None:
    async with loopback() as slack, arena_over(clock=slack.clock) as arena:
        settings = settings_for(slack, tmp_path)
        slack.tokens.bot = "xoxb-of-another-app"
        with pytest.raises(NotConfigured, match="SLACK_BOT_TOKEN"):
            await Chat(settings, arena).run("slack")
