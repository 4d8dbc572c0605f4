"""From an interaction to its answer: acknowledge at once, then run the command, then show what it said.

Whoever receives interactions, a gateway or a webhook, hands them to :meth:`Interactions.take` as Discord sent them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.catalogue import language_of, said
from bot.commands import Invocation, Reply
from bot.completion import complete
from bot.on_discord import answers
from bot.on_discord.deferring import deferral, is_public
from bot.on_discord.parse import (
    NAMELESS,
    PLATFORM,
    Asked,
    Asker,
    Command,
    Form,
    Payload,
    Question,
    Refusal,
    Typing,
    display_name,
    parse,
)
from bot.on_discord.presenter import answer_to
from bot.on_discord.rest import ALREADY_ACKNOWLEDGED, TOO_LATE, UNKNOWN_WEBHOOK, Message, Refused, Rest
from engine import tracing
from engine.arena import Arena
from engine.errors import ArenaError, PlatformDown, UserError
from engine.model import Community, Person
from engine.ports import Meter
from engine.sentences import say

Answer = Callable[[Invocation], Awaitable[Reply]]
Timed = Callable[[str, float], None]

ACKNOWLEDGE_SECONDS: Final = 2.8
"""Discord gives three seconds, and some of them are the network's."""
COMPLETE_SECONDS: Final = 1.5
AGAIN_SECONDS: Final = 0.1
QUIET_SECONDS: Final = 0.25
_PEOPLE_FETCHED: Final = 5

log = logging.getLogger(__name__)


def logged(request_id: str, seconds: float) -> None:
    """Logs how long an acknowledgement took; hand :class:`Interactions` another function to measure."""
    log.debug("interaction %s acknowledged after %.0f ms", request_id, seconds * 1000)


def metered(meter: Meter) -> Timed:
    """Logs it, and tells the meter."""

    def told(request_id: str, seconds: float) -> None:
        logged(request_id, seconds)
        meter.acknowledged(PLATFORM, seconds)

    return told


class Interactions:
    """Takes interactions. ``timed`` is told each one's id and its seconds from receipt to acknowledgement."""

    def __init__(self, arena: Arena, answer: Answer, rest: Rest, timed: Timed = logged) -> None:
        self._arena = arena
        self._answer = answer
        self._rest = rest
        self._timed = timed
        self._unacknowledged = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(self, payload: Payload) -> None:
        """One interaction, from its receipt to its answer. Nothing escapes but a cancellation."""
        received = asyncio.get_running_loop().time()
        task = asyncio.current_task()
        if task:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        request, guild = str(payload.get("id") or ""), payload.get("guild_id")
        community = str(Community(PLATFORM, str(guild))) if guild else ""
        with tracing.working_on(community=community, request=request):
            try:
                asked = parse(payload)
                if not await self._acknowledged(asked, received) or not isinstance(asked, Command):
                    return
                await self._calm()
                await self._run(asked)
            except Exception:
                log.exception("interaction %s failed", payload.get("id"))

    async def go_on(self, payload: Payload) -> None:
        """With an interaction that a webhook acknowledges as its command declares.

        The command may be done before that acknowledgement has arrived: until then Discord knows no answer to change.
        """
        asked = parse(payload)
        if not isinstance(asked, Command):
            return
        try:
            await self._run(asked, patience_seconds=ACKNOWLEDGE_SECONDS)
        except Refused:
            # The command is done: it must not be carried out again for want of a message that Discord takes.
            log.exception("the answer to interaction %s was refused", asked.asker.request_id)

    async def finish(self, seconds: float) -> None:
        """Wait, but no longer than that, for the interactions that are under way."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def _acknowledged(self, asked: Asked, received: float) -> bool:
        """Acknowledge before anything else is awaited; whether Discord took it in time."""
        self._unacknowledged += 1
        self._quiet.clear()
        try:
            async with asyncio.timeout_at(received + ACKNOWLEDGE_SECONDS):
                await self._until_responded(asked)
        except (Refused, TimeoutError) as error:
            log.warning("interaction %s was not acknowledged: %s", asked.asker.request_id, error or "too late")
            if isinstance(error, TimeoutError) and isinstance(asked, Command):
                await self._say_too_late(asked)
            return False
        finally:
            self._unacknowledged -= 1
            if not self._unacknowledged:
                self._quiet.set()
        self._timed(asked.asker.request_id, asyncio.get_running_loop().time() - received)
        return True

    async def _until_responded(self, asked: Asked) -> None:
        """Try until Discord says yes or no: a failure, or a lost answer, tells nothing."""
        while True:
            try:
                return await self._respond(asked)
            except Refused as refused:
                if refused.code == ALREADY_ACKNOWLEDGED:
                    # The answer to an earlier try was lost: the command is the same under the same id.
                    return None
                if refused.status < _FAILED and refused.status != _LIMITED:
                    raise
                seconds = refused.retry_after_seconds
            except PlatformDown as down:
                seconds = down.retry_after_seconds
            await asyncio.sleep(seconds or AGAIN_SECONDS)

    async def _say_too_late(self, asked: Command) -> None:
        """Discord may have taken the acknowledgement all the same; then the member waits for an answer."""
        text = say("That took too long, and nothing was done. Try again.")
        try:
            async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
                await self._show(asked, Reply(said(text, language_of(asked.asker.locale))))
        except (PlatformDown, TimeoutError) as error:
            log.info("interaction %s was too late: %s", asked.asker.request_id, error)

    async def _respond(self, asked: Asked) -> None:
        asker = asked.asker
        match asked:
            case Command():
                payload = deferral(private=not is_public(asked))
            case Typing():
                payload = answers.choices(await self._completions(asked), language_of(asker.locale))
            case Form() | Question() | Refusal():
                payload = answers.at_once(asked)
        await self._rest.respond(asker.request_id, asker.token, payload)

    async def _calm(self) -> None:
        """Let the acknowledgements that are under way go first: a command may keep the processor busy."""
        if self._unacknowledged:
            try:
                async with asyncio.timeout(QUIET_SECONDS):
                    await self._quiet.wait()
            except TimeoutError:
                log.debug("acknowledgements are still under way")

    async def _completions(self, asked: Typing) -> list[tuple[str, str]]:
        """What can be typed next; nothing when it takes too long, or fails."""
        if not asked.asker.guild_id:
            return []
        community = Community(PLATFORM, asked.asker.guild_id)
        try:
            async with asyncio.timeout(COMPLETE_SECONDS):
                return await complete(
                    self._arena,
                    community,
                    asked.completes,
                    asked.typed,
                    asked.game,
                    person=await self._arena.people.known(PLATFORM, asked.asker.user_id),
                    role=asked.asker.role,
                )
        except Exception:
            log.exception("nothing is offered for “%s”", asked.completes)
            return []

    async def _run(self, asked: Command, patience_seconds: float = 0.0) -> None:
        reply = await self._reply(asked)
        try:
            await self._show_once_known(asked, reply, patience_seconds)
        except Refused as refused:
            if refused.code not in TOO_LATE:
                raise
            log.info("the answer to interaction %s came too late: %s", asked.asker.request_id, refused)
        except PlatformDown as down:
            log.warning("interaction %s was done but could not be answered: %s", asked.asker.request_id, down)

    async def _reply(self, asked: Command) -> Reply:
        """The command's answer. Whatever fails on the way to the command is a sentence too: the member waits."""
        try:
            return await self._answer(await self._invocation(asked))
        except UserError as error:
            text = error.text
        except Exception:
            log.exception("interaction %s failed before its command", asked.asker.request_id)
            text = say("Something failed on our side, and nothing was changed. Try again in a moment.")
        return Reply(said(text, language_of(asked.asker.locale)))

    async def _show_once_known(self, asked: Command, reply: Reply, patience_seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience_seconds
        while True:
            try:
                return await self._show(asked, reply)
            except Refused as refused:
                if refused.code != UNKNOWN_WEBHOOK or asyncio.get_running_loop().time() >= deadline:
                    raise
            await asyncio.sleep(AGAIN_SECONDS)

    async def _show(self, asked: Command, reply: Reply) -> None:
        asker, message = asked.asker, answers.reply(reply)
        if is_public(asked) and reply.private:
            await self._withdraw(asker, message)
        else:
            await self._rest.edit_answer(asker.application_id, asker.token, message)

    async def _withdraw(self, asker: Asker, message: Message) -> None:
        """Say privately what was going to be public.

        A further answer is private only after the first has been given: until then it takes the first one's place
        (https://github.com/discord/discord-api-docs/issues/2742).
        """
        await self._rest.edit_answer(asker.application_id, asker.token, answers.placeholder())
        try:
            await self._rest.follow_up(asker.application_id, asker.token, answers.privately(message))
        finally:
            await self._rest.delete_answer(asker.application_id, asker.token)

    async def _invocation(self, asked: Command) -> Invocation:
        asker = asked.asker
        member = await self._arena.people.seen(PLATFORM, asker.user_id, asker.name)
        return Invocation(
            community=Community(PLATFORM, asker.guild_id),
            member=member,
            command=asked.command,
            verb=asked.verb.name,
            options=asked.options,
            request_id=asker.request_id,
            locale=asker.locale,
            community_locale=asker.guild_locale,
            role=asker.role,
            channel=asker.channel_id,
            mentioned=await self._mentioned(asked, member),
            answer_to=answer_to(asker.application_id, asker.token, public=is_public(asked)),
        )

    async def _mentioned(self, asked: Command, member: Person) -> Mapping[str, Person]:
        """The people behind the tokens of the options. Bots, and who is no member of the server, are left out."""
        found = {}
        for token, user_id in list(asked.mentions().items())[:_PEOPLE_FETCHED]:
            person = member if user_id == asked.asker.user_id else await self._person(user_id, asked.asker)
            if person:
                found[token] = person
        return found

    async def _person(self, user_id: str, asker: Asker) -> Person | None:
        if user_id in asker.names:
            return await self._arena.people.seen(PLATFORM, user_id, asker.names[user_id])
        try:
            member = await self._rest.member(asker.guild_id, user_id)
        except ArenaError as error:
            log.warning("a member who is mentioned cannot be looked up: %s", error)
            known = await self._arena.people.known(PLATFORM, user_id)
            return known or await self._arena.people.seen(PLATFORM, user_id, NAMELESS)
        if member is None or (member.get("user") or {}).get("bot"):
            return None
        return await self._arena.people.seen(PLATFORM, user_id, display_name(member, member.get("user") or {}))


_LIMITED, _FAILED = 429, 500
