"""When an extension may be asked for. Pure."""

from datetime import date

from tracker.workdays import Workdays

LATE_WORKDAYS = 2  # 临期申请: asked for with so few working days left


def hindrance(state: str, deadline: date | None, today: date, *, is_waiting: bool) -> str:
    """Why an extension of a duty cannot be asked for, in words; empty when nothing stands against it."""
    if deadline is None:
        return "长期坚持的任务没有完成时限，不需要延期"
    if state == "issued":
        return "尚未签收，签收后才能申请延期；认为时限不合理的，可以在签收前提出异议"
    if state != "active":
        return "不在办理中，不能申请延期"
    if today > deadline:
        return "已过完成时限，不能再申请延期；请抓紧办结，确有困难的在进展填报中说明"
    return "延期申请正在审批，等待答复" if is_waiting else ""


def is_late(today: date, deadline: date, calendar: Workdays) -> bool:
    """临期申请: at most ``LATE_WORKDAYS`` working days are left after today."""
    return calendar.between(today, deadline) <= LATE_WORKDAYS
