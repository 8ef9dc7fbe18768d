"""Every state machine of the house, as tables. Nothing else may assign ``.state``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from tracker import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission as P
from tracker.accounts.permissions import can, permit
from tracker.accounts.trail import last_word
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.words import Word


class DocumentState(Word):
    """来源文件: being proofread, or adopted as tasks."""

    PROOFREADING = "proofreading", "待核对"
    ADOPTED = "adopted", "已立项"
    DISCARDED = "discarded", "已作废"


class TaskState(Word):
    """任务."""

    DRAFT = "draft", "草拟"
    PUBLISHED = "published", "已下达"
    WITHDRAWN = "withdrawn", "已中止"


class State(Word):
    """承办项: the life of one unit's duty."""

    ISSUED = "issued", "待签收"
    DISPUTED = "disputed", "异议中"
    ACTIVE = "active", "推进中"
    SUSPENDED = "suspended", "缓办"
    CLOSING = "closing", "待办结"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已中止"


class EntryState(Word):
    """对象台账的一户、一村、一个项目."""

    ACTIVE = "active", "办理中"
    CLOSING = "closing", "待确认"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已移出"


class RectificationState(Word):
    """整改事项."""

    REGISTERED = "registered", "建账"
    ISSUED = "issued", "待认领"
    DISPUTED = "disputed", "异议中"
    PLANNING = "planning", "待定措施"
    ACTIVE = "active", "整改中"
    CLOSING = "closing", "待核查"
    VERIFIED = "verified", "待销号"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已中止"


class LookBackState(Word):
    """回头看: a struck-off account is looked at again."""

    PLANNED = "planned", "待回头看"
    HELD = "held", "整改巩固"
    FAILED = "failed", "问题反弹"
    DROPPED = "dropped", "已取消"


class FilingState(Word):
    """报件: what a unit sends up for review."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "不予同意"


class SecondReviewState(Word):
    """复核: a closure drawn by lot is looked at again by another supervisor."""

    DRAWN = "drawn", "待复核"
    AGREED = "agreed", "复核属实"
    DISAGREED = "disagreed", "复核不符"


class ProposalState(Word):
    """升级建议: lapsed when its occasion is gone, open again when that comes back."""

    OPEN = "open", "待处理"
    FOLLOWED = "followed", "已采纳"
    DISMISSED = "dismissed", "不采纳"
    LAPSED = "lapsed", "已失效"


class SlipState(Word):
    """督办单."""

    ISSUED = "issued", "待回复"
    REPLIED = "replied", "已回复待审"
    SETTLED = "settled", "已了结"
    WITHDRAWN = "withdrawn", "已撤销"


class EvaluationState(Word):
    """月度评价: the month runs; its facts are frozen and open to appeal; final."""

    OPEN = "open", "统计中"
    FROZEN = "frozen", "已取数待定稿"
    FINAL = "final", "已定稿"


class AppealState(Word):
    """申诉, and 更正 of a final month."""

    DRAFT = "draft", "草拟"
    FILED = "filed", "待裁定"
    UPHELD = "upheld", "成立"
    REFUSED = "refused", "不成立"
    RECALLED = "recalled", "已撤回"


class CircularState(Word):
    """通报."""

    DRAFT = "draft", "拟稿"
    CHECKED = "checked", "已核稿"
    SIGNED = "signed", "已签发"
    PUBLISHED = "published", "已印发"


class Step(NamedTuple):
    """One row of a table: who may move what from where to where, and what it asks for."""

    action: str
    label: str
    sources: frozenset[Word]
    target: Word
    permission: P
    reason: bool  # 须填写理由
    not_by: tuple[
        str, ...
    ]  # columns naming the persons who took earlier steps: none of them may take this one


@dataclass(frozen=True)
class Machine:
    """The steps one kind of thing can take; draws the buttons and makes the moves."""

    subject: str
    states: type[Word]
    steps: tuple[Step, ...]

    def available(self, thing: Any, user: User) -> list[Step]:
        """The buttons to show: what exists from here and this user may take."""
        return [
            step
            for step in self.steps
            if thing.state in step.sources
            and can(user, step.permission, thing)
            and not _took_part(thing, step, user)
        ]

    def take(
        self,
        thing: Any,
        action: str,
        actor: User | None,
        now: datetime,
        reason: str = "",
        to: Word | None = None,
        **details: Any,
    ) -> Step:
        """Move ``thing`` by ``action`` and write the event; raises Forbidden, WrongState, Invalid.

        ``actor`` None is the system (scheduler, command line): it has no role and is not asked for one.
        ``to`` chooses where an action leads to more than one state.
        """
        rows = [step for step in self.steps if step.action == action and to in (None, step.target)]
        if actor is not None:
            permit(actor, rows[0].permission, thing)
        step = next((row for row in rows if thing.state in row.sources), None)
        if step is None:
            raise WrongState(
                f"当前状态为“{thing.state.label}”，不能{rows[0].label}；{last_word(thing)}{LOOK_AGAIN}"
            )
        if actor is not None and _took_part(thing, step, actor):
            raise Forbidden(f"本环节须由另一人办理，您已经办过前面的环节，不能再{step.label}")
        reason = reason.strip()
        if step.reason and not reason:
            raise Invalid(f"{step.label}请填写理由", reason="请填写理由")
        details["state"] = [thing.state.value, step.target.value]
        thing.state = step.target
        audit.record(f"{self.subject}.{action}", step.label, thing, actor, now, reason, **details)
        return step


def _took_part(thing: Any, step: Step, user: User) -> bool:
    return any(getattr(thing, column) == user.id for column in step.not_by)


def _machine(subject: str, states: type[Word], *rows: tuple[Any, ...]) -> Machine:
    def step(
        action: str, label: str, sources: str, target: str, permission: P, reason: bool, not_by: str = ""
    ) -> Step:
        return Step(
            action,
            label,
            frozenset(named[source] for source in sources.split()),
            named[target],
            permission,
            reason,
            tuple(not_by.split()),
        )

    named: dict[str, Word] = {state.value: state for state in states}
    audit.STATES[subject] = states
    return Machine(subject, states, tuple(step(*row) for row in rows))


LOOK_AGAIN = "，请刷新后再看"  # of use to who asked for one step on a page that may be old
WHY = True  # the step needs a reason
_ = False

# fmt: off
DOCUMENT = _machine("document", DocumentState,
    ("adopt",   "立项", "proofreading", "adopted",   P.READ, _),
    ("discard", "作废", "proofreading", "discarded", P.READ, WHY),
)

TASK = _machine("task", TaskState,
    ("publish",  "下达", "draft",     "published", P.READ, _),
    ("discard",  "作废", "draft",     "withdrawn", P.READ, WHY),
    ("withdraw", "中止", "published", "withdrawn", P.HALT, WHY),
)

ASSIGNMENT = _machine("assignment", State,
    # action            label         from                                       to           who       reason
    ("receive",         "签收",       "issued",                                  "active",    P.ANSWER, _),
    ("dispute",         "提出异议",   "issued",                                  "disputed",  P.ANSWER, WHY),
    ("uphold",          "异议成立",   "disputed",                                "withdrawn", P.JUDGE,  WHY),
    ("uphold",          "异议成立",   "disputed",                                "issued",    P.JUDGE,  WHY),
    ("overrule",        "异议不成立", "disputed",                                "issued",    P.JUDGE,  WHY),
    ("request_closure", "申请办结",   "active",                                  "closing",   P.ANSWER, _),
    ("send_back",       "退回",       "closing",                                 "active",    P.JUDGE,  WHY, "applied_by_id"),
    ("close",           "办结",       "closing",                                 "closed",    P.JUDGE,  _,   "applied_by_id"),
    ("reopen",          "恢复办理",   "closed",                                  "active",    P.JUDGE,  WHY),
    ("suspend",         "缓办",       "issued active",                           "suspended", P.HALT,   WHY),
    ("resume",          "恢复",       "suspended",                               "active",    P.HALT,   _),
    ("withdraw",        "中止",       "issued disputed active suspended closing", "withdrawn", P.HALT,  WHY),
)

ROSTER_ENTRY = _machine("roster_entry", EntryState,
    ("request_closure", "申请销号", "active",           "closing",   P.ANSWER, _),
    ("recall",          "撤回",     "closing",          "active",    P.ANSWER, _),
    ("send_back",       "退回",     "closing",          "active",    P.JUDGE,  WHY, "applied_by_id"),
    ("close",           "销号",     "closing",          "closed",    P.JUDGE,  _,   "applied_by_id"),
    ("withdraw",        "移出",     "active closing",   "withdrawn", P.JUDGE,  WHY),
    ("reopen",          "恢复办理", "closed withdrawn", "active",    P.JUDGE,  WHY),
)

RECTIFICATION = _machine("rectification", RectificationState,
    ("issue",           "交办",       "registered",        "issued",     P.JUDGE,  _),
    ("receive",         "认领",       "issued",            "planning",   P.ANSWER, _),
    ("dispute",         "提出异议",   "issued",            "disputed",   P.ANSWER, WHY),
    ("uphold",          "异议成立",   "disputed",          "withdrawn",  P.JUDGE,  WHY),
    ("uphold",          "异议成立",   "disputed",          "issued",     P.JUDGE,  WHY),
    ("overrule",        "异议不成立", "disputed",          "issued",     P.JUDGE,  WHY),
    ("approve",         "审定措施",   "planning",          "active",     P.JUDGE,  _),
    ("send_back",       "退回",       "planning",          "planning",   P.JUDGE,  WHY),
    ("request_closure", "申请销号",   "active",            "closing",    P.APPLY,  _),
    ("verify",          "核查通过",   "closing",           "verified",   P.VERIFY, _,   "applied_by_id"),
    ("refuse",          "核查不通过", "closing",           "active",     P.VERIFY, WHY, "applied_by_id"),
    ("send_back",       "退回",       "closing verified",  "active",     P.JUDGE,  WHY, "applied_by_id"),
    ("close",           "销号",       "verified",          "closed",     P.JUDGE,  _,   "applied_by_id verified_by_id"),
    ("reopen",          "恢复挂账",   "closed",            "active",     P.JUDGE,  WHY),
    ("withdraw",        "中止",       "registered issued disputed planning active closing verified", "withdrawn", P.HALT, WHY),
)

LOOK_BACK = _machine("look_back", LookBackState,
    ("hold", "整改巩固",   "planned", "held",    P.JUDGE, _,   "closed_by_id"),
    ("fail", "问题反弹",   "planned", "failed",  P.JUDGE, WHY, "closed_by_id"),
    ("drop", "取消回头看", "planned", "dropped", P.JUDGE, WHY, "closed_by_id"),
)

REPORT = _machine("report", FilingState,
    ("submit",    "报送", "draft returned", "submitted", P.ANSWER, _),
    ("recall",    "撤回", "submitted",      "draft",     P.ANSWER, _),
    ("accept",    "通过", "submitted",      "accepted",  P.JUDGE,  _,   "submitted_by_id"),
    ("send_back", "退回", "submitted",      "returned",  P.JUDGE,  WHY, "submitted_by_id"),
)

EXTENSION = _machine("extension", FilingState,
    ("submit", "申请延期", "draft",     "submitted", P.APPLY, WHY),
    ("recall", "撤回",     "submitted", "draft",     P.APPLY, _),
    ("accept", "同意延期", "submitted", "accepted",  P.GRANT, _,   "submitted_by_id"),
    ("refuse", "不予延期", "submitted", "refused",   P.GRANT, WHY, "submitted_by_id"),
)

HALT_REQUEST = _machine("halt_request", FilingState,
    ("submit", "报请停办", "draft",     "submitted", P.JUDGE, WHY),
    ("recall", "撤回",     "submitted", "draft",     P.JUDGE, _),
    ("accept", "同意停办", "submitted", "accepted",  P.HALT,  _,   "submitted_by_id"),
    ("refuse", "不予停办", "submitted", "refused",   P.HALT,  WHY, "submitted_by_id"),
)

SECOND_REVIEW = _machine("second_review", SecondReviewState,
    ("agree",    "复核属实", "drawn", "agreed",    P.JUDGE, _,   "applied_by_id closed_by_id"),
    ("disagree", "复核不符", "drawn", "disagreed", P.JUDGE, WHY, "applied_by_id closed_by_id"),
)

PROPOSAL = _machine("proposal", ProposalState,
    ("follow",  "采纳",     "open",   "followed",  P.JUDGE, _),
    ("dismiss", "不采纳",   "open",   "dismissed", P.JUDGE, WHY),
    ("lapse",   "自动失效", "open",   "lapsed",    P.JUDGE, _),
    ("renew",   "再次提出", "lapsed", "open",      P.JUDGE, _),
)

SLIP = _machine("slip", SlipState,
    ("reply",     "回复",     "issued",                 "replied",   P.ANSWER, _),
    ("settle",    "认可回复", "replied",                "settled",   P.JUDGE,  _),
    ("send_back", "退回重报", "replied",                "issued",    P.JUDGE,  WHY),
    ("withdraw",  "撤销",     "issued replied settled", "withdrawn", P.JUDGE,  WHY),
)

EVALUATION = _machine("evaluation", EvaluationState,
    ("freeze", "取数",     "open",   "frozen", P.EVALUATE, _),
    ("redo",   "重新取数", "frozen", "open",   P.EVALUATE, _),
    ("settle", "定稿",     "frozen", "final",  P.EVALUATE, _),
)

APPEAL = _machine("appeal", AppealState,
    ("submit",  "提出申诉", "draft", "filed",    P.APPLY,    _),
    ("correct", "登记更正", "draft", "filed",    P.EVALUATE, _),
    ("recall",  "撤回",     "filed", "recalled", P.APPLY,    _),
    ("uphold",  "成立",     "filed", "upheld",   P.EVALUATE, WHY, "filed_by_id frozen_by_id judged_by_id"),
    ("refuse",  "不成立",   "filed", "refused",  P.EVALUATE, WHY, "filed_by_id frozen_by_id judged_by_id"),
)

CIRCULAR = _machine("circular", CircularState,
    ("check",     "核稿", "draft",          "checked",   P.CIRCULATE, _,   "drafted_by_id"),
    ("send_back", "退回", "checked signed", "draft",     P.CIRCULATE, WHY),
    ("sign",      "签发", "checked",        "signed",    P.SIGN,      _,   "drafted_by_id checked_by_id"),
    ("refuse",    "退回", "checked",        "draft",     P.SIGN,      WHY),
    ("publish",   "印发", "signed",         "published", P.CIRCULATE, _),
)
# fmt: on

MACHINES = (
    DOCUMENT,
    TASK,
    ASSIGNMENT,
    ROSTER_ENTRY,
    RECTIFICATION,
    LOOK_BACK,
    REPORT,
    EXTENSION,
    HALT_REQUEST,
    SECOND_REVIEW,
    PROPOSAL,
    SLIP,
    EVALUATION,
    APPEAL,
    CIRCULAR,
)


def markdown(machine: Machine) -> str:
    """The table as it stands in README.md."""
    head = "| 动作 | action | from | to | permission | 理由 |\n|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| {s.label} | {s.action} | {', '.join(sorted(s.sources))} | {s.target} | {s.permission} |"
        f" {'必填' if s.reason else ''} |\n"
        for s in machine.steps
    )
