"""Configuration: the only place that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot import logs
from bot.catalogue import ENGLISH, language_of
from engine.errors import BadOption, NotConfigured
from engine.secret import Secret
from engine.sentences import joined, say

PORT: Final = 8420
SQLITE: Final = "sqlite"
DYNAMODB: Final = "dynamodb"
SECRET_BYTES: Final = 32

_LOG_FORMATS: Final = (logs.TEXT, logs.JSON)
# DISCORD_BOT_TOKEN, OPENAI_API_KEY, AWS_SECRET_ACCESS_KEY: names end so.
_SECRET_NAME: Final = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$")


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """Discord is on when there is a bot token. The addresses are for tests and proxies; empty is Discord's own."""

    bot_token: Secret = Secret("")
    public_key: str = ""
    application_id: str = ""
    api_url: str = ""
    gateway_url: str = ""

    def check(self) -> None:
        """:raises BadOption: when what is set cannot be a token."""
        _require_whole("DISCORD_BOT_TOKEN", self.bot_token)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Slack is on when there are a bot token and an app token (Socket Mode). ``api_url`` is for tests and proxies.

    ``app_id`` and the configuration tokens are for ``arena switch`` alone.
    """

    bot_token: Secret = Secret("")
    app_token: Secret = Secret("")
    signing_secret: Secret = Secret("")
    api_url: str = ""
    app_id: str = ""
    configuration_token: Secret = Secret("")
    refresh_token: Secret = Secret("")

    @property
    def missing(self) -> Mapping[str, int]:
        """The variables of the two tokens that are not set, each with the step of docs/slack.md that makes it."""
        tokens = {"SLACK_APP_TOKEN": (self.app_token, 3), "SLACK_BOT_TOKEN": (self.bot_token, 4)}
        return {variable: step for variable, (token, step) in tokens.items() if not token}

    @property
    def half_set(self) -> bool:
        """Whether one of the two tokens is there without the other."""
        return len(self.missing) == 1

    def check(self) -> None:
        """:raises BadOption: when what is set cannot be a token, or is the other one."""
        for variable, token, prefix in (
            ("SLACK_BOT_TOKEN", self.bot_token, "xoxb-"),
            ("SLACK_APP_TOKEN", self.app_token, "xapp-"),
        ):
            _require_whole(variable, token)
            if token and not token.reveal().startswith(prefix):
                raise BadOption(
                    say(
                        "{variable} starts with {prefix}; the one that is set does not: look which is which.",
                        variable=variable,
                        prefix=prefix,
                    )
                )


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Which store: ``kind`` is ``sqlite`` or ``dynamodb``, ``name`` the file or the table."""

    kind: str
    name: str

    @classmethod
    def read(cls, text: str) -> StoreAddress:
        """``sqlite:PATH`` or ``dynamodb:TABLE``. :raises BadOption: when it is neither."""
        kind, _, name = text.strip().partition(":")
        if kind not in (SQLITE, DYNAMODB) or not name:
            raise BadOption(say("“{text}” is no store: write sqlite:PATH or dynamodb:TABLE.", text=text))
        return cls(kind, str(Path(name).expanduser().absolute()) if kind == SQLITE else name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """What the serverless arena stands on. ``endpoint_url`` is for a local AWS; credentials are as usual."""

    table: str = ""
    turns_queue_url: str = ""
    endpoint_url: str = ""
    region: str = ""
    secret: Secret = Secret("")

    def installation_secret(self) -> bytes:
        """What salts hidden choices. :raises NotConfigured: when it is missing or no secret."""
        try:
            found = bytes.fromhex(self.secret.reveal())
        except ValueError:
            found = b""
        if len(found) != SECRET_BYTES:
            raise NotConfigured(
                say(
                    "ARENA_SECRET must be {count} hexadecimal digits that nobody knows: make them once with "
                    "“openssl rand -hex {bytes}” and keep them.",
                    count=2 * SECRET_BYTES,
                    bytes=SECRET_BYTES,
                )
            )
        return found

    def check(self) -> None:
        """:raises NotConfigured: when the serverless arena lacks something."""
        self.check_table()
        _require_set("TURNS_QUEUE_URL", self.turns_queue_url)
        self.installation_secret()

    def check_table(self) -> None:
        """:raises NotConfigured: when the table is not set."""
        _require_set("ARENA_STORE", self.table)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a host can set. ``environment`` is handed to the providers, which pick their own keys from it."""

    data_dir: Path
    web_host: str = "127.0.0.1"
    web_port: int = PORT
    web_token: str = field(default="", repr=False)
    engines: Mapping[str, str] = field(default_factory=dict)
    log_level: str = "WARNING"
    log_format: str = logs.TEXT
    language: str = ENGLISH
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()
    aws: AwsSettings = AwsSettings()
    store: StoreAddress | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        if self.store is not None and self.store.kind == SQLITE:
            return Path(self.store.name)
        return self.data_dir / "arena.sqlite3"

    @property
    def address(self) -> StoreAddress:
        """The store of ``arena run``."""
        return self.store or StoreAddress(SQLITE, str(self.database.absolute()))

    @property
    def secrets(self) -> list[Secret]:
        """Every secret of the environment, by the names of its variables: what must be in no log."""
        held = [Secret(value.strip()) for name, value in self.environment.items() if _SECRET_NAME.search(name)]
        return [secret for secret in (*held, Secret(self.web_token)) if secret]


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. :raises UserError: that names the variable to mend."""
    env = os.environ if environment is None else environment
    return Settings(
        data_dir=Path(env["ARENA_DATA_DIR"]).expanduser() if env.get("ARENA_DATA_DIR") else _data_home(env),
        web_host=env.get("ARENA_HOST") or "127.0.0.1",
        web_port=_port(env.get("ARENA_PORT") or str(PORT)),
        web_token=env.get("ARENA_WEB_TOKEN", ""),
        engines=_engines(env.get("ARENA_ENGINES", "")),
        log_level=_log_level(env.get("ARENA_LOG_LEVEL") or "WARNING"),
        log_format=_log_format(env),
        language=language(env),
        discord=_discord(env),
        slack=_slack(env),
        aws=_aws(env),
        store=_store(env),
        environment=dict(env),
    )


def language(environment: Mapping[str, str] | None = None) -> str:
    """The language of this terminal: the first that is set of the variables that POSIX names for messages."""
    env = os.environ if environment is None else environment
    return language_of(next(filter(None, map(env.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None))


def _discord(env: Mapping[str, str]) -> DiscordSettings:
    return DiscordSettings(
        bot_token=_secret(env, "DISCORD_BOT_TOKEN") or _secret(env, "DISCORD_TOKEN"),
        public_key=env.get("DISCORD_PUBLIC_KEY", "").strip(),
        application_id=env.get("DISCORD_APPLICATION_ID", "").strip(),
        api_url=_address(env, "DISCORD_API_URL", ("http", "https")).rstrip("/"),
        gateway_url=_address(env, "DISCORD_GATEWAY_URL", ("ws", "wss")),
    )


def _store(env: Mapping[str, str]) -> StoreAddress | None:
    text = env.get("ARENA_STORE", "").strip()
    return StoreAddress.read(text) if text else None


def _aws(env: Mapping[str, str]) -> AwsSettings:
    store = _store(env)
    return AwsSettings(
        table=store.name if store and store.kind == DYNAMODB else "",
        turns_queue_url=env.get("TURNS_QUEUE_URL", "").strip(),
        endpoint_url=env.get("AWS_ENDPOINT_URL", "").strip(),
        region=(env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "").strip(),
        secret=_secret(env, "ARENA_SECRET"),
    )


def _slack(env: Mapping[str, str]) -> SlackSettings:
    return SlackSettings(
        bot_token=_secret(env, "SLACK_BOT_TOKEN"),
        app_token=_secret(env, "SLACK_APP_TOKEN"),
        signing_secret=_secret(env, "SLACK_SIGNING_SECRET"),
        api_url=_address(env, "SLACK_API_URL", ("http", "https")).rstrip("/"),
        app_id=env.get("SLACK_APP_ID", "").strip(),
        configuration_token=_secret(env, "SLACK_CONFIG_TOKEN"),
        refresh_token=_secret(env, "SLACK_CONFIG_REFRESH_TOKEN"),
    )


def _require_set(variable: str, value: str) -> None:
    if not value:
        raise NotConfigured(
            say("{variable} is not set: the serverless arena needs its table and its queue.", variable=variable)
        )


def _require_whole(variable: str, token: Secret) -> None:
    text = token.reveal()
    if not text.isascii() or any(not character.isprintable() or character.isspace() for character in text):
        raise BadOption(say("{variable} holds a character that no token has: copy the token again.", variable=variable))


def _secret(env: Mapping[str, str], variable: str) -> Secret:
    return Secret(env.get(variable, "").strip())


def _address(env: Mapping[str, str], variable: str, schemes: tuple[str, ...]) -> str:
    """An address as it is written; empty when it is not set."""
    address = env.get(variable, "").strip()
    scheme, separator, rest = address.partition("://")
    if address and (scheme not in schemes or not separator or not rest):
        raise BadOption(
            say(
                "{variable} must start with {one}:// or {other}://, not “{address}”.",
                variable=variable,
                one=schemes[0],
                other=schemes[1],
                address=address,
            )
        )
    return address


def _data_home(env: Mapping[str, str]) -> Path:
    """Where the XDG base directory specification puts an application's data."""
    home = env.get("XDG_DATA_HOME") or str(Path(env.get("HOME") or Path.home()) / ".local" / "share")
    return Path(home) / "llm-duel-arena"


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65_535:
        raise BadOption(
            say("{variable} must be a port number from 0 to 65535, not “{text}”.", variable="ARENA_PORT", text=text)
        )
    return int(text)


def _engines(text: str) -> dict[str, str]:
    """``lc0=/opt/lc0/lc0,berserk=berserk``: further UCI engines by name."""
    engines = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, command = pair.partition("=")
        if not (equals and name and command):
            raise BadOption(say("ARENA_ENGINES holds “{pair}”; write name=command, separated by commas.", pair=pair))
        engines[name] = command
    return engines


def _log_level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    if text.upper() not in levels:
        raise BadOption(
            say("ARENA_LOG_LEVEL must be one of {levels}, not “{text}”.", levels=joined(levels, ", "), text=text)
        )
    return text.upper()


def _log_format(env: Mapping[str, str]) -> str:
    """Lines for people, except on Lambda, where programs read them."""
    text = env.get("ARENA_LOG_FORMAT") or (logs.JSON if env.get("AWS_LAMBDA_FUNCTION_NAME") else logs.TEXT)
    if text.lower() not in _LOG_FORMATS:
        formats = joined(_LOG_FORMATS, ", ")
        raise BadOption(say("ARENA_LOG_FORMAT must be one of {formats}, not “{text}”.", formats=formats, text=text))
    return text.lower()


def require_token(settings: Settings, loopback: bool) -> None:
    """:raises NotConfigured: when others could reach the web channel without a token."""
    if not loopback and len(settings.web_token) < 16:
        raise NotConfigured(
            say(
                "ARENA_HOST={host} lets others in: set ARENA_WEB_TOKEN to a secret of 16 characters or more.",
                host=settings.web_host,
            )
        )
