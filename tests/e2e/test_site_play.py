"""Playing as a person in a real browser: by mouse, by keyboard, by typing; seals, stale positions, draws, resigning."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect
from site_support import Patient, Site, command
from support import Line

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]


def cell(page: Page | Locator, address: str) -> Locator:
    return page.locator(f".cell[data-address='{address}']")


async def test_a_person_wins_tic_tac_toe_with_the_mouse(site: Site) -> None:
    site.players["x/line"] = Line("4", "5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me x/line")
    for address in "123":
        await cell(page, address).click()
        await expect(cell(page, address)).to_have_attribute("data-filled", "")
    await expect(page.locator(".verdict")).to_contain_text("wins as X")
    await expect(page.locator(".cell[data-mark=win]")).to_have_count(3)
    await page.get_by_role("button", name="Rematch").click()
    again = page.locator(".duel").last
    await expect(again.locator(".seat-second .seat-side")).to_contain_text("you")


async def test_a_person_wins_tic_tac_toe_with_the_keyboard(site: Site) -> None:
    site.players["x/line"] = Line("4", "5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me x/line")
    await page.locator(".cell[tabindex='0']").focus()
    await page.keyboard.press("Enter")
    await expect(cell(page, "4")).to_have_attribute("aria-label", re.compile("nought"))
    await page.keyboard.press("ArrowRight")
    await expect(cell(page, "2")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(cell(page, "5")).to_have_attribute("data-filled", "")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator(".verdict")).to_contain_text("wins as X")
    await expect(page.locator("#live-region")).to_contain_text("wins as X")


async def test_a_chess_piece_shows_where_it_may_go_and_black_sees_the_board_from_behind(site: Site) -> None:
    site.players["x/line"] = Line("e4", "d4")
    page = await site.visit()
    await command(page, "/duel start chess x/line me")
    await expect(page.locator(".badge")).to_have_text("Your move")
    await expect(page.locator(".cell").first).to_have_attribute("data-address", "h1")
    await cell(page, "e7").click()
    targets = page.locator(".cell[data-state=target]")
    await expect(targets).to_have_count(2)
    await cell(page, "d7").click()
    await expect(cell(page, "d5")).to_have_attribute("data-state", "target")
    await cell(page, "d7").click()
    await expect(targets).to_have_count(0)
    await cell(page, "e7").click()
    await cell(page, "e5").click()
    await expect(page.locator(".moves-list")).to_contain_text("e5")


async def test_a_promotion_asks_for_the_piece(site: Site) -> None:
    page = await site.visit()
    await command(page, '/duel start chess me engine/random fen:"8/P6k/8/8/8/8/7K/8 w - - 0 1"')
    await cell(page, "a7").click()
    await cell(page, "a8").click()
    picker = page.get_by_role("group", name="Which of these?")
    await expect(picker.get_by_role("button")).to_have_count(4)
    await picker.get_by_role("button", name=re.compile("=Q")).click()
    await expect(cell(page, "a8")).to_have_attribute("aria-label", re.compile("white queen"))


async def test_a_move_may_be_typed_in_the_channels_line_and_resigning_asks_once_more(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start chess me engine/random")
    await expect(page.locator(".badge")).to_have_text("Your move")
    line = page.get_by_role("combobox", name="Command or move")
    await line.fill("Ke4")
    await line.press("Enter")
    complaint = page.locator("#composer-error")
    await expect(complaint).to_contain_text("king")
    await expect(complaint).to_be_in_viewport()
    await expect(line).to_have_value("Ke4")
    await line.fill("knight to f3")
    await expect(complaint).to_be_hidden()
    await line.press("Enter")
    await expect(page.locator(".moves-list li").first).to_contain_text("Nf3")
    await resigning_asks_once_more(page)


async def resigning_asks_once_more(page: Page) -> None:
    await page.get_by_role("button", name="Resign").click()
    await page.get_by_role("button", name="No, play on").click()
    await page.get_by_role("button", name="Resign").click()
    await page.get_by_role("button", name="Yes, resign").click()
    await expect(page.locator(".verdict")).to_contain_text("wins as Black")
    await expect(page.get_by_role("link", name="PGN")).to_have_attribute("href", re.compile("/export/pgn$"))


async def test_a_refusal_is_gone_when_its_duel_moves_on(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me engine/random")
    await expect(page.locator(".badge")).to_have_text("Your move")
    line = page.get_by_role("combobox", name="Command or move")
    await line.fill("banana")
    await line.press("Enter")
    await expect(page.locator("#composer-error")).to_be_visible()
    on_card = page.get_by_role("textbox", name="or type a move")
    await on_card.fill("banana")
    await on_card.press("Enter")
    await expect(page.locator(".card-error")).to_be_visible()
    await cell(page, "5").click()
    await expect(cell(page, "5")).to_have_attribute("data-filled", "")
    await expect(page.locator("#composer-error")).to_be_hidden()
    await expect(page.locator(".card-error")).to_be_hidden()
    await expect(line).to_have_value("banana")


async def test_words_are_typed_on_the_card(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start word_association me engine/random theme:egypt")
    answer = page.get_by_role("textbox", name="Type your answer")
    await answer.fill("pyramid")
    await answer.press("Enter")
    await expect(page.locator(".link", has_text="pyramid")).not_to_have_attribute("data-refused", "")


async def test_simultaneous_choices_are_sealed_and_the_replay_proves_them(site: Site) -> None:
    site.players["x/slow"] = slow = Patient("paper", "paper")
    page = await site.visit()
    duel = await command(page, "/duel start rock_paper_scissors me x/slow rounds:3")
    choices = page.get_by_role("group", name="Your moves")
    await choices.get_by_role("button", name="Scissors").click()
    await expect(page.locator(".prompt")).to_contain_text("sealed")
    await expect(page.locator(".seat-first .seat-state")).to_have_text("has chosen")
    slow.may_answer.set()
    await choices.get_by_role("button", name="Scissors").click()
    await expect(page.locator(".verdict")).to_contain_text("wins as Player 1")
    await page.goto(f"{site.url}/replay.html?duel={duel}&ply=1")
    await expect(page.locator(".transcript li").first.locator(".proof[data-state=matches]")).not_to_have_count(0)
    await expect(page.locator(".proof[data-state=differs]")).to_have_count(0)


async def test_a_position_that_is_gone_is_said_kindly_and_replaced(site: Site) -> None:
    site.players["x/line"] = Line("4", "5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me x/line")
    await expect(page.locator(".badge")).to_have_text("Your move")

    async def stand_still(route: Route) -> None:
        await route.fulfill(status=304)

    await page.route("**/api/duels/**", stand_still)
    await command(page, "/duel move 1")
    await cell(page, "9").click()
    await expect(page.locator(".card-error")).to_contain_text("The board now shows the newest position.")
    await page.unroute("**/api/duels/**", stand_still)
    await expect(cell(page, "1")).to_have_attribute("data-filled", "")
    await expect(cell(page, "9")).not_to_have_attribute("data-filled", "")


async def test_who_started_a_duel_can_cancel_it(site: Site) -> None:
    site.players["x/slow"] = Patient("5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe x/slow engine/random")
    await page.get_by_role("button", name="Cancel duel").click()
    await page.get_by_role("button", name="Yes, cancel it").click()
    await expect(page.locator(".badge")).to_have_text("Void")
    await expect(page.locator(".duel-terms")).to_be_empty()
    stranger = await site.visit()
    await expect(stranger.locator(".duel")).to_have_count(1)
    await expect(stranger.get_by_role("button", name="Cancel duel")).to_be_hidden()


async def test_a_rated_duel_that_has_begun_is_not_cancelled_by_who_plays_in_it(site: Site) -> None:
    site.players["x/line"] = Line("4", "5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me x/line")
    await expect(page.locator(".duel-terms")).to_have_text("rated")
    await expect(page.get_by_role("button", name="Cancel duel")).to_be_visible()
    await cell(page, "1").click()
    await expect(page.locator(".moves-list")).to_contain_text("4")
    await expect(page.get_by_role("button", name="Cancel duel")).to_be_hidden()
    await expect(page.get_by_role("button", name="Resign")).to_be_visible()


async def test_a_clock_is_shown_only_for_the_move_that_is_due_soon(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe me engine/random")
    ample = page.locator(".duel").first
    await expect(ample.locator(".prompt")).to_have_text("Your move")
    await expect(ample.locator(".fact-left")).to_have_count(0)
    await command(page, "/duel start tic_tac_toe me engine/random ply-seconds:90")
    short = page.locator(".duel").last
    await expect(short.locator(".fact-left")).to_have_attribute("title", "Time left for this move")
    await expect(short.locator(".prompt")).to_have_text(re.compile(r"^Your move · 1:\d\d left$"))
    await short.get_by_role("button", name="Resign").click()
    await short.get_by_role("button", name="Yes, resign").click()
    await expect(short.locator(".verdict")).to_be_visible()
    await expect(short.locator(".fact-left")).to_have_count(0)
