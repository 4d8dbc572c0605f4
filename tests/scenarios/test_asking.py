"""What a challenge may not do: pester, seat somebody who is gone, exceed a limit, or keep silent about its price."""

from __future__ import annotations

from typing import Any

import pytest
from journeys import Members, members
from money import RATES
from support import CHANNEL, Cast, Line
from test_challenges import ASK, Wall, challenged, duels, everything, stored

from bot import notices
from bot.catalogue import said
from engine.arena.asking import MOST_IN_VAIN, PEACE_MS
from engine.arena.challenge import KIND, Challenge, Stage
from engine.arena.challenges import STANDS_MS
from engine.arena.rights import Rights
from engine.errors import NotAllowed, OutOfTurn, StoreFull, UserError
from engine.model import Document, Status
from engine.sentences import say


async def forget(here: Members, who: str) -> int:
    return (await Rights(here.arena.context).forget(here.people[who], "forget")).challenges


class TestPeace:
    async def test_who_declined_is_left_alone_for_some_minutes_by_that_member(self) -> None:
        async with members() as here:
            await here.type("ann", ASK)
            await here.type("bob", "/duel decline")
            for game in ("tic_tac_toe", "chess"):
                with pytest.raises(UserError, match="has declined a challenge of yours"):
                    await here.type("ann", f"/duel challenge <@bob> {game}")
            await here.type("eve", ASK)
            await here.type("bob", "/duel challenge <@ann> chess")
            here.clock.pass_seconds((STANDS_MS + PEACE_MS) / 1000)
            await here.type("ann", ASK)

    async def test_asking_and_withdrawing_again_and_again_comes_to_an_end(self) -> None:
        async with members() as here:
            for _ in range(MOST_IN_VAIN):
                await here.type("ann", ASK)
                await here.type("ann", "/duel withdraw")
            with pytest.raises(UserError, match="often enough"):
                await here.type("ann", ASK)

    async def test_what_has_ended_hides_nothing_that_is_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engine.arena.challenges._MANY", 2)
        async with members() as here:
            asked = await challenged(here)
            body = {**asked.document(0).body, "stage": "declined", "challenger": "x", "challenged": "y"}
            for number in range(5):
                await here.arena.context.store.put_document(Document(CHANNEL, KIND, f"  {number}", body))
            with pytest.raises(UserError, match="stands already"):
                await here.type("ann", ASK)
            await here.type("bob", "/duel accept")


class TestForgotten:
    async def crashed(self, here: Members) -> Challenge:
        """Accepted, and the store is full before the duel is written."""
        asked = await challenged(here)
        store: Any = here.arena.context.store
        create = store.create

        async def full(*_: Any) -> bool:
            raise StoreFull("The disk is full.")

        store.create = full
        with pytest.raises(StoreFull):
            await here.type("bob", "/duel accept")
        store.create = create
        return asked

    @pytest.mark.parametrize("who", ["ann", "bob"])
    async def test_nobody_who_is_forgotten_is_seated_by_the_sweeper(self, who: str) -> None:
        async with members() as here:
            asked = await self.crashed(here)
            assert await forget(here, who) == 1
            here.clock.pass_seconds(60)
            await here.arena.challenges.expire()
            assert await duels(here) == []
            assert (await stored(here, asked.key)).stage is Stage.FAILED

    @pytest.mark.parametrize("press", [True, False])
    async def test_nor_where_they_went_without_a_word_to_the_challenge(self, press: bool) -> None:
        async with members() as here:
            asked = await self.crashed(here)
            await here.arena.context.store.forget(here.id("ann"))
            here.clock.pass_seconds(60)
            if press:
                with pytest.raises(UserError, match="not here any more"):
                    await here.type("bob", f"/duel accept {asked.key}")
            await here.arena.challenges.expire()
            assert await duels(here) == []

    async def test_a_duel_that_did_start_is_resigned_instead(self) -> None:
        async with members() as here:
            await here.type("ann", ASK)
            await here.type("bob", "/duel accept")
            assert await forget(here, "ann") == 0
            (head,) = await duels(here)
            assert head.outcome is not None
            assert head.outcome.termination == "resignation"

    @pytest.mark.parametrize("kind", [KIND, "report"])
    async def test_one_document_that_cannot_be_read_blocks_nobody(self, kind: str) -> None:
        async with members() as here:
            await here.arena.context.store.put_document(Document(CHANNEL, kind, "  odd", {"odd": 1}, wake_at_ms=5))
            head = await here.type("bob", "/duel start tic_tac_toe me engine/random")
            await here.type("ann", f"/duel report {head.duel_id} rude")
            (_, (key, *_)) = (await here.moderate("eve", "/duel reports")).lines
            await here.moderate("eve", f"/duel dismiss {key}")
            await here.type("ann", "/arena forget-me sure:yes")
            assert await here.arena.context.store.people([here.id("ann")]) == {}


class TestLimits:
    async def test_who_accepts_has_a_duel_running_like_who_started_it(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set member-duels 1")
            own = await here.type("bob", "/duel start tic_tac_toe me engine/random")
            asked = await challenged(here)
            with pytest.raises(NotAllowed, match="setting “member-duels”"):
                await here.type("bob", "/duel accept")
            assert (await stored(here, asked.key)).stage is Stage.OPEN
            await here.type("bob", f"/duel resign duel:{own.duel_id}")
            for _ in range(2):
                await here.type("bob", f"/duel accept {asked.key}")
            assert [head.status for head in await duels(here)].count(Status.LIVE) == 1

    async def test_so_has_who_sits_in_a_duel_that_they_accepted(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set member-duels 1")
            await here.type("ann", ASK)
            await here.type("bob", "/duel accept")
            asked = await challenged(here, "/duel challenge <@bob> chess", who="eve")
            with pytest.raises(NotAllowed, match="setting “member-duels”"):
                await here.type("bob", f"/duel accept {asked.key}")


class TestPrice:
    @pytest.mark.parametrize(
        ("name", "text"), [("paid/m", "This duel will cost about $0.00"), ("unpriced/m", "Nobody knows the price of")]
    )
    async def test_both_are_told_before_anybody_accepts(self, name: str, text: str) -> None:
        async with members({name: Line()}) as here:
            roster = here.arena.context.roster
            assert isinstance(roster, Cast)
            roster.costs["paid/m"] = RATES
            wall = Wall()
            reply = await here.type("ann", f"/duel start tic_tac_toe <@bob> {name}", channel="C1")
            assert text in reply.text
            await notices.show(here.notes.documents[0], here.arena, wall, "en")
            assert text in wall.notices[0].text

    async def test_nothing_is_said_of_what_is_free(self) -> None:
        async with members() as here:
            reply = await here.type("ann", ASK)
            assert not any(word in reply.text for word in ("cost", "price", "free"))


class TestReasons:
    async def test_why_a_duel_could_not_start_is_told_in_the_challengers_language(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe <@bob> engine/random", locale="de", answer_to="way back")
            await here.moderate("eve", "/arena set games chess")
            with pytest.raises(NotAllowed):
                await here.type("bob", "/duel accept")
            (failed,) = await everything(here)
            assert failed.stage is Stage.FAILED
            assert failed.why.startswith("Tic-Tac-Toe is not played here")
            assert said(failed.why, "de").startswith("Tic-Tac-Toe wird hier nicht gespielt")
            with pytest.raises(OutOfTurn, match="could not start"):
                await here.type("bob", f"/duel accept {failed.key}")

    async def test_a_reason_in_plain_words_stays_as_it_is(self) -> None:
        async with members() as here:
            asked = await challenged(here)
            for why in ("Not there.", say("Not there.")):
                await here.arena.challenges.undelivered(asked, why)
                asked = await stored(here, asked.key)
                assert asked.why == "Not there."
