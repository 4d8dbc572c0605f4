"""Whether everybody can use the pages, and whether what players write can do harm: axe-core, phones, hostile text."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from site_support import PHONE, Patient, Site, command
from support import Line

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]

Scheme = Literal["light", "dark"]
HOSTILE = "<img src=x onerror=\"document.title='harmed'\"><script>document.title='harmed'</script>"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


async def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical in light and in dark colours, with the elements."""
    found = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate("Promise.all(document.getAnimations().map((one) => one.cancel()))")
        looked: Any = await Axe().run(page)
        found += [
            f"{scheme}: {violation['id']}: {[node['target'] for node in violation['nodes']]}"
            for violation in looked.response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
    return found


RENAMED = """(name) => fetch("/api/session", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name }),
})"""


async def fits(page: Page) -> bool:
    """Whether nothing makes the page, its stream of messages or its form scroll sideways."""
    places = "[document.documentElement, ...document.querySelectorAll('#scroller, dialog')]"
    return bool(await page.evaluate(f"{places}.every((place) => place.scrollWidth <= place.clientWidth)"))


async def busy_channel(site: Site) -> tuple[Page, str]:
    """A channel with everything in it: notes, challenges, a finished duel, a live one, and some that wait."""
    site.players["x/line"] = Line("4", "5", "6", HOSTILE)
    site.players["x/slow"] = Patient("5")
    page = await site.visit()
    over = await command(page, "/duel start tic_tac_toe engine/perfect engine/random")
    await expect(page.locator(".duel")).to_have_count(1)
    await command(page, "/duel start tic_tac_toe x/slow engine/random")
    for game in ("chess", "racing", "rock_paper_scissors", "word_association", "tic_tac_toe"):
        await command(page, f"/duel start {game} me engine/random")
    await expect(page.locator(".duel .badge", has_text="Your move")).to_have_count(5)
    other = await site.visit()
    for one, name in ((page, "Ann"), (other, "Bob")):
        await one.evaluate(RENAMED, name)
    await command(other, "/duel challenge @Ann racing")
    await command(page, "/duel challenge @Bob chess")
    await expect(page.locator(".challenge")).to_have_count(2)
    line = page.locator("#command")
    for text, buttons in (("/arena players", 0), ("/duel challenges", 3)):
        await line.fill(text)
        await line.press("Enter")
        note = page.get_by_role("group", name=f"Answer to {text}")
        await expect(note.locator(".control-row").get_by_role("button")).to_have_count(buttons)
    return page, over


async def test_axe_finds_nothing_serious_in_the_channel_and_nothing_is_wider_than_a_phone(site: Site) -> None:
    """One busy channel for all: to fill it takes longer than to look at it."""
    page, over = await busy_channel(site)
    await page.locator("#command").fill("/duel start ")
    await expect(page.locator("#suggestions")).to_be_visible()
    assert await findings(page) == []
    await page.locator("#command").fill("")
    await page.set_viewport_size(PHONE)
    assert await fits(page)
    await page.get_by_role("button", name="Duels, games and settings").click()
    await page.get_by_role("button", name="New duel").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await fits(page)
    await page.goto(f"{site.url}/replay.html?duel={over}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert await fits(page)


async def test_axe_finds_nothing_serious_in_the_welcome_and_the_form(site: Site) -> None:
    page = await site.visit()
    await expect(page.get_by_role("button", name="Play yourself")).to_be_visible()
    assert await findings(page) == []
    await page.get_by_role("button", name="New duel").click()
    await page.locator("#new-duel .terms summary").click()
    assert await findings(page) == []


async def test_axe_finds_nothing_serious_in_a_replay(site: Site) -> None:
    site.players["x/line"] = Line("1", None)
    page = await site.visit()
    duel = await command(page, "/duel start tic_tac_toe x/line engine/random")
    await expect(page.locator(".verdict")).to_be_visible()
    await page.goto(f"{site.url}/replay.html?duel={duel}")
    await expect(page.locator(".transcript li")).not_to_have_count(0)
    assert await findings(page) == []


async def test_hostile_names_and_words_stay_text(site: Site) -> None:
    site.players["x/line"] = Line(f"{HOSTILE}\nMove: 5")
    page = await site.visit()
    await page.evaluate(RENAMED, HOSTILE[:32])
    await page.reload()
    duel = await command(page, "/duel start tic_tac_toe x/line me")
    await expect(page.locator(".seat-first .words")).to_have_text(f"{HOSTILE} Move: 5")
    await expect(page.locator(".message-head b")).to_have_text(HOSTILE[:32])
    assert await page.locator("main img[onerror], main script").count() == 0
    await page.goto(f"{site.url}/replay.html?duel={duel}")
    await expect(page.locator(".transcript .words")).to_have_text(f"{HOSTILE} Move: 5")
    assert await page.locator("main img[onerror], main script").count() == 0
    assert "harmed" not in await page.title()


async def test_the_policy_forbids_what_the_pages_do_without(site: Site) -> None:
    page = await site.visit()
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">styled inline</p>')")
    await expect(page.get_by_text("styled inline")).not_to_have_css("color", "rgb(255, 0, 0)")
    assert any("Content Security Policy" in complaint for complaint in site.complaints)
    site.complaints.clear()
