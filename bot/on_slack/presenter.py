"""Shows duels in Slack's channels: fulfils :class:`bot.presenting.Presenter`."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.commands import Reply
from bot.on_slack import escape, present
from bot.on_slack.answers import Answers
from bot.on_slack.files import Files, Pictures, is_not_ready
from bot.on_slack.pace import EDITS, POSTS, UPLOADS, Pace
from bot.on_slack.posting import EARLIER, Posting, keep
from bot.on_slack.rest import Refused, Rest, cannot_post
from bot.presenting import Card, Notice, Words
from engine.errors import PlaceGone
from engine.model import Shown
from engine.ports import Clock

GONE: Final = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "cant_broadcast_message", "no_such_message"}
)
PARENT_GONE: Final = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})
THREAD_GONE: Final = PARENT_GONE | {"restricted_action_thread_locked", "restricted_action_non_threadable_channel"}
_PARENT_GONE: Final = "the tournament's live message is gone"
READY_TRIES: Final = 6
READY_SECONDS: Final = 0.25

Send = Callable[[present.Message], Awaitable[dict[str, Any]]]

log = logging.getLogger(__name__)


class SlackPresenter:
    """One message a duel, edited in place; words and files stand in its thread.

    A tournament has one message, and the boards of its duels are the replies to it: Slack has no further level.
    """

    platform = "slack"

    def __init__(self, rest: Rest, answers: Answers, clock: Clock, bots: Mapping[str, str]) -> None:
        """``bots``: what the app is called in each workspace, for the sentence on how to invite it."""
        self._rest = rest
        self._answers = answers
        self._clock = clock
        self._bots = bots
        self._pace = Pace(clock)
        self._posting = Posting(rest, clock, self._pace)
        self._files = Files(rest)
        self._pictures = Pictures(self._files)
        self._attached: OrderedDict[str, int] = OrderedDict()
        self._standing: OrderedDict[str, Shown] = OrderedDict()
        self._pending: OrderedDict[str, tuple[int, present.Message]] = OrderedDict()

    async def close(self) -> None:
        """Stop what goes on in the background."""
        await self._pictures.close()

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post the card, or edit its message. :raises PlatformDown: and :raises CannotPost: as the port says."""
        # A board that stands although what came after it failed: nobody has stored where it is.
        shown = shown if shown.message_id else self._standing.get(card.duel_id, shown)
        with self._explained(card.community.id):
            new = await self._edited(card, shown) if shown.message_id else await self._posted(card, shown)
            keep(self._standing, card.duel_id, new)
            self._pictures.shown(card)
            if card.over and not card.within:
                await self._attach(card, new)
            if card.over:
                self._pictures.forget(card)
            self._standing.pop(card.duel_id, None)
            return replace(new, entry=card.entry)

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        """Post these words in the message's thread. A thread that is gone is given up."""
        newest = max((one.entry for one in words), default=shown.told)
        if card.within:
            # Slack knows no thread within a thread, and there nobody could tell whose words they are.
            return replace(shown, told=newest)
        with self._explained(card.community.id):
            # What was under way when Slack failed comes first and as it was, so that it can be recognised.
            pending = [self._pending[card.duel_id]] if card.duel_id in self._pending else []
            told = max([shown.told, *(last for last, _ in pending)])
            for last, message in [*pending, *present.words(card, [one for one in words if one.entry > told])]:
                keep(self._pending, card.duel_id, (last, message))
                there = await self._said(card, message, shown)
                self._pending.pop(card.duel_id, None)
                if not there:
                    break
        return replace(shown, told=newest)

    async def live(self, notice: Notice, shown: Shown) -> Shown:
        """Post the notice, or edit its message; see :meth:`bot.presenting.Presenter.live`."""
        key = f"live:{notice.key}"
        # One that stands although nobody has stored where it is.
        shown = shown if shown.message_id else self._standing.get(key, shown)
        with self._explained(notice.community.id):
            new = await (self._live_edited if shown.message_id else self._live_posted)(notice, shown)
        keep(self._standing, key, new)
        return new

    async def withdraw(self, notice: Notice, shown: Shown) -> None:
        """Take it away again; see :meth:`bot.presenting.Presenter.withdraw`."""
        self._standing.pop(f"live:{notice.key}", None)
        await self._posting.delete(notice.community.id, shown.channel, shown.message_id)

    async def _live_posted(self, notice: Notice, shown: Shown) -> Shown:
        team, message = notice.community.id, present.live(notice, shown.language, shown.replaced)
        await self._pace.turn(f"post:{team}:{shown.channel}", notice.key, POSTS)
        sent = await self._posting.post(team, shown.channel, message)
        new = replace(shown, message_id=str(sent["ts"]), posted_ms=self._clock.now_ms())
        if EARLIER not in sent:
            return new
        edited = await self._live_edited(notice, new)
        self._posting.sure(str(sent[EARLIER]))
        return edited

    async def _live_edited(self, notice: Notice, shown: Shown) -> Shown:
        team, message = notice.community.id, present.live(notice, shown.language, shown.replaced)
        await self._pace.turn(f"edit:{team}", notice.key, EDITS)
        try:
            await self._posting.update(team, shown.channel, shown.message_id, message)
        except Refused as refused:
            if refused.error not in GONE:
                raise
            # First the old one, if it still stands there: there are never two.
            await self._posting.delete(team, shown.channel, shown.message_id)
            return await self._live_posted(notice, replace(shown, replaced=shown.replaced + 1))
        return shown

    async def notice(self, notice: Notice) -> str:
        """Post a notice: to its person alone where there is one, else to the channel."""
        team, message = notice.community.id, present.notice(notice)
        with self._explained(team):
            if notice.to is not None:
                return await self._to_one(notice, message, notice.to.platform_id.rpartition(":")[2])
            await self._pace.turn(f"post:{team}:{notice.channel}", notice.key, POSTS)
            return _id(team, await self._posting.post(team, notice.channel, message))

    async def retract(self, channel: str, message_id: str) -> None:
        """Take a notice away; nothing when it is gone."""
        team, where, ts = message_id.split(":")
        await self._posting.delete(team, where or channel, ts)

    async def answer(self, answer_to: str, reply: Reply) -> None:
        """Tell the asker something later; nothing when that has expired."""
        await self._answers.later(answer_to, reply)

    async def _posted(self, card: Card, shown: Shown) -> Shown:
        team = card.community.id
        await self._pace.turn(f"post:{team}:{shown.channel}", card.duel_id, POSTS)

        async def post(message: present.Message) -> dict[str, Any]:
            pin = partial(self._pictures.pin, card)
            return await self._posting.post(team, shown.channel, message, card.within, pin)

        try:
            sent = await self._with_picture(card, shown, post)
        except Refused as refused:
            if card.within and refused.error in PARENT_GONE:
                raise PlaceGone(_PARENT_GONE) from refused
            raise
        ts = str(sent["ts"])
        if card.within and not (sent.get("message") or {}).get("thread_ts"):
            # Under a deleted message Slack posts into the channel instead, where it must not stay.
            await self._posting.discard(team, shown.channel, ts)
            raise PlaceGone(_PARENT_GONE)
        thread_ts = "" if card.within else ts
        new = replace(shown, message_id=ts, thread_id=thread_ts, posted_ms=self._clock.now_ms())
        if EARLIER not in sent:
            return new
        # What arrived at an earlier attempt shows what was newest then. Until it is edited it must be found again.
        edited = await self._edited(card, new)
        self._posting.sure(str(sent[EARLIER]))
        return edited

    async def _edited(self, card: Card, shown: Shown) -> Shown:
        team = card.community.id
        await self._pace.turn(f"edit:{team}", card.duel_id, EDITS)

        async def edit(message: present.Message) -> dict[str, Any]:
            return await self._posting.update(team, shown.channel, shown.message_id, message)

        try:
            await self._with_picture(card, shown, edit)
        except Refused as refused:
            if refused.error not in GONE:
                raise
            new = await self._posted(card, replace(shown, replaced=shown.replaced + 1))
            # It may still stand there, with buttons and an old position.
            await self._posting.discard(team, shown.channel, shown.message_id)
            return new
        return shown

    async def _with_picture(self, card: Card, shown: Shown, send: Send) -> dict[str, Any]:
        """Send the board; until Slack has looked at its picture the message is refused, so it is sent again."""
        if card.png is not None:
            await self._pace.turn(f"upload:{card.community.id}", f"{card.duel_id}:board", UPLOADS)
        picture = await self._pictures.of(card)
        for attempt in range(READY_TRIES if picture else 0):
            try:
                return await send(present.board(card, shown.language, shown.replaced, picture))
            except Refused as refused:
                if not is_not_ready(refused):
                    raise
                if attempt + 1 < READY_TRIES:
                    await self._clock.sleep(READY_SECONDS * 2**attempt)
        if picture:
            log.warning("duel %s: Slack does not take its picture, so the board is text", card.duel_id)
        return await send(present.board(card, shown.language, shown.replaced))

    async def _attach(self, card: Card, shown: Shown) -> None:
        """Put the duel's files into the thread, once."""
        done = self._attached.get(card.duel_id, 0)
        for number, (name, content) in enumerate(card.files[done:], start=done + 1):
            share = {"channel_id": shown.channel, "thread_ts": shown.thread_id}
            await self._pace.turn(f"upload:{card.community.id}", f"{card.duel_id}:{number}", UPLOADS)
            try:
                await self._files.send(card.community.id, escape.file_name(name), content.encode(), **share)
            except Refused as refused:
                log.warning("duel %s: %s is not attached: %s", card.duel_id, name, refused)
            keep(self._attached, card.duel_id, number)

    async def _said(self, card: Card, message: present.Message, shown: Shown) -> bool:
        """Post words in the thread; ``False`` when there is no thread any more."""
        team, thread = card.community.id, shown.thread_id or shown.message_id
        await self._pace.turn(f"post:{team}:{shown.channel}", f"{card.duel_id}:words", POSTS)
        try:
            sent = await self._posting.post(team, shown.channel, message, thread)
        except Refused as refused:
            if refused.error in THREAD_GONE:
                return False
            raise
        if (sent.get("message") or {}).get("thread_ts"):
            return True
        # Under a deleted message Slack posts into the channel instead (github.com/slack-go/slack/issues/1571).
        await self._posting.discard(team, shown.channel, str(sent["ts"]))
        return False

    async def _to_one(self, notice: Notice, message: present.Message, user: str) -> str:
        """Write to a person directly: what only they see in a channel does not reach who is away, and is not kept."""
        team = notice.community.id
        try:
            return _id(team, await self._posting.post(team, user, present.about(message, notice.channel)))
        except Refused as refused:
            log.info("a direct message is refused, so it is shown in the channel: %s", refused)
        where = {"channel": notice.channel, "user": user}
        await self._rest.call(team, "chat.postEphemeral", {**where, **message.ephemeral()})
        return ""

    @contextmanager
    def _explained(self, team: str) -> Iterator[None]:
        """Raise what people can mend as :class:`engine.errors.CannotPost`."""
        try:
            yield
        except Refused as refused:
            if error := cannot_post(refused, self._bots.get(team, "arena")):
                raise error from refused
            raise


def _id(team: str, sent: Mapping[str, Any]) -> str:
    """What a notice is taken away by: a direct message stands in a channel of its own."""
    return f"{team}:{sent['channel']}:{sent['ts']}"
