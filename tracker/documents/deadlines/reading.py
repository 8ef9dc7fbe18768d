"""What a phrase about time comes to: a Deadline, its place in the text, and what it was counted from."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date

from tracker.workdays import Workdays, statutory

Json = dict[str, str | int | bool | None]

EVERY = {
    "daily": "每日",
    "weekly": "每周",
    "biweekly": "每两周",
    "tenday": "每旬",
    "semimonthly": "每半月",
    "monthly": "每月",
    "bimonthly": "每两个月",
    "quarterly": "每季度",
    "semiannual": "每半年",
    "yearly": "每年",
    "biennial": "每两年",
}
_WEEKDAYS = "一二三四五六日"
_MONTHS_OF_QUARTER = ("首月", "第二个月", "末月")


@dataclass(frozen=True)
class Deadline:
    """When something has to be done; every day named is included.

    ``due`` alone: on or before that day; with ``start``: within that stretch. ``start`` with
    ``open_ended``: from that day on. ``recurring`` is a key of EVERY; ``day`` is then the day of the month
    (of the week, 1 = Monday, when weekly; -1 = the last), ``month`` that of a yearly one and
    ``month_of_quarter`` 1 to 3. ``time`` is an hour of the last day, 18:00. ``ambiguous``: a person should
    choose between ``due`` and ``alt_due``, or confirm. ``invalid_source_date``: the text names no day that
    exists, or digits had to be mended. ``next_workday``: moves on when it falls on a day off.
    """

    due: date | None = None
    start: date | None = None
    recurring: str | None = None
    day: int | None = None
    month: int | None = None
    month_of_quarter: int | None = None
    open_ended: bool = False
    immediate: bool = False
    done: bool = False
    approx: bool = False
    ambiguous: bool = False
    alt_due: date | None = None
    invalid_source_date: bool = False
    time: str | None = None
    next_workday: bool = False

    @property
    def is_state(self) -> bool:
        """Whether it names no day at all, only 长期坚持, 立行立改 or 已完成."""
        return not (self.due or self.start or self.recurring)

    def as_json(self) -> Json:
        """The keys that say something; ``day`` also says null in a recurring one."""
        shown: Json = {}
        for name in (each.name for each in fields(self)):
            value = getattr(self, name)
            if value not in (None, False) or (name == "day" and self.recurring):
                shown[name] = value.isoformat() if isinstance(value, date) else value
        return shown

    def words(self) -> str:
        """The reading in Chinese, for a person to check: 2020年6月30日前, 每月5日前, 长期坚持."""
        parts = [
            "已完成" if self.done else "",
            "立行立改" if self.immediate else "",
            _every(self) if self.recurring else _stretch(self),
            "长期坚持" if self.open_ended and (self.due or not self.start) else "",
        ]
        remarks = [
            "约" if self.approx else "",
            f"也可能是{_day(self.alt_due)}" if self.alt_due else "请核对" if self.ambiguous else "",
            "原文日期有误" if self.invalid_source_date else "",
            "逢节假日顺延" if self.next_workday else "",
        ]
        said = "，".join(filter(None, parts))
        return said + (f"（{'，'.join(filter(None, remarks))}）" if any(remarks) else "")


@dataclass(frozen=True)
class Base:
    """What relative phrases are counted from: the day of the paper, the year it plans for.

    ``years_from`` is the first year of a term the paper sets itself (2012年起5年内), from which a bare
    5年内 elsewhere in it is counted; see `term_start`.
    """

    issued_on: date | None = None
    plan_year: int | None = None
    workdays: Workdays = field(default_factory=statutory)
    years_from: int | None = None

    @property
    def year(self) -> int | None:
        """The year of a date that names none."""
        return self.plan_year or (self.issued_on.year if self.issued_on else None)


@dataclass(frozen=True)
class Mention:
    """An expression of time at [start, stop) of the text.

    ``deadline`` is None when it hangs on something outside the text (汛前): a person must say. ``weak``:
    only a bare period (2020年，/今年/月通报), which may be no deadline at all.
    """

    start: int
    stop: int
    deadline: Deadline | None
    weak: bool = False


def governing(mentions: Iterable[Mention]) -> Mention | None:
    """The one that counts of several: the last with a due day, else the last that says anything."""
    ranked = [(_weight(mention.deadline), at, mention) for at, mention in enumerate(mentions)]
    return max(ranked, key=lambda each: each[:2])[2] if ranked else None


def _weight(deadline: Deadline | None) -> int:
    if deadline is None:
        return 0
    return 3 if deadline.due else 2 if deadline.recurring else 1


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _stretch(deadline: Deadline) -> str:
    if deadline.due and deadline.start:
        return f"{_day(deadline.start)}至{_day(deadline.due)}{deadline.time or ''}"
    if deadline.due:
        return f"{_day(deadline.due)}{deadline.time or ''}前"
    return f"{_day(deadline.start)}起" if deadline.start else ""


def _every(deadline: Deadline) -> str:
    kind, day, month = deadline.recurring or "", deadline.day, deadline.month
    said = EVERY.get(kind, kind)
    if kind == "quarterly" and deadline.month_of_quarter:
        said += _MONTHS_OF_QUARTER[deadline.month_of_quarter - 1]
    if month:
        said += f"{month}月"
    if kind in ("weekly", "biweekly") and day:
        said = said.removesuffix("周") + "周" + _WEEKDAYS[day - 1]
    elif day:
        of_months = kind == "monthly" or month or deadline.month_of_quarter
        said += f"{day}日" if day > 0 else "底" if of_months else "末"
    said += deadline.time or ""
    said += "前" if day or deadline.time else ""
    since = f"{_day(deadline.start)}起，" if deadline.start else ""
    until = f"，至{_day(deadline.due)}止" if deadline.due else ""
    return since + said + until
