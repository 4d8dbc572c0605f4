"""Who can play what: names, modes, what is missing, and that everything is shared and closed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from support import StandingClock

from engine import games
from engine.errors import NotConfigured, UnknownName, UserError
from engine.games import AnyGame
from engine.model import MoveMode, Player
from engine.players.llm import LanguageModel
from engine.players.lookahead import LookAhead
from engine.players.model_card import ModelCard
from engine.players.roster import Roster
from engine.players.scripted import RandomPlayer
from engine.players.uci import UciPlayer
from engine.players.vendor import Vendor
from engine.ports import Ask, Completion

CHESS, CROSSES = games.game("chess"), games.game("tic_tac_toe")
# All that a roster looks at in an open-ended game.
WORDS = cast(AnyGame, SimpleNamespace(title="Words", name="words", open_ended=True, engines={}))


class Keyed:
    """A provider that needs a key it may not have, and counts what happens to it."""

    def __init__(self, ready: bool = True) -> None:
        self.ready = ready
        self.closed = 0
        self.checked: list[tuple[str, bool]] = []

    def check(self, model: str, constrained: bool) -> None:
        self.checked.append((model, constrained))
        if not self.ready:
            raise NotConfigured(f"far/{model} needs FAR_KEY: set it and start again.")

    async def complete(self, ask: Ask) -> Completion:
        raise AssertionError(ask)

    async def close(self) -> None:
        self.closed += 1


CARDS = {
    "near": {"tiny": ModelCard("near/tiny", "a tiny one", mode=MoveMode.CONSTRAINED)},
    "far": {"big": ModelCard("far/big", "a big one"), "loose": ModelCard("far/loose", constrainable=False)},
}


class Company:
    """Two vendors, one of them without its key, and the roster that has them."""

    def __init__(self) -> None:
        self.near, self.far = Keyed(), Keyed(ready=False)
        self.made: list[str] = []
        vendors = {
            "near": Vendor(lambda: self._make("near", self.near), CARDS["near"]),
            "far": Vendor(lambda: self._make("far", self.far), CARDS["far"]),
        }
        self.roster = Roster(vendors, {"missing": "no-such-program --uci"}, StandingClock())

    def _make(self, name: str, provider: Keyed) -> Keyed:
        self.made.append(name)
        return provider


@pytest.fixture
def company() -> Company:
    return Company()


def named(name: str) -> Player:
    return Player.named(name)


@pytest.mark.parametrize("name", ["human/abc", "engine/random", "engine/novice"])
def test_whoever_is_no_model_has_no_mode(company: Company, name: str) -> None:
    assert company.roster.check(named(name), CHESS, MoveMode.CONSTRAINED) is None
    assert company.made == []


def test_a_model_plays_in_the_mode_asked_for_else_in_its_own(company: Company) -> None:
    tiny = named("near/tiny")
    assert company.roster.check(tiny, CHESS, None) is MoveMode.CONSTRAINED
    assert company.roster.check(tiny, CHESS, MoveMode.LISTED) is MoveMode.LISTED
    assert company.roster.check(named("near/unheard-of"), CHESS, None) is MoveMode.FREE
    assert company.near.checked == [("tiny", True), ("tiny", False), ("unheard-of", False)]


def test_an_open_ended_game_is_free_by_default_and_refuses_anything_else(company: Company) -> None:
    tiny = named("near/tiny")
    assert company.roster.check(tiny, WORDS, None) is MoveMode.FREE
    for mode in (MoveMode.CONSTRAINED, MoveMode.LISTED):
        with pytest.raises(UserError, match="moves=free"):
            company.roster.check(tiny, WORDS, mode)


def test_a_model_that_cannot_be_constrained_says_so(company: Company) -> None:
    company.far.ready = True
    with pytest.raises(UserError, match="moves=free or moves=listed"):
        company.roster.check(named("far/loose"), CHESS, MoveMode.CONSTRAINED)


def test_a_missing_key_is_named_before_the_duel(company: Company) -> None:
    with pytest.raises(NotConfigured, match="FAR_KEY"):
        company.roster.check(named("far/big"), CHESS, None)


def test_a_missing_engine_is_named_before_the_duel(company: Company) -> None:
    with pytest.raises(NotConfigured, match=r"engine/missing has no program .*correct it in ARENA_ENGINES"):
        company.roster.check(named("engine/missing"), CHESS, None)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("nera/tiny", "near/tiny"), ("engine/novise", "novice"), ("engine/stokfish", "stockfish")],
)
def test_an_unknown_name_gets_its_nearest(company: Company, name: str, nearest: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean") as unknown:
        company.roster.check(named(name), CHESS, None)
    assert nearest in unknown.value.nearest


def test_a_name_without_a_provider_is_explained(company: Company) -> None:
    assert company.roster.unknown("perfect").nearest == ["engine/perfect"]
    assert "provider/model" in company.roster.unknown("tiny").text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("engine/stockfish", "plays chess only"),
        ("engine/stockfish:elo=1500", "plays chess only"),
        ("engine/random:level=3", "has no settings"),
    ],
)
def test_what_an_engine_cannot_do_is_said(company: Company, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        company.roster.check(named(name), CROSSES, None)


@pytest.mark.stockfish
def test_a_wrong_strength_is_said_before_the_duel(company: Company) -> None:
    with pytest.raises(UserError, match="level"):
        company.roster.check(named("engine/stockfish:level=99"), CHESS, None)


def test_engines_of_a_game_are_its_own(company: Company) -> None:
    for name in CROSSES.engines:
        assert company.roster.check(named(f"engine/{name}"), CROSSES, None) is None
    with pytest.raises(UnknownName):
        company.roster.check(named("engine/no-such-engine"), CROSSES, None)


@pytest.mark.parametrize(
    ("name", "kind"), [("engine/random", RandomPlayer), ("engine/novice", LookAhead), ("near/tiny", LanguageModel)]
)
def test_seats_are_shared_between_duels(company: Company, name: str, kind: type) -> None:
    seated = company.roster.seat(named(name), CHESS)
    assert isinstance(seated, kind)
    assert company.roster.seat(named(name), CHESS) is seated


@pytest.mark.stockfish
def test_a_uci_engine_takes_its_seat(company: Company) -> None:
    assert isinstance(company.roster.seat(named("engine/stockfish:level=3"), CHESS), UciPlayer)


def test_a_person_has_no_program(company: Company) -> None:
    with pytest.raises(UserError):
        company.roster.seat(named("human/abc"), CHESS)


def test_lists_name_everyone_with_what_is_missing(company: Company) -> None:
    listed = {candidate.name: candidate for candidate in company.roster.names(CHESS)}
    assert listed["near/tiny"].ready
    assert listed["near/tiny"].about == "a tiny one"
    assert not listed["far/big"].ready
    assert "FAR_KEY" in listed["far/big"].missing
    assert listed["engine/novice"].ready
    assert not listed["engine/missing"].ready
    assert "engine/missing" not in {candidate.name for candidate in company.roster.names(CROSSES)}


def test_a_model_outside_the_catalogue_has_an_unknown_price(company: Company) -> None:
    assert not company.roster.card(named("near/unheard-of")).priced
    assert company.roster.card(named("near/unheard-of")).name == "near/unheard-of"


async def test_providers_are_made_once_when_needed_and_closed_at_the_end(company: Company) -> None:
    assert company.made == []
    for _ in range(2):
        company.roster.check(named("near/tiny"), CHESS, None)
        company.roster.seat(named("near/tiny"), CHESS)
    assert company.made == ["near"]
    await company.roster.close()
    assert (company.near.closed, company.far.closed) == (1, 0)


async def test_one_that_does_not_close_keeps_nobody_else_open(company: Company) -> None:
    class Stuck(Keyed):
        async def close(self) -> None:
            raise OSError("stuck")

    vendors = {"stuck": Vendor(Stuck), "near": Vendor(lambda: company.near)}
    roster = Roster(vendors, {}, StandingClock())
    for name in ("stuck/a", "near/a"):
        roster.check(named(name), CHESS, None)
    with pytest.raises(ExceptionGroup, match="did not close"):
        await roster.close()
    assert company.near.closed == 1
