"""Nothing but what a platform has signed gets through a webhook, and nothing that is sent makes it fail.

Each request is changed in one way; whoever holds no key can do no more. A guard test takes the check of the
signature away and sees the same mutations accepted.
"""

from __future__ import annotations

import base64
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from platform_payloads import pressed, slash, start
from support import share
from webhook_support import NOW, ApiEvent, Webhooks, discord_request, slack_request

from bot.buttons import encode
from bot.commands import Button
from lambda_interactions import discord, ed25519
from lambda_interactions.http_api import Request

Mutation = Callable[[ApiEvent, random.Random], None]
Webhook = Callable[[ApiEvent], dict[str, object]]

SIGNATURES = ("x-signature-ed25519", "x-slack-signature")
TIMESTAMPS = ("x-signature-timestamp", "x-slack-request-timestamp")


def _header(event: ApiEvent, names: tuple[str, ...]) -> str:
    return next(name for name in names if name in event["headers"])


def _body(event: ApiEvent) -> bytes:
    return base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()


def _with_body(event: ApiEvent, body: bytes) -> None:
    event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True


def _flip(text: str, chance: random.Random, alphabet: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice([one for one in alphabet if one != text[at]]) + text[at + 1 :]


def changed_body(event: ApiEvent, chance: random.Random) -> None:
    body = bytearray(_body(event))
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    _with_body(event, bytes(body))


def cut_or_grown_body(event: ApiEvent, chance: random.Random) -> None:
    body, at = _body(event), chance.randrange(len(_body(event)))
    _with_body(event, body[:at] if chance.random() < 0.5 else body[:at] + chance.randbytes(3) + body[at:])


def changed_signature(event: ApiEvent, chance: random.Random) -> None:
    name = _header(event, SIGNATURES)
    event["headers"][name] = _flip(event["headers"][name], chance, "0123456789abcdefABCDEFgv= ,")


def cut_or_grown_signature(event: ApiEvent, chance: random.Random) -> None:
    name = _header(event, SIGNATURES)
    signature = event["headers"][name]
    at = chance.randrange(len(signature))
    event["headers"][name] = chance.choice([signature[:at], signature[:at] + " " + signature[at:], signature * 2, ""])


def upper_signature(event: ApiEvent, chance: random.Random) -> None:
    name = _header(event, SIGNATURES)
    event["headers"][name] = event["headers"][name].upper()


def changed_timestamp(event: ApiEvent, chance: random.Random) -> None:
    name = _header(event, TIMESTAMPS)
    event["headers"][name] = _flip(event["headers"][name], chance, "0123456789 +-._,٣x")


def moved_bytes(event: ApiEvent, chance: random.Random) -> None:
    """The same bytes are signed, but some of the timestamp's are the body's now, or the other way round."""
    name, count = _header(event, TIMESTAMPS), chance.randint(1, 9)
    timestamp, body = event["headers"][name], _body(event)
    if chance.random() < 0.5:
        event["headers"][name] = timestamp[:-count]
        _with_body(event, timestamp[-count:].encode() + body)
    else:
        event["headers"][name] = timestamp + body[:count].decode("latin-1")
        _with_body(event, body[count:])


def twice(event: ApiEvent, chance: random.Random) -> None:
    """A header that is there twice: joined as API Gateway does, or in two cases."""
    name = _header(event, chance.choice([SIGNATURES, TIMESTAMPS]))
    value = event["headers"][name]
    other = chance.choice([value, "0", ""])
    if chance.random() < 0.5:
        event["headers"][name] = chance.choice([f"{value},{other}", f"{other},{value}", f"{value}, {other}"])
    else:
        event["headers"][name.title()] = other


def missing_header(event: ApiEvent, chance: random.Random) -> None:
    del event["headers"][_header(event, chance.choice([SIGNATURES, TIMESTAMPS]))]


def wrong_base64(event: ApiEvent, chance: random.Random) -> None:
    text = base64.b64encode(_body(event)).decode()
    at = chance.randrange(len(text))
    mutated = chance.choice(
        [text[:at], text[:at] + "\n" + text[at:], text[:at] + "é" + text[at:], text + "=", text + "AA"]
    )
    if chance.random() < 0.3:
        mutated = _flip(text, chance, "ABCxyz019+/=")
    event["body"], event["isBase64Encoded"] = (mutated, True) if mutated != text else (text, False)


def claimed_base64(event: ApiEvent, chance: random.Random) -> None:
    """The body as it is, said to be base64, or the other way round."""
    event["isBase64Encoded"] = not event["isBase64Encoded"]


MUTATIONS: tuple[Mutation, ...] = (
    changed_body,
    cut_or_grown_body,
    changed_signature,
    cut_or_grown_signature,
    upper_signature,
    changed_timestamp,
    moved_bytes,
    twice,
    missing_header,
    wrong_base64,
    claimed_base64,
)


def _discord(chance: random.Random) -> ApiEvent:
    # Spaces may pass from the body to the timestamp and leave both readable.
    body = " " * chance.choice([0, 9]) + json.dumps(start(id=str(chance.getrandbits(63))))
    return discord_request(body, at=NOW, encoded=chance.random() < 0.5)


def _slack(chance: random.Random) -> ApiEvent:
    button = encode(Button("Show", "duel", "show", {"duel": "1"}))
    body = chance.choice([slash("start chess me engine/novice", trigger_id=str(chance.random())), pressed(button)])
    return slack_request(body, at=NOW, encoded=chance.random() < 0.5)


PLATFORMS = {"discord": _discord, "slack": _slack}


def mutated(platform: str, times: int, seed: int) -> Iterator[tuple[Mutation, ApiEvent]]:
    """Requests that were good, each changed once; every mutation as often as any other."""
    chance = random.Random(seed)
    for number in range(times):
        event = PLATFORMS[platform](chance)
        mutation = MUTATIONS[number % len(MUTATIONS)]
        mutation(event, chance)
        yield mutation, event


def _statuses(webhooks: Webhooks, platform: str, times: int) -> Counter[tuple[str, object]]:
    webhook = webhooks.discord() if platform == "discord" else webhooks.slack()
    return Counter(
        (mutation.__name__, webhook.respond(event)["statusCode"])
        for mutation, event in mutated(platform, times, seed=4)
    )


@pytest.mark.torture
@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_mutated_request_gets_through(webhooks: Webhooks, platform: str) -> None:
    times = share(100_000, least=2_000)
    print(f"{times} mutated requests of {platform}")
    found = _statuses(webhooks, platform, times)
    assert {status for _, status in found} <= {400, 401}
    assert {name for name, _ in found} == {mutation.__name__ for mutation in MUTATIONS}
    assert webhooks.queue.events == []


def test_the_unchanged_requests_do_get_through(webhooks: Webhooks) -> None:
    chance = random.Random(4)
    for _ in range(20):
        assert webhooks.discord().respond(_discord(chance))["statusCode"] == 200
        assert webhooks.slack().respond(_slack(chance))["statusCode"] == 200


def _allowed(*_: object) -> bool:
    return True


def _first_header(request: Request, name: str) -> str:
    return request._headers.get(name, "").partition(",")[0]


def _lenient(body: str, *, encoded: bool) -> bytes:
    return base64.b64decode(body) if encoded else body.encode()


@pytest.mark.parametrize(
    ("platform", "guard", "removed", "through"),
    [
        ("discord", "lambda_interactions.ed25519.verified", _allowed, "changed_signature"),
        ("slack", "hmac.compare_digest", _allowed, "changed_body"),
        ("discord", "lambda_interactions.discord.fresh", _allowed, "moved_bytes"),
        ("slack", "lambda_interactions.slack.fresh", _allowed, ""),  # its signature holds the border by itself
        ("discord", "lambda_interactions.http_api.Request.header", _first_header, "twice"),
        ("slack", "lambda_interactions.http_api.Request.header", _first_header, "twice"),
        ("discord", "lambda_interactions.http_api._bytes", _lenient, "wrong_base64"),
        ("slack", "lambda_interactions.http_api._bytes", _lenient, "wrong_base64"),
    ],
)
def test_without_a_guard_mutations_get_through(
    webhooks: Webhooks, platform: str, guard: str, removed: object, through: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, removed)
    accepted = {name for name, status in _statuses(webhooks, platform, 2_000) if status == 200}
    assert through in accepted or not (through or accepted)


def test_moved_bytes_are_signed_all_the_same(webhooks: Webhooks) -> None:
    """What ten digits are demanded for: libsodium cannot tell where the timestamp ends."""
    event = discord_request(start())
    name = "x-signature-timestamp"
    signature = bytes.fromhex(event["headers"]["x-signature-ed25519"])
    moved = (event["headers"][name][:-1] + event["headers"][name][-1]).encode() + event["body"].encode()
    key = bytes.fromhex(webhooks.environment[discord.KEY])
    assert ed25519.verified(key, signature, moved)
    assert not ed25519.verified(key, signature, moved + b" ")
    assert not ed25519.verified(key, signature[:-1], moved)
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.verified(key[:-1], signature, moved)
