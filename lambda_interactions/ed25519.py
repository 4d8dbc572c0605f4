"""Discord's signatures, checked by libsodium as PyNaCl brings it.

Straight from PyNaCl's compiled module: ``nacl.bindings`` wraps the whole of libsodium and takes eight times as long to
import, which every cold start would pay. Source: https://doc.libsodium.org/public-key_cryptography/public-key_signatures
"""

from __future__ import annotations

from typing import Final

from nacl._sodium import ffi, lib

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_BYTES: Final = ffi.typeof("unsigned char[]")
_LENGTH: Final = ffi.typeof("unsigned long long *")

if lib.sodium_init() < 0:
    raise RuntimeError("libsodium could not be initialised")


def verified(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of that public key has signed the message. :raises ValueError: for a key of another length."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a public key has {KEY_BYTES} bytes, not {len(key)}")
    if len(signature) != SIGNATURE_BYTES:
        return False
    signed = signature + message
    opened = ffi.new(_BYTES, len(signed))
    return bool(lib.crypto_sign_open(opened, ffi.new(_LENGTH), signed, len(signed), key) == 0)
