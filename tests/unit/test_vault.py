"""What is sealed for one purpose is opened for that purpose, under that secret, unchanged; else not at all."""

from __future__ import annotations

import base64
import json
import logging

import pytest

from engine.errors import NotConfigured
from engine.secret import Secret
from engine.vault import Vault

SECRET = b"a secret of tests"
KEY = Secret("sk-test-of-nobody")


def test_it_comes_back() -> None:
    vault = Vault(SECRET)
    assert vault.open(vault.seal(KEY, "web:main", "key", "ours"), "web:main", "key", "ours") == KEY
    assert Vault(SECRET).open(vault.seal(Secret("ü" * 500), "p"), "p").reveal() == "ü" * 500


def test_the_same_never_looks_the_same() -> None:
    vault = Vault(SECRET)
    assert len({vault.seal(KEY, "p") for _ in range(50)}) == 50


def test_nothing_of_it_is_seen(caplog: pytest.LogCaptureFixture) -> None:
    sealed = Vault(SECRET).seal(KEY, "p")
    assert KEY.reveal().encode() not in base64.b64decode(sealed)
    logging.getLogger("test").warning("%s %r", KEY, [KEY])
    assert KEY.reveal() not in caplog.text
    with pytest.raises(TypeError):
        json.dumps({"key": KEY})


@pytest.mark.parametrize(
    ("secret", "purpose"),
    [
        (SECRET, ("web:other", "key", "ours")),
        (SECRET, ("web:main", "key", "theirs")),
        (SECRET, ("web:main", "ke", "yours")),
        (SECRET, ("web:main", "key")),
        (b"another secret", ("web:main", "key", "ours")),
    ],
)
def test_another_purpose_or_secret_does_not_open_it(secret: bytes, purpose: tuple[str, ...]) -> None:
    sealed = Vault(SECRET).seal(KEY, "web:main", "key", "ours")
    with pytest.raises(NotConfigured, match="set the key again") as refused:
        Vault(secret).open(sealed, *purpose)
    assert KEY.reveal() not in str(refused.value)


def test_a_changed_box_does_not_open() -> None:
    box = bytearray(base64.b64decode(Vault(SECRET).seal(KEY, "p")))
    for place in (0, len(box) // 2, len(box) - 1):
        broken = bytearray(box)
        broken[place] ^= 1
        with pytest.raises(NotConfigured):
            Vault(SECRET).open(base64.b64encode(broken).decode(), "p")


@pytest.mark.parametrize("sealed", ["", "not base64", "AAAA", "é"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(NotConfigured):
        Vault(SECRET).open(sealed, "p")
