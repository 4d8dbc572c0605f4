"""``python -m infra.deploy``: keep what was built, release it in one environment, or go back to what was live before.

Credentials and the region come as AWS's own tools find them; the pipeline's come by OIDC and last an hour.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from engine.errors import ArenaError
from infra.deploy.artifacts import digest, keep, read_sums, require_runtime
from infra.deploy.aws import Clock
from infra.deploy.failures import NotDeployed
from infra.deploy.record import Record
from infra.deploy.release import Account, region_of, release, undo, wanted
from infra.deploy.site import pack
from infra.package.closure import ROOT

EXIT_FAILED: Final = 1
_RETRIES: Final = Config(retries={"mode": "standard", "total_max_attempts": 5})


def main(argv: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 with a sentence when it is not."""
    given = parser().parse_args(argv)
    try:
        given.run(given)
    except ArenaError as error:
        return _failed(error.text)
    except NoRegionError:
        return _failed("No region is set: export AWS_DEFAULT_REGION, for example as eu-central-1.")
    except (BotoCoreError, ClientError) as error:
        return _failed(f"AWS refused: {error}")
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    commands = made.add_subparsers(required=True, metavar="keep|release|back")
    one = commands.add_parser("keep", help="put packages and pages into the bucket of artifacts, and say their keys")
    one.add_argument("--packages", type=Path, default=ROOT / "build" / "packages", help="made by infra.package")
    one.add_argument("--site", type=Path, default=ROOT / "build" / "site", help="made by infra.site")
    one.add_argument("--bucket", required=True, help="of artifacts")
    one.add_argument("--out", type=Path, required=True, help="where the keys go, as JSON")
    one.add_argument("--tfvars", type=Path, help="where the packages' keys go for Terraform, as …auto.tfvars.json")
    one.set_defaults(run=_keep)
    two = commands.add_parser(
        "release", help="shift the functions to the versions that Terraform has published, and show the pages"
    )
    two.add_argument("--bucket", required=True, help="of artifacts")
    two.add_argument("--kept", type=Path, required=True, help="what “keep” has written")
    two.add_argument("--outputs", type=Path, required=True, help="what “terraform output -json” has written")
    two.add_argument("--record", type=Path, required=True, help="where what was live before is written")
    two.add_argument("--config", default="", help="of CodeDeploy, in place of the deployment groups' own")
    two.set_defaults(run=_release)
    three = commands.add_parser("back", help="functions and pages as a record says that they were")
    three.add_argument("--record", type=Path, required=True, help="what “release” has written")
    three.set_defaults(run=_back)
    return made


def _keep(given: argparse.Namespace) -> None:
    sums, site = read_sums(given.packages), pack(given.site)
    for name in sums:
        require_runtime(name, (given.packages / name).read_bytes())
    s3 = boto3.client("s3", config=_RETRIES)
    for name in sums:
        _say(f"{keep(s3, given.bucket, (given.packages / name).read_bytes())}  {name}")
    _say(f"{keep(s3, given.bucket, site)}  site")
    keys = {"packages": {Path(name).stem: sha256 for name, sha256 in sums.items()}, "site": digest(site)}
    _write(given.out, keys)
    if given.tfvars:
        _write(given.tfvars, {"packages": keys["packages"]})


def _release(given: argparse.Namespace) -> None:
    kept, outputs = _read(given.kept), _read(given.outputs)
    page = str(kept["site"])
    account, region = _account(region_of(outputs))
    release(account, wanted(outputs, region, given.bucket, page, given.config), given.record, _say)


def _back(given: argparse.Namespace) -> None:
    record = Record.read(given.record)
    account, _ = _account(record.region)
    undo(account, record, _say)


def _account(region: str) -> tuple[Account, str]:
    session = boto3.session.Session(region_name=region or None)
    client: Any = session.client
    functions, codedeploy, s3, cloudfront = (
        client(name, config=_RETRIES) for name in ("lambda", "codedeploy", "s3", "cloudfront")
    )
    return Account(functions, codedeploy, s3, cloudfront, Clock(time.monotonic, time.sleep)), str(session.region_name)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotDeployed(f"{path} cannot be read ({error}): the step before writes it.") from None


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _failed(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
