"""The pages read well to those who do not see them, and fit a telephone: axe finds nothing serious."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import make
from tracker import clock
from tracker.accounts.models import Role, User
from tracker.circulars import actions as circulars
from tracker.clock import local_date
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.models import Document
from tracker.documents.queries import directory
from tracker.lists import actions as lists
from tracker.reports import actions as reports
from tracker.scores import actions as scores
from tracker.seed import play
from tracker.tasks import actions as tasks
from tracker.tasks import intake
from tracker.tasks.entry import actions as entry
from tracker.tasks.models import Assignment, Ground, Source
from tracker.tasks.requests import actions as requests
from tracker.workdays import statutory
from tracker.workflow import RectificationState

pytestmark = pytest.mark.browser

# Who opens what; {sent}, {disputed} and {open} are duties of 定海区, {draft} is a task entered by hand.
# Contrast takes four fifths of the time and is a matter of the style sheets: it is looked at where a * stands.
PAGES = {
    "supervisor1": """
        /* /tasks/ /tasks/1* /reports/duties/{sent}* /documents/ /documents/2* /lists/ /scores/* /circulars/
        /circulars/1* /reports/review/* /reports/review/no-change /reports/second-reviews/ /reminders/overdue/
        /tasks/bulk/ /tasks/bulk/new?id={open} /tasks/entry/ /tasks/entry/{draft}/edit /tasks/assignments/{disputed}/objection
        /tasks/assignments/{open}/halt /reminders/rules/ /reminders/rules/new
        /tasks/demands/ /documents/2/header /reminders/slips/ /reminders/slips/{slip}* /reminders/proposals/
        /reminders/slips/new/{open} /lists/rectifications /lists/{account}* /lists/{account}/amend
        /lists/{account}/links /lists/new /lists/groups/ /lists/look-backs
        /lists/supervision/ /lists/settings/problems /rosters/ /rosters/{roster}*
        /rosters/{roster}/edit /rosters/{roster}/workbook/ /rosters/entries/{entry}*
        /rosters/templates /scores/now /scores/sheets/1* /scores/appeals/ /scores/year/ /scores/models/
        /scores/models/new /scores/information/ /accounts/password
    """,
    "dinghai.head": """
        /* /reports/* /reports/duties/{sent} /reports/duties/{open} /reports/duties/{disputed} /reports/workbook/
        /tasks/assignments/{open}/extend /desk/receive /desk/units/{unit} /reminders/feed /reminders/
        /lists/{account} /reminders/slips/{slip} /rosters/{roster} /rosters/entries/{entry}/edit
    """,
    "approver": "/ /tasks/requests/ /tasks/requests/halts/ /lists/extensions",
    "leader": "/",
    "administrator": """
        / /reminders/channels/ /calendar/?year=2020* /calendar/import /accounts/units /accounts/units/1
        /accounts/aliases /accounts/groups /accounts/groups/1 /accounts/users
        /accounts/users/1 /monitor /reminders/channels/mail
    """,
    "auditor": "/ /accounts/trail*",
}
VISITOR = "/accounts/sign-in* /circulars/verify /nowhere"
TELEPHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
# What has the focus without showing it.
UNSEEN = """() => {
    const at = document.activeElement, look = getComputedStyle(at);
    return at !== document.body && look.outlineStyle === "none" && look.boxShadow === "none" ? [at.innerText] : [];
}"""
# What has to be scrolled sideways, and ids that stand twice.
SHAPE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `${id} twice`);
    const over = document.documentElement.scrollWidth - innerWidth;
    return over > 0 ? [...twice, `${over} px too wide`] : twice;
}"""


@pytest.fixture
def city(page: Page, own_app) -> dict[str, int]:
    """A city with a document adopted and one being proofread, an evaluated month and its circular."""
    now, workdays = clock.now(), statutory()
    play.load_city(now)
    for _ in range(2):
        text = play.WORK_POINTS.read_bytes()
        document = documents.import_file(text, play.WORK_POINTS.name, None, now, again=True)
        if document.id == 1:
            documents.resolve_members(document, directory(), None, now)
            intake.adopt(document, directory(), None, now)
    lists.enter_overdue(now, workdays)
    scores.evaluate("2020-06", None, now, workdays)
    circulars.draft("2020-06", circulars.House.from_settings(own_app.config), None, now, workdays)
    numbers = _something_of_each(now)
    db.session.commit()
    assert db.session.get(Document, 2) is not None
    return numbers


def _something_of_each(now) -> dict[str, int]:
    """A duty that was reported, one disputed, one with an extension asked for; a draft entered by hand."""
    people = {user.username: user for user in db.session.scalars(db.select(User))}
    reporter, head, supervisor = (people[name] for name in ("dinghai", "dinghai.head", "supervisor1"))
    own = db.select(Assignment).filter_by(unit_id=reporter.unit_id).order_by(Assignment.deadline.desc())
    sent, disputed, open_ = db.session.scalars(own.limit(3))
    for duty in (sent, open_):
        tasks.receive(duty, reporter, now)
    reports.submit(reports.draft(sent, reporter, now, reports.Content(30, "正在推进。")), reporter, now)
    tasks.dispute(disputed, reporter, now, Ground.DEADLINE, "时间不够。")
    requests.ask_extension(open_, head, now, requests.Wish(open_.deadline + timedelta(30), "等待批复。"))
    roster = make.roster(open_.task)
    account = make.problem(reporter.unit, supervisor.unit, rectification={"state": RectificationState.ISSUED})
    origin = entry.Order(Source.MEETING, "第三次会议纪要", local_date(now))
    draft = entry.draft(origin, "请市教育局于9月底前核清名单。", directory(), supervisor, now)
    db.session.flush()
    return {
        "sent": sent.id,
        "disputed": disputed.id,
        "open": open_.id,
        "draft": draft.id,
        "unit": reporter.unit_id,
        "roster": roster.id,
        "entry": make.roster_entry(roster, reporter.unit, "s5").id,
        "account": account.id,
        "slip": make.slip(open_).id,
    }


def faults(page: Page, contrast: bool) -> list[str]:
    """What axe finds serious on the page as it stands, a line for each kind; and what does not fit a telephone."""
    rules = {"color-contrast": {"enabled": contrast}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    screen = page.viewport_size or DESKTOP
    page.set_viewport_size(TELEPHONE)
    ill_shaped = page.evaluate(SHAPE)
    page.set_viewport_size(screen)
    return [f"{page.url} {fault}" for fault in ill_shaped] + [
        f"{page.url} {fault['id']}：{fault['nodes'][0]['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical") or fault["id"] == "page-has-heading-one"
    ]


def test_the_keyboard_is_seen_wherever_it_stands(page, enter):
    enter(make.user(Role.SUPERVISOR))
    page.goto("/tasks/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "跳到正文"
    unseen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        unseen += page.evaluate(UNSEEN)
    assert unseen == []


def test_no_page_has_a_serious_fault(city, page, enter):
    found = []
    for address in VISITOR.split():
        page.goto(address.strip("*"))
        found += faults(page, "*" in address)
    for username, addresses in PAGES.items():
        enter(db.session.scalars(db.select(User).filter_by(username=username)).one())
        for address in addresses.format(**city).split():
            answer = page.goto(address.strip("*"))
            assert answer is not None, address
            assert answer.ok, address
            found += faults(page, "*" in address)
    assert found == []
