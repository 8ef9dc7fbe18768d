"""A unit that no longer carries a duty is told so; and the messages nobody has read stand in the navigation."""

import re
from datetime import timedelta

from tests import make
from tests.conftest import NOW, sign_in
from tracker.accounts.models import Role
from tracker.db import db
from tracker.reminders import jobs
from tracker.reminders.models import Announcement
from tracker.tasks import actions as tasks
from tracker.tasks.bulk import actions as bulk
from tracker.tasks.bulk import queries as bulk_queries
from tracker.tasks.models import Ground


def told():
    return db.session.execute(
        db.select(Announcement.recipient_id, Announcement.words).order_by(Announcement.recipient_id)
    ).all()


def test_after_an_objection_moved_a_duty_the_unit_before_is_told_once(
    client, reporter, head, stranger, supervisor
):
    duty = make.assignment(reporter.unit)
    tasks.dispute(duty, reporter, NOW, Ground.UNIT, "归市教育局")
    tasks.uphold(duty, supervisor, NOW, "按职责分工", tasks.Reissue(unit=stranger.unit))
    jobs.remind(NOW)
    jobs.remind(NOW + timedelta(days=1))
    words = "“建成三所学校”已改由市教育局承办，本单位不再办理。理由：按职责分工"
    assert [tuple(row) for row in told()] == [(reporter.id, words), (head.id, words)]
    jobs.digest(NOW + timedelta(minutes=10))
    sign_in(client, reporter)
    assert '<span class="unread" aria-label="1份未读">1</span>' in client.get("/tasks/").text
    (digest,) = re.findall(r'href="(/reminders/\d+)"', client.get("/reminders/").text)
    assert words in client.get(digest).text
    assert "份未读" not in client.get("/tasks/").text


def test_a_bulk_change_of_the_unit_is_told_too_and_nothing_on_a_day_off(reporter, stranger, supervisor):
    duty = make.assignment(reporter.unit)
    change = bulk_queries.change_of("unit", str(stranger.unit_id))
    bulk.make(change, {duty.id: duty.version}, supervisor, NOW, "机构改革")
    jobs.remind(NOW + timedelta(days=5))  # a Saturday
    assert told() == []
    jobs.remind(NOW + timedelta(days=7))
    assert [row[0] for row in told()] == [reporter.id]


def test_an_answer_that_moves_nothing_tells_nobody(reporter, supervisor):
    duty = make.assignment(reporter.unit)
    make.user(Role.HEAD)
    tasks.dispute(duty, reporter, NOW, Ground.WORDING, "表述不清")
    tasks.uphold(duty, supervisor, NOW, "改写", tasks.Reissue(title="建成三所小学"))
    jobs.remind(NOW)
    assert told() == []
