"""Encryption at rest for what communities entrust to an installation.

XSalsa20-Poly1305 by libsodium's secretbox (https://doc.libsodium.org/secret-key_cryptography/secretbox), with a random
nonce. Each purpose has a key of its own, derived from the installation's secret by keyed BLAKE2b (RFC 7693), so what is
sealed for one community cannot be opened in the name of another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from engine.errors import NotConfigured
from engine.secret import Secret
from engine.sentences import say

_KEY_BYTES: Final = 32
_PERSON: Final = b"arena-vault-1"


class Vault:
    """Seals and opens short texts under one installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, secret: Secret, *purpose: str) -> str:
        """The text as it may be stored: base64 of nonce and box. The same text never looks the same twice."""
        from nacl.secret import SecretBox

        return base64.b64encode(SecretBox(self._key(purpose)).encrypt(secret.reveal().encode())).decode("ascii")

    def open(self, sealed: str, *purpose: str) -> Secret:
        """What was sealed for that purpose.

        :raises NotConfigured: when it was changed, moved to another purpose, or sealed under another secret.
        """
        from nacl.exceptions import CryptoError
        from nacl.secret import SecretBox

        try:
            box = base64.b64decode(sealed, validate=True)
            return Secret(SecretBox(self._key(purpose)).decrypt(box).decode())
        except (CryptoError, binascii.Error, ValueError):
            raise NotConfigured(
                say("What is stored cannot be read with this installation's secret: set the key again.")
            ) from None

    def _key(self, purpose: tuple[str, ...]) -> bytes:
        # Lengths first: no two lists of words are the same bytes.
        about = b"".join(len(word.encode()).to_bytes(4) + word.encode() for word in purpose)
        root = hashlib.blake2b(self._secret, digest_size=_KEY_BYTES, person=_PERSON).digest()
        return hashlib.blake2b(about, digest_size=_KEY_BYTES, key=root, person=_PERSON).digest()
