"""Checks of the site: it loads with all that it needs, is served with the headers that protect it, and fits the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urljoin, urlsplit

from bot.smoke.asking import Answer
from bot.smoke.finding import Check, Finding, Target, amiss, fine
from engine.sentences import joined, say

MOST_FILES: Final = 500
LEAST_HSTS_SECONDS: Final = 31_536_000
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    ".js": frozenset({"text/javascript", "application/javascript"}),
    ".css": frozenset({"text/css"}),
    ".svg": frozenset({"image/svg+xml"}),
}
_IMPORT: Final = re.compile(r'(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}/[^"]+)"')
_PUBLISH: Final = say("Publish the site again (python -m infra.site), all files before the pages.")


def page(target: Target) -> Finding:
    """Whether the front page is there."""
    found = target.client.ask(f"{target.site}/")
    if found.status == 200 and found.media == "text/html" and b"<script" in found.body:
        return fine("page", say("{bytes} bytes", bytes=len(found.body)))
    mend = joined([say("Let the distribution serve index.html at /, from its bucket."), _PUBLISH])
    return amiss("page", _described(found), mend)


def files(target: Target) -> Finding:
    """Whether every script, style and picture that the page names is there, also those that scripts name."""
    start = f"{target.site}/"
    waiting = list(_named(target.client.ask(start).body.decode(errors="replace"), start))
    known: set[str] = set()
    while waiting and len(known) < MOST_FILES:
        url = waiting.pop()
        if url in known:
            continue
        known.add(url)
        if urlsplit(url).netloc != urlsplit(start).netloc:
            mend = say("Pages load nothing from elsewhere: publish those of this arena.")
            return amiss("files", say("{url} is elsewhere", url=url), mend)
        found = target.client.ask(url)
        suffix = PurePosixPath(urlsplit(url).path).suffix
        if found.status != 200 or found.media not in _TYPES.get(suffix, {found.media}):
            return amiss("files", joined([urlsplit(url).path, _described(found)], ": "), _PUBLISH)
        if suffix == ".js":
            imports = _IMPORT.findall(found.body.decode(errors="replace"))
            waiting += [urljoin(url, one) for one in imports]
    if not known:
        return amiss("files", say("the page names none"), _PUBLISH)
    return fine("files", say("{count} files", count=len(known)))


def missing(target: Target) -> Finding:
    """Whether an address that leads nowhere says so."""
    found = target.client.ask(f"{target.site}/smoke-test-of-no-page")
    if (found.status == 404 and found.media == "text/html") or _wants_link(found):
        return fine("missing", _described(found))
    return amiss(
        "missing", _described(found), say("Let the distribution answer 404 with 404.html where the bucket has no file.")
    )


def site_headers(target: Target) -> Finding:
    """Whether the page's headers keep foreign code out."""
    mend = say("Attach the response headers policy that build/site-manifest.json lists to the distribution.")
    return _headers("headers", target.client.ask(f"{target.site}/"), mend)


def api_headers(target: Target) -> Finding:
    """Whether the API's do: a board is a picture that a browser opens as a page."""
    mend = say("Deploy the function “web” as it is built: it sets these headers itself.")
    return _headers("api-headers", target.client.ask(f"{target.api}/health"), mend)


def behind(target: Target) -> Finding:
    """Whether the site leads to the API, with what an answer depends on."""
    spoken = {lang: target.client.ask(f"{target.site}/api/session?lang={lang}") for lang in ("en", "de")}
    mend = say(
        "Let the distribution lead /api/* to the API, with query, cookies and headers but Host, and keep none of it."
    )
    if all(_wants_link(found) for found in spoken.values()):
        return fine("behind", _described(spoken["en"]))
    if any(found.status not in (200, 401) or found.media != "application/json" for found in spoken.values()):
        return amiss("behind", _described(spoken["en"]), mend)
    if spoken["en"].body == spoken["de"].body:
        return amiss("behind", say("the query does not get through"), mend)
    return fine("behind", _described(spoken["en"]))


def _wants_link(found: Answer) -> bool:
    """Whether CloudFront itself wants a signed link (site_public_keys): its page then always comes with a 403."""
    return found.status == 403 and found.media == "text/html"


def version(target: Target) -> Finding:
    """Whether pages and API are of one version."""
    site = target.client.ask(f"{target.site}/version.json").json()
    api = target.client.ask(f"{target.api}/health").json()
    shown, served = str(site.get("version", "")), str(api.get("version", ""))
    if shown and shown == served:
        return fine("version", say("{version}, build {build}", version=shown, build=str(site.get("build", ""))))
    seen = say("site {site}, API {api}", site=shown or say("none"), api=served or say("none"))
    mend = say(
        "Publish the site of the API's version, or lead the API's alias to the site's; then empty the edges' caches."
    )
    return amiss("version", seen, mend)


def _headers(check: str, found: Answer, mend: str) -> Finding:
    wrong = [name for name, right in _WANTED.items() if not right(found.headers.get(name, ""))]
    if wrong:
        return amiss(check, say("not as they should be: {names}", names=", ".join(wrong)), mend)
    return fine(check, ", ".join(_WANTED))


def _keeps_code_out(policy: str) -> bool:
    """https://www.w3.org/TR/CSP3/"""
    directives = {words[0].lower(): words[1:] for part in policy.split(";") if (words := part.split())}
    everywhere = {source.lower() for sources in directives.values() for source in sources}
    scripts = directives.get("script-src", directives.get("default-src"))
    if scripts is None or everywhere & {"'unsafe-inline'", "'unsafe-eval'"}:
        return False
    return set(scripts) <= {"'self'", "'none'"} and directives.get("frame-ancestors") in (["'none'"], ["'self'"])


def _is_long(hsts: str) -> bool:
    found = re.search(r"max-age=(\d+)", hsts)
    return found is not None and int(found[1]) >= LEAST_HSTS_SECONDS


_WANTED: Final[Mapping[str, Callable[[str], bool]]] = {
    "content-security-policy": _keeps_code_out,
    "strict-transport-security": _is_long,
    "x-content-type-options": lambda value: value == "nosniff",
    "referrer-policy": lambda value: value in ("no-referrer", "same-origin", "strict-origin-when-cross-origin"),
    "cross-origin-opener-policy": lambda value: value == "same-origin",
}


class _Named(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        loaded = {"script": "src", "img": "src", "link": "href"}.get(tag)
        if loaded and given.get(loaded):
            self.addresses.append(str(given[loaded]))


def _named(html: str, start: str) -> Iterator[str]:
    parser = _Named()
    parser.feed(html)
    return (urljoin(start, address) for address in parser.addresses)


def _described(found: Answer) -> str:
    return say("status {status}, {media}", status=found.status, media=found.media or say("no type"))


CHECKS: Final = (
    Check("api-headers", api_headers),
    Check("page", page, settles=True, of_site=True),
    Check("files", files, settles=True, of_site=True),
    Check("headers", site_headers, settles=True, of_site=True),
    Check("missing", missing, settles=True, of_site=True),
    Check("behind", behind, settles=True, of_site=True),
    Check("version", version, settles=True, of_site=True),
)
