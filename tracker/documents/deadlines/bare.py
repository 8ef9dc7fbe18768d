"""Dates with nothing before or after them: 一季度完成选址, 2020年，, （11月）, 9月 in a field."""

import re
from enum import Enum, auto

from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.stretch import SAID_PAST, TODAY, Grain, Moment
from tracker.documents.deadlines.vocabulary import ACT, FINISH, GROW, HOW


class Verdict(Enum):
    """What a bare date is: a deadline, one that may be none, or only a date."""

    DEADLINE = auto()
    WEAK = auto()
    NONE = auto()


_NOT_PAST = "(?!了|过|的|情况|率|量|额|值|以来)"
_ACTS = re.compile(rf"，?(?:{HOW}){{0,3}}(?:[为对给向][^，。；\s]{{1,8}}?)?(?:{ACT}){_NOT_PAST}")
_GROWS = re.compile(f"(?:{HOW})?(?:{GROW})")
_FINISHES = re.compile(rf"(?:{HOW}){{0,3}}(?:{FINISH}){_NOT_PAST}")
_KEEPS_ON = re.compile(r"(?:持续|长期|常态化?|不断|滚动)(?:推进|实施|开展|坚持|整改|抓好|落实|进行)?")
_FIELD_ENDS = re.compile(rf"$|[\s，。；：、）（！？”]|并|和|及|与|或|前|止|{HOW}")
_HAPPENED = re.compile(
    r"，?已|[^，。；\n]{0,24}?(?:了|累计(?!新增|完成|培训|达)|同比|召开的|举行的|举办的|印发的)"
)
_REPORTS = re.compile(r"考核|绩效|述职|评优|总评|决算|结算|总结(?!$)|人均|全[市省县区]共有")

# Where 2020年 is a weak deadline, and where a period is one because somebody is to meet it.
_HEAD = re.compile(r"(?:^|[，。；：“（\n])$")
_TASK_OF_YEAR = re.compile(
    rf"，(?!是|为|[^，。；]{{0,8}}(?:被|获|成功))|全(?:[市省县区州镇乡]|国)(?!上下)|{HOW}"
    rf"|(?:{ACT}){_NOT_PAST}"
)
_FORCED = re.compile(r"(?:确保|力争|争取|计划|预计|在|于)$")


def judge(sentence: Sentence, first: Moment, last: Moment) -> Verdict:
    """Whether dates listed from ``first`` to ``last`` are deadlines, by the words after and before them."""
    text, stop = sentence.text, last.stop
    if sentence.field:
        sure = last.edge and last.grain >= Grain.MONTH
        return _deadline_if(sure or _FIELD_ENDS.match(text, stop) or _ACTS.match(text, stop))
    if last.feast or (last.said == TODAY and not last.whole):
        return Verdict.NONE
    if last.grain == Grain.YEAR and not last.edge and (last.unsure or not last.whole):
        return _judge_year(sentence, first, last)
    if last.whole and last.grain != Grain.YEAR and not last.unsure:
        return _deadline_if(not _HAPPENED.match(text, stop))
    if last.edge and last.grain != Grain.DAY:
        return _deadline_if(not _REPORTS.match(text, stop) and not _is_attribute(sentence, first, last))
    acts = _FINISHES if last.grain == Grain.DAY else _ACTS
    alone = text[max(0, first.start - 1) : first.start] + text[stop : stop + 1] == "（）"
    grows = last.grain == Grain.YEAR and _GROWS.match(text, stop)
    return _deadline_if((alone and last.grain >= Grain.MONTH) or acts.match(text, stop) or grows)


def keeps_on(text: str, stop: int) -> int:
    """Where 持续推进 after a period ends (the period is then meant whole); 0 when it does not stand there."""
    found = _KEEPS_ON.match(text, stop)
    return found.end() if found else 0


def _judge_year(sentence: Sentence, first: Moment, last: Moment) -> Verdict:
    """2020年， at the head of a clause is weak; 2024年建成 is a deadline."""
    if last.said in SAID_PAST or last.said in ("当年", "同年"):
        return Verdict.NONE
    text, before = sentence.text, sentence.before(first.start)
    at_head, forced = _HEAD.search(before), _FORCED.search(before)
    if (at_head or forced) and _FINISHES.match(text, last.stop):
        return Verdict.DEADLINE
    if at_head and _TASK_OF_YEAR.match(text, last.stop):
        return Verdict.WEAK
    return Verdict.WEAK if forced and _ACTS.match(text, last.stop) else Verdict.NONE


def _is_attribute(sentence: Sentence, first: Moment, last: Moment) -> bool:
    """年内支出: 年内 that neither begins a clause nor says when something is done."""
    before = sentence.before(first.start)
    inside = last.grain == Grain.YEAR and sentence.text[last.stop - 1] == "内"
    said = _HEAD.search(before) or _FORCED.search(before) or _ACTS.match(sentence.text, last.stop)
    return inside and not said


def _deadline_if(said: object) -> Verdict:
    return Verdict.DEADLINE if said else Verdict.NONE
