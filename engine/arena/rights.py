"""A member's rights: to be forgotten, and to have a copy of everything that is kept about them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from engine import duel
from engine.arena import audit, communities, own_keys, reports
from engine.arena.challenge import KIND as CHALLENGE
from engine.arena.challenge import Challenge, Stage
from engine.arena.challenges import Challenges
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.documents import readable
from engine.arena.duels import Duels
from engine.arena.exports import export
from engine.arena.paging import every
from engine.arena.points import Points
from engine.arena.seasons import Seasons
from engine.arena.tournament.hosting import Hosting
from engine.arena.tournament.log import OPEN
from engine.arena.tournament.records import Records
from engine.codec import Json, seal_to_json
from engine.errors import Conflict, UserError
from engine.model import Community, Document, Head, Person, Player, Status

LARGEST: Final = 8_000_000
"""Characters of logs in an export: Discord takes files of 10 MiB."""

_PAGE: Final = 200
_EVER_MS: Final = 1 << 60
_MANY: Final = 10_000
_KINDS: Final = (CHALLENGE, reports.KIND, audit.AUDIT, communities.SETTINGS, own_keys.KEY)
# A way to answer on the platform, and a key for a model's API: secrets that open something of others.
_NEVER_SHOWN: Final = frozenset({"answer_to", "sealed"})


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What it took to forget somebody: duels resigned for them, challenges withdrawn or declined."""

    resigned: int
    challenges: int


class Rights:
    """Forgets people, and tells them what is known."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._duels = Duels(context)
        self._challenges = Challenges(context, self._duels)

    async def forget(self, person: Person, request_id: str, here: Community | None = None) -> Forgotten:
        """End what the person has under way, then erase platform id and name; their duels stay, as “someone”'s.

        Everything is done before the name goes, and each step may be repeated: what a crash left, the same wish mends.
        Whoever comes again is a new person. ``here`` is where they ask for it.
        """
        challenges = await self._end_challenges(person.id)
        await self._leave_tournaments(person.id, here)
        resigned = await self._resign_all(person.id, request_id)
        await self._context.store.forget(person.id)
        return Forgotten(resigned, challenges)

    async def _end_challenges(self, person: str) -> int:
        mine = [one for one in await self._all_challenges() if person in {one.challenger, one.challenged}]
        ended = [one for one in mine if await self._end(one, person)]
        for challenge in mine:
            if challenge.challenger == person:
                await self._forget_way_back(challenge.community, challenge.key)
        return len(ended)

    async def _all_challenges(self) -> list[Challenge]:
        """Those of every community: each of them has a time to wake."""
        return readable(await self._context.store.due_documents(CHALLENGE, _EVER_MS, _MANY), Challenge.of)

    async def _end(self, challenge: Challenge, person: str) -> bool:
        if challenge.stage is not Stage.OPEN:
            return await self._challenges.give_up(challenge)
        end = self._challenges.withdraw if challenge.challenger == person else self._challenges.decline
        with suppress(UserError):  # somebody answered it, or its time was over: it has ended either way
            await end(challenge.community, challenge.key, person)
            return True
        return False

    async def _forget_way_back(self, community: Community, key: str) -> None:
        """Strike the platform's own word for the person from a challenge that is kept for a while."""
        while document := await self._context.store.document(community, CHALLENGE, key):
            struck = {**document.body, "answer_to": "", "told": True}
            with suppress(Conflict):
                await self._context.store.put_document(replace(document, body=struck))
                return

    async def _resign_all(self, person: str, request_id: str) -> int:
        resigned = 0
        async for head in self._played(person):
            if head.status is not Status.OVER and Player("human", person) in head.terms.players.values():
                with suppress(UserError):  # it has just ended, or a program has taken the seat over
                    await self._duels.resign(head.duel_id, person, derived_id(request_id, head.duel_id))
                    resigned += 1
        return resigned

    async def _leave_tournaments(self, person: str, here: Community | None) -> None:
        """Here, and in the communities where they have played."""
        player = Player("human", person)
        places = {head.terms.community async for head in self._played(person)} | ({here} if here else set())
        hosting = Hosting(self._context)
        for place in sorted(places, key=str):
            for listed in await hosting.records.listed(place):
                if listed.phase in OPEN:
                    with suppress(UserError):  # they do not take part
                        await hosting.leave(place, listed, player, person)

    def _played(self, person: str) -> AsyncIterator[Head]:
        """All duels of a person in every community, newest first."""
        return every(partial(self._context.store.history, Player("human", person)), _PAGE)

    async def export(self, person: Person, community: Community) -> str:
        """Everything that is kept about a person, as JSON. Whoever asks for it must be that person.

        Documents are looked for in the community where it is asked for and in those where the person has played.
        """
        duels, places, room = [], {community}, LARGEST
        async for head in self._played(person.id):
            places.add(head.terms.community)
            log = await self._log(head)
            room -= len(log)
            duels.append(await self._duel(head, person.id, log if room >= 0 else None))
        kept = [document async for document in self._documents(places)]
        return _written(
            {
                "person": asdict(person),
                "duels": duels,
                "started": [one async for one in self._started(places, person.id)],
                "documents": [_own(one) for one in kept if _is_about(one, person.id)],
                "decided_about_you": [one async for one in self._decided(places, str(Player("human", person.id)))],
                "predictions": [one async for one in self._predictions(places, person.id)],
                "tournaments": [one async for one in self._tournaments(places, str(Player("human", person.id)))],
                "settings_that_name_you": [name for one in kept for name in _naming(one, person.id)],
            }
        )

    async def _log(self, head: Head) -> str:
        record, entries = await self._duels.record(head.duel_id)
        return export(record, entries, "json")

    async def _duel(self, head: Head, person: str, log: str | None) -> Json:
        """One duel as anybody can export it, and the choice that only this person may know."""
        about = {"id": head.duel_id, "community": str(head.terms.community), "created_ms": head.created_ms}
        if log is None:
            return {**about, "log": f"left out, since this file is long: /duel export {head.duel_id}"}
        sealed = {} if head.status is Status.OVER else await self._sealed(head, person)
        return {**about, "log": json.loads(log)["entries"], **sealed}

    async def _sealed(self, head: Head, person: str) -> Json:
        state = duel.fold(await self._context.store.entries(head.duel_id))
        seals = await self._context.store.seals(head.duel_id, state.position_entry)
        own = [seal_to_json(seals[seat]) for seat in self._duels.seats_of(state.terms, person) if seat in seals]
        return {"sealed": own} if own else {}

    async def _started(self, places: Iterable[Community], person: str) -> AsyncIterator[Json]:
        """Duels that the person started, whoever plays in them."""
        for place in sorted(places, key=str):
            async for head in every(partial(self._context.store.duels, place, None), _PAGE):
                if head.terms.started_by == person:
                    yield {"id": head.duel_id, "community": str(place), "created_ms": head.created_ms}

    async def _decided(self, places: Iterable[Community], name: str) -> AsyncIterator[Json]:
        """What moderators have decided about a player."""
        for place in sorted(places, key=str):
            conduct = await conduct_of(self._context, place)
            if name in conduct.barred:
                yield {"community": str(place), "barred": conduct.barred[name]}
            if name in conduct.hidden:
                yield {"community": str(place), "hidden": True}
            for one, into in conduct.links.items():
                if name in (one, into):
                    yield {"community": str(place), "merged": [one, into]}

    async def _tournaments(self, places: Iterable[Community], name: str) -> AsyncIterator[Json]:
        """Where a player is entered."""
        records = Records(self._context)
        for place in sorted(places, key=str):
            for listed in await records.listed(place):
                if name in (await records.load(place, listed.id)).signed:
                    yield {"community": str(place), "id": listed.id, "name": listed.name}

    async def _predictions(self, places: Iterable[Community], person: str) -> AsyncIterator[Json]:
        """What a person has staked, by season."""
        seasons, points = Seasons(self._context), Points(self._context)
        for place in sorted(places, key=str):
            for season in await seasons.listed(place):
                account = await points.account(place, season.name, person)
                stakes = {duel_id: asdict(one) for duel_id, one in account.placed.items()}
                if stakes:
                    about = {"community": str(place), "season": season.name, "points": account.points}
                    yield {**about, "stakes": stakes}

    async def _documents(self, places: Iterable[Community]) -> AsyncIterator[Document]:
        for place in sorted(places, key=str):
            for kind in _KINDS:
                for document in await self._context.store.documents(place, kind, _MANY):
                    yield document


def _is_about(document: Document, person: str) -> bool:
    """Whether a document names a person, alone or as a player."""
    return bool(
        {person, str(Player("human", person))} & {value for value in document.body.values() if isinstance(value, str)}
    )


def _own(document: Document) -> Json:
    """What a person wrote or asked for."""
    body = {name: value for name, value in document.body.items() if name not in _NEVER_SHOWN}
    return {"community": str(document.community), "kind": document.kind, "key": document.key, **body}


def _naming(document: Document, person: str) -> list[str]:
    """The settings whose list holds the person; the rest of the list is about others."""
    if document.kind != communities.SETTINGS:
        return []
    return [name for name, value in document.body.items() if isinstance(value, list) and person in value]


def _written(everything: Mapping[str, Any]) -> str:
    return json.dumps(everything, ensure_ascii=False, indent=1) + "\n"
