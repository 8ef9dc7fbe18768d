"""What reminder rules say, as data and as schedules; which of them make sense. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from tracker.errors import Invalid
from tracker.reminders.rules import FIRST_HOUR, HOURS, LAST_HOUR, USUAL, Schedule, Step
from tracker.workdays import Workdays

LEVELS = ("ordinary", "key", "supervised")
MOST_BEFORE, MOST_AFTER, MOST_STEPS, MOST_WEEKLY, MOST_UNSIGNED = 15, 30, 10, 20, 10
NEVER = 99  # of "from which working day on": later than any step
FROM = {
    -MOST_BEFORE: "每一次",
    -3: "到期前3个工作日起",
    -1: "到期前1个工作日起",
    0: "到期当天起",
    1: "逾期第1个工作日起",
    3: "逾期第3个工作日起",
    5: "逾期第5个工作日起",
    10: "逾期第10个工作日起",
    NEVER: "不提醒",
}


class Rules(NamedTuple):
    """One version: what holds for each level, and the hours messages go out in, on working days."""

    levels: Mapping[str, Schedule] = dict.fromkeys(LEVELS, USUAL)
    hours: tuple[time, time] = HOURS

    def as_json(self) -> dict[str, Any]:
        """As a version is stored."""
        levels = {level: schedule._asdict() for level, schedule in self.levels.items()}
        return {"levels": levels, "hours": [f"{one:%H:%M}" for one in self.hours]}


def rules_of(data: Mapping[str, Any]) -> Rules:
    """The rules that were stored as ``data``."""
    first, last = map(time.fromisoformat, data["hours"])
    levels = {
        level: Schedule(**one | {"before": tuple(one["before"]), "after": tuple(one["after"])})
        for level, one in data["levels"].items()
    }
    return Rules(levels, (first, last))


def numbers(said: str) -> tuple[int, ...]:
    """7、3、1 → (7, 3, 1); raises ValueError for anything but whole numbers and what separates them."""
    if re.search(r"[^\d、,，;；\s]", said):
        raise ValueError(said)
    return tuple(int(word) for word in re.findall(r"\d+", said))


def check(rules: Rules) -> None:
    """Raises Invalid, with the fields that are wrong, for rules that would not do."""
    wrong: dict[str, str] = {}
    for level, one in rules.levels.items():
        if not all(1 <= n <= MOST_BEFORE for n in one.before):
            wrong[f"{level}-before"] = f"只能是1至{MOST_BEFORE}"
        if not all(1 <= n <= MOST_AFTER for n in one.after):
            wrong[f"{level}-after"] = f"只能是1至{MOST_AFTER}"
        for name, days in (("before", one.before), ("after", one.after)):
            if len(set(days)) < len(days):
                wrong[f"{level}-{name}"] = "有重复的日子"
        if len(one.before) + one.on_day + len(one.after) > MOST_STEPS:
            wrong[f"{level}-after"] = f"一件事除了定期的以外最多提醒{MOST_STEPS}次，请减少"
        if not one.after:
            wrong[f"{level}-after"] = "逾期后至少提醒一次，否则单位不知道已经逾期"
        if not one.before and not one.on_day:
            wrong[f"{level}-before"] = "到期前或者到期当天至少提醒一次"
    first, last = rules.hours
    if first < FIRST_HOUR:
        wrong["first"] = f"不能早于{FIRST_HOUR:%H:%M}"
    if (last.hour - first.hour) * 60 + last.minute - first.minute < 60:
        wrong["last"] = "至少要比开始晚一小时"
    if last > LAST_HOUR:
        wrong["last"] = f"不能晚于{LAST_HOUR:%H:%M}"
    if wrong:
        raise Invalid("规则没有通过，请按红字提示修改", **wrong)


def steps_on(
    schedule: Schedule, deadline: date, days: Sequence[date], workdays: Workdays
) -> list[Step | None]:
    """The step reached on each of ``days`` (working days in a row), with that of the one before in front."""
    offset = workdays.between(deadline, days[0]) - 1
    return [schedule.at(offset + number) for number in range(len(days) + 1)]


def new_steps(steps: Iterable[Step | None], earlier: Step | None) -> Iterator[Step]:
    """Of the steps day by day those that make a reminder: each when it is reached."""
    for step in steps:
        if step and (earlier is None or step.name != earlier.name):
            yield step
        earlier = step


def workdays_of(first: date, last: date, workdays: Workdays) -> list[date]:
    """The working days from ``first`` to ``last``, both inclusive."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if workdays.is_workday(day)]
