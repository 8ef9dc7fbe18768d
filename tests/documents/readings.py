"""Small readings for tests: a text, and what was read in it."""

from typing import Any

from tracker.documents.directory import Directory, GroupEntry, key
from tracker.documents.reading import (
    DeadlineBasis,
    DraftPoint,
    DraftTask,
    Duty,
    Keys,
    Reading,
    TargetRow,
    UnitName,
)

TEXT = (
    "一、建设学校。6月底前选址，年底前建成学校三所（定海2所、普陀1所）。定期检查。"
    "（责任单位：各县（区）、市教育局、市人社局等成员单位）"
)
# id -> name in the fixed order; 4 to 6 are the members an open set has in the table.
UNITS = {1: "定海区", 2: "普陀区", 4: "市教育局", 5: "市人社局", 6: "市财政局"}


def directory(**more: int) -> Directory:
    """A table of five units, one collective name and one open set; ``more`` are further aliases."""
    names = {key(name): unit_id for unit_id, name in UNITS.items()}
    return Directory(
        UNITS,
        names | {"定海": 1, "普陀": 2} | more,
        {
            key("各县（区）"): GroupEntry("各县（区）", (2, 1), False),
            "成员单位": GroupEntry("成员单位", (4, 5, 6), True),
        },
    )


def unit(number: int, text: str = "市教育局", duty: Duty = Duty.RESPONSIBLE, **columns: Any) -> UnitName:
    start = TEXT.find(text)
    span = (start, start + len(text)) if start >= 0 else (None, None)
    return UnitName(number, text, duty, *span, **columns)


def target(number: int, value: str = "3", scope: str = "", **columns: Any) -> TargetRow:
    defaults = {"subject": "建成学校", "comparison": "=", "value_text": "", "measure": "所"}
    return TargetRow(key=number, value=value, scope=scope, **defaults | columns)


def task(number: int, text: str = "6月底前选址", **columns: Any) -> DraftTask:
    start = max(TEXT.find(text), 0)
    defaults = {
        "title": text,
        "start": start,
        "stop": start + len(text),
        "deadline": "2020-12-31",
        "basis": DeadlineBasis.TEXT,
    }
    return DraftTask(key=number, text=text, **defaults | columns)


def point(number: int, *tasks: DraftTask, units: tuple[UnitName, ...] = (), **columns: Any) -> DraftPoint:
    defaults = {"number": "一", "title": "建设学校", "start": 0, "stop": len(TEXT), "title_stop": 6}
    return DraftPoint(key=number, units=units, tasks=tasks, **defaults | columns)


def reading(*points: DraftPoint) -> Reading:
    """Of the points given, or of ``TEXT`` with three tasks, the second with shares."""
    keys = Keys()
    if not points:
        key_of_point = keys.take()
        units = tuple(unit(keys.take(), name) for name in ("各县（区）", "市教育局"))
        shares = [target(keys.take()), target(keys.take(), "2", "定海"), target(keys.take(), "1", "普陀")]
        tasks = (
            task(keys.take(), "6月底前选址", deadline="2020-06-30"),
            task(keys.take(), "年底前建成学校三所（定海2所、普陀1所）", targets=tuple(shares)),
            task(keys.take(), "定期检查", is_dropped=True),
        )
        points = (point(key_of_point, *tasks, units=units),)
    keys.next = 100
    return Reading(points, keys.next)


POINT, AREAS, SCHOOLS, WHOLE, DINGHAI, PUTUO, SITE, BUILD, CHECK = range(1, 10)  # keys of the reading above
