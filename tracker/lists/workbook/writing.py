"""问题登记表.xlsx: the open accounts, and room for new ones below. Pure but for the records it is given."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from tracker.lists.actions import Findings
from tracker.lists.intake.rules import said_of
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.lists.workbook.rules import MAX_WRITTEN, USE, Heading, Stamp
from tracker.workbooks.looks import ADVICE, HEAD, Column, advise, frame, looks_of
from tracker.workbooks.seals import sealed

MAIN = "问题登记表"
LAST = 3_000  # row down to which choices are offered
_WIDTHS = {
    Heading.CODE: 6,
    Heading.NUMBER: 11,
    Heading.TEXT: 40,
    Heading.GOAL: 26,
    Heading.REMEDY: 30,
    Heading.STAGES: 24,
    Heading.BASIS: 22,
    Heading.CONTENT: 26,
    Heading.SUPPORTS: 20,
    Heading.UNIT: 18,
    Heading.LEAD_UNIT: 18,
    Heading.ACCEPTING_UNIT: 18,
}
_DAYS = (Heading.FOUND_ON, Heading.SOURCE_ON, Heading.DEADLINE)
_CHOICES = {
    Heading.SOURCE: [source.label for source in ProblemSource if source is not ProblemSource.OVERDUE],
    Heading.SEVERITY: [severity.label for severity in Severity],
    Heading.IS_COMMON: ["共性", "个性"],
    Heading.PACE: [pace.label for pace in Pace],
}
_ADVICE = (
    ("怎么填", "一行一个问题。已经挂账的在前面，编号、账号不要改；没有变化的行不用动。"),
    ("新增", "在最后一行的下面接着填，编号、账号空着，上传后由系统给出账号。"),
    ("必填", "问题描述、涉及单位、整改目标、时限（或时间类别）。来源是12345、12317、信访的，写明编号。"),
    ("单位", "写全称、简称或单位库里的别名。涉及单位只写一个；配合单位用顿号隔开。"),
    ("时限", "写成2020-07-10这样。立行立改可以空着，按发现之日起30天；长期坚持不写。"),
    ("节点", "每行一个（同一格内换行），先写日期：2020-08-10 完成招标。"),
    ("更正", "已交办的账号，涉及单位、整改目标、措施、时限在这里不能改。"),
    ("来电来信人", "已登记的不写在表里；填上新的内容才会改动。"),
    (
        "上传",
        f"先核对、后写入；有一处不对，全部不写入。一次最多{MAX_WRITTEN}行，再传一次不会重复建账。",
    ),
    ("请不要", "不要改编号，不要用公式。移动、隐藏、删去栏目不要紧；删去的栏目按不改动处理。"),
    ("涉密不上网", "本系统为非涉密系统，严禁填写涉密内容和不宜公开的敏感信息。"),
)


def workbook(today: date, accounts: Sequence[tuple[str, Stamp, Findings]], key: bytes) -> bytes:
    """The .xlsx of ``accounts`` (number, stamp, what it says); ``key`` seals the 编号 of each row."""
    columns = [
        Column(one.label, _WIDTHS.get(one, 12), one not in (Heading.CODE, Heading.NUMBER)) for one in Heading
    ]
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"title": MAIN, "author": "督办台账"})
        looks = looks_of(book)
        page = book.add_worksheet(MAIN)
        made = f"{today.year}年{today.month}月{today.day}日下载，未销号{len(accounts)}个"
        note = f"{made}。只填浅黄色的格子，新的接在最后填，填法见“{ADVICE}”。涉密不上网。"
        frame(page, looks, MAIN, note, columns, len(accounts))
        for at, heading in enumerate(Heading):
            if columns[at].is_open:
                page.set_column(at, at, columns[at].width, looks[_look(heading)])
        page.freeze_panes(HEAD + 1, 2)
        for row, (number, stamp, found) in enumerate(accounts, HEAD + 1):
            page.write_string(row, 0, sealed(stamp, key, USE), looks["code"])
            page.write_string(row, 1, number, looks["text"])
            for at, heading in enumerate(Heading):
                if at > 1:
                    _write(page, row, at, heading, _said(heading, found), looks)
        for at, heading in enumerate(Heading):
            if heading in _CHOICES:
                rule = {"validate": "list", "source": _CHOICES[heading]}
                rule |= {"error_title": "请选择", "error_message": "请从选项里选，或者留空"}
                page.data_validation(HEAD + 1, at, LAST, at, rule)
        advise(book.add_worksheet(ADVICE), looks, made, _ADVICE)
    return packed.getvalue()


def _look(heading: Heading) -> str:
    return "open_day" if heading in _DAYS else "open_choice" if heading in _CHOICES else "open"


def _said(heading: Heading, found: Findings) -> str | date | None:
    match heading:
        case Heading.CALLER:
            return ""  # it does not leave the house in a workbook
        case Heading.STAGES:
            return said_of(found.stages)
        case Heading.SUPPORTS:
            return "、".join(unit.name for unit in found.supports)
        case Heading.LEAD_UNIT:
            return "" if found.lead_unit in (None, found.unit) else found.lead_unit.name
        case Heading.UNIT | Heading.ACCEPTING_UNIT:
            return str(getattr(found, heading.value).name)
        case Heading.IS_COMMON:
            return "共性" if found.is_common else "个性"
        case Heading.SOURCE | Heading.SEVERITY | Heading.PACE:
            return str(getattr(found, heading.value).label)
    value: str | date | None = getattr(found, heading.value)
    return value


def _write(
    page: Any, row: int, at: int, heading: Heading, value: str | date | None, looks: dict[str, Any]
) -> None:
    look = looks[_look(heading)]
    if isinstance(value, date):
        page.write_datetime(row, at, value, look)
    elif value:
        page.write_string(row, at, value, look)
