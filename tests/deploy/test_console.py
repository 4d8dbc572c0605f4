"""``python -m infra.deploy`` as the pipeline says it: what it writes, how it ends."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from local_aws import LocalAws
from release_support import Arena, pages

from infra.deploy.__main__ import main
from infra.deploy.artifacts import digest, has
from infra.deploy.record import Record, Site


def package(compiled_by: str) -> bytes:
    """A package of one module, compiled by that Python."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("arena.py", "")
        archive.writestr(f"__pycache__/arena.cpython-{compiled_by}.pyc", "")
    return held.getvalue()


PACKAGE = package("313")


@pytest.fixture
def here(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> LocalAws:
    """The local AWS for every client that is made without an address."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    return local_aws


def built(folder: Path, content: bytes = PACKAGE) -> tuple[Path, Path]:
    """What infra.package and infra.site leave there."""
    (folder / "packages").mkdir()
    (folder / "packages" / "worker-arm64.zip").write_bytes(content)
    (folder / "packages" / "SHA256SUMS").write_text(f"{digest(content)}  worker-arm64.zip\n")
    pages(folder / "site", {"js/main.js": "let a"})
    return folder / "packages", folder / "site"


def test_what_was_built_is_kept_and_its_keys_are_for_terraform(
    here: LocalAws, buckets: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packages, site = built(tmp_path)
    out, tfvars = tmp_path / "kept.json", tmp_path / "packages.auto.tfvars.json"
    asked = ["keep", "--packages", str(packages), "--site", str(site), "--bucket", buckets[0], "--out", str(out)]
    assert main([*asked, "--tfvars", str(tfvars)]) == 0
    kept = json.loads(out.read_text())
    assert kept["packages"] == {"worker-arm64": digest(PACKAGE)}
    assert json.loads(tfvars.read_text()) == {"packages": kept["packages"]}
    assert all(has(here.shared("s3"), buckets[0], key) for key in (*kept["packages"].values(), kept["site"]))
    assert f"{digest(PACKAGE)}  worker-arm64.zip" in capsys.readouterr().out


def test_what_fails_is_one_sentence_and_a_status(
    here: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packages, site = built(tmp_path)
    asked = ["keep", "--packages", str(packages), "--site", str(site), "--out", str(tmp_path / "kept.json")]
    assert main([*asked, "--bucket", "no-such-bucket"]) == 1
    assert "AWS refused: " in capsys.readouterr().err
    (packages / "worker-arm64.zip").write_bytes(b"changed")
    assert main([*asked, "--bucket", "no-such-bucket"]) == 1
    assert "build the packages again" in capsys.readouterr().err
    assert not (tmp_path / "kept.json").exists()


def test_a_package_of_another_python_than_the_functions_is_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever has said `make run` first has a .venv of Debian's Python, and `make packages PYTHON=…` builds by that."""
    packages, site = built(tmp_path, package("311"))
    asked = ["keep", "--packages", str(packages), "--site", str(site), "--out", str(tmp_path / "kept.json")]
    assert main([*asked, "--bucket", "nobody-is-asked"]) == 1
    said = capsys.readouterr().err
    assert "worker-arm64.zip was built by python3.11, and the functions run python3.13: remove .venv" in said


def test_a_step_that_was_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["release", "--bucket", "artifacts", "--record", str(tmp_path / "record.json")]
    assert main([*asked, "--kept", str(tmp_path / "kept.json"), "--outputs", str(tmp_path / "outputs.json")]) == 1
    said = capsys.readouterr().err
    assert f"{tmp_path / 'kept.json'} cannot be read" in said
    assert said.endswith("the step before writes it.\n")


def test_aliases_are_led_back_even_where_codedeploy_does_not_answer(
    here: LocalAws, arena: Arena, buckets: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The local AWS has none. That must be looked at, and is said, when the functions are back."""
    for name in arena.names[:2]:
        arena.functions.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
    before = dict.fromkeys(arena.names, "1")
    record = tmp_path / "record.json"
    Record(arena.name, "us-east-1", before, Site(*buckets, "D1"), "", before, "").write(record)
    assert main(["back", "--record", str(record)]) == 1
    assert "CodeDeploy cannot be asked" in capsys.readouterr().err
    assert arena.live() == ["1", "1", "1"]
