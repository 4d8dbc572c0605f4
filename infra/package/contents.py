"""What goes into which package: the one list that every architecture is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from infra.functions import DISCORD, FUNCTIONS, SLACK, Function
from infra.package.closure import Closure, closure
from infra.package.machines import ARM64, Architecture

MEGABYTE: Final = 1_000_000
UNZIPPED_BYTES: Final = 262_144_000
"""What Lambda takes, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@dataclass(frozen=True, slots=True)
class Package:
    """One zip.

    Attributes:
        name: of its file.
        functions: whose code it is.
        distributions: everything that it takes from the package index, as ``requirements.lock`` names it.
        most_bytes: what it may take, zipped. More than 50 MB is uploaded by S3; Lambda bounds what it unpacks to.
        missing: what there is no wheel of for an architecture; the arena says in a sentence what it cannot do there.
        spared: what these distributions ask for and no function needs, and why.
        scanned: our packages whose modules are found by looking into their folder.
        data: files of ours beside the modules, by patterns below the checkout.
    """

    name: str
    functions: tuple[Function, ...]
    distributions: tuple[str, ...]
    most_bytes: int
    spared: Mapping[str, str]
    scanned: tuple[str, ...]
    data: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def distributions_for(self, architecture: Architecture) -> tuple[str, ...]:
        """What it takes from the package index for that architecture."""
        missing = self.missing.get(architecture.name, ())
        return tuple(name for name in self.distributions if name not in missing)

    def modules(self) -> Closure:
        """Our modules that it holds, and what they import from elsewhere."""
        return closure(sorted({function.handler.rpartition(".")[0] for function in self.functions}), self.scanned)


def is_kept(file: str) -> bool:
    """Whether a file of a distribution is needed to run it. ``file`` is its path in the package, with slashes."""
    if file.startswith(_SERVICES) and file.count("/") > _SERVICES.count("/"):
        return file.removeprefix(_SERVICES).partition("/")[0] in _OUR_SERVICES
    return not any(fnmatchcase(file, pattern) for pattern in _BALLAST)


_SERVICES: Final = "botocore/data/"
"""The SDK describes every service of AWS, in 20 MB."""
_OUR_SERVICES: Final = frozenset({"dynamodb", "sqs", "bedrock-runtime", "secretsmanager", "sts"})
_BALLAST: Final = (
    *("*.pyi", "*.pyx", "*.pxd", "*.h", "*.hpp", "*.c", "*.cpp", "*.a", "*.f90"),
    *("*/tests/*", "*/_tests/*", "numpy/f2py/*", "numpy/_core/lib/*", "discord/bin/*", "discord/ext/*"),
    *("*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/sboms/*", "*.dist-info/entry_points.txt"),
)

_PARSER: Final = {"pycparser": "cffi reads C with it when an extension is compiled"}
_PICKED: Final = ("engine.model",)


def _in(package: str) -> tuple[Function, ...]:
    return tuple(function for function in FUNCTIONS if function.package == package)


def _webhook(function: Function) -> Package:
    return Package(
        name=function.package,
        functions=_in(function.package),
        distributions=("cffi", "pynacl"),
        most_bytes=3 * MEGABYTE,
        spared=_PARSER,
        scanned=_PICKED,
        data=("bot/locale/*/LC_MESSAGES/*.mo",),
    )


WORKER: Final = Package(
    name="worker",
    functions=_in("worker"),
    distributions=(
        *("aiohappyeyeballs", "aiohttp", "aiosignal", "annotated-types", "anthropic", "anyio", "attrs", "boto3"),
        *("botocore", "cffi", "chess", "discord-py", "docstring-parser", "frozenlist", "h11", "httpcore2", "httpx2"),
        *("idna", "jiter", "jmespath", "multidict", "numpy", "openai", "opentelemetry-api", "pillow", "propcache"),
        *("py4swiss", "pydantic", "pydantic-core", "pynacl", "python-dateutil", "resvg-py", "s3transfer", "six"),
        *("slack-sdk", "sniffio", "truststore", "typing-extensions", "typing-inspection", "urllib3", "yarl"),
    ),
    most_bytes=65 * MEGABYTE,
    spared={
        **_PARSER,
        "xllamacpp": "a model on the machine itself: there is none on Lambda",
        "slack-bolt": "Slack's Socket Mode: events come by webhook",
    },
    scanned=(
        *_PICKED,
        *("bot.commands", "engine.arena.legacy.games", "engine.games", "engine.providers", "engine.render.glyphs"),
        "engine.tournaments",
    ),
    missing={ARM64.name: ("py4swiss",)},
    data=(
        "bot/locale/*/LC_MESSAGES/*.mo",
        "engine/**/*.bin",
        "engine/**/*.json",
        "engine/**/*.toml",
        "engine/**/*.svg",
    ),
)
PACKAGES: Final = (_webhook(DISCORD), _webhook(SLACK), WORKER)
