"""A good request is carried out once: by this process's memory, and across processes by the worker's record."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from nacl.signing import SigningKey
from platform_payloads import APPLICATION, slash, start
from support import arena_over, share
from webhook_support import NOW, ApiEvent, Webhooks, api_event, discord_request, slack_request

from engine.arena.once import Turn


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


@pytest.mark.torture
def test_no_replay_is_queued_twice_by_one_process(webhooks: Webhooks) -> None:
    times = share(10_000, least=1_000)
    print(f"{times} replays")
    webhooks.more = {"DISCORD_APPLICATION_ID": APPLICATION}
    respond = {"discord": webhooks.discord().respond, "slack": webhooks.slack().respond}
    for seconds, platform, event in _attempts(random.Random(7), times):
        webhooks.clock.seconds = seconds
        answer = respond[platform](event)
        assert answer["statusCode"] == (200 if event_is_good(event, seconds) else answer["statusCode"])
        assert answer["statusCode"] < 500
        if abs(seconds - NOW) > 300:
            assert answer["statusCode"] == 401
    queued = Counter((event.platform, event.id) for event in webhooks.queue.events)
    assert len(queued) > times // 100
    assert set(queued.values()) == {1}
    assert not any(name.startswith("f") for _, name in queued)


def event_is_good(event: ApiEvent, seconds: float) -> bool:
    return abs(seconds - NOW) <= 300 and '"id": "f' not in event["body"]


def test_without_its_memory_a_process_queues_replays(webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_interactions.commands_queue.KEPT_SECONDS", -1)
    webhook = webhooks.discord()
    for _ in range(2):
        webhook.respond(discord_request(start()))
    assert len(webhooks.queue.events) == 2


async def test_across_processes_the_record_of_requests_decides(webhooks: Webhooks) -> None:
    for _ in range(3):  # three processes, none of which knows of the others
        webhooks.discord().respond(discord_request(start()))
        webhooks.slack().respond(slack_request(slash("start chess me me")))
    assert len(webhooks.queue.events) == 6
    carried_out: Counter[str] = Counter()
    async with arena_over() as arena:
        for event in webhooks.queue.events:
            async with arena.once.carrying_out(event.platform, event.id) as turn:
                carried_out[event.platform] += turn is Turn.OURS
    assert carried_out == {"discord": 1, "slack": 1}
