"""People play on Slack: buttons, forms, hidden choices, and answers that only their presser sees."""

from __future__ import annotations

from pathlib import Path

from loopback_slack import LoopbackSlack, Message
from slack_support import Bot, loopback, running_bot


async def challenged(bot: Bot, slack: LoopbackSlack, game: str, *options: str) -> Message:
    """Ann and Bob sit at a board of that game, Ann first."""
    await bot.duel(slack.ann, " ".join([f"challenge {slack.bob.mention} {game} seat:first", *options]))
    await bot.press(slack.bob, await bot.invitation(slack.bob), "Accept")
    return await bot.board()


class TestButtons:
    async def test_tic_tac_toe_is_played_by_buttons_and_only_in_turn(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            assert [label[0] for label in board.labels[:9]] == list("123456789")
            for user, cell in zip([slack.ann, slack.bob] * 3, ("5", "1", "3", "7", "4", "6"), strict=True):
                await bot.until(lambda user=user: f"{user.name} is to move" in board.says)
                await bot.press(user, board, cell)
            await bot.until(lambda: "bob" in board.says and "ann is to move" in board.says)
            assert [label[0] for label in board.labels[:3]] == list("289")
            assert len(slack.general.messages) == 1

    async def test_a_button_of_an_older_position_answers_only_its_presser(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            await bot.press(slack.ann, board, "5")
            await bot.until(lambda: "bob is to move" in board.says)
            stale = await bot.press(slack.bob, board, "1", version=0)
            reply = await stale.reply()
            assert reply.ephemeral_to == slack.bob
            assert "bob is to move" in board.says
            (head,) = await bot.heads()
            assert (await bot.arena.context.load(head.duel_id)).ply == 1  # the head follows when the duel waits again

    async def test_a_button_that_is_not_theirs_answers_only_its_presser(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            for user in (slack.carl, slack.bob):
                done = await bot.press(user, board, "5")
                assert (await done.reply()).ephemeral_to == user
            assert len(slack.general.messages) == 1
            (head,) = await bot.heads()
            assert head.plies == 0

    async def test_a_double_click_plays_once(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            first = await bot.press(slack.ann, board, "5")
            again = await bot.press(slack.ann, board, "5", version=0)
            assert {(await one.reply()).ephemeral_to for one in (first, again)} == {slack.ann}
            await bot.until(lambda: "bob is to move" in board.says)
            (head,) = await bot.heads()
            assert head.plies == 1


class TestForms:
    async def test_a_chess_move_is_made_in_a_form_and_an_illegal_one_is_explained(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "chess")
            pressed = await bot.press(slack.ann, board, "Move…")
            view = await pressed.view()
            await slack.submit(view, {"move": "e5"})
            assert "e5" in (view.errors.get("move") or (await pressed.reply()).says)
            view = await (await bot.press(slack.ann, board, "Move…")).view()
            await slack.submit(view, {"move": "e4"})
            assert view.closed
            await bot.until(lambda: "e4" in board.says and "bob is to move" in board.says)

    async def test_a_move_can_be_typed(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "chess")
            await bot.duel(slack.ann, "move Nf3")
            await bot.until(lambda: "Nf3" in board.says)


class TestHiddenChoices:
    async def test_rock_paper_scissors_tells_nobody_before_both_have_chosen(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "rock_paper_scissors", "rounds:1")
            asked = await bot.press(slack.ann, board, "Choose")
            choice = await asked.reply()
            assert choice.ephemeral_to == slack.ann
            assert sorted(label.casefold() for label in choice.labels) == ["paper", "rock", "scissors"]
            rock = next(label for label in choice.labels if label.casefold() == "rock")
            sealed = await bot.press(slack.ann, choice, rock)
            assert "sealed" in (await sealed.reply()).says
            await bot.until(lambda: "has chosen" in board.says)
            public = "\n".join(str(shown) for _, shown in board.versions).casefold()
            assert '"move": "rock"' not in public
            assert "move=rock" not in public
            asked = await bot.press(slack.bob, board, "Choose")
            theirs = await asked.reply()
            paper = next(label for label in theirs.labels if label.casefold() == "paper")
            await bot.press(slack.bob, theirs, paper)
            await bot.until(lambda: "ock" in board.says and "aper" in board.says)


class TestEnds:
    async def test_resigning_asks_first(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            assert await slack.press(slack.ann, board, "Resign", confirm=False) is None
            done = await bot.press(slack.ann, board, "Resign")
            assert done.confirmed
            assert "resign" in done.confirmed["text"]["text"].casefold()
            await bot.until(lambda: "bob won" in board.says)

    async def test_a_draw_is_offered_and_accepted(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "chess")
            await bot.press(slack.ann, board, "Offer a draw")
            await bot.until(lambda: "Accept the draw" in board.labels)
            own = await bot.press(slack.ann, board, "Accept the draw")
            assert (await own.reply()).ephemeral_to == slack.ann
            await bot.press(slack.bob, board, "Accept the draw")
            await bot.until(lambda: "A draw." in board.says)

    async def test_a_rematch_swaps_the_seats(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            await bot.duel(slack.ann, "start tic_tac_toe engine/perfect engine/random")
            board = await bot.board("Length:")
            await bot.press(slack.bob, board, "Rematch")
            again = await bot.until(
                lambda: [one for one in slack.general.messages if one is not board and "Length:" in one.says]
            )
            assert "engine/random (X) against engine/perfect (O)" in again[0].says

    async def test_a_rematch_between_people_is_a_challenge(self, tmp_path: Path) -> None:
        async with loopback() as slack, running_bot(slack, tmp_path) as bot:
            board = await challenged(bot, slack, "tic_tac_toe")
            await bot.press(slack.ann, board, "Resign")
            await bot.until(lambda: board.labels == ["Rematch"])
            await bot.press(slack.ann, board, "Rematch")
            await bot.press(slack.bob, await bot.invitation(slack.bob), "Accept")
            again = await bot.until(lambda: [one for one in slack.general.messages if one is not board])
            assert "bob (X) against ann (O)" in again[0].says
