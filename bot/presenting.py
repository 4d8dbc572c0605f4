"""What a chat platform must be able to show: the port that ``on_discord`` and ``on_slack`` fill in.

Everything that comes in here is plain text in the channel's language; escaping is the platform's, in one place each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.commands import Button, Reply
from engine.board import Board
from engine.model import Community, Person, Seat, Shown


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One side of a duel.

    ``clock_ms`` is what a person has left; ``cost_nano_usd`` is ``None`` where no price is known.
    """

    seat: Seat
    side: str
    name: str
    to_move: bool
    thinking: bool
    clock_ms: int | None
    tokens: int
    cost_nano_usd: int | None
    failed_attempts: int


@dataclass(frozen=True, slots=True)
class Card:
    """A duel as a channel shows it: one message that is edited in place.

    ``entry`` is the newest entry that it shows. ``lines`` are said above the board (who against whom, the last move,
    who is thinking, tokens and cost), ``summary`` below it when the duel is over (result, reason, length, cost, failed
    attempts). ``deadline_ms`` is when the person on move runs out of time, for platforms that count down by themselves:
    ``countdown`` is the text before the platform's own “in 3 minutes”. ``thread`` is the title of the thread for the
    words. ``files`` (name, content) are attached at the end. ``png`` is the picture; ``None`` where pictures are off,
    then ``text_board`` is shown in a fixed width. ``reference`` is how to name the duel in a command.
    """

    duel_id: str
    community: Community
    entry: int
    title: str
    lines: tuple[str, ...]
    seats: tuple[SeatLine, SeatLine]
    board: Board
    alt: str
    thread: str
    summary: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    deadline_ms: int | None = None
    countdown: str = ""
    reference: str = ""
    over: bool = False
    png: bytes | None = None
    text_board: str = ""
    files: tuple[tuple[str, str], ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a player said with one turn. ``entry`` orders them; ``who`` and ``move`` head the text."""

    entry: int
    who: str
    move: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is no board: an invitation, a report to moderators, a warning about money.

    ``key`` is the same when it is posted again. ``to``: it concerns that person; a platform that can shows it to them
    alone, and otherwise mentions them, and nobody else, in the channel.
    """

    community: Community
    channel: str
    key: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    to: Person | None = None


class Presenter(Protocol):
    """Shows things on one platform. Texts of a button are in the channel's language too.

    Every method may raise :class:`engine.errors.PlatformDown` (try again later) and
    :class:`engine.errors.CannotPost` (somebody must grant something first). A deleted message is posted anew, a deleted
    thread is given up, and both are no error.
    """

    platform: str

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post the card, or edit its message when ``shown`` has one; what is shown now.

        The thread of a card that stands ``within`` another message is made before its first board: what is shown has
        the thread then and no message. It is to be stored, and the next call posts the board. Where threads may not be
        made, :class:`engine.errors.CannotPost` says what to grant, and nothing of it stays in the channel. Where the
        message that it stands within is deleted, it is :class:`engine.errors.PlaceGone`.

        A message too old to be edited is posted anew, and ``replaced`` grows. A post whose answer was lost is not
        repeated: its nonce comes of duel and ``replaced``.
        """
        ...

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        """Post these words, oldest first, in the duel's thread, which is made when missing.

        For a card that stands ``within`` a tournament's message it is called at the end of the duel in any case,
        perhaps without words: then its thread may be closed.

        ``told`` is then the last one's entry.
        """
        ...

    async def notice(self, notice: Notice) -> str:
        """Post a notice; the id of its message, empty when it cannot be taken away again."""
        ...

    async def live(self, notice: Notice, shown: Shown) -> Shown:
        """Post a notice that is edited in place, or edit it when ``shown`` has its message; what is shown now.

        It is posted anew, and never twice, as :meth:`board` is.
        """
        ...

    async def withdraw(self, notice: Notice, shown: Shown) -> None:
        """Take away what :meth:`live` has posted; nothing when it is gone."""
        ...

    async def retract(self, channel: str, message_id: str) -> None:
        """Take a notice away; nothing when it is gone."""
        ...

    async def answer(self, answer_to: str, reply: Reply) -> None:
        """Tell the person behind an invocation's ``answer_to`` something later; nothing when that has expired."""
        ...
