"""Every error of the arena, as one tree.

::

    ArenaError
    ├── UserError                 a person did something that cannot be done; the text is for them
    │   ├── UnknownName           no such game, player, option, duel; names the nearest
    │   ├── BadOption             a value that an option does not take
    │   ├── NotConfigured         a key, engine or model is missing; says what to set or install
    │   ├── NotAllowed            not theirs to do
    │   ├── NotUnderstood         a record of another program that means nothing here
    │   ├── OutOfTurn             the other seat is to move, or the duel is over
    │   │   └── StalePosition     the board has moved on since it was looked at
    │   └── MoveRefused           a reply that is not a move; ``failure`` says which kind
    │       ├── EmptyReply
    │       ├── TruncatedReply
    │       ├── Unparsable
    │       ├── Ambiguous
    │       └── Illegal
    ├── ProviderError             the other side of a model call
    │   ├── ProviderDown          down, slow or rate limited for too long: the duel is void
    │   └── ProviderRefused       a bad key or an unknown model: no retry can help
    ├── PlatformError             the chat platform
    │   ├── PlatformDown          no answer, or not now: what is shown lags and is mended later
    │   │   └── PlaceGone         the message that it should stand within is deleted: that one comes first
    │   └── CannotPost            not in the channel, or not allowed to post there; ``text`` says what to grant
    ├── StoreError                the store
    │   ├── Conflict              another writer was first; reload and look
    │   ├── JournalLost           it does not reach back so far: whoever follows it must copy anew
    │   ├── StoreFull             no space left; nothing acknowledged was lost
    │   └── StoreDamaged          the file is not a sound database; it is never overwritten
    ├── QueueError                the queue that carries duels to the workers refused: no retry can help
    │   ├── QueueDown             no answer, throttled or failing for too long: the sweeper queues the duel again
    │   └── BadMessage            a message that is none of ours
    └── CorruptLog                a stored duel cannot be replayed
        └── NewerVersion          nothing is wrong with it: a version too far ahead wrote it, and it is left to that one
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from engine.model.kinds import Failure
from engine.sentences import either, joined, say

if TYPE_CHECKING:
    from engine.model import Spoken


class ArenaError(Exception):
    """The root: everything that the arena raises on purpose. ``text`` is what it was raised with."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class UserError(ArenaError):
    """A person's mistake. ``text`` is one sentence that says what happened and what to do."""


class UnknownName(UserError):
    """Nothing of that name. ``nearest`` holds up to three names that look like it."""

    def __init__(self, what: str, name: str, known: Iterable[str], hint: str = "") -> None:
        known = list(known)
        self.nearest = nearest(name, known)
        missing = say("There is no {what} “{name}”.", what=what, name=name)
        super().__init__(joined([missing, _instead(self.nearest, known), hint]))


class BadOption(UserError):
    """An option's value is of the wrong type or out of range."""


class NotConfigured(UserError):
    """Something must be set or installed first; the text names the variable or the package."""

    @classmethod
    def of(cls, player: str, need: str) -> NotConfigured:
        """What a player lacks; ``need`` goes on from its name: “needs OPENAI_API_KEY: set it and start again.”"""
        return cls(say("{player} {need}", player=player, need=need))


class NotAllowed(UserError):
    """This is not for this person to do."""


class NotUnderstood(UserError):
    """A record of another program that means nothing here, or not for certain. ``kind`` is one word for its like."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class OutOfTurn(UserError):
    """It is not that seat's move, or the duel is over."""


class StalePosition(OutOfTurn):
    """A click or a move meant for an older position."""


class MoveRefused(UserError):
    """A reply was not a move."""

    failure: Failure


class EmptyReply(MoveRefused):
    """Nothing was said."""

    failure = Failure.EMPTY


class TruncatedReply(MoveRefused):
    """The reply was cut off before its move."""

    failure = Failure.TRUNCATED


class Unparsable(MoveRefused):
    """No move can be found in the reply."""

    failure = Failure.UNPARSABLE


class Ambiguous(MoveRefused):
    """The reply fits several moves, or names several. ``which`` lists them as people write them."""

    failure = Failure.AMBIGUOUS

    def __init__(self, text: str, which: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.which = tuple(which)


class Illegal(MoveRefused):
    """The reply names a move that the rules forbid; the text names the rule."""

    failure = Failure.ILLEGAL


class ProviderError(ArenaError):
    """A model's API did not give an answer. ``spoken`` is what the ply had cost until then, if anything.

    ``text`` is one sentence that the duel's end shows.
    """

    spoken: Spoken | None = None


class ProviderDown(ProviderError):
    """Down, slow or rate limited. ``retry_after_seconds`` is what the API asked to wait, when it did.

    ``limited``: the API said that it was asked too often.
    """

    def __init__(self, text: str, retry_after_seconds: float | None = None, *, limited: bool = False) -> None:
        super().__init__(text)
        self.retry_after_seconds = retry_after_seconds
        self.limited = limited


class ProviderRefused(ProviderError):
    """The API refuses for a reason that no retry mends: the key, the model, the request."""


class PlatformError(ArenaError):
    """A chat platform did not do what it was asked. No duel waits for it."""


class PlatformDown(PlatformError):
    """No answer, or not now. Worth another try later; ``retry_after_seconds`` when the platform said."""

    def __init__(self, text: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_seconds = retry_after_seconds


class PlaceGone(PlatformDown):
    """The message within which something should stand is deleted. Asking again helps once there is another."""


class CannotPost(PlatformError):
    """The bot is not in the channel, may not post there, or the channel is gone. ``text`` says what to grant."""


class StoreError(ArenaError):
    """The store could not do it."""


class Conflict(StoreError):
    """That entry, or that version of the head, is already there and is not ours."""


class JournalLost(StoreError):
    """A journal does not reach back to where its reader was: whoever follows it must copy anew."""


class StoreFull(StoreError):
    """No space is left. Whatever was acknowledged before is safe."""


class StoreDamaged(StoreError):
    """The database file is not sound. It is left as it is."""


class QueueError(ArenaError):
    """The queue refused what it was asked. What it holds is safe; ``text`` is for the log."""


class QueueDown(QueueError):
    """The queue gave no answer, throttled or failed, as often as it was asked. Worth another try later."""


class BadMessage(QueueError):
    """A message cannot be read: it is not one of ours."""


class CorruptLog(ArenaError):
    """A log that does not replay: a gap, a foreign move, a missing entry 0."""


class NewerVersion(CorruptLog):
    """A version of the arena that is two or more ahead wrote it (:mod:`engine.versions`). It is not changed here."""


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Up to three names that contain it, else that look like it, whatever their case."""
    folded = {one.casefold(): one for one in known}
    wanted = name.strip("\"“”' ").casefold()
    within = [folded[one] for one in folded if len(wanted) > 1 and wanted in one]
    import difflib  # slow to import, and needed for mistakes alone

    alike = difflib.get_close_matches(wanted, list(folded), n=3, cutoff=0.5)
    return within[:3] or [folded[one] for one in alike]


def _instead(meant: Sequence[str], known: Sequence[str]) -> str:
    if meant:
        return say("Did you mean {names}?", names=either(meant))
    if 0 < len(known) <= _LISTED:
        return say("There is: {names}.", names=joined(known, ", "))
    return ""


_LISTED: Final = 24
