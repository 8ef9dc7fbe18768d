"""No way round: every verb, from every state, by every person, against a grid written by hand."""

from datetime import date

import pytest

from tests import make
from tests.conftest import NOW
from tracker import files
from tracker.accounts.models import Role
from tracker.clock import local_date
from tracker.db import db
from tracker.errors import DomainError
from tracker.lists.account import actions, closing, progress
from tracker.lists.account.actions import Plan
from tracker.lists.account.closing import SlotEntry, Visit
from tracker.lists.account.progress import Progress
from tracker.lists.extensions import actions as extensions
from tracker.lists.look_backs import actions as look_backs
from tracker.lists.notices import actions as notices
from tracker.lists.rules import Slot
from tracker.tasks.models import Ground
from tracker.tasks.requests.actions import Wish
from tracker.workdays import statutory
from tracker.workflow import RectificationState

# What may happen in each state, and who may do it; everything else is refused to everybody.
# unit: anybody of the responsible unit; head: its head; accepting: the head of the accepting unit.
GRID = """
registered issue:supervisor withdraw:approver
issued     receive:unit dispute:unit withdraw:approver
disputed   uphold:supervisor overrule:supervisor withdraw:approver
planning   propose:unit approve:supervisor send_back:supervisor extend:head withdraw:approver
active     report:unit save_slots:unit request_closure:head extend:head withdraw:approver
closing    verify:accepting refuse:accepting send_back:supervisor withdraw:approver
verified   close:supervisor send_back:supervisor give_notice:supervisor withdraw:approver
closed     reopen:supervisor look_back:supervisor
withdrawn
"""
TODAY = local_date(NOW)
LATER = date(2020, 8, 20)
VISIT = Visit("属实", "定海", TODAY)
VERBS = {
    "issue": lambda item, who: actions.issue(item, who, NOW),
    "receive": lambda item, who: actions.receive(item, who, NOW),
    "dispute": lambda item, who: actions.dispute(item, who, NOW, Ground.OTHER, "理由"),
    "uphold": lambda item, who: actions.uphold(item, who, NOW, "理由"),
    "overrule": lambda item, who: actions.overrule(item, who, NOW, "理由"),
    "propose": lambda item, who: actions.propose(item, who, NOW, Plan("倒排工期", person="李四")),
    "approve": lambda item, who: actions.approve(item, who, NOW),
    "send_back": lambda item, who: actions.send_back(item, who, NOW, "理由"),
    "report": lambda item, who: progress.report(item, who, NOW, Progress(100, "已建成")),
    "save_slots": lambda item, who: closing.save_slots(item, who, NOW, {}),
    "request_closure": lambda item, who: closing.request_closure(item, who, NOW),
    "verify": lambda item, who: closing.verify(item, who, NOW, VISIT),
    "refuse": lambda item, who: closing.refuse(item, who, NOW, VISIT),
    "close": lambda item, who: closing.close(item, who, NOW),
    "reopen": lambda item, who: actions.reopen(item, who, NOW, "理由", LATER),
    "withdraw": lambda item, who: actions.withdraw(item, who, NOW, "理由"),
    "extend": lambda item, who: extensions.ask(item, who, NOW, Wish(LATER, "理由")),
    "give_notice": lambda item, who: notices.give(item, who, NOW, "网站", TODAY, 5, statutory()),
    "look_back": lambda item, who: look_backs.plan(item, who, NOW, LATER, "群众反映"),
}
WHO = {
    "unit": {"reporter", "head"},
    "head": {"head"},
    "accepting": {"checker"},
    "supervisor": {"supervisor"},
    "approver": {"approver"},
}


def allowed() -> dict[str, dict[str, set[str]]]:
    """State -> verb -> the people who may."""
    rows = [line.split() for line in GRID.strip().splitlines()]
    cells = {state: [cell.split(":") for cell in row] for state, *row in rows}
    return {state: {verb: WHO[who] for verb, who in row} for state, row in cells.items()}


def test_the_grid_has_every_state_and_knows_every_verb():
    assert list(allowed()) == [
        *("registered", "issued", "disputed", "planning", "active"),
        *("closing", "verified", "closed", "withdrawn"),
    ]
    assert {verb for row in allowed().values() for verb in row} == set(VERBS)
    assert {state.value for state in RectificationState} == set(allowed())


def a_ready_account(state, reporter, checker):
    """Complete in everything but its state, so that only the state and the person can stand in the way."""
    columns = {"progress": 100, "issued_at": NOW, "remedy": "倒排工期", "proposed_at": NOW}
    if state in ("closing", "verified", "closed"):
        columns["applied_at"] = NOW
    if state == "closed":
        columns["closed_on"] = TODAY
    item = make.problem(
        reporter.unit, checker.unit, rectification=columns | {"state": RectificationState(state)}
    ).rectification
    if state == "closed":
        make.closure(item)
    if state == "active":
        file = files.store(b"proof", "a.txt", "text/plain", None, NOW)
        entries = {slot: SlotEntry(True, "见佐证", [(file, "a.txt", "")]) for slot in Slot}
        closing.save_slots(item, reporter, NOW, entries)
        db.session.commit()
    return item


@pytest.mark.parametrize("state", allowed())
def test_every_jump(state, reporter, head, supervisor, approver, leader, administrator, auditor, stranger):
    checker = make.user(Role.HEAD, make.unit("市审计局"))
    people = {
        "reporter": reporter,
        "head": head,
        "supervisor": supervisor,
        "approver": approver,
        "leader": leader,
        "administrator": administrator,
        "auditor": auditor,
        "stranger": stranger,
        "strangers_head": make.user(Role.HEAD, stranger.unit),
        "checker": checker,
        "checkers_clerk": make.user(Role.REPORTER, checker.unit),
    }
    item = a_ready_account(state, reporter, checker)
    done = {verb: set() for verb in VERBS}
    for verb, act in VERBS.items():
        for name, person in people.items():
            step = db.session.begin_nested()
            try:
                act(item, person)
                db.session.flush()
                done[verb].add(name)
            except DomainError:
                pass
            step.rollback()
    assert {verb: names for verb, names in done.items() if names} == allowed()[state]
