"""The month in points: frozen facts and a model in, score sheets and ranks out. Pure and exact.

Everything the formula knows stands in the model as data (``formula``); the code only walks it. Arithmetic is
in fractions and is rounded once, at the end, halves up; so the order of facts never matters and a frozen
month recomputes to the identical figure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.scores.facts import Exemption, Facts, Obligation, Running
from tracker.words import Word

NO_SCORE = "本月没有到期事项，不参与评价"
TOO_FEW = "任务数较少，不排名"
NO_GAP = "本月无明显差距，不排名次"
LABELS = {
    "late": "逾期扣分",
    "yellow": "黄色督办单",
    "red": "红色督办单",
    "falsehood": "查实虚报",
    "early": "提前办结加分",
    "correction": "以前月份更正",
}


class Band(Word):
    """档次: what a board may show in place of ranks."""

    GOOD = "good", "好"
    FAIR = "fair", "较好"
    PLAIN = "plain", "一般"
    BEHIND = "behind", "滞后"


class Line(NamedTuple):
    """One line of a sheet: an indicator (``points`` earned of ``full``), a penalty (negative) or a bonus."""

    code: str
    label: str
    numerator: Decimal
    denominator: Decimal
    points: Decimal
    full: Decimal = Decimal(0)


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
    correction: Decimal = Decimal(0)


class Place(NamedTuple):
    """Where a unit stands in its board. ``rank`` None with the ``note`` that says why."""

    unit_id: int
    rank: int | None
    note: str
    is_behind: bool


def score(facts: Facts, model: dict[str, Any]) -> Sheet:
    """The sheet of one unit. Source: the default model of the product, §评价办法 of the manual."""
    due, items = duties(facts, model), facts.rectifications
    ratios = {
        "A": _on_time(due, model),
        "P": _pace(facts.running, model),
        "F": (Fraction(sum(r.on_time for r in facts.reports)), Fraction(len(facts.reports))),
        "Z": (Fraction(sum(r.met for r in items)), Fraction(len(items))),
        "Q": (Fraction(facts.submitted - len(facts.returned)), Fraction(facts.submitted)),
    }
    fulls = _fulls(ratios, model)
    lines, base = [], Fraction(0)
    for code, full in fulls.items():
        above, below = ratios[code]
        points = full * above / below
        base += points
        label = model["indicators"][code]["label"]
        lines.append(Line(code, label, _money(above), _money(below), _money(points), _money(full)))
    extras = [*_penalties(facts, due, model), *_bonus(due, model), *_corrections(facts)]
    lines += [Line(code, LABELS[code], Decimal(n), Decimal(0), _money(exact)) for code, n, exact in extras]
    sums = {code: exact for code, _, exact in extras}
    bonus, correction = (sums.pop(code, Fraction(0)) for code in ("early", "correction"))
    penalty = -sum(sums.values(), Fraction(0))
    scored = bool(due or items)
    total = max(Fraction(0), min(Fraction(100), max(Fraction(0), base - penalty)) + bonus + correction)
    on_time = ratios["A"][0] / ratios["A"][1] if ratios["A"][1] else None
    return Sheet(
        score=rounded(total, "0.01") if scored else None,
        base=_money(base) if scored else None,
        penalty=_money(penalty),
        bonus=_money(bonus),
        on_time=None if on_time is None else _money(on_time),
        obligations=len(due) + len(items),
        lines=tuple(lines),
        correction=_money(correction),
    )


def rank(sheets: Sequence[tuple[int, Sheet]], model: dict[str, Any]) -> tuple[list[Place], str]:
    """Places of one board, in the order they are printed, and a note when nobody is ranked.

    ``sheets`` are (unit id, sheet) in the fixed order of units. Equal scores share a rank and the next one
    skips (1, 2, 2, 4) or does not, as the model has it; units with too few obligations have a score but no
    rank and come after the ranked; those without a score come last.
    """
    least = int(model["minimum_obligations"])
    scored = [(unit, sheet) for unit, sheet in sheets if sheet.score is not None]
    ranked = [row for row in scored if row[1].obligations >= least]
    ranked.sort(key=lambda row: -(row[1].score or 0))
    top = Decimal(model["ceiling"]["score"])
    full = sum(1 for _, sheet in scored if (sheet.score or 0) >= top)
    no_gap = bool(scored) and Fraction(full, len(scored)) > Fraction(model["ceiling"]["share"])
    scores = [sheet.score for _, sheet in ranked]
    steps = list(dict.fromkeys(scores)) if model["ties"] == "dense" else scores
    places = [
        Place(
            unit,
            None if no_gap else steps.index(sheet.score) + 1,
            NO_GAP if no_gap else "",
            _behind(index, ranked, model),
        )
        for index, (unit, sheet) in enumerate(ranked)
    ]
    few = [row for row in scored if row[1].obligations < least]
    few.sort(key=lambda row: -(row[1].score or 0))
    places += [Place(unit, None, TOO_FEW, False) for unit, _ in few]
    places += [Place(unit, None, NO_SCORE, False) for unit, sheet in sheets if sheet.score is None]
    return places, NO_GAP if no_gap else ""


def band(points: Decimal | None, is_behind: bool, model: dict[str, Any]) -> Band | None:
    """档次: by the score; 滞后 only for those on the list of that name. None without a score."""
    if points is None:
        return None
    if is_behind:
        return Band.BEHIND
    lines = ((one, Decimal(model["bands"][one.value])) for one in (Band.GOOD, Band.FAIR))
    return next((one for one, least in lines if points >= least), Band.PLAIN)


def duties(facts: Facts, model: dict[str, Any]) -> tuple[Obligation, ...]:
    """The duties that count: those set aside come in where the model does not exempt their case."""
    exempt = {*model["exemptions"], Exemption.APPEAL.value}
    aside = tuple(row for row in facts.set_aside if row.exempt not in exempt)
    return facts.duties + aside + (() if Exemption.UNCONFIRMED in exempt else facts.unconfirmed)


def counted(facts: Facts, model: dict[str, Any]) -> Facts:
    """The facts with the duties that count under ``model`` all in one place."""
    exempt = {*model["exemptions"], Exemption.APPEAL.value}
    return replace(
        facts,
        duties=duties(facts, model),
        set_aside=tuple(row for row in facts.set_aside if row.exempt in exempt),
        unconfirmed=facts.unconfirmed if Exemption.UNCONFIRMED in exempt else (),
    )


def weight(row: Obligation | Running, model: dict[str, Any]) -> Fraction:
    """分量 of one obligation: level × duty."""
    return Fraction(model["level"][row.level]) * Fraction(model["duty"][row.duty])


def late_points(late: Counter[tuple[str, int]], model: dict[str, Any]) -> Fraction:
    """What late duties cost, before the cap on all of them; ``late`` counts (duty, working days)."""
    rule = {name: Fraction(value) for name, value in model["late"].items()}
    role = {duty: Fraction(value) for duty, value in model["duty"].items()}
    points = (
        n * role[duty] * min(rule["most_each"], rule["first"] + rule["per_workday"] * workdays)
        for (duty, workdays), n in late.items()
    )
    return sum(points, Fraction(0))


def rounded(value: Fraction, step: str) -> Decimal:
    """Halves up, exactly: the value is scaled as a fraction before it becomes decimal."""
    unit = Fraction(step)
    whole = (abs(value) / unit + Fraction(1, 2)).__floor__() * (-1 if value < 0 else 1)
    return (Decimal(whole) * Decimal(step)).quantize(Decimal(step), ROUND_HALF_UP)


def _fulls(ratios: dict[str, tuple[Fraction, Fraction]], model: dict[str, Any]) -> dict[str, Fraction]:
    """Indicator → the points it can give: the weight of those without a denominator goes to the others."""
    weights = {code: Fraction(row["weight"]) for code, row in model["indicators"].items()}
    counted = [code for code in weights if ratios[code][1] > 0 and weights[code]]
    whole = sum((weights[code] for code in counted), Fraction(0))
    return {code: 100 * weights[code] / whole for code in counted}


def _weights(model: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """(level, duty) → the weight of such an obligation."""
    return {
        (level, duty): Fraction(by_level) * Fraction(by_duty)
        for level, by_level in model["level"].items()
        for duty, by_duty in model["duty"].items()
    }


def _on_time(due: Iterable[Obligation], model: dict[str, Any]) -> tuple[Fraction, Fraction]:
    weights, counts = _weights(model), Counter((row.level, row.duty, row.met) for row in due)
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
    for _, _, duty, level, progress, plan in running:
        if plan > 0:
            reached[level, duty, plan] += min(progress, plan)
            counts[level, duty, plan] += 1
    above = sum((weights[key[:2]] * Fraction(n, key[2]) for key, n in reached.items()), Fraction(0))
    below = sum((weights[key[:2]] * n for key, n in counts.items()), Fraction(0))
    return above, below


def _penalties(
    facts: Facts, due: Sequence[Obligation], model: dict[str, Any]
) -> Iterable[tuple[str, int, Fraction]]:
    """(code, how many, points): an open rectification costs its share of Z and no more."""
    late = Counter((row.duty, row.late_workdays) for row in due if not row.met)
    colours = Counter(note.kind for note in facts.slips)
    counts = (
        ("late", late.total(), min(Fraction(model["late"]["most"]), late_points(late, model))),
        ("yellow", colours["yellow"], Fraction(model["slip"]["yellow"]) * colours["yellow"]),
        ("red", colours["red"], Fraction(model["slip"]["red"]) * colours["red"]),
        ("falsehood", len(facts.falsehoods), Fraction(model["falsehood"]) * len(facts.falsehoods)),
    )
    return [(code, count, -points) for code, count, points in counts if count]


def _bonus(due: Iterable[Obligation], model: dict[str, Any]) -> Iterable[tuple[str, int, Fraction]]:
    rule = model["early"]
    early = sum(1 for row in due if row.met and row.early_workdays >= rule["workdays"])
    points = min(Fraction(rule["most"]), Fraction(rule["each"]) * early)
    return [("early", early, points)] if early else []


def _corrections(facts: Facts) -> Iterable[tuple[str, int, Fraction]]:
    points = sum((Fraction(row.points) for row in facts.corrections), Fraction(0))
    return [("correction", len(facts.corrections), points)] if facts.corrections else []


def _behind(index: int, ranked: Sequence[tuple[int, Sheet]], model: dict[str, Any]) -> bool:
    """滞后: below the target AND in the last third of the ranked."""
    rule, sheet = model["behind"], ranked[index][1]
    below = (sheet.score or 0) < Decimal(rule["score"]) or (
        sheet.on_time is not None and sheet.on_time < Decimal(rule["on_time"])
    )
    parts = int(rule["last_share_of"])
    return below and index >= len(ranked) - len(ranked) // parts


def _money(value: Fraction) -> Decimal:
    """To four places, for the sheet; the score itself is rounded from the exact value."""
    return rounded(value, "0.0001")
