"""The lot that decides which closures are looked at again. Pure."""

_FINENESS = 10_000


def is_drawn(event_hash: str, share: int) -> bool:
    """Whether the closure recorded under ``event_hash`` (hex) is among the ``share`` percent to be drawn.

    The hash is the lot: it depends on everything recorded before, so nobody knows it before the closure
    is on record, and everybody can work it out afterwards. What a small share draws, a larger one does too.
    """
    return int(event_hash, 16) % _FINENESS < share * _FINENESS // 100
