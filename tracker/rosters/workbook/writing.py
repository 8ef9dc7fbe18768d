"""对象台账填报表.xlsx: a unit's open objects, locked where it may not write, with room for new ones. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from tracker.rosters.rules import Column, Kind, Shape, mask
from tracker.rosters.workbook.rules import (
    CODE,
    MAX_LISTED,
    NUMBER,
    REQUEST,
    UNIT,
    USE,
    WISH,
    Asker,
    Stamp,
    Standing,
)
from tracker.workbooks.looks import ADVICE, HEAD, advise, frame, looks_of
from tracker.workbooks.looks import Column as Place
from tracker.workbooks.seals import sealed

MAIN = "对象台账"
LAST = 20_000  # row down to which choices are offered
_WIDTHS = {Kind.TEXT: 22, Kind.DAY: 12, Kind.NUMBER: 10, Kind.CHOICE: 12, Kind.UNIT: 16, Kind.PERSON: 10}
_ADVICE = (
    ("怎么填", "只填浅黄色的格子。已有的对象一行一个，编号和序号不要改；没有变化的行不用动。"),
    ("新增", "在最后一行的下面接着填，编号、序号空着就行；名称必填。"),
    ("步骤", "步骤办完了，在那一栏填完成日期，写成2020-06-30这样；还没办完的空着。"),
    ("遮盖的内容", "姓名、证件号、电话等显示为*号。不改的不要动；要改的，填写完整的新内容。"),
    ("证件号、电话", "长号码请把格子设为文本格式再填，否则Excel会丢掉后面几位。"),
    ("申请销号", f"全部步骤都有完成日期的，在“{WISH}”一栏选“{REQUEST}”，交督查员确认。"),
    ("上传", "先看核对结果，确认以后才写入；有一处不对，全部不写入。同一份再传一次，不会重复列入。"),
    ("请不要", "不要改编号，不要用公式。移动、隐藏栏目不要紧；删去的栏目按不改动处理。"),
    ("涉密不上网", "本系统为非涉密系统，严禁填写涉密内容；个人信息只填办理需要的。"),
)


def workbook(
    title: str,
    shape: Shape,
    asker: Asker,
    today: date,
    entries: Sequence[Standing],
    roster_id: int,
    key: bytes,
    *,
    is_masked: bool = True,
) -> bytes:
    """The .xlsx of ``entries``; ``key`` seals the 编号 of each row."""
    columns, steps = shape.shown_columns, shape.open_steps
    places = [
        Place(CODE, 6),
        Place(NUMBER, 6),
        Place(UNIT, 14, asker.unit_id is None),
        Place(shape.object_name, 14, True),
        *(Place(_heading(column), _WIDTHS[column.kind], True) for column in columns),
        *(Place(step.title, 12, True) for step in steps),
        Place(WISH, 10, asker.may_request),
    ]
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"title": title, "author": "督办台账"})
        looks = looks_of(book)
        page = book.add_worksheet(MAIN)
        made = f"{today.year}年{today.month}月{today.day}日下载，{asker.unit_name}"
        made += f"，办理中{len(entries)}{shape.measure}"
        note = f"{made}。只填浅黄色的格子，新的接在最后填，填法见“{ADVICE}”。涉密不上网。"
        if len(entries) >= MAX_LISTED:
            note = f"只列出前{MAX_LISTED}行。{note}"
        frame(page, looks, title, note, places, len(entries))
        open_looks = ["open", *(_look(column.kind) for column in columns), *("open_day" for _ in steps)]
        for at, look in enumerate(open_looks, 3):
            page.set_column(at, at, places[at].width, looks[look])
        for at in (2, len(places) - 1):
            if places[at].is_open:
                page.set_column(at, at, places[at].width, looks["open_choice" if at > 2 else "open"])
        for at in range(2, len(places)):  # above the headings nothing is to be filled in
            page.write_blank(0, at, None, looks["note"])
            page.write_blank(1, at, None, looks["note"])
        page.freeze_panes(HEAD + 1, 4)
        for row, entry in enumerate(entries, HEAD + 1):
            stamp = Stamp(roster_id, entry.id, entry.version)
            page.write_string(row, 0, sealed(stamp, key, USE), looks["code"])
            page.write_number(row, 1, entry.number, looks["number"])
            page.write_string(row, 2, entry.unit_name, looks["open" if places[2].is_open else "text"])
            name = mask(None, entry.name) if is_masked and shape.is_name_personal else entry.name
            page.write_string(row, 3, name, looks["open"])
            for at, column in enumerate(columns, 4):
                _value(page, row, at, column, entry.values.get(column.key, ""), looks, is_masked)
            for at, step in enumerate(steps, 4 + len(columns)):
                if step.key in entry.done:
                    page.write_datetime(row, at, entry.done[step.key], looks["open_day"])
        _choices(page, columns, [step.title for step in steps], today, asker)
        advise(book.add_worksheet(ADVICE), looks, made, _ADVICE)
    return packed.getvalue()


def _heading(column: Column) -> str:
    return f"{column.name}（{column.measure}）" if column.measure else column.name


def _look(kind: Kind) -> str:
    return {Kind.NUMBER: "open_number", Kind.DAY: "open_day", Kind.CHOICE: "open_choice"}.get(kind, "open")


def _value(
    page: Any, row: int, at: int, column: Column, said: str, looks: dict[str, Any], is_masked: bool
) -> None:
    look = looks[_look(column.kind)]
    if not said:
        return
    if is_masked and column.is_personal:
        page.write_string(row, at, mask(column, said), look)
    elif column.kind is Kind.DAY and len(said) == 10:
        page.write_datetime(row, at, date.fromisoformat(said), look)
    elif column.kind is Kind.NUMBER and len(said) < 15 and said.replace(".", "", 1).isdigit():
        page.write_number(row, at, float(said), look)
    else:
        page.write_string(row, at, said, look)


def _choices(page: Any, columns: Sequence[Column], steps: Sequence[str], today: date, asker: Asker) -> None:
    """What may be typed; whoever pastes around it is told when the workbook comes back."""
    first = HEAD + 1
    for at, column in enumerate(columns, 4):
        if column.kind is Kind.CHOICE and len("，".join(column.choices)) < 250:
            rule: dict[str, Any] = {"validate": "list", "source": column.choices}
            rule |= {"error_title": "请选择", "error_message": "请从选项里选"}
            page.data_validation(first, at, LAST, at, rule)
    for at, _ in enumerate(steps, 4 + len(columns)):
        rule = {"validate": "date", "criteria": "<=", "value": today + timedelta(days=366)}
        rule |= {"error_title": "请填日期", "error_message": "请填完成日期，写成2020-06-30这样"}
        page.data_validation(first, at, LAST, at, rule)
    if asker.may_request:
        at = 4 + len(columns) + len(steps)
        rule = {"validate": "list", "source": [REQUEST]}
        rule |= {"error_title": "请选择", "error_message": f"请选“{REQUEST}”，或者留空"}
        page.data_validation(first, at, LAST, at, rule)
