"""Hours of a day: 18:00, 下午5时, 中午12点, 下班."""

import re

from tracker.documents.deadlines.numerals import SMALL, number

_PART = "凌晨|早上|早|上午|中午|下午|午后|傍晚|晚上|晚"
_HOUR = rf"(?:{_PART})?(?:{SMALL}|零)(?::[0-5][0-9]|[时点](?:{SMALL}分|半|整|钟)?)"
TIME = rf"(?:(?:当[天日])?(?:{_HOUR}|下班|工作结束|{_PART}))"
_CLOCK = re.compile(
    rf"(?P<part>{_PART})?(?P<hour>{SMALL}|零)"
    rf"(?::(?P<minute>[0-5][0-9])|[时点](?:(?P<minutes>{SMALL})分|(?P<half>半))?)"
)


def clock(text: str | None) -> str | None:
    """The hour in a TIME as 17:30; None when it names none (下班)."""
    found = _CLOCK.search(text or "")
    if not found:
        return "12:00" if text and text.endswith("中午") else None
    hour = number(found["hour"]) or 0
    part = (found["part"] or " ")[0]
    if (part in "下午傍晚" and hour < 12) or (part == "晚" and hour == 12):
        hour += 12
    minute = 30 if found["half"] else number(found["minute"] or found["minutes"] or "0") or 0
    return f"{hour:02}:{minute:02}" if hour <= 24 and minute < 60 else None
