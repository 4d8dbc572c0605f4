"""The site as one artifact, and how it is published: to the bucket behind CloudFront, and its caches told.

What ``python -m infra.site`` has gathered stays what it says: its manifest has each file's type, how long it may be
kept, and the order, which brings a page's scripts before the page.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.artifacts import fetch
from infra.deploy.aws import Clock
from infra.deploy.failures import NotDeployed

RELEASE: Final = "release.json"
"""Says which artifact the bucket shows."""
_MANIFEST: Final = "../manifest.json"
"""In the artifact: no file of the site can be called so."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_MISSING: Final = ("NoSuchKey", "404")
INVALIDATION_SECONDS: Final = 900.0
POLL_SECONDS: Final = 5.0


def pack(folder: Path) -> bytes:
    """What ``python -m infra.site`` has gathered there as a zip: the same bytes for the same files.

    :raises NotDeployed: when it has not, or a file has changed since.
    """
    beside = folder.with_name(f"{folder.name}-manifest.json")
    try:
        manifest = json.loads(beside.read_text(encoding="utf-8"))
        files = {one["path"]: (folder / one["path"]).read_bytes() for one in manifest["files"]}
    except (OSError, ValueError, KeyError) as error:
        raise NotDeployed(f"{folder} is no gathered site ({error}): gather it with “python -m infra.site”.") from None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**files, _MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def published(s3: Any, bucket: str) -> str:
    """The artifact that the bucket shows; empty before the first, and where a publishing has stopped on its way."""
    try:
        held: dict[str, str] = json.loads(s3.get_object(Bucket=bucket, Key=RELEASE)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return ""
        raise
    return held["site"]


def publish(s3: Any, artifacts: str, key: str, bucket: str) -> None:
    """Show that artifact. Nothing is deleted: a page that is open goes on with the scripts that it was made for."""
    _tell(s3, bucket, "")
    with zipfile.ZipFile(io.BytesIO(fetch(s3, artifacts, key))) as archive:
        for one in json.loads(archive.read(_MANIFEST))["files"]:
            s3.put_object(
                Bucket=bucket,
                Key=one["path"],
                Body=archive.read(one["path"]),
                ContentType=one["content_type"],
                CacheControl=one["cache_control"],
            )
    _tell(s3, bucket, key)


def _tell(s3: Any, bucket: str, key: str) -> None:
    told = json.dumps({"site": key}).encode()
    s3.put_object(Bucket=bucket, Key=RELEASE, Body=told, ContentType="application/json", CacheControl="no-store")


def invalidate(cloudfront: Any, distribution: str, clock: Clock) -> None:
    """Tell CloudFront that everything has changed (one path), and wait until it knows.

    :raises NotDeployed: when it takes too long.
    """
    # Another each time: CloudFront answers one that it knows with the invalidation of then, and drops nothing.
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(uuid.uuid4())}
    made = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)["Invalidation"]
    end = clock.now() + INVALIDATION_SECONDS
    while made["Status"] != "Completed":
        if clock.now() >= end:
            raise NotDeployed(f"CloudFront has not dropped what it kept within {INVALIDATION_SECONDS:.0f} s.")
        clock.sleep(POLL_SECONDS)
        made = cloudfront.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
