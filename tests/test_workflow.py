"""Double entry: the state tables written a second time by hand, as grids. "." means refused.

Under the states stand who may take the step and whether it asks for a reason.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import NOW
from tracker.accounts.models import Role, User
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.workflow import MACHINES, Machine

GRIDS = {
    "document": """
                 adopt      discard
    proofreading adopted    discarded
    adopted      .          .
    discarded    .          .
    who          supervisor supervisor
    reason       no         yes
    """,
    "task": """
              publish    discard    withdraw
    draft     published  withdrawn  .
    published .          .          withdrawn
    withdrawn .          .          .
    who       supervisor supervisor approver
    reason    no         yes        yes
    """,
    "assignment": """
              receive dispute  uphold           overrule   request_closure send_back  close      reopen     suspend   resume   withdraw
    issued    active  disputed .                .          .               .          .          .          suspended .        withdrawn
    disputed  .       .        withdrawn/issued issued     .               .          .          .          .         .        withdrawn
    active    .       .        .                .          closing         .          .          .          suspended .        withdrawn
    suspended .       .        .                .          .               .          .          .          .         active   withdrawn
    closing   .       .        .                .          .               active     closed     .          .         .        withdrawn
    closed    .       .        .                .          .               .          .          active     .         .        .
    withdrawn .       .        .                .          .               .          .          .          .         .        .
    who       unit    unit     supervisor       supervisor unit            supervisor supervisor supervisor approver  approver approver
    reason    no      yes      yes              yes        no              yes        no         yes        yes       no       yes
    """,
    "roster_entry": """
              request_closure recall send_back  close      withdraw   reopen
    active    closing         .      .          .          withdrawn  .
    closing   .               active active     closed     withdrawn  .
    closed    .               .      .          .          .          active
    withdrawn .               .      .          .          .          active
    who       unit            unit   supervisor supervisor supervisor supervisor
    reason    no              no     yes        no         yes        yes
    """,
    "rectification": """
               issue      receive  dispute  uphold           overrule   approve    send_back  request_closure verify    refuse    close      reopen     withdraw
    registered issued     .        .        .                .          .          .          .               .         .         .          .          withdrawn
    issued     .          planning disputed .                .          .          .          .               .         .         .          .          withdrawn
    disputed   .          .        .        withdrawn/issued issued     .          .          .               .         .         .          .          withdrawn
    planning   .          .        .        .                .          active     planning   .               .         .         .          .          withdrawn
    active     .          .        .        .                .          .          .          closing         .         .         .          .          withdrawn
    closing    .          .        .        .                .          .          active     .               verified  active    .          .          withdrawn
    verified   .          .        .        .                .          .          active     .               .         .         closed     .          withdrawn
    closed     .          .        .        .                .          .          .          .               .         .         .          active     .
    withdrawn  .          .        .        .                .          .          .          .               .         .         .          .          .
    who        supervisor unit     unit     supervisor       supervisor supervisor supervisor head            accepting accepting supervisor supervisor approver
    reason     no         no       yes      yes              yes        no         yes        no              no        yes       no         yes        yes
    """,
    "look_back": """
            hold       fail       drop
    planned held       failed     dropped
    held    .          .          .
    failed  .          .          .
    dropped .          .          .
    who     supervisor supervisor supervisor
    reason  no         yes        yes
    """,
    "report": """
              submit    recall accept     send_back
    draft     submitted .      .          .
    submitted .         draft  accepted   returned
    accepted  .         .      .          .
    returned  submitted .      .          .
    refused   .         .      .          .
    who       unit      unit   supervisor supervisor
    reason    no        no     no         yes
    """,
    "extension": """
              submit    recall accept   refuse
    draft     submitted .      .        .
    submitted .         draft  accepted refused
    accepted  .         .      .        .
    returned  .         .      .        .
    refused   .         .      .        .
    who       head      head   approver approver
    reason    yes       no     no       yes
    """,
    "halt_request": """
              submit     recall     accept   refuse
    draft     submitted  .          .        .
    submitted .          draft      accepted refused
    accepted  .          .          .        .
    returned  .          .          .        .
    refused   .          .          .        .
    who       supervisor supervisor approver approver
    reason    yes        no         no       yes
    """,
    "second_review": """
              agree      disagree
    drawn     agreed     disagreed
    agreed    .          .
    disagreed .          .
    who       supervisor supervisor
    reason    no         yes
    """,
    "proposal": """
              follow     dismiss    lapse      renew
    open      followed   dismissed  lapsed     .
    followed  .          .          .          .
    dismissed .          .          .          .
    lapsed    .          .          .          open
    who       supervisor supervisor supervisor supervisor
    reason    no         yes        no         no
    """,
    "slip": """
              reply   settle     send_back  withdraw
    issued    replied .          .          withdrawn
    replied   .       settled    issued     withdrawn
    settled   .       .          .          withdrawn
    withdrawn .       .          .          .
    who       unit    supervisor supervisor supervisor
    reason    no      no         yes        yes
    """,
    "evaluation": """
           freeze     redo       settle
    open   frozen     .          .
    frozen .          open       final
    final  .          .          .
    who    supervisor supervisor supervisor
    reason no         no         no
    """,
    "appeal": """
             submit correct    recall   uphold     refuse
    draft    filed  filed      .        .          .
    filed    .      .          recalled upheld     refused
    upheld   .      .          .        .          .
    refused  .      .          .        .          .
    recalled .      .          .        .          .
    who      head   supervisor head     supervisor supervisor
    reason   no     no         no       yes        yes
    """,
    "circular": """
              check      send_back  sign     refuse   publish
    draft     checked    .          .        .        .
    checked   .          draft      signed   draft    .
    signed    .          draft      .        .        published
    published .          .          .        .        .
    who       supervisor supervisor approver approver supervisor
    reason    no         yes        no       yes      no
    """,
}  # fmt: skip
OWN_UNIT, ACCEPTING_UNIT, OFFICE = 1, 2, 3

WHO = {
    "unit": {(Role.REPORTER, OWN_UNIT), (Role.HEAD, OWN_UNIT)},
    "head": {(Role.HEAD, OWN_UNIT)},
    "accepting": {(Role.HEAD, ACCEPTING_UNIT)},
    "supervisor": {(Role.SUPERVISOR, OFFICE)},
    "approver": {(Role.APPROVER, OFFICE)},
}
EVERYONE = [(role, unit) for role in (Role.REPORTER, Role.HEAD) for unit in (OWN_UNIT, ACCEPTING_UNIT)] + [
    (role, OFFICE) for role in Role if role not in (Role.REPORTER, Role.HEAD)
]


def read(machine: Machine) -> dict[str, dict[str, str]]:
    """State (or "who", "reason") -> action -> cell."""
    head, *rows = [line.split() for line in GRIDS[machine.subject].strip().splitlines()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in rows}


def cells() -> Iterator[Any]:
    for machine in MACHINES:
        for state, row in read(machine).items():
            if state not in ("who", "reason"):
                for action, targets in row.items():
                    for target in targets.split("/"):
                        name = f"{machine.subject}-{state}-{action}-{target}"
                        yield pytest.param(machine, state, action, target, id=name)


def thing(machine: Machine, state: str) -> Any:
    """Something of the machine's kind in ``state``: what the tables look at, and no more."""
    columns = {column: None for step in machine.steps for column in step.not_by}
    units = {"unit_ids": {OWN_UNIT}, "accepting_unit_ids": {ACCEPTING_UNIT}}
    return SimpleNamespace(
        id=1, __tablename__=machine.subject, state=machine.states(state), **columns, **units
    )


def someone(role: Role, unit_id: int, id_: int = 1) -> User:
    return User(id=id_, role=role, unit_id=unit_id)


def test_every_machine_has_its_grid():
    assert [machine.subject for machine in MACHINES] == list(GRIDS)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
def test_a_grid_has_every_state_and_action(machine):
    grid = read(machine)
    assert list(grid) == [*machine.states, "who", "reason"]
    assert list(grid["who"]) == list(dict.fromkeys(step.action for step in machine.steps))


@pytest.mark.database
@pytest.mark.parametrize(("machine", "state", "action", "target"), [*cells()])
def test_cell(machine, state, action, target):
    matter = thing(machine, state)
    if target == ".":
        with pytest.raises(WrongState):
            machine.take(matter, action, None, NOW, reason="理由")
        assert matter.state == state
    else:
        machine.take(matter, action, None, NOW, reason="理由", to=machine.states(target))
        assert matter.state == target


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
@pytest.mark.parametrize(("role", "unit_id"), EVERYONE)
def test_everyone_sees_the_buttons_they_may_press(machine, role, unit_id):
    grid = read(machine)
    for state in machine.states:
        steps = machine.available(thing(machine, state), someone(role, unit_id))
        assert {step.action for step in steps} == {
            action
            for action, target in grid[state].items()
            if target != "." and (role, unit_id) in WHO[grid["who"][action]]
        }


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.subject)
def test_reasons_are_asked_for_as_agreed(machine):
    asked = read(machine)["reason"]
    assert {(step.action, step.reason) for step in machine.steps} == {
        (action, word == "yes") for action, word in asked.items()
    }


@pytest.mark.database
def test_a_blank_reason_is_none():
    machine = next(machine for machine in MACHINES if machine.subject == "report")
    with pytest.raises(Invalid, match="理由"):
        machine.take(thing(machine, "submitted"), "send_back", None, NOW, reason="  ")


def test_the_wrong_role_is_refused():
    machine = next(machine for machine in MACHINES if machine.subject == "assignment")
    with pytest.raises(Forbidden):
        machine.take(thing(machine, "closing"), "close", someone(Role.ADMINISTRATOR, OFFICE), NOW)


@pytest.mark.parametrize(
    ("subject", "state", "action", "earlier"),
    [
        ("assignment", "closing", "close", "applied_by_id"),
        ("roster_entry", "closing", "close", "applied_by_id"),
        ("rectification", "closing", "verify", "applied_by_id"),
        ("rectification", "verified", "close", "applied_by_id"),
        ("rectification", "verified", "close", "verified_by_id"),
        ("report", "submitted", "accept", "submitted_by_id"),
        ("extension", "submitted", "accept", "submitted_by_id"),
        ("appeal", "filed", "uphold", "filed_by_id"),
        ("appeal", "filed", "uphold", "frozen_by_id"),
        ("appeal", "filed", "refuse", "judged_by_id"),
        ("circular", "draft", "check", "drafted_by_id"),
        ("circular", "checked", "sign", "drafted_by_id"),
        ("circular", "checked", "sign", "checked_by_id"),
    ],
)
def test_who_took_an_earlier_step_may_not_take_this_one(subject, state, action, earlier):
    machine = next(machine for machine in MACHINES if machine.subject == subject)
    (role, unit_id), *_ = WHO[read(machine)["who"][action]]
    matter = thing(machine, state)
    setattr(matter, earlier, 7)

    with pytest.raises(Forbidden, match="另一人"):
        machine.take(matter, action, someone(role, unit_id, id_=7), NOW)
    assert action in {step.action for step in machine.available(matter, someone(role, unit_id, id_=8))}
