"""Every door: no page of the demonstration breaks, no forged request and no odd number gets in.

Who may open which door is walked in ``test_permission_walk``.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from flask import Flask

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Board, Role, Unit, UnitGroup, User
from tracker.accounts.permissions import GRANTS, Permission
from tracker.circulars.models import Circular
from tracker.db import db
from tracker.documents.models import Document
from tracker.lists.models import Problem
from tracker.reminders.models import Digest
from tracker.reports.models import Evidence, ProgressReport
from tracker.rosters.models import Roster, RosterEntry
from tracker.scores.models import ScoreSheet
from tracker.seed import play
from tracker.tasks.models import Assignment, Task
from tracker.workdays import statutory

# What a way needs besides the ids of our things.
ELSEWHERE = {
    "channel": "mail",
    "end": "task",
    "move": "close",
    "place": 1,
    "problem_group_id": 1,
    "key": 1,
    "kind": "xlsx",
    "month": "2020-06",
    "name": "problems",
    "filename": "tracker.css",
}

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
    "roster_id": Roster,
    "entry_id": RosterEntry,
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


def test_no_page_of_the_demonstration_breaks(app, client):
    """Every page for every role, with things in each state that weeks of handling have led to."""
    play.load_city(NOW)
    play.play(statutory())
    people = {role: db.session.scalars(db.select(User).filter_by(role=role)).first() for role in Role}
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
                    assert client.get(path).status_code in (200, 302, 404, 422), (role, path)


def one_of_each(table: Any, **columns: Any) -> list[int]:
    """The id of the first thing in each state, and of the last thing."""
    query = db.select(db.func.min(table.id)).filter_by(**columns)
    firsts = db.session.scalars(query.group_by(table.state) if hasattr(table, "state") else query).all()
    return [*firsts, db.session.scalar(db.select(db.func.max(table.id)).filter_by(**columns))]


def test_no_door_takes_a_forged_request(app, client, supervisor, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sign_in(client, supervisor)
    for door in doors(app):
        if door.method == "POST":
            answer = client.post(door.path(ELSEWHERE))
            assert answer.status_code == 400, door
            assert "页面已过期" in answer.text


@pytest.mark.parametrize("id_", [0, 2**31, 10**30])
def test_no_number_in_an_address_breaks_a_page(app, client, id_):
    people = {role: make.user(role) for role in Role}
    for door in doors(app):
        numbers = [name for name in door.rule.arguments if name == "key" or name.endswith("_id")]
        if numbers:
            sign_in(client, people[next(iter(GRANTS[door.permission]))])
            path = door.path(ELSEWHERE | dict.fromkeys(numbers, id_))
            assert client.open(path, method=door.method).status_code < 500, door
