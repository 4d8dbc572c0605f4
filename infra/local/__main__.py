"""``python -m infra.local``: start everything, play a duel or serve real platforms, and end everything again."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from rich.console import Console

from engine.errors import ArenaError
from infra.functions import DISCORD, FUNCTIONS, NAME, ROUTES, SWEEPER
from infra.local import environment, ministack
from infra.local.deployment import ROOT, VENV, Deployment, cloud, deploy
from infra.local.front import PORT as FRONT_PORT
from infra.local.front import front
from infra.sam.template import TEMPLATE

EXIT_FAILED: Final = 2
EXIT_INTERRUPTED: Final = 130
LOG: Final = ROOT / "build" / "serverless.log"


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the duel came to its end, 2 with a sentence when something is missing, 130 after Ctrl-C."""
    arguments = parser().parse_args(argv)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        return asyncio.run(_run(arguments, os.environ, console))
    except KeyboardInterrupt:
        console.print("Everything has ended.")
        return EXIT_INTERRUPTED
    except ArenaError as error:
        sys.stderr.write(f"{error.text}\n")
        return EXIT_FAILED


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.local", description="The serverless arena on this machine.")
    way = made.add_mutually_exclusive_group()
    way.add_argument("--play", action="store_true", help="play one duel on a Discord of this machine, then end")
    way.add_argument("--serve", action="store_true", help="serve the platforms whose tokens are set, until Ctrl-C")
    made.add_argument("--game", default="chess", help="what is played (default: %(default)s)")
    made.add_argument("--first", default="engine/club", help="who begins (default: %(default)s)")
    made.add_argument("--second", default="engine/novice", help="against whom (default: %(default)s)")
    made.add_argument("--port", type=int, default=ministack.PORT, help="of the local AWS (default: %(default)s)")
    made.add_argument("--front", type=int, default=FRONT_PORT, help="where a tunnel leads (default: %(default)s)")
    made.add_argument("--venv", type=Path, default=VENV, help="where ministack is installed")
    return made


async def _run(arguments: argparse.Namespace, variables: Mapping[str, str], console: Console) -> int:
    # `kill` and a closed terminal end this as Ctrl-C does: by the blocks that end what they started.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(ending, signal.raise_signal, signal.SIGINT)
    if arguments.serve or not (arguments.play or not environment.has_tokens(variables)):
        return await _serve(arguments, variables, console)
    return await _play(arguments, variables, console)


async def _serve(arguments: argparse.Namespace, variables: Mapping[str, str], console: Console) -> int:
    webhooks = environment.served(variables)
    environment.check(variables, platforms=True)
    async with AsyncExitStack() as stack:
        functions = environment.passed_on(variables, platforms=True)
        deployed = await stack.enter_async_context(_deployed(arguments, functions, console))
        addresses = {webhook.name: deployed.webhook(webhook) for webhook in webhooks}
        address = await stack.enter_async_context(front(arguments.front, addresses))
        console.print(f"Lead a tunnel to {address} and to no other port, and give the platform its public address:")
        for name in addresses:
            console.print(f"  {name:<10} https://YOUR-TUNNEL/{name}")
        console.print("Ctrl-C ends everything.")
        await asyncio.Event().wait()
    return 0


async def _play(arguments: argparse.Namespace, variables: Mapping[str, str], console: Console) -> int:
    from infra.local.play import Asked, loopback, play
    from infra.local.play import variables as of_loopback

    environment.check(variables, platforms=False)
    asked = Asked(arguments.game, arguments.first, arguments.second)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(loopback())
        functions = {**environment.passed_on(variables, platforms=False), **of_loopback(discord)}
        deployed = await stack.enter_async_context(_deployed(arguments, functions, console))
        console.print(f"A Discord of this machine: {discord.state.api_url}")
        console.print(f"Ann types {asked.command}; Ctrl-C ends everything.\n")
        with console.status("The functions start …") as status:

            def show(text: str, seconds: float) -> None:
                console.print(f"{seconds:5.1f} s  " + text.replace("\n", "\n         ") + "\n")
                status.update(f"Playing since {seconds:.1f} s …")

            played = await play(discord, deployed.webhook(DISCORD), asked, show)
    console.print(
        f"The duel is over: acknowledged after {played.acknowledged_seconds:.2f} s, "
        f"{played.seconds:.1f} s from the webhook to the last board."
    )
    return 0


@asynccontextmanager
async def _deployed(
    arguments: argparse.Namespace, variables: Mapping[str, str], console: Console
) -> AsyncIterator[Deployment]:
    """Everything on the local AWS, and a line on each part of it."""
    python = ministack.interpreter(arguments.venv)
    LOG.parent.mkdir(exist_ok=True)
    began = time.monotonic()
    # These calls wait for another process: nothing else of ours has anything to do meanwhile.
    with ministack.serving(python, arguments.port, LOG) as address, cloud(address) as made:
        started = time.monotonic()
        deployed = deploy(made, variables)
        console.print(f"Local AWS    {address} (ministack, up after {started - began:.1f} s)")
        seconds = time.monotonic() - started
        console.print(
            f"Stack        {NAME} (CloudFormation, from {TEMPLATE.relative_to(ROOT)}, made in {seconds:.1f} s)"
        )
        console.print(f"Functions    {', '.join(one.full_name for one in FUNCTIONS)}; every minute {SWEEPER.full_name}")
        console.print(f"Queues       {', '.join(deployed.queues)}")
        console.print(f"Table        {deployed.table}")
        console.print(
            f"API          {deployed.api_url}: {', '.join(route for each in ROUTES.values() for route in each)}"
        )
        console.print(f"Log          {LOG}")
        yield deployed


if __name__ == "__main__":
    raise SystemExit(main())
