"""A real browser before a running server with a database of its own; a page that complains fails its test."""

import itertools
import os
import re
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import NOW, sign_in
from tracker import clock
from tracker.accounts.models import User

PICTURES = Path("test-results")  # what the browser showed when a test failed
HAS_FAILED = pytest.StashKey[bool]()
NOWHERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # the browser, too, stays on this machine


@pytest.fixture
def film(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a picture of the whole page under a name, numbered in order, where ``--film FOLDER`` asks for it."""
    folder = request.config.getoption("film")
    numbers = itertools.count(1)

    def take(name: str) -> None:
        if folder:
            width = page.viewport_size["width"]
            page.screenshot(path=Path(folder, f"{width}-{next(numbers):02}-{name}.png"), full_page=True)

    return take


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "no browser: bin/setup --dev installs one"
    expect.set_options(timeout=30_000)  # as patient as a click: the machine may be busy with other tests
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*sandbox, f"--host-resolver-rules={NOWHERE}"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(own_app: Flask) -> Iterator[str]:
    """Where the program answers; the test builds its rows in the same database."""
    own_app.config["WTF_CSRF_ENABLED"] = True
    clock.set_start(NOW.isoformat())
    server = make_server("127.0.0.1", 0, own_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=address,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 800},
    )
    yield context
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty tab. What the browser complains of (refused scripts, broken ones) fails the test."""
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    if request.node.stash.get(HAS_FAILED, False):
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    # a refusal by the program is no fault of the page: the test itself looks at what was answered
    assert [words for words in complaints if "the server responded with a status of 4" not in words] == []


@pytest.fixture
def enter(own_app: Flask, context: BrowserContext, address: str) -> Callable[[User], None]:
    """Be signed in as a user from now on, without going through the sign-in page."""

    def as_user(user: User) -> None:
        client = own_app.test_client()
        sign_in(client, user)
        cookie = client.get_cookie(own_app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])

    return as_user
