"""When an extension may be asked for. Pure."""

from datetime import date
from typing import NamedTuple

from tracker.workdays import Workdays, misdated

LATE_WORKDAYS = 2  # 临期申请: asked for with so few working days left


class Extended(NamedTuple):
    """What an extension extends: its name in the trail, its words, and the states in which it runs."""

    subject: str
    deadline: str
    taking: str  # what a unit does with it first
    running: frozenset[str]


DUTY = Extended("assignment", "完成时限", "签收", frozenset({"active"}))


def hindrance(kind: Extended, state: str, deadline: date | None, today: date, *, is_waiting: bool) -> str:
    """Why an extension cannot be asked for, in words; empty when nothing stands against it."""
    if deadline is None:
        return f"长期坚持的没有{kind.deadline}，不需要延期"
    if state == "issued":
        return (
            f"尚未{kind.taking}，{kind.taking}后才能申请延期；认为时限不合理的，可以在{kind.taking}前提出异议"
        )
    if state not in kind.running:
        return "不在办理中，不能申请延期"
    if today > deadline:
        return f"已过{kind.deadline}，不能再申请延期；请抓紧办理，确有困难的在进展填报中说明"
    return "延期申请正在审批，等待答复" if is_waiting else ""


def unwanted(kind: Extended, wanted_on: date, deadline: date, today: date) -> str:
    """Why the day asked for does not do; empty when it does."""
    if wanted_on <= deadline:
        return f"申请延至的日期须晚于现在的{kind.deadline}{deadline}"
    return misdated(wanted_on, today, "申请延至的日期")


def is_late(today: date, deadline: date, calendar: Workdays) -> bool:
    """临期申请: at most ``LATE_WORKDAYS`` working days are left after today."""
    return calendar.between(today, deadline) <= LATE_WORKDAYS
