"""Challenges: one person asks another for a duel, and it starts when the other accepts.

A challenge is one document. Accepting, declining, withdrawing and running out are conditional writes of it, so exactly
one of them happens, and whoever comes later is told which. The duel's id derives from the challenge: it starts once,
and an accepted challenge whose duel is missing, after a crash between the two writes, is mended by whoever looks next.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Final

from engine.arena import asking
from engine.arena.admission import Admission
from engine.arena.challenge import KIND, Challenge, Stage
from engine.arena.communities import settings_of
from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.arena.duels import Duels
from engine.arena.own_keys import OwnKeys
from engine.arena.starting import Start, agreed
from engine.errors import ArenaError, BadOption, Conflict, NotAllowed, OutOfTurn, UnknownName, UserError
from engine.model import Community, Document, Head, Player, Status
from engine.sentences import counted, say

STANDS_MS: Final = 300_000
# An accepted challenge whose duel does not start at once is looked at again after so long.
MENDED_MS: Final = 10_000
# One that its challenger has not been told of is shown again after so long, while they can still be told.
RETOLD_MS: Final = 60_000
TELLABLE_MS: Final = 900_000
# After its end it is kept so long: who presses its button meanwhile is told what became of it.
KEPT_MS: Final = 3_600_000
_MANY: Final = 1_000

log = logging.getLogger(__name__)


class Challenges:
    """Asks, answers, and ends what nobody answered."""

    def __init__(self, context: Context, duels: Duels) -> None:
        self._context = context
        self._duels = duels

    async def offer(self, start: Start, *, answer_to: str = "", locale: str = "", rematch_of: str = "") -> Challenge:
        """Ask the one person of ``start`` who has not agreed to it. The same request asks once.

        :raises UserError: when the duel could not start, when several would have to be asked or the one has left, and
            when too many challenges are open.
        """
        challenge = await self._new(start)
        challenge = replace(challenge, answer_to=answer_to, locale=locale, told=not answer_to, rematch_of=rematch_of)
        try:
            document = await self._put(challenge)
        except Conflict:
            return await self.load(challenge.community, challenge.key)
        await self._refuse_too_many(document)
        self._context.announcer.noted(document)
        return Challenge.of(document)

    async def _new(self, start: Start) -> Challenge:
        """The challenge for a duel, if that could start now."""
        challenged = await self._whom(start)
        key = derived_id(start.community, start.request_id, KIND)
        start = replace(start, request_id=f"{KIND}:{key}", agreed=frozenset({start.started_by, challenged}))
        await OwnKeys(self._context).load_for(start.community, start.players.values())
        agreed(self._context, start, derived_id(start.community, start.request_id))
        await Admission(self._context).look(start)
        expires_ms = self._context.clock.now_ms() + STANDS_MS
        return Challenge(start.community, key, start.started_by, challenged, start, expires_ms)

    async def _whom(self, start: Start) -> str:
        unasked = start.unasked
        if not unasked:
            raise BadOption(say("You cannot challenge yourself. Name another member."))
        if len(unasked) > 1:
            raise NotAllowed(say("You cannot seat two other people. One of them can challenge the other."))
        if not await self._context.store.people(unasked):
            raise UserError(say("This member is not here any more."))
        return unasked[0]

    async def _refuse_too_many(self, document: Document) -> None:
        """Take a new challenge back where there were too many. It is written first, so that two at once both count."""
        new = Challenge.of(document)
        others = [other for other in await self._kept(new.community) if other.key != new.key]
        if refusal := asking.refusal(new, others, self._context.clock.now_ms()):
            with suppress(Conflict):
                await self._context.store.delete_document(document)
            raise UserError(refusal)

    async def accept(self, community: Community, key: str, person: str) -> Head:
        """Start the duel. The same answer again gives the same duel.

        :raises NotAllowed: for anyone but who was challenged. :raises OutOfTurn: when it is not open any more.
        :raises UserError: when the duel cannot start after all.
        """
        challenge = await self.load(community, key)
        if challenge.stage is Stage.OPEN and person == challenge.challenged:
            await self._refuse_full(community, person)
        return await self._begin(await self._end(community, key, person, Stage.ACCEPTED))

    async def _refuse_full(self, community: Community, person: str) -> None:
        """Who accepts a duel has it running as much as who started it. :raises NotAllowed: when that is too many."""
        most = (await settings_of(self._context, community)).member_duels
        if most is None:
            return
        running = [
            head
            for status in (Status.LIVE, Status.WAITING)
            for head in await self._context.store.duels(community, status, limit=_MANY)
            if person == head.terms.started_by or Player("human", person) in head.terms.players.values()
        ]
        if len(running) >= most:
            raise NotAllowed(
                counted(
                    "You have {n} duel running, as many as one member may (setting “member-duels”). Finish one first.",
                    "You have {n} duels running, as many as one member may (setting “member-duels”). Finish one first.",
                    n=most,
                )
            )

    async def decline(self, community: Community, key: str, person: str) -> Challenge:
        """Say no. :raises NotAllowed: for anyone but who was challenged. :raises OutOfTurn: when it is not open."""
        return await self._end(community, key, person, Stage.DECLINED)

    async def withdraw(self, community: Community, key: str, person: str) -> Challenge:
        """Take it back. :raises NotAllowed: for anyone but who asked. :raises OutOfTurn: when it is not open."""
        return await self._end(community, key, person, Stage.WITHDRAWN)

    async def _end(self, community: Community, key: str, person: str, stage: Stage) -> Challenge:
        while True:
            challenge = await self.load(community, key)
            _require_theirs(challenge, person, stage)
            if challenge.stage is Stage.OPEN:
                late = self._context.clock.now_ms() >= challenge.expires_ms
                try:
                    challenge = await self._tell(replace(challenge, stage=Stage.EXPIRED if late else stage))
                except Conflict:
                    continue
            if challenge.stage is not stage:
                raise OutOfTurn(_GONE[challenge.stage])
            return challenge

    async def _begin(self, challenge: Challenge) -> Head:
        """The duel of an accepted challenge; it is started when it has not been."""
        try:
            await self._refuse_gone(challenge)
            head = await self._duels.start(challenge.start)
        except UserError as error:
            with suppress(Conflict):
                await self._tell(replace(challenge, stage=Stage.FAILED, why=error.text))
            raise
        if not challenge.duel_id:
            # Whoever was faster has written the same.
            with suppress(Conflict):
                await self._tell(replace(challenge, duel_id=head.duel_id))
        return head

    async def _refuse_gone(self, challenge: Challenge) -> None:
        """Nobody is seated who has had themselves forgotten. :raises UserError: when one of the two has."""
        people = {challenge.challenger, challenge.challenged}
        if len(await self._context.store.people(sorted(people))) < len(people) and not await self.duel_of(challenge):
            raise UserError(say("This member is not here any more."))

    async def duel_of(self, challenge: Challenge) -> Head | None:
        """The duel that an accepted challenge has started, also where it could not be noted."""
        return await self._context.store.head(derived_id(challenge.community, challenge.start.request_id))

    async def give_up(self, challenge: Challenge) -> bool:
        """End an accepted challenge whose duel has not started, and now never will; ``False`` when it has."""
        if challenge.stage is not Stage.ACCEPTED or await self.duel_of(challenge):
            return False
        with suppress(Conflict):
            await self._tell(replace(challenge, stage=Stage.FAILED, why=say("This member is not here any more.")))
        return True

    async def load(self, community: Community, key: str) -> Challenge:
        """:raises UnknownName: when there is none, or it is over for long."""
        document = await self._context.store.document(community, KIND, key)
        if document is None:
            raise UnknownName(say("challenge"), key, [], say("See /duel challenges."))
        return Challenge.of(document)

    async def find(self, community: Community, text: str, person: str) -> Challenge:
        """A challenge by its id, or one of the person's own by the start of its id.

        :raises UserError: when there is none, or several.
        """
        document = await self._context.store.document(community, KIND, text)
        if document:
            return Challenge.of(document)
        mine = [one for one in await self.open_of(community, person) if text and one.key.startswith(text)]
        if len(mine) > 1:
            raise BadOption(say("Several challenges start with “{text}”: give more of the id.", text=text))
        return mine[0] if mine else await self.load(community, text)

    async def open_of(self, community: Community, person: str) -> list[Challenge]:
        """The open challenges by and to a person, the oldest first."""
        mine = [one for one in await self._open(community) if person in {one.challenger, one.challenged}]
        return sorted(mine, key=lambda one: one.expires_ms)

    async def _open(self, community: Community) -> list[Challenge]:
        now = self._context.clock.now_ms()
        return [one for one in await self._kept(community) if one.stage is Stage.OPEN and now < one.expires_ms]

    async def _kept(self, community: Community) -> list[Challenge]:
        """All that the store still has: those that have ended must not hide the open ones, however many they are."""
        limit = _MANY
        while len(found := await self._context.store.documents(community, KIND, limit)) == limit:
            limit *= 2
        return readable(found, Challenge.of)

    async def posted(self, challenge: Challenge, message_id: str) -> Challenge:
        """Remember the invitation's message. :raises Conflict: when the challenge has changed."""
        return Challenge.of(await self._put(replace(challenge, message_id=message_id)))

    async def undelivered(self, challenge: Challenge, why: str) -> None:
        """End a challenge whose invitation cannot be posted, unless it was answered all the same."""
        with suppress(Conflict):
            await self._tell(replace(challenge, stage=Stage.UNDELIVERED, why=why))

    async def told(self, challenge: Challenge) -> None:
        """Remember that the challenger knows, and that nothing of the invitation is left."""
        with suppress(Conflict):
            await self._put(replace(challenge, told=True, message_id=""))

    async def expire(self, limit: int = 100) -> int:
        """End what nobody answered, mend what a crash left half done, delete what is over for long; how many."""
        due = await self._context.store.due_documents(KIND, self._context.clock.now_ms(), limit)
        for document in due:
            try:
                await self._tend(document)
            except Conflict:
                log.debug("challenge %s has just been answered", document.key)
            except ArenaError:
                log.exception("challenge %s cannot be tended", document.key)
        return len(due)

    async def _tend(self, document: Document) -> None:
        challenge = Challenge.of(document)
        if challenge.stage is Stage.OPEN:
            await self._tell(replace(challenge, stage=Stage.EXPIRED))
        elif challenge.stage is Stage.ACCEPTED and not challenge.duel_id:
            with suppress(UserError):  # both are told why it cannot start
                await self._begin(challenge)
        elif not challenge.told and self._context.clock.now_ms() < challenge.expires_ms + TELLABLE_MS:
            await self._tell(challenge)
        else:
            await self._context.store.delete_document(document)

    async def _tell(self, challenge: Challenge) -> Challenge:
        """Write the challenge and have people told. :raises Conflict: when somebody else wrote first."""
        document = await self._put(challenge)
        self._context.announcer.noted(document)
        return Challenge.of(document)

    async def _put(self, challenge: Challenge) -> Document:
        return await self._context.store.put_document(challenge.document(self._wake_at_ms(challenge)))

    def _wake_at_ms(self, challenge: Challenge) -> int:
        if challenge.stage is Stage.OPEN:
            return challenge.expires_ms
        if challenge.stage is Stage.ACCEPTED and not challenge.duel_id:
            return self._context.clock.now_ms() + MENDED_MS
        return self._context.clock.now_ms() + (KEPT_MS if challenge.told else RETOLD_MS)


def _require_theirs(challenge: Challenge, person: str, stage: Stage) -> None:
    """:raises NotAllowed: when that person cannot bring the challenge there."""
    if person == (challenge.challenger if stage is Stage.WITHDRAWN else challenge.challenged):
        return
    if person == challenge.challenger:
        raise NotAllowed(say("This is for the member whom you challenged. You can take it back with /duel withdraw."))
    if person == challenge.challenged:
        raise NotAllowed(say("Only who made this challenge can withdraw it. You can answer with /duel decline."))
    raise NotAllowed(say("This challenge is between other members."))


_GONE: Final = {
    Stage.ACCEPTED: say("This challenge has been accepted already."),
    Stage.DECLINED: say("This challenge has been declined already."),
    Stage.WITHDRAWN: say("This challenge has been withdrawn."),
    Stage.EXPIRED: say("This challenge has expired: it was open for five minutes."),
    Stage.UNDELIVERED: say("This challenge could not be shown in its channel."),
    Stage.FAILED: say("This challenge was accepted, but its duel could not start."),
}
