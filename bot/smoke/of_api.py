"""Checks of the API: it is up, it shows duels, it takes no forgeries, and it lets no foreign page read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from bot.smoke.asking import Answer
from bot.smoke.finding import Check, Finding, State, Target, amiss, fine
from engine.sentences import joined, say

FOREIGN: Final = "https://foreign.invalid"
"""A page that is nobody's: https://www.rfc-editor.org/rfc/rfc6761#section-6.4."""
STALE_SECONDS: Final = 3600
_UNSIGNED: Final = 401
_NO_ROUTE: Final = 404
_LOG: Final = say("Read the function's log: it says why.")

Signed = Callable[[int], Mapping[str, str]]
"""A platform's headers for a request of that moment, signed by nobody."""


def health(target: Target) -> Finding:
    """Whether the API answers at all."""
    found = target.client.ask(f"{target.api}/health")
    told = found.json()
    if found.status == 200 and told.get("status") == "ok" and told.get("version"):
        return fine("health", say("version {version}", version=str(told["version"])))
    mend = say("Look whether the route GET /health leads to the function “web” and its variables are set.")
    return amiss("health", _status(found), mend)


def duels(target: Target) -> Finding:
    """Whether the table can be read; a private place says no to whoever has no token, before it reads anything."""
    found = target.client.ask(f"{target.api}/api/duels?limit=1")
    if found.status == 200 and isinstance(found.json().get("duels"), list):
        return fine("duels", say("everybody can watch"))
    if found.status == _UNSIGNED and found.json().get("error"):
        return fine("duels", say("private: a token is asked for"))
    if found.status == _NO_ROUTE and not target.site and "duels" not in target.wanted:
        return _absent("duels")
    return amiss("duels", _status(found), say("Let the function “web” read the table that ARENA_STORE names."))


def closed(target: Target) -> Finding:
    """Whether a browser can only watch."""
    asked = json.dumps({"text": "/arena help"}).encode()
    found = target.client.ask(f"{target.api}/api/commands", "POST", {"Content-Type": "application/json"}, asked)
    if found.status in (403, _NO_ROUTE, 405):
        return fine("closed", _status(found))
    return amiss(
        "closed", _status(found), say("Lead GET, HEAD and OPTIONS of /api to the function “web”, and nothing else.")
    )


def forged(target: Target, name: str, signed: Signed, body: bytes, key: str) -> Finding:
    """Whether a webhook refuses what its platform has not signed: wrongly, too old, and not at all."""
    now = int(target.now())
    attempts = [signed(now), signed(now - STALE_SECONDS), {}]
    answers = [
        target.client.ask(f"{target.api}/{name}", "POST", {"Content-Type": "application/json", **headers}, body)
        for headers in attempts
    ]
    statuses = [answer.status for answer in answers]
    if statuses == [_NO_ROUTE] * len(attempts) and name not in target.wanted:
        return _absent(name)
    seen = say(
        "forged {forged}, stale {stale}, unsigned {unsigned}",
        forged=statuses[0],
        stale=statuses[1],
        unsigned=statuses[2],
    )
    if statuses == [_UNSIGNED] * len(attempts):
        return fine(name, seen)
    if any(status < 300 for status in statuses):
        mend = say(
            "Take it offline: it does what anybody says. Deploy the function “{name}” as it is built.", name=name
        )
    elif statuses == [_NO_ROUTE] * len(attempts):
        mend = say("Add the route POST /{name} and the function “{name}”.", name=name)
    else:
        mend = joined([say("It must refuse with 401. Check {variable}.", variable=key), _LOG])
    return amiss(name, seen, mend)


def cors(target: Target) -> Finding:
    """Whether the site's pages may read the API, and no other page may."""
    url = f"{target.api}/api/session"
    preflight = {"Access-Control-Request-Method": "GET"}
    own, ours = (
        target.client.ask(url, headers={"Origin": target.origin}),
        target.client.ask(url, "OPTIONS", {"Origin": target.origin, **preflight}),
    )
    foreign = [
        target.client.ask(url, headers={"Origin": FOREIGN}),
        target.client.ask(url, "OPTIONS", {"Origin": FOREIGN, **preflight}),
    ]
    others = [one for one in map(_allowed, foreign) if one]
    if others:
        mend = say("No page but the site's may read it: let the function “web” answer CORS, and nothing before it.")
        return amiss("cors", say("{origin} is allowed too", origin=others[0]), mend)
    if [_allowed(own), _allowed(ours)] != [target.origin] * 2 or ours.status >= 300:
        named = _allowed(own) or _allowed(ours) or say("nobody")
        mend = say("Set ARENA_SITE_ORIGIN to {origin}, and lead OPTIONS to the function “web”.", origin=target.origin)
        return amiss("cors", say("{origin} is allowed", origin=named), mend)
    if "origin" not in own.headers.get("vary", "").lower():
        mend = say("Its answers differ by Origin and must say so: deploy the function “web” as it is built.")
        return amiss("cors", say("without Vary: Origin"), mend)
    return fine("cors", say("{origin} alone", origin=target.origin))


def _allowed(answer: Answer) -> str:
    return answer.headers.get("access-control-allow-origin", "")


def _status(answer: Answer) -> str:
    return say("status {status}", status=answer.status)


def _absent(name: str) -> Finding:
    return Finding(name, State.ABSENT, say("not deployed"))


def _by_discord(seconds: int) -> Mapping[str, str]:
    return {"X-Signature-Ed25519": "ab" * 64, "X-Signature-Timestamp": str(seconds)}


def _by_slack(seconds: int) -> Mapping[str, str]:
    return {"X-Slack-Signature": f"v0={'ab' * 32}", "X-Slack-Request-Timestamp": str(seconds)}


_PING: Final = json.dumps({"type": 1, "id": "1", "application_id": "1", "token": "t", "version": 1}).encode()
_HELLO: Final = json.dumps({"type": "url_verification", "challenge": "smoke"}).encode()

CHECKS: Final = (
    Check("health", health, settles=True),
    Check("duels", duels, settles=True),
    Check("closed", closed),
    Check("discord", partial(forged, name="discord", signed=_by_discord, body=_PING, key="DISCORD_PUBLIC_KEY")),
    Check("slack", partial(forged, name="slack", signed=_by_slack, body=_HELLO, key="SLACK_SIGNING_SECRET")),
    Check("cors", cors, of_site=True),
)
