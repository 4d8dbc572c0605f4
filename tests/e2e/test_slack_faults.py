"""What Slack does to an app: lost sockets, repeats, limits, broken answers, pictures that are not ready, restarts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loopback_slack import SCOPES, Fault
from slack_support import loopback, running_bot

ENGINES = "start tic_tac_toe engine/perfect engine/random"


class TestSocket:
    @pytest.mark.parametrize("how", ["warning", "refresh_requested"])
    async def test_a_connection_is_replaced_when_slack_asks(self, tmp_path: Path, how: str) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await slack.sockets.disconnect(how)
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            await bot.board("ann is to move")

    async def test_a_closed_connection_is_made_again(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            opened = slack.sockets.opened
            await slack.sockets.close()
            await bot.until(lambda: slack.sockets.opened > opened and slack.sockets.connections)
            await bot.press(slack.ann, board, "5")
            await bot.until(lambda: "Last move" in board.says)

    async def test_a_cut_connection_is_noticed_and_made_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.on_slack.socket.PING_SECONDS", 0.05)
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            opened = slack.sockets.opened
            slack.sockets.drop()
            await bot.until(lambda: slack.sockets.opened > opened and slack.sockets.connections)
            await bot.press(slack.ann, board, "5")
            await bot.until(lambda: "Last move" in board.says)

    async def test_a_repeated_envelope_runs_once(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            started = await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            await slack.redeliver(started)
            board = await bot.board("ann is to move")
            pressed = await bot.press(slack.ann, board, "5")
            await slack.redeliver(pressed)
            await bot.until(lambda: "Last move, turn 2" in board.says)
            (head,) = await bot.heads()
            assert head.plies == 2
            assert [len(one.replies) for one in (started, pressed)] == [1, 1]

    async def test_a_repeated_form_runs_once(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            view = await (await slack.slash(slack.ann, slack.general, "/duel", "start")).view()
            for block in view.inputs:
                await slack.suggest(view, block["element"]["action_id"], "")
            sent = await slack.submit(view, {"game": "tic_tac_toe", "first": "me", "second": "engine/random"})
            await slack.redeliver(sent)
            await bot.board("ann is to move")
            assert len(await bot.heads()) == 1


class TestRestart:
    async def test_buttons_work_after_a_restart(self, tmp_path: Path) -> None:
        async with loopback() as slack:
            async with running_bot(slack, tmp_path) as bot:
                await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
                board = await bot.board("ann is to move")
            async with running_bot(slack, tmp_path) as bot:
                await bot.press(slack.ann, board, "5")
                await bot.until(lambda: "Last move, turn 2" in board.says)
                assert slack.general.messages == [board]

    async def test_an_invitation_can_be_accepted_after_a_restart_and_only_once(self, tmp_path: Path) -> None:
        async with loopback() as slack:
            async with running_bot(slack, tmp_path) as bot:
                await bot.duel(slack.ann, f"challenge {slack.bob.mention} tic_tac_toe seat:first")
                invitation = await bot.invitation(slack.bob)
            async with running_bot(slack, tmp_path) as bot:
                both = [bot.press(slack.bob, invitation, "Accept", version=0) for _ in range(2)]
                for done in await asyncio.gather(*both):
                    assert (await done.reply()).ephemeral_to == slack.bob
                await bot.board("ann is to move")
                assert len(await bot.heads()) == 1

    async def test_what_slack_repeats_after_a_restart_runs_once(self, tmp_path: Path) -> None:
        async with loopback() as slack:
            async with running_bot(slack, tmp_path) as bot:
                started = await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
                board = await bot.board("ann is to move")
                pressed = await bot.press(slack.ann, board, "5")
                await bot.until(lambda: "Last move, turn 2" in board.says)
            async with running_bot(slack, tmp_path) as bot:
                await slack.redeliver(started)
                await slack.redeliver(pressed)
                await bot.duel(slack.ann, "resign")
                await bot.board("engine/perfect won")
                (head,) = await bot.heads()
                assert head.plies == 2
                assert slack.general.messages == [board]

    async def test_what_was_not_shown_is_shown_after_a_restart(self, tmp_path: Path) -> None:
        async with loopback() as slack:
            async with running_bot(slack, tmp_path) as bot:
                await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
                board = await bot.board("ann is to move")
                slack.faults.next("chat.update", *[Fault.SERVER_ERROR] * 100)
                await bot.duel(slack.ann, "resign")
            slack.faults.clear()
            async with running_bot(slack, tmp_path) as bot:
                await bot.until(lambda: "engine/perfect won" in board.says)
                assert slack.general.messages == [board]


class TestPictures:
    async def test_a_picture_that_is_not_ready_is_waited_for(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            slack.files.ready_after_tries = 2
            await bot.duel(slack.ann, ENGINES)
            board = await bot.board("Length:")
            assert len(board.pictures) == 1

    async def test_a_picture_that_never_becomes_ready_is_replaced_by_text(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            slack.files.ready_after_tries = 1000
            await slack.slash(slack.ann, slack.general, "/duel", ENGINES)
            await bot.until(lambda: [one for one in slack.general.messages if "Length:" in one.says])
            (message,) = slack.general.messages
            assert message.pictures == []


class TestFaults:
    @pytest.mark.parametrize("fault", list(Fault))
    @pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "files.getUploadURLExternal"])
    async def test_one_fault_costs_no_board(self, tmp_path: Path, method: str, fault: Fault) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            slack.faults.next(method, fault)
            await slack.slash(slack.ann, slack.general, "/duel", "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            await bot.press(slack.ann, board, "Resign")
            await bot.board("engine/perfect won")

    async def test_a_post_whose_answer_was_lost_is_found_when_the_app_may_read(self, tmp_path: Path) -> None:
        async with loopback(scopes=SCOPES | {"channels:history"}) as slack, running_bot(slack, tmp_path) as bot:
            slack.faults.next("chat.postMessage", Fault.CUT_AFTER)
            await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
            board = await bot.board("ann is to move")
            assert slack.general.messages == [board]

    async def test_an_answer_gets_through_a_bad_minute(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            slack.faults.next("response_url", Fault.SERVER_ERROR, Fault.RATE_LIMITED, Fault.CUT_BEFORE)
            done = await bot.duel(slack.ann, "list")
            assert "No duels here yet" in done.replies[0].says
