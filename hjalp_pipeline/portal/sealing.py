"""How the records of drafts are sealed: AES-GCM with the office's key, each under a nonce of its own, which stands before it."""

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SealError(Exception):
    """It was sealed with another key, or is not as it was sealed."""


class Seal:
    """A key, and what it seals. What is sealed is text of one line."""

    def __init__(self, key: bytes) -> None:
        """``key``: as ``new_key`` gives it; ValueError for anything else."""
        self._cipher = AESGCM(base64.urlsafe_b64decode(key.strip()))

    def encrypt(self, content: bytes) -> bytes:
        """Seal some bytes."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, content, None))

    def decrypt(self, sealed: bytes | str) -> bytes:
        """What was sealed; SealError when it cannot be opened."""
        try:
            content = base64.b64decode(sealed)
            return self._cipher.decrypt(content[:_NONCE], content[_NONCE:], None)
        except (InvalidTag, ValueError):  # the second: no text of ours
            raise SealError("not sealed with this key") from None


def new_key() -> bytes:
    """A key of 256 bits, as a line of text."""
    return base64.urlsafe_b64encode(AESGCM.generate_key(256))


def as_bytes(record: Mapping[str, str]) -> bytes:
    """A record as it is sealed: its values stand there as they are, and can be searched before they are told apart."""
    return json.dumps(record, ensure_ascii=False).encode()
