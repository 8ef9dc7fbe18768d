"""The page of one account with the forms this person may use now, and the files that come with them."""

from collections.abc import Iterable
from typing import Any

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from tracker import clock, files
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, can, sees_all
from tracker.accounts.queries import active_units
from tracker.accounts.session import me
from tracker.accounts.trail import Entry, timeline
from tracker.lists.account import queries, rules
from tracker.lists.account.forms import (
    HeldForm,
    LookBackForm,
    ProgressForm,
    ReasonForm,
    ReopenForm,
    ReviewForm,
    UpholdForm,
    VisitForm,
    plan_form,
    slots_form,
)
from tracker.lists.account.models import RectificationReport
from tracker.lists.account.progress import Proof
from tracker.lists.account.queries import Account
from tracker.lists.extensions.rules import RECTIFICATION as EXTENDED
from tracker.lists.intake.rules import masked
from tracker.lists.links import queries as links
from tracker.lists.look_backs.rules import months_later
from tracker.lists.models import Problem
from tracker.lists.notices.forms import USUAL_DAYS, AnswerForm, NoticeForm, ObjectionForm
from tracker.lists.rules import Slot, immediate_deadline
from tracker.media import ACCEPTED, fitting_name
from tracker.reports.rules import ReturnReason
from tracker.tasks.demands.actions import breach_of
from tracker.tasks.models import Ground
from tracker.tasks.requests.rules import hindrance
from tracker.web.forms import Form, FormPage, form_page
from tracker.workflow import EXTENSION, LOOK_BACK, RECTIFICATION, REPORT, FilingState, RectificationState

State = RectificationState


def page_of(problem: Problem, **posted: Form) -> FormPage:
    """The page; ``posted`` is the one form that was sent, by its name in ``_forms``."""
    user, today, account = me(), clock.today(), queries.account_of(problem)
    rectification = problem.rectification
    obstacle = hindrance(
        EXTENDED,
        rectification.state,
        rectification.deadline,
        today,
        is_waiting=account.extension_waiting is not None,
    )
    look_back = account.look_back_planned
    owes = can(user, Permission.ANSWER, rectification)
    return form_page(
        "lists/show.html",
        next(iter(posted.values()), ReasonForm(formdata=None)),
        account=account,
        problem=problem,
        rectification=rectification,
        responsibility=problem.responsibility,
        forms=_forms(user, account) | posted,
        steps={step.action: step for step in RECTIFICATION.available(rectification, user)},
        breach=breach_of(queries.first_day(rectification, rectification.deadline), clock.now()),
        extensions=[
            (one, EXTENSION.available(one, user))
            for one in reversed(account.extensions)
            if owes or one.state is not FilingState.DRAFT
        ],
        report_steps={one.id: REPORT.available(one, user) for one in account.reports_waiting},
        look_back_steps={step.action: step for step in LOOK_BACK.available(look_back, user)}
        if look_back
        else {},
        is_own=owes,
        caller=masked(problem.caller),
        linked=links.linked(problem, user),
        judges=can(user, Permission.JUDGE, rectification),
        may_extend=can(user, Permission.APPLY, rectification) and not obstacle,
        no_extension=_no_extension(user, account, obstacle) if owes else "",
        sees_people=sees_all(user),
        duty_done=queries.is_done_with(problem.assignment),
        quarters_due=account.quarters_due(today),
        entries=_story(account),
        accepted_kinds=ACCEPTED,
        largest=current_app.config["MAX_UPLOAD_MB"],
        quarter_words=rules.quarter_words,
        ReturnReason=ReturnReason,
        Ground=Ground,
        Slot=Slot,
        State=State,
    )


def _no_extension(user: User, account: Account, obstacle: str) -> str:
    """To the account's own unit while it is at work: why an extension cannot be asked for."""
    item = account.rectification
    if item.state not in EXTENDED.running or item.deadline is None or account.extension_waiting:
        return ""
    return obstacle or ("" if can(user, Permission.APPLY, item) else "延期由单位负责人申请")


def _story(account: Account) -> list[Entry]:
    """办理过程; what became of a report is said to be of a report."""
    things = (account.problem, account.rectification, *account.reports, *account.extensions)
    return [
        entry._replace(words=f"整改进展{entry.words}")
        if entry.subject_type == RectificationReport.__tablename__
        else entry
        for entry in timeline(*things, *account.look_backs)
    ]


def proofs(uploads: Iterable[FileStorage] | None, claim: str = "") -> list[Proof]:
    """What was uploaded, checked and stored, with its name and what it proves."""
    taken = []
    for upload in uploads or []:
        if upload and upload.filename:
            file = files.take(upload, me(), clock.now())
            taken.append((file, fitting_name(upload.filename, file.media_type), claim.strip()))
    return taken


def seen_version() -> int | None:
    """The version of the account the page showed."""
    return request.form.get("version", type=int)


def _forms(user: User, account: Account) -> dict[str, Form]:
    """Fresh forms, filled in with what is known, for the state the account is in."""
    problem, rectification, today = account.problem, account.rectification, clock.today()
    responsibility = problem.responsibility
    fresh: dict[str, Any] = {"formdata": None}
    forms: dict[str, Form] = {}
    match rectification.state:
        case State.DISPUTED:
            forms["uphold"] = UpholdForm(
                **fresh,
                unit=responsibility.lead_unit_id,
                deadline=rectification.deadline,
                text=problem.text,
                goal=rectification.goal,
            )
            forms["uphold"].offer(list(active_units()))
        case State.PLANNING:
            forms["plan"] = plan_form(rectification.milestones)(
                **fresh,
                remedy=rectification.remedy,
                leader=responsibility.leader,
                person=responsibility.person,
                phone=responsibility.phone,
            )
        case State.ACTIVE:
            due, back = account.quarters_due(today), account.to_correct
            forms["progress"] = ProgressForm(
                **fresh,
                progress=back.progress if back else rectification.progress,
                text=back.text if back else "",
                milestone=str(back.milestone_id or "") if back else "",
                quarter=(back.quarter or "") if back else due[0] if due else "",
            )
            forms["progress"].offer(rectification.milestones, account.quarters_open(today))
            forms["slots"] = slots_form(account.slots)(**fresh)
            forms["review"] = ReviewForm(**fresh)
        case State.CLOSING:
            forms["visit"] = VisitForm(**fresh, checked_on=today)
        case State.VERIFIED:
            forms["notice"] = NoticeForm(**fresh, starts_on=today, days=USUAL_DAYS)
            forms["objection"] = ObjectionForm(**fresh, raised_on=today)
            forms["answer"] = AnswerForm(**fresh)
        case State.CLOSED:
            forms["reopen"] = ReopenForm(**fresh, new_deadline=immediate_deadline(today))
            forms["look_back"] = LookBackForm(
                **fresh, due_on=months_later(today, current_app.config["LOOK_BACK_MONTHS"])
            )
            forms["held"] = HeldForm(**fresh, checked_on=today, again_by=immediate_deadline(today))
    return forms
