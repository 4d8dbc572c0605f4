"""``arena smoke`` against real handlers and the site as it is published, and against everything that can be amiss."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from local_aws import LocalAws
from loopback_cloud import Answers, Asked, Told, api_gateway, cloudfront, serving
from watching_support import Watched, watched
from webhook_support import NOW, Queue, Webhooks

from bot import __version__, cli, deployed
from bot.smoke import looking
from bot.smoke.finding import State
from bot.smoke.looking import Looked, Timing, look
from engine.errors import BadOption
from infra.functions import DISCORD, ROUTES, SLACK, WEB
from infra.site.contents import files, manifest

DIGEST = "0" * 64


@dataclass
class Deployed:
    """An API and a site; what a test puts before them spoils their answers."""

    seen: Watched
    webhooks: Webhooks
    api_answers: Answers
    site_answers: Answers
    spoilt_api: Callable[[Asked, Told], Told] = lambda _asked, told: told
    spoilt_site: Callable[[Asked, Told], Told] = lambda _asked, told: told
    api: str = ""
    site: str = ""
    slept: list[float] = field(default_factory=list)

    def through_api(self, asked: Asked) -> Told:
        return self.spoilt_api(asked, self.api_answers(asked))

    def through_site(self, asked: Asked) -> Told:
        return self.spoilt_site(asked, self.site_answers(asked))

    def look(self, *only: str, site: bool = True, patience: float = 0.0) -> Looked:
        timing = Timing(lambda: sum(self.slept), lambda: NOW, self.slept.append)
        address = self.site if site else ""
        return look(self.api, address, only, patience_seconds=patience, timeout_seconds=5.0, timing=timing)

    def amiss(self, *only: str) -> dict[str, str]:
        """What was found wrong: check, and what was seen."""
        return {one.check: one.seen for one in self.look(*only).found if one.state is State.FAILED}


@pytest.fixture(scope="module")
def seen(local_aws: LocalAws) -> Iterator[Watched]:
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        for name, value in local_aws.environment.items():
            patch.setenv(name, value)
        making = watched(local_aws)
        yield runner.run(making.__aenter__())
        runner.run(making.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def cloud(seen: Watched, one_queue: Queue) -> Iterator[Deployed]:
    with ExitStack() as stack:
        webhooks = Webhooks(one_queue)
        stack.callback(webhooks.close)
        made = Deployed(seen, webhooks, _unborn, _unborn)
        made.site = stack.enter_context(serving(made.through_site))
        made.api = stack.enter_context(serving(made.through_api))
        web = seen.web(ARENA_SITE_ORIGIN=made.site)
        stack.callback(web.close)
        handlers = {DISCORD: webhooks.discord().respond, SLACK: webhooks.slack().respond, WEB: web.respond}
        routes = {route: handlers[function] for function, paths in ROUTES.items() for route in paths}
        published = files()
        told = manifest(published)
        made.api_answers = api_gateway(routes)
        made.site_answers = cloudfront(published, told["headers"], told["not_found"], made.api_answers)
        yield made


def _unborn(asked: Asked) -> Told:
    raise AssertionError(asked)


@pytest.fixture
def here(cloud: Deployed, one_queue: Queue) -> Iterator[Deployed]:
    one_queue.requests.clear()
    cloud.slept.clear()
    yield cloud
    cloud.spoilt_api = cloud.spoilt_site = lambda _asked, told: told
    assert one_queue.requests == [], "a forgery came to the queue"


def test_all_is_well(here: Deployed) -> None:
    looked = here.look()
    assert [(one.check, one.state) for one in looked.found] == [(name, State.OK) for name in deployed.CHECKS]
    assert looked.fine
    assert here.slept == []
    shown = looked.table(str)
    assert f"ok  health       version {__version__}\n" in shown
    assert "ok  discord      forged 401, stale 401, unsigned 401\n" in shown
    assert shown.endswith("All is as it should be.\n")
    told = json.loads(looked.json(str))
    assert told["fine"]
    assert [row["check"] for row in told["checks"]] == list(deployed.CHECKS)


def test_what_can_be_named_are_the_checks_that_there_are() -> None:
    assert tuple(check.name for check in looking.CHECKS) == deployed.CHECKS


def test_without_a_platform_or_a_site_the_rest_is_looked_at(here: Deployed) -> None:
    here.spoilt_api = lambda asked, told: told._replace(status=404) if asked.path == "/slack" else told
    looked = here.look(site=False)
    states = {one.check: one.state for one in looked.found}
    assert states["slack"] is states["cors"] is states["page"] is State.ABSENT
    assert states["discord"] is State.OK
    assert looked.fine
    assert "-   slack        not deployed\n" in looked.table(str)
    assert here.amiss("slack") == {"slack": "forged 404, stale 404, unsigned 404"}, "it was named: it must be there"


def test_a_private_site_is_fine_too(here: Deployed) -> None:
    private = here.seen.web(ARENA_SITE_ORIGIN=here.site, ARENA_WEB_TOKEN_SHA256=DIGEST)
    routes = dict.fromkeys(ROUTES[WEB], private.respond)
    answers, site_answers = here.api_answers, here.site_answers
    here.api_answers = api_gateway(routes)
    told = manifest(files())
    here.site_answers = cloudfront(files(), told["headers"], told["not_found"], here.api_answers)
    try:
        looked = here.look()
    finally:
        here.api_answers, here.site_answers = answers, site_answers
        private.close()
    assert looked.fine, looked.table(str)
    assert next(one.seen for one in looked.found if one.check == "duels") == "private: a token is asked for"


def on(path: str, change: Callable[[Told], Told], method: str = "") -> Callable[[Asked, Told], Told]:
    """Spoils the answers for that path alone; ``*`` at its end stands for more."""

    def spoilt(asked: Asked, told: Told) -> Told:
        right = asked.path.startswith(path[:-1]) if path.endswith("*") else asked.path == path
        return change(told) if right and method in ("", asked.method) else told

    return spoilt


def status(number: int) -> Callable[[Told], Told]:
    return lambda told: told._replace(status=number)


def body(content: bytes) -> Callable[[Told], Told]:
    return lambda told: told._replace(body=content)


def header(**changed: str | None) -> Callable[[Told], Told]:
    return lambda told: told.having(**changed)


CSP = "default-src 'self'; frame-ancestors 'none'"


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


def script(told: Told) -> Told:
    return told._replace(headers=[("content-type", "application/octet-stream")])


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


def test_every_file_is_looked_at_that_a_script_asks_for(here: Deployed) -> None:
    """The last script of a chain of modules is missing."""
    deep = next(file.path for file in files() if file.path.endswith("js/words/de.js"))
    here.spoilt_site = on(f"/{deep}", status(404))
    assert here.amiss("files") == {"files": f"/{deep}: status 404, text/javascript"}


def test_patience_waits_for_what_changes_over_and_for_nothing_else(here: Deployed) -> None:
    def later(asked: Asked, told: Told) -> Told:
        return told if len(here.slept) >= 2 else told._replace(status=403)

    here.spoilt_site = later
    assert here.look(patience=60).fine
    assert here.slept == [2.0, 2.0]
    here.slept.clear()
    here.spoilt_site = on("/", status(403))
    looked = here.look("page", patience=5)
    assert not looked.fine
    assert here.slept == [2.0, 2.0, 1.0]
    here.slept.clear()
    here.spoilt_api = on("/api/commands", status(200))
    assert not here.look("closed", patience=60).fine
    assert here.slept == []


def test_nobody_there_is_said(here: Deployed) -> None:
    with serving(_unborn) as gone:
        pass
    timing = Timing(lambda: 0.0, lambda: NOW, here.slept.append)
    looked = look(gone, "", ["health"], timeout_seconds=1.0, timing=timing)
    (found,) = looked.found
    assert found.state is State.FAILED
    assert found.seen.startswith("no answer (")


def test_one_that_never_answers_is_given_up(here: Deployed) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        (found,) = look(f"http://127.0.0.1:{silent.getsockname()[1]}", "", ["health"], timeout_seconds=0.1).found
    assert found.seen == "no answer (timed out)"


@pytest.mark.parametrize(
    ("api", "site", "only", "said"),
    [
        ("arena.example", "", [], "--api wants an address"),
        ("ftp://arena.example", "", [], "--api wants an address"),
        ("http://127.0.0.1:1", "https://", [], "--site wants an address"),
        ("http://127.0.0.1:1", "", ["page"], "The check page wants --site."),
    ],
)
def test_what_cannot_be_looked_at_is_said(api: str, site: str, only: Sequence[str], said: str) -> None:
    with pytest.raises(BadOption, match=said):
        look(api, site, only)


def test_the_command_ends_with_0_or_1(
    here: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    here.webhooks.clock.seconds = NOW
    command = ["smoke", "--api", f"{here.api}/", "--site", here.site]
    assert cli.main(command) == 0
    assert capsys.readouterr().out.endswith("Alles ist, wie es sein soll.\n")
    here.spoilt_site = on("/", header(content_security_policy=None))
    assert cli.main([*command, "--json"]) == 1
    told: Any = json.loads(capsys.readouterr().out)
    assert [row["check"] for row in told["checks"] if row["state"] == "failed"] == ["headers"]
    assert cli.main([*command, "--patience", "-1"]) == 2


def test_a_token_opens_what_its_digest_closes(seen: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    from watching_support import event

    assert cli.main(["watch-token", "--site", "https://arena.example/"]) == 0
    link, variable = capsys.readouterr().out.split()
    assert link.startswith("https://arena.example/api/enter?token=")
    name, _, value = variable.partition("=")
    web = seen.web(**{name: value})
    assert web.respond(event("/api/session"))["statusCode"] == 401
    entered = web.respond(event(link.removeprefix("https://arena.example")))
    cookie = entered["cookies"][0].partition(";")[0]
    assert web.respond(event("/api/session", cookies=(cookie,)))["statusCode"] == 200
    web.close()
