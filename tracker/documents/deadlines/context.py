"""What a reader of one sentence knows, and the stretches of it that other readers have claimed."""

import dataclasses
from dataclasses import dataclass

from tracker.documents.deadlines.reading import Base, Mention


@dataclass
class Sentence:
    """One sentence under reading.

    ``field``: it is a 时限 field or a clause, where bare dates and words count. ``carried`` is the year last
    named in it. What is claimed is closed to the readers that come later, with a mention or without.
    """

    text: str
    base: Base
    field: bool
    carried: int | None = None
    mentions: list[Mention] = dataclasses.field(default_factory=list)
    claimed: bytearray = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.claimed = bytearray(len(self.text))

    def is_free(self, start: int, stop: int) -> bool:
        """Whether nobody has claimed any of [start, stop)."""
        return self.claimed.find(1, start, stop) < 0

    def claim(self, start: int, stop: int, *mentions: Mention) -> None:
        """Close [start, stop): it says what ``mentions`` say, or nothing."""
        self.claimed[start:stop] = b"\1" * (stop - start)
        self.mentions.extend(mentions)

    def before(self, at: int, length: int = 12) -> str:
        """What stands just before ``at``."""
        return self.text[max(0, at - length) : at]
