"""The site as one artifact, and how it is published: to the bucket behind CloudFront, and its caches told.

What browsers may keep: a page or a script is asked for again each time, which CloudFront answers with 304; a file that
has its hash in its name never changes. CloudFront itself keeps everything until it is told.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.artifacts import fetch, has
from infra.deploy.aws import Clock
from infra.deploy.failures import NotDeployed

RELEASE: Final = "release.json"
"""Says which artifact the bucket shows, and which one before it."""
TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PAGE: Final = ".html"
_HASHED: Final = re.compile(r"[.-][0-9a-f]{8,64}\.\w+$")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, max-age=0, s-maxage=31536000, must-revalidate"
_NEVER_KEPT: Final = "no-store"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_BATCH: Final = 1000
"""The most that DeleteObjects takes."""
INVALIDATION_SECONDS: Final = 900.0
POLL_SECONDS: Final = 5.0


def pack(folder: Path) -> bytes:
    """A built site as a zip: the same bytes for the same files. :raises NotDeployed: when a file has no known type."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    if "index.html" not in files:
        raise NotDeployed(f"{folder} holds no index.html: build the site with “python -m infra.site” first.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in files.items():
            content_type(name)
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def content_type(name: str) -> str:
    """What a browser is told. :raises NotDeployed: for a kind of file that no page of ours uses."""
    try:
        return TYPES[PurePosixPath(name).suffix]
    except KeyError:
        raise NotDeployed(f"{name} is of no kind that the site is published with: add it to {__name__}.") from None


def cache_control(name: str) -> str:
    """How long a browser, and CloudFront, may keep it."""
    if name == RELEASE:
        return _NEVER_KEPT
    return _FOR_EVER if _HASHED.search(name) else _ASK_AGAIN


def published(s3: Any, bucket: str) -> str:
    """The artifact that the bucket shows; empty before the first."""
    try:
        held: dict[str, str] = json.loads(s3.get_object(Bucket=bucket, Key=RELEASE)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return ""
        raise
    return held["site"]


def publish(s3: Any, artifacts: str, key: str, bucket: str) -> None:
    """Show that artifact. Pages come last, so that none asks for a script that is not there yet.

    What only the artifact before the last had is deleted; the last one's files stay for the pages that are open.
    """
    before = published(s3, bucket)
    files = _unpacked(fetch(s3, artifacts, key))
    for name in sorted(files, key=lambda one: (one.endswith(_PAGE), one)):
        _put(s3, bucket, name, files[name])
    _put(s3, bucket, RELEASE, json.dumps({"site": key}).encode())
    last = _unpacked(fetch(s3, artifacts, before)) if before and has(s3, artifacts, before) else ()
    kept = {*files, RELEASE, *last}
    _delete(s3, bucket, (name for name in _names(s3, bucket) if name not in kept))


def _unpacked(content: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _put(s3: Any, bucket: str, name: str, content: bytes) -> None:
    s3.put_object(
        Bucket=bucket, Key=name, Body=content, ContentType=content_type(name), CacheControl=cache_control(name)
    )


def _names(s3: Any, bucket: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [one["Key"] for page in pages for one in page.get("Contents", ())]


def _delete(s3: Any, bucket: str, names: Iterable[str]) -> None:
    gone = [{"Key": name} for name in names]
    for start in range(0, len(gone), _BATCH):
        done = s3.delete_objects(Bucket=bucket, Delete={"Objects": gone[start : start + _BATCH], "Quiet": True})
        if refused := done.get("Errors"):
            raise NotDeployed(f"{refused[0]['Key']} of {bucket} cannot be deleted: {refused[0].get('Message', '')}")


def invalidate(cloudfront: Any, distribution: str, caller: str, clock: Clock) -> None:
    """Tell CloudFront that everything has changed (one path), and wait until it knows.

    ``caller`` names this time: the same one twice is one invalidation. :raises NotDeployed: when it takes too long.
    """
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": caller}
    made = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)["Invalidation"]
    end = clock.now() + INVALIDATION_SECONDS
    while made["Status"] != "Completed":
        if clock.now() >= end:
            raise NotDeployed(f"CloudFront has not dropped what it kept within {INVALIDATION_SECONDS:.0f} s.")
        clock.sleep(POLL_SECONDS)
        made = cloudfront.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
