"""What ``make serverless`` says when it cannot start, what it hands to the functions, and what a tunnel reaches."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sealing import sealing_key
from infra.functions import DISCORD, SLACK
from infra.local import environment
from infra.local.__main__ import main
from infra.local.deployment import parameters
from infra.local.front import front
from infra.local.ministack import NotStarted

DISCORD_SET = {"DISCORD_BOT_TOKEN": "t", "DISCORD_PUBLIC_KEY": "k", "DISCORD_APPLICATION_ID": "1"}
SLACK_SET = {"SLACK_BOT_TOKEN": "t", "SLACK_SIGNING_SECRET": "s"}


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment whose ministack says something and ends at once."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}").mkdir(parents=True)
    (tmp_path / "bin" / "python").write_text("#!/bin/sh\necho No module named hypercorn\nexit 1\n")
    (tmp_path / "bin" / "python").chmod(0o755)
    return tmp_path


def test_an_environment_that_is_missing_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--play", "--venv", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"The local AWS is not installed in {tmp_path}: run “make serverless”, which installs it there.\n"
    )


def test_an_environment_of_another_python_is_a_sentence(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next((venv / "lib").iterdir()).rename(venv / "lib" / "python2.7")
    assert main(["--play", "--venv", str(venv)]) == 2
    assert "delete it and run “make serverless”" in capsys.readouterr().err


def test_a_port_that_is_taken_is_a_sentence(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--play", "--venv", str(venv), "--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"Port {port} of 127.0.0.1 cannot be had (Address already in use): end what listens there, or choose another "
        "with --port.\n"
    )


def test_a_local_aws_that_ends_at_once_is_a_sentence(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--play", "--venv", str(venv), "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("The local AWS did not start (")
    assert said.endswith("No module named hypercorn\n")


def test_serving_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for variable in (*DISCORD_SET, *SLACK_SET):
        monkeypatch.delenv(variable, raising=False)
    assert main(["--serve"]) == 2
    assert "or play a duel here with --play" in capsys.readouterr().err
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "t")
    assert main([]) == 2
    assert "lacks DISCORD_PUBLIC_KEY and DISCORD_APPLICATION_ID" in capsys.readouterr().err


def test_platforms_that_are_set_are_served() -> None:
    assert environment.served(DISCORD_SET) == [DISCORD]
    assert environment.served(SLACK_SET) == [SLACK]
    assert environment.served(DISCORD_SET | SLACK_SET) == [DISCORD, SLACK]
    with pytest.raises(environment.NothingToServe, match="lacks SLACK_SIGNING_SECRET"):
        environment.served(DISCORD_SET | {"SLACK_BOT_TOKEN": "t"})


WHOLE = {
    "ARENA_SECRET": "ab" * 32,
    "DISCORD_BOT_TOKEN": "MTA.abc.d-e_f",
    "DISCORD_PUBLIC_KEY": "ab" * 32,
    "DISCORD_APPLICATION_ID": "1" * 18,
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "ab" * 16,
}


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ARENA_SECRET", "ab" * 31, "ARENA_SECRET must be 64 hexadecimal digits"),
        ("DISCORD_BOT_TOKEN", "canary", "three parts with a dot between them; what is set has 6 characters"),
        ("DISCORD_PUBLIC_KEY", "ca" * 16, "DISCORD_PUBLIC_KEY must be 64 hexadecimal digits"),
        ("DISCORD_APPLICATION_ID", "canary", "17 to 20 digits"),
        ("SLACK_BOT_TOKEN", "canary", "starts with xoxb-"),
        ("SLACK_SIGNING_SECRET", "ca" * 32, "SLACK_SIGNING_SECRET must be 32 hexadecimal digits"),
    ],
)
def test_what_cannot_be_a_secret_is_said_before_anything_starts(
    variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.check(WHOLE, platforms=True)
    for name, whole in WHOLE.items():
        monkeypatch.setenv(name, whole)
    monkeypatch.setenv(variable, value)
    assert main(["--serve", "--venv", "/nowhere"]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "canary" not in said
    assert "caca" not in said


def test_a_duel_that_is_played_here_looks_at_the_arenas_secret_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "none")
    monkeypatch.setenv("ARENA_SECRET", "mine")
    assert main(["--play", "--venv", "/nowhere"]) == 2
    assert "ARENA_SECRET must be" in capsys.readouterr().err
    monkeypatch.delenv("ARENA_SECRET")
    assert main(["--play", "--venv", "/nowhere"]) == 2
    assert "not installed in /nowhere" in capsys.readouterr().err


def test_functions_are_handed_the_arenas_variables_and_no_account() -> None:
    given = {
        **DISCORD_SET,
        "ARENA_LANGUAGE": "de",
        "OPENAI_API_KEY": "k",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_PROFILE": "real",
        "GITHUB_TOKEN": "g",
    }
    played = environment.passed_on(given, platforms=False)
    assert played.keys() == {"ARENA_SECRET", "ARENA_LANGUAGE", "OPENAI_API_KEY"}
    assert len(bytes.fromhex(played["ARENA_SECRET"])) == 32
    assert environment.passed_on(given, platforms=True).keys() == played.keys() | DISCORD_SET.keys()
    assert environment.passed_on({"ARENA_SECRET": "mine"}, platforms=False) == {"ARENA_SECRET": "mine"}


async def test_a_tunnel_reaches_the_webhooks_and_nothing_else() -> None:
    heard: list[tuple[bytes, list[str]]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((await request.read(), request.headers.getall("X-Signature-Timestamp", [])))
        return web.json_response({"type": 1}, status=401)

    behind = web.Application()
    behind.router.add_route("*", "/{path:.*}", hear)
    async with TestServer(behind) as server, ClientSession() as session:
        async with front(0, {"discord": str(server.make_url("/api/discord"))}) as address:
            headers = [("X-Signature-Timestamp", "1"), ("X-Signature-Timestamp", "2")]
            async with session.post(f"{address}/discord", data=b'{ "type" : 1 }', headers=headers) as answer:
                assert (answer.status, await answer.json()) == (401, {"type": 1})
            assert heard == [(b'{ "type" : 1 }', ["1", "2"])]
            for method, path in (("GET", "/discord"), ("POST", "/slack"), ("GET", "/2015-03-31/functions")):
                async with session.request(method, f"{address}{path}") as refused:
                    assert refused.status in {404, 405}
            await server.close()
            async with session.post(f"{address}/discord", data=b"{}") as answer:
                assert answer.status == 502
        assert len(heard) == 1


async def test_a_front_whose_port_is_taken_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotStarted, match=f"Port {port} of .*Address already in use.*--front"):
            async with front(port, {}):
                pass


def test_what_the_template_sets_is_not_overruled_by_the_secret() -> None:
    secret = "00" * 32
    given = {"ARENA_SECRET": secret, "ARENA_STORE": "sqlite:a.db", "ARENA_LOG_LEVEL": "info", "OPENAI_API_KEY": "sk"}
    found = parameters({**given, **DISCORD_SET})
    assert json.loads(found["Secret"]) == {"ARENA_SECRET": secret, "OPENAI_API_KEY": "sk", "DISCORD_BOT_TOKEN": "t"}
    assert (found["DiscordPublicKey"], found["DiscordApplicationId"], found["LogLevel"]) == ("k", "1", "INFO")
    assert found["SealingKey"] == sealing_key(bytes.fromhex(secret))
