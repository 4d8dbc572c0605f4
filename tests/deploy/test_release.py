"""Artifacts, the site, and a whole release with its way back, on the local AWS; CodeDeploy is played by hand."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from answered_aws import Answer, Answered, refused
from local_aws import LocalAws
from release_support import Arena, Hands, codedeploy, ends, pages

from infra.deploy import site
from infra.deploy.artifacts import digest, fetch, has, keep, read_sums
from infra.deploy.aws import Clock
from infra.deploy.failures import NotDeployed
from infra.deploy.record import Record, Site
from infra.deploy.release import Account, Release, region_of, release, undo, wanted


def shown(s3: Any, bucket: str) -> set[str]:
    return {one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]}


def test_an_artifact_is_kept_once_and_never_written_over(local_aws: LocalAws, buckets: tuple[str, str]) -> None:
    s3, content = local_aws.shared("s3"), b"a package"
    key = keep(s3, buckets[0], content)
    made = s3.head_object(Bucket=buckets[0], Key=key)["LastModified"]
    assert keep(s3, buckets[0], content) == key == digest(content)
    assert s3.head_object(Bucket=buckets[0], Key=key)["LastModified"] == made
    assert fetch(s3, buckets[0], key) == content
    assert not has(s3, buckets[0], digest(b"another"))


def test_an_artifact_is_put_with_its_hash_and_only_where_none_is() -> None:
    answers = {"HeadObject": refused("404"), "PutObject": refused("PreconditionFailed")}
    with closing(Answered("s3", answers)) as s3:
        assert keep(s3.client, "artifacts", b"a package") == digest(b"a package"), "somebody else was first: as good"
        [put] = s3.called("PutObject")
        assert put["IfNoneMatch"] == "*"
        assert put["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(b"a package").digest()).decode()


def test_an_artifact_that_is_not_what_its_name_says_is_not_used(local_aws: LocalAws, buckets: tuple[str, str]) -> None:
    s3 = local_aws.shared("s3")
    s3.put_object(Bucket=buckets[0], Key=digest(b"a package"), Body=b"another")
    with pytest.raises(NotDeployed, match="is not what its name says"):
        fetch(s3, buckets[0], digest(b"a package"))
    with pytest.raises(NotDeployed, match="is not in the bucket"):
        fetch(s3, buckets[0], digest(b"missing"))


@pytest.mark.parametrize(
    ("outputs", "region"),
    [
        (
            {"secret_arn": {"value": "arn:aws:secretsmanager:eu-west-3:111122223333:secret:arena-dev-a1b2c3"}},
            "eu-west-3",
        ),
        ({}, ""),
        ({"secret_arn": {"value": "nonsense"}}, ""),
        ([], ""),
    ],
)
def test_a_release_is_where_its_outputs_are_of(outputs: Any, region: str) -> None:
    assert region_of(outputs) == region


def test_packages_are_held_against_their_sums(tmp_path: Path) -> None:
    with pytest.raises(NotDeployed, match="build the packages"):
        read_sums(tmp_path)
    (tmp_path / "worker-arm64.zip").write_bytes(b"zip")
    (tmp_path / "SHA256SUMS").write_text(f"{digest(b'zip')}  worker-arm64.zip\n")
    assert read_sums(tmp_path) == {"worker-arm64.zip": digest(b"zip")}
    (tmp_path / "worker-arm64.zip").write_bytes(b"changed")
    with pytest.raises(NotDeployed, match="build the packages again"):
        read_sums(tmp_path)


def test_the_same_pages_are_the_same_artifact(tmp_path: Path) -> None:
    assert pages(tmp_path / "one", {"js/main.js": "let a"}) == pages(tmp_path / "two", {"js/main.js": "let a"})
    assert pages(tmp_path / "one", {}) != pages(tmp_path / "two", {"js/main.js": "let b"})


def test_a_folder_that_is_no_gathered_site_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(NotDeployed, match="is no gathered site"):
        site.pack(tmp_path / "site")
    pages(tmp_path / "site", {"js/main.js": "let a"})
    (tmp_path / "site" / "js" / "main.js").unlink()
    with pytest.raises(NotDeployed, match=r"main\.js"):
        site.pack(tmp_path / "site")


def test_files_are_published_as_their_manifest_says(
    local_aws: LocalAws, buckets: tuple[str, str], tmp_path: Path
) -> None:
    s3 = local_aws.shared("s3")
    keys = [keep(s3, buckets[0], pages(tmp_path / name, {f"js/{name}.js": name})) for name in ("one", "two")]
    for key in keys:
        site.publish(s3, buckets[0], key, buckets[1])
    assert site.published(s3, buckets[1]) == keys[1]
    assert shown(s3, buckets[1]) == {"index.html", "js/one.js", "js/two.js", "release.json"}, "open pages go on"
    page = s3.get_object(Bucket=buckets[1], Key="index.html")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html", "no-cache")


def test_the_release_is_named_when_all_of_its_files_are_there(tmp_path: Path) -> None:
    packed = pages(tmp_path / "site", {"js/main.js": "let a", "a.css": "p {}"})
    with closing(Answered("s3", {"GetObject": lambda _: _body(packed), "PutObject": {}})) as s3:
        site.publish(s3.client, "artifacts", digest(packed), "site")
        put = [one["Key"] for one in s3.called("PutObject")]
    assert put == ["release.json", "js/main.js", "a.css", "index.html", "release.json"]


def _body(content: bytes) -> Answer:
    return {"Body": io.BytesIO(content)}


def test_cloudfront_is_waited_for_and_not_for_ever(hands: Hands) -> None:
    made = {"Invalidation": {"Id": "I1", "Status": "InProgress", "CreateTime": "2026-11-29T12:00:00Z"}}
    made["Invalidation"]["InvalidationBatch"] = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "me"}
    done = {"Invalidation": {**made["Invalidation"], "Status": "Completed"}}
    with closing(Answered("cloudfront", {"CreateInvalidation": made, "GetInvalidation": done})) as cloudfront:
        site.invalidate(cloudfront.client, "D1", hands.clock)
        assert hands.seconds == site.POLL_SECONDS
        cloudfront.answers["GetInvalidation"] = made
        with pytest.raises(NotDeployed, match="within 900 s"):
            site.invalidate(cloudfront.client, "D1", hands.clock)
        callers = {one["InvalidationBatch"]["CallerReference"] for one in cloudfront.called("CreateInvalidation")}
        assert len(callers) == 2, "a second one by the same name would drop nothing"


@dataclass
class Whole:
    """A release of an arena whose pages are at their first artifact and shall be at their second."""

    arena: Arena
    site: Site
    keys: tuple[str, str]
    record: Path

    @property
    def wanted(self) -> Release:
        return Release(self.arena.name, "us-east-1", self.arena.wanted, self.site, self.keys[1])


@pytest.fixture
def whole(arena: Arena, buckets: tuple[str, str], distribution: str, tmp_path: Path) -> Whole:
    s3 = arena.aws.shared("s3")
    first, second = (keep(s3, buckets[0], pages(tmp_path / name, {"index.html": name})) for name in ("one", "two"))
    site.publish(s3, buckets[0], first, buckets[1])
    return Whole(arena, Site(buckets[0], buckets[1], distribution), (first, second), tmp_path / "record.json")


def test_a_release_shifts_shows_and_can_be_undone(whole: Whole, hands: Hands) -> None:
    said: list[str] = []
    with codedeploy(whole.arena) as answered:
        account = whole.arena.account(answered, hands)
        release(account, whole.wanted, whole.record, said.append)
        assert whole.arena.live() == ["2", "2", "1"]
        assert site.published(account.s3, whole.site.bucket) == whole.keys[1]
        assert f"{whole.arena.names[2]}: stays at 1" in said

        undo(account, Record.read(whole.record), said.append)
        assert whole.arena.live() == ["1", "1", "1"]
        assert site.published(account.s3, whole.site.bucket) == whole.keys[0]
        undo(account, Record.read(whole.record), said.append)  # told twice, it changes nothing more
        assert whole.arena.live() == ["1", "1", "1"]


def test_what_was_live_is_written_down_before_anything_is_changed(whole: Whole, hands: Hands) -> None:
    with codedeploy(whole.arena, failing=frozenset(whole.arena.names)) as answered:
        account = whole.arena.account(answered, hands)
        with pytest.raises(NotDeployed):
            release(account, whole.wanted, whole.record, lambda _: None)
        assert site.published(account.s3, whole.site.bucket) == whole.keys[0], "pages wait for the functions"
    held = Record.read(whole.record)
    live, asked = dict.fromkeys(whole.arena.names, "1"), dict(whole.wanted.functions)
    assert held == Record(whole.arena.name, "us-east-1", live, whole.site, whole.keys[0], asked, whole.keys[1])


def test_a_release_that_is_repeated_keeps_what_was_live_at_first(whole: Whole, hands: Hands) -> None:
    said: list[str] = []
    with codedeploy(whole.arena) as answered:
        account = whole.arena.account(answered, hands)
        release(account, whole.wanted, whole.record, said.append)
        assert not any("begun before" in line for line in said)
        first = Record.read(whole.record)
        release(account, whole.wanted, whole.record, said.append)
        assert any("begun before" in line for line in said)
        assert Record.read(whole.record) == first
        another = replace(whole.wanted, page=whole.keys[0])
        release(account, another, whole.record, said.append)
        assert Record.read(whole.record).page == whole.keys[1], "another release has a record of its own"


def test_a_release_that_was_cut_off_in_mid_shift_is_undone(whole: Whole, hands: Hands) -> None:
    """As when the pipeline's job is cancelled: CodeDeploy would go on by itself."""

    def cut(_: float) -> None:
        raise KeyboardInterrupt

    with codedeploy(whole.arena, never=ends(whole.arena, "discord")) as answered:
        account = whole.arena.account(answered, hands)
        cut_off = Account(account.functions, account.codedeploy, account.s3, account.cloudfront, Clock(lambda: 0, cut))
        with pytest.raises(KeyboardInterrupt):
            release(cut_off, whole.wanted, whole.record, lambda _: None)
        assert re.match(r"1\{'2': 0.1", whole.arena.live()[0])
        undo(account, Record.read(whole.record), lambda _: None)
        assert len(answered.called("StopDeployment")) == 2
    assert whole.arena.live() == ["1", "1", "1"]


def test_pages_that_were_shown_by_half_are_undone(whole: Whole, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    with codedeploy(whole.arena) as answered:
        account = whole.arena.account(answered, hands)
        s3, put = account.s3, account.s3.put_object
        bodies = iter([None, "index.html", "stops here"])

        def stopping(**given: Any) -> Any:
            if next(bodies) == "stops here":
                raise NotDeployed("S3 does not answer.")
            return put(**given)

        monkeypatch.setattr(s3, "put_object", stopping)
        with pytest.raises(NotDeployed):
            release(account, whole.wanted, whole.record, lambda _: None)
        monkeypatch.undo()
        assert s3.get_object(Bucket=whole.site.bucket, Key="index.html")["Body"].read() == b"two"
        undo(account, Record.read(whole.record), lambda _: None)
        assert s3.get_object(Bucket=whole.site.bucket, Key="index.html")["Body"].read() == b"one"
        assert site.published(s3, whole.site.bucket) == whole.keys[0]


def test_outputs_of_another_terraform_are_refused() -> None:
    said = {"name": "arena-dev", "function_versions": {"web": "3"}, "site_bucket": "b", "site_distribution_id": "D"}
    outputs = {name: {"value": value, "sensitive": False} for name, value in said.items()}
    expected = Release("arena-dev", "us-east-1", {"arena-dev-web": "3"}, Site("artifacts", "b", "D"), "page")
    assert wanted(outputs, "us-east-1", "artifacts", "page") == expected
    for name in said:
        with pytest.raises(NotDeployed, match=name):
            wanted(
                {other: value for other, value in outputs.items() if other != name}, "us-east-1", "artifacts", "page"
            )


def test_a_record_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text('{"application": "arena"}')
    for name in ("record.json", "missing.json"):
        with pytest.raises(NotDeployed, match="is no record"):
            Record.read(tmp_path / name)
