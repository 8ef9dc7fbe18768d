"""Passwords: hashed with argon2, compared, and made up where one is needed once."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

READABLE = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; without an account (None) it takes as long to say no."""
    try:
        return _hasher.verify(_nobodys() if password_hash is None else password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def one_time() -> str:
    """A password to be said on the telephone and changed at once, such as ``k7mf-2qpx-9rtw``."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


@cache
def _nobodys() -> str:
    return hashed(secrets.token_hex())
