"""How an extension of a rectification is spoken of. Pure."""

from tracker.tasks.requests.rules import Extended

RECTIFICATION = Extended("rectification", "整改时限", "认领", frozenset({"planning", "active"}))
