"""The boards of a month as the rank page shows them: tables, charts, and what should be said beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.accounts.permissions import sees_all
from tracker.db import db
from tracker.scores import charts
from tracker.scores.actions import month_before
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.queries import TAKEN, unit_order
from tracker.scores.rules import Band, band

MONTHS = 12  # of the heat map and the lines
WIDTHS = (charts.WIDTH, charts.NARROW)
FEW = 5  # ranked units under which a rank says little


@dataclass(frozen=True)
class Row:
    """One unit's line of the table, as far as the reader may see it."""

    sheet: ScoreSheet
    band: Band | None
    last: Decimal | None
    is_own: bool
    is_shown: bool  # the figures; of a board in bands a unit sees its own only


@dataclass(frozen=True)
class Standing:
    """One board's month."""

    evaluation: Evaluation
    rows: list[Row]
    remarks: list[str]
    bars: charts.Bars | None
    distribution: list[list[charts.Column]]  # drawn wide, and for a telephone
    bands: list[tuple[Band, int]]
    since: str  # the calendar month before, when anybody had a score then; "" otherwise
    months: list[str]
    heat: list[charts.HeatRow]
    trends: list[charts.Trends]  # likewise


def standings(found: Sequence[Evaluation], user: User) -> list[Standing]:
    """What ``user`` sees of these boards."""
    scores = _scores(found)
    order = unit_order()
    return [_standing(evaluation, scores.get(evaluation.board_id, {}), order, user) for evaluation in found]


Scores = dict[tuple[int, str], Decimal]  # (unit id, month) → score


def _scores(found: Sequence[Evaluation]) -> dict[int, Scores]:
    """Board id → scores, up to the month that is shown."""
    if not found:
        return {}
    rows = db.session.execute(
        select(Evaluation.board_id, ScoreSheet.unit_id, Evaluation.month, ScoreSheet.score)
        .join(ScoreSheet.evaluation)
        .where(
            Evaluation.board_id.in_([one.board_id for one in found]),
            Evaluation.month <= found[0].month,
            Evaluation.state.in_(TAKEN),
        )
    )
    scores: dict[int, Scores] = {}
    for board_id, unit_id, month, score in rows:
        ours = scores.setdefault(board_id, {})
        if score is not None:
            ours[unit_id, month] = score
    return scores


def _standing(evaluation: Evaluation, scores: Scores, order: Mapping[int, int], user: User) -> Standing:
    rules, own = evaluation.model.rules, None if sees_all(user) else user.unit_id
    months = sorted({month for _, month in scores} | {evaluation.month})[-MONTHS:]
    before = month_before(evaluation.month)
    rows = [
        Row(
            sheet,
            band(sheet.score, sheet.is_behind, rules),
            scores.get((sheet.unit_id, before)),
            sheet.unit_id == own,
            not evaluation.is_banded or own is None or sheet.unit_id == own,
        )
        for sheet in evaluation.sheets
    ]
    is_open = not evaluation.is_banded or own is None  # every figure may be seen
    if evaluation.is_banded:
        rows.sort(key=lambda row: (_band_order(row.band), order[row.sheet.unit_id]))
    scored = [row for row in rows if row.sheet.score is not None]
    figures = [row.sheet.score for row in scored if row.sheet.score is not None]
    units = [(row.sheet.unit_id, row.sheet.unit.short_name) for row in rows if is_open or row.is_own]
    units.sort(key=lambda one: order[one[0]])
    last = {row.sheet.unit_id: row.last for row in rows if row.last is not None}
    return Standing(
        evaluation=evaluation,
        rows=rows,
        remarks=remarks(evaluation, rules),
        bars=charts.bars([_bar(row) for row in scored], last, own)
        if is_open and not evaluation.is_banded
        else None,
        distribution=[charts.distribution(figures, width) for width in WIDTHS] if is_open else [],
        bands=[(one, sum(row.band is one for row in rows)) for one in Band],
        since=before if last else "",
        months=months,
        heat=charts.heat(units, months, scores) if len(months) > 1 else [],
        trends=[charts.trends(units, months, scores, own, width) for width in WIDTHS]
        if len(months) > 1
        else [],
    )


def _band_order(word: Band | None) -> int:
    return list(Band).index(word) if word else len(Band)


def _bar(row: Row) -> tuple[int, str, Decimal, str, bool]:
    sheet = row.sheet
    place = f"第{sheet.rank}名" if sheet.rank else ""
    return sheet.unit_id, sheet.unit.short_name, sheet.score or Decimal(0), place, sheet.is_behind


def remarks(evaluation: Evaluation, rules: Mapping[str, Any]) -> list[str]:
    """What a reader should know before comparing: few duties, few units, unlike numbers, full marks."""
    scored = [sheet for sheet in evaluation.sheets if sheet.score is not None]
    least, top = int(rules["minimum_obligations"]), Decimal(rules["ceiling"]["score"])
    ranked = [sheet for sheet in scored if sheet.rank]
    few = [sheet for sheet in scored if sheet.obligations < least]
    full = [sheet for sheet in scored if sheet.score is not None and sheet.score >= top]
    said = [f"{evaluation.note}。"] if evaluation.note else []
    if idle := len(evaluation.sheets) - len(scored):
        said.append(f"{idle}家本月没有到期事项，不参与评价。")
    if few:
        said.append(f"{len(few)}家到期事项不到{least}件，有得分、不排名：件数太少，一件事就能左右得分。")
    if evaluation.note:
        said.append(f"{len(scored)}家中{len(full)}家在{top}分以上，分差说明不了问题，所以不排名次。")
    elif ranked and 3 * len(full) >= len(scored):
        said.append(f"{len(scored)}家中{len(full)}家在{top}分以上，分差很小，名次先后不宜过度解读。")
    if 0 < len(ranked) < FEW:
        said.append(f"本组参加排名的只有{len(ranked)}家，名次仅供参考。")
    counts = sorted(sheet.obligations for sheet in ranked)
    if counts and counts[-1] >= 5 * counts[0]:
        said.append(f"到期事项多的{counts[-1]}件、少的{counts[0]}件，相差悬殊，看名次要连同件数一起看。")
    return said
