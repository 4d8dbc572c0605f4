"""Members: a random id of ours in every log, and one erasable item that knows platform and name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.arena.context import Context
from engine.errors import BadOption, Conflict, UnknownName
from engine.model import LONGEST_NAME, SEATS, Person, Player, Seat, Terms
from engine.sentences import say


@dataclass(frozen=True, slots=True)
class Names:
    """What people are called; one whose item is erased is “someone”."""

    people: Mapping[str, Person]

    def seats(self, terms: Terms) -> dict[Seat, str]:
        """The names of a duel's players by seat."""
        return {seat: self.player(terms.players[seat]) for seat in SEATS}

    def person(self, person_id: str) -> str:
        """One person's name."""
        return self.people[person_id].name if person_id in self.people else say("someone")

    def player(self, player: Player) -> str:
        """One player's name."""
        return self.person(player.id) if player.is_human else str(player)


class People:
    """Who is who."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def seen(self, platform: str, platform_id: str, name: str) -> Person:
        """The person behind a platform's id, made at first sight; a new name is kept. Namesakes are the platform's."""
        return await self._context.store.person(platform, platform_id, _presentable(name), uuid.uuid4().hex)

    async def arrived(self, platform: str, platform_id: str, names: Iterable[str]) -> Person:
        """The person behind a platform's id, made under the first of the names that nobody else there has.

        :raises BadOption: when all are taken.
        """
        name = ""
        for name in names:
            with suppress(Conflict):
                return await self._alone(platform, platform_id, name, uuid.uuid4().hex)
        raise _taken(name)

    async def renamed(self, person: Person, name: str) -> Person:
        """The person under a name of their own choice. :raises BadOption: when it cannot be shown or is taken."""
        shown = _presentable(name)
        try:
            return await self._alone(person.platform, person.platform_id, shown, person.id)
        except Conflict:
            raise _taken(shown) from None

    async def _alone(self, platform: str, platform_id: str, name: str, new_id: str) -> Person:
        return await self._context.store.person(platform, platform_id, name, new_id, unique=True)

    async def known(self, platform: str, platform_id: str) -> Person | None:
        """The person behind a platform's id, when there is one."""
        return await self._context.store.person_of(platform, platform_id)

    async def named(self, platform: str, name: str) -> Person:
        """A member by the name people see. :raises UnknownName: when nobody has it."""
        found = await self._context.store.person_named(platform, name)
        if found is None:
            raise UnknownName(say("member"), f"@{name}", [], say("They must have been here once."))
        return found

    async def of(self, duels: Sequence[Terms]) -> Names:
        """The names in all those duels, looked up at once."""
        ids = {player.id for terms in duels for player in terms.players.values() if player.is_human}
        return Names(await self._context.store.people(sorted(ids | {terms.started_by for terms in duels})))

    async def called(self, ids: Iterable[str]) -> Names:
        """The names of these persons."""
        return Names(await self._context.store.people(sorted(set(ids))))

    async def names(self, terms: Terms) -> dict[Seat, str]:
        """What the seats of one duel are called."""
        return (await self.of([terms])).seats(terms)


def _presentable(name: str) -> str:
    shown = " ".join(name.split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise BadOption(say("A name has 1 to {most} printable characters.", most=LONGEST_NAME))
    return shown


def _taken(name: str) -> BadOption:
    return BadOption(say("“{name}” is taken: choose another name.", name=name))


def called(player: Player) -> str:
    """Who is meant, in a sentence that looks nobody up: a program by its name; a person's id is nobody's to read."""
    return say("This member") if player.is_human else str(player)
