"""A good request is carried out once: by this process's memory, and across processes by the worker's record."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable

import pytest
from nacl.signing import SigningKey
from platform_payloads import APPLICATION, slash, start
from support import arena_over, share
from webhook_support import NOW, ApiEvent, Webhooks, api_event, discord_request, slack_request

from engine.arena import Arena
from engine.arena.once import Turn
from lambda_interactions.messages import Event


def _foreign(body: str) -> ApiEvent:
    """Another application's request, signed by its key."""
    signature = SigningKey(b"\x08" * 32).sign(f"{NOW}{body}".encode()).signature.hex()
    return api_event(body.encode(), {"x-signature-ed25519": signature, "x-signature-timestamp": str(NOW)})


def _attempts(chance: random.Random, times: int) -> list[tuple[float, str, ApiEvent]]:
    """Few requests, each sent often: at once, minutes late, from the future; and other applications' own."""
    attempts: list[tuple[float, str, ApiEvent]] = []
    for _ in range(times):
        name = str(chance.randrange(times // 50))
        at = NOW + chance.choice([0, 0, 1, 299, 301, 3_600])
        match chance.randrange(4):
            case 0 | 1:
                attempts.append((at, "discord", discord_request(start(id=name), at=NOW)))
            case 2:
                attempts.append((at, "slack", slack_request(slash("start chess me me", trigger_id=name), at=NOW)))
            case _:
                foreign = [
                    discord_request(start(id=f"f{name}", application_id="9")),
                    _foreign(json.dumps(start(id=f"f{name}"))),
                ]
                attempts.append((NOW, "discord", chance.choice(foreign)))
    # Time goes on; what is signed at NOW is sent again and again.
    return sorted(attempts, key=lambda attempt: attempt[0])


def _wrongs(webhooks: Webhooks, times: int) -> Counter[str]:
    """What must not happen, counted over so many attempts."""
    webhooks.more = {"DISCORD_APPLICATION_ID": APPLICATION}
    respond = {"discord": webhooks.discord().respond, "slack": webhooks.slack().respond}
    wrong: Counter[str] = Counter()
    for seconds, platform, event in _attempts(random.Random(7), times):
        webhooks.clock.seconds = seconds
        status, late = respond[platform](event)["statusCode"], abs(seconds - NOW) > 300
        wrong["failed"] += status >= 500
        wrong["accepted out of time"] += late and status != 401
        wrong["refused though good"] += not late and '"id": "f' not in event["body"] and status != 200
    queued = Counter((event.platform, event.id) for event in webhooks.queue.events)
    assert len(queued) > times // 100
    wrong["queued twice"] = sum(count > 1 for count in queued.values())
    wrong["another application's"] = sum(name.startswith("f") for _, name in queued)
    return +wrong


@pytest.mark.torture
def test_no_replay_is_queued_twice_by_one_process(webhooks: Webhooks) -> None:
    times = share(10_000, least=1_000)
    print(f"{times} replays")
    assert _wrongs(webhooks, times) == {}


@pytest.mark.parametrize(
    ("guard", "removed", "wrong"),
    [
        ("lambda_interactions.commands_queue.KEPT_SECONDS", -1, "queued twice"),
        ("lambda_interactions.discord.fresh", lambda *_: True, "accepted out of time"),
        ("lambda_interactions.slack.fresh", lambda *_: True, "accepted out of time"),
        ("lambda_interactions.discord.APPLICATION", "UNSET", "another application's"),
    ],
)
def test_without_a_guard_replays_get_through(
    webhooks: Webhooks, guard: str, removed: object, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, removed)
    assert wrong in _wrongs(webhooks, 1_000)


async def test_across_processes_the_record_of_requests_decides(webhooks: Webhooks) -> None:
    for _ in range(3):  # three processes, none of which knows of the others
        webhooks.discord().respond(discord_request(start()))
        webhooks.slack().respond(slack_request(slash("start chess me me")))
    assert len(webhooks.queue.events) == 6
    async with arena_over() as arena:
        assert await _carried_out(arena, webhooks.queue.events) == {"discord": 1, "slack": 1}
        # Were each its own request, as without the record, all would be carried out.
        apart = [event._replace(id=f"{event.id} {number}") for number, event in enumerate(webhooks.queue.events)]
        assert await _carried_out(arena, apart) == {"discord": 3, "slack": 3}


async def _carried_out(arena: Arena, events: Iterable[Event]) -> Counter[str]:
    done: Counter[str] = Counter()
    for event in events:
        async with arena.once.carrying_out(event.platform, event.id) as turn:
            done[event.platform] += turn is Turn.OURS
    return done
