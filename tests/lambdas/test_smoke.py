"""``arena smoke`` against real handlers and the site as it is published, and against everything that can be amiss."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from loopback_cloud import Asked, Told, api_gateway, cloudfront, serving
from smoke_support import Deployed, header, on, status, unborn
from watching_support import DIGEST, Watched, event
from webhook_support import NOW

from bot import __version__, cli, deployed
from bot.smoke import looking
from bot.smoke.finding import State
from bot.smoke.looking import Timing, look
from engine.errors import BadOption
from infra.functions import ROUTES, WEB
from infra.site.contents import files, manifest


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


def test_a_site_whose_links_are_signed_is_fine_too(here: Deployed) -> None:
    """As infra/terraform/modules/site answers with public_keys whoever has no cookies of CloudFront's."""

    def signed(asked: Asked, told: Told) -> Told:
        refused = asked.path.startswith("/api/") or told.status == 404
        return html if refused else told

    html = Told(403, [("content-type", "text/html; charset=utf-8")], b"")
    here.spoilt_site = signed
    looked = here.look()
    assert looked.fine, looked.table(str)


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
    with serving(unborn) as gone:
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
