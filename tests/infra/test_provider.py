"""The schema that everything is held against is whole, and the one that was pinned."""

from __future__ import annotations

import importlib.util
import io
import re
import tarfile
from pathlib import Path

import provider
import pytest
from folders import ROOT

spec = importlib.util.spec_from_file_location("provider_schema", ROOT / "tools" / "provider_schema.py")
assert spec is not None
assert spec.loader is not None
provider_schema = importlib.util.module_from_spec(spec)
spec.loader.exec_module(provider_schema)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as members:
        for name in ("package/lib/sqs-queue/index.d.ts", "package/lib/sqs-queue/index.js", "package/README.md"):
            member = tarfile.TarInfo(name)
            member.size = 3
            members.addfile(member, io.BytesIO(b"abc"))
    return path


def test_only_declarations_are_unpacked(archive: Path, tmp_path: Path) -> None:
    provider_schema.unpack(archive, tmp_path / "target")
    assert [(file.name, file.read_bytes()) for file in (tmp_path / "target").iterdir()] == [("sqs-queue.d.ts", b"abc")]


def test_the_hash_is_written_as_npm_writes_it(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert provider_schema.integrity(tmp_path / "empty") == (
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    )


def test_the_provider_has_as_much_as_it_should() -> None:
    files = [file.stem for file in provider.DECLARATIONS.glob("*.d.ts")]
    assert len([file for file in files if not file.startswith("data-")]) == 1582  # 1,581 resources and the provider


def test_every_argument_of_every_declaration_is_read() -> None:
    """One that is not would be refused wherever it is used."""
    for file in provider.DECLARATIONS.glob("*.d.ts"):
        for _, body in provider._INTERFACE.findall(file.read_text()):
            read = list(provider._ARGUMENT.finditer(body))
            assert len(read) == len(re.findall(r"^    readonly ", body, re.MULTILINE)), file.name


def test_names_are_as_the_declarations_spell_them() -> None:
    queue = provider.resource("aws_sqs_queue")
    assert queue is not None
    assert queue.offers("visibility_timeout_seconds")
    assert queue.offers("url")
    assert not queue.offers("address")
    assert provider.data_source("aws_sqs_queue") != queue
