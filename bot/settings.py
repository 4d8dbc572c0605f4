"""Configuration: the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.errors import BadOption, NotConfigured

PORT: Final = 8420


@dataclass(frozen=True, slots=True)
class Settings:
    """What a host can set. ``environment`` is handed to the providers, which pick their own keys from it."""

    data_dir: Path
    web_host: str = "127.0.0.1"
    web_port: int = PORT
    web_token: str = field(default="", repr=False)
    engines: Mapping[str, str] = field(default_factory=dict)
    log_level: str = "WARNING"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data_dir / "arena.sqlite3"


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. :raises UserError: that names the variable to mend."""
    env = os.environ if environment is None else environment
    return Settings(
        data_dir=Path(env["ARENA_DATA_DIR"]).expanduser() if env.get("ARENA_DATA_DIR") else _data_home(env),
        web_host=env.get("ARENA_HOST") or "127.0.0.1",
        web_port=_port(env.get("ARENA_PORT") or str(PORT)),
        web_token=env.get("ARENA_WEB_TOKEN", ""),
        engines=_engines(env.get("ARENA_ENGINES", "")),
        log_level=_log_level(env.get("ARENA_LOG_LEVEL", "WARNING")),
        environment=dict(env),
    )


def _data_home(env: Mapping[str, str]) -> Path:
    """Where the XDG base directory specification puts an application's data."""
    home = env.get("XDG_DATA_HOME") or str(Path(env.get("HOME") or Path.home()) / ".local" / "share")
    return Path(home) / "llm-duel-arena"


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise BadOption(f"ARENA_PORT must be a port number from 0 to 65535, not “{text}”.")
    return int(text)


def _engines(text: str) -> dict[str, str]:
    """``lc0=/opt/lc0/lc0,berserk=berserk``: further UCI engines by name."""
    engines = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, command = pair.partition("=")
        if not (equals and name and command):
            raise BadOption(f"ARENA_ENGINES holds “{pair}”; write name=command, separated by commas.")
        engines[name] = command
    return engines


def _log_level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise BadOption(f"ARENA_LOG_LEVEL must be one of {', '.join(levels)}, not “{text}”.")
    return text.upper()


def require_token(settings: Settings, loopback: bool) -> None:
    """:raises NotConfigured: when others could reach the web channel without a token."""
    if not loopback and len(settings.web_token) < 16:
        raise NotConfigured(
            f"ARENA_HOST={settings.web_host} lets others in: set ARENA_WEB_TOKEN to a secret of 16 characters or more."
        )
