"""A rival: flask-discord-interactions as its documentation says, on Lambda by apig-wsgi.

Runs in an environment of its own (``benchmarks/rivals.sh flask``). Reads a line for each round, which is the file of
its signed requests, and answers with the seconds of processor time that they took. It reads a command's annotations,
so they must not be postponed. Usage: ``_rival_flask_discord.py PUBLIC_KEY``.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask
from flask_discord_interactions import DiscordInteractions, Message

app = Flask(__name__)
app.config["DISCORD_PUBLIC_KEY"] = sys.argv[1]
app.config["PROPAGATE_EXCEPTIONS"] = True
interactions = DiscordInteractions(app)
duel = interactions.command_group("duel", "Duels")


@duel.command()
def start(ctx: Any, game: str, first: str, second: str) -> Any:  # noqa: ARG001
    """Start a duel."""
    return Message(deferred=True, ephemeral=True)


interactions.set_route("/")
handler = make_lambda_handler(app)


def main() -> None:
    names = ("flask-discord-interactions", "flask", "apig-wsgi")
    print(", ".join(f"{name} {version(name)}" for name in names), flush=True)
    for line in sys.stdin:
        events = json.loads(Path(line.strip()).read_text("utf-8"))
        began = time.process_time()
        answers = [handler(event, None) for event in events]
        seconds = time.process_time() - began
        for answer in answers:
            assert answer["statusCode"] == 200, answer
            assert json.loads(answer["body"])["type"] == 5, answer
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
