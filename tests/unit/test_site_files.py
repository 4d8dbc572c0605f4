"""The pages' files, without a browser: every sentence in both languages, no inline code, no HTML from strings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[2] / "site"
SCRIPTS = sorted(SITE.rglob("*.js"))
PAGES = sorted(SITE.glob("*.html"))
ENTRY = re.compile(r'^  (?:"([^"]+)"|(\w+)):\s+"((?:[^"\\]|\\.)*)",$', re.M)


def sentences(language: str) -> dict[str, str]:
    text = (SITE / "js" / "words" / f"{language}.js").read_text()
    return {quoted or bare: sentence for quoted, bare, sentence in ENTRY.findall(text)}


def test_german_has_every_sentence_with_the_same_gaps() -> None:
    english, german = sentences("en"), sentences("de")
    assert len(english) > 120
    assert english.keys() <= german.keys()
    gaps = re.compile(r"\{\w+\}")
    for key, sentence in english.items():
        assert sorted(gaps.findall(sentence)) == sorted(gaps.findall(german[key])), key


def test_every_sentence_that_is_asked_for_exists() -> None:
    english = sentences("en")
    asked = {key for page in PAGES for key in re.findall(r'data-(?:text|label)="([^"]+)"', page.read_text())}
    asked |= {key for script in SCRIPTS for key in re.findall(r'\bt\(\s*"([^"]+)"', script.read_text())}
    assert len(asked) > 80
    missing = {key for key in asked if key not in english and f"{key}.other" not in english}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_hold_no_inline_code_and_load_only_what_is_here(page: Path) -> None:
    text = page.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=", text)
    for address in re.findall(r'(?:src|href)="([^"#]+)"', text):
        assert address == "/" or (SITE / address.lstrip("/")).is_file(), address


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(SITE)))
def test_scripts_are_small_and_never_read_text_as_html(script: Path) -> None:
    text = script.read_text()
    assert text.count("\n") < 300
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser", text)
    for module in re.findall(r'from "(\.[^"]+)"', text):
        assert (script.parent / module).resolve().is_file(), module
