"""Two members and what passes between them on Discord: challenges, draws, takebacks, handing over, reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from discord_support import Club, club
from loopback_discord import Message, Permission, User, live_pings
from support import Line

from engine.arena.challenges import STANDS_MS


@asynccontextmanager
async def challenged(game: str = "tic_tac_toe") -> AsyncIterator[tuple[Club, Message]]:
    """Ann has challenged Ben; the invitation."""
    async with club({"test/line": Line()}) as here:
        asked = await here.type(here.ann, "duel challenge", opponent=here.ben, game=game, seat="first", rated=False)
        assert asked.private
        assert "You challenged Ben" in asked.seen
        yield here, await here.channel.wait_for(lambda message: "challenges you" in message.seen)


@asynccontextmanager
async def playing(game: str = "tic_tac_toe") -> AsyncIterator[tuple[Club, Message]]:
    """Ann against Ben, Ann to move; the board."""
    async with challenged(game) as (here, invitation):
        await here.press(here.ben, invitation, "Accept")
        yield here, await here.board("Ann is to move.")


def others(here: Club) -> User:
    assert here.channel.guild
    return here.channel.guild.member("Cleo")


async def gone(here: Club, message: Message) -> None:
    await here.discord.world.wait_for(lambda: message.deleted)


async def test_an_invitation_mentions_who_is_challenged_and_nobody_else() -> None:
    async with challenged() as (here, invitation):
        assert here.ben.mention in invitation.content
        assert invitation.allowed_mentions == {"parse": [], "users": [str(here.ben.id)]}
        assert not live_pings(invitation)
        assert [button.label for button in invitation.buttons] == ["Accept", "Decline"]


async def test_accepting_takes_the_invitation_away_shows_the_board_and_tells_the_challenger() -> None:
    async with challenged() as (here, invitation):
        (asked,) = here.discord.state.interactions.values()
        accepted = await here.press(here.ben, invitation, "Accept")
        assert accepted.private
        board = await here.board("Ann is to move.")
        assert "Ann (X) against Ben (O)" in board.seen
        await gone(here, invitation)
        await here.discord.world.wait_for(lambda: "Ben accepted your challenge" in asked.seen)
        assert asked.private
        assert here.channel.messages == [board]


async def test_declining_is_told_to_the_challenger_alone() -> None:
    async with challenged() as (here, invitation):
        (asked,) = here.discord.state.interactions.values()
        declined = await here.press(here.ben, invitation, "Decline")
        assert declined.private
        await gone(here, invitation)
        await here.discord.world.wait_for(lambda: "Ben declined your challenge" in asked.seen)
        assert asked.private
        assert here.channel.messages == []


async def test_nobody_else_can_answer() -> None:
    async with challenged() as (here, invitation):
        cleo = others(here)
        for user in (cleo, here.ann):
            for label in ("Accept", "Decline"):
                pressed = await here.press(user, invitation, label)
                assert pressed.private
                assert "begins" not in pressed.seen
        assert here.channel.messages == [invitation]


async def test_withdrawing_takes_the_invitation_away() -> None:
    async with challenged() as (here, invitation):
        (asked,) = here.discord.state.interactions.values()
        assert asked.original
        withdrawn = await here.press(here.ann, asked.original, "Withdraw")
        assert "You withdrew the challenge." in withdrawn.seen
        assert withdrawn.private
        await gone(here, invitation)
        late = await here.type(here.ben, "duel accept")
        assert "Nobody challenges you" in late.seen


async def test_after_five_minutes_a_challenge_is_gone_and_its_challenger_knows() -> None:
    async with challenged() as (here, invitation):
        (asked,) = here.discord.state.interactions.values()
        accept = invitation.button("Accept")
        here.discord.clock.pass_seconds(STANDS_MS / 1000 + 1)
        await gone(here, invitation)
        await here.discord.world.wait_for(lambda: "Ben did not answer" in asked.seen)
        invitation.deleted = False
        late = await here.press(here.ben, invitation, accept)
        invitation.deleted = True
        assert late.private
        assert "begins" not in late.seen
        assert here.channel.messages == []


async def test_a_member_cannot_seat_another_without_being_let() -> None:
    async with club() as here:
        asked = await here.start(here.ann, "tic_tac_toe", "me", here.ben.mention)
        assert "You challenged Ben" in asked.seen
        invitation = await here.channel.wait_for(lambda message: "challenges you" in message.seen)
        await here.press(here.ben, invitation, "Accept")
        await here.board("Ann is to move.")


async def test_a_draw_is_offered_and_accepted_on_the_board() -> None:
    async with playing("chess") as (here, board):
        offered = await here.press(here.ann, board, "Offer a draw")
        assert offered.private
        await here.board("White offers a draw.")
        own = await here.press(here.ann, board, "Accept the draw")
        assert own.private
        assert "White offers a draw." in board.seen
        accepted = await here.press(here.ben, board, "Accept the draw")
        assert accepted.private
        over = await here.board("A draw.")
        assert over is board


async def test_a_draw_is_declined_and_the_duel_goes_on() -> None:
    async with playing("chess") as (here, board):
        await here.press(here.ann, board, "Offer a draw")
        await here.board("White offers a draw.")
        await here.press(here.ben, board, "Decline the draw")
        await here.channel.wait_for(lambda message: "offers a draw" not in message.seen)
        assert "Ann is to move." in board.seen


async def test_the_last_move_is_taken_back_by_consent() -> None:
    async with playing() as (here, board):
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Ben is to move.")
        asked = await here.press(here.ann, board, "Take back")
        assert asked.private
        await here.board("X asks to take the last move back.")
        await here.press(here.ben, board, "Allow the takeback")
        await here.board("Ann is to move.")
        assert board.button("1 (top left)")


async def test_a_member_hands_over_to_a_program_and_the_duel_goes_on() -> None:
    async with playing() as (here, _):
        here.bot.arena.context.roster.players["test/line"] = Line("1", "2", "3")  # type: ignore[attr-defined]
        handed = await here.type(here.ann, "duel autoplay", player="test/line")
        assert handed.private
        board = await here.board("Ben is to move.")
        assert "Casual" in board.seen
        await here.press(here.ben, board, "4 (middle left)")
        await here.channel.wait_for(lambda message: "turn 3: 2 (X)" in message.seen)


async def test_only_its_starter_or_a_moderator_cancels_a_duel() -> None:
    async with club({"test/line": Line()}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        (duel_id,) = await here.bot.arena.context.store.unfinished()
        refused = await here.type(here.ben, "duel cancel", duel=duel_id)
        assert refused.private
        assert "Ann is to move." in board.seen
        here.ben.permissions |= Permission.MANAGE_GUILD
        cancelled = await here.type(here.ben, "duel cancel", duel=duel_id, why="spam")
        assert cancelled.private
        over = await here.board("void")
        assert "spam" in over.seen


async def test_members_look_one_another_up() -> None:
    async with playing() as (here, board):
        await here.press(here.ann, board, "1 (top left)")
        profile = await here.type(here.ben, "duel profile", player=here.ann.mention)
        versus = await here.type(here.ben, "duel versus", first=here.ann.mention, second="me")
        assert "Ann" in profile.seen
        assert "Ann" in versus.seen
        assert "Ben" in versus.seen


async def test_what_goes_wrong_is_private_even_where_success_is_public() -> None:
    async with club() as here:
        public = await here.type(here.ann, "duel profile")
        assert not public.private
        wrong = await here.discord.command(here.ann, here.channel, "duel profile", player="@nobody at all")
        await here.discord.world.wait_for(lambda: wrong.original and wrong.original.deleted)
        (told,) = wrong.followups
        assert told.private
        assert "nobody at all" in told.seen
        assert here.channel.messages == [public.original]
