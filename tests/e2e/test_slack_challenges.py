"""Challenges on Slack: what becomes of one is told to whom it concerns, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_slack import LoopbackSlack, Message
from slack_support import Bot, loopback, running_bot


async def invited(bot: Bot, slack: LoopbackSlack) -> tuple[Message, Message]:
    """Ann challenges Bob: what she was answered, and what he sees."""
    done = await bot.duel(slack.ann, f"challenge {slack.bob.mention} tic_tac_toe seat:first")
    return done.replies[0], await bot.invitation(slack.bob)


def told(slack: LoopbackSlack, who: str) -> str:
    return "\n".join(one.says for one in slack.general.ephemerals_of(getattr(slack, who)))


async def test_a_challenge_is_seen_by_the_two_alone_and_accepted_by_the_one(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        answer, invitation = await invited(bot, slack)
        assert answer.ephemeral_to == slack.ann
        assert "ann challenges you" in invitation.says
        assert slack.general.messages == []
        assert slack.general.ephemerals_of(slack.carl) == []
        accepted = await bot.press(slack.bob, invitation, "Accept")
        assert "You accepted" in (await accepted.reply()).says
        board = await bot.board("ann is to move")
        assert "ann (X) against bob (O)" in board.says
        await bot.until(lambda: "bob accepted your challenge" in told(slack, "ann"))
        await bot.until(lambda: invitation.deleted)
        again = await bot.press(slack.bob, invitation, "Accept", version=0)
        await again.reply()
        assert len(await bot.heads()) == 1


async def test_a_challenge_is_declined_and_only_its_challenger_hears_of_it(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        _, invitation = await invited(bot, slack)
        await bot.press(slack.bob, invitation, "Decline")
        await bot.until(lambda: "bob declined your challenge" in told(slack, "ann"))
        assert slack.general.messages == []
        await bot.until(lambda: invitation.deleted)
        late = await bot.press(slack.bob, invitation, "Accept", version=0)
        assert (await late.reply()).ephemeral_to == slack.bob
        assert await bot.heads() == []


async def test_a_challenge_is_withdrawn(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        answer, invitation = await invited(bot, slack)
        done = await bot.press(slack.ann, answer, "Withdraw")
        assert "You withdrew" in (await done.reply()).says
        await bot.until(lambda: invitation.deleted)
        late = await bot.press(slack.bob, invitation, "Accept", version=0)
        assert "withdr" in (await late.reply()).says
        assert await bot.heads() == []
        assert slack.general.messages == []


async def test_a_challenge_runs_out_after_five_minutes(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        _, invitation = await invited(bot, slack)
        slack.pass_seconds(301)
        await bot.until(lambda: "did not answer" in told(slack, "ann"))
        await bot.until(lambda: invitation.deleted)
        late = await bot.press(slack.bob, invitation, "Accept", version=0)
        assert (await late.reply()).ephemeral_to == slack.bob
        assert await bot.heads() == []


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
async def test_nobody_else_can_answer_it(tmp_path: Path, verb: str) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        answer, invitation = await invited(bot, slack)
        key = next(button["value"] for button in answer.buttons).partition("challenge=")[2]
        done = await bot.duel(slack.carl, f"{verb} {key}")
        assert done.replies[0].ephemeral_to == slack.carl
        await bot.press(slack.bob, invitation, "Accept")
        await bot.board("ann is to move")


async def test_a_member_who_was_never_here_is_asked_too(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        newcomer = slack.workspace.add_user("eve")
        await bot.duel(slack.ann, f"start tic_tac_toe me {newcomer.mention}")
        assert "ann challenges you" in (await bot.invitation(newcomer)).says
        assert slack.general.messages == []


async def test_the_form_of_a_challenge_asks_for_a_member(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        view = await (await slack.slash(slack.ann, slack.general, "/duel", "challenge")).view()
        game = next(block["element"]["action_id"] for block in view.inputs if block["block_id"] == "game")
        await slack.suggest(view, game, "tic")
        await slack.submit(view, {"opponent": slack.bob.id, "game": "tic_tac_toe"})
        assert "ann challenges you" in (await bot.invitation(slack.bob)).says
