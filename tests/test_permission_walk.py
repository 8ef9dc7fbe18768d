"""Every route × every role × the own unit's record and another's, held against the permission table.

The table is written here a second time by hand: which role may do what, and what each route asks for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests import make
from tests.conftest import NOW, sign_in
from tests.documents.readings import AREAS, BUILD, POINT, TEXT, WHOLE, reading
from tracker import audit, files
from tracker.accounts.models import Role, Unit, User
from tracker.circulars import actions as circulars
from tracker.circulars.models import Circular
from tracker.db import db
from tracker.lists.account.models import RectificationReport, SiteCheck
from tracker.lists.extensions.models import RectificationExtension
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import Problem, RectificationEvidence
from tracker.lists.notices.models import NoticeObjection, PublicNotice
from tracker.reminders.feeds import actions as feeds
from tracker.reminders.models import Digest
from tracker.reports.models import Evidence, SecondReview
from tracker.rosters import actions as rosters
from tracker.scores import actions as scores
from tracker.scores.facts import Wish
from tracker.scores.information.models import InformationEntry
from tracker.scores.information.rules import Use
from tracker.scores.models import Appeal, ScoreSheet
from tracker.workdays import statutory
from tracker.workflow import AppealState, CircularState, FilingState, RectificationState, State

# Who may do what. "own": on the own unit's things; "all": on everything; a blank: not at all.
WHO = """
             reporter head supervisor approver leader administrator auditor
enter        all      all  all        all      all    all           all
view         own      own  all        all      all    .             all
answer       own      own  .          .        .      .             .
apply        .        own  .          .        .      .             .
comment      led      led  all        all      all    .             .
fill         own      own  all        .        .      .             .
unmask       own      own  all        .        .      .             .
read         .        .    all        .        .      .             .
judge        .        .    all        .        .      .             .
oversee      .        .    all        all      all    .             .
grant        .        .    .          all      .      .             .
halt         .        .    .          all      .      .             .
verify       .        own  .          .        .      .             .
evaluate     .        .    all        .        .      .             .
rank         own      own  all        all      all    .             all
circulate    .        .    all        .        .      .             .
sign         .        .    .          all      .      .             .
manage       .        .    .          .        .      all           .
audit        .        .    .          .        .      .             all
"""

# What each route asks for: its blueprint, then the endpoints.
ASKS = {
    "enter": "desk.index accounts.change_password accounts.sign_out",
    "view": """rosters.index rosters.of_task rosters.show rosters.export rosters.entries.show
        rosters.entries.proof tasks.index tasks.export tasks.show reports.index reports.duty reports.show_evidence
        reports.view_evidence reports.show_page
        tasks.requests.show_file lists.extensions.show_file lists.index lists.show_list lists.show lists.export
        lists.account.show_proof lists.account.view_proof lists.account.show_proof_page lists.waiting.show
        desk.show_unit tasks.demands.index reminders.index reminders.show
        reminders.feeds.show_feed reminders.feeds.open_feed reminders.feeds.close_feed reminders.want_mail reminders.slips.index reminders.slips.show reminders.slips.paper reminders.slips.reply_file""",
    "answer": """tasks.receive tasks.receive_all tasks.dispute reports.submit reports.report_no_change
        reports.request_closure reminders.slips.reply reports.recall reports.save_draft reports.rate desk.show_box
        reports.workbook.upload reports.workbook.download reports.workbook.confirm reports.workbook.preview
        rosters.entries.request_closure rosters.entries.recall rosters.entries.request_many
        lists.account.receive lists.account.dispute lists.account.propose lists.account.report
        lists.account.take_over lists.account.save_slots lists.account.recall""",
    "fill": """rosters.entries.add rosters.entries.edit rosters.entries.mark rosters.entries.unmark
        rosters.entries.mark_many rosters.workbook.upload rosters.workbook.download rosters.workbook.preview
        rosters.workbook.confirm""",
    "unmask": "rosters.workbook.download_full rosters.export_full rosters.entries.unmask",
    "comment": "reports.comment",
    "apply": """scores.appeals.recall lists.account.request_closure lists.extensions.ask lists.extensions.recall tasks.requests.extend tasks.requests.rest_day
        tasks.requests.recall_extension""",
    "read": """documents.index documents.import_file documents.show documents.file documents.add_point
        documents.add_target documents.add_task documents.add_unit documents.choose_members
        documents.create_alias documents.create_unit documents.discard documents.edit_header
        documents.edit_point documents.edit_target documents.edit_task documents.edit_unit
        documents.set_deadline documents.split_task documents.take_step documents.undo
        tasks.adopt tasks.add_unit tasks.set_reporting tasks.entry.index tasks.entry.several tasks.entry.show
        tasks.entry.edit tasks.entry.publish tasks.entry.discard""",
    "judge": """rosters.create rosters.edit rosters.templates rosters.load_templates rosters.remove_template
        rosters.keep_template rosters.entries.close_many rosters.entries.send_back rosters.entries.close
        rosters.entries.withdraw rosters.entries.reopen tasks.requests.answer_objection tasks.requests.ask_halt tasks.requests.recall_halt
        tasks.bulk.choose tasks.bulk.preview tasks.bulk.make tasks.bulk.undo tasks.reopen tasks.confirm_past reports.accept reports.send_back
        reports.close reports.refuse_closure reports.review.index reports.review.show reports.review.accept
        reports.review.send_back reports.review.unchanged reports.review.accept_unchanged
        reports.second_reviews.index reports.second_reviews.show reports.second_reviews.agree
        reports.second_reviews.disagree reminders.board.urge reminders.policy.draw_up
        reminders.policy.preview reminders.policy.adopt reminders.slips.proposals reminders.slips.follow
        reminders.slips.dismiss reminders.slips.call reminders.slips.create_slip reminders.slips.settle
        reminders.slips.send_back reminders.slips.withdraw lists.account.issue lists.account.approve
        lists.account.accept lists.account.send_back_report lists.account.overrule lists.account.uphold lists.account.send_back lists.account.close
        lists.account.reopen lists.notices.give lists.notices.enter_objection lists.notices.answer_objection
        lists.look_backs.plan lists.look_backs.hold lists.look_backs.fail lists.look_backs.drop""",
    "oversee": "lists.supervision.index lists.look_backs.index reminders.policy.index tasks.bulk.index tasks.bulk.show reminders.board.index circulars.brief",
    "grant": """rosters.entries.extend tasks.requests.extensions tasks.requests.accept_extension
        tasks.requests.refuse_extension lists.extensions.index lists.extensions.accept lists.extensions.refuse""",
    "halt": """tasks.suspend tasks.resume tasks.withdraw lists.account.withdraw tasks.requests.halts
        tasks.requests.accept_halt tasks.requests.refuse_halt tasks.requests.withdraw_task""",
    "verify": "lists.account.verify lists.account.refuse",
    "evaluate": """scores.evaluate scores.redo scores.settle scores.versions.draw_up
        scores.versions.preview_draft scores.versions.adopt scores.appeals.uphold scores.appeals.refuse
        scores.information.enter scores.information.strike scores.information.switch_on scores.information.switch_off scores.year.rate scores.prove""",
    "rank": """scores.index scores.sheet scores.trial scores.versions.index scores.appeals.index scores.information.index
        scores.workbook scores.year.index scores.year.workbook
        scores.appeals.contest scores.appeals.show scores.appeals.show_file circulars.index circulars.show circulars.paper
        circulars.word circulars.extract""",
    "circulate": "circulars.draft circulars.edit circulars.redraft circulars.check circulars.send_back circulars.publish circulars.draft_correction",
    "sign": "circulars.sign circulars.refuse archives.package",
    "manage": """accounts.users accounts.create_user accounts.edit_user accounts.activate_user
        accounts.deactivate_user accounts.reset_password accounts.units.index accounts.units.create_unit
        accounts.units.edit_unit accounts.units.activate_unit accounts.units.deactivate_unit
        accounts.units.place_unit accounts.units.create_alias accounts.units.remove_alias
        accounts.units.groups accounts.units.create_group accounts.units.edit_group
        accounts.units.remove_group accounts.units.boards accounts.units.create_board
        accounts.units.edit_board accounts.units.activate_board accounts.units.deactivate_board
        accounts.units.place_board reminders.channels.index reminders.channels.edit
        reminders.channels.switch_on reminders.channels.switch_off reminders.channels.send_test
        reminders.channels.tests reminders.channels.resend reminders.channels.resend_all
        calendar.index calendar.choose calendar.preview calendar.import_notice monitor.index""",
    "audit": "accounts.show_trail accounts.verify_trail",
}
# The three lists: entering, amending, linking.
for _asked, _names in {
    "view": "lists.links.index lists.links.of_task",
    "read": "lists.links.of_document",
    "judge": "lists.intake.register lists.intake.amend lists.intake.show_caller_of lists.links.link lists.links.unlink lists.workbook.upload lists.workbook.download lists.workbook.preview lists.workbook.confirm lists.plans.index lists.plans.show lists.plans.register lists.groups.index lists.groups.make lists.groups.dismiss lists.groups.show lists.groups.share lists.groups.add lists.groups.remove lists.groups.take lists.settings.edit lists.settings.reset",
}.items():
    ASKS[_asked] += f" {_names}"
SEALED_LISTS = {
    "lists.workbook.preview",
    "lists.workbook.confirm",
    "lists.plans.register",  # the document here is no plan
}
THREE_LISTS = {
    "end": "task",
    "move": "close",
    "place": 1,
    "problem_group_id": 0,
}  # values of their parameters
PUBLIC = {
    "static",
    "accounts.sign_in",
    "circulars.ask_code",
    "circulars.show_code",
    "monitor.live",
    "monitor.ready",
    "reminders.feeds.fetch",
}

# Records nobody owns: whoever may use the route finds them.
SHARED = {
    "alias_id", "board_id", "bulk_id", "channel", "circular_id", "delivery_id", "document_id", "draft_id", "evaluation_id", "group_id", "information_id", "key", "kind", "month", "name", "proposal_id", "number",
    "second_review_id", "step", "template_id", "unit_id", "user_id", "wait", "account_wait", "year",
} | set(THREE_LISTS)  # fmt: skip
SEALED = {
    "reports.workbook.preview",
    "reports.workbook.confirm",
    "rosters.workbook.preview",
    "rosters.workbook.confirm",
} | SEALED_LISTS  # found with the token of one's own upload
PERSONAL = {"digest_id"}  # only for the one person it was written to, whatever the role
KEYS = {"points": POINT, "tasks": BUILD, "units": AREAS, "targets": WHOLE, "rows": BUILD}

CELLS: dict[tuple[str, str], str] = {}
_head, *_rows = [line.split() for line in WHO.strip().splitlines()]
for _permission, *_cells in _rows:
    CELLS |= {(_permission, role): cell for role, cell in zip(_head, _cells, strict=True)}
ROUTES = {endpoint: permission for permission, names in ASKS.items() for endpoint in names.split()}


@pytest.fixture
def world(reporter, stranger) -> dict[bool, dict[str, Any]]:
    """Own (True) or another unit's (False) → the name of a URL's parameter → its value."""
    make.board("部门组", reporter.unit, stranger.unit)
    make.assignment(reporter.unit, state=State.CLOSED, deadline=date(2020, 6, 24))
    scores.evaluate("2020-06", None, NOW, statutory())
    shared = _shared()
    return {True: shared | _of(reporter.unit), False: shared | _of(stranger.unit)}


def _shared() -> dict[str, Any]:
    paper = files.store(b"%PDF-1.4", "circular.pdf", "application/pdf", None, NOW)
    circular = circulars.draft("2020-06", circulars.House("督查室", "督", "各单位"), None, NOW, statutory())
    db.session.flush()
    published = {"state": CircularState.PUBLISHED, "number": "督〔2020〕1号", "published_at": NOW}
    db.session.execute(db.update(Circular).values(published | {"file_id": paper.id}))
    db.session.commit()
    unit = make.unit("市民政局")
    supervisor = make.user(Role.SUPERVISOR)
    group = make.problem_group(make.problem(), make.problem(unit))
    return THREE_LISTS | {
        "problem_group_id": group.id,
        "bulk_id": make.bulk_change(make.assignment(unit), supervisor).id,
        "alias_id": make.alias("民政", unit).id,
        "board_id": make.board("另一组").id,
        "channel": "mail",
        "delivery_id": make.failed_delivery().id,
        "circular_id": circular.id,
        "document_id": make.document(text=TEXT, reading=reading().as_json(), file=paper).id,
        "draft_id": make.draft().id,
        "information_id": _information(unit, supervisor),
        "evaluation_id": db.session.scalars(db.select(ScoreSheet)).first().evaluation_id,
        "group_id": make.group().id,
        "kind": "xlsx",
        "month": "2020-06",
        "name": "problems",
        "proposal_id": make.proposal(make.assignment(unit)).id,
        "number": 1,
        "second_review_id": _second_review(unit),
        "step": "s5",
        "template_id": rosters.keep_template(make.roster(), "模板", supervisor, NOW).id,
        "unit_id": unit.id,
        "user_id": make.user(Role.REPORTER, unit).id,
        "wait": "receive",
        "account_wait": "receive",
        "year": 2020,
    }


def _of(unit: Unit) -> dict[str, Any]:
    duty = make.assignment(unit, state=State.ACTIVE)
    report = make.report(duty)
    problem = make.problem(unit, accepting=unit, rectification={"state": RectificationState.ISSUED})
    proof = Evidence(file=files.store(unit.name.encode(), "a.txt", "text/plain", None, NOW), name="a.txt")
    report.evidence.append(proof)
    entry = make.roster_entry(make.roster(duty.task), unit, "s5")
    entry.marks[0].file, entry.marks[0].file_name = proof.file, "a.txt"
    db.session.commit()
    return {
        "addressee_id": unit.id,
        "roster_id": entry.roster_id,
        "entry_id": entry.id,
        "mark_id": entry.marks[0].id,
        "assignment_id": duty.id,
        "task_id": duty.task_id,
        "carrier_id": unit.id,
        "extension_id": make.extension(duty, file=proof.file, file_name="a.txt").id,
        "halt_id": make.halt_request(duty).id,
        "report_id": report.id,
        "evidence_id": proof.id,
        **_of_account(problem),
        "link_id": make.problem_link(problem, make.problem()).id,
        "other_id": duty.task_id,
        "slip_id": make.slip(duty, file=proof.file, reply_file=proof.file, reply_file_name="a.txt").id,
        "appeal_id": _appeal(unit),
        "sheet_id": db.session.scalars(db.select(ScoreSheet).filter_by(unit_id=unit.id)).one().id,
    }


def _of_account(problem: Problem) -> dict[str, Any]:
    item = problem.rectification
    closure = make.closure(item)
    notice = PublicNotice(
        rectification=item, place="网站", starts_on=NOW.date(), ends_on=NOW.date(), days=1, made_at=NOW
    )
    objection = NoticeObjection(notice=notice, raised_on=NOW.date(), text="未整改", entered_at=NOW)
    look_back = LookBack(
        closure=closure, due_on=NOW.date(), planned_at=NOW, closed_by_id=closure.closed_by_id, reason="抽查"
    )
    extension = RectificationExtension(
        rectification=item,
        state=FilingState.SUBMITTED,
        deadline=item.deadline,
        wanted_on=item.deadline + timedelta(days=9),
        reason="汛期",
        created_at=NOW,
        submitted_at=NOW,
        file=files.store(b"flood", "c.txt", "text/plain", None, NOW),
        file_name="c.txt",
    )
    check = SiteCheck(
        rectification=item, round=0, is_passed=True, findings="属实", checked_on=NOW.date(), entered_at=NOW
    )
    filed = RectificationReport(
        rectification=item, round=0, state=FilingState.SUBMITTED, progress=9, text="已开工", reported_at=NOW
    )
    file = files.store(problem.number.encode(), "b.txt", "text/plain", None, NOW)
    proof = RectificationEvidence(rectification_id=item.id, round=0, file=file, name="b.txt")
    check.evidence.append(proof)
    db.session.add_all([objection, look_back, extension, check, filed])
    db.session.commit()
    return {
        "problem_id": problem.id,
        "objection_id": objection.id,
        "look_back_id": look_back.id,
        "rectification_extension_id": extension.id,
        "proof_id": proof.id,
        "rectification_report_id": filed.id,
    }


def _information(unit: Unit, entered_by: User) -> int:
    columns = {"month": "2020-06", "title": "见闻", "use": Use.SENT, "entered_at": NOW}
    entry = InformationEntry(unit=unit, entered_by_id=entered_by.id, **columns)
    db.session.add(entry)
    db.session.commit()
    return entry.id


def _appeal(unit: Unit) -> int:
    sheet = db.session.scalars(db.select(ScoreSheet).filter_by(unit_id=unit.id)).one()
    proof = files.store(unit.name.encode(), "a.txt", "text/plain", None, NOW)
    columns = {
        "code": "A",
        "subject": "assignment:1",
        "title": "任务",
        "wish": Wish.MET,
        "grounds": "已按时报送",
    }
    head = make.user(Role.HEAD, unit)
    row = Appeal(sheet=sheet, filed_at=NOW, filed_by=head, state=AppealState.FILED, file=proof, **columns)
    db.session.add(row)
    db.session.commit()
    return row.id


def _second_review(unit: Unit) -> int:
    duty = make.assignment(unit, state=State.CLOSED)
    event = audit.record("assignment.close", "办结", duty, None, NOW)
    db.session.flush()
    review = SecondReview(event_id=event.id, assignment_id=duty.id, share=5, drawn_at=NOW)
    db.session.add(review)
    db.session.commit()
    return review.id


def _digest(recipient: User) -> int:
    digest = Digest(recipient=recipient, on=NOW.date(), made_at=NOW)
    db.session.add(digest)
    db.session.commit()
    return digest.id


def _address(rule: Rule, values: dict[str, Any]) -> str:
    named = {name: values.get(name) for name in rule.arguments}
    if "key" in named:
        named["key"] = next(key for part, key in KEYS.items() if f"/{part}/<int:key>" in rule.rule)
    missing = [name for name, value in named.items() if value is None]
    assert not missing, f"{rule.rule}: tell _of() or _shared() which record {missing} means"
    return rule.build(named)[1]


@contextmanager
def _undone() -> Iterator[None]:
    """What a request did is taken back: each meets the same world."""
    db.session.commit()
    connection = db.session.get_bind()
    before = connection.begin_nested()
    yield
    db.session.remove()
    before.rollback()


def _walk(app, client, user: User, world, say: Callable[[str], None]) -> None:
    role = user.role
    sign_in(client, user)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        cell = CELLS[ROUTES[rule.endpoint], role.value]
        owned = set(rule.arguments) - SHARED
        for is_own in (True, False) if owned else (True,):
            address = _address(rule, world[is_own])
            for method in sorted(rule.methods & {"GET", "POST"}):
                with _undone():
                    client.set_cookie(cookie.key, cookie.value)
                    status = client.open(address, method=method).status_code
                if cell == "." or (is_own and cell == "led"):
                    right = status == 403
                elif rule.endpoint in SEALED or (not is_own and (cell in ("own", "led") or owned & PERSONAL)):
                    right = status == 404
                else:
                    right = status in (200, 302, 400, 409, 422)
                if not right:
                    say(f"{role.value} {method} {address} ({'own' if is_own else 'other'}, {cell}): {status}")


def test_each_route_is_in_the_table_once(app):
    rules = {rule.endpoint for rule in app.url_map.iter_rules()} - PUBLIC
    assert rules == set(ROUTES)
    assert sum(len(names.split()) for names in ASKS.values()) == len(ROUTES)


def test_each_route_asks_for_what_the_table_says(app):
    asked = {name: view.permission.value for name, view in app.view_functions.items() if name not in PUBLIC}
    assert asked == ROUTES


@pytest.mark.parametrize("role", Role)
def test_the_walk(app, client, world, role, reporter, stranger):
    unit = reporter.unit if role in (Role.REPORTER, Role.HEAD) else None
    wrong: list[str] = []
    user = make.user(role, unit)
    world[True]["digest_id"] = _digest(user)
    world[False]["digest_id"] = _digest(stranger)
    feeds.open_feed(user, NOW)
    db.session.commit()
    _walk(app, client, user, world, wrong.append)
    assert not wrong, "\n".join(wrong)


def test_who_is_not_signed_in_gets_nowhere(app, client, world, stranger):
    world[True]["digest_id"] = _digest(stranger)
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC:
            method = "GET" if "GET" in rule.methods else "POST"
            answer = client.open(_address(rule, world[True]), method=method)
            assert answer.status_code in (302, 401), rule.rule
            assert "请先登录" in answer.text or "/accounts/sign-in" in answer.location
