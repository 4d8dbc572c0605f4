"""Signed requests verified, parsed and routed by one process, in requests a second of processor time.

The contenders get the same requests in turns, each with an id of its own; the median of the rounds' ratios counts. They
end with an acknowledgement. A further row adds what ours does besides: the message for the queue, up to its call, and
the memory of its id. Usage: ``python benchmarks/webhook_routing.py [ROUNDS]``.
"""

from __future__ import annotations

import itertools
import json
import logging
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from nacl.signing import VerifyKey
from slack_bolt import App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "lambdas"))

from platform_payloads import slash, start  # noqa: E402
from webhook_support import PUBLIC_KEY, SLACK_SECRET, ApiEvent, discord_request, slack_request  # noqa: E402

from bot.sealing import sealing_key  # noqa: E402
from lambda_interactions import discord, slack  # noqa: E402
from lambda_interactions.commands_queue import CommandsQueue  # noqa: E402
from lambda_interactions.messages import Event  # noqa: E402
from lambda_interactions.signed_call import SignedCalls  # noqa: E402

REQUESTS: Final = 200
OF_PYNACL, OF_FLASK, OF_BOLT = 0.7, 12.0, 2.0
COMMAND: Final = "start tic_tac_toe engine/novice engine/random"

Round = Callable[[Sequence[ApiEvent]], float]
"""Seconds of processor time that the requests took."""


class _NoQueue:
    """Where nothing is put."""

    def put(self, _event: Event) -> None:
        """Taken."""


class _NoCall:
    """A call that is not made."""

    def call(self, _target: str, _content_type: str, _body: bytes) -> tuple[int, bytes]:
        """Accepted."""
        return 200, b"{}"


NOWHERE: Final = cast(CommandsQueue, _NoQueue())


def queue() -> CommandsQueue:
    """The queue up to its call."""
    url, key = "https://sqs.eu-central-1.amazonaws.com/0/commands", bytes.fromhex(sealing_key(bytes(32)))
    return CommandsQueue(cast(SignedCalls, _NoCall()), url, key, time.time)


def answering(respond: Callable[[ApiEvent], Any]) -> Round:
    """A round of a handler in this process; every answer must be 200."""

    def measure(events: Sequence[ApiEvent]) -> float:
        began = time.process_time()
        answers = [respond(event) for event in events]
        seconds = time.process_time() - began
        assert {answer["statusCode"] for answer in answers} == {200}
        return seconds

    return measure


def pynacl() -> Round:
    """Nothing but the verification, with the key made before."""
    key = VerifyKey(bytes.fromhex(PUBLIC_KEY))

    def measure(events: Sequence[ApiEvent]) -> float:
        began = time.process_time()
        for event in events:
            headers = event["headers"]
            signed = headers["x-signature-timestamp"].encode() + event["body"].encode()
            key.verify(signed, bytes.fromhex(headers["x-signature-ed25519"]))
        return time.process_time() - began

    return measure


def bolt() -> Callable[[ApiEvent], Any]:
    """slack-bolt behind its own Lambda adapter, with a listener that acknowledges."""
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0001", bot_user_id="U0", bot_id="B0", bot_token="-")  # noqa: S106

    app = App(signing_secret=SLACK_SECRET, authorize=authorize, process_before_response=True)
    app.command("/duel")(lambda ack: ack())
    handler = SlackRequestHandler(app)
    context = SimpleNamespace(function_name="webhook", invoked_function_arn="arn:aws:lambda:x:0:function:webhook")
    return lambda event: handler.handle(event, context)


@contextmanager
def flask() -> Iterator[Round]:
    """flask-discord-interactions in its own environment."""
    subprocess.run([ROOT / "benchmarks" / "rivals.sh", "flask"], check=True)
    python = ROOT / ".venv-rivals-flask" / "bin" / "python"
    command = [str(python), str(ROOT / "benchmarks" / "_rival_flask_discord.py"), PUBLIC_KEY]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdin
        assert process.stdout
        print(process.stdout.readline(), end="")
        file = Path(folder, "requests.json")

        def measure(events: Sequence[ApiEvent]) -> float:
            file.write_text(json.dumps(events), "utf-8")
            print(file, file=process.stdin, flush=True)
            return float(process.stdout.readline())  # type: ignore[union-attr]

        try:
            yield measure
        finally:
            process.stdin.close()


def measured(contenders: dict[str, Round], request: Callable[[int], ApiEvent], rounds: int) -> dict[str, list[float]]:
    """Requests a second, by contender and round; the first round, which warms up, is left out."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    numbers = itertools.count()
    for turn in range(rounds + 1):
        events = [request(next(numbers)) for _ in range(REQUESTS)]
        for name, measure in contenders.items():
            seconds = measure(events)
            if turn:
                found[name].append(REQUESTS / seconds)
    return found


def report(title: str, found: dict[str, list[float]], bars: dict[str, float]) -> None:
    """Medians, and how often the first is each."""
    base = next(iter(found.values()))
    print(f"\n{title:<34}{'median/s':>10}{'least':>10}{'most':>10}{'we are':>9}{'bar':>7}")
    for name, values in found.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(base, values, strict=True))
        figures = "".join(f"{value:>10,.0f}" for value in (statistics.median(values), min(values), max(values)))
        print(f"{name:<34}{figures}{ratio:>7.2f} x{bars.get(name, ''):>7}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(
        f"Python {platform.python_version()}, PyNaCl {version('pynacl')}, slack-bolt {version('slack-bolt')}, ", end=""
    )
    key = bytes.fromhex(PUBLIC_KEY)
    with flask() as rival:
        found = measured(
            {
                "Discord's webhook": answering(discord.Webhook(key, "", NOWHERE, time.time).respond),
                "  and its message for the queue": answering(discord.Webhook(key, "", queue(), time.time).respond),
                "PyNaCl, verification alone": pynacl(),
                "flask-discord-interactions": rival,
            },
            lambda number: discord_request(start(id=str(number)), at=time.time()),
            rounds,
        )
    report("Discord", found, {"PyNaCl, verification alone": OF_PYNACL, "flask-discord-interactions": OF_FLASK})
    found = measured(
        {
            "Slack's webhook": answering(slack.Webhook(SLACK_SECRET, NOWHERE, time.time).respond),
            "  and its message for the queue": answering(slack.Webhook(SLACK_SECRET, queue(), time.time).respond),
            "slack-bolt's Lambda handler": answering(bolt()),
        },
        lambda number: slack_request(slash(COMMAND, trigger_id=f"{number}.1"), at=time.time()),
        rounds,
    )
    report("Slack", found, {"slack-bolt's Lambda handler": OF_BOLT})


if __name__ == "__main__":
    main()
