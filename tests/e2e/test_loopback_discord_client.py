"""The real discord.py on the loopback Discord: interactions and their deadlines, the gateway and its accidents."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord as dpy
import pytest
from loopback_discord import Buckets, Channel, Fault, Faults, LoopbackDiscord, User
from loopback_discord.bare import Bare, addressed, connected

COMMANDS = [
    {
        "name": "duel",
        "description": "Fight",
        "contexts": [0],
        "integration_types": [0],
        "options": [
            {
                "type": 1,
                "name": "start",
                "description": "Start",
                "options": [
                    {"type": 3, "name": "game", "description": "Which", "required": True, "autocomplete": True},
                    {"type": 6, "name": "against", "description": "Whom"},
                ],
            }
        ],
    }
]


@dataclass
class Hall:
    """A channel of a guild with a command and two members, and what came to the client."""

    discord: LoopbackDiscord
    channel: Channel
    ann: User
    ben: User
    client: Bare
    seen: list[dpy.Interaction[Any]] = field(default_factory=list)
    failures: list[tuple[int, int]] = field(default_factory=list)


@asynccontextmanager
async def hall(answers: Any = None, shard: int = 0, **settings: Any) -> AsyncIterator[Hall]:
    """``answers(interaction)`` is what the client does; a refusal that it meets is kept in ``failures``."""
    async with LoopbackDiscord(**settings) as discord:
        guild = discord.guild("Club", locale="de", shard=shard)
        members = guild.member("Ann", locale="de"), guild.member("Ben")
        discord.register(COMMANDS)
        channel = guild.channel("arena")

        async def handle(interaction: dpy.Interaction[Any]) -> None:
            there.seen.append(interaction)
            try:
                if answers:
                    await answers(interaction)
            except dpy.HTTPException as error:
                there.failures.append((error.status, error.code))
            discord.world.changed()

        async with connected(discord, handle) as client:
            there = Hall(discord, channel, *members, client)
            yield there


async def think(interaction: dpy.Interaction[Any]) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)
    await interaction.edit_original_response(content=f"{interaction.locale.value} {interaction.guild_locale}")


async def test_a_deferred_answer_is_private_and_comes_later() -> None:
    async with hall(think) as there:
        asked = await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        assert asked.ack
        assert (asked.ack.type, asked.ack.ephemeral) == (5, True)
        assert (await asked.reply()).text == "de de"
        assert asked.private
        assert there.channel.messages == []
        assert there.seen[0].data == {
            "id": there.discord.state.commands[None][0]["id"],
            "name": "duel",
            "type": 1,
            "options": [
                {"type": 1, "name": "start", "options": [{"type": 3, "name": "game", "value": "chess"}]},
            ],
        }


async def test_people_in_options_are_resolved() -> None:
    async with hall(think) as there:
        await there.discord.command(there.ann, there.channel, "duel start", game=there.ben.mention, against=there.ann)
        data: Any = there.seen[0].data
        assert set(data["resolved"]["users"]) == {str(there.ann.id), str(there.ben.id)}


async def test_the_client_offers_only_what_is_registered() -> None:
    async with hall() as there:
        with pytest.raises(AssertionError, match="not registered"):
            await there.discord.command(there.ann, there.channel, "dual start")
        with pytest.raises(AssertionError, match="needs"):
            await there.discord.command(there.ann, there.channel, "duel start")
        with pytest.raises(AssertionError, match="not offered here"):
            await there.discord.command(there.ann, there.discord.world.direct(there.ann), "duel start", game="chess")
        with pytest.raises(AssertionError, match="no option"):
            await there.discord.command(there.ann, there.channel, "duel start", game="chess", speed="fast")


async def test_a_late_acknowledgement_is_unknown_and_a_broken_rule() -> None:
    async with hall(think, deadline_seconds=-1) as there:
        asked = there.discord.typed(there.ann, there.channel, "duel start", game="chess")
        await there.discord.world.wait_for(lambda: there.failures)
        assert there.failures == [(404, 10062)]
        assert "acknowledged after" in there.discord.forgiven()[0]
        with pytest.raises(TimeoutError):
            await asked.acknowledged(0.01)
        there.discord.state.interactions.clear()


async def test_an_interaction_that_nobody_acknowledges_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="never acknowledged"):
        async with hall() as there:
            there.discord.typed(there.ann, there.channel, "duel start", game="chess")


async def test_a_second_acknowledgement_is_refused() -> None:
    async def twice(interaction: dpy.Interaction[Any]) -> None:
        adapter, session = interaction._state.http, interaction._session
        await interaction.response.send_message("once")
        route = dpy.http.Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
        assert adapter
        assert session
        await adapter.request(route, json={"type": 5})

    async with hall(twice) as there:
        asked = await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        await there.discord.world.wait_for(lambda: there.failures)
        assert there.failures == [(400, 40060)]
        assert (await asked.reply()).text == "once"


async def test_a_modal_cannot_follow_a_deferral_but_answers_a_button() -> None:
    class Ask(dpy.ui.Modal, title="Your move"):
        move: dpy.ui.TextInput[Any] = dpy.ui.TextInput(label="Move", custom_id="move", max_length=10)

    async def ask(interaction: dpy.Interaction[Any]) -> None:
        if interaction.type is dpy.InteractionType.component:
            await interaction.response.send_modal(Ask())
        elif interaction.type is dpy.InteractionType.modal_submit:
            await interaction.response.send_message(str(interaction.data), ephemeral=True)
        else:
            button: dpy.ui.Button[Any] = dpy.ui.Button(label="Move…", custom_id="ask")
            await interaction.response.send_message("Your turn", view=dpy.ui.View(timeout=9).add_item(button))

    async with hall(ask) as there:
        asked = await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        board = await asked.reply()
        pressed = await there.discord.press(there.ben, board, "Move…")
        assert pressed.modal
        assert pressed.modal["title"] == "Your move"
        with pytest.raises(AssertionError, match="must be filled in"):
            await there.discord.submit(pressed)
        answered = await there.discord.submit(pressed, Move="e4")
        assert "'value': 'e4'" in (await answered.reply()).text
        assert answered.private


async def test_completion_offers_pairs_and_no_more_than_25() -> None:
    async def complete(interaction: dpy.Interaction[Any]) -> None:
        most = 25 if "few" in str(interaction.data) else 26
        choices = [{"name": f"name {number}", "value": f"{number}"} for number in range(most)]
        route = dpy.http.Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback")
        await interaction._state.http.request(route, json={"type": 8, "data": {"choices": choices}})

    async with hall(complete) as there:
        offered = await there.discord.autocomplete(there.ann, there.channel, "duel start", "game", "few")
        assert offered[1] == ("name 1", "1")
        assert len(offered) == 25
        with pytest.raises(TimeoutError):
            await there.discord._people.autocomplete(
                there.ann, there.channel, "duel start", "game", "many", {}
            ).acknowledged(0.2)
        assert "26 items" in there.discord.forgiven()[0]
        there.discord.state.interactions.clear()


async def test_an_answer_before_the_acknowledgement_or_after_15_minutes_is_refused() -> None:
    async with hall() as there:
        asked = there.discord.typed(there.ann, there.channel, "duel start", game="chess")
        await there.discord.world.wait_for(lambda: there.seen)
        interaction = there.seen[0]
        with pytest.raises(dpy.NotFound) as early:
            await interaction.edit_original_response(content="early")
        await interaction.response.defer(thinking=True)
        there.discord.clock.pass_seconds(901)
        with pytest.raises(dpy.HTTPException) as late:
            await interaction.edit_original_response(content="late")
        assert (early.value.code, late.value.code) == (10015, 50027)
        assert asked.original
        assert asked.original.loading


async def test_a_button_that_an_edit_took_away_can_still_arrive() -> None:
    async def swap(interaction: dpy.Interaction[Any]) -> None:
        button: dpy.ui.Button[Any] = dpy.ui.Button(label="Go", custom_id="go")
        if interaction.type is dpy.InteractionType.component:
            await interaction.response.edit_message(content="pressed", view=None)
        else:
            await interaction.response.send_message("press", view=dpy.ui.View(timeout=9).add_item(button))

    async with hall(swap) as there:
        asked = await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        board = await asked.reply()
        go = board.button("Go")
        await there.discord.press(there.ann, board, "Go")
        assert (board.text, board.buttons) == ("pressed", [])
        with pytest.raises(AssertionError, match="no button"):
            await there.discord.press(there.ann, board, "Go")
        await there.discord.press(there.ben, board, go)
        assert board.edits == 2


async def test_files_and_embeds_arrive_as_they_were_sent() -> None:
    async with hall() as there:
        channel: Any = there.client.get_channel(there.channel.id)
        picture = dpy.File(io.BytesIO(b"png"), "board.png", description="White to move")
        embed = dpy.Embed(title="Chess").set_image(url="attachment://board.png")
        sent = await channel.send(file=picture, embed=embed, nonce="n1")
        assert sent.embeds[0].image.url.endswith("/board.png")
        (message,) = there.channel.messages
        assert message.files == {"board.png": b"png"}
        assert message.attachments[0].description == "White to move"
        assert message.text == "Chess"


async def test_every_event_missed_while_away_is_replayed_on_resume() -> None:
    async with hall(think) as there:
        there.discord.gateway.drop()
        asked = there.discord.typed(there.ann, there.channel, "duel start", game="chess")
        await asked.acknowledged()
        (session,) = there.discord.gateway.sessions
        assert session.resumed == 1


async def test_asked_to_reconnect_the_client_resumes_and_invalidated_it_identifies_anew() -> None:
    async with hall(think, identify_seconds=0) as there:
        there.discord.gateway.reconnect()
        session = there.discord.gateway.sessions[0]
        await there.discord.world.wait_for(lambda: session.resumed)
        there.discord.gateway.invalidate()
        await there.discord.world.wait_for(lambda: len(there.discord.gateway.sessions) == 2, seconds=12)
        asked = await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        assert asked.private


async def test_each_shard_is_given_its_own_guilds() -> None:
    async with hall(think, shard=1, shards=2) as there:
        assert sorted(session.shard for session in there.discord.gateway.sessions) == [(0, 2), (1, 2)]
        await there.discord.command(there.ann, there.channel, "duel start", game="chess")
        guild = there.seen[0].guild
        assert guild
        assert guild.shard_id == 1


async def test_a_wrong_token_or_privileged_intents_close_the_connection() -> None:
    async with LoopbackDiscord() as discord, addressed(discord):
        client = Bare(intents=1 | 1 << 15)
        async with client:
            await client.login(discord.state.token)
            with pytest.raises(dpy.PrivilegedIntentsRequired):
                await client.connect(reconnect=False)
        async with Bare() as other:
            with pytest.raises(dpy.LoginFailure):
                await other.login("another token")
        assert "4014" in discord.forgiven()[0]


async def test_discord_py_keeps_the_limits_and_waits_out_a_429() -> None:
    struck = Faults(share=1, kinds=[Fault.LIMITED], routes=["POST /channels"], most=1)
    async with hall(buckets=Buckets(limit=2, seconds=0.3), faults=struck) as there:
        channel: Any = there.client.get_channel(there.channel.id)
        await asyncio.gather(*(channel.send(str(number)) for number in range(5)))
        assert sorted(message.text for message in there.channel.messages) == list("01234")
        assert there.discord.state.requests["POST /channels/{channel}/messages"] == 6
