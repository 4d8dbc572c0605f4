"""Seals an event for the workers (:mod:`bot.sealing` opens it), straight from PyNaCl's compiled module as in
:mod:`lambda_interactions.ed25519`: that is loaded by then, and ``nacl.public`` would be paid for by every cold start.
"""

from __future__ import annotations

import base64
from typing import Final

from nacl._sodium import ffi, lib

KEY_BYTES: Final = 32
_OVERHEAD: Final = 48
"""Bytes that a sealed box is longer: a public key of 32 and a tag of 16."""
_BYTES: Final = ffi.typeof("unsigned char[]")

if lib.sodium_init() < 0:
    raise RuntimeError("libsodium could not be initialised")


def sealed(text: str, key: bytes) -> str:
    """In base64. :raises ValueError: for a key of another length, or one that is none."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
    message = text.encode()
    box = ffi.new(_BYTES, len(message) + _OVERHEAD)
    if lib.crypto_box_seal(box, message, len(message), key) != 0:
        raise ValueError("that is no public key")
    return base64.b64encode(bytes(ffi.buffer(box))).decode()
