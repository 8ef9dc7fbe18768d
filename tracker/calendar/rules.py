"""Reading the State Council's yearly notice of days off, writing days in its form, comparing years. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from tracker.workdays import HOLIDAYS, festival

WEEKDAYS = "一二三四五六日"
LONGEST = 15  # days off in a row; more is a misprint

_DAY = timedelta(days=1)
_NAME = "(?:元旦|春节|清明节?|(?:国际)?劳动节|端午节?|中秋节?|国庆节?|抗战胜利70周年纪念日)"
_YEAR = (re.compile(r"(20\d\d)年(?:部分)?节假日"), re.compile(rf"(20\d\d)年{_NAME}"))
_HEAD = re.compile(rf"(?:[一二三四五六七八九十]+、|\d+[.、])?({_NAME}(?:[、和及]{_NAME})*):")
_DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:\([^()]*\))?"
_PARTS = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?")
_SPAN = re.compile(rf"{_DATE}(?:[至到~—-]+{_DATE})?")
_CLAUSE = re.compile(
    rf"({_SPAN.pattern}(?:[、,和及]{_SPAN.pattern})*)[,均]?(?:正常|照常)?(放假调休|放假|补休|调休|上班)"
)
_COUNT = re.compile(r"(\d+)天")
_WEEKDAY = re.compile("(?:星期|周)([一二三四五六日天])")


class Day(NamedTuple):
    """One day as a notice orders it: free, or worked."""

    day: date
    is_workday: bool
    name: str  # 国庆节、中秋节 where they fall together


class Reading(NamedTuple):
    """What a text says: nothing of it may be used while there are ``faults``."""

    year: int  # 0: not found
    names: tuple[str, ...]  # the festivals it orders
    days: tuple[Day, ...]  # by date
    faults: tuple[str, ...]
    unused: tuple[str, ...]  # sentences with a date that say nothing about working days

    @property
    def missing(self) -> list[str]:
        """The yearly holidays it does not speak of; not one that falls into another (2020: 中秋节)."""
        if not self.year:
            return []
        free = {one.day for one in self.days if not one.is_workday}
        if not self.year:
            return []
        return [name for name in HOLIDAYS if name not in self.names and festival(name, self.year) not in free]


class Change(NamedTuple):
    """A day before and after, in words."""

    day: date
    before: str
    after: str


def read(text: str) -> Reading:
    """Read a notice, such as “一、元旦：1月1日（周五）至3日放假，共3天。1月9日（周六）上班。”"""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = next((match for pattern in _YEAR if (match := pattern.search(folded))), None)
    if found is None:
        return Reading(0, (), (), ("没有读到年份，请连同标题一起粘贴，例如“2027年部分节假日安排”",), ())
    reader = _Reader(int(found[1]))
    heads = list(_HEAD.finditer(folded))
    ends = [*(head.start() for head in heads[1:]), len(folded)]
    for head, end in zip(heads, ends, strict=False):
        names = [_usual(name) for name in re.findall(_NAME, head[1])]
        reader.section(names, folded[head.end() : end])
    if not heads:
        reader.faults.append("没有读到任何节日，每个节日应写成“元旦：1月1日（星期五）放假，共1天。”这样")
    return reader.reading()


def write(year: int, days: Iterable[Day]) -> str:
    """The days of a year in the form of a notice; ``read`` gives them back."""
    by_name: dict[str, list[Day]] = {}
    for one in sorted(days):
        by_name.setdefault(one.name, []).append(one)
    lines = [f"{year}年节假日安排"]
    for name, those in by_name.items():
        free = [one.day for one in those if not one.is_workday]
        worked = [one.day for one in those if one.is_workday]
        line = f"{name}："
        if free:
            spans = "、".join(_span_words(year, span) for span in _spans(free))
            line += f"{spans}放假，共{len(free)}天。"
        if worked:
            line += f"{'、'.join(_day_words(year, day) for day in worked)}上班。"
        lines.append(line)
    return "\n".join(lines)


def compare(before: Iterable[Day], after: Iterable[Day]) -> list[Change]:
    """The days that are not the same, by date."""
    old, new = ({one.day: one for one in days} for days in (before, after))
    pairs = ((day, _words(old.get(day)), _words(new.get(day))) for day in sorted({*old, *new}))
    return [Change(*pair) for pair in pairs if pair[1] != pair[2]]


def merged(before: Iterable[Day], reading: Reading) -> list[Day]:
    """The year as it will be: festivals the notice does not speak of stay as they are."""
    taken = {one.day for one in reading.days}
    kept = [
        one
        for one in before
        if not set(one.name.split("、")).intersection(reading.names) and one.day not in taken
    ]
    return sorted([*kept, *reading.days])


def _words(day: Day | None) -> str:
    if day is None:
        return "按星期"
    return f"{'调休上班' if day.is_workday else '放假'}（{day.name}）"


def _usual(name: str) -> str:
    return next((known for known in HOLIDAYS if known[:2] in name), name)


def _spans(days: Sequence[date]) -> Iterator[list[date]]:
    """Days in a row."""
    for _, pairs in groupby(enumerate(days), lambda pair: pair[1] - pair[0] * _DAY):
        yield [day for _, day in pairs]


def _span_words(year: int, span: Sequence[date]) -> str:
    return "至".join(_day_words(year, day) for day in dict.fromkeys((span[0], span[-1])))


def _day_words(year: int, day: date) -> str:
    written = "" if day.year == year else f"{day.year}年"
    return f"{written}{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


class _Wrong(Exception):
    """A date that cannot be; the message says why."""


class _Reader:
    """Walks through a notice, festival by festival, and collects days and faults."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.names: list[str] = []
        self.days: dict[date, Day] = {}
        self.faults: list[str] = []
        self.unused: list[str] = []
        self.month = 0  # of the date before: 1月1日至3日

    def reading(self) -> Reading:
        return Reading(
            self.year,
            tuple(self.names),
            tuple(sorted(self.days.values())),
            tuple(self.faults),
            tuple(self.unused),
        )

    def section(self, names: list[str], text: str) -> None:
        self.month = 0
        for name in names:
            if name in self.names:
                self.faults.append(f"“{name}”写了两次")
        self.names += names
        name = "、".join(names)
        for sentence in filter(None, re.split("[。;]", text)):
            try:
                self._sentence(name, sentence)
            except _Wrong as wrong:
                self.faults.append(f"{name}：{wrong}（“{sentence}”）")
        for one in names:
            day = festival(one, self.year) if one in HOLIDAYS else None
            if day and (self.days[day].is_workday if day in self.days else day.weekday() < 5):
                self.faults.append(f"{name}：{day.month}月{day.day}日是{one}，读到的放假日期里没有这一天")

    def _sentence(self, name: str, sentence: str) -> None:
        if sentence.startswith(("鼓励", "建议")):  # advice to employers, no order
            self.unused.append(sentence)
            return
        clauses = list(_CLAUSE.finditer(sentence))
        if re.search(r"\d日", _CLAUSE.sub("", sentence)):
            if clauses or re.search("放假|休|上班", sentence):
                raise _Wrong("这一句没有读懂，请改成“1月1日（星期五）至3日（星期日）放假，共3天”这样")
            self.unused.append(sentence)
        free: list[date] = []
        for clause in clauses:
            days = self._dates(clause[1])
            is_workday = clause[2] == "上班"
            for day in days:
                self._take(Day(day, is_workday, name))
            free += [] if is_workday else days
        count = _COUNT.search(sentence)
        if free and count and "连休" not in sentence and int(count[1]) != len(free):
            raise _Wrong(f"写明共{count[1]}天，读到的是{len(free)}天")

    def _take(self, one: Day) -> None:
        said = f"{one.day.month}月{one.day.day}日"
        if one.day in self.days:
            raise _Wrong(f"{said}写了两次")
        if one.is_workday and one.day.weekday() < 5:
            raise _Wrong(f"{said}是星期{WEEKDAYS[one.day.weekday()]}，本来就是工作日，不会是调休上班")
        self.days[one.day] = one

    def _dates(self, text: str) -> list[date]:
        days: list[date] = []
        for span in _SPAN.finditer(text):
            first, *rest = _PARTS.finditer(span[0])
            start = self._date(first)
            self._check_weekdays([*days, start], first[4])
            if not rest:
                days.append(start)
                continue
            end = self._date(rest[0], start)
            if not start < end <= start + (LONGEST - 1) * _DAY:
                raise _Wrong(f"“{span[0]}”起止日期不对")
            days += [start + n * _DAY for n in range((end - start).days + 1)]
            self._check_weekdays(days, rest[0][4])
        return days

    def _date(self, parts: re.Match[str], start: date | None = None) -> date:
        """The day a date means: month and year may stand before it, or be those of ``start``."""
        month = int(parts[2] or self.month)
        if not month:
            raise _Wrong(f"“{parts[0]}”前面没有写月份")
        year = int(parts[1] or (start or date(self.year, 1, 1)).year)
        if start and not parts[1] and month < start.month:
            year += 1
        try:
            day = date(year, month, int(parts[3]))
        except ValueError:
            raise _Wrong(f"没有{year}年{month}月{parts[3]}日这一天") from None
        if day.year != self.year and (day.year, day.month) != (self.year - 1, 12):
            raise _Wrong(f"{day.year}年{month}月{parts[3]}日不在{self.year}年")
        self.month = month
        return day

    def _check_weekdays(self, days: Sequence[date], note: str | None) -> None:
        """The weekdays in the brackets after a date are those of the latest days, in their order."""
        said = [word.replace("天", "日") for word in _WEEKDAY.findall(note or "")]
        for day, word in zip(days[::-1], said[::-1], strict=False):
            if WEEKDAYS[day.weekday()] != word:
                right = WEEKDAYS[day.weekday()]
                raise _Wrong(f"{day.year}年{day.month}月{day.day}日是星期{right}，文中写的是星期{word}")
