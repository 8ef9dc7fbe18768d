"""Deadlines counted from an event: 印发之日起30日内, 三个月内, 2012年起5年内, 审核通过后5个工作日内."""

import re
from dataclasses import replace
from datetime import date

from tracker.documents.deadlines import moments, periods
from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.numerals import COUNT, number
from tracker.documents.deadlines.periods import PERIOD
from tracker.documents.deadlines.reading import Base, Deadline, Mention
from tracker.documents.deadlines.stretch import ONE_DAY, YEARS, Grain, Moment, year_of

_SINCE = re.compile(
    r"(?:(?P<from>(?:之日|之时|当[日天])?起)|之日|之时|当[日天]|(?:之|以)?后|开始)[的，]?"
    rf"(?P<period>{PERIOD}|(?<=[起后]){COUNT}月)(?P<about>左右)?"
    r"(?:(?:之|以)?(?P<inside>内)|(?(from)(?=$|[，。；）])|(?!)))"
)
_WITHIN = re.compile(rf"(?P<period>(?<![0-9.月第近每上下]){PERIOD})(?P<about>左右)?(?:之|以)?内")
_TAKES = re.compile(rf"用(?P<period>{PERIOD})(?:左右|多)?的?时间")
# 时限：15个工作日; 10日 alone is a day of the month.
_ALONE = re.compile(
    rf"(?:^|(?<=[：，；、（期限为]))(?P<since>)(?P<period>{PERIOD})(?<!\d日)(?=$|[，。；）]|完成|办结|(?P<about>左右))"
)
_IN_HOURS = re.compile(r"小时|分钟")
_IN_YEARS = re.compile(r"年$")

_PAPER = (
    "通知|意见|方案|文件|办法|规定|要点|计划|细则|清单|决定|公告|通告|通报|任务书|督办[单函]|交办单|分解表"
)
_ISSUED = re.compile(
    rf"[自从见]?(?P<other>上级|国家|中央|省级?|部级?|》)?(?:本|此|该)?(?:工作|实施|整改|行动"
    rf"|任务)?(?:{_PAPER})?"
    rf"(?:正式)?(?:印发|下发|发文|发布|公布|印送|发出|颁布)(?:实施)?日?$|[自从](?:本|此)(?:{_PAPER})$"
    rf"|[自从]?[即今]日?$"
)
_RECEIPT = re.compile(r"[收接]到[^，。；：\s]{0,14}$")
_EVENT = re.compile(r"[^，。；：、（）\s0-9前底内在于要应须将]{0,14}$")
# Where no 后 stands: 合同签订一个月内.
_UNMARKED_EVENT = re.compile(
    r"(?:[收接]到|签订|反馈|下达|竣工|验收|审核|审批|公示|结束|通过|批准|到位|受理|立案|上线|开工"
    r"|闭幕)[^，。；：]{0,8}$"
)
# Rules and statistics, not tasks.
_NO_TASK = re.compile(r"(?:近|过去|最近|连续|前|每|会|任何|任意|上|满|超过|不超过|少于|在校|逾期|未)$")
_RULE = re.compile("未|无|没有|不得|曾|有|发生|被|因|仍|累计")
_AT_HEAD = re.compile(r"(?:^|[，。；：（\n]|力争|争取|计划|确保|在|用|要|将|利用|通过)$")
_TERM = re.compile(
    rf"(?P<year>20[0-9]{{2}})年(?:起|开始)，?(?:的|用)?(?:{PERIOD})(?<=年)(?:左右)?(?:之|以)?(?:内|的?时间)"
)


def term_start(text: str) -> int | None:
    """The first year of the term a paper sets itself (2012年起5年内): for Base.years_from."""
    found = _TERM.search(text)
    return int(found["year"]) if found else None


def read(sentence: Sentence) -> None:
    """Claim every period that ends in 内 or is taken (用三年时间)."""
    text = sentence.text
    for found in _TAKES.finditer(text) if "用" in text else ():
        if sentence.field or _IN_YEARS.search(found["period"]):
            deadline = _from_issue(sentence, found["period"])
            _claim(sentence, found.start(), found.end(), deadline and replace(deadline, approx=True))
    forms = [(_SINCE, _read_since), (_WITHIN, _read_bare)]
    if sentence.field:
        forms.append((_ALONE, _read_bare))
    elif "内" not in text:
        return
    for pattern, reader in forms:
        for found in pattern.finditer(text):
            if sentence.is_free(*found.span()):
                reader(sentence, found)


def _read_since(sentence: Sentence, found: re.Match[str]) -> None:
    """Counted from the paper's issue, from a date, or from an event that has none.

    Without 内 (自印发之日起三年) running text tells how long something is valid.
    """
    if not sentence.field and not found["inside"]:
        sentence.claim(*found.span())
        return
    before = sentence.before(found.start(), 20)
    left = found.start() - len(before)
    issued = _ISSUED.search(before)
    if issued and not issued["other"]:
        _claim(sentence, left + issued.start(), found.end(), _from_issue(sentence, found["period"]))
        return
    dates = [moment for moment in moments.find(before, field=True) if moment.stop == len(before)]
    if dates:
        start = dates[0].start - (before[: dates[0].start][-1:] in ("自", "从"))
        _claim(sentence, left + start, found.end(), _from_moment(sentence, dates[0], found["period"]))
    elif _IN_HOURS.search(found["period"]):
        sentence.claim(*found.span())  # a response time
    else:
        event = _RECEIPT.search(before) or _EVENT.search(before)
        _claim(sentence, left + event.start() if event else found.start(), found.end(), None)


def _read_bare(sentence: Sentence, found: re.Match[str]) -> None:
    """三个月内 in a field counts from the paper; in running text only a term of years does."""
    before, period = sentence.before(found.start()), found["period"]
    if sentence.field and _UNMARKED_EVENT.search(before) and not _ISSUED.search(before):
        _claim(sentence, found.start(), found.end(), None)
        return
    years = bool(_IN_YEARS.search(period))
    promised = years and _AT_HEAD.search(before) and not _RULE.match(sentence.text, found.end())
    is_task = sentence.field or promised
    if not is_task or _NO_TASK.search(before) or _IN_HOURS.search(period):
        sentence.claim(*found.span())
        return
    deadline = _from_issue(sentence, period)
    if deadline and found["about"]:
        deadline = replace(deadline, approx=True)
    count = number(period[:-1]) if years else None
    if count and count > 1:
        deadline = _term_of_years(sentence, count, deadline)
    _claim(sentence, found.start("period"), found.end(), deadline)


def _term_of_years(sentence: Sentence, count: int, deadline: Deadline | None) -> Deadline | None:
    """To the day some years on or, from the year a term begins in, to the end of its last year."""
    base = sentence.base
    last = (base.years_from or base.year or 0) + count - 1
    if last not in YEARS:
        return deadline
    end = date(last, 12, 31)
    if base.years_from or not deadline:
        return Deadline(due=end)
    return replace(deadline, ambiguous=True, alt_due=end)


def _from_issue(sentence: Sentence, period: str) -> Deadline | None:
    issued = sentence.base.issued_on
    return _after(issued, period, sentence.base) if issued else None


def _from_moment(sentence: Sentence, moment: Moment, period: str) -> Deadline | None:
    """2012年起5年内 are the years 2012 to 2016; from a day on, that day is not counted."""
    there = moment.place(year_of(moment, sentence.base, sentence.carried) or 0, sentence.base)
    if not there:
        return None
    is_day = moment.grain == Grain.DAY or moment.edge
    return _after(there.last if is_day else there.first - ONE_DAY, period, sentence.base)


def _after(first: date, period: str, base: Base) -> Deadline | None:
    """Approximate when the period is a range, or runs into a year whose working days are not known yet."""
    due = periods.shift(first, period, 1, base.workdays.add)
    if not due:
        return None
    guessed = "工作日" in period and base.workdays.is_estimated(due.year)
    return Deadline(due=due, approx=guessed or periods.is_vague(period))


def _claim(sentence: Sentence, start: int, stop: int, deadline: Deadline | None) -> None:
    sentence.claim(start, stop, Mention(start, stop, deadline))
