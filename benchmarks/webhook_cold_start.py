"""A webhook's cold start under ``awslambdaric``: from spawn to the answer of a signed command that a queue has taken.

Each process is new, its package ships with bytecode, and the contenders take turns in one run. The rivals get a package
of just what they need. Beside the time that passed stands the processor's, which other work on the machine hardly
changes. Usage: ``python benchmarks/webhook_cold_start.py [ROUNDS]``.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "lambdas"), str(ROOT / "benchmarks")]

from _lambda_package import packaged  # noqa: E402
from platform_payloads import slash, start  # noqa: E402
from runtime_api import RuntimeApi, function, runtime_api  # noqa: E402
from webhook_support import ApiEvent, Queue, Webhooks, discord_request, queue, slack_request  # noqa: E402

RUNTIME = ("awslambdaric", "snapshot-restore-py", "simplejson")
NACL = ("pynacl", "cffi", "pycparser")
# Its adapter imports boto3 whatever is used of it.
BOLT = ("slack-bolt", "slack-sdk", "boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
OURS = tuple(ROOT / name for name in ("engine", "bot", "lambda_interactions"))
RIVALS = ROOT / "benchmarks"
MILLISECONDS = 120
OF_BOLT, OF_PYNACL = 0.4, 1.5


@dataclass(frozen=True)
class Contender:
    """A function, what its package holds, and the request it is asked to answer."""

    name: str
    handler: str
    needs: tuple[str, ...]
    own: tuple[Path, ...]
    request: Callable[[float], ApiEvent]


def _discord(now: float) -> ApiEvent:
    return discord_request(start(), at=now)


def _slack(now: float) -> ApiEvent:
    return slack_request(slash("start chess local/smollm2 engine/novice"), at=now)


CONTENDERS = (
    Contender("Discord's webhook", "lambda_interactions.discord.handler", NACL, OURS, _discord),
    Contender("Slack's webhook", "lambda_interactions.slack.handler", NACL, OURS, _slack),
    Contender(
        "slack-bolt's Lambda handler",
        "_rival_slack_bolt.handler",
        (*BOLT, *NACL),
        (*OURS, RIVALS / "_rival_slack_bolt.py"),
        _slack,
    ),
    Contender("PyNaCl, standard library", "_rival_pynacl.handler", NACL, (RIVALS / "_rival_pynacl.py",), _discord),
)


def cold_start(contender: Contender, package: Path, api: RuntimeApi, stub: Queue) -> tuple[float, float]:
    """Milliseconds of one, and of processor time. The event waits when the process asks for it, as it does on AWS."""
    stub.requests.clear()
    before = _processor_ms()
    api.events.put(contender.request(time.time()))
    began = time.perf_counter()
    python = (getattr(sys, "_base_executable", sys.executable), "-S")
    with function(api, contender.handler, [package], Webhooks(stub).environment, python):
        moment, answer = api.answered()
        assert answer["statusCode"] == 200, answer
        assert len(stub.requests) == 1, contender
    return (moment - began) * 1000, _processor_ms() - before


def _processor_ms() -> float:
    """Of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder, queue() as stub:
        print(f"Python {platform.python_version()}, {rounds} cold starts each, in turns\n")
        packages = {one: Path(folder, str(index)) for index, one in enumerate(CONTENDERS)}
        sizes = {one: packaged(path, (*RUNTIME, *one.needs), one.own) for one, path in packages.items()}
        taken: dict[Contender, list[tuple[float, float]]] = {one: [] for one in CONTENDERS}
        for turn in range(rounds + 1):
            for one, path in packages.items():
                with runtime_api() as api:
                    found = cold_start(one, path, api, stub)
                if turn:  # the first reads the files from the disk
                    taken[one].append(found)
    report(taken, sizes)


def report(taken: dict[Contender, list[tuple[float, float]]], sizes: dict[Contender, int]) -> None:
    """Medians and least, and the ratios that there is a bar for."""
    print(f"{'':<30}{'median ms':>11}{'least ms':>11}{'processor ms':>14}{'package MB':>12}")
    for one, found in taken.items():
        passed, processor = zip(*found, strict=True)
        figures = f"{statistics.median(passed):>11.1f}{min(passed):>11.1f}{statistics.median(processor):>14.1f}"
        print(f"{one.name:<30}{figures}{sizes[one] / 1e6:>12.1f}")
    ours, _, bolt, pynacl = (tuple(map(statistics.median, zip(*found, strict=True))) for found in taken.values())
    print(f"\nDiscord's webhook: {ours[0]:.0f} ms (bar: {MILLISECONDS}); behind the semicolon, the processor's")
    for name, theirs, bar in (("slack-bolt's handler", bolt, OF_BOLT), ("PyNaCl alone", pynacl, OF_PYNACL)):
        print(f"  {ours[0] / theirs[0]:.2f} times {name} (bar: {bar}); {ours[1] / theirs[1]:.2f} times")


if __name__ == "__main__":
    main()
