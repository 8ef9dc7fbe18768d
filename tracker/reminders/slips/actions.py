"""The verbs of the ladder (升级建议), of calls and of slips (督办单). None commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select, update

from tracker import audit, files
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, permit
from tracker.clock import SHANGHAI, local_date
from tracker.db import db, insert_new
from tracker.errors import Invalid, WrongState
from tracker.files import StoredFile
from tracker.numbers import next_in
from tracker.press.typeset import in_process
from tracker.reminders.actions import announce, gather
from tracker.reminders.board.queries import CALL, OWED, people_of
from tracker.reminders.delivery import send_at_once
from tracker.reminders.models import Reminder
from tracker.reminders.rules import SLIP as SLIP_STEP
from tracker.reminders.rules import SLIP_ISSUED, step_on
from tracker.reminders.slips import ladder, pdf, queries
from tracker.reminders.slips.models import Proposal, Slip
from tracker.reminders.slips.rules import ADDRESSEES, Colour, Rung, is_urgent, number_text
from tracker.tasks.demands.actions import ask, relief
from tracker.tasks.demands.rules import Kind, earliest_due
from tracker.tasks.models import Assignment
from tracker.workdays import Workdays
from tracker.workflow import PROPOSAL, SLIP, ProposalState


@dataclass(frozen=True)
class Order:
    """What a slip says: its colour, what is demanded, by when it is to be answered, and why in a hurry."""

    colour: Colour
    demand: str
    due_on: date
    hurry: str = ""


@dataclass(frozen=True)
class Office:
    """Who issues, as the paper says it; from the settings."""

    issuer: str
    fonts_dir: Path | None = None


def propose(now: datetime, workdays: Workdays, behind: Mapping[int, Sequence[str]]) -> int:
    """升级建议: make what the ladder asks for today, let go what lost its occasion.

    A lapsed proposal whose occasion is back (a closure that was sent back) stands again. Returns how many
    changed: none on a second call.
    """
    if not workdays.is_workday(local_date(now)):
        return 0
    wanted = ladder.wanted(now, workdays, behind)
    known = {
        one.key: one
        for one in db.session.scalars(
            select(Proposal).where(Proposal.state.in_((ProposalState.OPEN, ProposalState.LAPSED)))
        )
    }
    changed = 0
    for key, one in known.items():
        if one.state is ProposalState.OPEN and key not in wanted:
            PROPOSAL.take(one, "lapse", None, now)
            changed += 1
        elif one.state is ProposalState.LAPSED and key in wanted:
            PROPOSAL.take(one, "renew", None, now)
            changed += 1
    fresh = {key: one for key, one in wanted.items() if key not in known}
    facts = ladder.facts(fresh, now, workdays)
    return changed + insert_new(
        Proposal,
        [
            {
                "key": key,
                "rung": one.rule.rung,
                "rule": one.rule.name,
                "facts": facts[key],
                "unit_id": one.unit_id,
                "assignment_id": one.assignment_id,
                "state": ProposalState.OPEN,
                "made_at": now,
                "version": 1,
            }
            for key, one in fresh.items()
        ],
    )


def follow(proposal: Proposal, actor: User, now: datetime, note: str = "") -> None:
    """采纳: a person took the step that was proposed. A talk says when, with whom and about what."""
    if proposal.rung is Rung.TALK and not note.strip():
        raise Invalid("请写明约谈的时间、对象和要求", reason="请写明约谈的时间、对象和要求")
    PROPOSAL.take(proposal, "follow", actor, now, note)
    proposal.decided_at, proposal.decided_by_id = now, actor.id


def dismiss(proposal: Proposal, actor: User, now: datetime, reason: str) -> None:
    """不采纳, with reason; the same step is not proposed again on the same occasion."""
    PROPOSAL.take(proposal, "dismiss", actor, now, reason)
    proposal.decided_at, proposal.decided_by_id = now, actor.id


def log_call(duty: Assignment, actor: User, now: datetime, person: str, said: str) -> None:
    """电话催办: whom the supervisor spoke to and what was said; it counts as the last contact."""
    permit(actor, Permission.JUDGE, duty)
    if not person.strip() or not said.strip():
        raise Invalid("请填写通话对象和通话内容")
    audit.record(CALL, "电话催办", duty, actor, now, said.strip(), contact=person.strip())
    ask(Kind.CALL, [duty], None, actor, now)
    if proposal := queries.open_of(duty, Rung.CALL):
        follow(proposal, actor, now)


def issue(duty: Assignment, order: Order, actor: User, now: datetime, workdays: Workdays) -> Slip:
    """发出督办单: numbered without a gap, told to the unit's people at once; printed when first opened.

    An open proposal of that colour for the duty is followed by it.
    """
    permit(actor, Permission.JUDGE, duty)
    _check(duty, order, now)
    against = relief(order.due_on, actor, now, order.hurry)
    year, today = local_date(now).year, local_date(now)
    proposal = queries.open_of(duty, Rung(order.colour.value))
    slip = Slip(
        colour=order.colour,
        year=year,
        number=next_in(f"slip {order.colour} {year}"),
        unit=duty.unit,
        assignment=duty,
        proposal_id=proposal and proposal.id,
        deadline=duty.deadline,
        facts=queries.facts_of([duty.id], today, workdays)[duty.id],
        demand=order.demand.strip(),
        due_on=order.due_on,
        hurry=against.get("hurry", ""),
        issued_at=now,
        issued_by=actor,
    )
    db.session.add(slip)
    audit.record(
        "slip.issue",
        "发出督办单",
        slip,
        actor,
        now,
        number=slip.title,
        due_on=slip.due_on.isoformat(),
        **against,
    )
    audit.record(
        "assignment.slip",
        "发出督办单",
        duty,
        actor,
        now,
        number=slip.title,
        demand=slip.demand,
        due_on=slip.due_on.isoformat(),
        **against,
    )
    ask(Kind.SLIP, [duty], slip.due_on, actor, now, order.hurry)
    if proposal:
        follow(proposal, actor, now)
    _tell(slip, f"{SLIP_ISSUED.name}-{slip.colour}", now, workdays)
    return slip


def printed(slip: Slip, office: Office) -> bytes:
    """The slip as PDF, from what it said when it was issued."""
    return in_process(pdf.render, _sheet(slip, office))


def keep_paper(slip: Slip, paper: bytes, now: datetime) -> StoredFile:
    """Keep what was printed: from now on this is the paper. No new version, somebody may be answering."""
    file = files.store(paper, f"{slip.title}.pdf", "application/pdf", slip.issued_by, now)
    first = update(Slip).where(Slip.id == slip.id, Slip.file_id.is_(None))
    db.session.execute(first.values(file_id=file.id))
    return file


def mark_read(slip: Slip, actor: User, now: datetime) -> None:
    """已读: the receipt, when somebody of the unit first opens it."""
    if slip.read_at is None and actor.unit_id == slip.unit_id:
        slip.read_at, slip.read_by_id = now, actor.id


def reply(
    slip: Slip, actor: User, now: datetime, text: str, file: StoredFile | None = None, file_name: str = ""
) -> None:
    """回复, with a file that proves it where there is one."""
    if not text.strip():
        raise Invalid("请填写回复内容", text="请填写回复内容")
    SLIP.take(slip, "reply", actor, now, text, file=file_name or None)
    slip.reply, slip.replied_at, slip.replied_by_id = text.strip(), now, actor.id
    if file is not None:
        slip.reply_file, slip.reply_file_name = file, file_name


def settle(slip: Slip, actor: User, now: datetime) -> None:
    """认可回复."""
    SLIP.take(slip, "settle", actor, now)


def send_back(slip: Slip, actor: User, now: datetime, reason: str, workdays: Workdays) -> None:
    """退回重报: asked again, with the time the rule leaves for an answer; told with the next digest."""
    due_on = max(slip.due_on, earliest_due(now.astimezone(SHANGHAI), workdays))
    days = [slip.due_on.isoformat(), due_on.isoformat()]
    SLIP.take(slip, "send_back", actor, now, reason, due_on=days)
    slip.replied_at, slip.due_on = None, due_on
    people = {person.id for person in people_of([slip.unit_id]).get(slip.unit_id, [])}
    words = f"{slip.title}的回复已退回，请于{due_on:%Y-%m-%d}前重报。意见：{reason.strip()}"
    announce(f"slip:{slip.id}:{now.isoformat()}", people, words, f"/reminders/slips/{slip.id}", now)


def withdraw(slip: Slip, actor: User, now: datetime, reason: str) -> None:
    """撤销: the number stays, struck through; it no longer counts."""
    SLIP.take(slip, "withdraw", actor, now, reason)
    slip.withdrawn_at = now


def remind(now: datetime, workdays: Workdays) -> int:
    """Reminders of slips nobody has answered, for the day's digest; a second call the same day makes none."""
    today = local_date(now)
    slips = [(slip, step_on(slip.due_on, today, workdays)) for slip in queries.waiting_for_answer()]
    people = people_of({slip.unit_id for slip, _ in slips})
    rows = [
        row
        for slip, step in slips
        if step and step.offset >= -1
        for row in _rows(slip, step.name, people.get(slip.unit_id, []), now)
    ]
    return insert_new(Reminder, rows)


def _check(duty: Assignment, order: Order, now: datetime) -> None:
    if duty.state not in OWED:
        raise WrongState(f"该承办项“{duty.state.label}”，不再发督办单")
    is_overdue = duty.deadline is not None and duty.deadline < local_date(now)
    if order.colour is not Colour.BLUE and not is_overdue:
        raise Invalid("没有逾期的承办项只能发蓝色督办单", colour="没有逾期，只能发蓝色督办单")
    if not order.demand.strip():
        raise Invalid("请填写督办要求", demand="请填写督办要求")
    if order.due_on < local_date(now):
        raise Invalid("回复期限不能早于今天", due_on="不能早于今天")


def _sheet(slip: Slip, office: Office) -> pdf.Sheet:
    return pdf.Sheet(
        colour=slip.colour,
        number=number_text(slip.colour, slip.year, slip.number),
        unit=slip.unit.name,
        addressee=ADDRESSEES[slip.colour],
        task=slip.assignment.task.text,
        duty=slip.assignment.duty.label,
        facts=tuple((what, said) for what, said in slip.facts),
        demand=slip.demand,
        due_on=slip.due_on,
        issuer=office.issuer,
        issued_on=local_date(slip.issued_at),
        fonts_dir=office.fonts_dir,
    )


def _tell(slip: Slip, step: str, now: datetime, workdays: Workdays) -> None:
    people = people_of([slip.unit_id]).get(slip.unit_id, [])
    insert_new(Reminder, _rows(slip, step, people, now))
    urgent = is_urgent(slip.colour, slip.hurry)
    told = {person.id for person in people}
    digests = gather(told, f"{SLIP_STEP}{step}", now, workdays, is_urgent=urgent)
    if urgent:
        send_at_once(digests, slip.id, now, workdays)


def _rows(slip: Slip, step: str, people: Collection[User], now: datetime) -> list[dict[str, object]]:
    return [
        {
            "assignment_id": slip.assignment_id,
            "step": f"{SLIP_STEP}{step}",
            "deadline": slip.due_on,
            "recipient_id": person.id,
            "made_on": local_date(now),
            "made_at": now,
        }
        for person in people
    ]
