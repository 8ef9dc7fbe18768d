"""What passwords, names and addresses must be like, and how long a guesser has to wait. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from tracker.text import fold

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# What people choose when ten characters are asked for; runs and repetitions are found by themselves.
_COMMON = """
    password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 administrator admin123456
    admin12345 admin@123456 admin888888 root123456 qwertyuiop qwerty12345 qwerty123456 qwer123456 asdfghjkl1
    asdf123456 asd1234567 zxcvbnm123 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 qazwsxedc123 qazwsx123456
    iloveyou123 woaini1314 woaini520520 woaini5201314 5201314520 a123456789 a1234567890 aa123456789 abc1234567
    abc123456789 abcd123456 abcd1234567 abcde12345 abcdef1234 wang123456 zhang123456 chen123456 liu123456789
    1234567890a 123456789a 123456789abc 123456789q 123456abcd 123456qwer 123qwe123qwe 123123abc123 147258369a
    1472583690 7894561230 789456123a 0123456789a 112233445566 1122334455 123454321a huawei12345 welcome123
    welcome1234 letmein1234 changeme123 test123456 test1234567 user123456 guest123456 tracker123 tracker1234
    duban123456 dubantaizhang zhoushan123 zhoushan2020 zhejiang123
"""
COMMON_PASSWORDS = frozenset(_COMMON.split())


class Rung(NamedTuple):
    """From so many failures on, so long a wait after the last of them."""

    failures: int
    wait: timedelta


WINDOW = timedelta(minutes=30)  # failures older than this are forgotten
ACCOUNT_LADDER = (
    Rung(5, timedelta(minutes=1)),
    Rung(8, timedelta(minutes=5)),
    Rung(12, timedelta(minutes=15)),
)
ADDRESS_LADDER = (  # an office of many clerks may share one address
    Rung(30, timedelta(minutes=1)),
    Rung(60, timedelta(minutes=5)),
    Rung(120, timedelta(minutes=15)),
)


def free_at(failures: int, last: datetime | None, ladder: Sequence[Rung]) -> datetime | None:
    """When the next attempt is allowed after so many recent failures; None when it always was."""
    waits = [rung.wait for rung in ladder if failures >= rung.failures]
    return last + waits[-1] if last is not None and waits else None


def password_fault(password: str, username: str) -> str | None:
    """Why this password will not do, as a sentence; None when it will."""
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return f"密码至少{SHORTEST_PASSWORD}个字符"
    if len(password) > LONGEST_PASSWORD:
        return f"密码不能超过{LONGEST_PASSWORD}个字符"
    if username.casefold() in plain and len(plain) - len(username) < SHORTEST_PASSWORD // 2:
        return "密码不能与用户名相同或相近"
    if plain in COMMON_PASSWORDS or len(set(plain)) < 4 or _is_run(plain):
        return "这个密码太常见，容易被猜中，请换一个"
    return None


def _is_run(text: str) -> bool:
    """1234567890, abcdefghij, and the like backwards: most neighbours are one apart."""
    steps = [ord(right) - ord(left) for left, right in pairwise(text)]
    return max(steps.count(1), steps.count(-1)) >= len(steps) - 2


def own_path(target: str) -> str | None:
    """``target`` when it is a path on this very site, so that nobody is led elsewhere; else None.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash.
    """
    if not target.startswith("/") or target.startswith("//") or re.search(r"[\x00-\x20\\\x7f]", target):
        return None
    return target


def name_key(name: str) -> str:
    """A name without blanks, of one width and one kind of bracket: two names with one key are the same."""
    return re.sub(r"\s+", "", fold(name).norm)


def waiting_words(wait: timedelta) -> str:
    """45秒, 5分钟; part minutes count as whole ones."""
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    return f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"
