"""People in the browser: they challenge one another, offer, take back, hand over, and read all in their language."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Route, expect
from site_support import Patient, Site, command
from support import CHANNEL

from engine.arena.communities import MAIN, SETTINGS
from engine.model import Document

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]

ONLINE = "dispatchEvent(new Event('online'))"


async def two(site: Site, **settings: str) -> tuple[Page, Page]:
    """Ann, and Bob on a page with other settings."""
    ann, bob = await asyncio.gather(site.visit(), site.visit(**settings))
    await called(ann, "Ann")
    await called(bob, "Bob")
    return ann, bob


async def called(page: Page, name: str) -> None:
    await page.evaluate(
        """(name) => fetch("/api/session", {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name }),
        })""",
        name,
    )


async def typed(page: Page, text: str) -> None:
    line = page.locator("#command")
    await line.fill(text)
    await line.press("Escape")
    await line.press("Enter")


async def playing(site: Site, game: str, more: str = "") -> tuple[Page, Page]:
    """Two people in a duel that one asked for and the other accepted."""
    ann, bob = await two(site)
    await command(ann, f"/duel start {game} me @Bob {more}")
    await bob.evaluate(ONLINE)
    await bob.get_by_role("button", name="Accept").click()
    await expect(bob.locator(".duel")).to_have_count(1)
    await ann.evaluate(ONLINE)
    await expect(ann.locator(".duel")).to_have_count(1)
    return ann, bob


async def test_a_challenge_is_seen_by_both_and_accepted(site: Site) -> None:
    ann, bob = await two(site)
    stranger = await site.visit()
    await typed(ann, "/duel start tic_tac_toe me @Bob")
    await expect(ann.locator(".challenge")).to_contain_text("You challenged Bob to Tic-Tac-Toe.")
    await expect(ann.locator(".challenge").get_by_role("button")).to_have_text(["Withdraw"])
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".challenge")).to_contain_text("Ann challenges you to Tic-Tac-Toe. You play O.")
    await expect(bob.locator("#live-region")).to_contain_text("Ann challenges you")
    await bob.get_by_role("button", name="Accept").click()
    await expect(bob.locator(".duel .badge")).to_have_text("Waiting")
    await expect(bob.locator(".challenge")).to_have_count(0)
    await expect(bob.locator("#challenges")).to_be_hidden()
    await ann.evaluate(ONLINE)
    await expect(ann.locator(".duel .prompt")).to_contain_text("Your move")
    await expect(ann.locator(".challenge")).to_have_count(0)
    await stranger.evaluate(ONLINE)
    await expect(stranger.locator(".duel")).to_have_count(1)
    await expect(stranger.locator(".challenge")).to_have_count(0)


async def test_a_challenge_is_withdrawn_answered_too_late_and_declined(site: Site) -> None:
    ann, bob = await two(site)
    await the_button_of_the_answer_withdraws_it_and_takes_the_answers_place(ann)
    await an_answer_too_late_is_explained_where_it_was_given(ann, bob)
    await bob.unroute_all()
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".challenge")).to_have_count(0)
    await it_is_declined(ann, bob)


async def the_button_of_the_answer_withdraws_it_and_takes_the_answers_place(ann: Page) -> None:
    await typed(ann, "/duel start chess me @Bob")
    note = ann.get_by_role("group", name="Answer to /duel start chess me @Bob")
    await note.get_by_role("button", name="Withdraw").click()
    await expect(note).to_have_count(0)
    await expect(ann.locator(".note-text")).to_have_text("You withdrew the challenge.")
    await expect(ann.locator(".challenge")).to_have_count(0)


async def an_answer_too_late_is_explained_where_it_was_given(ann: Page, bob: Page) -> None:
    await command(ann, "/duel start chess me @Bob")
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".challenge")).to_have_count(1)
    await bob.route("**/api/challenges", lambda route: route.abort())
    await command(ann, "/duel withdraw")
    await bob.get_by_role("button", name="Accept").click()
    await expect(bob.locator("#challenges [role=alert]")).not_to_be_empty()


async def it_is_declined(ann: Page, bob: Page) -> None:
    await command(ann, "/duel start chess me @Bob")
    await bob.evaluate(ONLINE)
    await bob.get_by_role("button", name="Decline").click()
    await expect(bob.locator(".note-text")).to_have_text("You declined the challenge.")
    await expect(bob.locator(".challenge")).to_have_count(0)
    await ann.evaluate(ONLINE)
    await expect(ann.locator(".challenge")).to_have_count(0)


async def test_two_people_take_a_move_back_by_consent_and_agree_to_a_draw(site: Site) -> None:
    ann, bob = await playing(site, "chess", "rated:no")
    await expect(ann.get_by_role("button", name="Take back")).to_be_hidden()
    await ann.locator(".type-move input").fill("e4")
    await ann.locator(".type-move input").press("Enter")
    await expect(ann.locator(".moves-list")).to_contain_text("e4")
    await ann.get_by_role("button", name="Take back").click()
    await expect(ann.locator(".offer")).to_contain_text("You asked to take your last move back.")
    await expect(ann.get_by_role("button", name="Take back")).to_be_hidden()
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".offer")).to_contain_text("Ann asks to take the last move back.")
    await bob.get_by_role("button", name="Allow").click()
    await expect(bob.locator(".offer")).to_have_count(0)
    await expect(ann.locator(".prompt")).to_contain_text("Your move")
    await expect(ann.locator(".moves-list")).not_to_contain_text("e4")

    await ann.get_by_role("button", name="Offer a draw").click()
    await expect(ann.locator(".offer")).to_contain_text("You offered a draw")
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".offer")).to_contain_text("Ann offers a draw.")
    await bob.get_by_role("button", name="Accept").click()
    await expect(bob.locator(".verdict")).to_have_text("A draw")
    await expect(ann.locator(".verdict")).to_have_text("A draw")


async def test_a_program_plays_on(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me engine/random")
    await page.get_by_role("button", name="Let a program play on").click()
    question = page.get_by_role("group", name="A program takes your seat")
    await question.get_by_role("button", name="No").click()
    await expect(question).to_be_hidden()
    await page.get_by_role("button", name="Let a program play on").click()
    await page.get_by_label("Who plays on").select_option("engine/perfect")
    await page.get_by_role("button", name="Hand over").click()
    await expect(page.locator(".verdict")).to_be_visible()
    await expect(page.get_by_role("region", name="X: engine/perfect")).to_be_visible()
    await expect(page.locator(".duel-terms")).to_have_text("casual")


async def test_what_a_hand_over_costs_is_asked_first(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me engine/random")
    await page.locator(".type-move input").fill("5")
    await page.locator(".type-move input").press("Enter")
    await expect(page.locator(".moves-list")).to_contain_text("5")
    await page.get_by_role("button", name="Let a program play on").click()
    await page.get_by_label("Who plays on").select_option("engine/perfect")
    await page.get_by_role("button", name="Hand over").click()
    await expect(page.get_by_text("It becomes casual, and you cannot cancel it any more.")).to_be_visible()
    await expect(page.locator(".duel-terms")).not_to_have_text("casual")
    await page.get_by_role("button", name="Hand over").click()
    await expect(page.locator(".verdict")).to_be_visible()
    await expect(page.locator(".duel-terms")).to_have_text("casual")


async def test_a_form_is_filled_in_where_a_command_asks_for_one(site: Site) -> None:
    page = await site.visit()
    duel = await command(page, "/duel start tic_tac_toe engine/perfect engine/random")
    await page.route("**/api/commands", asks_for_a_form(duel))
    await typed(page, "/duel report")
    note = page.get_by_role("group", name="Answer to /duel report")
    await note.get_by_label("why").fill("It was rude.")
    await page.unroute_all()
    await note.get_by_role("button", name="Send").click()
    await expect(page.locator(".command-form")).to_have_count(0)
    await expect(page.locator(".note-text")).to_contain_text("moderators")


def asks_for_a_form(duel: str) -> Callable[[Route], Awaitable[None]]:
    """A server that asks for the reason of a report, as it does for commands that open a form."""
    why = {"name": "why", "help": "What is wrong with it.", "kind": "string", "default": None, "choices": []}
    form = {"command": "duel", "verb": "report", "options": {"duel": duel}, "asks": [why]}

    async def answer(route: Route) -> None:
        if route.request.method == "POST":
            await route.fulfill(json={"text": "Tell why.", "private": True, "duel": None, "lines": None, "form": form})
        else:
            await route.continue_()

    return answer


async def test_who_moderates_can_cancel_the_duels_of_others(site: Site) -> None:
    site.players["x/slow"] = Patient("5")
    ann, bob = await two(site)
    await command(ann, "/duel start tic_tac_toe x/slow engine/random")
    member = (await bob.evaluate("fetch('/api/session').then((answer) => answer.json())"))["member"]
    settings = Document(CHANNEL, SETTINGS, MAIN, {"moderators": [member["id"]]})
    await site.arena.context.store.put_document(settings)
    await expect(bob.get_by_role("button", name="Cancel duel")).to_be_hidden()
    await bob.reload()
    await bob.get_by_role("button", name="Cancel duel").click()
    await bob.get_by_role("button", name="Yes, cancel it").click()
    await expect(bob.locator(".badge")).to_have_text("Void")


async def test_who_asks_to_be_forgotten_is_asked_once_and_is_then_somebody_new(site: Site) -> None:
    ann = await site.visit()
    await called(ann, "Ann")
    await command(ann, "/duel start tic_tac_toe me engine/random")
    await ann.reload()
    await expect(ann.locator("#member-name")).to_have_text("Ann")
    await typed(ann, "/arena forget-me")
    await expect(ann.locator(".note-text")).to_contain_text("cannot be undone")
    await ann.get_by_role("button", name="Forget me").click()
    await expect(ann.locator(".note-text")).to_contain_text("You are forgotten")
    await expect(ann.locator("#member-name")).not_to_have_text("Ann")
    await expect(ann.locator(".verdict")).to_contain_text("engine/random wins")
    await expect(ann.get_by_role("region", name="X: someone")).to_be_visible()


async def test_what_the_server_says_is_in_the_pages_language(site: Site) -> None:
    ann, bob = await two(site, locale="de-DE")
    await typed(bob, "/duel show nosuch")
    await expect(bob.locator("#composer-error")).to_contain_text("Duell")
    await command(ann, "/duel start tic_tac_toe me @Bob")
    await bob.evaluate(ONLINE)
    await expect(bob.locator(".challenge")).to_contain_text("Ann fordert dich heraus")
    await bob.get_by_role("button", name="Annehmen").click()
    await ann.evaluate(ONLINE)
    await ann.get_by_role("button", name="Resign").click()
    await ann.get_by_role("button", name="Yes, resign").click()
    english = await ann.locator(".verdict-why").text_content()
    await expect(bob.locator(".verdict-why")).not_to_be_empty()
    assert await bob.locator(".verdict-why").text_content() != english
    await the_chosen_language_wins_over_the_browsers(bob)


async def the_chosen_language_wins_over_the_browsers(page: Page) -> None:
    await page.get_by_label("Sprache").select_option("en")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("#send")).to_be_enabled()
    await typed(page, "/duel show nosuch")
    await expect(page.locator("#composer-error")).to_contain_text("There is no duel")


async def test_who_watches_stakes_points_until_the_third_ply(site: Site) -> None:
    ann, bob = await playing(site, "tic_tac_toe")
    watcher = await site.visit()
    await expect(ann.get_by_role("button", name="Predict")).to_be_hidden()
    await watcher.get_by_role("button", name="Predict").click()
    note = watcher.locator(".note").last
    await expect(note).to_contain_text("Who wins? Whoever is right shares all that is staked.")
    await note.get_by_role("button", name="Bob: 50").click()
    await expect(watcher.locator(".note").last).to_contain_text("You staked 50 points on Bob")
    for page, place in ((ann, "1"), (bob, "5"), (ann, "2")):
        await command(page, f"/duel move {place}")
    await watcher.evaluate(ONLINE)
    await expect(watcher.get_by_role("button", name="Predict", exact=True)).to_be_hidden()
