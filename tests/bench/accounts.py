"""10,000 accounts of the three lists for the bench, in every state and pace, with helpers and milestones."""

from datetime import date, timedelta

from sqlalchemy import insert, select

from tracker.db import db
from tracker.lists.models import (
    Milestone,
    Pace,
    Problem,
    ProblemSource,
    Rectification,
    Responsibility,
    Severity,
    SupportUnit,
)
from tracker.workflow import RectificationState as State

COUNT = 10_000
UNITS = 60
OPEN = (State.REGISTERED, State.ISSUED, State.PLANNING, State.ACTIVE)
SOURCES = [source for source in ProblemSource if source is not ProblemSource.OVERDUE]


def build(now) -> None:
    """Fill the present database; its units are there already. Does nothing when there are accounts."""
    if db.session.scalar(select(Problem.id).limit(1)):
        return
    ids = range(1, COUNT + 1)
    found_on = {n: date(2020, 1, 1) + timedelta(days=n % 180) for n in ids}
    _fill(
        Problem,
        [
            {
                "id": n,
                "number": f"2020-{n:04}",
                "source": SOURCES[n % len(SOURCES)],
                "found_on": found_on[n],
                "text": f"第{n}个问题：部分台账不全，公示不及时，群众反映收益去向不清。",
                "kind": "资金",
                "unit_id": 1 + n % UNITS,
                "severity": list(Severity)[n % 3],
                "is_common": n % 7 == 0,
                "basis": "现场督查记录",
                "source_number": "",
                "caller": "",
                "registered_at": now,
                "version": 1,
            }
            for n in ids
        ],
    )
    paces = {n: Pace.STANDING if n % 10 == 0 else list(Pace)[n % 2] for n in ids}
    _fill(
        Rectification,
        [
            {
                "id": n,
                "problem_id": n,
                "state": OPEN[n % 4] if n % 20 else State.WITHDRAWN,
                "goal": "台账齐全，按季公示。",
                "remedy": "逐户核对，补齐台账，张榜公示。",
                "pace": paces[n],
                "original_deadline": None if paces[n] is Pace.STANDING else found_on[n] + timedelta(days=30),
                "deadline": None if paces[n] is Pace.STANDING else found_on[n] + timedelta(days=30),
                "progress": n % 100,
                "reopened_times": 0,
                "version": 1,
            }
            for n in ids
        ],
    )
    _fill(
        Responsibility,
        [
            {
                "id": n,
                "problem_id": n,
                "leader": "赵局长",
                "lead_unit_id": 1 + n % UNITS,
                "person": "李科长",
                "phone": "0580-2012345",
                "accepting_unit_id": 1,
                "text": "牵头整改",
                "version": 1,
            }
            for n in ids
        ],
    )
    _fill(SupportUnit, [{"responsibility_id": n, "unit_id": 1 + (n + 1) % UNITS, "position": 0} for n in ids])
    _fill(
        Milestone,
        [
            {"rectification_id": n, "text": "完成核对", "due_on": found_on[n] + timedelta(days=20)}
            for n in ids
            if paces[n] is not Pace.STANDING
        ],
    )
    db.session.commit()


def _fill(model, rows) -> None:
    for at in range(0, len(rows), 5000):
        db.session.execute(insert(model), rows[at : at + 5000])


def export(name: str) -> int:
    """Bytes of the workbook of all accounts."""
    from werkzeug.datastructures import MultiDict

    from tracker.lists import ledger, papers

    view = papers.ListFile(
        ledger.list_views()[name], ledger.ACCOUNTS.view(MultiDict()), None, date(2020, 7, 6)
    )
    with view.sheet() as book:
        return len(book.read())
