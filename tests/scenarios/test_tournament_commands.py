"""``/tournament`` as members and hosts type it, from its first line to its last file."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest
from journeys import Members, members
from test_tournaments import scripted

from bot import hosting
from bot.commands import Reply
from bot.on_terminal.duel import CHANNEL as TERMINAL
from engine.arena.tournament.log import unplayed
from engine.errors import BadOption, NotAllowed, UserError
from engine.model import Player

MADE = '/tournament create "Winter Cup" {format} tic_tac_toe'


async def made(here: Members, format_: str = "round_robin", *players: str, more: str = "") -> Reply:
    reply = await here.moderate("ann", f"{MADE.format(format=format_)} {more}".strip())
    for name in players:
        await here.moderate("ann", f"/tournament add {name}")
    return reply


async def yes(here: Members, who: str, shown: Reply) -> Reply:
    ((button,),) = shown.buttons
    return await here.moderate(who, f"/{button.command} {button.verb} {button.options['intent']}")


async def play(here: Members) -> None:
    """A worker, until nothing is queued."""
    queue = here.arena.context.queue
    while True:
        try:
            name = await asyncio.wait_for(queue.get(), 0.05)
        except TimeoutError:
            return
        await here.arena.turns.play(name)
        queue.done(name)


async def test_from_sign_up_to_the_table() -> None:
    async with members(scripted()) as here:
        reply = await made(here)
        assert reply.text.startswith("Winter Cup: Round robin, Tic-Tac-Toe\nSign-up is open. 0 players are entered.")
        assert not reply.private
        for name in ("engine/perfect", "x/a", "x/b"):
            added = await here.moderate("ann", f"/tournament add {name}")
        assert added.text == "x/b is entered in “Winter Cup”. 3 rounds, at most 6 duels, free."
        shown = await here.moderate("ann", "/tournament start")
        assert "3 rounds, at most 6 duels, free." in shown.text
        assert sorted(row[1] for row in shown.lines[1:]) == ["engine/perfect", "x/a", "x/b"]
        assert (await yes(here, "ann", shown)).text.startswith("“Winter Cup” begins. Seeds: ")
        await play(here)
        status = await here.type("bob", "/tournament status")
        assert "It is over. First: engine/perfect" in status.text
        table = await here.type("bob", "/tournament standings")
        assert table.lines[0][:4] == ("place", "player", "points", "won–drawn–lost")
        assert table.lines[1][:2] == ("1", "engine/perfect")
        assert (await here.type("bob", "/tournament list")).lines[1][0] == "Winter Cup"


async def test_members_take_part_and_leave() -> None:
    async with members(scripted()) as here:
        await made(here)
        status = await here.type("bob", "/tournament status")
        assert [button.label for row in status.buttons for button in row] == ["Take part"]
        joined = await here.type("bob", "/tournament join")
        assert joined.text.startswith("You are entered in “Winter Cup”.")
        with pytest.raises(UserError, match="already"):
            await here.type("bob", "/tournament join winter cup")
        assert [row[1] for row in (await here.type("eve", "/tournament status")).lines[1:]] == ["Bob"]
        assert (await here.type("bob", "/tournament leave")).text == "You have left “Winter Cup”."
        with pytest.raises(NotAllowed):
            await here.type("bob", "/tournament add engine/novice")


async def test_where_there_is_none_it_says_what_to_do() -> None:
    async with members() as here:
        assert "There is no tournament here yet" in (await here.type("bob", "/tournament list")).text
        with pytest.raises(UserError, match="/tournament create"):
            await here.type("bob", "/tournament status")
        await made(here)
        with pytest.raises(UserError, match="no table yet"):
            await here.type("bob", "/tournament standings")
        with pytest.raises(UserError, match="no bracket"):
            await here.type("bob", "/tournament bracket")
        await here.moderate("ann", "/tournament create Another swiss racing")
        with pytest.raises(BadOption, match="add which one: “"):
            await here.type("bob", "/tournament status")


async def test_settings_go_to_the_format_and_to_the_game() -> None:
    async with members(scripted()) as here:
        await here.moderate("ann", "/tournament create Cup swiss word_association rounds:3 pairs:2 strikes:5")
        listed = await here.arena.tournaments.records.find(here.asked("ann", "/arena help").community, "Cup")
        plan = (await here.arena.tournaments.records.load(listed.community, listed.id)).plan
        assert (plan.options["rounds"], plan.options["pairs"], plan.game_options["strikes"]) == (3, 2, 5)
        with pytest.raises(UserError, match="roundz"):
            await here.moderate("ann", "/tournament create Cup swiss racing roundz:3")


async def test_a_time_and_check_in() -> None:
    async with members(scripted()) as here:
        reply = await made(here, "swiss", more="starts:2h check-in:10")
        assert "It starts at " in reply.text
        assert "/tournament check-in" in reply.text
        with pytest.raises(BadOption, match="30m, 2h or 1d"):
            await made(here, "swiss", more="starts:tomorrow")
        await here.type("bob", "/tournament join")
        here.clock.pass_seconds(7000)
        assert "checked in" in (await here.type("bob", "/tournament check-in")).text
        with pytest.raises(UserError, match="already"):
            await here.type("bob", "/tournament check-in")


async def test_who_starts_before_check_in_opens_takes_everybody_and_later_is_told_who_is_left_out() -> None:
    async with members(scripted()) as here:
        await made(here, "round_robin", "x/a", "x/b", more="starts:2h check-in:10")
        await here.type("bob", "/tournament join")
        shown = await here.moderate("ann", "/tournament start")
        assert "Bob" in {row[1] for row in shown.lines}
        assert "Left out" not in shown.text
        here.clock.pass_seconds(6600)
        shown = await here.moderate("ann", "/tournament start")
        assert "Left out, not checked in or barred: Bob." in shown.text
        assert "at most 2 duels" in shown.text
        await here.type("bob", "/tournament check-in")
        assert "at most 6 duels" in (await here.moderate("ann", "/tournament start")).text


async def test_a_moderator_enters_a_member_who_has_asked_for_it() -> None:
    async with members(scripted()) as here:
        await made(here, "round_robin", "x/a", more="open:no")
        with pytest.raises(UserError, match="Only its host"):
            await here.type("bob", "/tournament join")
        assert "Bob is entered" in (await here.moderate("ann", "/tournament add <@bob>")).text
        assert "Bob does not take part" in (await here.moderate("ann", "/tournament remove <@bob>")).text


async def test_a_file_with_a_player_who_cannot_play_leaves_no_tournament_behind() -> None:
    async with members(scripted()) as here:
        wanted = {"name": "Cup", "format": "round_robin", "game": "tic_tac_toe", "players": ["x/a", "x/nobody"]}
        with pytest.raises(UserError, match="x/nobody"):
            await hosting.made(here.arena, wanted, "host", "r")
        assert await here.arena.tournaments.records.listed(TERMINAL) == []


async def test_a_bracket_and_its_files() -> None:
    async with members(scripted()) as here:
        await made(here, "single_elimination", "engine/perfect", "x/a", "x/b")
        await here.moderate("ann", '/tournament start order:"engine/perfect, x/a, x/b" sure:yes')
        bracket = await here.type("bob", "/tournament bracket")
        assert tuple(bracket.lines[0]) == ("match", "first", "second", "result", "goes on")
        assert "free" in {cell for row in bracket.lines for cell in row}
        await play(here)
        name, content = (await here.type("bob", "/tournament export")).file or ("", "")
        assert name.endswith(".json")
        written = json.loads(content)
        assert written["phase"] == "over"
        assert written["standings"][0]["player"] == "engine/perfect"
        assert len(written["duels"]) >= 4
        _, content = (await here.type("bob", "/tournament export format:csv")).file or ("", "")
        assert [row["round"] for row in csv.DictReader(io.StringIO(content))] == ["1", "2"]
        with pytest.raises(BadOption, match="not written as PGN"):
            await here.type("bob", "/tournament export format:pgn")


async def test_a_file_has_the_tournaments_own_duels_and_says_when_some_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with members(scripted()) as here:
        await here.type("bob", "/duel start tic_tac_toe engine/novice engine/random")
        await made(here, "round_robin", "engine/perfect", "x/a", "x/b")
        await here.moderate("ann", "/tournament start sure:yes")
        place = here.asked("ann", "/arena help").community
        listed = await here.arena.tournaments.records.find(place, "last")
        await here.arena.advancing.advance(place, listed.id)
        store = here.arena.context.store
        (void, *_) = [head.duel_id for head in await store.duels(place) if head.terms.tournament == listed.id]
        await here.arena.duels.call_off(void, "The provider is down.")  # and is played again
        await play(here)
        own = {head.duel_id for head in await store.duels(place, limit=1000) if head.terms.tournament == listed.id}
        assert len(own) >= 7

        async def nobody_looks(*_: object) -> None:
            raise AssertionError("all duels of a server are read")

        monkeypatch.setattr(store, "duels", nobody_looks)
        reply = await here.type("bob", "/tournament export")
        assert reply.text == "“Winter Cup” as json."
        listed_duels = json.loads((reply.file or ("", ""))[1])["duels"]
        assert set(listed_duels) == own
        assert len(listed_duels) == len(own)
        monkeypatch.setattr("bot.tournament_files.MOST_DUELS", 4)
        reply = await here.type("bob", "/tournament export")
        assert reply.text == "“Winter Cup” as json. It has the first 4 duels; the later ones are left out."
        assert json.loads((reply.file or ("", ""))[1])["duels"] == listed_duels[:4]


async def test_pause_resume_disqualify_correct_and_cancel() -> None:
    async with members(scripted()) as here:
        await made(here, "round_robin", "engine/perfect", "x/a", "x/b")
        await here.moderate("ann", "/tournament start sure:yes")
        await here.moderate("ann", "/tournament pause Lunch time.")
        assert "Paused: Lunch time." in (await here.type("bob", "/tournament status")).text
        await here.moderate("ann", "/tournament resume")
        shown = await here.moderate("ann", "/tournament disqualify x/b It copies moves.")
        assert "x/b will be listed last, without a place, and play no further match." in shown.text
        foreseen = {row[0]: row[2] for row in shown.lines[1:]}
        assert foreseen["x/b"] == "–"
        before = await here.type("bob", "/tournament standings")
        assert {row[1]: row[0] for row in before.lines[1:]}["x/b"] != "–"  # nothing is changed yet
        assert (await yes(here, "ann", shown)).text == "x/b is disqualified from “Winter Cup”."
        with pytest.raises(UserError, match="x/b does not take part"):
            await here.moderate("ann", "/tournament disqualify x/b Again.")
        await play(here)
        lines = (await here.type("bob", "/tournament standings")).lines
        assert lines[-1][:2] == ("–", "x/b")
        with pytest.raises(UserError, match="no result of table 9"):
            await here.moderate("ann", "/tournament correct 1 9 1 1 Why not.")
        listed = await here.arena.tournaments.records.find(here.asked("ann", "/arena help").community, "last")
        state = await here.arena.tournaments.records.load(listed.community, listed.id)
        (place,) = [
            f"{one.round.number} {n}" for one in state.played for n, found in one.results.items() if found.played
        ]
        with pytest.raises(UserError, match="2 games"):
            await here.moderate("ann", f"/tournament correct {place} 7 0 Why not. sure:yes")
        shown = await here.moderate("ann", f"/tournament correct {place} 1.5 0.5 A wrong clock.")
        assert "then 1.5–0.5" in shown.text
        assert (await yes(here, "ann", shown)).text.startswith("The result of “Winter Cup” is corrected. It is over.")
        noted = [row[2] for row in (await here.moderate("eve", "/moderate log")).lines[1:]]
        assert {"tournament corrected", "tournament disqualified", "tournament paused"} <= set(noted)
        await made(here, "round_robin", "x/a", "x/b")
        shown = await here.moderate("ann", "/tournament cancel Nobody came.")
        assert "It ends without places." in shown.text
        assert (await yes(here, "ann", shown)).text == "“Winter Cup” is cancelled."


async def test_before_the_start_a_disqualification_says_that_they_can_enter_again() -> None:
    async with members(scripted()) as here:
        await made(here, "round_robin", "x/a", "x/b")
        shown = await here.moderate("ann", "/tournament disqualify x/b It copies moves.")
        assert "x/b will not be entered any more." in shown.text
        assert "/moderate bar" in shown.text
        assert shown.lines == []
        await yes(here, "ann", shown)
        assert [row[1] for row in (await here.type("bob", "/tournament status")).lines[1:]] == ["x/a"]


async def test_what_a_disqualification_shows_is_what_it_does() -> None:
    async with members(scripted()) as here:
        await made(here, "swiss", "engine/perfect", "x/a", "x/b", "engine/random")
        await here.moderate("ann", "/tournament start sure:yes")
        place = here.asked("ann", "/arena help").community
        listed = await here.arena.tournaments.records.find(place, "last")
        await here.arena.advancing.advance(place, listed.id)
        who = Player.named("x/b")
        before, foreseen = await here.arena.tournaments.foresee_disqualify(place, listed, who)
        (pairing,) = [one for one in unplayed(before) if "x/b" in one.both]
        (other,) = pairing.both - {"x/b"}
        shown = await here.moderate("ann", "/tournament disqualify x/b It copies moves.")
        assert f"Their match against {other} ends, and {other} scores it." in shown.text
        await yes(here, "ann", shown)
        after = await here.arena.advancing.advance(place, listed.id)
        assert after.played[0].results[pairing.table] == foreseen.played[0].results[pairing.table]
        assert after.entrants == foreseen.entrants


async def test_a_match_is_played_until_it_is_clear_who_is_better() -> None:
    async with members(scripted()) as here:
        shown = await here.type("bob", "/duel match tic_tac_toe engine/perfect x/a")
        assert shown.text.splitlines()[0] == "engine/perfect – x/a"
        assert "better by 50 Elo" in shown.text
        assert "at most 100 duels, free." in shown.text
        ((button,),) = shown.buttons
        begun = await here.type("bob", f"/{button.command} {button.verb} {button.options['intent']}")
        assert begun.text.startswith("The match begins: engine/perfect – x/a.")
        await play(here)
        status = await here.type("eve", "/tournament status")
        assert "It is over." in status.text
        assert "engine/perfect is better than x/a" in status.text
        duels = await here.arena.context.store.duels(here.asked("eve", "/arena help").community, limit=500)
        assert len(duels) < 100
        with pytest.raises(BadOption, match="programs"):
            await here.type("bob", "/duel match tic_tac_toe me engine/perfect")
