"""What moderators set holds wherever a duel begins, is said with the setting's name, and is noted with who and when."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from journeys import Members, members
from support import CHANNEL, Line, start

from bot.commands import run
from bot.completion import complete
from engine.arena.admission import is_allowed
from engine.arena.communities import masked
from engine.community_settings import SETTINGS, CommunitySettings, changed, from_body, to_body
from engine.errors import Conflict, NotAllowed, UserError
from engine.model import Document, MoveMode, Player, Role, Seat, Status
from engine.stores.sqlite import SqliteStore

ROUND_TRIPS = [
    ("games", "chess, Tic Tac Toe", "chess, tic_tac_toe"),
    ("models", "engine/*, local/*, openai/gpt-5-mini", "engine/*, local/*, openai/gpt-5-mini"),
    ("start", "Moderators", "moderators"),
    ("moves", "listed", "listed"),
    ("ply-seconds", "60", "60 seconds"),
    ("duel-seconds", "600", "600 seconds"),
    ("channel", "<#123>", "123"),
    ("moderators-channel", "<#C9|mods>", "C9"),
    ("language", "de", "de"),
    ("pictures", "no", "no"),
    ("predictions", "no", "no"),
    ("member-duels", "2", "2"),
    ("server-duels", "20", "20"),
    ("money-cap", "$2.50", "$2.50 a month"),
    ("blocked-words", "darn, Bad Word", "darn, Bad Word"),
    ("moderators", "<@bob> <@eve>", "Bob, Eve"),
]
REFUSED = [
    ("games", "go", "There is no game “go”"),
    ("models", "stockfish", "no player or pattern"),
    ("start", "nobody", "choose everyone or moderators"),
    ("moves", "random", "choose free, listed or constrained"),
    ("ply-seconds", "2", "at least 5"),
    ("duel-seconds", "soon", "whole number"),
    ("channel", "no channel at all", "is no channel"),
    ("channel", "here", "no channels here"),
    ("language", "tlh", "There is no language"),
    ("pictures", "maybe", "yes or no"),
    ("server-duels", "0", "at least 1"),
    ("money-cap", "lots", "US dollars a month"),
    ("money-cap", "nan", "US dollars a month"),
    ("money-cap", "-1", "US dollars a month"),
    ("blocked-words", " , ", "separated by commas"),
    ("blocked-words", "x" * 81, "at most 80 characters"),
    ("moderators", "@nobody", "There is no member"),
    ("moderator", "<@bob>", "Did you mean moderators"),
]


async def now(here: Members) -> CommunitySettings:
    return await here.arena.communities.settings(CHANNEL)


def test_every_setting_is_tried() -> None:
    assert {name for name, *_ in ROUND_TRIPS} == set(SETTINGS)
    assert {row.field for row in SETTINGS.values()} == set(CommunitySettings.__dataclass_fields__)


@pytest.mark.parametrize(("name", "typed", "shown"), ROUND_TRIPS)
async def test_a_setting_is_set_shown_and_put_back(name: str, typed: str, shown: str) -> None:
    async with members() as here:
        before = await now(here)
        reply = await here.moderate("ann", f"/arena set {name} {typed}")
        assert reply.text == f"{name} is now: {shown}."
        assert await now(here) != before
        listed = {line[0]: line[1] for line in (await here.moderate("ann", "/arena settings")).lines}
        assert listed[name] == shown
        await here.moderate("ann", f"/arena set {name} default")
        assert await now(here) == before == CommunitySettings()


@pytest.mark.parametrize(("name", "typed", "why"), REFUSED)
async def test_what_a_setting_does_not_take_changes_nothing(name: str, typed: str, why: str) -> None:
    async with members() as here:
        with pytest.raises(UserError) as refused:
            await here.moderate("ann", f'/arena set {name} "{typed}"')
        assert why in refused.value.text
        assert await now(here) == CommunitySettings()
        assert await here.arena.communities.changes(CHANNEL) == []


@pytest.mark.parametrize(
    ("player", "allowed"),
    [
        ("engine/stockfish", True),
        ("engine/stockfish:elo=1500", True),
        ("ollama/llama3", True),
        ("ollama/llama3:405b", False),
        ("local/smollm2:online", True),
        ("engine/random", False),
        ("local/smollm2", True),
        ("openai/gpt-5-mini", True),
        ("openai/gpt-5", False),
        ("human/someone", True),
    ],
)
def test_patterns_of_models(player: str, allowed: bool) -> None:
    settings = changed(CommunitySettings(), "models", "engine/stockfish, local/*, openai/*-mini, ollama/llama3")
    assert is_allowed(settings, Player.named(player)) == allowed


async def test_members_change_nothing() -> None:
    async with members() as here:
        for typed in ("/arena set games chess", "/arena settings", "/arena changes", "/arena keys", "/arena resume"):
            with pytest.raises(NotAllowed, match="Only moderators"):
                await here.type("ann", typed)


def test_what_is_stored_is_only_what_was_chosen() -> None:
    chosen = changed(CommunitySettings(), "money-cap", "0.000000001")
    assert to_body(chosen) == {"money-cap": 1}
    assert from_body({**to_body(chosen), "of another version": 7}) == chosen


class TestAudit:
    async def test_it_says_who_changed_what_and_when(self) -> None:
        async with members() as here:
            await here.moderate("ann", "/arena set games chess")
            here.clock.pass_seconds(60)
            await here.moderate("bob", "/arena set games default")
            await here.moderate("bob", "/arena set games default")  # nothing changes, nothing is noted
            lines = [tuple(map(str, line)) for line in (await here.moderate("ann", "/arena changes")).lines[1:]]
            assert lines == [
                ("2027-01-15 08:01 UTC", "Bob", "games", "default"),
                ("2027-01-15 08:00 UTC", "Ann", "games", "chess"),
            ]

    async def test_the_same_request_is_noted_once(self) -> None:
        async with members() as here:
            for _ in range(2):
                await here.arena.communities.change(CHANNEL, "pictures", "no", "ann", "r")
            assert len(await here.arena.communities.changes(CHANNEL)) == 1

    async def test_a_request_that_comes_again_after_another_brings_nothing_back(self) -> None:
        async with members() as here:
            for typed, request in (("100", "first"), ("5", "second"), ("100", "first")):
                await here.arena.communities.change(CHANNEL, "money-cap", typed, "ann", request)
            settings = await here.arena.communities.settings(CHANNEL)
            assert settings.cap_nano_usd == 5 * 10**9
            assert len(await here.arena.communities.changes(CHANNEL)) == 2

    async def test_a_line_that_a_crash_left_out_is_written_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with members() as here:
            put = SqliteStore.put_document

            async def crashing(store: SqliteStore, document: Document) -> Document:
                if document.kind == "audit":
                    raise OSError("the power is gone")
                return await put(store, document)

            monkeypatch.setattr(SqliteStore, "put_document", crashing)
            with pytest.raises(OSError, match="power"):
                await here.moderate("ann", "/arena set pictures no")
            monkeypatch.setattr(SqliteStore, "put_document", put)
            await here.moderate("bob", "/arena set games chess")
            noted = [(change.by, change.what) for change in await here.arena.communities.changes(CHANNEL)]
            assert noted == [(here.id("ann"), "pictures"), (here.id("bob"), "games")]

    async def test_changes_of_the_same_moment_are_all_kept(self) -> None:
        async with members() as here:
            typed = [("games", "chess"), ("pictures", "no"), ("member-duels", "3"), ("blocked-words", "darn")] * 4
            await asyncio.gather(
                *(here.arena.communities.change(CHANNEL, *pair, "ann", f"r{n}") for n, pair in enumerate(typed))
            )
            assert to_body(await now(here)) == {
                "games": ["chess"],
                "pictures": False,
                "member-duels": 3,
                "blocked-words": ["darn"],
            }
            assert len(await here.arena.communities.changes(CHANNEL)) == 4


class TestRefusals:
    """Each way a duel may begin is refused with the setting's name and what would be allowed."""

    @pytest.mark.parametrize(
        ("setting", "typed", "why"),
        [
            ("games chess", "/duel start tic_tac_toe me engine/random", "(setting “games”). Allowed: Chess."),
            ("models local/*", "/duel start chess me engine/random", "(setting “models”). Allowed: local/*."),
            ("start moderators", "/duel start chess me engine/random", "(setting “start”)"),
            ("blocked-words darn", "/duel start word_association me engine/random theme:darn", "(setting “blocked-wor"),
            (
                "blocked-words darn",
                '/duel start word_association me engine/random theme:"a Darn thing"',
                "“theme” holds",
            ),
        ],
    )
    async def test_start(self, setting: str, typed: str, why: str) -> None:
        async with members() as here:
            await here.moderate("eve", f"/arena set {setting}")
            with pytest.raises(NotAllowed) as refused:
                await here.type("ann", typed)
            assert why in refused.value.text
            assert await here.arena.context.store.duels(CHANNEL) == []
            await here.moderate("eve", f"/arena set {setting.split()[0]} default")
            assert (await here.type("ann", typed)).duel_id

    async def test_channel(self) -> None:
        async with members() as here:
            await here.type("eve", "/arena set channel here", channel="42", role=Role.MODERATOR)
            with pytest.raises(NotAllowed, match="another channel here \\(setting “channel”\\): 42"):
                await here.type("ann", "/duel start chess me engine/random", channel="43")
            assert (await here.type("ann", "/duel start chess me engine/random", channel="42")).duel_id

    async def test_a_moderator_by_the_list_may_start(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set start moderators")
            with pytest.raises(NotAllowed):
                await here.type("bob", "/duel start chess me engine/random")
            await here.moderate("eve", "/arena set moderators @Bob")
            assert (await here.type("bob", "/duel start chess me engine/random")).duel_id
            assert (await here.type("bob", "/arena settings")).lines

    async def test_accepting_a_challenge(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> tic_tac_toe")
            await here.moderate("eve", "/arena set games chess")
            with pytest.raises(UserError) as refused:
                await here.type("bob", "/duel accept")
            assert "(setting “games”)" in refused.value.text
            assert await here.arena.context.store.duels(CHANNEL) == []

    async def test_a_rematch(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/duel start tic_tac_toe me engine/random")
            await here.type("ann", "/duel resign")
            await here.moderate("eve", "/arena set models local/*")
            with pytest.raises(NotAllowed, match="setting “models”"):
                await here.type("ann", f"/duel rematch {reply.duel_id}")

    async def test_autoplay(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me engine/random")
            await here.moderate("eve", "/arena set models engine/random")
            with pytest.raises(NotAllowed, match="setting “models”"):
                await here.type("ann", "/duel autoplay engine/perfect")
            await here.type("ann", "/duel autoplay engine/random")


class TestRunningDuels:
    async def test_a_member_has_as_many_as_the_setting_says(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set member-duels 1")
            first = await here.type("ann", "/duel start tic_tac_toe me engine/random")
            with pytest.raises(NotAllowed, match=r"You have 1 duel running.*“member-duels”"):
                await here.type("ann", "/duel start tic_tac_toe me engine/random")
            assert (await here.type("bob", "/duel start tic_tac_toe me engine/random")).duel_id
            await here.type("ann", f"/duel resign duel:{first.duel_id}")
            assert (await here.type("ann", "/duel start tic_tac_toe me engine/random")).duel_id

    async def test_duels_from_before_the_setting_count(self) -> None:
        async with members() as here:
            await here.type("bob", "/duel start tic_tac_toe me engine/random")
            await here.moderate("eve", "/arena set server-duels 1")
            with pytest.raises(NotAllowed, match=r"1 duel is running.*“server-duels”"):
                await here.type("ann", "/duel start tic_tac_toe me engine/random")

    async def test_the_same_request_counts_once(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set member-duels 1")
            typed = here.asked("ann", "/duel start tic_tac_toe me engine/random")
            assert (await run(typed, here.arena)).duel_id == (await run(typed, here.arena)).duel_id

    @pytest.mark.parametrize("guarded", [True, False])
    async def test_starts_of_the_same_moment_are_never_too_many(
        self, guarded: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the conditional write of the starts, more get through: the test can fail."""
        put = SqliteStore.put_document

        async def unguarded(store: SqliteStore, document: Document) -> Document:
            if document.kind == "starting":
                await asyncio.sleep(0)
                return document
            return await put(store, document)

        async with members() as here:
            await here.moderate("eve", "/arena set server-duels 3")
            if not guarded:
                monkeypatch.setattr(SqliteStore, "put_document", unguarded)
            starts = [
                start(here.arena, "tic_tac_toe", "engine/random", "engine/random", f"r{n}", started_by=f"p{n}")
                for n in range(16)
            ]
            results = await asyncio.gather(*starts, return_exceptions=True)
            assert not [one for one in results if isinstance(one, Conflict)]
            running = await here.arena.context.store.duels(CHANNEL, Status.LIVE)
            assert (len(running) == 3) == guarded
            assert len(running) == sum(not isinstance(one, BaseException) for one in results)

    async def test_a_start_that_crashed_frees_its_slot(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with members() as here:
            await here.moderate("eve", "/arena set server-duels 1")

            async def crash(*_: object) -> bool:
                raise OSError("the power is gone")

            with monkeypatch.context() as patch:
                patch.setattr(SqliteStore, "create", crash)
                with pytest.raises(OSError, match="power"):
                    await here.type("ann", "/duel start tic_tac_toe me engine/random")
            with pytest.raises(NotAllowed):
                await here.type("ann", "/duel start tic_tac_toe me engine/random")
            here.clock.pass_seconds(60)
            assert (await here.type("ann", "/duel start tic_tac_toe me engine/random")).duel_id


class TestDefaults:
    async def test_what_a_duel_does_not_say_is_as_the_community_has_it(self) -> None:
        async with members({"x/m": Line()}) as here:
            for typed in ("moves listed", "ply-seconds 60", "duel-seconds 600"):
                await here.moderate("eve", f"/arena set {typed}")
            reply = await here.type("ann", "/duel start chess me x/m")
            terms = (await here.arena.context.head(str(reply.duel_id))).terms
            assert terms.modes == {Seat.SECOND: MoveMode.LISTED}
            assert (terms.time.per_ply_seconds, terms.time.per_duel_seconds) == (60, 600)

    async def test_what_a_duel_says_goes_before_it(self) -> None:
        async with members({"x/m": Line()}) as here:
            await here.moderate("eve", "/arena set moves listed")
            reply = await here.type("ann", "/duel start chess me x/m moves:free ply-seconds:7")
            terms = (await here.arena.context.head(str(reply.duel_id))).terms
            assert terms.modes == {Seat.SECOND: MoveMode.FREE}
            assert terms.time.per_ply_seconds == 7

    async def test_a_game_without_a_list_of_moves_is_not_held_to_one(self) -> None:
        settings = replace(CommunitySettings(), moves=MoveMode.CONSTRAINED)
        assert settings.mode_for("word_association") is None
        assert settings.mode_for("chess") is MoveMode.CONSTRAINED


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Darn it", "••• it"),
        ("what a DARN.", "what a •••."),
        ("darning socks, a darner", "darning socks, a darner"),
        ("d4rn! and d@rn", "•••! and •••"),
        ("dаrn in Cyrillic", "••• in Cyrillic"),
        ("ｄａｒｎ", "•••"),
        ("d\u200ba\u0301rn", "•••"),
        ("bad   word", "•••"),
        ("a badword", "a badword"),
        ("Scheiße and SCHEISSE", "••• and •••"),
        ("455 is a number, 88 is blocked", "455 is a number, ••• is blocked"),
        ("", ""),
        ("e2e4 Nf3 O-O 1-0", "e2e4 Nf3 O-O 1-0"),
    ],
)
def test_blocked_words_are_hidden_whole(text: str, shown: str) -> None:
    settings = CommunitySettings(blocked_words=("darn", "Bad Word", "scheiße", "ass", "88"))
    assert masked(text, settings) == shown


def test_without_blocked_words_a_text_is_left_alone() -> None:
    text = "Darn it"
    assert masked(text, CommunitySettings()) is text


async def test_completion_offers_settings_their_values_and_allowed_players() -> None:
    leads = Role.MODERATOR
    async with members() as here:
        names = [value for value, _ in await complete(here.arena, CHANNEL, "settings", "mod", "", role=leads)]
        assert names[:3] == ["models", "moderators-channel", "moderators"]
        assert ("moderators", "moderators") in await complete(here.arena, CHANNEL, "values", "", "start", role=leads)
        assert ("de", "de") in await complete(here.arena, CHANNEL, "values", "", "language", role=leads)
        assert await complete(here.arena, CHANNEL, "values", "", "nothing", role=leads) == []
        await here.moderate("eve", "/arena set models engine/random")
        offered = [value for value, _ in await complete(here.arena, CHANNEL, "players", "engine/", "chess")]
        assert offered == ["engine/random"]


async def test_a_line_of_the_audit_that_cannot_be_read_hides_no_other() -> None:
    async with members() as here:
        await here.moderate("eve", "/arena set pictures no")
        await here.arena.context.store.put_document(Document(CHANNEL, "audit", "0", {"odd": 1}))
        assert [change.what for change in await here.arena.communities.changes(CHANNEL)] == ["pictures"]
