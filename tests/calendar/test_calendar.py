"""The calendar in the database, its pages and its commands."""

from datetime import date

import pytest
from sqlalchemy import event

from tests import make
from tests.calendar.samples import NOTICE
from tests.conftest import NOW, sign_in
from tracker import audit
from tracker.accounts.models import Role
from tracker.calendar import actions, queries
from tracker.calendar.models import CalendarDay
from tracker.calendar.rules import write
from tracker.db import db
from tracker.errors import Invalid, WrongState
from tracker.workdays import published, statutory

FRIDAY, MAKE_UP = date(2027, 2, 12), date(2027, 1, 31)


def test_a_new_calendar_says_what_the_state_council_has_published(app):
    ours, theirs = statutory(), published()
    assert (ours.days_off, ours.make_up) == (theirs.days_off, theirs.make_up)
    assert [year for year in range(2000, 2040) if not ours.is_estimated(year)] == list(theirs.years)


def test_an_imported_year_counts_at_once_and_is_no_longer_estimated(administrator):
    assert statutory().is_estimated(2027)
    assert statutory().is_workday(FRIDAY)
    actions.import_notice(NOTICE, administrator, NOW)

    assert not statutory().is_estimated(2027)
    assert not statutory().is_workday(FRIDAY)
    assert statutory().is_workday(MAKE_UP)
    assert statutory().is_estimated(2028)


def test_importing_again_takes_back_what_was_imported(administrator):
    before = queries.days_of(2026)
    other = write(2026, [day._replace(name=day.name) for day in before if f"{day.day:%m-%d}" != "02-28"])
    notice = actions.import_notice(other, administrator, NOW)
    assert not statutory().is_workday(date(2026, 2, 28))

    actions.import_notice(notice.before, administrator, NOW)
    assert queries.days_of(2026) == before
    assert statutory().is_workday(date(2026, 2, 28))


def test_a_year_without_a_notice_needs_a_whole_one(administrator):
    with pytest.raises(Invalid) as refusal:
        actions.import_notice("2027年元旦：1月1日放假，共1天。", administrator, NOW)
    assert "没有读到春节、清明节" in refusal.value.fields["text"]
    assert "没有读到年份" in queries.plan("元旦放假").faults[0]
    assert queries.days_of(2027) == []


def test_new_years_day_may_begin_in_the_old_year(administrator):
    text = NOTICE.replace("1月1日（周五）至3日（周日）放假，共3天", "2026年12月31日至1月3日放假，共4天")
    actions.import_notice(text, administrator, NOW)
    assert not statutory().is_workday(date(2026, 12, 31))
    assert statutory().is_workday(date(2026, 12, 30))


def test_two_who_import_at_once_do_not_cross(administrator):
    seen = queries.latest_id()
    actions.import_notice(NOTICE, administrator, NOW, seen)
    with pytest.raises(WrongState, match="日历又有改动"):
        actions.import_notice(NOTICE, administrator, NOW, seen)


def test_the_trail_tells_how_much_changed(administrator):
    notice = actions.import_notice(NOTICE, administrator, NOW)
    db.session.flush()
    told = db.session.scalars(db.select(audit.Event).filter_by(subject_id=notice.id)).all()[-1]
    assert (told.kind, told.details["year"], told.details["make_up"]) == ("calendar.import", 2027, 6)
    assert told.details["changed_days"] == 34


def test_a_request_asks_once_and_reads_the_days_only_when_they_changed(app):
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with app.app_context():
        statutory()
    asked.clear()
    with app.app_context():
        for _ in range(5):
            statutory().is_workday(FRIDAY)
    assert len([said for said in asked if "calendar" in said]) == 1


def test_another_process_sees_the_change_with_its_next_request(own_app):
    """Written behind the back of the program, as another process does."""
    with own_app.app_context():
        assert statutory().is_workday(FRIDAY)
    with own_app.app_context():
        kept = own_app.extensions["workdays"]
        administrator = make.user(Role.ADMINISTRATOR)
        actions.import_notice(NOTICE, administrator, NOW)
        db.session.commit()
        own_app.extensions["workdays"] = kept
    with own_app.app_context():
        assert not statutory().is_workday(FRIDAY)


def test_the_page_of_a_year_marks_days_by_word(client, administrator):
    sign_in(client, administrator)
    page = client.get("/calendar/?year=2020").text

    assert page.count('<table class="month"') == 12
    assert page.count('<span class="mark mark--off">休</span></td>') == 30
    assert page.count('<span class="mark mark--on">班</span></td>') == 6
    assert "全年249个工作日" in page
    assert "预估" not in page


def test_a_year_without_a_notice_says_that_it_is_estimated(client, administrator):
    sign_in(client, administrator)
    page = client.get("/calendar/?year=2031").text
    assert "还没有2031年的放假通知" in page
    assert page.count("<small>预估</small>") == 12


@pytest.mark.parametrize("year", ["1999", "2100", "x", "-1"])
def test_a_year_out_of_reach_is_no_crash(client, administrator, year):
    sign_in(client, administrator)
    assert client.get(f"/calendar/?year={year}").status_code in (200, 404)


def test_paste_preview_confirm(client, administrator):
    sign_in(client, administrator)
    assert client.get("/calendar/import").status_code == 200
    shown = client.post("/calendar/preview", data={"text": NOTICE})
    assert shown.status_code == 200
    assert "2027年2月12日" in shown.text
    assert "没有用到的句子：2026年11月4日" in shown.text
    assert db.session.scalar(db.select(db.func.count()).where(CalendarDay.year == 2027)) == 0

    done = client.post("/calendar/import", data={"text": NOTICE, "seen": "0"}, follow_redirects=True)
    assert "2027年的放假安排已导入" in done.text
    assert "预估" not in done.text
    assert "办理过程" in done.text
    assert "改动的天数" in done.text


def test_a_bad_text_comes_back_with_what_is_wrong(client, administrator):
    sign_in(client, administrator)
    bad = NOTICE.replace("（周五）至3日", "（周四）至3日")
    for address in ("/calendar/preview", "/calendar/import"):
        answer = client.post(address, data={"text": bad})
        assert answer.status_code == 422
        assert "2027年1月1日是星期五，文中写的是星期四" in answer.text
        assert "放假期间请安排好值班" in answer.text  # what was typed is not lost


def test_an_earlier_arrangement_can_be_taken_up_again(client, administrator):
    notice = actions.import_notice(write(2026, queries.days_of(2026)), administrator, NOW)
    sign_in(client, administrator)
    assert "2月28日（星期六）上班" in client.get(f"/calendar/import?before={notice.id}").text
    assert client.get("/calendar/import?before=999").status_code == 404


def test_the_command_shows_a_year_that_can_be_imported_again(command, tmp_path):
    shown = command("calendar", "2020")
    assert shown.code == 0
    assert "国庆节：10月1日（星期四）至10月8日（星期四）放假，共8天。9月27日（星期日）" in shown.out
    (tmp_path / "notice.txt").write_text(shown.out, encoding="utf-8")
    assert "0天有改变，已导入" in command("calendar", "import", tmp_path / "notice.txt").err


def test_the_command_imports_a_notice(command, tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")

    assert "预估" in command("calendar", "2027").err
    checked = command("calendar", "import", file, "--check")
    assert "没有写入" in checked.err
    assert "2027-02-12\t按星期\t放假（春节）" in checked.out
    assert "预估" in command("calendar", "2027").err
    assert command("calendar", "import", file).code == 0
    assert command("calendar", "2027").err == ""


def test_the_command_refuses_what_it_cannot_read(command, tmp_path):
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE.replace("共8天", "共9天"), encoding="utf-8")
    refused = command("calendar", "import", file)
    assert refused.code == 2
    assert "写明共9天，读到的是8天" in refused.err
    assert command("calendar", "1900").code == 2
