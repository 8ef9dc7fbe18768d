"""What a task entered by hand is to be: its level, its first day, what is still in doubt. Pure."""

import re
from datetime import date

from tracker.documents.directory import Directory
from tracker.documents.flags import Flag, flags
from tracker.documents.reading import DraftTask, Reading

# How closely an order wants to be watched, by its words; the first line that fits counts.
_LEVELS = (
    ("supervised", re.compile("督办")),
    (
        "key",
        re.compile(
            "重点(?:工作|任务|事项|推进|落实|关注|督查|抓好|保障)|(?:列为|作为|列入)[^，。；]{0,6}重点"
        ),
    ),
)


def level_of(text: str) -> str:
    """The value of the Level an order's words ask for."""
    return next((level for level, pattern in _LEVELS if pattern.search(text)), "ordinary")


def task_of(reading: Reading) -> DraftTask:
    """The one task of an order."""
    return reading.points[0].tasks[0]


def standing(reading: Reading, directory: Directory, today: date) -> list[Flag]:
    """What stands against issuing the task (blocking), or should be looked at first."""
    found = [flag for flag in flags(reading, directory, None) if flag.kind not in ("no_date", "doubt")]
    task = task_of(reading)
    if task.deadline and task.deadline < today.isoformat():
        message = "时限已经过了，下达后即为逾期，经确认后才计入评价：请改期，或照此下达"
        found.append(Flag(task.key, "past", message, False))
    return found


def starts_on(given_on: date, deadline: date | None, today: date) -> date:
    """A unit carries the task from the day it is told, never from a day after its deadline."""
    first = max(given_on, today)
    return min(first, deadline) if deadline else first


def day_of(task: DraftTask) -> date | None:
    """The deadline as a date."""
    return date.fromisoformat(task.deadline) if task.deadline else None
