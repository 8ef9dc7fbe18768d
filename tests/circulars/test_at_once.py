"""Two circulars published in the same moment: no number is given twice, none is left out."""

import threading
from datetime import timedelta

from tests import make
from tests.conftest import NOW
from tracker.accounts.models import Role, User
from tracker.circulars import actions, pdf
from tracker.circulars.actions import House
from tracker.circulars.models import Circular
from tracker.db import db, writing
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import CircularState

HOUSE = House("市领导小组办公室", "各成员单位", "督办")


def signed(month: str, people: list[User]) -> int:
    """A circular of a month that waits for its number."""
    drafter, checker, signer = people
    circular = actions.draft(month, HOUSE, drafter, NOW, statutory())
    actions.check(circular, HOUSE, checker, NOW)
    actions.sign(circular, HOUSE, signer, NOW)
    db.session.commit()
    return circular.id


def test_two_published_at_once_have_numbers_in_a_row(own_app, monkeypatch):
    start = threading.Barrier(2)

    def printed(*_: object) -> pdf.Printed:  # the slow part lies between the number and the commit
        return pdf.Printed(b"%PDF-1.4", b"PK")

    monkeypatch.setattr(actions, "in_process", printed)
    make.board("部门组", make.unit())
    people = [make.user(Role.SUPERVISOR), make.user(Role.SUPERVISOR), make.user(Role.APPROVER)]
    ids = []
    for month, day in (("2020-05", NOW - timedelta(days=30)), ("2020-06", NOW)):
        for evaluation in scores.evaluate(month, None, day, statutory()):
            scores.settle(evaluation, None, NOW + timedelta(days=5))  # the days to appeal are over
        ids.append(signed(month, people))
    drafter = people[0].id
    troubles: list[BaseException] = []

    def publish(circular_id: int) -> None:
        try:
            with own_app.app_context(), writing():
                start.wait(timeout=30)
                circular = db.session.get_one(Circular, circular_id)
                actions.publish(circular, HOUSE, db.session.get_one(User, drafter), NOW)
                db.session.commit()
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=publish, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    db.session.rollback()  # see what was committed
    assert troubles == []
    published = db.session.scalars(db.select(Circular).order_by(Circular.number)).all()
    assert [one.number for one in published] == ["督办〔2020〕1号", "督办〔2020〕2号"]
    assert {one.state for one in published} == {CircularState.PUBLISHED}
