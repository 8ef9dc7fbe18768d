"""Every door of the house: who finds it closed, for whom it opens, and what is behind it for a stranger."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from flask import Flask

from tests import make
from tests.conftest import NOW, sign_in
from tracker import files
from tracker.accounts.models import Board, Role, Unit, UnitGroup, User
from tracker.accounts.permissions import GRANTS, Permission, Scope
from tracker.circulars import actions as circulars
from tracker.circulars.actions import House
from tracker.circulars.models import Circular
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.models import Document
from tracker.lists import actions as lists
from tracker.lists.models import Problem
from tracker.reminders import actions as reminders
from tracker.reminders.models import Digest
from tracker.reports.models import Evidence, ProgressReport
from tracker.scores import actions as scores
from tracker.scores.models import ScoreSheet
from tracker.seed import play
from tracker.tasks.models import Assignment, Task
from tracker.workdays import statutory
from tracker.workflow import CircularState, State

TEXT = """2020年工作要点
一、建设学校。年底前建成三所学校。（责任单位：市发展改革委）
"""
# What a way needs besides the ids of our things.
ELSEWHERE = {"channel": "mail", "key": 1, "month": "2020-06", "name": "problems", "filename": "tracker.css"}
# Things that a unit sees only when they are its own.
OWN = {"task_id", "assignment_id", "report_id", "evidence_id", "problem_id", "digest_id", "sheet_id"}

KINDS = {
    "user_id": User,
    "unit_id": Unit,
    "group_id": UnitGroup,
    "board_id": Board,
    "document_id": Document,
    "task_id": Task,
    "assignment_id": Assignment,
    "report_id": ProgressReport,
    "evidence_id": Evidence,
    "problem_id": Problem,
    "digest_id": Digest,
    "sheet_id": ScoreSheet,
    "circular_id": Circular,
}


class Door(NamedTuple):
    """One way in: the rule's arguments are still to be filled."""

    method: str
    rule: Any
    permission: Permission

    def path(self, ids: dict[str, Any]) -> str:
        return self.rule.build({name: ids.get(name, 1) for name in self.rule.arguments})[1]


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        for method in sorted(rule.methods & {"GET", "POST"}):
            if permission is not None:
                yield Door(method, rule, permission)


@pytest.fixture
def ids(reporter: User, supervisor: User) -> dict[str, Any]:
    """The ids of one thing of each kind, all of them the reporter's unit's own."""
    duty = make.assignment(reporter.unit, state=State.ACTIVE, deadline=date(2020, 6, 30))
    report = make.report(duty)
    proof = Evidence(
        report_id=report.id, file=files.store(b"x", "x.txt", "text/plain", reporter, NOW), name="x.txt"
    )
    db.session.add(proof)
    board = make.board("组", reporter.unit)
    problem, *_ = lists.enter_overdue(NOW, statutory())
    reminders.remind(NOW, statutory())
    reminders.digest(NOW, statutory())
    scores.add_default_model(NOW)
    evaluation, *_ = scores.evaluate("2020-06", supervisor, NOW, statutory())
    circular = published_circular(supervisor)
    document = documents.import_file(TEXT.encode(), "要点.txt", supervisor, NOW)
    group = make.group("各学校", reporter.unit)
    db.session.commit()
    return ELSEWHERE | {
        "user_id": reporter.id,
        "unit_id": reporter.unit_id,
        "alias_id": make.alias("发改", reporter.unit).id,
        "group_id": group.id,
        "board_id": board.id,
        "document_id": document.id,
        "task_id": duty.task_id,
        "assignment_id": duty.id,
        "report_id": report.id,
        "evidence_id": proof.id,
        "problem_id": problem.id,
        "digest_id": db.session.scalar(db.select(Digest.id).filter_by(recipient_id=reporter.id)),
        "evaluation_id": evaluation.id,
        "sheet_id": db.session.scalar(db.select(ScoreSheet.id).filter_by(unit_id=reporter.unit_id)),
        "circular_id": circular.id,
        "delivery_id": make.failed_delivery().id,
    }


def published_circular(drafter: User) -> Circular:
    """June's, as if it had been printed."""
    house = House("市领导小组办公室", "各成员单位", "督办")
    circular = circulars.draft("2020-06", house, drafter, NOW, statutory())
    db.session.flush()
    printed = files.store(b"%PDF-1.7", "通报.pdf", "application/pdf", drafter, NOW)
    columns = {"number": "督办〔2020〕1号", "published_at": NOW, "file_id": printed.id}
    db.session.execute(db.update(Circular).values(state=CircularState.PUBLISHED, **columns))
    return circular


def test_a_visitor_finds_every_door_closed(app, client):
    for door in doors(app):
        answer = client.open(door.path(ELSEWHERE), method=door.method)
        assert answer.status_code == (302 if door.method == "GET" else 401), door
        assert door.method == "POST" or "/sign-in" in answer.location, door


@pytest.mark.parametrize("role", Role)
def test_a_door_opens_to_the_roles_it_names_and_no_other(app, client, ids, role):
    sign_in(client, make.user(role))
    for door in doors(app):
        if role not in GRANTS[door.permission]:
            assert client.open(door.path(ids), method=door.method).status_code == 403, door
        elif door.method == "GET":
            assert client.get(door.path(ids)).status_code in (200, 302, 404), door


def test_no_page_of_the_demonstration_breaks(app, client):
    """Every page for every role, with things in each state that weeks of handling have led to."""
    play.load_city(NOW)
    play.play(statutory())
    people = {role: db.session.scalars(db.select(User).filter_by(role=role)).first() for role in Role}
    published_circular(people[Role.SUPERVISOR])
    things = {name: one_of_each(table) for name, table in KINDS.items()}
    things["assignment_id"] += one_of_each(Assignment, unit_id=people[Role.REPORTER].unit_id)
    things["sheet_id"] += one_of_each(ScoreSheet, unit_id=people[Role.REPORTER].unit_id)
    for role, person in people.items():
        sign_in(client, person)
        for door in doors(app):
            if door.method == "GET" and role in GRANTS[door.permission]:
                (name,) = door.rule.arguments & KINDS.keys() or {""}
                for id_ in things.get(name, [0]):
                    path = door.path(ELSEWHERE | {name: id_})
                    assert client.get(path).status_code in (200, 302, 404), (role, path)


def one_of_each(table: Any, **columns: Any) -> list[int]:
    """The id of the first thing in each state, and of the last thing."""
    query = db.select(db.func.min(table.id)).filter_by(**columns)
    firsts = db.session.scalars(query.group_by(table.state) if hasattr(table, "state") else query).all()
    return [*firsts, db.session.scalar(db.select(db.func.max(table.id)).filter_by(**columns))]


def test_no_door_takes_a_forged_request(app, client, ids, supervisor, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sign_in(client, supervisor)
    for door in doors(app):
        if door.method == "POST":
            answer = client.post(door.path(ids))
            assert answer.status_code == 400, door
            assert "页面已过期" in answer.text


def test_a_unit_sees_its_own(app, client, ids, reporter):
    sign_in(client, reporter)
    for door in own_doors(app):
        if door.method == "GET":
            assert client.get(door.path(ids)).status_code == 200, door


def test_what_is_out_of_sight_does_not_exist(app, client, ids, stranger):
    sign_in(client, stranger)
    for door in own_doors(app):
        assert client.open(door.path(ids), method=door.method).status_code == 404, door


def own_doors(app: Flask) -> list[Door]:
    return [
        door
        for door in doors(app)
        if door.rule.arguments & OWN and GRANTS[door.permission].get(Role.REPORTER) is Scope.OWN
    ]


@pytest.mark.parametrize("id_", [0, 2**31, 10**30])
def test_no_number_in_an_address_breaks_a_page(app, client, id_):
    people = {role: make.user(role) for role in Role}
    for door in doors(app):
        numbers = [name for name in door.rule.arguments if name == "key" or name.endswith("_id")]
        if numbers:
            sign_in(client, people[next(iter(GRANTS[door.permission]))])
            path = door.path(ELSEWHERE | dict.fromkeys(numbers, id_))
            assert client.open(path, method=door.method).status_code < 500, door
