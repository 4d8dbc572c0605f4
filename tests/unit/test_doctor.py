"""``arena doctor``: what it finds, and what it says about what is amiss."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.doctor import CONNECT_SECONDS, report
from bot.settings import read

KEY = "sk-canary-55d1"
Look = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """The exit code, and a line by what it is about."""

    def run(data: Path = tmp_path, **environment: str) -> tuple[int, dict[str, str]]:
        lines: list[str] = []
        defaults = {"HOME": str(tmp_path), "ARENA_DATA_DIR": str(data), "ARENA_PORT": "0"}
        code = report(read({**defaults, **environment}), lines.append)
        assert KEY not in "".join(lines)
        return code, {line[4:30].strip(): line for line in lines}

    return run


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        yield listening


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return int(gone.getsockname()[1])


def test_a_server_that_listens_is_reachable_and_is_sent_nothing(look: Look, server: socket.socket) -> None:
    url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    code, said = look(OLLAMA_BASE_URL=url, OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY)
    assert code == 0
    for name in ("ollama", "openai"):
        assert said[name].startswith("ok ")
        assert f"reachable at {url}" in said[name]
        connection, _ = server.accept()
        with connection:
            connection.settimeout(5)
            assert connection.recv(1) == b""


def test_a_closed_port_is_not_reachable_and_says_what_to_do(look: Look) -> None:
    url = f"http://user:{KEY}@127.0.0.1:{closed_port()}/v1"
    code, said = look(OLLAMA_BASE_URL=url, VLLM_BASE_URL="localhost:8000", OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY)
    assert code == 0, "a server that is off keeps nobody from playing"
    for name, advice in (("ollama", "start it"), ("openai", "check the network")):
        assert said[name].startswith("-  ")
        assert "not reachable at http://127.0.0.1:" in said[name]
        assert "Connection refused" in said[name]
        assert advice in said[name]
        assert f"or set {name.upper()}_BASE_URL" in said[name]
    assert "no web address" in said["vllm"]


def test_what_is_not_configured_is_not_knocked_at(look: Look) -> None:
    assert "openai" not in look()[1]


def test_silence_costs_one_limit_however_many_are_silent(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def silence(*_: object) -> socket.socket:
        over.wait(60)
        raise OSError("the test is over")

    monkeypatch.setattr(socket, "create_connection", silence)
    started = time.monotonic()
    _, said = look()
    over.set()
    assert time.monotonic() - started < 2 * CONNECT_SECONDS
    for name in ("ollama", "vllm", "llama_cpp"):
        assert "nothing within 1.5 s" in said[name]


def test_a_data_folder_that_cannot_be_made_is_a_failure(look: Look, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = look(tmp_path / "file" / "data")
    assert code == 1
    assert said["data folder"].startswith("NO ")
    assert "file cannot be written (Not a directory)" in said["data folder"]
    assert "ARENA_DATA_DIR" in said["data folder"]


def test_a_data_folder_on_a_read_only_disk_is_a_failure(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    code, said = look()
    assert code == 1
    assert "cannot be written (Read-only file system)" in said["data folder"]


def test_a_data_folder_is_left_as_it_was(look: Look, tmp_path: Path) -> None:
    assert look(tmp_path / "not" / "yet")[0] == 0
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        pytest.fail("a platform was called")

    monkeypatch.setattr(aiohttp, "ClientSession", connect)


@pytest.mark.usefixtures("nobody_is_called")
class TestPlatforms:
    def test_that_are_not_set_are_off_and_not_called(self, look: Look) -> None:
        code, said = look()
        assert code == 0
        assert said["Discord"].endswith("off: DISCORD_BOT_TOKEN is not set (docs/discord.md)\n")
        assert said["Slack"].endswith("off: SLACK_APP_TOKEN and SLACK_BOT_TOKEN are not set (docs/slack.md)\n")
        assert said["Discord"].startswith("-  ")

    @pytest.mark.parametrize(
        ("there", "token", "missing"),
        [
            ("SLACK_BOT_TOKEN", "xoxb-test", "SLACK_APP_TOKEN is not set (docs/slack.md, step 3)"),
            ("SLACK_APP_TOKEN", "xapp-test", "SLACK_BOT_TOKEN is not set (docs/slack.md, step 4)"),
        ],
    )
    def test_that_are_half_set_name_the_other_variable(self, look: Look, there: str, token: str, missing: str) -> None:
        code, said = look(**{there: token})
        assert code == 0
        assert f"off: {missing}" in said["Slack"]

    @pytest.mark.parametrize(
        ("title", "tokens", "text"),
        [
            ("Slack", {"SLACK_BOT_TOKEN": "xapp-test", "SLACK_APP_TOKEN": "xoxb-test"}, "SLACK_BOT_TOKEN starts with"),
            ("Slack", {"SLACK_BOT_TOKEN": "xapp-test"}, "SLACK_BOT_TOKEN starts with xoxb-"),
            ("Slack", {"SLACK_BOT_TOKEN": "xoxb-…", "SLACK_APP_TOKEN": "xapp-…"}, "SLACK_BOT_TOKEN holds a character"),
            ("Discord", {"DISCORD_BOT_TOKEN": "…"}, "DISCORD_BOT_TOKEN holds a character that no token has"),
            ("Discord", {"DISCORD_BOT_TOKEN": "Bot test"}, "DISCORD_BOT_TOKEN holds a character that no token has"),
        ],
    )
    def test_with_a_swapped_or_broken_token_are_named_and_the_rest_is_told(
        self, look: Look, title: str, tokens: dict[str, str], text: str
    ) -> None:
        code, said = look(**tokens)
        assert code == 1, "arena run would end with the same sentence"
        assert said[title].startswith("NO ")
        assert text in said[title]
        assert "ollama" in said
