"""How problems come into the demonstration's ledger: a hot-line call, a common problem, a rectification plan.

Everything here is invented.
"""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select

from tracker.accounts.models import Role, Unit, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.documents import actions as documents
from tracker.lists import actions as lists
from tracker.lists.account import actions as account
from tracker.lists.actions import Findings
from tracker.lists.groups import actions as groups
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.lists.plans.queries import items

PLAN = Path(__file__).with_name("rectification_plan.txt")
COMMON = {  # the same fault in three areas, as the inspection wrote it down
    "普陀区": "展茅街道两个村的村集体项目收益分配没有按季公示，村民不知道收益去向。",
    "岱山县": "衢山镇三个村的村集体项目收益分配没有按季公示，村民不清楚收益去向。",
    "嵊泗县": "洋山镇一个村的村集体项目收益分配没有按季公示，村民不知道收益去向。",
}
MEASURE = "逐村核清上半年收益和分配，七月底前张榜公示；以后每季度首月10日前公示上季度收益分配。"


def enter(day: date) -> None:
    """What comes in on this day of the play."""
    if day not in (date(2020, 6, 24), date(2020, 6, 30), date(2020, 7, 1)):
        return
    at = datetime.combine(day, time(16, 20), SHANGHAI)
    units = {unit.name: unit for unit in db.session.scalars(select(Unit))}
    supervisors = db.session.scalars(select(User).where(User.role == Role.SUPERVISOR).order_by(User.id)).all()
    supervisor = supervisors[0]
    if day == date(2020, 6, 24):
        _common(units, supervisor, at)
    elif day == date(2020, 6, 30):
        _call(units, supervisor, at)
    else:
        _plan(units, supervisor, at)


def _common(units: dict[str, Unit], supervisor: User, at: datetime) -> None:
    usual = Findings(
        source=ProblemSource.INSPECTION,
        found_on=at.date(),
        text="",
        kind="村务公开",
        unit=supervisor.unit,
        basis="6月24日现场督查记录",
        goal="收益分配按季公示，村民清楚收益去向。",
        pace=Pace.DATED,
        deadline=date(2020, 8, 20),
        accepting_unit=units["市农业农村局"],
        supports=(units["市民政局"],),
    )
    found = [
        lists.register(replace(usual, unit=units[name], text=text), supervisor, at)
        for name, text in COMMON.items()
    ]
    group = groups.make(found, "村集体项目收益分配公示不及时", supervisor, at)
    groups.share(group, MEASURE, supervisor, at)
    groups.take("issue", found, supervisor, at)


def _call(units: dict[str, Unit], supervisor: User, at: datetime) -> None:
    problem = lists.register(
        Findings(
            source=ProblemSource.HOTLINE_12345,
            source_number="ZS20200629-0417",
            source_on=date(2020, 6, 29),
            caller="林女士 13900001234",
            found_on=at.date(),
            text="群众来电反映，低收入渔民子女职业技能培训补贴提交材料两个月没有答复，窗口说不清楚进度。",
            kind="办事效率",
            unit=units["市人社局"],
            basis="12345热线转办单",
            goal="答复来电人，补贴按时发放；窗口能查到每一件的进度。",
            severity=Severity.SERIOUS,
            pace=Pace.IMMEDIATE,
            deadline=None,
            accepting_unit=supervisor.unit,
        ),
        supervisor,
        at,
    )
    account.issue(problem.rectification, supervisor, at)


def _plan(units: dict[str, Unit], supervisor: User, at: datetime) -> None:
    """The first of its three problems is entered; the others wait on the page for whoever tries it."""
    document = documents.import_file(PLAN.read_bytes(), PLAN.name, supervisor, at)
    first = items(document)[0]
    lists.register(
        Findings(
            source=ProblemSource.INSPECTION,
            found_on=date(2020, 6, 28),
            text=str(first.typed["text"]),
            kind="资金",
            unit=units["市财政局"],
            basis=f"《{document.title}》{first.point}",
            goal=str(first.typed["goal"]),
            remedy=str(first.typed["remedy"]),
            person=str(first.typed["person"]),
            stages=((date(2020, 7, 20), "核清欠拨的户数和金额"), (date(2020, 8, 15), "拨付到户并公示")),
            supports=(units["市农业农村局"],),
            pace=Pace.DATED,
            deadline=date(2020, 8, 31),
            accepting_unit=units["市司法局"],
            document=document,
            document_point=first.point,
        ),
        supervisor,
        at,
    )
