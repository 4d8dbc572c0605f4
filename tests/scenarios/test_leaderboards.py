"""Leaderboards: what members see of who is how good, from their first rated duel on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from journeys import Members, members

from bot.buttons import LONGEST, encode
from bot.commands import Button, Reply
from bot.commands.leaderboard import PAGE
from engine.arena.ladders import FRESH_MS, KIND, Ladders, note
from engine.arena.standings import Ladder, rated
from engine.errors import BadOption, UnknownName, UserError
from engine.model import Agreed, Community, Entry, Head, Outcome, Player, Seat, Status, Termination, Terms
from engine.ports import PairCount
from engine.render.figures import Interval, Table

LADDER = Ladder(Community("web", "main"), "1", "tic_tac_toe", "standard", "none")


async def won(here: Members, winner: str, loser: str, game: str = "tic_tac_toe") -> None:
    """A rated duel between two members that one of them resigns; minutes pass."""
    await here.type(winner, f"/duel challenge <@{loser}> {game} seat:first")
    reply = await here.type(loser, "/duel accept")
    await here.type(loser, f"/duel resign duel:{reply.duel_id}")
    here.clock.pass_seconds(FRESH_MS // 1000)


def table(reply: Reply) -> list[tuple[str, ...]]:
    return [tuple(map(str, line)) for line in reply.lines[1:]]


def buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


class TestShow:
    async def test_before_the_first_rated_duel_it_says_what_to_do(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/leaderboard show")
            assert reply.text.startswith("No rated duel has ended here yet. Start one: /duel start ")
            assert not reply.private

    async def test_the_better_player_stands_first_with_an_interval(self) -> None:
        async with members() as here:
            for _ in range(3):
                await won(here, "ann", "bob")
            await won(here, "bob", "eve")
            reply = await here.type("eve", "/leaderboard show")
            assert reply.text == (
                "Leaderboard of Tic-Tac-Toe (standard, no models), season 1: 4 rated duels.\n"
                "Players share a rank where their 95 % intervals do not tell them apart."
            )
            rows = table(reply)
            assert [(row[1], *row[4:]) for row in rows] == [
                ("Ann", "3", "3–0–0"),
                ("Bob", "4", "1–0–3"),
                ("Eve", "1", "0–0–1"),
            ]
            assert [row[0] for row in rows] == ["1", "1", "1"]  # four duels tell nobody apart
            for _, _, rating, interval, *_ in rows:
                low, high = map(int, interval.split("–"))
                assert low < int(rating) < high

    async def test_casual_and_void_duels_are_on_no_ladder(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start racing me engine/random rated:no")
            await here.type("ann", "/duel resign")
            await here.type("ann", "/duel start racing me engine/random")
            await here.type("ann", "/duel cancel")
            assert (await here.type("ann", "/leaderboard show")).text.startswith("No rated duel has ended here")

    async def test_each_game_has_its_own_and_the_busiest_is_shown_unasked(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob", "racing")
            await here.type("ann", "/leaderboard show racing")
            for _ in range(2):
                await won(here, "bob", "ann")
            await here.type("ann", "/leaderboard show tic_tac_toe")
            reply = await here.type("ann", "/leaderboard show")
            assert reply.text.startswith("Leaderboard of Tic-Tac-Toe")
            assert reply.text.endswith("Other ladders here: Racing (circuit, no models), season 1.")
            assert (await here.type("ann", "/leaderboard show racing")).text.startswith("Leaderboard of Racing")
            assert "of that kind" in (await here.type("ann", "/leaderboard show racing season:2")).text

    async def test_people_and_models_can_be_seen_apart(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me engine/random")
            await here.type("ann", "/duel resign")
            people = await here.type("ann", "/leaderboard show who:people")
            models = await here.type("ann", "/leaderboard show who:models")
            assert [row[1] for row in table(people)] == ["Ann"]
            assert [row[1] for row in table(models)] == ["engine/random"]

    async def test_whoever_asked_to_be_forgotten_keeps_the_duels_and_no_name(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            await here.type("bob", "/arena forget-me sure:yes")
            assert [row[1] for row in table(await here.type("ann", "/leaderboard show"))] == ["Ann", "someone"]

    async def test_a_long_ladder_has_pages(self) -> None:
        async with members() as here:
            await fill(here, PAGE + 3)
            first = await here.type("ann", "/leaderboard show")
            assert (len(first.lines) - 1, [button.label for button in buttons(first)]) == (PAGE, ["Next"])
            (onward,) = buttons(first)
            second = await press(here, "ann", onward)
            assert len(second.lines) - 1 == 3
            assert "Page 2 of 2." in second.text
            assert [button.label for button in buttons(second)] == ["Back"]
            assert table(await here.type("ann", "/leaderboard show page:99")) == table(second)
            asked = "/leaderboard show tic_tac_toe variant:standard who:models"
            (onward,) = buttons(await here.type("ann", asked))
            assert onward.options == {"game": "tic_tac_toe", "variant": "standard", "who": "models", "page": "2"}
            assert len(encode(onward)) <= LONGEST

    async def test_its_picture_has_every_column_whichever_the_text_has(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            shown = [await here.type("eve", f"/leaderboard show columns:{view}") for view in ("results", "effort")]
            figure = shown[0].figure
            assert isinstance(figure, Table)
            assert figure == shown[1].figure
            ann, bob = figure.rows
            assert (ann.place, ann.cells[1], ann.cells[4:8]) == (1, "Ann", ("1", "1–0–0", "0.0", "0"))
            board = await here.arena.ladders.board(LADDER)
            one = board.standings[0]
            assert ann.cells[3] == Interval(one.low, one.elo, one.high)
            assert [column.heading for column in figure.columns][-4:] == [
                *("failed attempts per 100 plies", "forfeits", "seconds a duel", "cost a duel")
            ]
            assert figure.alt.startswith("Leaderboard of Tic-Tac-Toe (standard, no models), season 1: 1 Ann ")
            assert str(bob.cells[1]) in figure.alt

    async def test_an_unknown_game_names_the_nearest(self) -> None:
        async with members() as here:
            with pytest.raises(UnknownName, match="chess"):
                await here.type("ann", "/leaderboard show ches")


class TestFreshness:
    async def test_a_kept_fit_is_shown_for_a_moment_and_then_fitted_again(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            ladders = here.arena.ladders
            before = await ladders.board(LADDER)
            await fill(here, 4)
            assert await ladders.board(LADDER) == before
            here.clock.pass_seconds(FRESH_MS // 1000)
            assert (await ladders.board(LADDER)).duels == before.duels + 3

    async def test_many_who_look_at_once_see_the_same(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            boards = [await Ladders(here.arena.context).board(LADDER) for _ in range(3)]
            assert boards[0] == boards[1] == boards[2]
            (document,) = await here.arena.context.store.documents(LADDER.community, KIND)
            assert document.version == 2  # noted before it counted, fitted once


class TestCompare:
    async def test_two_players_side_by_side(self) -> None:
        async with members() as here:
            for _ in range(3):
                await won(here, "ann", "bob")
            await won(here, "bob", "ann")
            reply = await here.type("eve", "/leaderboard compare <@ann> <@bob>")
            assert [str(cell) for cell in reply.lines[0]] == ["", "Ann", "Bob"]
            rows = {row[0]: row[1:] for row in table(reply)}
            assert rows["won, drawn against one another"] == ("3, 0", "1, 0")
            first, second = (int(share.rstrip("%")) for share in rows["expected score, first seat"])
            assert first > second
            ann, bob = rows["expected score, second seat"]
            assert (int(ann.rstrip("%")), int(bob.rstrip("%"))) == (100 - second, 100 - first)

    async def test_who_has_come_since_the_last_look_is_found(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            await here.type("ann", "/leaderboard show")
            await won(here, "eve", "ann")
            reply = await here.type("bob", "/leaderboard compare <@eve> <@ann>")
            assert [str(cell) for cell in reply.lines[0]] == ["", "Eve", "Ann"]

    async def test_who_never_met_on_a_ladder_is_told_so(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            with pytest.raises(UserError, match="on no ladder here together"):
                await here.type("ann", "/leaderboard compare <@ann> <@eve>")
            with pytest.raises(BadOption, match="two different players"):
                await here.type("ann", "/leaderboard compare me <@ann>")


class TestExport:
    async def test_as_csv_and_json(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            name, written = (await here.type("ann", "/leaderboard export")).file or ("", "")
            assert name == "leaderboard-tic_tac_toe-1.csv"
            head, ann, bob = written.splitlines()
            assert (
                head
                == "rank,player,elo,low,high,duels,wins,draws,losses,failed_per_100,forfeits,seconds_a_duel,usd_a_duel"
            )
            assert ann.startswith("1,Ann,")
            assert ann.endswith(",1,1,0,0,0.0,0,0.0,0.0")
            assert bob.endswith(",1,0,0,1,0.0,0,0.0,0.0")
            _, written = (await here.type("ann", "/leaderboard export format:json")).file or ("", "")
            read = json.loads(written)
            assert [one["player"] for one in read["players"]] == ["Ann", "Bob"]
            assert (read["game"], read["season"]) == ("tic_tac_toe", "1")

    async def test_with_nothing_to_give_it_says_so(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/leaderboard export")
            assert reply.file is None
            assert reply.text.startswith("No rated duel has ended here yet")


class TestRated:
    def test_an_engine_of_stated_strength_anchors_the_ladder(self) -> None:
        rows = [PairCount(str(LADDER), "engine/stockfish:elo=2000,nodes=10000", "x/model", 30, 0, 10)]
        board = rated(LADDER, rows, 0)
        assert board.standings[0].elo == 2000
        assert 1700 < board.standings[1].elo < 1900

    def test_duels_with_oneself_say_nothing(self) -> None:
        rows = [PairCount(str(LADDER), "x/a", "x/a", 5, 5, 5), PairCount(str(LADDER), "x/a", "x/b", 1, 0, 0)]
        assert [one.duels for one in rated(LADDER, rows, 0).standings] == [1, 1]
        assert rated(LADDER, rows[:1], 0).standings == ()


async def press(here: Members, who: str, button: Button) -> Reply:
    """What the button's text says, typed."""
    given = " ".join(f"{name}:{value}" for name, value in button.options.items())
    return await here.type(who, f"/{button.command} {button.verb} {given}")


async def fill(here: Members, players: int) -> None:
    """A chain of engines, each of which has beaten the next once."""
    store = here.arena.context.store
    await note(here.arena.context, LADDER)
    for n in range(players - 1):
        seats = {Seat.FIRST: Player("engine", f"e{n:02}"), Seat.SECOND: Player("engine", f"e{n + 1:02}")}
        terms = Terms("tic_tac_toe", seats, seed=1)
        head = Head(f"chain-{n}", terms, Status.LIVE, created_ms=n)
        assert await store.create(head, Entry(0, f"chain-{n}", n, Agreed(terms)))
        outcome = Outcome(Seat.FIRST, Termination.RESIGNATION, "Three in a row.")
        row = PairCount(str(LADDER), *(str(seats[seat]) for seat in Seat), wins=1)
        assert await store.finish(replace(head, outcome=outcome, ended_ms=n), [row])
