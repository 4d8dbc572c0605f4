"""Packages as they are declared: everything that is imported is in them, and they are the same each time."""

from __future__ import annotations

import json
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.functions import DISCORD, FUNCTIONS, Function
from infra.package.building import build, contents
from infra.package.closure import closure, file_of
from infra.package.contents import PACKAGES, Package, is_kept
from infra.package.machines import ARM64, X86_64, Architecture, machine_of
from infra.package.provenance import bill_of_materials
from infra.package.wheels import LOCK, NotPackaged, Wheel, in_folder, locked, normalised

NAMES = [package.name for package in PACKAGES]


@pytest.fixture(params=PACKAGES, ids=NAMES)
def package(request: pytest.FixtureRequest) -> Package:
    found: Package = request.param
    return found


def wheel(folder: Path, name: str, **files: bytes) -> Wheel:
    """A small wheel of that name."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
        archive.writestr(f"{name}-1.0.data/scripts/run", b"#!python")
        archive.writestr(f"{name}/__init__.py", b"ONE = 1\n")
        for file, content in files.items():
            archive.writestr(f"{name}/{file}.so", content)
    return Wheel.of(path)


def binary(architecture: Architecture) -> bytes:
    return b"\x7fELF" + bytes(14) + architecture.machine.to_bytes(2, "little") + bytes(40)


def small(tmp_path: Path, *functions: Function, **more: object) -> Package:
    """A package of two small wheels, and of what these functions import."""
    for name in ("one", "other"):
        wheel(tmp_path, name)
    values = {
        "distributions": ("one", "other"),
        "spared": {},
        "scanned": (),
        "data": (),
        "most_bytes": 1_000_000,
        **more,
    }
    return Package("small", functions, **values)  # type: ignore[arg-type]


def test_every_function_is_in_one_package() -> None:
    assert sorted(one.name for package in PACKAGES for one in package.functions) == sorted(
        one.name for one in FUNCTIONS
    )


def test_whatever_its_distributions_ask_for_is_in_it_or_spared_for_a_reason(package: Package) -> None:
    asked = {normalised(name) for name in package.distributions}
    for name in package.distributions:
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                asked.add(normalised(requirement.name))
    assert asked - set(package.distributions) <= package.spared.keys()


def test_whatever_our_modules_import_is_in_it_or_spared(package: Package) -> None:
    providers = metadata.packages_distributions()
    foreign = package.modules().foreign - sys.stdlib_module_names
    missing = {
        name
        for name in foreign
        if not {normalised(one) for one in providers.get(name, [name])} & {*package.distributions, *package.spared}
    }
    assert missing == set()


def test_nothing_is_in_it_that_no_module_imports(package: Package) -> None:
    """Directly, or because something that is imported asks for it."""
    providers = metadata.packages_distributions()
    needed = {normalised(one) for name in package.modules().foreign for one in providers.get(name, [])}
    waiting = list(needed)
    while waiting:
        for line in metadata.requires(waiting.pop()) or ():
            requirement = Requirement(line)
            name = normalised(requirement.name)
            if (requirement.marker is None or requirement.marker.evaluate({"extra": ""})) and name not in needed:
                needed.add(name)
                waiting.append(name)
    assert set(package.distributions) <= needed


def test_everything_in_the_lock_file_is_found_by_any_spelling(package: Package) -> None:
    pinned = locked(LOCK.read_text(encoding="utf-8"))
    assert set(package.distributions) <= pinned.keys()
    assert pinned["numpy"].count("numpy==") == 2, "one for each version of Python"
    assert all("--hash=sha256:" in lines for lines in pinned.values())


def test_a_webhook_holds_no_use_case_and_a_worker_no_page() -> None:
    for package in PACKAGES:
        own = package.modules().own
        heavy = (
            ("engine.arena", "engine.stores", "engine.players", "bot.on_web")
            if package.name != "worker"
            else ("bot.on_terminal", "bot.on_web.server")
        )
        assert not [name for name in own if name.startswith((*heavy, "infra", "tests", "bot.cli"))]


def test_a_closure_follows_imports_of_functions_and_not_those_for_type_checkers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "engine"
    (folder / "scanned").mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "one": (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine import typed\n"
            "def f():\n    import engine.lazy\n"
        ),
        "lazy": "import chess.svg\nfrom engine.other import thing\n",
        "other": "thing = 1\n",
        "typed": "",
        "scanned/__init__": "",
        "scanned/child": "import numpy\n",
    }.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.setattr("infra.package.closure.ROOT", tmp_path)
    found = closure(["engine.one"])
    assert found.own == {"engine", "engine.one", "engine.lazy", "engine.other"}
    assert "chess" in found.foreign
    assert "engine.scanned.child" in closure(["engine.one"], ["engine.scanned"]).own
    assert file_of("engine.other.thing") is None


@pytest.mark.parametrize(
    ("file", "kept"),
    [
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("numpy/core/tests/test_a.py", False),
        ("numpy/core/a.pyi", False),
        ("numpy-2.0.dist-info/METADATA", True),
        ("numpy-2.0.dist-info/RECORD", False),
        ("numpy-2.0.dist-info/licenses/LICENSE.txt", True),
        ("PIL/_imaging.cpython-313-aarch64-linux-gnu.so", True),
    ],
)
def test_ballast_is_left_behind_and_licences_are_not(file: str, kept: bool) -> None:
    assert is_kept(file) is kept


def test_a_binary_says_what_machine_it_is_for() -> None:
    assert machine_of(binary(ARM64)) == ARM64.machine
    assert machine_of(binary(X86_64)) == X86_64.machine
    assert machine_of(b"print(1)\n") is None
    assert machine_of(Path(sys.executable).read_bytes()) in (ARM64.machine, X86_64.machine)


def test_a_binary_for_another_machine_is_found_out(tmp_path: Path) -> None:
    package = small(tmp_path)
    wheel(tmp_path, "other", fast=binary(X86_64))
    wheels = in_folder(tmp_path, package.distributions)
    assert "other/fast.so" in contents(package, wheels, X86_64)
    with pytest.raises(NotPackaged, match=r"other/fast.so of other-1.0-py3-none-any.whl is no binary for arm64"):
        contents(package, wheels, ARM64)


def test_the_same_is_built_each_time_and_another_when_something_changes(tmp_path: Path) -> None:
    package = small(tmp_path, DISCORD)
    one, same = (build(package, ARM64, tmp_path, tmp_path / out, sys.executable) for out in ("a", "b"))
    assert one.sha256 == same.sha256
    assert bill_of_materials(one) == bill_of_materials(same)
    wheel(tmp_path, "other", more=b"text")
    assert build(package, ARM64, tmp_path, tmp_path / "c", sys.executable).sha256 != one.sha256


def test_a_package_holds_sources_bytecode_and_the_licence(tmp_path: Path) -> None:
    built = build(small(tmp_path, DISCORD), ARM64, tmp_path, tmp_path / "out", sys.executable)
    with zipfile.ZipFile(built.path) as archive:
        names = set(archive.namelist())
        tag = sys.implementation.cache_tag
        assert {
            "lambda_interactions/discord.py",
            f"lambda_interactions/__pycache__/discord.{tag}.pyc",
            "LICENSE",
        } <= names
        assert f"one/__pycache__/__init__.{tag}.pyc" in names
        assert not [name for name in names if "scripts" in name or name.endswith("RECORD")]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"/var/task/one/__init__.py" in archive.read(f"one/__pycache__/__init__.{tag}.pyc")
    assert built.files == len(names)


def test_a_bill_names_every_wheel_with_its_hash(tmp_path: Path) -> None:
    built = build(small(tmp_path), ARM64, tmp_path, tmp_path / "out", sys.executable)
    bill = json.loads(json.dumps(bill_of_materials(built)))
    assert [one["purl"] for one in bill["components"]] == ["pkg:pypi/one@1.0", "pkg:pypi/other@1.0"]
    assert [one["hashes"][0]["content"] for one in bill["components"]] == [one.sha256 for one in built.wheels]
    assert bill["metadata"]["component"]["hashes"][0]["content"] == built.sha256


def test_one_that_is_too_large_or_lacks_a_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPackaged, match=r"small-arm64.zip is .* MB zipped; it may be 0.0 MB"):
        build(small(tmp_path, most_bytes=10), ARM64, tmp_path, tmp_path / "out", sys.executable)
    with pytest.raises(NotPackaged, match="holds 0 wheels of third"):
        build(small(tmp_path, distributions=("one", "third")), ARM64, tmp_path, tmp_path / "out", sys.executable)


def test_what_does_not_compile_is_refused(tmp_path: Path) -> None:
    package = small(tmp_path)
    path = tmp_path / "other-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/broken.py", b"def\n")
    with pytest.raises(NotPackaged, match="Not everything can be compiled"):
        build(package, ARM64, tmp_path, tmp_path / "out", sys.executable)
