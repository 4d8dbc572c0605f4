"""What lies in the queue ``commands`` can be read by the workers alone: members type keys of APIs, among other things.

A webhook seals with a public key (libsodium's sealed boxes: X25519 and XSalsa20-Poly1305, a fresh key for each
message), whose private half follows from the installation's secret. So whoever may look into the queue or its dead
letters sees which platform an event is of, and its id. Source: https://doc.libsodium.org/public-key_cryptography/sealed_boxes
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from engine.errors import BadMessage

_PURPOSE: Final = b"arena: what is queued for the workers"


def sealing_key(secret: bytes) -> str:
    """The public key in hexadecimal digits, for ``ARENA_SEALING_KEY`` of the webhooks."""
    return bytes(_private(secret).public_key).hex()


def opened(sealed: str, secret: bytes) -> str:
    """What was sealed. :raises BadMessage: when it was not sealed for this installation."""
    try:
        return SealedBox(_private(secret)).decrypt(base64.b64decode(sealed, validate=True)).decode()
    except (CryptoError, ValueError) as error:
        raise BadMessage(
            "an event was sealed for another secret: is ARENA_SEALING_KEY of this installation?"
        ) from error


def _private(secret: bytes) -> PrivateKey:
    return PrivateKey.from_seed(hmac.new(secret, _PURPOSE, hashlib.sha256).digest())
