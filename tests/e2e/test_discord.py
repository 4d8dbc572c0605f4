"""A member's journeys on Discord: the real discord.py and our bot against a Discord that enforces the rules."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from discord_support import club
from loopback_discord import Button, Message, live_pings
from support import Line

from engine.ports import Answer, MoveRequest, MoveSource

PNG = b"\x89PNG"


class Held:
    """Answers like another player, each time when it is let go."""

    def __init__(self, inner: MoveSource) -> None:
        self._inner = inner
        self.turns = asyncio.Semaphore(0)

    async def choose(self, request: MoveRequest) -> Answer:
        await self.turns.acquire()
        return await self._inner.choose(request)

    async def close(self) -> None:
        """Nothing to close."""


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


async def test_two_programs_play_on_one_board_to_its_end() -> None:
    first, second = Held(Line("1", "2", "3")), Line("4", "5")
    async with club({"test/held": first, "test/line": second}) as here:
        asked = await here.start(here.ann, "tic_tac_toe", "test/held", "test/line")
        assert asked.private
        assert "Tic-Tac-Toe: test/held against test/line" in asked.seen
        board = await here.board("X is thinking.")
        before = board.files["board.png"]
        for _ in range(3):
            first.turns.release()
        over = await here.board("test/held won.")
        assert over is board
        assert here.channel.messages == [board]
        assert "X has three in a row: 1, 2, 3." in over.seen
        assert "Length: 5 plies" in over.seen
        assert over.files["board.png"].startswith(PNG)
        assert over.files["board.png"] != before
        assert "top left X; top centre X; top right X" in over.attachments[0].description
        assert [name for name in over.files if name.startswith("tic_tac_toe-")]
        assert labels(over) == ["Rematch"]
        assert not live_pings(over)


async def test_the_rematch_button_swaps_the_seats_on_a_board_of_its_own() -> None:
    lines = Line("1", "2", "3", "7", "8"), Line("4", "5", "4", "5", "6")
    async with club({"test/a": lines[0], "test/b": lines[1]}) as here:
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        over = await here.board("test/a won.")
        pressed = await here.press(here.ben, over, "Rematch")
        assert pressed.private
        second = await here.board("test/b won.")
        assert second is not over
        assert "test/b (X) against test/a (O)" in second.seen


async def test_a_member_plays_tic_tac_toe_with_buttons() -> None:
    async with club({"test/line": Line("4", "5")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        assert labels(board)[:2] == ["1 (top left)", "2 (top centre)"]
        assert "Resign" in labels(board)
        played = await here.press(here.ann, board, "1 (top left)")
        assert (played.seen, played.private) == ("Played.", True)
        board = await here.board("Last move, turn 2: 4 (O)")
        assert "1 (top left)" not in labels(board)
        await here.press(here.ann, board, "2 (top centre)")
        await here.board("Last move, turn 4: 5 (O)")
        await here.press(here.ann, board, "3 (top right)")
        over = await here.board("Ann won.")
        assert over is board
        assert labels(over) == ["Rematch"]


async def test_a_chess_move_is_entered_in_a_form_and_a_wrong_one_is_explained_to_its_player_alone() -> None:
    async with club({"test/line": Line("e5")}) as here:
        await here.start(here.ann, "chess", "me", "test/line")
        board = await here.board("Ann is to move.")
        form = await here.press(here.ann, board, "Move…")
        assert form.modal
        refused = await here.discord.submit(form, move="e5")
        assert "e5" in (await refused.reply()).seen
        assert refused.private
        form = await here.press(here.ann, board, "Move…")
        played = await here.discord.submit(form, move="e4")
        assert (await played.reply()).seen == "Played."
        board = await here.board("Last move, turn 2: e5 (Black)")
        assert "e5" in board.attachments[0].description


async def test_a_move_is_typed() -> None:
    async with club({"test/line": Line("e5")}) as here:
        await here.start(here.ann, "chess", "me", "test/line")
        await here.board("Ann is to move.")
        played = await here.type(here.ann, "duel move", move="pawn to e4")
        assert played.private
        await here.board("Last move, turn 2: e5 (Black)")


async def test_a_button_of_an_older_position_answers_its_presser_alone_and_plays_nothing() -> None:
    async with club({"test/line": Line("4", "5")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        old = board.button("9 (bottom right)")
        await here.press(here.ann, board, "1 (top left)")
        board = await here.board("Last move, turn 2: 4 (O)")
        late = await here.press(here.ann, board, old)
        assert late.private
        assert late.seen != "Played."
        assert "9 (bottom right)" in labels(board)
        assert here.channel.messages == [board]


async def test_a_button_that_is_not_theirs_answers_its_presser_alone() -> None:
    async with club({"test/line": Line("4")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        for wanted in ("1 (top left)", "Resign"):
            pressed = await here.press(here.ben, board, wanted)
            assert pressed.private
        answered = await here.press(here.ben, pressed.original or board, "Yes")
        assert answered.private
        assert "won" not in answered.seen
        assert "Ann is to move." in board.seen


async def test_resigning_asks_first() -> None:
    async with club({"test/line": Line()}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        asked = await here.press(here.ann, board, "Resign")
        assert asked.private
        assert "Do you want to resign?" in asked.seen
        assert "Ann is to move." in board.seen
        assert asked.original
        await here.press(here.ann, asked.original, "Yes")
        over = await here.board("test/line won.")
        assert "resigned" in over.seen


async def test_a_hidden_choice_is_made_in_a_message_only_its_player_sees() -> None:
    async with club({"test/line": Held(Line("paper"))}) as here:
        held: Any = here.bot.arena.context.roster
        await here.start(here.ann, "rock_paper_scissors", "me", "test/line", settings="rounds:1")
        board = await here.board("Ann is to move.")
        assert labels(board)[0] == "Choose"
        asked = await here.press(here.ann, board, "Choose")
        assert asked.private
        assert asked.original
        assert labels(asked.original) == ["Rock", "Paper", "Scissors"]
        chosen = await here.press(here.ann, asked.original, "Scissors")
        assert chosen.private
        assert "sealed" in chosen.seen
        waiting = await here.board("Player 1 has chosen.")
        posted = " ".join([waiting.seen, *waiting.before, *labels(waiting), waiting.attachments[0].description])
        assert "scissors" not in posted.casefold().replace("rock-paper-scissors", "")
        held.players["test/line"].turns.release()
        over = await here.board("Ann won.")
        assert "Scissors (Player 1), Paper (Player 2)" in over.seen


async def test_completion_knows_games_players_and_duels_and_offers_25_at_most() -> None:
    cast: dict[str, MoveSource] = {f"test/player-{number:02}": Line("1", "2", "3", "4") for number in range(40)}
    async with club(cast) as here:
        offer = here.discord.autocomplete
        games = await offer(here.ann, here.channel, "duel start", "game")
        assert {"chess", "tic_tac_toe"} <= {value for _, value in games}
        players = await offer(here.ann, here.channel, "duel start", "first", "player", game="chess")
        assert len(players) == 25
        assert [value for _, value in await offer(here.ann, here.channel, "duel start", "second", "player-39")] == [
            "test/player-39"
        ]
        await here.start(here.ann, "tic_tac_toe", "me", "test/player-01")
        duels = await offer(here.ann, here.channel, "duel show", "duel")
        assert duels[0][1] == "last"
        assert any("Ann" in name for name, _ in duels[1:])
        assert not await offer(here.ann, here.channel, "duel show", "duel", "no such duel")


async def test_the_words_of_the_players_stand_in_one_thread_of_the_board() -> None:
    talk = Line("I take the corner: 1", "2", "Move: 3"), Line("Then I block it.\nMove: 4", "Move: 5")
    async with club({"test/a": talk[0], "test/b": talk[1]}) as here:
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        board = await here.board("test/a won.")
        await here.discord.world.wait_for(lambda: board.thread and "Move: 3" in "".join(_said(board)))
        assert board.thread
        assert board.thread.name == "Tic-Tac-Toe: test/a – test/b"
        said = "\n".join(_said(board))
        assert said.index("I take the corner") < said.index("Then I block it") < said.index("Move: 3")
        assert here.channel.messages == [board]
        assert here.discord.state.requests["POST /channels/{channel}/messages/{message}/threads"] == 1


def _said(board: Message) -> list[str]:
    return [message.seen for message in board.thread.messages] if board.thread else []


async def test_everybody_reads_their_own_language_and_the_channel_reads_the_servers() -> None:
    async with club({"test/line": Line()}, locale="de") as here:
        here.ann.locale = "de"
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "The duel begins." not in asked.seen
        board = await here.board("Ann ist am Zug.")
        english = await here.press(here.ben, board, board.buttons[0])
        assert "Ann" in board.seen
        german = await here.type(here.ann, "duel move", move="99")
        assert english.seen.isascii()
        assert german.seen != english.seen


@pytest.mark.parametrize("path", ["duel show", "duel list", "duel replay", "duel export", "arena help", "arena games"])
async def test_looking_is_private(path: str) -> None:
    async with club({"test/a": Line("1", "2", "3"), "test/b": Line("4", "5")}) as here:
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        await here.board("test/a won.")
        asked = await here.type(here.ben, path)
        assert asked.private
        assert asked.text or asked.original
        assert len(here.channel.messages) == 1


async def test_what_cannot_be_done_is_said_to_who_asked_alone() -> None:
    async with club() as here:
        wrong = await here.start(here.ann, "chess", "engine/nobody", "engine/random")
        assert "engine/nobody" in wrong.seen
        idle = await here.type(here.ann, "duel move", move="e4")
        assert "no running duel" in idle.seen
        assert wrong.private
        assert idle.private
        assert here.channel.messages == []


async def test_a_button_of_a_version_that_is_gone_says_so() -> None:
    async with club({"test/line": Line()}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        pressed = await here.press(here.ann, board, Button("Old", "duel.dance?duel=1"))
        assert "older version" in pressed.seen
        assert pressed.private


async def test_a_leaderboard_and_its_history_are_pictures_with_words() -> None:
    async with club({"test/a": Line("1", "2", "3"), "test/b": Line("4", "5")}) as here:
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        await here.board("test/a won.")
        for verb, name in (("show", "leaderboard.png"), ("history", "history.png")):
            shown = await here.type(here.ben, f"leaderboard {verb}")
            assert not shown.private
            assert shown.original is not None
            assert shown.original.files[name].startswith(PNG)
            (attachment,) = shown.original.attachments
            assert "test/a" in attachment.description
            assert "test/a" in shown.seen
