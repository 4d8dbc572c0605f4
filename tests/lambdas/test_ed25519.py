"""Discord's signatures, checked without PyNaCl's own wrapping: where it is taken from, and that it says the same."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from lambda_interactions import ed25519

NEEDED = ("crypto_sign_open", "sodium_init")


def libsodium() -> None:
    """:raises AssertionError: when PyNaCl no longer has it where ``lambda_interactions/ed25519.py`` takes it from."""
    moved = (
        f"PyNaCl {version('pynacl')} no longer holds libsodium in nacl._sodium, a private module: let "
        "lambda_interactions/ed25519.py take it from where it is now, or crypto_sign_open from nacl.bindings."
    )
    try:
        found = importlib.import_module("nacl._sodium")
    except ImportError:
        raise AssertionError(moved) from None
    assert hasattr(found, "ffi"), moved
    assert all(hasattr(found.lib, name) for name in NEEDED), moved


def test_pynacl_holds_libsodium_where_it_is_taken_from() -> None:
    libsodium()


def test_it_is_said_when_pynacl_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nacl._sodium", None)
    with pytest.raises(AssertionError, match=r"no longer holds libsodium in nacl\._sodium"):
        libsodium()


def _theirs(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except BadSignatureError:
        return False
    return True


@given(
    seed=st.binary(min_size=32, max_size=32),
    message=st.binary(max_size=300),
    flipped=st.none() | st.tuples(st.integers(0, 2), st.integers(0, 255), st.integers(0, 7)),
)
def test_it_says_what_pynacl_says(seed: bytes, message: bytes, flipped: tuple[int, int, int] | None) -> None:
    signing = SigningKey(seed)
    parts = [bytearray(signing.verify_key.encode()), bytearray(signing.sign(message).signature), bytearray(message)]
    if flipped and parts[flipped[0]]:
        part = parts[flipped[0]]
        part[flipped[1] % len(part)] ^= 1 << flipped[2]
    key, signature, signed = map(bytes, parts)
    assert ed25519.verified(key, signature, signed) is _theirs(key, signature, signed)
