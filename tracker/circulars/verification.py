"""The short code by which anybody can verify a circular, and the QR code that leads there. Pure."""

import hashlib
import hmac
from io import BytesIO

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
LENGTH = 8


def code_of(number: str, key: str) -> str:
    """K7M4-9QRT: the same for the same number, and not to be guessed without the secret key."""
    digest = hmac.new(key.encode(), f"circular {number}".encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest, "big")
    signs = []
    for _ in range(LENGTH):
        value, place = divmod(value, len(ALPHABET))
        signs.append(ALPHABET[place])
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def read_code(typed: str) -> str | None:
    """The code as it is kept, from however it was typed; None when it cannot be one."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return f"{signs[:4]}-{signs[4:]}"


def qr_code(address: str) -> bytes:
    """A picture (PNG) of an address."""
    import segno

    picture = BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=8, border=2)
    return picture.getvalue()
