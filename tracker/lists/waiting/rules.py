"""What an account can wait for, and which quarter is asked for. Pure."""

from datetime import date, timedelta

from tracker.lists.account.rules import quarter_of
from tracker.words import Word


class Wait(Word):
    """What an account waits for, in the order of the desk."""

    RECEIVE = "receive", "待认领的问题"
    PROPOSE = "propose", "待定整改措施"
    CORRECT = "correct", "整改进展被退回"
    APPLY = "apply", "可以申请销号"
    STAGE = "stage", "待填报阶段成效"
    OVERDUE = "overdue", "整改已逾期"
    DUE = "due", "整改将到期"
    VERIFY = "verify", "待现场核查"
    ISSUE = "issue", "问题待交办"
    ANSWER = "answer", "挂账异议待答复"
    APPROVE = "approve", "整改措施待审定"
    REVIEW = "review", "整改进展待审核"
    CLOSE = "close", "整改待销号"
    LOOK_BACK = "look_back", "回头看到期"


OFFICE = (Wait.ISSUE, Wait.ANSWER, Wait.APPROVE, Wait.REVIEW, Wait.CLOSE, Wait.LOOK_BACK)


def quarter_asked(today: date) -> tuple[str, date]:
    """The latest quarter asked for a stage result, and the first day of its last month.

    What was issued from that day on is asked for its first result in the next quarter.
    """
    if today.month % 3 == 0:
        return quarter_of(today), today.replace(day=1)
    first = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    last = first - timedelta(days=1)
    return quarter_of(last), last.replace(day=1)
