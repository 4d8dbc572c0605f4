"""The site's module: its headers are the embedded server's, its error page exists, and a signed link is a way in."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from evaluating import evaluated
from folders import MODULES, ROOT
from hcl import Block, literal, module, references

from bot.on_web.http import SECURITY_HEADERS

SITE = MODULES / "site"
COOKIES = ("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id")


def resource(kind: str) -> Block:
    (found,) = (block for block in module(SITE).of("resource") if block.labels[0] == kind)
    return found


def headers() -> dict[str, str]:
    policy = resource("aws_cloudfront_response_headers_policy")
    (security,), (custom,) = policy.of("security_headers_config"), policy.of("custom_headers_config")
    (referrer,) = security.of("referrer_policy")
    named = {literal(item.arguments["header"]): literal(item.arguments["value"]) for item in custom.of("items")}
    local_values = next(block for block in module(SITE).of("locals") if "content_security_policy" in block.arguments)
    assert len(list(security.of("content_type_options"))) == 1
    return {
        "Content-Security-Policy": literal(local_values.arguments["content_security_policy"]) or "",
        "X-Content-Type-Options": "nosniff",  # CloudFront knows no other
        "Referrer-Policy": literal(referrer.arguments["referrer_policy"]) or "",
        "Cross-Origin-Opener-Policy": named["Cross-Origin-Opener-Policy"] or "",
    }


def test_every_answer_has_the_headers_of_the_embedded_server() -> None:
    assert headers() == SECURITY_HEADERS
    assert "unsafe-inline" not in headers()["Content-Security-Policy"]


def test_what_must_hold_of_every_answer_overrides_what_the_origin_says() -> None:
    policy = resource("aws_cloudfront_response_headers_policy")
    (security,) = policy.of("security_headers_config")
    assert {block.kind for block in security.blocks if block.arguments["override"] is True} == {
        "content_security_policy",
        "content_type_options",
        "frame_options",
        "referrer_policy",
        "strict_transport_security",
    }


def behaviors() -> list[Block]:
    distribution = resource("aws_cloudfront_distribution")
    return [*distribution.of("default_cache_behavior"), *distribution.of("ordered_cache_behavior")]


def test_every_path_has_these_headers_and_reads_only() -> None:
    assert len(behaviors()) == 5
    for one in behaviors():
        assert one.arguments["response_headers_policy_id"] == "${aws_cloudfront_response_headers_policy.this.id}"
        assert not {"POST", "PUT", "PATCH", "DELETE"} & {literal(name) for name in one.arguments["allowed_methods"]}
        assert literal(one.arguments["viewer_protocol_policy"]) in {"redirect-to-https", "https-only"}


def test_scripts_styles_and_glyphs_are_kept_and_pages_for_minutes(tmp_path: Path) -> None:
    variables = {"name": "arena", "api_domain_name": "api.example"}
    instead = {"optional(string)": "string", "aws_acm_certificate_validation.this[0].certificate_arn": "tostring(null)"}
    assert evaluated(SITE, "local.kept", tmp_path, variables, instead) == ["/assets/*", "/glyphs/*"]
    pages, files = (block for block in module(SITE).of("resource") if block.labels[0] == "aws_cloudfront_cache_policy")
    longest = [evaluated(SITE, one.arguments["max_ttl"][2:-1], tmp_path, variables, instead) for one in (pages, files)]
    assert longest == [300, 31_536_000]
    assert [one.arguments["min_ttl"] for one in (pages, files)] == [0, 0], "what says no-cache is asked for again"


def test_nothing_of_the_api_is_kept() -> None:
    to_the_api = [one for one in behaviors() if one.arguments["target_origin_id"] == "${local.api_origin}"]
    assert [literal(one.arguments["path_pattern"]) for one in to_the_api] == ["/api/*", "/health"]
    assert all("cache_policy.disabled" in one.arguments["cache_policy_id"] for one in to_the_api)


def test_only_the_api_is_behind_the_keys() -> None:
    assert [
        literal(one.arguments.get("path_pattern")) for one in behaviors() if "trusted_key_groups" in one.arguments
    ] == ["/api/*"]


def test_what_the_distribution_lets_go_of_is_deleted_after_it() -> None:
    """CloudFront refuses to delete what is in use, and Terraform deletes before it changes unless told otherwise."""
    distribution = resource("aws_cloudfront_distribution")
    used = {path.split(".")[0] for value in distribution.values() for path in references(value)}
    optional = [
        block
        for block in module(SITE).of("resource")
        # A validation is a wait: there is nothing to delete.
        if {"count", "for_each"} & set(block.arguments) and block.labels[0] in used - {"aws_acm_certificate_validation"}
    ]
    assert {block.labels[0] for block in optional} == {"aws_cloudfront_key_group", "aws_cloudfront_function"}
    for block in optional:
        (lifecycle,) = block.of("lifecycle")
        assert lifecycle.arguments["create_before_destroy"] is True, block.address


def test_the_bucket_goes_with_its_files() -> None:
    assert resource("aws_s3_bucket").arguments["force_destroy"] is True


def test_the_error_page_exists_and_replaces_no_answer_of_the_api() -> None:
    (error,) = resource("aws_cloudfront_distribution").of("custom_error_response")
    page = literal(error.arguments["response_page_path"]) or ""
    assert (ROOT / "site" / page.lstrip("/")).is_file()
    assert error.arguments["error_code"] == 403
    assert error.arguments["response_code"] == "${local.signed ? 403 : 404}", "behind keys it is who has no link"
    policy = resource("aws_s3_bucket_policy").arguments["policy"]
    assert "s3:GetObject" in policy
    assert "ListBucket" not in policy, "S3 would answer 404 where nothing is, which is the API's"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("openssl"), "needs openssl: apt install openssl"
    path = tmp_path_factory.mktemp("keys") / "members.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    return path


def link(key: Path, *more: str) -> str:
    arguments = [SITE / "sign.sh", key, "K123", "https://arena.example/", "30", *more]
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()


def entered(address: str) -> dict[str, Any]:
    """What the function at /enter answers, in node."""
    parts = urlsplit(address)
    query = {name: {"value": values[0]} for name, values in parse_qs(parts.query).items()}
    event = {"request": {"method": "GET", "uri": parts.path, "querystring": query, "headers": {}, "cookies": {}}}
    code = f"{(SITE / 'enter.js').read_text()}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    node = shutil.which("node")
    assert node, "needs node: apt install npm"
    answer: dict[str, Any] = json.loads(
        subprocess.run([node, "-"], input=code, check=True, capture_output=True, text=True).stdout
    )
    return answer


def decoded(value: str) -> bytes:
    """CloudFront's base64."""
    return base64.b64decode(value.translate(str.maketrans("-_~", "+=/")))


def test_a_signed_link_becomes_the_cookies_that_cloudfront_checks(key: Path, tmp_path: Path) -> None:
    answer = entered(link(key))
    assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (303, "/")
    cookies = answer["cookies"]
    assert tuple(cookies) == COOKIES
    assert all("Secure; HttpOnly; SameSite=Lax" in one["attributes"] for one in cookies.values())
    policy = decoded(cookies["CloudFront-Policy"]["value"])
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Resource"] == "https://arena.example/api/*"
    assert set(statement["Condition"]) == {"DateLessThan"}
    assert cookies["CloudFront-Key-Pair-Id"]["value"] == "K123"
    (tmp_path / "signature").write_bytes(decoded(cookies["CloudFront-Signature"]["value"]))
    check = ["openssl", "dgst", "-sha1", "-prverify", key, "-signature", tmp_path / "signature"]
    assert subprocess.run(check, input=policy, check=False, capture_output=True).returncode == 0
    assert subprocess.run(check, input=policy + b" ", check=False, capture_output=True).returncode == 1


def test_a_link_with_a_token_goes_on_to_the_function(key: Path) -> None:
    assert entered(link(key, "a-Token_1"))["headers"]["location"]["value"] == "/api/enter?token=a-Token_1"


@pytest.mark.parametrize("spoilt", ["Policy", "Signature", "Key-Pair-Id"])
def test_a_link_that_is_not_whole_is_refused_and_no_header_is_smuggled(key: Path, spoilt: str) -> None:
    whole = link(key)
    assert entered(re.sub(rf"{spoilt}=[^&]*&?", "", whole))["statusCode"] == 400
    assert entered(re.sub(rf"{spoilt}=", f"{spoilt}=%0d%0aSet-Cookie:", whole))["statusCode"] == 400
    assert entered(whole + "&token=a%0d%0ab")["headers"]["location"]["value"] == "/"


def test_whoever_cloudfront_does_not_let_in_is_told_so_and_no_server_is_taken_for_away() -> None:
    code = f"""
        globalThis.localStorage = {{ getItem: () => "en" }};
        globalThis.fetch = async () => new Response("<!doctype html>", {{ status: Number(process.argv[2]) }});
        const api = await import("{(ROOT / "site" / "js" / "api.js").as_uri()}");
        const error = await api.session().catch((error) => error);
        console.log(error instanceof api.ApiError ? `${{error.status}} ${{error.message}}` : error.constructor.name);
    """
    assert in_node(code, "403") == "403 This place is for members: open the link that its moderators have pinned."
    assert in_node(code, "502") == "Offline"


def in_node(code: str, argument: str) -> str:
    node = shutil.which("node")
    assert node, "needs node: apt install npm"
    command = [node, "--no-warnings", "--experimental-default-type=module", "-", argument]
    return subprocess.run(command, input=code, check=True, capture_output=True, text=True).stdout.strip()
