"""Two circulars published in the same moment: no number is given twice, none is left out, nobody has to wait."""

import threading
from datetime import timedelta
from typing import Any

from pypdfium2 import PdfDocument
from sqlalchemy import text

from tests import make
from tests.conftest import NOW, sign_in
from tracker import clock, files
from tracker.accounts.models import Role, User
from tracker.circulars import actions
from tracker.circulars.actions import House
from tracker.circulars.models import Circular
from tracker.db import db
from tracker.press.typeset import in_process
from tracker.scores import actions as scores
from tracker.workdays import statutory
from tracker.workflow import CircularState

MONTHS = (("2020-05", NOW - timedelta(days=30)), ("2020-06", NOW))


def signed(month: str, house: House, people: list[User]) -> int:
    """A circular of a month that waits for its number."""
    drafter, checker, signer = people
    circular = actions.draft(month, house, drafter, NOW, statutory())
    actions.check(circular, house, checker, NOW)
    actions.sign(circular, house, signer, NOW)
    db.session.commit()
    return circular.id


def test_two_published_at_once_have_numbers_in_a_row_and_printing_stops_no_writer(own_app, monkeypatch):
    both, printings = threading.Barrier(2), []

    def printed(*job: Any) -> Any:
        if len(printings) < 2:
            printings.append(job)
            both.wait(timeout=60)  # each has foreseen the same number
        else:
            printings.append(job)
        with db.engine.connect() as other:  # somebody else writes, and does not wait for the paper
            if db.engine.dialect.name == "sqlite":
                other.exec_driver_sql("PRAGMA busy_timeout=0")
            other.execute(text("UPDATE units SET position = position + 1"))
            other.commit()
        return in_process(*job)

    monkeypatch.setattr(actions, "in_process", printed)
    clock.set_start(NOW.isoformat())
    house = House.from_settings(own_app.config)
    unit = make.unit()
    make.board("部门组", unit)
    make.assignment(unit, starts_on=NOW.date() - timedelta(days=60))
    people = [make.user(Role.SUPERVISOR), make.user(Role.SUPERVISOR), make.user(Role.APPROVER)]
    ids = []
    for month, day in MONTHS:
        for evaluation in scores.evaluate(month, None, day, statutory()):
            scores.settle(evaluation, None, NOW + timedelta(days=5))  # the days to appeal are over
        ids.append(signed(month, house, people))
    answers: list[int] = []

    def publish(circular_id: int, client: Any) -> None:
        answers.append(client.post(f"/circulars/{circular_id}/publish").status_code)

    clients = [own_app.test_client() for _ in ids]
    for client in clients:
        sign_in(client, people[0])
    db.session.remove()
    threads = [threading.Thread(target=publish, args=one) for one in zip(ids, clients, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert answers == [302, 302]
    published = db.session.scalars(db.select(Circular).order_by(Circular.number)).all()
    assert [one.number for one in published] == [f"{house.code}〔2020〕1号", f"{house.code}〔2020〕2号"]
    assert {one.state for one in published} == {CircularState.PUBLISHED}
    assert len(printings) == 3  # who came second has printed anew
    for one in published:
        with files.open_file(one.file) as file:
            words = "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(file.read()))
        assert one.number in words
        assert f"验证码：{one.code}" in words
