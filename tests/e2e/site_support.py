"""What the browser tests share: visitors of a running web channel, their commands, and players that wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, expect
from support import Line

from engine.arena import Arena
from engine.ports import Answer, MoveRequest, MoveSource

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

expect.set_options(timeout=10_000)


class Patient(Line):
    """Answers only when :attr:`may_answer` is set, so that a test can look at a side that thinks."""

    def __init__(self, *answers: str) -> None:
        super().__init__(*answers)
        self.may_answer = asyncio.Event()

    async def choose(self, request: MoveRequest) -> Answer:
        await self.may_answer.wait()
        return await super().choose(request)


@dataclass
class Site:
    """A running web channel and the browser that looks at it.

    ``players`` are the scripted ones and may be added to; ``complaints`` must stay empty.
    """

    url: str
    arena: Arena
    players: dict[str, MoveSource]
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    async def visit(self, path: str = "/", **settings: Any) -> Page:
        """A new browser profile (another member) on a page."""
        context = await self.browser.new_context(**{"viewport": LAPTOP, "locale": "en-US", **settings})
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)
        await page.goto(self.url + path)
        if path == "/":
            await expect(page.locator("#send")).to_be_enabled()
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)


async def command(page: Page, text: str) -> str:
    """Run a command as the page's member, past the composer, and let the page look at once; gives the duel's id."""
    reply = await page.evaluate(
        """async (text) => {
            const headers = { "Content-Type": "application/json" };
            const answer = await fetch("/api/commands", { method: "POST", headers, body: JSON.stringify({ text }) });
            dispatchEvent(new Event("online"));
            return answer.json();
        }""",
        text,
    )
    assert "error" not in reply, reply
    return str(reply["duel"])
