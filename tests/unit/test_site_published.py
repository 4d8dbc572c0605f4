"""The site as it is published: all that pages ask for, typed, kept as long as it may be, the same bytes each time."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest

from bot import __version__
from bot.on_web.outside import HEADERS
from bot.on_web.server import GLYPHS, SITE
from engine.render.glyphs import glyph_names
from infra.site.__main__ import beside, main
from infra.site.contents import A_DAY, A_YEAR, REVALIDATED, File, build_id, files, manifest
from infra.site.upload import commands


def named(made: list[File], host: str = "https://arena.example/") -> set[str]:
    """The addresses that pages and modules name, as a browser resolves them."""
    found = set()
    for file in made:
        text = file.content.decode(errors="replace")
        if file.path.endswith(".html"):
            found |= {urljoin(host, one) for one in re.findall(r'(?:src|href)="([^"#]+)"', text)}
        elif file.path.endswith(".js"):
            found |= {urljoin(host + file.path, one) for one in re.findall(r'from "(\.[^"]+)"', text)}
    return {one.removeprefix(host) for one in found}


def test_all_that_is_asked_for_is_there_and_nothing_twice() -> None:
    made = files()
    paths = [file.path for file in made]
    assert len(paths) == len(set(paths)) > 80
    assert named(made) - {""} <= set(paths)
    assert {f"glyphs/{name}.svg" for name in glyph_names()} <= set(paths)
    assert {"index.html", "replay.html", "404.html", "version.json", "robots.txt", "logo.svg"} <= set(paths)
    assert not [path for path in paths if "__pycache__" in path or path.endswith(".py")]


def test_one_file_too_few_is_found(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    (site / "js" / "words" / "de.js").unlink()
    made = files(site)
    (missing,) = named(made) - {""} - {file.path for file in made}
    assert missing.endswith("/js/words/de.js")


def test_what_is_kept_for_a_year_has_its_content_in_its_address(tmp_path: Path) -> None:
    made = files()
    for file in made:
        expected = {"assets": A_YEAR, "glyphs": A_DAY}.get(file.path.partition("/")[0])
        assert expected is None or file.cache_control == expected
        if file.path.endswith((".html", ".json")):
            assert file.cache_control == REVALIDATED, "the first to be new after a deployment"
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    with (site / "css" / "base.css").open("a") as style:
        style.write("\n")
    changed = files(site)
    folders = [
        {file.path.rsplit("/", file.path.count("/") - 1)[0] for file in one if file.cache_control == A_YEAR}
        for one in (made, changed)
    ]
    assert [len(one) for one in folders] == [1, 1]
    assert folders[0] != folders[1]
    assert build_id(made) != build_id(changed)


def test_a_build_is_named_by_its_content_alone(tmp_path: Path) -> None:
    for name in ("one", "other"):
        shutil.copytree(SITE, tmp_path / name, copy_function=shutil.copy)
    shutil.copytree(GLYPHS, tmp_path / "glyphs")
    made = [files(tmp_path / name, tmp_path / "glyphs") for name in ("one", "other")]
    assert made[0] == made[1] == files()
    version = next(file for file in made[0] if file.path == "version.json")
    assert json.loads(version.content) == {"version": __version__, "build": build_id(made[0])}


def test_the_manifest_says_all_that_a_server_must_know() -> None:
    made = files()
    told = manifest(made)
    assert told["headers"] == dict(HEADERS)
    assert "unsafe" not in told["headers"]["Content-Security-Policy"]
    assert (told["index"], told["not_found"], told["version"]) == ("index.html", "404.html", __version__)
    assert [one["path"] for one in told["files"]] == [file.path for file in made]
    types = {one["path"].rpartition(".")[2]: one["content_type"] for one in told["files"]}
    assert types["js"].startswith("text/javascript")
    assert types["css"].startswith("text/css")
    assert types["svg"] == "image/svg+xml"


def test_a_file_of_an_unknown_kind_is_not_published_by_guess() -> None:
    with pytest.raises(KeyError):
        _ = File("font.woff2", b"", A_DAY).content_type


def test_every_file_is_uploaded_once_with_its_type_and_pages_last(tmp_path: Path) -> None:
    made = files()
    *uploads, invalidation = [shlex.split(line) for line in commands(made, tmp_path / "a b", "$BUCKET", "$ID")]
    given = []
    for words in uploads:
        options = dict(pairwise(words))
        assert words[:5] == ["aws", "s3", "cp", str(tmp_path / "a b"), "s3://$BUCKET"]
        assert words[words.index("--exclude") + 1] == "*"
        given.append((options["--include"], options["--content-type"], options["--cache-control"]))
    for file in made:
        matching = [one for one in given if fnmatchcase(file.path, one[0])]
        assert [one[1:] for one in matching] == [(file.content_type, file.cache_control)], file.path
    order = [pattern for pattern, _, _ in given]
    pages = [order.index(pattern) for pattern in order if pattern.endswith(".html")]
    assert min(pages) > max(order.index(pattern) for pattern in order if pattern.startswith(("assets/", "glyphs/")))
    assert order[-1] == "version.json", "who reads it may rely on all else"
    assert invalidation[:3] == ["aws", "cloudfront", "create-invalidation"]


def test_the_command_writes_these_files_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "site"
    (out / "old").mkdir(parents=True)
    (out / "old" / "page.html").write_text("gone")
    assert main(["--out", str(out), "--bucket", "bucket"]) == 0
    written = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    assert written == {file.path: file.content for file in files()}
    assert json.loads(beside(out).read_text())["build"] == build_id(files())
    said = capsys.readouterr()
    assert "s3://bucket" in said.out
    assert f"build {build_id(files())}" in said.err
