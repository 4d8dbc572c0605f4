"""Takes what is asked in Slack to an answer: opens forms, runs commands, answers. Knows no transport."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.catalogue import language_of, said
from bot.commands import Invocation, Reply
from bot.completion import complete
from bot.on_slack import forms, parse
from bot.on_slack.answers import LIFE_MS, Address, Answers
from bot.on_slack.members import PLATFORM, Members
from bot.on_slack.rest import Rest
from engine import tracing
from engine.arena import Arena
from engine.errors import PlatformDown, UserError
from engine.model import Community, Person
from engine.sentences import say

Answer = Callable[[Invocation], Awaitable[Reply]]

MOST_SEEN: Final = 8192
MOST_MENTIONED: Final = 8
NEWEST_DUELS: Final = 200

log = logging.getLogger(__name__)


class Desk:
    """Everything that happens after the acknowledgement."""

    def __init__(self, rest: Rest, arena: Arena, members: Members, answers: Answers, answer: Answer) -> None:
        self._rest = rest
        self._arena = arena
        self._members = members
        self._answers = answers
        self._answer = answer
        self._seen: OrderedDict[str, None] = OrderedDict()

    def is_new(self, request_id: str) -> bool:
        """``False`` when the same request has come before: Slack sends again what it takes for lost."""
        if request_id in self._seen:
            return False
        self._seen[request_id] = None
        while len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return True

    async def handle(self, asked: parse.Asked) -> None:
        """Do what is asked. Whatever goes wrong is told to the asker alone, or logged."""
        community = str(Community(PLATFORM, asked.asker.team))
        with tracing.working_on(community=community, request=asked.asker.request_id):
            try:
                await self._handled(asked)
            except PlatformDown as error:
                log.warning("request %s cannot be answered: %s", asked.asker.request_id, error)
            except Exception:
                log.exception("request %s failed", asked.asker.request_id)

    async def refused(self, asked: parse.Refusal) -> str:
        """The sentence of a refusal in its person's language."""
        return said(asked.text, await self._language(asked.asker))

    async def view(self, asked: parse.Form) -> forms.View:
        """A form in its person's language. :raises UserError: when it cannot be made."""
        return forms.form(asked, await self._language(asked.asker))

    async def suggestions(self, typing: parse.Typing, user: str) -> list[dict[str, Any]]:
        """What a menu offers for what was typed so far."""
        community = Community(PLATFORM, typing.team)
        facts = await self._members.facts(typing.team, user)
        found = await complete(
            self._arena,
            community,
            typing.completes,
            typing.typed,
            typing.game,
            person=await self._arena.people.known(PLATFORM, f"{typing.team}:{user}"),
            role=facts.role,
        )
        return forms.options(found, language_of(facts.locale))

    async def _handled(self, asked: parse.Asked) -> None:
        match asked:
            case parse.Command():
                await self._run(asked)
            case parse.Form():
                await self._open(asked)
            case parse.Here():
                await self._open_here(asked)
            case parse.Refusal():
                await self._tell(asked.asker, asked.text)

    async def _run(self, asked: parse.Command) -> None:
        asker = asked.asker
        facts = await self._members.facts(asker.team, asker.user)
        address = self._address(asker, facts.locale)
        invocation = Invocation(
            community=Community(PLATFORM, asker.team),
            member=await self._members.person(asker.team, asker.user),
            command=asked.command,
            verb=asked.verb.name,
            options=asked.options,
            request_id=f"slack:{asker.team}:{asker.request_id}",
            locale=facts.locale or "en",
            role=facts.role,
            channel=asker.channel,
            mentioned=await self._mentioned(asked),
            answer_to=address.encode(),
        )
        await self._answers.send(address, await self._answer(invocation))

    async def _mentioned(self, asked: parse.Command) -> dict[str, Person]:
        """The people behind the tokens of the options; bots are left out."""
        people = list(asked.mentions().items())[:MOST_MENTIONED]
        found = await asyncio.gather(*(self._mentionable(asked.asker.team, user) for _, user in people))
        return {token: person for (token, _), person in zip(people, found, strict=True) if person}

    async def _mentionable(self, team: str, user: str) -> Person | None:
        return None if (await self._members.facts(team, user)).bot else await self._members.person(team, user)

    async def _open(self, asked: parse.Form) -> None:
        try:
            view = await self.view(asked)
        except UserError as error:
            await self._tell(asked.asker, error.text)
        else:
            await self._show(asked.asker, view)

    async def _open_here(self, asked: parse.Here) -> None:
        language = await self._language(asked.asker)
        duel_id = asked.duel_id or await self._duel_at(asked)
        await self._show(asked.asker, forms.command_form(asked, duel_id, language))

    async def _show(self, asker: parse.Asker, view: forms.View) -> None:
        try:
            wanted = {"trigger_id": asker.trigger_id, "view": view}
            await self._rest.call(asker.team, "views.open", wanted, repeat=False)
        except PlatformDown as error:
            log.warning("request %s: the form did not open: %s", asker.request_id, error)
            await self._tell(asker, say("The form did not open in time. Please try again, or type the whole command."))

    async def _duel_at(self, asked: parse.Here) -> str:
        """The duel whose board is that message, or the head of its thread; empty when there is none."""
        community, wanted = Community(PLATFORM, asked.asker.team), {asked.message_ts, asked.thread_ts} - {""}
        for head in await self._arena.context.store.duels(community, limit=NEWEST_DUELS):
            if head.shown.channel == asked.asker.channel and wanted & {head.shown.message_id, head.shown.thread_id}:
                return head.duel_id
        return ""

    async def _tell(self, asker: parse.Asker, text: str) -> None:
        locale = (await self._members.facts(asker.team, asker.user)).locale
        await self._answers.send(self._address(asker, locale), Reply(said(text, language_of(locale))))

    async def _language(self, asker: parse.Asker) -> str:
        return language_of((await self._members.facts(asker.team, asker.user)).locale)

    def _address(self, asker: parse.Asker, locale: str) -> Address:
        until_ms = self._arena.context.clock.now_ms() + LIFE_MS
        return Address(asker.team, asker.user, asker.channel, asker.response_url, until_ms, locale, asker.thread)
