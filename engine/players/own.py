"""Players behind a community's own keys: ``own/<key>/<model>``, that community's only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from engine.errors import UnknownName
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

    def __init__(self, everybody: Roster, own: _Closing, keys: tuple[OwnKey, ...]) -> None:
        self.keys = keys
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

    async def close(self) -> None:
        """Let go of the connections behind the keys; everybody else is not this object's to close."""
        await self._own.close()


class OwnProvider:
    """All of a community's keys as one provider, whose models are ``<key>/<model>``."""

    def __init__(self, keys: Mapping[str, OwnKey], vendors: Mapping[str, Vendor]) -> None:
        self._keys = keys
        self._vendors = vendors
        self._made: dict[str, Provider] = {}

    def check(self, model: str, constrained: bool) -> None:
        """:raises UnknownName: for a key that is none, or a model that it was not stored for."""
        name, _, wanted = model.partition("/")
        if name not in self._keys or wanted not in self._keys[name].models:
            known = [f"{OWN}/{key.name}/{one}" for key in self._keys.values() for one in key.models]
            raise UnknownName(say("player"), f"{OWN}/{model}", known)
        self._provider(name).check(wanted, constrained)

    async def complete(self, ask: Ask) -> Completion:
        """See :meth:`engine.ports.Provider.complete`."""
        name, _, model = ask.model.partition("/")
        return await self._provider(name).complete(replace(ask, model=model))

    async def close(self) -> None:
        """Let go of connections."""
        made, self._made = self._made, {}
        for provider in made.values():
            await provider.close()

    def _provider(self, name: str) -> Provider:
        if name not in self._made:
            self._made[name] = self._vendors[name].make()
        return self._made[name]


def behind(keys: Sequence[OwnKey], make: MakeOwn) -> Vendor:
    """A community's keys as one vendor: what is known of their models is what the API's own are known for."""
    by_name = {key.name: key for key in keys}
    vendors = {key.name: make(key) for key in keys}
    cards = {
        f"{key.name}/{model}": replace(
            vendors[key.name].cards.get(model) or ModelCard(""),
            name=f"{OWN}/{key.name}/{model}",
            about=say("this server's own, behind its key “{key}”", key=key.name),
        )
        for key in keys
        for model in key.models
    }
    return Vendor(lambda: OwnProvider(by_name, vendors), cards)
