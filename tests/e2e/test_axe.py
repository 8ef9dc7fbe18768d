"""The pages read well to those who do not see them: axe finds nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tracker import clock
from tracker.accounts.models import User
from tracker.circulars import actions as circulars
from tracker.db import db
from tracker.documents import actions as documents
from tracker.documents.models import Document
from tracker.documents.queries import directory
from tracker.lists import actions as lists
from tracker.scores import actions as scores
from tracker.seed import play
from tracker.tasks import intake
from tracker.tasks.models import Assignment
from tracker.workdays import statutory

pytestmark = pytest.mark.browser

PAGES = (
    "/tasks/",
    "/tasks/1",
    "/reports/duties/1",
    "/documents/",
    "/documents/2",
    "/reports/",
    "/lists/",
    "/scores/",
    "/circulars/",
    "/circulars/1",
    "/",
)


@pytest.fixture
def city(page: Page, own_app) -> None:
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
    db.session.commit()
    assert db.session.get(Document, 2) is not None
    assert db.session.get(Assignment, 1) is not None


def faults(page: Page) -> list[str]:
    """What axe finds serious on the page as it stands, a line for each kind."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url} {fault['id']}：{fault['nodes'][0]['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def test_no_page_has_a_serious_fault(city, page, enter):
    page.goto("/accounts/sign-in")
    found = faults(page)
    supervisor = db.session.scalars(db.select(User).filter_by(username="supervisor1")).one()
    enter(supervisor)
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None, address
        assert answer.ok, address
        found += faults(page)
    assert found == []
