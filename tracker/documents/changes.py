"""What an edit changed in a stored reading: small enough for the trail, enough to take the edit back. Pure.

A change is [path, before, after]: the path leads through the JSON by field names and places, the last step
of it being a field, a place, or a stretch of a list (3:5) in which rows came, went or changed order.
"""

from itertools import takewhile
from typing import Any

from tracker.errors import WrongState

Change = list[Any]  # [path, before, after], as JSON keeps it


def difference(before: Any, after: Any, path: str = "") -> list[Change]:
    """The changes that lead from one JSON value to another of the same shape."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            change
            for name, value in after.items()
            for change in difference(before.get(name), value, f"{path}/{name}")
        ]
    if isinstance(before, list) and isinstance(after, list):
        return _rows(before, after, path)
    return [[path, before, after]]


def undone(stored: Any, changes: list[Change]) -> Any:
    """``stored`` as it was before ``changes``; WrongState when it is not what they led to."""
    for path, before, after in reversed(changes):
        stored = _put(stored, path.split("/")[1:], after, before)
    return stored


def _rows(before: list[Any], after: list[Any], path: str) -> list[Change]:
    """Rows that stayed are looked into; where rows came or went the whole stretch counts as one change."""
    if len(before) == len(after) and all(map(_same_row, before, after)):
        pairs = enumerate(zip(before, after, strict=True))
        return [change for place, pair in pairs for change in difference(*pair, f"{path}/{place}")]
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest = zip(reversed(before[head:]), reversed(after[head:]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    stretch = f"{path}/{head}:{len(after) - tail}"
    return [[stretch, before[head : len(before) - tail], after[head : len(after) - tail]]]


def _same_row(before: Any, after: Any) -> bool:
    both = isinstance(before, dict) and isinstance(after, dict)
    return before["key"] == after["key"] if both else type(before) is type(after)


def _put(stored: Any, path: list[str], expected: Any, value: Any) -> Any:
    """A copy of ``stored`` with ``value`` at the path, where ``expected`` must be now."""
    if not path:
        if stored != expected:
            raise WrongState("识别结果此后又有改动，不能撤销这一步")
        return value
    step, rest = path[0], path[1:]
    if isinstance(stored, dict):
        return stored | {step: _put(stored[step], rest, expected, value)}
    if ":" in step:
        start, stop = map(int, step.split(":"))
        return stored[:start] + _put(stored[start:stop], rest, expected, value) + stored[stop:]
    place = int(step)
    return [*stored[:place], _put(stored[place], rest, expected, value), *stored[place + 1 :]]
