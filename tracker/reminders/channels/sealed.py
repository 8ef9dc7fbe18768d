"""Secrets at rest: encrypted under a key that is derived from the program's own and never stored."""

import base64
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Unreadable(Exception):
    """The program's key is not the one the secrets were sealed with."""


def seal(secrets: dict[str, str], key: str) -> str:
    """The secrets as a token that only ``key`` opens."""
    return _fernet(key).encrypt(json.dumps(secrets, ensure_ascii=False).encode()).decode()


def unseal(token: str, key: str) -> dict[str, str]:
    """What was sealed; nothing of an empty token. Raises Unreadable."""
    if not token:
        return {}
    from cryptography.fernet import InvalidToken

    try:
        secrets: dict[str, str] = json.loads(_fernet(key).decrypt(token.encode()))
    except InvalidToken:
        raise Unreadable from None
    return secrets


def _fernet(key: str) -> "Fernet":
    from cryptography.fernet import Fernet  # here: few processes open a secret
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), length=32, salt=None, info=b"tracker channel secrets").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
