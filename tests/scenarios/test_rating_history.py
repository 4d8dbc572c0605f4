"""The history of a ladder: from the duels that count today, so that a ruling shows in all of it at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from journeys import Members, members
from test_leaderboards import won

from bot.commands import Reply, run
from bot.commands._leaderboard_history import MOST_LINES
from engine.arena import rating_history
from engine.arena.decisions import overruled_why, ruled
from engine.arena.ladders import INSTALLATION
from engine.arena.rating_history import MOST_TIMES, fitted
from engine.arena.standings import Ladder
from engine.codec import outcome_from_json, outcome_to_json
from engine.errors import UserError
from engine.model import Community, Head, Outcome, Player, Seat, Status, Termination
from engine.render.figures import Plot
from engine.render.theme import THEMES
from engine.sentences import say

LADDER = Ladder(Community("web", "main"), "1", "tic_tac_toe", "standard", "none")


def plot(reply: Reply) -> Plot:
    assert isinstance(reply.figure, Plot)
    return reply.figure


async def played(here: Members, *pairs: tuple[str, str]) -> None:
    for winner, loser in pairs:
        await won(here, winner, loser)


async def test_each_player_has_a_line_and_its_end_is_the_leaderboards_rating() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"), ("ann", "bob"), ("bob", "eve"), ("eve", "ann"))
        reply = await here.type("eve", "/leaderboard history")
        assert reply.text == "Ratings of Tic-Tac-Toe (standard, no models), season 1: 4 rated duels."
        assert not reply.private
        board = await here.arena.ladders.board(LADDER)
        names = {f"human/{here.id(who)}": who.title() for who in here.people}
        ends = {line.name: line.points[-1] for line in plot(reply).series}
        shown = {str(row[0]): row[2] for row in reply.lines[1:]}
        for one in board.standings:
            name = names[one.player]
            assert (ends[name].value, ends[name].low, ends[name].high) == (one.elo, one.low, one.high)
            assert shown[name] == f"{one.elo:.0f}"
        counts = {line.name: len(line.points) for line in plot(reply).series}
        assert counts == {"Ann": 4, "Bob": 4, "Eve": 2}  # Eve came with the third duel
        times = [point.at_ms for point in plot(reply).series[0].points]
        assert times == sorted(set(times))


async def test_a_void_shows_in_all_of_it_at_once_and_restoring_undoes_it_exactly() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"), ("ann", "bob"), ("bob", "ann"))
        before = await here.type("eve", "/leaderboard history")
        first = (await here.arena.context.store.duels(LADDER.community))[-1].duel_id
        await here.moderate("eve", f"/moderate void {first} why sure:yes")
        after = await here.type("eve", "/leaderboard history")
        assert after.text.endswith("2 rated duels.")
        assert {len(line.points) for line in plot(after).series} == {2}
        await here.moderate("eve", f"/moderate correct {first} second why sure:yes")
        corrected = await here.type("eve", "/leaderboard history")
        assert plot(corrected).series[0].name == "Bob"
        await here.moderate("eve", f"/moderate restore {first} sure:yes")
        assert (await here.type("eve", "/leaderboard history")).figure == before.figure


async def test_when_every_duel_is_void_it_says_what_to_do() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"))
        (head,) = await here.arena.context.store.duels(LADDER.community)
        await here.moderate("eve", f"/moderate void {head.duel_id} why sure:yes")
        reply = await here.type("ann", "/leaderboard history")
        assert "No duel counts on this ladder any more. Start one: /duel start " in reply.text
        assert reply.figure is None


async def test_before_the_first_duel_it_says_what_to_do() -> None:
    async with members() as here:
        reply = await here.type("ann", "/leaderboard history")
        assert reply.text.startswith("No rated duel has ended here yet. Start one: /duel start ")
        assert reply.figure is None


async def test_one_player_alone_and_who_is_not_there() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"))
        reply = await here.type("eve", "/leaderboard history player:<@bob>")
        assert [line.name for line in plot(reply).series] == ["Bob"]
        with pytest.raises(UserError, match="not on that ladder"):
            await here.type("eve", "/leaderboard history player:me")


async def test_who_is_hidden_has_no_line_and_counts_for_the_others() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"), ("eve", "ann"))
        before = await here.type("ann", "/leaderboard history")
        await here.moderate("eve", "/moderate hide <@bob> why sure:yes")
        after = await here.type("ann", "/leaderboard history")
        assert list(plot(after).series) == [line for line in plot(before).series if line.name != "Bob"]


async def test_only_the_ladders_own_duels_count() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"))
        await won(here, "bob", "ann", "racing")
        await here.type("ann", "/duel challenge <@bob> tic_tac_toe rated:no")
        casual = (await here.type("bob", "/duel accept")).duel_id
        await here.type("ann", f"/duel resign duel:{casual}")
        reply = await here.type("eve", "/leaderboard history tic_tac_toe")
        assert reply.text.endswith("1 rated duel.")
        assert plot(reply).series[0].name == "Ann"


async def test_of_many_duels_only_the_newest_are_looked_at_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async with members() as here:
        await played(here, *[("ann", "bob")] * 4)
        monkeypatch.setattr(rating_history, "MOST_DUELS", 3)
        reply = await here.type("eve", "/leaderboard history")
        assert reply.text.endswith("3 rated duels. Older duels are not looked at.")


async def test_of_all_servers_it_is_what_their_ladder_counts_whoever_played_where() -> None:
    a, b, c = "engine/random", "engine/novice", "engine/perfect"
    async with members() as here:
        place = here.asked("ann", "/duel help").community
        elsewhere = replace(place, id="elsewhere")
        duels = list[str]()
        for community, first, second in ((place, a, b), (elsewhere, b, c), (elsewhere, a, c), (place, c, a)):
            asked = replace(here.asked("ann", f"/duel start tic_tac_toe {first} {second}"), community=community)
            duels.append((await run(asked, here.arena)).duel_id or "")
            await here.arena.turns.play(duels[-1])
            here.clock.pass_seconds(60)
        await played(here, ("ann", "bob"))  # of people, which no other server sees
        reply = await here.type("eve", "/leaderboard history where:everywhere")
        assert reply.text.endswith("season 1: 4 rated duels.")
        assert await _ends(here) == {line.name: line.points[-1].value for line in plot(reply).series}
        assert {line.name: len(line.points) for line in plot(reply).series} == {a: 4, b: 4, c: 3}
        for ruling in (f"void {duels[0]} why", f"correct {duels[3]} second why"):  # a server gives nobody points
            await here.moderate("eve", f"/moderate {ruling} sure:yes")
        reply = await here.type("eve", "/leaderboard history where:everywhere")
        assert reply.text.endswith("season 1: 2 rated duels.")
        assert await _ends(here) == {line.name: line.points[-1].value for line in plot(reply).series}


async def _ends(here: Members) -> dict[str, float]:
    """The ratings of the ladder of all servers now."""
    board = await here.arena.ladders.board(replace(LADDER, community=INSTALLATION))
    return {one.player: one.elo for one in board.standings}


def test_an_outcome_by_a_moderator_is_told_from_one_that_was_played() -> None:
    played = Outcome(Seat.FIRST, "rounds", say("The last round is over"))
    assert ruled(Outcome(Seat.FIRST, Termination.RULING)) is True
    assert ruled(played) is False
    for why in ("Wrong.", "Long. " * 100):
        kept = json.dumps(outcome_to_json(replace(played, why=overruled_why(why, played.why))))
        assert ruled(outcome_from_json(json.loads(kept))) is True


async def test_however_many_duels_there_are_at_most_twenty_times_are_fitted_and_the_last_has_all() -> None:
    async with members() as here:
        await played(here, ("ann", "bob"))
        for count in (1, 19, 20, 21, 263):
            made = await _like_the_first(here, count)
            boards = fitted(LADDER, made[::-1], {})
            assert len(boards) == min(count, MOST_TIMES)
            assert boards[-1].duels == count
            assert boards[-1].fitted_ms == 1000 * (count - 1)
            duels = [board.duels for board in boards]
            assert duels == sorted(set(duels))


async def _like_the_first(here: Members, count: int) -> list[Head]:
    """Duels of many players, later and later."""
    (head,) = await here.arena.context.store.duels(LADDER.community)
    pairs = [(Player("human", f"p{n % 9}"), Player("human", f"p{n % 7 + 9}")) for n in range(count)]
    return [
        Head(
            f"duel-{n:04}",
            replace(head.terms, players=dict(zip(Seat, pair, strict=True))),
            Status.OVER,
            n,
            outcome=Outcome(Seat.FIRST, Termination.RESIGNATION),
            ended_ms=1000 * n,
        )
        for n, pair in enumerate(pairs)
    ]


def test_every_line_that_is_shown_has_a_colour() -> None:
    assert all(len(theme.series) >= MOST_LINES for theme in THEMES.values())
