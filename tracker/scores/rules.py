"""The month in points: frozen facts and a model in, score sheets and ranks out. Pure and exact.

Everything the formula knows stands in ``DEFAULT_MODEL`` as data; the code only walks it. Arithmetic is in
fractions and is rounded once, at the end, halves up; so the order of facts never matters and a frozen month
recomputes to the identical figure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

NO_SCORE = "本月没有到期事项，不参与评价"
TOO_FEW = "任务数较少，不排名"
NO_GAP = "本月无明显差距，不排名次"

# Numbers are written as text so that JSON keeps them exact.
DEFAULT_MODEL: dict[str, Any] = {
    "indicators": {
        "A": {"label": "按时办结率", "weight": "45"},
        "P": {"label": "序时进度", "weight": "15"},
        "F": {"label": "反馈及时率", "weight": "15"},
        "Z": {"label": "销号率", "weight": "15"},
        "Q": {"label": "数据质量", "weight": "10"},
    },
    "duty": {"lead": "1", "responsible": "1", "support": "0.5"},
    "level": {"ordinary": "1", "key": "1.5", "supervised": "2"},
    "late": {"first": "0.5", "per_workday": "0.1", "most_each": "3", "most": "15"},
    "slip": {"yellow": "0.5", "red": "2"},
    "falsehood": "10",
    "early": {"each": "0.2", "most": "3", "workdays": 5},
    "minimum_obligations": 3,
    "ceiling": {"score": "99", "share": "0.5"},
    "behind": {"score": "80", "on_time": "0.9", "last_share_of": 3},
}


@dataclass(frozen=True)
class Obligation:
    """One duty or rectification that counts this month: due in the window, or overdue from before.

    ``met``: handed in on or before its due day and not refused. ``late_workdays``: working days past due
    when it was handed in, or at the cut-off if it was not. ``early_workdays``: handed in so many before.
    """

    subject: str  # "assignment:12", "rectification:3"
    title: str
    due_on: str
    duty: str
    level: str
    met: bool
    handed_in_on: str | None = None  # None: not by the cut-off
    late_workdays: int = 0
    early_workdays: int = 0


@dataclass(frozen=True)
class Running:
    """One duty under way at the cut-off: actual against planned progress, percent."""

    subject: str
    title: str
    duty: str
    level: str
    progress: int
    plan: int


@dataclass(frozen=True)
class DueReport:
    """One report that was due in the window."""

    subject: str
    title: str
    due_on: str
    on_time: bool


def _plain(fact: Obligation | Running | DueReport) -> dict[str, Any]:
    """A fact as JSON keeps it. They are flat: ``asdict`` would copy every word of tens of thousands."""
    return dict(vars(fact))


@dataclass(frozen=True)
class Facts:
    """All that is known of one unit's month. As JSON it is the frozen snapshot."""

    duties: tuple[Obligation, ...] = ()
    rectifications: tuple[Obligation, ...] = ()
    running: tuple[Running, ...] = ()
    reports: tuple[DueReport, ...] = ()
    submitted: int = 0
    returned: int = 0
    yellow_slips: int = 0
    red_slips: int = 0
    falsehoods: int = 0
    unconfirmed: tuple[Obligation, ...] = ()  # past at registration, not yet confirmed: named, never scored
    unnoticed: tuple[Obligation, ...] = ()  # late, but notice came after the deadline: likewise

    def as_json(self) -> dict[str, Any]:
        rows = vars(self).items()
        return {k: tuple(map(_plain, v)) if isinstance(v, tuple) else v for k, v in rows}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Facts":
        """The inverse of ``as_json``."""
        rows = {
            "duties": Obligation,
            "rectifications": Obligation,
            "running": Running,
            "reports": DueReport,
            "unconfirmed": Obligation,
            "unnoticed": Obligation,
        }
        columns: dict[str, Any] = {
            name: tuple(rows[name](**row) for row in value) if name in rows else value
            for name, value in stored.items()
        }
        return cls(**columns)

    @property
    def obligations(self) -> int:
        return len(self.duties) + len(self.rectifications)


class Line(NamedTuple):
    """One line of a sheet: an indicator (``points`` earned), a penalty (negative) or a bonus."""

    code: str
    label: str
    numerator: Decimal
    denominator: Decimal
    points: Decimal
    facts: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Sheet:
    """One unit's month. ``score`` None: nothing was due."""

    score: Decimal | None
    base: Decimal | None
    penalty: Decimal
    bonus: Decimal
    on_time: Decimal | None  # A, 0..1
    obligations: int
    lines: tuple[Line, ...] = field(default=())


class Place(NamedTuple):
    """Where a unit stands in its board. ``rank`` None with the ``note`` that says why."""

    unit_id: int
    rank: int | None
    note: str
    is_behind: bool


def score(facts: Facts, model: dict[str, Any]) -> Sheet:
    """The sheet of one unit. Source: the default model of the product, §评价办法 of the manual."""
    ratios = {
        "A": _on_time(facts.duties, model),
        "P": _pace(facts.running, model),
        "F": (Fraction(sum(r.on_time for r in facts.reports)), Fraction(len(facts.reports))),
        "Z": (Fraction(sum(r.met for r in facts.rectifications)), Fraction(len(facts.rectifications))),
        "Q": (Fraction(facts.submitted - facts.returned), Fraction(facts.submitted)),
    }
    behind: dict[str, Sequence[Any]] = {
        "A": facts.duties,
        "P": facts.running,
        "F": facts.reports,
        "Z": facts.rectifications,
    }
    weights = {code: Fraction(row["weight"]) for code, row in model["indicators"].items()}
    counted = [code for code in weights if ratios[code][1] > 0]
    whole = sum((weights[code] for code in counted), Fraction(0))
    lines, base = [], Fraction(0)
    for code in counted:
        above, below = ratios[code]
        points = 100 * weights[code] / whole * above / below
        base += points
        rows = tuple(_plain(fact) for fact in behind.get(code, ()))
        label = model["indicators"][code]["label"]
        lines.append(Line(code, label, _money(above), _money(below), _money(points), rows))
    penalties = _penalties(facts, model)
    bonus_line = _bonus(facts.duties, model)
    penalty = sum((-exact for _, exact in penalties), Fraction(0))
    bonus = bonus_line[1] if bonus_line else Fraction(0)
    lines += [line for line, _ in penalties] + ([bonus_line[0]] if bonus_line else [])
    scored = facts.obligations > 0
    total = min(Fraction(100), max(Fraction(0), base - penalty)) + bonus
    on_time = ratios["A"][0] / ratios["A"][1] if ratios["A"][1] else None
    return Sheet(
        score=_round(total, "0.01") if scored else None,
        base=_money(base) if scored else None,
        penalty=_money(penalty),
        bonus=_money(bonus),
        on_time=None if on_time is None else _money(on_time),
        obligations=facts.obligations,
        lines=tuple(lines),
    )


def rank(sheets: Sequence[tuple[int, Sheet]], model: dict[str, Any]) -> tuple[list[Place], str]:
    """Places of one board, in the order they are printed, and a note when nobody is ranked.

    ``sheets`` are (unit id, sheet) in the fixed order of units. Equal scores share a rank and the next one
    skips (1, 2, 2, 4); units with too few obligations have a score but no rank and come after the ranked;
    those without a score come last.
    """
    least = int(model["minimum_obligations"])
    scored = [(unit, sheet) for unit, sheet in sheets if sheet.score is not None]
    ranked = [row for row in scored if row[1].obligations >= least]
    ranked.sort(key=lambda row: -(row[1].score or 0))
    top = Decimal(model["ceiling"]["score"])
    full = sum(1 for _, sheet in scored if (sheet.score or 0) >= top)
    no_gap = bool(scored) and Fraction(full, len(scored)) > Fraction(model["ceiling"]["share"])
    places = []
    for index, (unit, sheet) in enumerate(ranked):
        place = next(i for i, row in enumerate(ranked) if row[1].score == sheet.score) + 1
        places.append(
            Place(unit, None if no_gap else place, NO_GAP if no_gap else "", _behind(index, ranked, model))
        )
    few = [row for row in scored if row[1].obligations < least]
    few.sort(key=lambda row: -(row[1].score or 0))
    places += [Place(unit, None, TOO_FEW, False) for unit, _ in few]
    places += [Place(unit, None, NO_SCORE, False) for unit, sheet in sheets if sheet.score is None]
    return places, NO_GAP if no_gap else ""


def _weights(model: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """(level, duty) → the weight of such an obligation."""
    return {
        (level, duty): Fraction(by_level) * Fraction(by_duty)
        for level, by_level in model["level"].items()
        for duty, by_duty in model["duty"].items()
    }


def _on_time(duties: Iterable[Obligation], model: dict[str, Any]) -> tuple[Fraction, Fraction]:
    weights, counts = _weights(model), Counter((duty.level, duty.duty, duty.met) for duty in duties)
    whole = sum((weights[level, duty] * n for (level, duty, _), n in counts.items()), Fraction(0))
    met = sum(
        (weights[level, duty] * n for (level, duty, is_met), n in counts.items() if is_met), Fraction(0)
    )
    return met, whole


def _pace(running: Iterable[Running], model: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """Duties of one weight and plan are summed as whole numbers before they become fractions."""
    weights = _weights(model)
    reached: Counter[tuple[str, str, int]] = Counter()
    counts: Counter[tuple[str, str, int]] = Counter()
    for duty in running:
        if duty.plan > 0:
            reached[duty.level, duty.duty, duty.plan] += min(duty.progress, duty.plan)
            counts[duty.level, duty.duty, duty.plan] += 1
    above = sum((weights[key[:2]] * Fraction(n, key[2]) for key, n in reached.items()), Fraction(0))
    below = sum((weights[key[:2]] * n for key, n in counts.items()), Fraction(0))
    return above, below


def _penalties(facts: Facts, model: dict[str, Any]) -> list[tuple[Line, Fraction]]:
    rule = {name: Fraction(value) for name, value in model["late"].items()}
    late = [duty for duty in facts.duties if not duty.met]  # an open rectification costs its share of Z
    cost = sum(
        (
            n
            * Fraction(model["duty"][duty])
            * min(rule["most_each"], rule["first"] + rule["per_workday"] * workdays)
            for (duty, workdays), n in Counter((each.duty, each.late_workdays) for each in late).items()
        ),
        Fraction(0),
    )
    counts = (
        ("late", "逾期", len(late), min(rule["most"], cost)),
        ("yellow", "黄色督办单", facts.yellow_slips, Fraction(model["slip"]["yellow"]) * facts.yellow_slips),
        ("red", "红色督办单", facts.red_slips, Fraction(model["slip"]["red"]) * facts.red_slips),
        ("falsehood", "查实虚报", facts.falsehoods, Fraction(model["falsehood"]) * facts.falsehoods),
    )
    rows = {"late": tuple(_plain(duty) for duty in late)}
    return [
        (Line(code, label, Decimal(count), Decimal(0), _money(-points), rows.get(code, ())), -points)
        for code, label, count, points in counts
        if count
    ]


def _bonus(duties: Iterable[Obligation], model: dict[str, Any]) -> tuple[Line, Fraction] | None:
    rule = model["early"]
    early = [duty for duty in duties if duty.met and duty.early_workdays >= rule["workdays"]]
    if not early:
        return None
    points = min(Fraction(rule["most"]), Fraction(rule["each"]) * len(early))
    rows = tuple(_plain(duty) for duty in early)
    return Line("early", "提前办结", Decimal(len(early)), Decimal(0), _money(points), rows), points


def _behind(index: int, ranked: Sequence[tuple[int, Sheet]], model: dict[str, Any]) -> bool:
    """滞后: below the target AND in the last third of the ranked."""
    rule, sheet = model["behind"], ranked[index][1]
    below = (sheet.score or 0) < Decimal(rule["score"]) or (
        sheet.on_time is not None and sheet.on_time < Decimal(rule["on_time"])
    )
    parts = int(rule["last_share_of"])
    return below and index >= len(ranked) - len(ranked) // parts


def _round(value: Fraction, step: str) -> Decimal:
    """Halves up, exactly: the value is scaled as a fraction before it becomes decimal."""
    unit = Fraction(step)
    whole = (
        (value / unit + Fraction(1, 2)).__floor__()
        if value >= 0
        else -((-value / unit + Fraction(1, 2)).__floor__())
    )
    return (Decimal(whole) * Decimal(step)).quantize(Decimal(step), ROUND_HALF_UP)


def _money(value: Fraction) -> Decimal:
    """To four places, for the sheet; the score itself is rounded from the exact value."""
    return _round(value, "0.0001")
