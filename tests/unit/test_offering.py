"""What is offered without a store is what is offered with one, as far as files alone can tell."""

from __future__ import annotations

import pytest
from support import CHANNEL, StandingClock, arena_over

from bot.commands import commands
from bot.completion import complete
from bot.offering import offered
from engine import games
from engine.community_settings import SETTINGS
from engine.model import Role
from engine.players.roster import Roster


@pytest.mark.parametrize(
    ("what", "about"), [("games", ""), ("settings", ""), *(("values", name) for name in SETTINGS), ("values", "none")]
)
async def test_the_same_is_offered_with_a_store(what: str, about: str) -> None:
    async with arena_over() as arena:
        for typed in ("", "m", "no"):
            found = await complete(arena, CHANNEL, what, typed, about, role=Role.MODERATOR)
            assert list(offered(what, typed, about, Role.MODERATOR)) == found


@pytest.mark.parametrize("game", [*games.names(), "", "none"])
def test_each_game_offers_its_own_players(game: str) -> None:
    roster = Roster({}, None, StandingClock())
    named = roster.names(games.game(game if game in games.names() else "chess"))
    assert list(offered("players", "engine/", game)) == [(one.name, one.about) for one in named]
    assert offered("players", "", game)[0] == ("me", "you")
    assert offered("players", "anthropic/", game)
    assert not offered("players", "local/", game)  # which no function has


@pytest.mark.parametrize("what", ["settings", "values"])
def test_what_moderators_alone_may_use_is_offered_to_no_member(what: str) -> None:
    assert offered(what, "", "pictures", Role.MODERATOR)
    assert offered(what, "", "pictures", Role.MEMBER) == []
    assert offered(what, "", "pictures")  # a platform that does not say who is a moderator


def test_what_only_a_store_tells_is_not_offered() -> None:
    assert [name for name, _ in offered("duels", "")] == ["last"]
    for what in {one.completes for spec in commands() for verb in spec.verbs for one in verb.options} - {
        "games", "players", "duels", "settings", "values",
    }:  # fmt: skip
        assert offered(what, "") == []
