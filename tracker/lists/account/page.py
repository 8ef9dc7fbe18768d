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
from tracker.accounts.trail import timeline
from tracker.lists.account import queries, rules
from tracker.lists.account.actions import Proof
from tracker.lists.account.forms import (
    HeldForm,
    LookBackForm,
    ProgressForm,
    ReasonForm,
    ReopenForm,
    UpholdForm,
    VisitForm,
    plan_form,
    slots_form,
)
from tracker.lists.account.queries import Account
from tracker.lists.extensions.actions import hindrance
from tracker.lists.extensions.forms import ExtensionForm
from tracker.lists.intake.rules import masked
from tracker.lists.links import queries as links
from tracker.lists.look_backs.rules import months_later
from tracker.lists.models import Problem
from tracker.lists.notices.forms import USUAL_DAYS, AnswerForm, NoticeForm, ObjectionForm
from tracker.lists.rules import Slot, immediate_deadline
from tracker.media import ACCEPTED, fitting_name
from tracker.tasks.demands.actions import breach_of
from tracker.tasks.models import Ground
from tracker.web.forms import Form, FormPage, form_page
from tracker.workflow import EXTENSION, LOOK_BACK, RECTIFICATION, RectificationState

State = RectificationState


def page_of(problem: Problem, **posted: Form) -> FormPage:
    """The page; ``posted`` is the one form that was sent, by its name in ``_forms``."""
    user, today, account = me(), clock.today(), queries.account_of(problem)
    rectification = problem.rectification
    extension = account.extension_waiting
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
        extension_steps=EXTENSION.available(extension, user) if extension else [],
        look_back_steps={step.action: step for step in LOOK_BACK.available(look_back, user)}
        if look_back
        else {},
        is_own=owes,
        caller=masked(problem.caller),
        linked=links.linked(problem, user),
        judges=can(user, Permission.JUDGE, rectification),
        may_extend=can(user, Permission.APPLY, rectification)
        and not hindrance(rectification, today, is_waiting=extension is not None),
        sees_people=sees_all(user),
        duty_done=queries.is_done_with(problem.assignment),
        quarters_due=account.quarters_due(today),
        entries=timeline(problem, rectification, *account.extensions, *account.look_backs),
        accepted_kinds=ACCEPTED,
        largest=current_app.config["MAX_UPLOAD_MB"],
        quarter_words=rules.quarter_words,
        Ground=Ground,
        Slot=Slot,
        State=State,
    )


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
    forms: dict[str, Form] = {"extension": ExtensionForm(**fresh)}
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
            due = account.quarters_due(today)
            forms["progress"] = ProgressForm(
                **fresh, progress=rectification.progress, quarter=due[0] if due else ""
            )
            forms["progress"].offer(rectification.milestones, account.quarters_open(today))
            forms["slots"] = slots_form(account.slots)(**fresh)
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
