"""Draw what the bot posts, for the README: real duels on the platforms of this machine's loopback, message by message.

The frames around the messages are ours, not Discord's own. Usage: ``python tools/message_pictures.py FOLDER``; needs
Debian's chromium and stockfish.
"""

from __future__ import annotations

import asyncio
import base64
import html
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests")]

from loopback_discord.server import LoopbackDiscord  # noqa: E402
from loopback_discord.world import Channel, Message  # noqa: E402
from playwright.async_api import async_playwright  # noqa: E402

from bot.chat import Chat  # noqa: E402
from bot.hub import Hub  # noqa: E402
from bot.on_discord.register import registration  # noqa: E402
from bot.settings import read  # noqa: E402
from bot.wiring import embedded  # noqa: E402

PLY = 14
WIDTH = 560
STYLE = """
body { margin: 0; padding: 20px; width: 520px; background: #fff; color: #1d1d22;
  font: 15px/1.4 "DejaVu Sans", sans-serif }
.who { font-weight: bold }
.who span { background: #4752c4; color: #fff; border-radius: 4px; padding: 0 5px; font-size: 11px }
.card { border-left: 4px solid #4752c4; background: #f3f3f6; border-radius: 4px; padding: 12px 14px; margin: 6px 0 }
.card h2 { font-size: 16px; margin: 0 0 4px }
.card p { margin: 0; white-space: pre-line }
img { width: 320px; margin-top: 10px }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px }
.button { background: #e3e5e8; border-radius: 4px; padding: 6px 14px; font-size: 14px }
.primary { background: #4752c4; color: #fff }
.success { background: #1a7f45; color: #fff }
.danger { background: #c5303a; color: #fff }
.file { border: 1px solid #ccc; border-radius: 4px; padding: 6px 10px; display: inline-block; margin-top: 8px }
"""
_STYLES = {1: "primary", 2: "", 3: "success", 4: "danger"}
_COUNTDOWN = re.compile(r"<t:\d+:R>")


def page(messages: Sequence[Message]) -> str:
    """The messages as a page, one below the other."""
    return f"<meta charset=utf-8><style>{STYLE}</style>" + "".join(map(drawn, messages))


def drawn(message: Message) -> str:
    """One message: its text, its embeds with the board, its buttons and files."""
    parts = ['<div class="who">Duel Arena <span>APP</span></div>']
    if message.content:
        parts.append(f"<div style='white-space:pre-line'>{shown(message.content)}</div>")
    for embed in message.embeds:
        title = f"<h2>{shown(embed['title'])}</h2>" if embed.get("title") else ""
        picture = ""
        if embed.get("image"):
            data = base64.b64encode(message.files["board.png"]).decode()
            picture = f'<img src="data:image/png;base64,{data}">'
        parts.append(f'<div class="card">{title}<p>{shown(embed.get("description", ""))}</p>{picture}</div>')
    names = sorted(message.files.keys() - {"board.png"})
    parts += [f'<div class="file">{html.escape(name)}</div>' for name in names]
    for row in message.components:
        buttons = "".join(
            f'<span class="button {_STYLES[button["style"]]}">{html.escape(button["label"])}</span>'
            for button in row["components"]
        )
        parts.append(f'<div class="row">{buttons}</div>')
    return "".join(parts)


def shown(text: str) -> str:
    """Discord's markdown as far as the bot writes it: escapes, bold, the countdown, a mention."""
    plain = _COUNTDOWN.sub("in 24 hours", text)
    plain = re.sub(r"<@\d+>", "@Bob", plain)
    bold = re.sub(r"(?<!\\\\)\*\*(.+?)(?<!\\\\)\*\*", "\x01\\1\x02", plain)
    bare = html.escape(re.sub(r"\\([^\w\s])", r"\1", bold))
    return bare.replace("\x01", "<b>").replace("\x02", "</b>")


async def pictures(folder: Path) -> None:
    """Play the duels and write a PNG for each."""
    with tempfile.TemporaryDirectory() as data:
        async with LoopbackDiscord() as discord:
            discord.register(registration())
            guild = discord.guild()
            state = discord.state
            settings = read(
                {
                    "ARENA_DATA_DIR": data,
                    "DISCORD_BOT_TOKEN": state.token,
                    "DISCORD_API_URL": state.api_url,
                    "DISCORD_GATEWAY_URL": state.gateway_url,
                    "PATH": "/usr/games:/usr/bin",
                }
            )
            hub = Hub()
            async with embedded(settings, hub) as arena:
                chat = Chat(settings, arena)
                hub.add(chat.announcing)
                tasks = [asyncio.create_task(arena.turns.work()), asyncio.create_task(chat.run("discord"))]
                await chat.tried()
                drawings = {
                    "discord-chess": await watched(discord, guild.channel("chess")),
                    "discord-buttons": await played(discord, guild.channel("buttons")),
                    "discord-end": await ended(discord, guild.channel("end")),
                }
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await chat.announcing.close()
    await draw(drawings, folder)


async def watched(discord: LoopbackDiscord, channel: Channel) -> str:
    """A model against an engine, some plies in."""
    (guild,) = discord.world.guilds.values()
    await discord.command(
        guild.member("Ann"), channel, "duel start", game="chess", first="local/smollm2", second="engine/stockfish"
    )
    message = await channel.wait_for(
        lambda one: f"turn {PLY}" in one.seen or bool(one.files.keys() - {"board.png"}), 120
    )
    return page([message])


async def played(discord: LoopbackDiscord, channel: Channel) -> str:
    """A person's turn at Tic-Tac-Toe."""
    (guild,) = discord.world.guilds.values()
    ann = guild.member("Ann")
    await discord.command(ann, channel, "duel start", game="tic_tac_toe", first="me", second="engine/perfect")
    message = await channel.wait_for(lambda one: len(one.buttons) > 5)
    await discord.press(ann, message, message.buttons[0])
    return page([await channel.wait_for(lambda one: "turn 2" in one.seen)])


async def ended(discord: LoopbackDiscord, channel: Channel) -> str:
    """The end of a race."""
    (guild,) = discord.world.guilds.values()
    await discord.command(
        guild.member("Ann"), channel, "duel start", game="racing", first="engine/expert", second="engine/novice"
    )
    return page([await channel.wait_for(lambda one: any(button.label == "Rematch" for button in one.buttons), 60)])


async def draw(drawings: dict[str, str], folder: Path) -> None:
    """Write each page as a picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        for name, content in drawings.items():
            view = await browser.new_page(viewport={"width": WIDTH, "height": 200})
            await view.set_content(content)
            await view.screenshot(path=folder / f"{name}.png", full_page=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(pictures(Path(sys.argv[1])))
