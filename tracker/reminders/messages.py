"""The messages as they go out: put together from their records by the templates in templates/messages."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, render_template
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Unit, User
from tracker.db import db
from tracker.lists.models import Problem, Rectification
from tracker.reminders.channels.base import Audience, Message
from tracker.reminders.channels.queries import SENDERS
from tracker.reminders.models import Delivery, Digest, Reminder, Summary
from tracker.reminders.queries import objects_due, said_of
from tracker.reminders.rules import OBJECTS, SLIP, UNSIGNED, is_due, is_pressing, label_of, offset_of
from tracker.reminders.slips.models import Slip
from tracker.tasks.models import Assignment, Task

UNMARKED = str.maketrans("<>[]()*_`#", "＜＞［］（）＊＿｀＃")  # a name is no markup in a work chat


TO_A_PERSON = ("subject.txt", "body.txt", "body.html", "sms.txt")
IN_A_GROUP = ("subject.txt", "markdown.md")


class Content(NamedTuple):
    """What a message says: the folder of its templates, and the words and data for them."""

    folder: str
    made_at: datetime
    words: dict[str, Any]
    data: dict[str, Any]


class Row(NamedTuple):
    """One reminder of a message, in words."""

    step: str
    label: str
    title: str
    unit: str
    deadline: date | None
    url: str
    day: str = "完成时限"  # what the deadline is called


def compose(delivery: Delivery, sent_at: datetime) -> Message:
    """The message of a delivery, in the forms its channel uses; ``sent_at`` is the real moment."""
    if delivery.about:
        content = _of_slip(delivery)
    elif delivery.digest_id is not None:
        content = _of_digest(delivery.digest_id)
    elif delivery.summary_id is not None:
        content = _of_summary(delivery.summary_id)
    else:
        content = Content("test", sent_at, {"channel": delivery.channel.label}, {})
    is_office = SENDERS[delivery.channel].audience is Audience.OFFICE
    texts = IN_A_GROUP if is_office else TO_A_PERSON
    words = content.words | {"home": link("desk.index")}
    said = {name: _tidy(render_template(f"messages/{content.folder}/{name}", **words)) for name in texts}
    return Message(
        id=delivery.message_id,
        made_at=content.made_at,
        sent_at=sent_at,
        subject=said["subject.txt"],
        text=said.get("body.txt", ""),
        html=said.get("body.html", ""),
        markdown=said.get("markdown.md", ""),
        short=said.get("sms.txt", ""),
        data={"kind": content.folder} | content.data,
    )


def link(endpoint: str, **values: int) -> str:
    """The full address of a page, as ``TRACKER_BASE_URL`` says it."""
    base = urlsplit(current_app.config["BASE_URL"])
    pages = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return pages.build(endpoint, values, force_external=True)


_DIGEST = (
    select(Digest)
    .where(Digest.id == bindparam("digest_id"))
    .options(
        joinedload(Digest.recipient, innerjoin=True).joinedload(User.unit, innerjoin=True),
        selectinload(Digest.announcements),
    )
)
_DUTIES = (
    select(
        Reminder.id,
        Reminder.step,
        Reminder.deadline,
        Assignment.id,
        Assignment.deadline,
        Task.title,
        Unit.name,
    )
    .join(Reminder.assignment)
    .join(Assignment.task)
    .join(Assignment.unit)
    .where(Reminder.digest_id == bindparam("digest_id"))
    .order_by(Reminder.id)
)
_ACCOUNTS = (
    select(Reminder.step, Problem.id, Rectification.deadline, Problem.number, Problem.text, Unit.name)
    .join(Reminder.rectification)
    .join(Rectification.problem)
    .join(Problem.unit)
    .where(Reminder.digest_id == bindparam("digest_id"))
    .order_by(Reminder.id)
)


def _of_digest(digest_id: int) -> Content:
    digest = db.session.scalars(_DIGEST, {"digest_id": digest_id}).one()
    duties = db.session.execute(_DUTIES, {"digest_id": digest_id}).all()
    stem = link("reports.duty", assignment_id=0).removesuffix("0")  # the same for all, made once
    objects = objects_due(digest_id) if any(row.step.startswith(OBJECTS) for row in duties) else {}
    rows = [
        Row(
            step,
            said_of(reminder, step, objects),
            title,
            unit,
            due_on if step.startswith((OBJECTS, SLIP)) else day,
            f"{stem}{id_}",
            "回复期限" if step.startswith(SLIP) else "完成时限",
        )
        for reminder, step, due_on, id_, day, title, unit in duties
    ]
    rows += _accounts(digest_id)
    rows.sort(key=_urgency)
    due = [row for row in rows if is_due(row.step)]
    url = link("reminders.show", digest_id=digest.id)
    root = link("desk.index").rstrip("/")
    notes = [{"words": one.words, "url": f"{root}{one.path}"} for one in digest.announcements]
    data = {
        "on": digest.on.isoformat(),
        "recipient": {
            "username": digest.recipient.username,
            "name": digest.recipient.name,
            "unit": digest.recipient.unit.name,
        },
        "url": url,
        "announcements": notes,
        "reminders": [
            row._asdict() | {"deadline": row.deadline and row.deadline.isoformat()} for row in rows
        ],
    }
    words = {
        "person": digest.recipient.name,
        "on": digest.on,
        "rows": rows,
        "due": due,
        "pressing": [row for row in rows if is_pressing(row.step)],
        "notes": notes,
        "url": url,
    }
    return Content("digest", digest.made_at, words, data)


def _of_slip(delivery: Delivery) -> Content:
    slip = db.session.get_one(Slip, int(delivery.about.removeprefix(SLIP)))
    words = {
        "person": delivery.digest and delivery.digest.recipient.name,
        "slip": slip,
        "task": slip.assignment.task.title,
        "url": link("reminders.slips.show", slip_id=slip.id),
    }
    data = {
        "number": slip.title,
        "colour": slip.colour.value,
        "unit": slip.unit.name,
        "recipient": delivery.address,
        "task": slip.assignment.task.title,
        "demand": slip.demand,
        "due_on": slip.due_on.isoformat(),
        "url": words["url"],
    }
    return Content("slip", slip.issued_at, words, data)


def _accounts(digest_id: int) -> list[Row]:
    """The reminders of rectifications in a digest."""
    found = db.session.execute(_ACCOUNTS, {"digest_id": digest_id})
    stem = link("lists.show", problem_id=0).removesuffix("0")
    return [
        Row(step, label_of(step), f"整改账号{number}：{text}", unit, day, f"{stem}{id_}")
        for step, id_, day, number, text, unit in found
    ]


def _of_summary(summary_id: int) -> Content:
    summary = db.session.get_one(Summary, summary_id)
    duties = (
        select(Reminder.assignment_id, Reminder.rectification_id, Reminder.step)
        .join(Digest, Digest.id == Reminder.digest_id)
        .where(Digest.on == summary.on)
        .distinct()
        .subquery()
    )
    by_step = {
        row[0]: row[1]
        for row in db.session.execute(select(duties.c.step, func.count()).group_by(duties.c.step))
    }
    late = db.session.execute(
        select(Unit.name, func.count())
        .select_from(duties)
        .join(Assignment, Assignment.id == duties.c.assignment_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(duties.c.step.startswith("+"))
        .group_by(Unit.id, Unit.name, Unit.position)
        .order_by(func.count().desc(), Unit.position)
    ).all()
    steps: list[tuple[str, int]] = [
        (label_of(step), by_step[step]) for step in sorted(by_step, key=_place) if by_step[step]
    ]
    words = {
        "on": summary.on,
        "total": sum(by_step.values()),
        "steps": steps,
        "late": [(row[0].translate(UNMARKED), row[1]) for row in late],
    }
    return Content("summary", summary.made_at, words, {})


def _tidy(text: str) -> str:
    """Without the empty lines that the tags of a template leave behind."""
    return re.sub(r"\n\s*\n", "\n\n", text.strip())


def _urgency(row: Row) -> tuple[int, date]:
    return _place(row.step), row.deadline or date.max


def _place(name: str) -> int:
    """The latest first: urged by hand, weeks late, days late, today, days left, not signed for."""
    if name.startswith(("urge-", SLIP)):
        return -1000
    offset = offset_of(name.removeprefix(OBJECTS))
    if offset is not None:
        return -offset
    return 100 if name == UNSIGNED.name else 99
