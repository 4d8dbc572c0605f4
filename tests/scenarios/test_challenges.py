"""Challenges: asked, answered once, whoever presses what at the same time, and shown to whom they concern."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from journeys import Members, members
from support import CHANNEL, share

from bot import notices
from bot.commands import Reply
from bot.presenting import Notice, Presenter
from engine.arena.asking import MOST_IN_VAIN, MOST_OPEN, PEACE_MS
from engine.arena.challenge import KIND, Challenge, Stage
from engine.arena.challenges import STANDS_MS
from engine.errors import BadOption, CannotPost, Conflict, NotAllowed, OutOfTurn, StoreError, UnknownName, UserError
from engine.model import Document, Head, Player, Role, Seat, Status

ASK = "/duel challenge <@bob> tic_tac_toe"


async def challenged(here: Members, typed: str = ASK, who: str = "ann", **more: Any) -> Challenge:
    """The challenge that this command makes."""
    before = {one.key for one in await everything(here)}
    await here.type(who, typed, **more)
    (new,) = [one for one in await everything(here) if one.key not in before]
    return new


async def everything(here: Members) -> list[Challenge]:
    return [Challenge.of(document) for document in await here.arena.context.store.documents(CHANNEL, KIND)]


async def stored(here: Members, key: str) -> Challenge:
    return await here.arena.challenges.load(CHANNEL, key)


async def duels(here: Members) -> list[Head]:
    return await here.arena.context.store.duels(CHANNEL)


def together(here: Members, parties: int, rng: random.Random) -> None:
    """Let the next so many writes of documents go out, in any order, only when all of them are about to.

    Each has read the same then.
    """
    put, barrier = here.arena.context.store.put_document, asyncio.Barrier(parties)
    waiting = iter(range(parties))

    async def put_together(document: Document) -> Document:
        if next(waiting, None) is not None:
            async with asyncio.timeout(5):
                await barrier.wait()
            for _ in range(rng.randrange(8)):
                await asyncio.sleep(0)
        return await put(document)

    here.arena.context.store.put_document = put_together  # type: ignore[method-assign]


class TestAsking:
    async def test_nobody_is_seated_without_being_asked(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/duel start tic_tac_toe me <@bob>")
            assert reply.private
            assert "You challenged Bob to Tic-Tac-Toe" in reply.text
            assert await duels(here) == []

    async def test_who_accepts_plays_a_rated_duel_in_the_seats_that_were_named(self) -> None:
        async with members() as here:
            asked = await challenged(here, "/duel start tic_tac_toe <@bob> me", channel="C1", community_locale="de")
            reply = await here.type("bob", f"/duel accept {asked.key}")
            (head,) = await duels(here)
            assert reply.duel_id == head.duel_id
            assert [head.terms.players[seat].id for seat in Seat] == [here.id("bob"), here.id("ann")]
            assert head.terms.rated
            assert (head.shown.channel, head.shown.language) == ("C1", "de")

    @pytest.mark.parametrize(
        ("casual", "why"),
        [
            ("rated:no", ""),
            ("seed:7", "It is casual: the seed was chosen by hand."),
            ("rated:yes max-plies:20", "It is casual: it has other limits than usual."),
        ],
    )
    async def test_what_makes_a_duel_casual_does_so_here(self, casual: str, why: str) -> None:
        async with members() as here:
            asked = await here.type("ann", f"{ASK} {casual}")
            accepted = await here.type("bob", "/duel accept")
            (head,) = await duels(here)
            assert not head.terms.rated
            for reply in (asked, accepted):
                assert why in reply.text
                assert ("It is casual" in reply.text) == bool(why)

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("tic_tac_toe me engine/random rated:yes", ""),
            ("tic_tac_toe me engine/random rated:no seed:7", ""),
            ("tic_tac_toe me me", "It is casual: one player has both seats."),
            (
                "chess me engine/random seed:7 opening:c50",
                "It is casual: the seed was chosen by hand and the start was chosen by hand (opening).",
            ),
        ],
    )
    async def test_a_duel_that_becomes_casual_says_why(self, typed: str, why: str) -> None:
        async with members() as here:
            reply = await here.type("ann", f"/duel start {typed}")
            assert reply.text.endswith(why or ")")
            assert ("It is casual" in reply.text) == bool(why)

    async def test_the_seat_is_by_lot_unless_it_is_chosen(self) -> None:
        async with members() as here:
            seats = set()
            for number in range(MOST_IN_VAIN):
                asked = await challenged(here, ASK, request_id=f"by-lot-{number}")
                seats.add(next(s for s, player in asked.start.players.items() if player.id == here.id("ann")))
                await here.type("ann", "/duel withdraw")
            assert seats == set(Seat)

    async def test_the_seat_can_be_chosen(self) -> None:
        async with members() as here:
            asked = await challenged(here, f"{ASK} seat:second")
            assert asked.start.players[Seat.SECOND].id == here.id("ann")

    async def test_a_member_can_be_asked_to_play_a_program(self) -> None:
        async with members() as here:
            asked = await challenged(here, "/duel start tic_tac_toe @Bob engine/random")
            await here.type("bob", "/duel accept")
            (head,) = await duels(here)
            assert head.terms.players[Seat.FIRST].id == here.id("bob") == asked.challenged

    @pytest.mark.parametrize(
        ("typed", "error", "text"),
        [
            ("/duel start tic_tac_toe <@bob> <@eve>", NotAllowed, "cannot seat two other people"),
            ("/duel challenge <@ann> tic_tac_toe", BadOption, "cannot challenge yourself"),
            ("/duel challenge me tic_tac_toe", BadOption, "cannot challenge yourself"),
            ("/duel challenge @Ann tic_tac_toe", BadOption, "cannot challenge yourself"),
            ("/duel challenge @Zoe tic_tac_toe", UnknownName, "no member “@Zoe”"),
            ("/duel challenge <@999> tic_tac_toe", UserError, "behind this mention"),
            ("/duel start tic_tac_toe me <@999>", UserError, "behind this mention"),
            ("/duel challenge <@bob> tic_tac", UnknownName, "Did you mean tic_tac_toe"),
            ("/duel challenge <@bob> chess variant:checkers", BadOption, "variant"),
        ],
    )
    async def test_what_cannot_be_asked(self, typed: str, error: type[UserError], text: str) -> None:
        async with members() as here:
            with pytest.raises(error, match=text):
                await here.type("ann", typed)
            assert await everything(here) == []

    @pytest.mark.parametrize("typed", ["/duel challenge @Bob chess", "/duel start chess me @bob", "/duel profile @Bob"])
    async def test_a_bare_name_reaches_nobody_where_namesakes_can_exist(self, typed: str) -> None:
        async with members() as here:
            with pytest.raises(BadOption, match="Several people may be called @"):
                await here.type("ann", typed, unique_names=False)
            assert await everything(here) == []

    async def test_nor_does_one_become_a_moderator(self) -> None:
        async with members() as here:
            with pytest.raises(BadOption, match="pick the member from the list"):
                await here.type("eve", "/arena set moderators @Bob", unique_names=False, role=Role.MODERATOR)
            assert (await here.arena.communities.settings(CHANNEL)).moderators == ()

    async def test_what_has_started_is_not_admitted_again(self) -> None:
        async with members() as here:
            first = await here.type("ann", "/duel start tic_tac_toe me engine/random", request_id="the-same")
            await here.arena.communities.change(CHANNEL, "games", "chess", here.id("bob"), "r")
            again = await here.type("ann", "/duel start tic_tac_toe me engine/random", request_id="the-same")
            assert (again.duel_id, len(await duels(here))) == (first.duel_id, 1)

    @pytest.mark.parametrize(("name", "value"), [("start", "moderators"), ("games", "chess"), ("channel", "C9")])
    async def test_nobody_is_invited_to_what_the_settings_forbid(self, name: str, value: str) -> None:
        async with members() as here:
            await here.arena.communities.change(CHANNEL, name, value, here.id("bob"), "r")
            with pytest.raises(NotAllowed, match="setting"):
                await here.type("ann", ASK, channel="C1")
            assert await everything(here) == []

    async def test_nobody_asks_whom_the_arena_has_forgotten(self) -> None:
        async with members() as here:
            await here.arena.context.store.forget(here.id("bob"))
            with pytest.raises(UserError, match="not here any more"):
                await here.type("ann", ASK)

    async def test_a_repeated_request_asks_once(self) -> None:
        async with members() as here:
            for _ in range(2):
                await here.type("ann", ASK, request_id="the-same")
            assert len(await everything(here)) == 1
            assert here.notes.stages() == ["open"]

    async def test_three_at_most_and_one_between_two_for_a_game(self) -> None:
        async with members() as here:
            await here.type("ann", ASK)
            with pytest.raises(UserError, match="stands already"):
                await here.type("ann", ASK)
            with pytest.raises(UserError, match="has challenged you already"):
                await here.type("bob", "/duel challenge <@ann> tic-tac-toe")
            await here.type("ann", "/duel challenge <@bob> chess")
            await here.type("ann", "/duel challenge <@eve> chess")
            with pytest.raises(UserError, match="3 open challenges already"):
                await here.type("ann", "/duel challenge <@eve> racing")
            assert len(await everything(here)) == MOST_OPEN
            here.clock.pass_seconds(STANDS_MS / 1000)
            await here.type("ann", "/duel challenge <@eve> racing")

    async def test_no_more_than_three_when_all_are_asked_at_once(self) -> None:
        async with members() as here:
            games = ("chess", "racing", "tic_tac_toe", "rock_paper_scissors", "word_association")
            asks = [here.type("ann", f"/duel challenge <@{who}> {game}") for game in games for who in ("bob", "eve")]
            await asyncio.gather(*asks, return_exceptions=True)
            assert len(await everything(here)) <= MOST_OPEN


class TestAnswering:
    @pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
    async def test_nobody_else_can_answer(self, verb: str) -> None:
        async with members() as here:
            asked = await challenged(here)
            others = {"ann", "eve"} if verb != "withdraw" else {"bob", "eve"}
            for other in others:
                with pytest.raises(NotAllowed):
                    await here.type(other, f"/duel {verb} {asked.key}")
            assert (await stored(here, asked.key)).stage is Stage.OPEN

    @pytest.mark.parametrize(
        ("first", "later", "text"),
        [
            ("bob decline", "bob accept", "has been declined"),
            ("ann withdraw", "bob accept", "has been withdrawn"),
            ("bob accept", "ann withdraw", "has been accepted"),
            ("bob accept", "bob decline", "has been accepted"),
            ("ann withdraw", "bob decline", "has been withdrawn"),
        ],
    )
    async def test_who_comes_later_is_told(self, first: str, later: str, text: str) -> None:
        async with members() as here:
            asked = await challenged(here)
            (who, verb), (other, again) = first.split(), later.split()
            await here.type(who, f"/duel {verb} {asked.key}")
            with pytest.raises(OutOfTurn, match=text):
                await here.type(other, f"/duel {again} {asked.key}")
            assert len(await duels(here)) == (verb == "accept")

    @pytest.mark.parametrize(("who", "verb"), [("bob", "accept"), ("bob", "decline"), ("ann", "withdraw")])
    async def test_pressing_twice_is_pressing_once(self, who: str, verb: str) -> None:
        async with members() as here:
            asked = await challenged(here)
            presses = [here.type(who, f"/duel {verb} {asked.key}") for _ in range(2)]
            first, second = await asyncio.gather(*presses)
            assert first == second
            assert len(await duels(here)) == (verb == "accept")
            ends = [stage for stage in here.notes.stages() if stage != "open"]
            assert len(ends) == (2 if verb == "accept" else 1), ends

    async def test_exactly_one_of_accept_decline_withdraw_and_expiry_happens(self) -> None:
        outcomes = set()
        for number in range(share(600, 24)):
            async with members() as here:
                asked = await challenged(here)
                late = number % 4 == 0
                here.clock.pass_seconds(STANDS_MS / 1000 - (not late))
                steps = [
                    here.type("bob", f"/duel accept {asked.key}"),
                    here.type("bob", f"/duel decline {asked.key}"),
                    here.type("ann", f"/duel withdraw {asked.key}"),
                    here.arena.challenges.expire(),
                ]
                random.Random(number).shuffle(steps)
                together(here, 4 if late else 3, random.Random(number))
                answers = await asyncio.gather(*steps, return_exceptions=True)
                ended = (await stored(here, asked.key)).stage
                assert len(await duels(here)) == (ended is Stage.ACCEPTED)
                assert sum(isinstance(answer, Reply) for answer in answers) == (ended is not Stage.EXPIRED)
                assert all(isinstance(answer, Reply | int | OutOfTurn) for answer in answers), answers
                outcomes.add(ended)
        assert outcomes == {Stage.ACCEPTED, Stage.DECLINED, Stage.WITHDRAWN, Stage.EXPIRED}

    async def test_without_an_id_the_only_one_is_meant(self) -> None:
        async with members() as here:
            with pytest.raises(BadOption, match="Nobody challenges you"):
                await here.type("bob", "/duel accept")
            with pytest.raises(BadOption, match="no open challenge"):
                await here.type("ann", "/duel withdraw")
            await here.type("ann", ASK)
            await here.type("eve", ASK)
            with pytest.raises(BadOption, match="several"):
                await here.type("bob", "/duel decline")
            first = (await here.arena.challenges.open_of(CHANNEL, here.id("ann")))[0]
            await here.type("bob", f"/duel decline {first.key[:8]}")
            await here.type("bob", "/duel decline")
            assert {one.stage for one in await everything(here)} == {Stage.DECLINED}

    async def test_the_list_shows_both_sides_what_they_can_do(self) -> None:
        async with members() as here:
            assert "No challenge is open" in (await here.type("ann", "/duel challenges")).text
            asked = await challenged(here)
            for who, verbs in (("ann", ["withdraw"]), ("bob", ["accept", "decline"])):
                reply = await here.type(who, "/duel challenges")
                assert reply.lines[1] == (asked.key[:8], "Tic-Tac-Toe", "Ann", "Bob", "300 seconds")
                assert [button.verb for row in reply.buttons for button in row] == verbs
            assert (await here.type("eve", "/duel challenges")).lines == ()


class TestTime:
    async def test_it_expires_after_five_minutes(self) -> None:
        async with members() as here:
            asked = await challenged(here)
            here.clock.pass_seconds(STANDS_MS / 1000 - 1)
            assert await here.arena.challenges.expire() == 0
            here.clock.pass_seconds(1)
            assert await here.arena.challenges.expire() == 1
            assert (await stored(here, asked.key)).stage is Stage.EXPIRED
            assert here.notes.stages() == ["open", "expired"]

    @pytest.mark.parametrize(("who", "verb"), [("bob", "accept"), ("bob", "decline"), ("ann", "withdraw")])
    async def test_it_is_over_in_time_also_while_the_sweeper_sleeps(self, who: str, verb: str) -> None:
        async with members() as here:
            asked = await challenged(here)
            here.clock.pass_seconds(STANDS_MS / 1000)
            with pytest.raises(OutOfTurn, match="expired"):
                await here.type(who, f"/duel {verb} {asked.key}")
            assert (await stored(here, asked.key)).stage is Stage.EXPIRED
            assert await duels(here) == []

    async def test_what_is_over_for_long_is_deleted(self) -> None:
        async with members() as here:
            asked = await challenged(here)
            await here.type("bob", f"/duel decline {asked.key}")
            here.clock.pass_seconds(3_600)
            await here.arena.challenges.expire()
            assert await everything(here) == []
            with pytest.raises(UnknownName, match="no challenge"):
                await here.type("bob", f"/duel accept {asked.key}")


class TestCrashes:
    async def crashed(self, here: Members) -> Challenge:
        """A challenge that was accepted by a process that died before it could start the duel."""
        asked = await challenged(here)
        create = here.arena.context.store.create

        async def die(*_: object) -> bool:
            raise StoreError("killed here")

        here.arena.context.store.create = die  # type: ignore[method-assign]
        with pytest.raises(StoreError):
            await here.type("bob", f"/duel accept {asked.key}")
        here.arena.context.store.create = create  # type: ignore[method-assign]
        assert (await stored(here, asked.key)).stage is Stage.ACCEPTED
        assert await duels(here) == []
        return asked

    async def test_the_sweeper_starts_what_a_crash_left(self) -> None:
        async with members() as here:
            asked = await self.crashed(here)
            here.clock.pass_seconds(60)
            await here.arena.challenges.expire()
            (head,) = await duels(here)
            assert (await stored(here, asked.key)).duel_id == head.duel_id
            await here.arena.challenges.expire()
            assert len(await duels(here)) == 1

    async def test_who_presses_again_starts_it_too_and_once(self) -> None:
        async with members() as here:
            asked = await self.crashed(here)
            here.clock.pass_seconds(60)
            press = here.type("bob", f"/duel accept {asked.key}")
            await asyncio.gather(press, here.arena.challenges.expire(), return_exceptions=True)
            (head,) = await duels(here)
            assert head.status is Status.LIVE

    async def test_a_duel_that_cannot_start_after_all_says_so_to_both(self) -> None:
        async with members() as here:
            asked = await challenged(here, "/duel start tic_tac_toe <@bob> engine/random")

            def gone(*_: object) -> None:
                raise UserError("engine/random is gone.")

            here.arena.context.roster.check = gone  # type: ignore[method-assign, assignment]
            with pytest.raises(UserError, match="is gone"):
                await here.type("bob", f"/duel accept {asked.key}")
            assert (await stored(here, asked.key)).stage is Stage.FAILED
            with pytest.raises(OutOfTurn, match="could not start"):
                await here.type("bob", f"/duel accept {asked.key}")


class TestRematch:
    async def over(self, here: Members, typed: str) -> str:
        await here.type("ann", typed)
        if await here.arena.challenges.open_of(CHANNEL, here.id("bob")):
            await here.type("bob", "/duel accept")
        await here.type("ann", "/duel resign")
        (head,) = await duels(here)
        return head.duel_id

    async def test_against_a_program_it_starts_once_however_often_it_is_pressed(self) -> None:
        async with members() as here:
            old = await self.over(here, "/duel start tic_tac_toe me engine/random")
            here.clock.pass_seconds(1)
            replies = [await here.type("ann", f"/duel rematch {old}") for _ in range(2)]
            assert replies[0].duel_id == replies[1].duel_id != old
            again = await here.arena.context.head(str(replies[0].duel_id))
            assert again.terms.players[Seat.SECOND].id == here.id("ann")

    async def test_who_let_a_program_play_on_is_seated_again(self) -> None:
        async with members() as here:
            old = str((await here.type("ann", "/duel start tic_tac_toe me engine/random")).duel_id)
            await here.type("ann", f"/duel autoplay engine/perfect {old} sure:yes")
            await here.arena.turns.play(old)
            again = await here.type("ann", f"/duel rematch {old}")
            head = await here.arena.context.head(str(again.duel_id))
            assert head.terms.players == {
                Seat.FIRST: Player("engine", "random"),
                Seat.SECOND: Player("human", here.id("ann")),
            }
            assert head.terms.rated

    async def test_a_rematch_that_was_called_off_can_be_asked_for_again(self) -> None:
        async with members() as here:
            old = await self.over(here, "/duel start tic_tac_toe me engine/random")
            first = str((await here.type("ann", f"/duel rematch {old}")).duel_id)
            await here.arena.duels.call_off(first, "It could not be shown.")
            assert (await here.type("ann", f"/duel rematch {old}")).duel_id not in {old, first}

    async def test_who_declined_a_rematch_can_be_asked_again(self) -> None:
        async with members() as here:
            old = await self.over(here, "/duel start tic_tac_toe me <@bob>")
            for _ in range(2):
                await here.type("ann", f"/duel rematch {old}")
                await here.type("bob", "/duel decline")
                here.clock.pass_seconds((STANDS_MS + PEACE_MS) / 1000)

    async def test_against_a_person_it_is_a_challenge_and_both_pressing_is_an_agreement(self) -> None:
        async with members() as here:
            old = await self.over(here, "/duel start tic_tac_toe me <@bob>")
            assert "You challenged Bob" in (await here.type("ann", f"/duel rematch {old}")).text
            reply = await here.type("bob", f"/duel rematch {old}")
            again = await here.arena.context.head(str(reply.duel_id))
            assert again.terms.players[Seat.FIRST].id == here.id("bob")
            assert again.terms.rated

    async def test_a_third_person_cannot_repeat_it_for_them(self) -> None:
        async with members() as here:
            old = await self.over(here, "/duel start tic_tac_toe me <@bob>")
            with pytest.raises(NotAllowed):
                await here.type("eve", f"/duel rematch {old}")


@dataclass
class Wall(Presenter):
    """A platform that remembers what it was asked to show."""

    platform: str = "web"
    notices: list[Notice] = field(default_factory=list)
    retracted: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)

    async def notice(self, notice: Notice) -> str:
        self.notices.append(notice)
        return f"message {len(self.notices)}"

    async def retract(self, channel: str, message_id: str) -> None:
        self.retracted.append((channel, message_id))

    async def answer(self, answer_to: str, reply: Reply) -> None:
        assert reply.private
        self.answers.append((answer_to, reply.text))


class TestNotices:
    async def shown(self, here: Members, wall: Presenter) -> None:
        """Show everything that was noted since the last time."""
        noted, here.notes.documents = here.notes.documents, []
        for document in noted:
            await notices.show(document, here.arena, wall, "en")

    async def test_the_invitation_is_for_the_challenged_and_can_be_answered(self) -> None:
        async with members() as here:
            wall = Wall()
            asked = await challenged(here, f"{ASK} seat:first", channel="C1", answer_to="way back")
            await self.shown(here, wall)
            (notice,) = wall.notices
            assert (notice.to, notice.channel, notice.key) == (here.people["bob"], "C1", asked.key)
            assert "Ann challenges you to Tic-Tac-Toe." in notice.text
            assert "Ann plays X, Bob plays O." in notice.text
            buttons = [(button.verb, dict(button.options)) for row in notice.buttons for button in row]
            assert buttons == [("accept", {"challenge": asked.key}), ("decline", {"challenge": asked.key})]

    @pytest.mark.parametrize(
        ("step", "told"),
        [
            ("bob accept", "Bob accepted your challenge. The duel begins."),
            ("bob decline", "Bob declined your challenge."),
            ("ann withdraw", None),
            ("expiry", "Bob did not answer your challenge in time."),
        ],
    )
    async def test_an_end_takes_the_invitation_away_and_tells_the_challenger_alone(
        self, step: str, told: str | None
    ) -> None:
        async with members() as here:
            wall = Wall()
            asked = await challenged(here, channel="C1", answer_to="way back")
            await self.shown(here, wall)
            if step == "expiry":
                here.clock.pass_seconds(STANDS_MS / 1000)
                await here.arena.challenges.expire()
            else:
                who, verb = step.split()
                await here.type(who, f"/duel {verb} {asked.key}")
            await self.shown(here, wall)
            assert wall.retracted == [("C1", "message 1")]
            assert wall.answers == ([("way back", told)] if told else [])
            here.clock.pass_seconds(61)
            await here.arena.challenges.expire()
            await self.shown(here, wall)
            assert (len(wall.retracted), len(wall.answers)) == (1, len(wall.answers[:1]))

    async def test_who_could_not_be_told_is_told_later(self) -> None:
        async with members() as here:
            asked = await challenged(here, channel="C1", answer_to="way back")
            await here.type("bob", f"/duel decline {asked.key}")
            here.notes.documents.clear()  # the process died before it could show anything
            here.clock.pass_seconds(61)
            await here.arena.challenges.expire()
            wall = Wall()
            await self.shown(here, wall)
            assert wall.answers == [("way back", "Bob declined your challenge.")]

    async def test_an_invitation_that_is_answered_while_it_is_posted_does_not_stay(self) -> None:
        async with members() as here:
            asked = await challenged(here, channel="C1")

            class Slow(Wall):
                async def notice(self, notice: Notice) -> str:
                    await here.type("ann", f"/duel withdraw {asked.key}")
                    return await super().notice(notice)

            wall = Slow()
            await self.shown(here, wall)
            await self.shown(here, wall)
            assert wall.retracted == [("C1", "message 1")]

    async def test_an_invitation_that_cannot_be_posted_ends_the_challenge_and_says_what_to_grant(self) -> None:
        async with members() as here:
            asked = await challenged(here, channel="C1", answer_to="way back")

            class Closed(Wall):
                async def notice(self, notice: Notice) -> str:
                    raise CannotPost("Invite the bot to this channel.")

            wall = Closed()
            await self.shown(here, wall)
            await self.shown(here, wall)
            assert wall.answers == [("way back", "Bob could not be asked: Invite the bot to this channel.")]
            assert wall.retracted == []
            with pytest.raises(OutOfTurn, match="could not be shown"):
                await here.type("bob", f"/duel accept {asked.key}")

    @pytest.mark.parametrize("language", ["", "de"])
    async def test_it_is_said_in_the_language_of_the_channel_without_blocked_words(self, language: str) -> None:
        async with members() as here:
            changes = {"blocked-words": "ann", **({"language": language} if language else {})}
            for name, value in changes.items():
                await here.arena.communities.change(CHANNEL, name, value, here.id("bob"), name)
            here.notes.documents.clear()
            await challenged(here, channel="C1", community_locale="en-GB")
            wall = Wall()
            await self.shown(here, wall)
            assert "Ann" not in wall.notices[0].text
            assert ("challenges you to" in wall.notices[0].text) is (language != "de")

    async def test_an_invitation_is_posted_once(self) -> None:
        async with members() as here:
            await challenged(here, channel="C1")
            (document,) = here.notes.documents
            wall = Wall()
            await notices.show(document, here.arena, wall, "en")
            (again,) = await here.arena.context.store.documents(CHANNEL, KIND)
            await notices.show(again, here.arena, wall, "en")
            assert len(wall.notices) == 1

    async def test_the_way_back_is_in_no_representation(self) -> None:
        async with members() as here:
            asked = await challenged(here, channel="C1", answer_to="way back")
            assert "way back" not in repr(asked)

    async def test_a_kind_that_nobody_is_shown_is_passed_over(self) -> None:
        async with members() as here:
            wall = Wall()
            await notices.show(Document(CHANNEL, "settings", "main", {}), here.arena, wall, "en")
            assert (wall.notices, wall.answers) == ([], [])


async def test_a_challenge_that_cannot_be_read_hides_no_other() -> None:
    async with members() as here:
        nonsense = Document(CHANNEL, KIND, "nonsense", {"stage": "odd"}, wake_at_ms=1)
        await here.arena.context.store.put_document(nonsense)
        asked = await challenged_beside(here)
        assert [one.key for one in await here.arena.challenges.open_of(CHANNEL, here.id("bob"))] == [asked]
        here.clock.pass_seconds(STANDS_MS / 1000)
        await here.arena.challenges.expire()
        assert (await stored(here, asked)).stage is Stage.EXPIRED


async def challenged_beside(here: Members) -> str:
    await here.type("ann", ASK)
    return str(here.notes.documents[-1].key)


async def test_a_conflict_is_not_an_answer() -> None:
    async with members() as here:
        asked = await challenged(here)
        await here.arena.challenges.posted(asked, "message 1")
        with pytest.raises(Conflict):
            await here.arena.challenges.posted(asked, "message 2")
