"""Hostile text on every way out to Slack: nobody is pinged, nothing is a link or formatted, no payload is refused."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from hostile import HOSTILE
from loopback_slack import LoopbackSlack, Message, markup
from slack_support import SPEED, running_bot
from support import share

from engine.model import Attempt, Failure, Spoken
from engine.ports import Answer, Chosen, MoveRequest

STRIDE = len(HOSTILE) // share(len(HOSTILE), 45) or 1
TEXTS = HOSTILE[::STRIDE]


class Speaker:
    """Plays any legal move and says the next of the texts, after an attempt that was refused for the same."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.left = list(texts)

    async def choose(self, request: MoveRequest) -> Answer:
        await asyncio.sleep(0)
        text = self.left.pop() if self.left else "nothing more"
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        refused = Attempt(Failure.UNPARSABLE, text, f"“{text[:200]}” is no move.")
        return Chosen(moves[0], Spoken(text, attempts=(refused,)))

    async def close(self) -> None:
        """Nothing to close."""


def wide() -> LoopbackSlack:
    return LoopbackSlack(speed=SPEED, pace=1000)


def everything(slack: LoopbackSlack) -> Iterator[Message]:
    for channel in slack.workspace.channels.values():
        yield from itertools.chain(channel.everything, channel.ephemerals)


def assert_inert(slack: LoopbackSlack) -> None:
    """In every version of every message of ours; what the app names on purpose is allowed."""
    ours = [*slack.workspace.channels, *(user.mention for user in slack.workspace.users.values())]
    count = 0
    for message in everything(slack):
        for _, shown in message.versions:
            assert markup.live_pings(shown, allow=ours) == []
            assert markup.links(shown) == []
            assert markup.formatting(shown) == []
            count += 1
    for view in slack.workspace.views.values():
        assert markup.live_pings(view.payload) == []
        assert markup.links(view.payload) == []
    assert count


async def test_what_models_say_stays_text(tmp_path: Path) -> None:
    speaker = Speaker(TEXTS)
    async with wide() as slack, running_bot(slack, tmp_path, {"model/a": speaker, "model/b": speaker}) as bot:
        duels = len(TEXTS) // 7 + 1
        for number in range(duels):
            channel = slack.workspace.add_channel(f"c{number}")
            await slack.slash(slack.ann, channel, "/duel", "start tic_tac_toe model/a model/b")
        await bot.all_shown(duels)
        assert not speaker.left
        assert sum(len(message.replies) for message in everything(slack)) >= duels
        assert_inert(slack)


async def test_what_members_type_comes_back_as_text(tmp_path: Path) -> None:
    async with wide() as slack, running_bot(slack, tmp_path):
        for text in TEXTS:
            line = " ".join(text.split())[:3000]
            for typed in (f"start {line}", f"move {line}", f"challenge {line} chess", line):
                done = await slack.slash(slack.ann, slack.general, "/duel", typed)
                await slack.workspace.until(lambda done=done: done.replies or done.views, what=repr(typed))
        assert slack.general.messages == []
        assert_inert(slack)


async def test_what_members_are_called_stays_text(tmp_path: Path) -> None:
    async with wide() as slack, running_bot(slack, tmp_path) as bot:
        for number, name in enumerate(TEXTS):
            user = slack.workspace.add_user(f"u{number}")
            user.name = name[:80]
            channel = slack.workspace.add_channel(f"c{number}")
            await slack.slash(user, channel, "/duel", "start tic_tac_toe me engine/perfect")
        boards = [one for one in slack.workspace.channels.values() if one.name.startswith("c")]
        await bot.until(lambda: all(channel.messages for channel in boards), 30)
        assert_inert(slack)


async def test_words_of_a_game_and_its_theme_stay_text(tmp_path: Path) -> None:
    async with wide() as slack, running_bot(slack, tmp_path) as bot:
        for number, text in enumerate(TEXTS[::3]):
            channel = slack.workspace.add_channel(f"c{number}")
            theme = " ".join(text.replace('"', "").split())[:30]
            started = f'start word_association me engine/random theme:"{theme}"'
            done = await slack.slash(slack.ann, channel, "/duel", started)
            await done.reply()
            if board := next(iter(channel.messages), None):
                view = await (await bot.press(slack.ann, board, "Move…")).view()
                await slack.submit(view, {"move": text[:400] or "x"})
        assert_inert(slack)


async def test_a_report_stays_text(tmp_path: Path) -> None:
    async with wide() as slack, running_bot(slack, tmp_path) as bot:
        moderators = slack.workspace.add_channel("moderators")
        await slack.slash(slack.mod, slack.general, "/arena", f"set moderators-channel {moderators.id}")
        await bot.duel(slack.ann, "start tic_tac_toe engine/perfect engine/random")
        await bot.board("Length:")
        for text in TEXTS:
            why = " ".join(text.split())[:400] or "x"
            done = await slack.slash(slack.ann, slack.general, "/duel", f"report last {why}")
            await done.reply()
        await bot.until(lambda: moderators.messages)
        assert_inert(slack)
