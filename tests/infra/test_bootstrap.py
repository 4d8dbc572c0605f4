"""``bootstrap.sh`` with an account and a Terraform of files: it may be stopped anywhere, and said again."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = ROOT / "infra" / "terraform" / "bootstrap.sh"
ARGUMENTS: Final = ("eu-central-1", "me/llm-duel-arena")
BUCKET: Final = "arena-state-111122223333-eu-central-1"

# The account is a folder: $ACCOUNT/BUCKET is the bucket, and holds the state once it has come there.
AWS: Final = """#!/usr/bin/env bash
echo "aws $*" >>"$ACCOUNT/said"
case "$1 $2" in
  "sts get-caller-identity") [[ -e "$ACCOUNT/no-credentials" ]] && exit 255; echo 111122223333 ;;
  "s3api head-bucket")
    [[ -e "$ACCOUNT/forbidden" ]] && { echo "An error occurred (403): Forbidden" >&2; exit 254; }
    [[ -d "$ACCOUNT/$BUCKET" ]] || { echo "An error occurred (404): Not Found" >&2; exit 254; } ;;
  "iam get-open-id-connect-provider") [[ -e "$ACCOUNT/provider" ]] || exit 254 ;;
  *) exit 2 ;;
esac
"""
# It keeps its state where the configuration says: beside it while backend_override.tf is there, else in the bucket.
TERRAFORM: Final = """#!/usr/bin/env bash
here="${1#-chdir=}"
shift
provider="provider=${TF_VAR_github_oidc_provider_arn:-} repository=${TF_VAR_github_repository:-}"
echo "terraform $* $provider" >>"$ACCOUNT/said"
state="$ACCOUNT/$BUCKET/state"
[[ -e "$here/backend_override.tf" ]] && state="$here/terraform.tfstate"
case "$1" in
  init)
    if [[ " $* " == *" -migrate-state "* ]]; then
      [[ -e "$here/backend_override.tf" ]] && { echo "the state would stay here" >&2; exit 1; }
      [[ -e "$ACCOUNT/stop-before-moving" ]] && exit 1
      cp "$here/terraform.tfstate" "$ACCOUNT/$BUCKET/state"
      : >"$here/terraform.tfstate"
    fi ;;
  apply)
    grep -qs aws_s3_bucket "$state" || [[ ! -d "$ACCOUNT/$BUCKET" ]] || { echo "BucketAlreadyOwnedByYou" >&2; exit 1; }
    mkdir -p "$ACCOUNT/$BUCKET"
    echo 'aws_s3_bucket.this["state"]' >"$state"
    [[ -e "$ACCOUNT/stop-in-the-middle" ]] && exit 1
    [[ -z "${TF_VAR_github_repository:-}" ]] || echo 'aws_iam_role.deploy["dev"]' >>"$state"
    if [[ -n "${TF_VAR_github_repository:-}" && -z "${TF_VAR_github_oidc_provider_arn:-}" ]]; then
      touch "$ACCOUNT/provider"
      echo 'aws_iam_openid_connect_provider.github[0]' >>"$state"
    fi ;;
  state) cat "$state" ;;
  output) echo "state_bucket = \\"$BUCKET\\"" ;;
  *) exit 2 ;;
esac
"""


@dataclass(frozen=True)
class Account:
    """An account without anything, and a checkout."""

    folder: Path

    @property
    def state(self) -> Path:
        """What has come into the bucket."""
        return self.folder / BUCKET / "state"

    @property
    def checkout(self) -> Path:
        """Of the bootstrap's Terraform."""
        return self.folder / "checkout" / "bootstrap"

    def has(self, mark: str) -> Path:
        """A mark by which its AWS and its Terraform do something else."""
        (path := self.folder / mark).touch()
        return path

    def bootstrap(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The script, run to its end."""
        variables = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "ACCOUNT": str(self.folder),
            "BUCKET": BUCKET,
        }
        script = self.checkout.parent / SCRIPT.name
        return subprocess.run(
            [script, *arguments], env=variables, capture_output=True, text=True, check=False, timeout=60
        )

    def said(self, begin: str) -> list[str]:
        """The calls of a tool that begin so, since the last time that somebody asked for any."""
        log = self.folder / "said"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(begin)]

    def forget(self) -> None:
        """What was said."""
        (self.folder / "said").unlink()


@pytest.fixture
def account(tmp_path: Path) -> Account:
    made = Account(tmp_path)
    made.checkout.mkdir(parents=True)
    shutil.copy(SCRIPT, made.checkout.parent)
    (tmp_path / "bin").mkdir()
    for name, text in (("aws", AWS), ("terraform", TERRAFORM)):
        (tool := tmp_path / "bin" / name).write_text(text)
        tool.chmod(0o755)
    return made


def assert_done(account: Account, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert "aws_s3_bucket" in account.state.read_text()
    assert not (account.checkout / "backend_override.tf").exists()
    assert not (account.checkout / "terraform.tfstate").exists()
    assert BUCKET in done.stdout


def test_the_state_begins_in_a_file_and_moves_into_the_bucket(account: Account) -> None:
    assert_done(account, account.bootstrap(*ARGUMENTS))
    (moved,) = account.said("terraform init -input=false -migrate-state")
    assert f"bucket={BUCKET}" in moved
    assert "use_lockfile=true" in moved


def test_a_second_time_works_on_what_is_in_the_bucket(account: Account) -> None:
    account.bootstrap(*ARGUMENTS)
    account.forget()
    assert_done(account, account.bootstrap(*ARGUMENTS))
    assert account.said("terraform init -input=false -migrate-state") == []
    assert len(account.said("terraform apply")) == 1


def test_stopped_before_the_state_has_moved_it_goes_on_there(account: Account) -> None:
    mark = account.has("stop-before-moving")
    assert account.bootstrap(*ARGUMENTS).returncode != 0
    assert not account.state.exists()
    mark.unlink()
    assert_done(account, account.bootstrap(*ARGUMENTS))


def test_stopped_in_the_middle_of_making_it_goes_on_with_what_it_knew(account: Account) -> None:
    mark = account.has("stop-in-the-middle")
    assert account.bootstrap(*ARGUMENTS).returncode != 0
    assert (account.checkout / "terraform.tfstate").stat().st_size
    mark.unlink()
    assert_done(account, account.bootstrap(*ARGUMENTS))


def test_further_arguments_are_those_of_apply(account: Account) -> None:
    assert_done(account, account.bootstrap(*ARGUMENTS, "--", "-auto-approve"))
    assert account.said("terraform apply -auto-approve")


def test_without_credentials_nothing_is_begun(account: Account) -> None:
    account.has("no-credentials")
    done = account.bootstrap(*ARGUMENTS)
    assert done.returncode == 1
    assert "aws configure" in done.stderr
    assert account.said("terraform") == []


def test_a_bucket_that_cannot_be_asked_for_is_not_taken_for_none(account: Account) -> None:
    account.has("forbidden")
    done = account.bootstrap(*ARGUMENTS)
    assert done.returncode == 1
    assert BUCKET in done.stderr
    assert account.said("terraform") == []


def test_without_a_repository_there_is_no_pipeline(account: Account) -> None:
    assert_done(account, account.bootstrap(ARGUMENTS[0]))
    assert "aws_iam_role" not in account.state.read_text()


def test_a_repository_may_be_named_by_its_ids(account: Account) -> None:
    assert_done(account, account.bootstrap(ARGUMENTS[0], "me@123/llm-duel-arena@456"))
    (applied,) = account.said("terraform apply")
    assert "repository=me@123/llm-duel-arena@456" in applied


def test_a_pipeline_is_not_deleted_by_a_word_that_was_left_out(account: Account) -> None:
    account.bootstrap(*ARGUMENTS)
    account.forget()
    done = account.bootstrap(ARGUMENTS[0])
    assert done.returncode == 1
    assert "OWNER/REPOSITORY" in done.stderr
    assert account.said("terraform apply") == []


def test_an_identity_provider_of_others_is_used(account: Account) -> None:
    account.has("provider")
    assert_done(account, account.bootstrap(*ARGUMENTS))
    (applied,) = account.said("terraform apply")
    assert "provider=arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" in applied


def test_an_identity_provider_of_its_own_stays_its_own(account: Account) -> None:
    account.bootstrap(*ARGUMENTS)
    account.forget()
    account.bootstrap(*ARGUMENTS)
    (applied,) = account.said("terraform apply")
    assert "provider= " in applied


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("Frankfurt",),
        ("eu-central-1", "https://github.com/me/arena"),
        ("eu-central-1", "me/arena@456"),
        (*ARGUMENTS, "-auto-approve"),
    ],
)
def test_what_it_does_not_understand_it_does_not_do(account: Account, arguments: tuple[str, ...]) -> None:
    done = account.bootstrap(*arguments)
    assert done.returncode == 1
    assert "bootstrap.sh REGION" in done.stderr
    assert account.said("") == []
