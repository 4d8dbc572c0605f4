"""Who can play: from a player's name to the program that chooses its moves.

::

    human/<id>                    a person; has no program
    engine/<name>                 one of the game's own look-ahead players, or ``random``
    engine/stockfish:level=3      an installed UCI engine, with its strength
    <provider>/<model>            a language model
    own/<key>/<model>             one behind a community's own key, and that community's only

Model APIs and their catalogue are handed in: a roster knows no vendor.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine import abouts, games
from engine.errors import NotConfigured, UnknownName, UserError
from engine.games import AnyGame
from engine.model import Community, MoveMode, Player
from engine.players.llm import PATIENT, LanguageModel, Policy
from engine.players.lookahead import LookAhead
from engine.players.metered import Metered
from engine.players.model_card import ModelCard
from engine.players.own import OWN, OwnRoster, behind
from engine.players.scripted import RandomPlayer
from engine.players.uci import ENGINES, Command, Strength, UciGame, UciPlayer, UciProcess, require_uci
from engine.players.vendor import MakeOwn, Vendor
from engine.ports import UNMETERED, Candidate, Clock, Meter, MoveSource, OwnKey, Provider, Rates
from engine.ports import Roster as AnyRoster
from engine.sentences import say

ENGINE: Final = "engine"
RANDOM: Final = "random"
FREE: Final = Rates()
log = logging.getLogger(__name__)

_HINT: Final = say("A player is written provider/model, such as local/smollm2 or engine/novice; a member, @name.")
_ANY_MODEL: Final = say("any model that it serves")


class Roster:
    """Fulfils :class:`engine.ports.Roster`.

    Providers are made when first needed, and engine processes started by their first ply. All of them are shared by
    all duels, and are this object's to close.
    """

    def __init__(
        self,
        vendors: Mapping[str, Vendor],
        engines: Mapping[str, str] | None,
        clock: Clock,
        policy: Policy = PATIENT,
        own: MakeOwn | None = None,
        meter: Meter = UNMETERED,
    ) -> None:
        """``engines`` are further UCI engines: command lines by name, beside those of :data:`uci.ENGINES`.

        ``None``: none at all, where no program can be started.

        ``own`` makes what stands behind a community's own key; without it such keys are not used.
        """
        self._vendors = vendors
        self._clock = clock
        self._policy = policy
        self._providers: dict[str, Provider] = {}
        further = {name: Command.read(line) for name, line in (engines or {}).items()}
        commands = {} if engines is None else {**ENGINES, **further}
        self._processes = {name: UciProcess(name, command) for name, command in commands.items()}
        self._sources: dict[tuple[str, str], MoveSource] = {}
        self._own = own
        self._meter = meter
        self._adopted: dict[Community, OwnRoster] = {}
        self._retiring: dict[asyncio.Task[None], OwnRoster] = {}

    def check(self, player: Player, game: AnyGame, mode: MoveMode | None) -> MoveMode | None:
        """The mode it will play in; ``None`` for whoever is no language model.

        :raises UnknownName: for a player, engine or model that does not exist.
        :raises NotConfigured: when a key, an engine or weights are missing; says what to set or install.
        :raises UserError: when it cannot play this game, or not in this mode.
        """
        if player.is_human:
            return None
        if player.provider == ENGINE:
            self._check_engine(player, game)
            return None
        provider = self._provider(player)
        settled = self._mode(player, game, mode)
        provider.check(player.id, settled is MoveMode.CONSTRAINED)
        return settled

    def canonical(self, player: Player, game: AnyGame) -> Player:  # noqa: ARG002  # the port's: others may need it
        """See :meth:`engine.ports.Roster.canonical`. :raises UserError: for a UCI engine's setting that is none."""
        name, _, settings = player.id.partition(":")
        if player.provider != ENGINE or name not in self._processes:
            return player
        canonical = Strength.read(settings).canonical
        return Player(ENGINE, f"{name}:{canonical}" if canonical else name)

    def seat(self, player: Player, game: AnyGame) -> MoveSource:
        """Its source of moves, the same for every duel of that game. :raises UserError: as :meth:`check`."""
        key = (str(player), game.name)
        if key not in self._sources:
            self._sources[key] = self._engine(player, game) if player.provider == ENGINE else self._model(player)
        return self._sources[key]

    def card(self, player: Player) -> ModelCard:
        """What is known of a model; a card without a price when it is not in the catalogue."""
        vendor = self._vendors.get(player.provider)
        return (vendor.cards.get(player.id) if vendor else None) or ModelCard(str(player))

    def names(self, game: AnyGame) -> list[Candidate]:
        """The players to offer for a game: engines, then the known models, and among each the ready ones first."""
        engines = [self._candidate(name, about, game) for name, about in self._engine_names(game)]
        models = [
            self._candidate(f"{provider}/{model}", card.about, game)
            for provider, vendor in self._vendors.items()
            for model, card in vendor.cards.items()
        ]
        others = [self._any_model(provider) for provider, vendor in self._vendors.items() if not vendor.cards]
        return [*sorted(engines, key=_unready), *sorted(models, key=_unready), *others]

    def _any_model(self, provider: str) -> Candidate:
        """A line for a provider whose models we do not know: it is never ready as it stands."""
        name = f"{provider}/…"
        try:
            self._provider(Player(provider, "…")).check("…", constrained=False)
        except UserError as error:
            return Candidate(name, _ANY_MODEL, ready=False, missing=error.text)
        missing = say("write {provider}/ and the name of a model that it serves", provider=provider)
        return Candidate(name, _ANY_MODEL, ready=False, missing=missing)

    def priced(self, player: Player) -> bool:
        """See :meth:`engine.ports.Roster.priced`."""
        return player.provider == ENGINE or self.card(player).priced

    def rates(self, player: Player) -> Rates | None:
        """See :meth:`engine.ports.Roster.rates`."""
        return FREE if player.provider == ENGINE else self.card(player).rates(self._policy.attempts)

    def of(self, community: Community) -> AnyRoster:
        """See :meth:`engine.ports.Roster.of`."""
        return self._adopted.get(community, self)

    def adopt(self, community: Community, keys: Sequence[OwnKey]) -> None:
        """See :meth:`engine.ports.Roster.adopt`. Duels under way go on with these keys as far as they go."""
        known = self._adopted.get(community)
        if self._own is None or (known.keys if known else ()) == tuple(keys):
            return
        provider, vendor = behind(keys, self._own)
        own = Roster({OWN: vendor}, {}, self._clock, self._policy, meter=self._meter)
        self._adopted[community] = OwnRoster(self, own, tuple(keys), provider)
        if known:
            known.give_way(self._adopted[community])
            retiring = asyncio.get_running_loop().create_task(known.retire())
            self._retiring[retiring] = known
            retiring.add_done_callback(self._retired)

    def _retired(self, task: asyncio.Task[None]) -> None:
        self._retiring.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            log.warning("connections behind replaced keys did not close: %s", error)

    def unknown(self, name: str) -> UnknownName:
        """The error for a name that no player has, with the nearest names."""
        searching = sorted({engine for name in games.names() for engine in games.game(name).engines})
        engines = (f"{ENGINE}/{engine}" for engine in (RANDOM, *searching, *self._processes))
        models = (f"{provider}/{model}" for provider, vendor in self._vendors.items() for model in vendor.cards)
        return UnknownName(say("player"), name, [*engines, *models], _HINT)

    async def close(self) -> None:
        """End the engines and let go of the providers, each even if another fails."""
        sources, self._sources = self._sources, {}
        providers, self._providers = self._providers, {}
        closing = [one.close() for one in sources.values()]
        closing += [one.close() for one in providers.values()]
        closing += [one.close() for one in self._processes.values()]
        closing += [one.close() for one in (*self._adopted.values(), *self._retiring.values())]
        for task in self._retiring:
            task.cancel()
        results = await asyncio.gather(*closing, return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            raise BaseExceptionGroup("some players did not close", failures)

    def _provider(self, player: Player) -> Provider:
        name = player.provider
        if name not in self._vendors:
            raise self.unknown(str(player))
        if name not in self._providers:
            self._providers[name] = self._vendors[name].make()
        return self._providers[name]

    def _mode(self, player: Player, game: AnyGame, mode: MoveMode | None) -> MoveMode:
        wanted = mode or self.card(player).mode
        if game.open_ended and wanted is not MoveMode.FREE:
            if mode is None:
                return MoveMode.FREE
            raise UserError(
                say("{game} has no list of legal moves to choose from: play it with moves=free.", game=game.title)
            )
        if wanted is MoveMode.CONSTRAINED and not self.card(player).constrainable:
            raise UserError(
                say(
                    "{player} cannot be held to a list of moves: play it with moves=free or moves=listed.",
                    player=str(player),
                )
            )
        return wanted

    def _check_engine(self, player: Player, game: AnyGame) -> None:
        name, _, settings = player.id.partition(":")
        if name in self._processes:
            require_uci(str(player), game)
            Strength.read(settings)
            self._processes[name].check()
        elif name not in (*game.engines, RANDOM):
            raise UnknownName(say("{game} engine", game=game.title), name, self._known(game))
        elif settings:
            raise UserError(
                say("{player} has no settings: leave out “:{settings}”.", player=f"{ENGINE}/{name}", settings=settings)
            )

    def _engine(self, player: Player, game: AnyGame) -> MoveSource:
        self._check_engine(player, game)
        name, _, settings = player.id.partition(":")
        if name in self._processes:
            return UciPlayer(self._processes[name], Strength.read(settings))
        return RandomPlayer() if name == RANDOM else LookAhead(game.engines[name])

    def _model(self, player: Player) -> MoveSource:
        if player.is_human:
            raise UserError(say("{player} is a person and moves by commands.", player=str(player)))
        provider = Metered(self._provider(player), player.provider, self._clock, self._meter)
        return LanguageModel(provider, player.id, self.card(player), self._clock, self._policy)

    def _known(self, game: AnyGame) -> list[str]:
        return [name.removeprefix(f"{ENGINE}/") for name, _ in self._engine_names(game)]

    def _engine_names(self, game: AnyGame) -> Iterator[tuple[str, str]]:
        for name, search in game.engines.items():
            yield f"{ENGINE}/{name}", abouts.look_ahead(search.depth)
        yield f"{ENGINE}/{RANDOM}", abouts.RANDOM
        if isinstance(game, UciGame):
            for name in self._processes:
                yield f"{ENGINE}/{name}", say("UCI engine; add :level=0 to 20, :elo=1350 to 2850 or :nodes=…")

    def _candidate(self, name: str, about: str, game: AnyGame) -> Candidate:
        try:
            self.check(Player.named(name), game, None)
        except NotConfigured as missing:
            return Candidate(name, about, False, missing.text)
        return Candidate(name, about)


def _unready(candidate: Candidate) -> bool:
    return not candidate.ready
