"""What stands against a workbook, and where: told all at once, the same thing once. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

SHOWN = 8  # addresses named with one message


class Problem(NamedTuple):
    """Why a workbook cannot be taken, and where."""

    place: str  # E7, or 指标!G5
    message: str


def gathered(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(places, message), the same message once, in the order of the first places."""
    places: dict[str, list[str]] = {}
    for problem in problems:
        places.setdefault(problem.message, []).append(problem.place)
    return [
        ("、".join(those[:SHOWN]) + (f"等{len(those)}处" if len(those) > SHOWN else ""), message)
        for message, those in places.items()
    ]
