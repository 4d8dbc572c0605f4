"""How Discord signs what it sends: https://discord.com/developers/docs/interactions/overview."""

from __future__ import annotations

import hashlib
import time
from typing import Final

from nacl.signing import SigningKey

KEY: Final = SigningKey(hashlib.sha256(b"a key of tests").digest())
PUBLIC_KEY: Final = KEY.verify_key.encode().hex()


def signed(body: bytes, timestamp: int | None = None) -> dict[str, str]:
    """The headers with which Discord sends a body."""
    stamp = str(int(time.time()) if timestamp is None else timestamp)
    signature = KEY.sign(stamp.encode() + body).signature.hex()
    return {
        "content-type": "application/json",
        "x-signature-ed25519": signature,
        "x-signature-timestamp": stamp,
    }
