"""我的承办项填报表.xlsx: the workbook a unit fills in, locked where it may not write. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from tracker.reports.workbook.rules import LONGEST, MAX_DUTIES, Heading, Standing, Wish
from tracker.reports.workbook.stamps import code_of
from tracker.tasks.rules import planned_progress
from tracker.workbooks.figures import plain
from tracker.workbooks.looks import ADVICE, HEAD, Column, advise, frame, looks_of

MAIN, AMOUNTS = "填报表", "指标"

_COLUMNS = (
    Column(Heading.CODE.label, 6),
    Column("工作要点", 12),
    Column("任务", 24),
    Column("职责", 5),
    Column("完成时限", 11),
    Column("序时进度%", 7),
    Column("上次进展%", 7),
    Column("上次填报", 11),
    Column(Heading.SIGN.label, 7, True),
    Column(Heading.PROGRESS.label, 7, True),
    Column(Heading.NO_CHANGE.label, 7, True),
    Column(Heading.TEXT.label, 34, True),
    Column(Heading.DIFFICULTIES.label, 17, True),
    Column(Heading.ASKS.label, 17, True),
    Column(Heading.REASON.label, 13, True),
    Column("目标", 16),
    Column(Heading.WISH.label, 9, True),
)
_AMOUNT_COLUMNS = (
    Column(Heading.CODE.label, 6),
    Column("任务", 44),
    Column("指标", 26),
    Column("应达到", 26),
    Column("上次填报数", 14),
    Column(Heading.AMOUNT.label, 14, True),
    Column("计量单位", 10),
)
_ADVICE = (
    ("怎么填", "只填浅黄色的格子，其余的格子已经锁定。上次报过的内容替您填好了，只改变化的部分。"),
    ("操作", "选“报送”交督查员审核；选“存草稿”以后再报；不选，这一行就不动。"),
    ("无变化", "没有新情况的，在“无变化”一栏选“是”就行，不用再选操作，也不要改其他格子。"),
    (
        "签收",
        "还没有签收的，先在“签收”一栏选“是”，同一行可以接着填报。对任务有异议的，不要签收，请到网页上提出。",
    ),
    ("本次进展%", "填0到100的整数。比上次低的，在“进展降低原因”一栏写明原因。"),
    ("进展情况", f"报送时必填，最多{LONGEST}个字；困难、需协调事项没有的可以不填。"),
    ("指标", f"有目标的任务，在“{AMOUNTS}”表里填截至目前的累计数，只填数字。"),
    ("佐证材料", "表格里放不了材料。需要附材料、申请办结的，报送以后到网页上办。"),
    ("上传", "填好后在“进展填报”里点“上传填报表”。先看核对结果，确认以后才写入；有一处不对，全部不写入。"),
    ("请不要", "不要改编号，不要增加行，不要用公式。移动、隐藏栏目不要紧。"),
    ("涉密不上网", "本系统为非涉密系统，严禁填写涉密内容和不宜公开的敏感信息。"),
)


def workbook(unit: str, today: date, duties: Sequence[Standing], key: bytes) -> bytes:
    """The .xlsx of ``duties``; ``key`` seals the 编号 of each row."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties({"title": f"{unit}承办项填报表", "author": "督办台账"})
        looks = looks_of(book)
        page = book.add_worksheet(MAIN)
        made = f"{today.year}年{today.month}月{today.day}日下载，共{len(duties)}项"
        note = f"{made}。只填浅黄色的格子，填法见“{ADVICE}”。涉密不上网。"
        if len(duties) == MAX_DUTIES:
            note = f"只列出最先到期的{MAX_DUTIES}项。{note}"
        frame(page, looks, f"{unit}承办项填报表", note, _COLUMNS, len(duties))
        page.freeze_panes(HEAD + 1, 3)
        for row, duty in enumerate(duties, HEAD + 1):
            _duty(page, looks, row, duty, today, key)
        _choices(page, len(duties))
        _amounts(book.add_worksheet(AMOUNTS), looks, unit, duties, key)
        advise(book.add_worksheet(ADVICE), looks, f"{unit}，{made}", _ADVICE)
    return packed.getvalue()


def _duty(page: Any, looks: dict[str, Any], row: int, duty: Standing, today: date, key: bytes) -> None:
    kept = duty.filled
    is_new = duty.state == "issued"
    page.write_string(row, 0, code_of(duty.stamp, key), looks["code"])
    page.write_string(row, 1, duty.point, looks["text"])
    page.write_string(row, 2, duty.title, looks["text"])
    page.write_string(row, 3, duty.duty.label, looks["text"])
    if duty.deadline:
        page.write_datetime(row, 4, duty.deadline, looks["late" if duty.deadline < today else "day"])
    else:
        page.write_string(row, 4, "长期坚持", looks["text"])
    page.write_number(row, 5, planned_progress(duty.starts_on, duty.deadline, today), looks["number"])
    page.write_number(row, 6, duty.progress, looks["number"])
    page.write_string(row, 7, _last(duty), looks["text"])
    if is_new:
        page.write_blank(row, 8, None, looks["open_choice"])
    else:
        page.write_string(row, 8, "已签收", looks["text"])
    page.write_number(row, 9, kept.progress, looks["open_number"])
    page.write_blank(row, 10, None, looks["open_choice"])
    for place, text in enumerate((kept.text, kept.difficulties, kept.asks, kept.reason), 11):
        if text:
            page.write_string(row, place, text, looks["open"])
        else:
            page.write_blank(row, place, None, looks["open"])
    page.write_string(row, 15, "\n".join(f"{t.subject} {t.goal}".strip() for t in duty.wanted), looks["text"])
    page.write_blank(row, 16, None, looks["open_choice"])


def _last(duty: Standing) -> str:
    """6月20日报送，待审核."""
    latest = duty.latest
    if latest is None:
        return "还没有填报"
    if latest.sent_on is None:
        return latest.state.label
    return f"{latest.sent_on.month}月{latest.sent_on.day}日报送，{latest.state.label}"


def _choices(page: Any, rows: int) -> None:
    """What may be typed; whoever pastes around it is told when the workbook comes back."""
    first, last = HEAD + 1, HEAD + max(rows, 1)
    yes = {
        "validate": "list",
        "source": ["是"],
        "error_title": "请选择",
        "error_message": "请选“是”，或者留空",
    }
    page.data_validation(first, 8, last, 8, yes)
    page.data_validation(first, 10, last, 10, yes)
    labels = [wish.label for wish in Wish]
    message = f"请选{'、'.join(f'“{label}”' for label in labels)}，或者留空"
    wish = {"validate": "list", "source": labels, "error_title": "请选择", "error_message": message}
    page.data_validation(first, 16, last, 16, wish)
    percent = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100}
    percent |= {"error_title": "请填整数", "error_message": "请填0到100的整数"}
    page.data_validation(first, 9, last, 9, percent)
    length = {"validate": "length", "criteria": "<=", "value": LONGEST}
    length |= {"error_title": "太长", "error_message": f"最多{LONGEST}个字，请缩短"}
    page.data_validation(first, 11, last, 14, length)


def _amounts(page: Any, looks: dict[str, Any], unit: str, duties: Sequence[Standing], key: bytes) -> None:
    pairs = [(duty, target) for duty in duties for target in duty.wanted]
    note = "填截至目前的累计数，只填数字。" if pairs else "本单位的承办项没有要填报的指标。"
    frame(page, looks, f"{unit}指标", note, _AMOUNT_COLUMNS, len(pairs))
    page.freeze_panes(HEAD + 1, 3)
    for row, (duty, target) in enumerate(pairs, HEAD + 1):
        page.write_string(row, 0, code_of(replace(duty.stamp, target_id=target.id), key), looks["code"])
        for place, text in enumerate((duty.title, target.subject, target.goal), 1):
            page.write_string(row, place, text, looks["text"])
        value = duty.latest.filled.readings.get(target.id) if duty.latest else None
        for place, look in ((4, "number"), (5, "open_number")):
            _number(page, row, place, value, looks[look])
        page.write_string(row, 6, target.measure, looks["text"])
    amount = {"validate": "decimal", "criteria": ">=", "value": 0}
    amount |= {"error_title": "请填数字", "error_message": "请填不小于0的数，不写文字和单位"}
    page.data_validation(HEAD + 1, 5, HEAD + max(len(pairs), 1), 5, amount)


def _number(page: Any, row: int, place: int, value: Decimal | None, look: Any) -> None:
    if value is None:
        page.write_blank(row, place, None, look)
    elif Decimal(f"{float(value):.15g}") == value:
        page.write_number(row, place, float(value), look)
    else:  # more digits than Excel keeps
        page.write_string(row, place, plain(value), look)
