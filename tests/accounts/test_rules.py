from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts.passwords import hashed, matches, one_time
from tracker.accounts.rules import (
    ACCOUNT_LADDER,
    free_at,
    name_key,
    own_path,
    password_fault,
    waiting_words,
)

LAST = datetime(2020, 7, 6, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, None), (4, None), (5, 1), (7, 1), (8, 5), (12, 15), (500, 15)]
)
def test_the_more_failures_the_longer_the_wait(failures, minutes):
    free = free_at(failures, LAST, ACCOUNT_LADDER)
    assert free == (None if minutes is None else LAST + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("太短了123", "至少10个字符"),
        ("x" * 129, "不能超过128个字符"),
        ("1234567890", "太常见"),
        ("0987654321", "太常见"),
        ("Qwertyuiop", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("abababababab", "太常见"),
        ("zhangxiaomei", "与用户名相同或相近"),
        ("ZhangXiaomei1", "与用户名相同或相近"),
    ],
)
def test_weak_passwords_are_named_as_what_they_are(password, words):
    assert words in password_fault(password, "zhangxiaomei")


@pytest.mark.parametrize(
    "password", ["清明时节雨纷纷路上行人", "correct horse", "k7mf-2qpx-9rtw", "Zh@ng-2020-lake"]
)
def test_passwords_that_will_do(password):
    assert password_fault(password, "zhangxiaomei") is None


@given(st.text(max_size=200), st.from_regex(r"[a-z0-9]{2,10}", fullmatch=True))
def test_any_password_is_judged(password, username):
    password_fault(password, username)


def test_a_made_up_password_passes_and_is_never_the_same():
    made = {one_time() for _ in range(50)}
    assert len(made) == 50
    assert all(password_fault(password, "zhangxiaomei") is None for password in made)


def test_a_hash_fits_its_password_alone():
    stored = hashed("清明时节雨纷纷路上行人")
    assert matches(stored, "清明时节雨纷纷路上行人")
    assert not matches(stored, "清明时节雨纷纷路上行")
    assert not matches(None, "清明时节雨纷纷路上行人")
    assert not matches("", "")


@pytest.mark.parametrize("target", ["/", "/tasks/3", "/tasks?page=2&next=//x", "/台账"])
def test_paths_of_this_site_are_followed(target):
    assert own_path(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "tasks", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/ /x"],
)
def test_other_addresses_are_not(target):
    assert own_path(target) is None


@given(st.text(alphabet="/\\.:@?#\t\n aehtps", max_size=12))
def test_no_path_leads_elsewhere(target):
    path = own_path(target)
    if path is not None:
        assert urlsplit(urljoin("http://here.example/accounts/sign-in", path)).netloc == "here.example"


def test_names_are_the_same_whatever_their_width_and_blanks():
    assert name_key("各县（区）") == name_key(" 各县(区) ") == name_key("各 县（区）")


def test_waits_are_said_in_whole_units():
    assert waiting_words(timedelta(seconds=0.2)) == "1秒"
    assert waiting_words(timedelta(seconds=59)) == "59秒"
    assert waiting_words(timedelta(minutes=1)) == "1分钟"
    assert waiting_words(timedelta(minutes=4, seconds=1)) == "5分钟"
