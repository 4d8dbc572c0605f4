"""Which duel is meant by a player of several who names none, and what they are told of their move."""

from __future__ import annotations

import pytest
from journeys import Members, members

from bot.commands import Reply
from engine.errors import UserError


async def against_program(here: Members, first: str, second: str, more: str = "rated:no") -> str:
    return str((await here.type("ann", f"/duel start tic_tac_toe {first} {second} {more}")).duel_id)


async def against_bob(here: Members, more: str = "") -> str:
    await here.type("ann", f"/duel challenge <@bob> tic_tac_toe seat:first {more}")
    return str((await here.type("bob", "/duel accept")).duel_id)


async def test_a_move_is_meant_for_the_only_duel_that_waits_for_it() -> None:
    async with members() as here:
        await against_program(here, "engine/random", "me")
        waits = await against_program(here, "me", "engine/random")
        shown = await here.type("ann", "/duel choose")
        assert f"That was in duel {waits[:8]}" in shown.text
        reply = await here.type("ann", "/duel move 5")
        assert reply.duel_id == waits
        assert reply.text == f"Played. That was in duel {waits[:8]} (Tic-Tac-Toe, Ann – engine/random)."
        with pytest.raises(UserError, match="several duels"):  # now none waits
            await here.type("ann", "/duel move 1")


async def test_of_several_that_wait_the_candidates_are_those_alone() -> None:
    async with members() as here:
        busy = await against_program(here, "engine/random", "me")
        for _ in range(2):
            await against_program(here, "me", "engine/random")
        with pytest.raises(UserError, match="several duels") as refused:
            await here.type("ann", "/duel move 5")
        assert refused.value.text.count("duel:") == 2
        assert busy[:8] not in refused.value.text


async def asked_by_ann(here: Members) -> Reply:
    return await here.type("ann", "/duel challenge <@bob> rock_paper_scissors")


async def test_a_sealed_choice_does_not_wait_any_more() -> None:
    async with members() as here:
        one, other = [await here.type("bob", "/duel accept") for _ in range(2) if await asked_by_ann(here)]
        await here.type("ann", f"/duel move rock duel:{one.duel_id}")
        assert (await here.type("ann", "/duel move paper")).duel_id == other.duel_id


async def test_a_draw_is_offered_and_answered_where_it_can_be() -> None:
    async with members() as here:
        await against_program(here, "me", "engine/random")
        bobs = await against_bob(here)
        other = str((await here.type("bob", "/duel start tic_tac_toe me engine/random")).duel_id)
        assert (await here.type("ann", "/duel draw")).duel_id == bobs
        accepted = await here.type("bob", "/duel draw accept")
        assert accepted.duel_id == bobs != other
        assert accepted.text.startswith("The players agreed to a draw. That was in duel ")


async def test_a_takeback_is_asked_for_and_answered_where_it_can_be() -> None:
    async with members() as here:
        await against_program(here, "me", "engine/random", "rated:yes")
        bobs = await against_bob(here, "rated:no")
        await here.type("bob", "/duel start tic_tac_toe me engine/random")
        await here.type("ann", f"/duel move 5 duel:{bobs}")
        assert (await here.type("ann", "/duel takeback")).duel_id == bobs
        assert (await here.type("bob", "/duel takeback allow")).duel_id == bobs


async def test_nobody_resigns_by_a_guess() -> None:
    async with members() as here:
        await against_program(here, "engine/random", "me")
        await against_program(here, "me", "engine/random")
        for verb in ("resign", "autoplay engine/random"):
            with pytest.raises(UserError, match="several duels"):
                await here.type("ann", f"/duel {verb}")


class TestRefusedAnswer:
    async def test_who_gave_it_is_told_why_and_what_it_costs(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start word_association me me theme:egypt")
            assert (await here.type("ann", "/duel move pyramid")).text == "Played."
            reply = await here.type("ann", "/duel move pyramid", request_id="the-same")
            assert reply.text.startswith("Refused, and it counts against you: “pyramid” after “pyramid”: ")
            assert reply.text.endswith(" You have: 0 points, 1 ✗.")
            again = await here.type("ann", "/duel move pyramid", request_id="the-same")
            assert again.text == reply.text
