"""Words in the thread, the message shortcut, and messages and threads that are deleted."""

from __future__ import annotations

from pathlib import Path

from loopback_slack import Channel
from slack_support import loopback, running_bot
from support import Line

from bot.on_slack.manifest import described

FIRST = ("I begin in the centre. Move: 5", "Now the corner. Move: 1", "And so I win. Move: 9")
SECOND = ("A modest edge. Move: 2", "Still here. Move: 3")


def callback_of_the_shortcut() -> str:
    (shortcut,) = described("socket")["features"]["shortcuts"]
    assert shortcut["type"] == "message"
    return str(shortcut["callback_id"])


def thread(channel: Channel) -> str:
    return "\n".join(reply.says for reply in channel.messages[0].replies)


class TestWords:
    async def test_the_words_of_models_stand_in_the_thread_in_order(self, tmp_path: Path) -> None:
        players = {"model/a": Line(*FIRST), "model/b": Line(*SECOND)}
        async with loopback() as slack, running_bot(slack, tmp_path, players) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe model/a model/b")
            await bot.board("model/a won")
            await bot.until(lambda: "And so I win" in thread(slack.general))
            spoken = ["I begin", "A modest edge", "Now the corner", "Still here", "And so I win"]
            places = [thread(slack.general).index(words) for words in spoken]
            assert places == sorted(places)
            assert len(slack.general.messages) == 1

    async def test_failed_attempts_are_told_with_the_reason(self, tmp_path: Path) -> None:
        players = {"model/a": Line("Move: 5", None), "model/b": Line("Move: 2")}
        async with loopback() as slack, running_bot(slack, tmp_path, players) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe model/a model/b")
            await bot.board("model/b won")
            await bot.until(lambda: "I do not know." in thread(slack.general))

    async def test_a_thread_that_is_gone_is_given_up_and_no_words_land_in_the_channel(self, tmp_path: Path) -> None:
        """Slack posts what is meant for a deleted message's thread into the channel; no such stray may stay."""
        async with loopback() as slack, running_bot(slack, tmp_path, {"model/b": Line(*SECOND)}) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me model/b")
            board = await bot.board("ann is to move")

            def delete() -> None:
                assert not board.replies, "a thread with replies outlives its first message"
                board.deleted = True

            slack.workspace.as_soon_as(lambda: "Last move, turn 2" in board.says, delete)
            await bot.press(slack.ann, board, "5")
            (stray,) = await bot.until(
                lambda: [one for one in slack.general.everything if "A modest edge" in one.says], what="for the words"
            )
            assert stray.thread_ts is None
            await bot.until(lambda: stray.deleted)
            await bot.duel(slack.ann, "resign")
            final = await bot.board("model/b won")
            assert slack.general.messages == [final]


class TestDeleted:
    async def test_a_deleted_board_is_posted_anew_and_playable(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            slack.delete(board)
            await bot.duel(slack.ann, "move 5")
            again = await bot.board("ann is to move", "Last move, turn 2")
            await bot.press(slack.ann, again, "Resign")
            await bot.until(lambda: "engine/perfect won" in again.says)
            assert slack.general.messages == [again]

    async def test_a_board_that_may_not_be_edited_any_more_is_posted_anew(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            slack.workspace.edit_window_seconds = 300
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            old = await bot.board("ann is to move")
            slack.pass_seconds(301)
            await bot.duel(slack.ann, "resign")
            new = await bot.board("engine/perfect won")
            assert new is not old


class TestShortcut:
    async def test_a_move_is_made_from_the_thread_of_a_board(self, tmp_path: Path) -> None:
        players = {"model/b": Line(*SECOND)}
        async with loopback() as slack, running_bot(slack, tmp_path, players) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me model/b")
            await bot.duel(slack.ann, "move 5")
            board = await bot.board("Last move, turn 2")
            reply = (await bot.until(lambda: board.replies))[0]
            used = await slack.shortcut(slack.ann, reply, callback_of_the_shortcut())
            view = await used.view()
            verb, text = (block["block_id"] for block in view.inputs)
            await slack.submit(view, {verb: "duel move", text: "1"})
            assert view.closed
            await bot.until(lambda: "Last move, turn 4" in board.says)

    async def test_on_a_board_a_command_that_cannot_be_done_is_refused_privately(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            used = await slack.shortcut(slack.bob, board, callback_of_the_shortcut())
            view = await used.view()
            verb, text = (block["block_id"] for block in view.inputs)
            await slack.submit(view, {verb: "duel move", text: "1"})
            assert view.errors or (await used.reply()).ephemeral_to is slack.bob
            (head,) = await bot.heads()
            assert head.plies == 0

    async def test_on_any_other_message_it_offers_all_commands(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path):
            message = slack.say(slack.bob, slack.general, "anyone for a duel?")
            view = await (await slack.shortcut(slack.ann, message, callback_of_the_shortcut())).view()
            verb, text = (block["block_id"] for block in view.inputs)
            await slack.submit(view, {verb: "duel start", text: "tic_tac_toe engine/perfect engine/perfect"})
            await slack.workspace.until(lambda: [one for one in slack.general.messages if "Length:" in one.says])
