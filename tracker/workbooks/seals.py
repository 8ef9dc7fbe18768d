"""Numbers in a cell that nobody can change or make up: in clear, then sealed with the house's key. Pure."""

import hmac
import re
from base64 import b32encode
from collections.abc import Sequence

_LENGTH = 10  # characters of the seal: 50 bits
_CODE = re.compile(rf"((?:\d{{1,10}}-)+)([a-z2-7]{{{_LENGTH}}})")


def sealed(numbers: Sequence[int], key: bytes, use: str) -> str:
    """12-3-1-k7qm2x9dfa; ``use`` keeps the codes of one kind of workbook apart from those of another."""
    text = "-".join(map(str, numbers))
    return f"{text}-{_seal(text, key, use)}"


def opened(code: str, key: bytes, use: str, many: int) -> list[int] | None:
    """The ``many`` numbers a code says; None when it is none, or was changed."""
    found = _CODE.fullmatch("".join(code.split()).lower())
    if found is None:
        return None
    text, seal = found[1].removesuffix("-"), found[2]
    numbers = list(map(int, text.split("-")))
    is_ours = len(numbers) == many and hmac.compare_digest(seal, _seal(text, key, use))
    return numbers if is_ours else None


def _seal(text: str, key: bytes, use: str) -> str:
    digest = hmac.digest(key, f"{use}:{text}".encode(), "sha256")
    return b32encode(digest).decode().lower()[:_LENGTH]
