"""The site as it is published, before the function that only shows duels: what a browser sees there, and asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from local_aws import LocalAws
from loopback_cloud import api_gateway, cloudfront, serving
from playwright.async_api import Browser, Page, Request, expect
from site_support import LAPTOP, PHONE
from watching_support import DIGEST, TOKEN, Watched, watched

from infra.functions import ROUTES, WEB
from infra.site.contents import files, manifest

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="session")]

ENGLISH = "Here you can watch. To play, type /duel in your server."
GERMAN = "Hier kannst du zusehen. Zum Spielen gib auf deinem Server /duel ein."


@dataclass
class Place:
    """A published site, and what browsers there asked for and complained of."""

    url: str
    seen: Watched
    browser: Browser
    asked: list[Request] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def visit(self, path: str = "/", **settings: Any) -> Page:
        context = await self.browser.new_context(**{"viewport": LAPTOP, "locale": "en-US", **settings})
        page = await context.new_page()
        page.on("request", lambda request: self.asked.append(request))
        page.on("response", lambda response: self.told.append((urlsplit(response.url).path, response.status)))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Security Policy" in said.text else None)
        await page.goto(self.url + path)
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen(local_aws: LocalAws) -> AsyncIterator[Watched]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local_aws.environment.items():
            patch.setenv(name, value)
        async with watched(local_aws) as made:
            yield made


async def placed(seen: Watched, chromium: Browser, **variables: str) -> AsyncIterator[Place]:
    web = seen.web(**variables)
    published = files()
    told = manifest(published)
    api = api_gateway(dict.fromkeys(ROUTES[WEB], web.respond))
    with serving(cloudfront(published, told["headers"], told["not_found"], api)) as url:
        place = Place(url, seen, chromium)
        yield place
        for context in chromium.contexts:
            await context.close()
    await asyncio.to_thread(web.close)
    assert place.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def place(seen: Watched, chromium: Browser) -> AsyncIterator[Place]:
    async for made in placed(seen, chromium):
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def private(seen: Watched, chromium: Browser) -> AsyncIterator[Place]:
    async for made in placed(seen, chromium, ARENA_WEB_TOKEN_SHA256=DIGEST):
        yield made


@pytest.mark.parametrize(("locale", "sentence"), [("en-US", ENGLISH), ("de-DE", GERMAN)])
async def test_a_page_says_that_here_one_watches_and_offers_nothing_else(
    place: Place, locale: str, sentence: str
) -> None:
    page = await place.visit(locale=locale)
    await expect(page.locator("#watching")).to_have_text(sentence)
    await expect(page.locator(".duel")).to_have_count(5)
    for hidden in ("#command", "#send", "#new-duel-open", "#games", ".member", "#challenges", ".skip", "#hint"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.get_by_text("Ann").first).to_be_visible()
    assert await page.get_by_text(place.seen.gone.name).count() == 0
    await page.locator(".compact-actions button").first.click()
    await expect(page.locator(".duel .result").first).to_be_visible()
    again = "Rematch" if locale == "en-US" else "Revanche"
    await expect(page.get_by_role("button", name=again)).to_have_count(0)
    offered = [await button.inner_text() for button in await page.locator("button:visible").all()]
    assert not {"Predict", "Cancel duel", "Resign", "Send"} & set(offered)
    assert {request.method for request in place.asked} == {"GET"}


async def test_a_duel_goes_on_before_the_watcher_s_eyes(place: Place) -> None:
    page, arena, duel = await place.visit(), place.seen.arena, place.seen.live
    moves = page.locator(f'[data-duel="{duel}"] .moves')
    before = await moves.inner_text()
    state = (await arena.watching.watch(duel)).state
    (move, *_) = state.game.legal_moves(state.position, "first")
    await arena.duels.move(duel, place.seen.ann.id, str(move), "browser")
    await page.evaluate('dispatchEvent(new Event("online"))')
    await expect(moves).not_to_have_text(before)


async def test_a_page_that_watches_asks_seldom(place: Place) -> None:
    """Each question costs the host: one in three seconds while a duel is played, where who plays asks four times."""
    page = await place.visit("/some/where")
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("Date.now()") + 60_000)  # no time passes but what is said below
    await page.goto(place.url)
    await expect(page.locator("[data-duel] .moves")).not_to_have_count(0)

    async def lists() -> int:
        """After another request, behind which none can be late."""
        async with page.expect_request("**/api/session"):
            await page.evaluate("fetch('/api/session')")
        return sum("/api/duels?" in request.url for request in place.asked)

    before = await lists()
    await page.clock.run_for(2000)
    assert await lists() == before
    async with page.expect_request("**/api/duels?*"):
        await page.clock.run_for(4000)


async def test_a_replay_is_there_and_all_that_pages_ask_for_is_published(place: Place) -> None:
    published = {f"/{file.path}" for file in files()} | {"/"}
    page = await place.visit()
    await expect(page.locator(".duel")).to_have_count(5)
    await page.goto(f"{place.url}/replay.html?duel={place.seen.over}")
    await expect(page.locator(".replay-result")).not_to_be_empty()
    await page.locator("#go-start").click()
    await expect(page.locator("#board")).to_be_visible()
    await page.goto(f"{place.url}/replay.html?duel={place.seen.hidden}")
    await expect(page.locator("#replay")).to_be_visible()
    paths = {path for path, _ in place.told if not path.startswith("/api/")}
    assert len(paths) > 40
    assert paths <= published
    assert {status for _, status in place.told} <= {200, 304}


async def test_an_address_that_leads_nowhere_says_so(place: Place) -> None:
    page = await place.visit("/some/where")
    await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    await page.locator("a.button").click()
    await expect(page.locator("#watching")).to_have_text(ENGLISH)


async def test_a_private_place_opens_by_its_link(private: Place) -> None:
    page = await private.visit()
    await expect(page.locator("#connection")).to_have_text(
        "This arena is private. Open it with the link that its host has given to your server."
    )
    asked = len(private.asked)
    await page.goto(f"{private.url}/api/enter?token={TOKEN}")
    await expect(page.locator(".duel")).to_have_count(5)
    assert page.url == f"{private.url}/"
    assert len(private.asked) > asked
    cookie = next(one for one in await page.context.cookies() if one["name"] == "arena_token")
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Lax")
    assert TOKEN not in await page.evaluate("document.cookie")


async def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(place: Place) -> None:
    page = await place.visit(viewport=PHONE)
    await expect(page.locator(".duel")).to_have_count(5)
    looked: Any = await Axe().run(page)
    serious = [one["id"] for one in looked.response["violations"] if one["impact"] in {"serious", "critical"}]
    assert serious == []
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
