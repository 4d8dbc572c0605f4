"""The channel in a real browser: what a newcomer finds, commands with completion, what others see, what goes wrong."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect
from site_support import Patient, Site, command

from bot.clock import SystemClock
from engine.players.scripted import ScriptedPlayer

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]


async def test_a_newcomer_starts_a_duel_by_typing_with_completion_and_watches_its_replay(site: Site) -> None:
    page = await site.visit()
    await expect(page.get_by_role("heading", name="Welcome to the arena")).to_be_visible()
    line = page.get_by_role("combobox", name="Command or move")
    await line.press_sequentially("/du")
    await expect(page.get_by_role("option", name="/duel start")).to_have_attribute("aria-selected", "true")
    await line.press("Tab")
    for typed, whole in (("tic", "tic_tac_toe"), ("perf", "engine/perfect"), ("rand", "engine/random")):
        await line.press_sequentially(typed)
        await expect(page.locator("[role=option][aria-selected=true] b")).to_have_text(whole)
        await line.press("Enter")
    await expect(line).to_have_value("/duel start tic_tac_toe engine/perfect engine/random ")
    await line.press("Enter")

    card = page.get_by_role("article", name="Tic-Tac-Toe")
    await expect(card.locator(".verdict")).to_have_text(re.compile("wins as|A draw"))
    await expect(line).to_have_value("")
    await card.get_by_role("link", name="Replay", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("engine/perfect – engine/random")
    await watch_by_keyboard(page)


async def watch_by_keyboard(page: Page) -> None:
    where = page.locator("#where")
    await expect(where).to_have_text(re.compile(r"^Ply (\d) of \1:"))
    await page.keyboard.press("Home")
    await expect(where).to_have_text(re.compile("^Start"))
    await expect(page.locator(".cell[data-filled]")).to_have_count(0)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(where).to_have_text(re.compile("^Ply 2 of"))
    await expect(page.locator(".cell[data-filled]")).to_have_count(2)
    await page.keyboard.press("ArrowLeft")
    await expect(page).to_have_url(re.compile("ply=1"))
    await page.select_option("#speed", "4")
    await page.locator("#slider").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(where).to_have_text(re.compile(r"^Ply (\d) of \1:"))


async def test_the_line_works_like_a_chat_line(site: Site) -> None:
    page = await site.visit()
    line = page.get_by_role("combobox", name="Command or move")
    await it_names_the_word_that_comes_next(page, line)
    await it_keeps_the_text_of_a_mistake_and_explains_it(page, line)
    await line.fill("/arena ")
    suggestions = page.get_by_role("listbox", name="Suggestions")
    await expect(suggestions).to_be_visible()
    await expect(line).to_have_attribute("aria-expanded", "true")
    await line.press("ArrowDown")
    active = await line.get_attribute("aria-activedescendant")
    await expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    await line.press("Escape")
    await expect(suggestions).to_be_hidden()
    await expect(line).to_have_value("/arena ")
    await line.fill("/arena games")
    await line.press("Enter")
    note = page.get_by_role("group", name="Answer to /arena games")
    await expect(note).to_contain_text("Only you can see this")
    await expect(note.get_by_role("cell", name="tic_tac_toe")).to_be_visible()
    await line.press("ArrowUp")
    await expect(line).to_have_value("/arena games")
    await line.press("ArrowDown")
    await expect(line).to_have_value("")
    await note.get_by_role("button", name="Dismiss").click()
    await expect(note).to_have_count(0)


async def it_names_the_word_that_comes_next(page: Page, line: Locator) -> None:
    await line.fill("/duel start chess ")
    await expect(page.locator("#hint b")).to_have_text("first")
    await line.fill("/duel start chess engine/random engine/random variant:")
    await expect(page.get_by_role("option", name="chess960")).to_be_visible()
    await line.fill("/duel start chess engine/random engine/random moves:li")
    await expect(page.get_by_role("option", name="listed")).to_be_visible()


async def it_keeps_the_text_of_a_mistake_and_explains_it(page: Page, line: Locator) -> None:
    await line.fill("/duel start ches engine/random engine/random")
    await line.press("Escape")
    await line.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("There is no game “ches”. Did you mean chess?")
    await expect(line).to_have_value("/duel start ches engine/random engine/random")


async def test_the_form_starts_a_duel_with_the_games_settings(site: Site) -> None:
    page = await site.visit()
    await page.get_by_role("button", name="New duel").click()
    form = page.get_by_role("dialog", name="New duel")
    await form.get_by_role("radio", name="Rock-Paper-Scissors").check()
    await form.get_by_label("Player 1", exact=True).select_option("engine/random")
    await form.get_by_label("Player 2", exact=True).select_option("engine/random")
    await form.get_by_label("Rounds").fill("4")
    await form.get_by_role("button", name="Start the duel").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await form.get_by_label("Rounds").fill("3")
    await form.get_by_role("button", name="Start the duel").click()
    await expect(form).to_be_hidden()
    card = page.get_by_role("article", name="Rock-Paper-Scissors · best-of-3")
    await expect(card.locator(".verdict")).to_be_visible()


async def test_several_duels_run_at_once_and_finished_ones_make_room(site: Site) -> None:
    site.players["x/slow"] = slow = Patient("5")
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe engine/perfect engine/random")
    first = page.locator(".duel").first
    await expect(first.locator(".verdict")).to_be_visible()
    await command(page, "/duel start tic_tac_toe x/slow engine/random")
    await command(page, "/duel start chess me engine/random")
    await expect(page.locator(".duel")).to_have_count(3)
    await expect(first).to_have_attribute("data-compact", "")
    await expect(first.locator(".thumb")).to_have_attribute("src", re.compile(r"/boards/\d\.svg"))
    thinking = page.locator(".duel").nth(1)
    await expect(thinking.locator(".seat-state[data-thinking]")).to_have_text(re.compile("thinking"))
    await expect(page.locator("#live-duels li")).to_have_count(2)
    slow.may_answer.set()
    await expect(thinking.locator(".moves-list")).to_contain_text("5")
    await first.get_by_role("button", name=re.compile("^Open")).click()
    await expect(first.locator(".verdict")).to_be_visible()


# Past the page, which would show each of them.
MANY_DUELS = """async (count) => {
    const body = JSON.stringify({ text: "/duel start tic_tac_toe engine/random engine/random" });
    for (let n = 0; n < count; n++) {
        const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body };
        const answer = await fetch("/api/commands", asked);
        if (!answer.ok) throw Error(await answer.text());
    }
}"""


async def test_older_duels_are_loaded_above_without_moving_what_is_read(site: Site) -> None:
    page = await site.visit()
    await page.evaluate(MANY_DUELS, 27)
    await page.reload()
    await expect(page.locator(".duel")).to_have_count(25)
    await page.locator(".scroller").evaluate("node => { node.scrollTop = 0; }")
    reading = page.locator(".duel").first
    key = await reading.get_attribute("data-duel")
    before = await reading.bounding_box()
    await page.get_by_role("button", name="Load older duels").click()
    await expect(page.locator(".duel")).to_have_count(27)
    after = await page.locator(f"[data-duel='{key}']").bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 2
    await expect(page.get_by_role("button", name="Load older duels")).to_be_hidden()


async def test_a_lost_connection_is_shown_until_it_is_back(site: Site) -> None:
    page = await site.visit()
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()

    async def cut(route: Route) -> None:
        await route.abort()

    await page.route("**/api/**", cut)
    await page.evaluate("dispatchEvent(new Event('online'))")
    line = page.get_by_role("combobox", name="Command or move")
    await line.fill("/arena games")
    await line.press("Escape")
    await line.press("Enter")
    await expect(page.locator("#composer-error")).to_contain_text("Your text is kept")
    await expect(page.locator("#connection")).to_have_text("Connection lost. Trying again …")
    await page.unroute("**/api/**", cut)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#connection")).to_be_hidden()
    await expect(page.locator("#composer-error")).to_be_hidden()
    await expect(line).to_have_value("/arena games")
    await line.press("Enter")
    await expect(page.get_by_role("group", name="Answer to /arena games")).to_be_visible()


async def test_a_name_can_be_changed_and_is_kept_and_a_big_button_starts_what_it_says(site: Site) -> None:
    page = await site.visit()
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_role("textbox", name="Your name").fill("Ada")
    await page.keyboard.press("Enter")
    await expect(page.locator("#member-name")).to_have_text("Ada")
    await page.get_by_role("button", name="Play yourself").click()
    await expect(page.get_by_role("article", name="Tic-Tac-Toe").locator(".badge")).to_have_text("Your move")
    await expect(page.get_by_role("heading", name="Welcome")).to_be_hidden()
    await expect(page.locator(".message-head b")).to_have_text("Ada")
    await page.reload()
    await expect(page.locator("#member-name")).to_have_text("Ada")


async def test_the_pages_speak_german_and_keep_a_chosen_theme(site: Site) -> None:
    page = await site.visit(locale="de-DE")
    await expect(page.get_by_role("heading", name="Willkommen in der Arena")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await command(page, "/duel start chess me engine/random")
    await expect(page.locator(".badge")).to_have_text("Du bist am Zug")
    await expect(page.locator(".seat-second .seat-side")).to_have_text("Schwarz")
    await page.get_by_role("button", name="Neues Duell").click()
    await expect(page.get_by_label("Weiß", exact=True)).to_be_visible()
    await page.get_by_text("Weitere Einstellungen").click()
    await expect(page.get_by_label("Sekunden pro Zug")).to_be_visible()
    await page.get_by_role("button", name="Zurück").click()
    await page.get_by_label("Farben").select_option("dark")
    await expect(page.locator("body")).to_have_css("color", "rgb(236, 234, 230)")
    await page.get_by_label("Sprache").select_option("en")
    await expect(page.locator(".badge")).to_have_text("Your move")
    await expect(page.locator("body")).to_have_css("color", "rgb(236, 234, 230)")


async def test_what_a_model_said_before_it_forfeited_is_shown(site: Site) -> None:
    site.players["x/mute"] = ScriptedPlayer(["I take the middle", "no"], SystemClock())
    page = await site.visit()
    duel = await command(page, "/duel start tic_tac_toe x/mute engine/random")
    await expect(page.locator(".seat-first .seat-state")).to_have_text("")
    await expect(page.locator(".verdict")).to_contain_text("engine/random wins")
    await page.locator(".seat-first .failed summary").click()
    await expect(page.locator(".seat-first .attempts .said")).to_have_text("no")
    await page.goto(f"{site.url}/replay.html?duel={duel}")
    await page.locator(".transcript .failed summary").last.click()
    await expect(page.locator(".transcript li").last.locator(".failure")).to_have_text("Not understood")


async def test_plies_and_turns_are_counted_apart(site: Site) -> None:
    page = await site.visit()
    turns = await command(page, "/duel start rock_paper_scissors engine/random engine/random rounds:1")
    plies = await command(page, "/duel start tic_tac_toe engine/perfect engine/random")
    await expect(page.locator(".verdict")).to_have_count(2)
    await page.reload()
    lines = page.locator(".compact-reason")
    await expect(lines.first).to_contain_text(re.compile(r"\d turns?\b"))
    await expect(lines.last).to_contain_text(re.compile(r"\d plies"))
    await page.goto(f"{site.url}/replay.html?duel={turns}")
    await expect(page.locator("#where")).to_have_text(re.compile(r"^Turn (\d+) of \1:"))
    await page.goto(f"{site.url}/replay.html?duel={plies}")
    numbers = page.locator(".transcript .ply")
    await expect(numbers.nth(1)).to_have_text("1…")
    await expect(numbers.nth(2)).to_have_text("2.")


async def test_the_path_of_a_replay_is_a_link_and_nothing_else_is(site: Site) -> None:
    page = await site.visit()
    path = "/replay.html?duel=266420dd-b629-5dd4-9a03-462038f33ab6"
    text = f"Replay: {path}\nnot https://example.org{path} nor {path}&evil=1 nor javascript:alert(1) <b>x</b>"
    answer = {"text": text, "private": True, "duel": None, "lines": [["turn", "X"], ["1", "5"]], "file": None}

    async def reply(route: Route) -> None:
        await route.fulfill(json=answer)

    await page.route("**/api/commands", reply)
    await page.locator("#command").fill("/duel replay")
    await page.locator("#send").click()
    note = page.locator(".note-text")
    await expect(note).to_have_text(text)
    await expect(note.get_by_role("link")).to_have_count(1)
    await expect(note.get_by_role("link")).to_have_attribute("href", site.url + path)
    await expect(page.get_by_role("cell", name="5")).to_be_visible()


async def test_a_name_that_is_refused_is_explained_beside_it(site: Site) -> None:
    one, other = await site.visit(), await site.visit()
    taken = await one.locator("#member-name").text_content() or ""
    await other.get_by_role("button", name="Rename").click()
    field = other.get_by_role("textbox", name="Your name")
    await field.fill(taken)
    await field.press("Enter")
    await expect(other.locator("#name-error")).to_contain_text(taken)
    await field.fill("Bob")
    await expect(other.locator("#name-error")).to_be_hidden()
    await field.press("Enter")
    await expect(other.locator("#member-name")).to_have_attribute("title", "Bob")


async def test_the_form_names_players_and_says_once_a_provider_what_is_missing(site: Site) -> None:
    page = await site.visit()
    known = [
        {"name": "local/tiny", "about": "small, and here", "ready": True, "missing": ""},
        {"name": "a/one", "about": "", "ready": False, "missing": "a/one needs A_KEY: set it."},
        {"name": "a/two", "about": "", "ready": False, "missing": "a/two needs A_KEY: set it."},
        {"name": "engine/x", "about": "", "ready": False, "missing": "engine/x needs x: install it."},
    ]

    async def players(route: Route) -> None:
        await route.fulfill(json={"players": known})

    await page.route("**/api/players?*", players)
    await page.get_by_role("button", name="New duel").click()
    form = page.get_by_role("dialog", name="New duel")
    white = form.get_by_label("White", exact=True)
    await expect(white).to_have_value("local/tiny")
    await expect(form.locator("#seat-first-about")).to_have_text("small, and here")
    await expect(white.locator("option[disabled]")).to_have_text(
        ["a needs A_KEY: set it.", "engine/x needs x: install it."]
    )
    await expect(form.get_by_label("Seconds per move")).to_be_hidden()
    await form.get_by_text("More settings").click()
    await expect(form.get_by_label("Seconds per move")).to_be_visible()
    await expect(form.get_by_label("Start position (FEN)")).to_be_visible()


async def test_a_local_model_that_is_slow_at_first_says_why(site: Site) -> None:
    site.players["local/slow"] = Patient("5")
    page = await site.visit()

    async def long_ago(route: Route) -> None:
        answer = await route.fetch()
        duel = await answer.json()
        await route.fulfill(response=answer, json={**duel, "created_ms": duel["created_ms"] - 60_000})

    await page.route("**/api/duels/*", long_ago)
    await command(page, "/duel start tic_tac_toe local/slow engine/random")
    state = page.locator(".seat-first .seat-state")
    await expect(state).to_have_text(re.compile(r"^thinking · 1:0\d \(the first answer loads the model\)$"))
    await expect(page.locator(".seat-first .avatar")).to_have_attribute("data-kind", "model")
    await expect(page.locator(".seat-second .avatar")).to_have_attribute("data-kind", "engine")


async def test_watching_a_duel_that_stands_still_aborts_no_request(site: Site) -> None:
    site.players["x/slow"] = Patient("5")
    page = await site.visit()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    await command(page, "/duel start tic_tac_toe x/slow engine/random")
    await expect(page.locator(".seat-state[data-thinking]")).to_be_visible()
    for _ in range(2):
        async with page.expect_event("requestfinished", lambda request: "/api/duels/" in request.url):
            await page.evaluate("dispatchEvent(new Event('online'))")
    assert failed == []


async def test_an_answers_picture_is_shown_with_its_words_and_in_the_pages_colours(site: Site) -> None:
    page = await site.visit()
    await command(page, "/duel start tic_tac_toe engine/perfect engine/novice")
    await expect(page.locator(".badge")).to_have_text("Finished")
    await page.locator("#command").fill("/leaderboard show")
    await page.locator("#send").click()
    picture = page.locator(".note-picture")
    shown = picture.get_by_role("img", name="Leaderboard of Tic-Tac-Toe")
    await expect(shown).to_have_count(1)
    await expect(shown).to_have_class("light")
    assert await shown.evaluate("image => image.complete && image.naturalWidth > 300")
    await page.get_by_label("Theme").select_option("dark")
    await expect(shown).to_have_class("dark")
    await expect(shown).to_be_in_viewport(ratio=0.9)
    assert await shown.evaluate(
        "image => image.decode().then(() => image.naturalWidth) > 300 || image.naturalWidth > 300"
    )
