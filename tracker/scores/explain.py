"""What a sheet says about itself: what each fact cost, why the score moved, what would raise it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.scores.facts import (
    Correction,
    DueReport,
    Facts,
    Obligation,
    Running,
    Wish,
    behind,
    corrected,
)
from tracker.scores.rules import LABELS, Line, Sheet, late_points, rounded, score, weight

ADVICE = 3  # actions named
TRIED = 12  # of the dearest subjects, how many are computed anew to find them


class Behind(NamedTuple):
    """One fact behind a line, in words, and the points it cost (0: none; negative: it gave some)."""

    fact: Any
    said: str
    cost: Decimal


class Move(NamedTuple):
    """One line last month and this: by how many points it moved, and why."""

    label: str
    before: Decimal | None  # None: it was not there
    after: Decimal | None
    change: Decimal
    why: str


class Advice(NamedTuple):
    """What to do, about what, and by how many points the score would have been higher."""

    subject: str
    words: str
    gain: Decimal


def costs(facts: Facts, model: Mapping[str, Any], lines: Iterable[Line]) -> dict[str, list[Behind]]:
    """Line → the facts behind it, dearest first."""
    found = {}
    for line in lines:
        price = _prices(facts, line, model)
        rows = [Behind(row, said(row), rounded(price(row), "0.01")) for row in behind(facts, line.code)]
        found[line.code] = sorted(rows, key=lambda row: -abs(row.cost))
    return found


def said(row: Any) -> str:
    """How one fact stood, in words."""
    match row:
        case Running():
            return f"进展{row.progress}%，序时进度{row.plan}%"
        case DueReport():
            return "按时填报" if row.on_time else "未按时填报"
        case Obligation():
            return _duty(row)
        case Correction():
            return f"{row.month}的更正"
    return f"{row.on}{'退回' if row.subject.startswith('report') else '发出'}" if row.on else "—"


def _duty(row: Obligation) -> str:
    if row.met:
        early = f"，提前{row.early_workdays}个工作日" if row.early_workdays else ""
        return f"{row.handed_in_on or ''}按时申请{early}"
    if row.handed_in_on:
        return f"{row.handed_in_on}才申请，超过时限{row.late_workdays}个工作日"
    return "截止日未办结" + (f"，逾期{row.late_workdays}个工作日" if row.late_workdays else "")


def moves(before: Mapping[str, Line], after: Mapping[str, Line], old: Facts | None, new: Facts) -> list[Move]:
    """Every line that gave or cost something else than last month, the largest movement first."""
    found = []
    for code in dict.fromkeys((*after, *before)):
        was, now = before.get(code), after.get(code)
        change = (now.points if now else Decimal(0)) - (was.points if was else Decimal(0))
        if change or (was is None) != (now is None):
            label = now.label if now else was.label if was else code
            why = _why(code, was, now, old, new)
            found.append(Move(label, was and was.points, now and now.points, change, why))
    return sorted(found, key=lambda move: -abs(move.change))


def _why(code: str, was: Line | None, now: Line | None, old: Facts | None, new: Facts) -> str:
    if now is None:
        return "本月没有发生" if code in LABELS else "本月没有到期的，满分由其余指标分摊"
    parts = []
    if code in LABELS:
        parts.append(f"{_count(was)}项变为{_count(now)}项")
    elif was is None:
        parts.append(f"上月没有到期的，本月{_ratio(now)}")
    else:
        parts.append(f"{_ratio(was)}变为{_ratio(now)}")
        if was.full != now.full:
            parts.append(f"满分由{was.full:.2f}变为{now.full:.2f}")
    fresh = _faults(new, code) - (_faults(old, code) if old else Counter())
    if fresh:
        names = [f"“{title}”" for title in list(fresh)[:2]]
        parts.append("新增" + "、".join(names) + (f"等{fresh.total()}项" if fresh.total() > 2 else ""))
    return "；".join(parts)


def _faults(facts: Facts, code: str) -> Counter[str]:
    """The titles of what cost something in a line."""
    rows = behind(facts, code)
    if code in ("A", "Z", "late"):
        rows = tuple(row for row in rows if not row.met)
    elif code == "F":
        rows = tuple(row for row in rows if not row.on_time)
    elif code == "P":
        rows = tuple(row for row in rows if row.progress < row.plan)
    return Counter(row.title for row in rows)


def _count(line: Line | None) -> str:
    return _plain(line.numerator) if line else "0"


def _ratio(line: Line) -> str:
    return f"{_plain(line.numerator)}÷{_plain(line.denominator)}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def advise(facts: Facts, model: dict[str, Any]) -> list[Advice]:
    """The actions that would have raised the score most: each computed anew as if it had been done."""
    sheet = score(facts, model)
    dear: defaultdict[str, Decimal] = defaultdict(Decimal)
    codes: defaultdict[str, list[str]] = defaultdict(list)
    rows: dict[str, Any] = {}
    for code, found in costs(facts, model, sheet.lines).items():
        for row in found:
            if row.cost > 0 and code != "correction" and row.fact.subject:
                dear[row.fact.subject] += row.cost
                codes[row.fact.subject].append(code)
                rows.setdefault(row.fact.subject, row.fact)
    advice = []
    for subject in sorted(dear, key=lambda one: (-dear[one], one))[:TRIED]:
        better = facts
        for code in codes[subject]:
            better = corrected(better, code, subject, Wish.MET)
        gain = _points(score(better, model)) - _points(sheet)
        if gain > 0:
            advice.append(Advice(subject, _advice(rows[subject], codes[subject], model), gain))
    return sorted(advice, key=lambda one: -one.gain)[:ADVICE]


def _points(sheet: Sheet) -> Decimal:
    """The score; where nothing is due yet, what the lines add up to."""
    if sheet.score is not None:
        return sheet.score
    return round(sum((line.points for line in sheet.lines), Decimal(0)), 2)


def _advice(row: Any, codes: Sequence[str], model: Mapping[str, Any]) -> str:
    """What to do about one subject."""
    name = f"“{row.title}”"
    if "A" in codes or "late" in codes:
        if row.handed_in_on:
            return f"{name}这样的事项在时限前申请办结，来不及的提前申请延期"
        daily = _plain(Decimal(model["late"]["per_workday"]) * Decimal(model["duty"][row.duty]))
        return f"尽快办结{name}；每再逾期一个工作日多扣{daily}分"
    match codes[0]:
        case "Z":
            return f"整改到位，在时限前为{name}申请销号"
        case "P":
            return f"把{name}的进展从{row.progress}%赶到序时进度{row.plan}%，并及时填报"
        case "F":
            return f"按时填报{name}；没有变化的点一下“无变化”"
        case "Q":
            return f"报送{name}时写实内容、附准材料，不被退回"
    return f"及时办理并回复，避免再发{name}这样的督办单" if "slip" in row.subject else f"如实报送{name}"


def _prices(facts: Facts, line: Line, model: Mapping[str, Any]) -> Any:
    """What one fact of this line cost, as a function of it."""
    rules = dict(model)
    share = Fraction(line.full) / Fraction(line.denominator) if line.denominator else Fraction(0)
    match line.code:
        case "A":
            return lambda row: Fraction(0) if row.met else share * weight(row, rules)
        case "P":
            return lambda row: share * weight(row, rules) * _lag(row)
        case "F":
            return lambda row: Fraction(0) if row.on_time else share
        case "Z":
            return lambda row: Fraction(0) if row.met else share
        case "Q":
            return lambda _: share
        case "correction":
            return lambda row: -Fraction(row.points)
        case "early":
            return lambda _: -Fraction(line.points) / Fraction(line.numerator)
        case "late":
            late = behind(facts, "late")
            whole = late_points(Counter((row.duty, row.late_workdays) for row in late), rules)
            part = -Fraction(line.points) / whole if whole else Fraction(0)  # under the cap on all of them
            return lambda row: part * late_points(Counter([(row.duty, row.late_workdays)]), rules)
    return lambda _: -Fraction(line.points) / Fraction(line.numerator)


def _lag(row: Any) -> Fraction:
    return 1 - Fraction(min(row.progress, row.plan), row.plan) if row.plan else Fraction(0)
