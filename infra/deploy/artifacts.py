"""What was built once, kept in a bucket by its SHA-256: each environment takes the same bytes."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.failures import NotDeployed
from infra.functions import RUNTIME

_SUMS: Final = "SHA256SUMS"
_EXISTS: Final = ("PreconditionFailed", "ConditionalRequestConflict")
_MISSING: Final = ("404", "NoSuchKey", "NotFound")
_ZIP: Final = "application/zip"
_COMPILED: Final = re.compile(r"\.cpython-(\d)(\d+)\.pyc$")


def read_sums(folder: Path) -> Mapping[str, str]:
    """The hash of each package by its file's name, as ``python -m infra.package`` wrote them.

    :raises NotDeployed: when one is not what its hash says, or there is none.
    """
    path = folder / _SUMS
    if not path.is_file():
        raise NotDeployed(f"{path} is missing: build the packages with “python -m infra.package” first.")
    sums = {name: sha256 for sha256, name in (line.split() for line in path.read_text(encoding="utf-8").splitlines())}
    for name, sha256 in sums.items():
        if not (folder / name).is_file() or digest((folder / name).read_bytes()) != sha256:
            raise NotDeployed(f"{name} in {folder} is not what {_SUMS} says: build the packages again.")
    return sums


def require_runtime(name: str, content: bytes) -> None:
    """Whether the functions' runtime loads that package: built by another Python, it would not even start.

    :raises NotDeployed: when its bytecode is another version's.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {"python{}.{}".format(*one.groups()) for path in archive.namelist() if (one := _COMPILED.search(path))}
    if wrong := sorted(found - {RUNTIME}):
        raise NotDeployed(
            f"{name} was built by {wrong[0]}, and the functions run {RUNTIME}: remove .venv and say "
            f"“make packages PYTHON={RUNTIME}”."
        )


def digest(content: bytes) -> str:
    """SHA-256 as hexadecimal digits: the key of an artifact."""
    return hashlib.sha256(content).hexdigest()


def keep(s3: Any, bucket: str, content: bytes) -> str:
    """Put an artifact there unless it is there already; its key. S3 checks the hash of what arrives.

    What is there is never written over, not even by a second upload at the same moment.
    """
    key = digest(content)
    if has(s3, bucket, key):
        return key
    checksum = base64.b64encode(bytes.fromhex(key)).decode()
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=_ZIP, ChecksumSHA256=checksum, IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] not in _EXISTS:
            raise
    return key


def has(s3: Any, bucket: str, key: str) -> bool:
    """Whether it is there."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return False
        raise
    return True


def fetch(s3: Any, bucket: str, key: str) -> bytes:
    """An artifact. :raises NotDeployed: when it is not there, or is not what its key says."""
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise NotDeployed(f"{key} is not in the bucket {bucket}: deploy a commit whose artifacts are.") from None
        raise
    if digest(content) != key:
        raise NotDeployed(f"{key} in the bucket {bucket} is not what its name says: delete it and deploy again.")
    return content
