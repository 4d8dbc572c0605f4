"""The files of the site as they are published: read, addressed and described; nothing is written here.

Scripts and styles lie below a folder that is named by their content, so a browser may keep them for a year, and a page
that was loaded before a deployment goes on with the scripts that it was made for. The same files give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from bot import __version__
from bot.on_web.outside import HEADERS
from bot.on_web.server import GLYPHS, SITE

REVALIDATED: Final = "no-cache"
A_DAY: Final = "public, max-age=86400"
A_YEAR: Final = "public, max-age=31536000, immutable"
INDEX: Final = "index.html"
NOT_FOUND: Final = "404.html"
VERSION: Final = "version.json"
ASSETS: Final = "assets"
_VERSIONED: Final = ("js", "css")
_ROBOTS: Final = b"User-agent: *\nDisallow: /\n"
"""The pages show what members are called: that is for who comes to watch, and for no search engine."""
_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
# In pages alone: modules name one another by relative addresses, which hold in any folder.
_ADDRESS: Final = re.compile(rb'(src|href)="/((?:js|css)/[^"]+)"')


@dataclass(frozen=True, slots=True)
class File:
    """One file. ``path`` is its address without the slash at the front."""

    path: str
    content: bytes
    cache_control: str

    @property
    def content_type(self) -> str:
        """:raises KeyError: for a kind of file that the site has had none of so far."""
        return _TYPES[PurePosixPath(self.path).suffix]

    def described(self) -> dict[str, Any]:
        """Its line in the manifest."""
        return {
            "path": self.path,
            "content_type": self.content_type,
            "cache_control": self.cache_control,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


def files(site: Path = SITE, glyphs: Path = GLYPHS) -> list[File]:
    """All that is published, in the order in which it is uploaded: what a page asks for is there before the page."""
    read = {file.relative_to(site).as_posix(): file.read_bytes() for file in _in(site)}
    assets = {path: content for path, content in read.items() if path.partition("/")[0] in _VERSIONED}
    folder = f"{ASSETS}/{_digest(assets)}"
    kept = [File(f"{folder}/{path}", content, A_YEAR) for path, content in assets.items()]
    drawn = [File(f"glyphs/{file.name}", file.read_bytes(), A_DAY) for file in _in(glyphs) if file.suffix == ".svg"]
    others = [_other(path, content, folder) for path, content in read.items() if path not in assets]
    made = [*kept, *drawn, *sorted(others, key=lambda file: file.path.endswith(".html")), _robots()]
    return [*made, _version(made)]


def build_id(made: list[File]) -> str:
    """Names what is published by its content alone: the same pages, wherever and whenever they are gathered."""
    return _digest({file.path: file.content for file in made if file.path != VERSION})


def manifest(made: list[File]) -> dict[str, Any]:
    """What whoever uploads and serves the files must know."""
    return {
        "version": __version__,
        "build": build_id(made),
        "index": INDEX,
        "not_found": NOT_FOUND,
        "headers": dict(HEADERS),
        "files": [file.described() for file in made],
    }


def _in(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)


def _other(path: str, content: bytes, folder: str) -> File:
    if path.endswith(".html"):
        return File(path, _ADDRESS.sub(rf'\1="/{folder}/\2"'.encode(), content), REVALIDATED)
    return File(path, content, A_DAY)


def _robots() -> File:
    return File("robots.txt", _ROBOTS, A_DAY)


def _version(made: list[File]) -> File:
    told = {"version": __version__, "build": build_id(made)}
    return File(VERSION, json.dumps(told).encode() + b"\n", REVALIDATED)


def _digest(contents: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for path, content in sorted(contents.items()):
        whole.update(f"{path}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()[:16]
