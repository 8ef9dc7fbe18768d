"""Seasons and events whose day the text does not tell: 汛期来临前, 开幕式前10天, 秋季开学前, 暑假期间."""

import re
from collections.abc import Callable
from datetime import date

from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.numerals import number
from tracker.documents.deadlines.periods import PERIOD
from tracker.documents.deadlines.reading import Deadline, Mention

_EVENTS = (
    "主汛期?|汛期?|入汛|凌汛期?|伏季休渔期?|休渔期?|禁渔期?|开渔|开幕式?|闭幕式?|会议召开|(?:全国|省"
    "|市)?两会|入冬|封冻"
    "|上冻|结冰|供暖[期季]?|采暖[期季]?|雨季|台风季节?|台风期|高温季节|冬季|春耕|秋收|农忙|三夏|麦收|暑假"
    "|暑期|寒假|中考"
    "|(?:春季)?(?:学期)?开学"
    "|森林防火期|防火期|旅游旺季|迎峰度夏|迎峰度冬|换届|任期届满|届满"
)
_COMES = "(?:到来|来临|来到|开始|结束|召开|开幕|举行|之)?"
# Only a field says these words of a deadline.
_PERIODS = (
    "暑假|暑期|寒假|汛期|凌汛期|秋冬季|冬春季|休渔期|禁渔期|今冬明春|岁末年初|过渡期|规划期|任期|高温季节"
)

Says = Callable[[re.Match[str], int], Deadline | None]


def _on(month: int, day: int) -> Says:
    return lambda match, year: Deadline(due=date(year, month, day), approx=True)


def _exam(match: re.Match[str], year: int) -> Deadline:
    """The day before the university entrance examination, 7 June; in 2020 a month later."""
    return Deadline(due=date(year, 7 if year == 2020 else 6, 6), approx=True)


def _school_year(match: re.Match[str], year: int) -> Deadline | None:
    first = number(match["year"]) or 0
    return Deadline(start=date(first, 9, 1), due=date(first + 1, 8, 31))


def _unknown(match: re.Match[str], year: int) -> Deadline | None:
    return None


_YEAR = "(?:(?P<written>20[0-9]{2})年|今年)?"
# only in a field · pattern · what it says, given the year
_ROWS: tuple[tuple[bool, re.Pattern[str], Says], ...] = tuple(
    (loose, re.compile(pattern), says)
    for loose, pattern, says in (
        (False, rf"{_YEAR}(?:秋季(?:学期)?|秋季新?学期|9月份?)开学(?:之|以)?前夕?", _on(8, 31)),
        (False, rf"{_YEAR}(?:高考|普通高考)(?:之|以)?前夕?", _exam),
        (True, r"(?P<year>20[0-9]{2})(?:年?[-~至](?:20)?[0-9]{2})学年度?", _school_year),
        (
            True,
            rf"{_YEAR}(?:暑假|暑期)(?:期间|内)?(?!前|结束|开始)",
            lambda match, year: Deadline(start=date(year, 7, 1), due=date(year, 8, 31), approx=True),
        ),
        (True, rf"{_YEAR}春季学期(?:结束前|内|期间|末)?(?!开)", _on(7, 5)),
        (False, rf"{_YEAR}(?:{_EVENTS}){_COMES}(?:之|以)?前(?!期|后|三|往)(?:{PERIOD})?", _unknown),
        (False, r"暑假期间|寒假期间", _unknown),
        (True, rf"(?:{_PERIODS})(?:期间|期?内)?", _unknown),
        (True, r"今冬明春|岁末年初|(?:^|(?<=[，。；：、在于]))[年节会](?:前|后)", _unknown),
        (True, r"[至到][^，。；：、（）\s0-9]{1,12}(?:闭幕|结束|竣工|届满|为止)", _unknown),
        (
            True,
            r"[^，。；：（）\s]{0,16}(?:统一安排|另行通知|另行确定|待定|另定)[^，。；（）\s]{0,16}",
            _unknown,
        ),
    )
)
_CLUE = re.compile("前|期|季|年|节|结束|闭幕|届满|今冬|岁末|竣工|为止|假|暑|会|定|安排|通知")


def read(sentence: Sentence) -> None:
    """Claim the events of the sentence; those without a day are for a person to fill in."""
    text, base = sentence.text, sentence.base
    if not _CLUE.search(text):
        return
    for loose, pattern, says in _ROWS:
        for found in pattern.finditer(text) if sentence.field or not loose else ():
            if not sentence.is_free(*found.span()):
                continue
            written = found.groupdict().get("written")
            year = int(written) if written else sentence.carried or base.year
            deadline = says(found, year) if year else None
            sentence.claim(*found.span(), Mention(*found.span(), deadline))
