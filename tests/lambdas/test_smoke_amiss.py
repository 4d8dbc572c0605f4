"""Everything that can be amiss with a deployment is found by ``arena smoke``, and by the check that is named for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from loopback_cloud import Asked, Told
from smoke_support import CSP, Deployed, body, header, on, script, status
from webhook_support import NOW

from bot import __version__
from lambda_interactions import discord, slack


@pytest.mark.parametrize(
    ("check", "spoilt", "shown"),
    [
        ("health", on("/health", status(500)), "status 500"),
        ("health", on("/health", body(b'{"status":"ok"}')), "status 200"),
        ("health", on("/health", body(b"<html>")), "status 200"),
        ("duels", on("/api/duels", status(500)), "status 500"),
        ("duels", on("/api/duels", status(404)), "status 404"),
        ("duels", on("/api/duels", lambda told: Told(401, [], b"")), "status 401"),
        ("closed", on("/api/commands", status(200)), "status 200"),
        ("closed", on("/api/commands", status(500)), "status 500"),
        ("discord", on("/discord", status(200)), "forged 200, stale 200, unsigned 200"),
        ("discord", on("/discord", status(400)), "forged 400, stale 400, unsigned 400"),
        ("discord", on("/discord", status(500)), "forged 500, stale 500, unsigned 500"),
        ("slack", on("/slack", status(200)), "forged 200, stale 200, unsigned 200"),
        ("slack", on("/slack", status(403)), "forged 403, stale 403, unsigned 403"),
        ("cors", on("/api/session", header(access_control_allow_origin="*")), "* is allowed too"),
        ("cors", on("/api/session", header(access_control_allow_origin=None)), "nobody is allowed"),
        ("cors", on("/api/session", header(access_control_allow_origin=None), "OPTIONS"), None),
        ("cors", on("/api/session", status(404), "OPTIONS"), None),
        ("cors", on("/api/session", header(vary="Accept-Language")), "without Vary: Origin"),
        (
            "api-headers",
            on("/health", header(x_content_type_options=None)),
            "not as they should be: x-content-type-options",
        ),
    ],
)
def test_what_is_amiss_with_the_api_is_found(
    here: Deployed, check: str, spoilt: Callable[[Asked, Told], Told], shown: str | None
) -> None:
    here.spoilt_api = spoilt
    found = here.amiss(check)
    assert list(found) == [check]
    assert shown is None or found[check] == shown


def reflected(asked: Asked, told: Told) -> Told:
    """The usual mistake: whoever asks is allowed."""
    return told.having(access_control_allow_origin=asked.headers.get("origin"))


def test_an_api_that_lets_everybody_read_is_found(here: Deployed) -> None:
    here.spoilt_api = reflected
    assert here.amiss("cors") == {"cors": "https://foreign.invalid is allowed too"}


@pytest.mark.parametrize("name", ["discord", "slack"])
@pytest.mark.parametrize("attempt", ["forged", "stale", "unsigned"])
def test_one_forgery_that_is_taken_is_enough(here: Deployed, name: str, attempt: str) -> None:
    def takes(asked: Asked, told: Told) -> Told:
        stamp = next((value for key, value in asked.headers.items() if key.endswith("timestamp")), "")
        kind = {"": "unsigned", str(NOW): "forged"}.get(stamp, "stale")
        return told._replace(status=200) if asked.path == f"/{name}" and kind == attempt else told

    here.spoilt_api = takes
    looked = here.look(name, patience=60)
    (found,) = looked.found
    assert f"{attempt} 200" in found.seen
    assert found.mend.startswith("Take it offline")
    assert here.slept == [], "that it refuses the next time would prove nothing"


@pytest.mark.parametrize(
    ("check", "spoilt", "shown"),
    [
        ("page", on("/", status(403)), "status 403, text/html"),
        ("page", on("/", header(content_type="application/xml")), "status 200, application/xml"),
        ("page", on("/", body(b"<p>Coming soon")), "status 200, text/html"),
        ("files", on("/", body(b"<p>Coming soon")), "the page names none"),
        (
            "files",
            on("/", body(b'<script src="https://cdn.example/x.js"></script>')),
            "https://cdn.example/x.js is elsewhere",
        ),
        ("files", on("/assets/*", status(404)), None),
        ("files", on("/assets/*", script), None),
        ("files", on("/logo.svg", header(content_type="text/html")), "/logo.svg: status 200, text/html"),
        ("headers", on("/", header(content_security_policy=None)), "not as they should be: content-security-policy"),
        ("headers", on("/", header(content_security_policy=f"{CSP}; style-src 'self' 'unsafe-inline'")), None),
        ("headers", on("/", header(content_security_policy="default-src *; frame-ancestors 'none'")), None),
        ("headers", on("/", header(content_security_policy="default-src 'self'")), None),
        ("headers", on("/", header(content_security_policy=f"{CSP}; script-src 'self' https://cdn.example")), None),
        ("headers", on("/", header(strict_transport_security="max-age=300")), None),
        ("headers", on("/", header(x_content_type_options=None)), "not as they should be: x-content-type-options"),
        ("headers", on("/", header(referrer_policy="unsafe-url")), "not as they should be: referrer-policy"),
        ("headers", on("/", header(cross_origin_opener_policy=None)), None),
        ("missing", on("/smoke-test-of-no-page", status(200)), "status 200, text/html"),
        (
            "missing",
            on("/smoke-test-of-no-page", header(content_type="application/xml")),
            "status 404, application/xml",
        ),
        (
            "behind",
            on("/api/session", lambda _: Told(200, [("content-type", "text/html")], b"")),
            "status 200, text/html",
        ),
        ("behind", on("/api/session", status(502)), "status 502, application/json"),
        ("behind", on("/api/session", body(b"{}")), "the query does not get through"),
        ("version", on("/version.json", body(b'{"version":"0.0.9"}')), f"site 0.0.9, API {__version__}"),
        ("version", on("/version.json", body(b"<html>")), f"site none, API {__version__}"),
    ],
)
def test_what_is_amiss_with_the_site_is_found(
    here: Deployed, check: str, spoilt: Callable[[Asked, Told], Told], shown: str | None
) -> None:
    here.spoilt_site = spoilt
    found = here.amiss(check)
    assert list(found) == [check]
    assert shown is None or found[check] == shown


@pytest.mark.parametrize(("name", "webhook"), [("discord", discord.Webhook), ("slack", slack.Webhook)])
def test_a_webhook_that_verifies_nothing_is_found(
    here: Deployed, name: str, webhook: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_verified", lambda *_: True)
    (found,) = here.look(name).found
    assert found.seen == "forged 200, stale 200, unsigned 200"
    assert found.mend.startswith("Take it offline")
