"""Settings: what the environment says, and what a slip in it is told."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.settings import Settings, read, require_token
from engine.errors import BadOption, NotConfigured
from engine.providers import VARIABLES

EXAMPLE = Path(__file__).parents[2] / ".env.example"
# Set by the system, for every program, or by Lambda.
SYSTEM = {"HOME", "XDG_DATA_HOME", "LC_ALL", "LC_MESSAGES", "LANG", "AWS_LAMBDA_FUNCTION_NAME"}


def test_defaults_need_nothing() -> None:
    settings = read({"HOME": "/home/ann"})
    assert settings.data_dir == Path("/home/ann/.local/share/llm-duel-arena")
    assert (settings.web_host, settings.web_port, settings.web_token) == ("127.0.0.1", 8420, "")


def test_the_environment_decides() -> None:
    env = {"ARENA_DATA_DIR": "/data", "ARENA_PORT": "9000", "ARENA_ENGINES": "lc0=/opt/lc0 --fast, b=b"}
    settings = read(env)
    assert settings.database == Path("/data/arena.sqlite3")
    assert settings.web_port == 9000
    assert settings.engines == {"lc0": "/opt/lc0 --fast", "b": "b"}
    assert read({"XDG_DATA_HOME": "/x"}).data_dir == Path("/x/llm-duel-arena")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARENA_PORT", "http"),
        ("ARENA_PORT", "70000"),
        ("ARENA_ENGINES", "lc0"),
        ("ARENA_LOG_LEVEL", "LOUD"),
        ("ARENA_LOG_FORMAT", "xml"),
    ],
)
def test_a_slip_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(BadOption, match=variable):
        read({"HOME": "/h", variable: value})


def test_the_log_is_for_people_but_on_lambda() -> None:
    on_lambda = {"HOME": "/h", "AWS_LAMBDA_FUNCTION_NAME": "arena-worker"}
    assert read({"HOME": "/h"}).log_format == "text"
    assert read(on_lambda).log_format == "json"
    assert read({**on_lambda, "ARENA_LOG_FORMAT": "Text"}).log_format == "text"


def test_every_secret_that_is_set_is_known_to_the_log() -> None:
    held = ("DISCORD_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "ARENA_WEB_TOKEN", "AWS_SECRET_ACCESS_KEY")
    env = {variable: f"of-{variable.lower()}" for variable in (*held, *(one for one in VARIABLES if "KEY" in one))}
    secrets = {secret.reveal() for secret in read({"HOME": "/h", **env}).secrets}
    assert secrets >= {value for variable, value in env.items() if variable != "AWS_ACCESS_KEY_ID"}


def test_others_are_let_in_with_a_token_only() -> None:
    with pytest.raises(NotConfigured, match="ARENA_WEB_TOKEN"):
        require_token(Settings(Path("/d"), web_host="0.0.0.0", web_token="short"), loopback=False)  # noqa: S104
    require_token(Settings(Path("/d"), web_host="0.0.0.0", web_token="sixteen letters!"), loopback=False)  # noqa: S104
    require_token(Settings(Path("/d")), loopback=True)


def test_a_swapped_token_of_a_platform_is_refused_where_it_is_used_only() -> None:
    settings = read({"HOME": "/h", "SLACK_BOT_TOKEN": "xapp-test", "DISCORD_BOT_TOKEN": "a b"})
    with pytest.raises(BadOption, match="SLACK_BOT_TOKEN starts with xoxb-"):
        settings.slack.check()
    with pytest.raises(BadOption, match="DISCORD_BOT_TOKEN holds a character"):
        settings.discord.check()


def test_secrets_are_not_shown() -> None:
    settings = read({"HOME": "/h", "ARENA_WEB_TOKEN": "hidden-token", "OPENAI_API_KEY": "hidden-key"})
    assert "hidden" not in repr(settings)


class Recorder(Mapping[str, str]):
    """An environment that is empty but for HOME, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return {"HOME": "/h"}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class TestExample:
    """``.env.example`` is complete, and as it stands it changes nothing."""

    def test_names_every_variable_once(self) -> None:
        recorder = Recorder()
        read(recorder)
        named = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", EXAMPLE.read_text(), re.MULTILINE)
        assert len(named) == len(set(named))
        assert set(named) == (recorder.asked | VARIABLES.keys()) - SYSTEM

    def test_explains_each_and_holds_no_value(self) -> None:
        lines = EXAMPLE.read_text().splitlines()
        for before, line in itertools.pairwise(lines):
            if re.match(r"#?[A-Z0-9_]+=", line):
                assert line.endswith("=")
                assert re.match(r"# \w", before)

    def test_left_empty_it_means_the_defaults(self) -> None:
        empty = dict.fromkeys(re.findall(r"^([A-Z][A-Z0-9_]*)=", EXAMPLE.read_text(), re.MULTILINE), "")
        settings = read({"HOME": "/h", **empty})
        assert (settings.web_port, settings.log_level) == (8420, "WARNING")
        assert not settings.discord.bot_token
        assert not settings.slack.bot_token
