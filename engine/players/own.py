"""Players behind a community's own keys: ``own/<key>/<model>``, that community's only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from engine.errors import ProviderRefused, UnknownName
from engine.games import AnyGame
from engine.model import Community, MoveMode, Player
from engine.players.model_card import ModelCard
from engine.players.vendor import MakeOwn, Vendor
from engine.ports import Ask, Candidate, Completion, MoveSource, OwnKey, Provider, Rates, Roster
from engine.sentences import say

OWN: Final = "own"


class _Closing(Roster, Protocol):
    async def close(self) -> None: ...


class OwnRoster:
    """Fulfils :class:`engine.ports.Roster` for one community: everybody of the installation, and its own players."""

    def __init__(self, everybody: Roster, own: _Closing, keys: tuple[OwnKey, ...], provider: OwnProvider) -> None:
        """``provider`` is what ``own`` asks."""
        self.keys = keys
        self._provider = provider
        self._everybody = everybody
        self._own = own

    def _with(self, player: Player) -> Roster:
        return self._own if player.is_own else self._everybody

    def check(self, player: Player, game: AnyGame, mode: MoveMode | None) -> MoveMode | None:
        """See :meth:`engine.ports.Roster.check`."""
        return self._with(player).check(player, game, mode)

    def canonical(self, player: Player, game: AnyGame) -> Player:
        """See :meth:`engine.ports.Roster.canonical`."""
        return self._with(player).canonical(player, game)

    def seat(self, player: Player, game: AnyGame) -> MoveSource:
        """See :meth:`engine.ports.Roster.seat`."""
        return self._with(player).seat(player, game)

    def names(self, game: AnyGame) -> list[Candidate]:
        """See :meth:`engine.ports.Roster.names`."""
        own = [candidate for candidate in self._own.names(game) if Player.named(candidate.name).is_own]
        return [*self._everybody.names(game), *own]

    def priced(self, player: Player) -> bool:
        """See :meth:`engine.ports.Roster.priced`."""
        return self._with(player).priced(player)

    def rates(self, player: Player) -> Rates | None:
        """See :meth:`engine.ports.Roster.rates`."""
        return self._with(player).rates(player)

    def of(self, community: Community) -> Roster:
        """See :meth:`engine.ports.Roster.of`."""
        return self._everybody.of(community)

    def adopt(self, community: Community, keys: Sequence[OwnKey]) -> None:
        """See :meth:`engine.ports.Roster.adopt`."""
        self._everybody.adopt(community, keys)

    def unknown(self, name: str) -> UnknownName:
        """See :meth:`engine.ports.Roster.unknown`."""
        return self._everybody.unknown(name)

    async def retire(self) -> None:
        """Let go of the connections when the last answer is there."""
        await self._provider.until_idle()
        await self.close()

    def give_way(self, successor: OwnRoster) -> None:
        """Have what is asked from now on asked with the community's newer keys."""
        self._provider.replace_by(successor._provider)

    async def close(self) -> None:
        """Let go of the connections behind the keys; everybody else is not this object's to close."""
        await self._own.close()


class OwnProvider:
    """All of a community's keys as one provider, whose models are ``<key>/<model>``.

    Duels under way hold on to the one that they began with: it hands their questions on to the one that has replaced
    it, so a key that is deleted opens nothing from then on, and one that is replaced is not used any more.
    """

    def __init__(self, keys: Mapping[str, OwnKey], vendors: Mapping[str, Vendor]) -> None:
        self._keys = keys
        self._vendors = vendors
        self._made: dict[str, Provider] = {}
        self._replaced_by: OwnProvider | None = None
        self._asked = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def check(self, model: str, constrained: bool) -> None:
        """:raises UnknownName: for a key that is none, or a model that it was not stored for."""
        name, _, wanted = model.partition("/")
        if not self._opens(name, wanted):
            known = [f"{OWN}/{key.name}/{one}" for key in self._keys.values() for one in key.models]
            raise UnknownName(say("player"), f"{OWN}/{model}", known)
        self._provider(name).check(wanted, constrained)

    async def complete(self, ask: Ask) -> Completion:
        """See :meth:`engine.ports.Provider.complete`. :raises ProviderRefused: for a key that is deleted."""
        if self._replaced_by:
            return await self._replaced_by.complete(ask)
        name, _, model = ask.model.partition("/")
        if not self._opens(name, model):
            raise ProviderRefused(say("{player} has no key any more.", player=f"{OWN}/{ask.model}"))
        self._asked += 1
        self._idle.clear()
        try:
            return await self._provider(name).complete(replace(ask, model=model))
        finally:
            self._asked -= 1
            if not self._asked:
                self._idle.set()

    def replace_by(self, other: OwnProvider) -> None:
        """Hand on what is asked from now on."""
        self._replaced_by = other

    async def until_idle(self) -> None:
        """Wait for the answers to what was asked before."""
        await self._idle.wait()

    async def close(self) -> None:
        """Let go of connections."""
        made, self._made = self._made, {}
        for provider in made.values():
            await provider.close()

    def _opens(self, name: str, model: str) -> bool:
        return name in self._keys and model in self._keys[name].models

    def _provider(self, name: str) -> Provider:
        if name not in self._made:
            self._made[name] = self._vendors[name].make()
        return self._made[name]


def behind(keys: Sequence[OwnKey], make: MakeOwn) -> tuple[OwnProvider, Vendor]:
    """A community's keys as one vendor: what is known of their models is what the API's own are known for."""
    vendors = {key.name: make(key) for key in keys}
    provider = OwnProvider({key.name: key for key in keys}, vendors)
    cards = {
        f"{key.name}/{model}": replace(
            vendors[key.name].cards.get(model) or ModelCard(""),
            name=f"{OWN}/{key.name}/{model}",
            about=say("this server's own, behind its key “{key}”", key=key.name),
        )
        for key in keys
        for model in key.models
    }
    return provider, Vendor(lambda: provider, cards)
