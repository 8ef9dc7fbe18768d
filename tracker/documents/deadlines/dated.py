"""Deadlines that name a date: 6月底前, 到2023年, 4月至9月, 10月1日起, 一季度完成选址."""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto

from tracker.documents.deadlines import bare, moments, periods
from tracker.documents.deadlines.bare import Verdict
from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.reading import Base, Deadline, Mention
from tracker.documents.deadlines.stretch import (
    LISTERS,
    ONE_DAY,
    TO,
    Grain,
    Moment,
    Stretch,
    joined,
    year_of,
)
from tracker.documents.deadlines.vocabulary import EXISTS


class Sense(Enum):
    """What the words after a date make of it."""

    BARE = auto()
    BEFORE = auto()
    AROUND = auto()
    BY = auto()
    DURING = auto()
    FROM = auto()
    NO_DATE = auto()


# What stands before a date that is none: statistics, comparisons, history, terms of validity.
_NO_DATE_BEFORE = re.compile(
    r"(?:比|较|相较于?|相比|同比|环比|农历|(?:已|曾)经?(?:分别|全部|陆续|基本)?(?:于|在)?|原定(?:计划)?于?"
    r"|〔|\[|每|(?:有效|公示|试行|保修|合同|服务|聘任?)期限?[^，。；]{0,4})$"
)
_NO_PERIOD_BEFORE = re.compile(r"(?:[与同以按对据]|高于|低于|超过|不及|恢复到|相当于|基于)$")
_AS_OF = re.compile(r"截[至止]到?$")
_CLOSES = re.compile(r"截止到?$")
_UNTIL = re.compile(
    r"(?:截止|直|最迟|最晚|不得?[晚迟]于|不超过|延[长期]|推迟)?[到至](?:于)?$|(?:截止|(?:最迟"
    r"|最晚)[于在]?|不得?[晚迟]于|不超过)$"
)
_SINCE = re.compile(r"[自从]$")

# The first that matches counts.
_AFTER = tuple(
    (re.compile(pattern), sense)
    for pattern, sense in (
        (
            rf"(?:之|以)?前(?:已经?)?(?:{EXISTS}){{1,2}}(?:在册|在案)?(?:并[^，。；的]{{1,8}})?的",
            Sense.NO_DATE,
        ),
        (r"以前年度", Sense.NO_DATE),
        (r"(?:之|以)?前后(?!续)|左右", Sense.AROUND),
        (r"前[夕夜]", Sense.BEFORE),
        (rf"(?:之|以)?前(?P<lead>的?(?P<period>{periods.PERIOD}))?(?:之|以)?内?", Sense.BEFORE),
        (r"(?:起|开始)?(?:正式)?(?:施行|生效|废止|起算)", Sense.NO_DATE),
        (r"起(?:正式)?(?:实施|执行)(?=$|[，。；）])", Sense.NO_DATE),
        (r"(?:之日)?(?:起|开始|始)(?![点草步源诉降重来到至码-]|[^，。；]{0,3}至今)", Sense.FROM),
        (
            r"(?:之|以)?来|至今|(?:之|以)?后(?!续|半)|同期|水平|(?:年|月)?报(?=[，。；])|年?以[上下]",
            Sense.NO_DATE,
        ),
        (r"期间", Sense.DURING),
        (r"(?:之|以)?内|止|为止|截止|结束", Sense.BY),
    )
)


def read(sentence: Sentence) -> None:
    """Claim every date of the sentence, with the deadlines they make."""
    found = moments.find(sentence.text, field=sentence.field)
    free = [moment for moment in found if sentence.is_free(moment.start, moment.stop)]
    for group in _groups(sentence.text, _ranges(sentence.text, free)):
        _read_group(sentence, group)


_JOINT = re.compile(rf"(?:起|开始|始)?，?(?:一直)?(?:延续|持续)?{TO}")


def _ranges(text: str, found: Iterable[Moment]) -> list[Moment]:
    """The moments, each pair with 至 between made into one."""
    made: list[Moment] = []
    for moment in found:
        before = made[-1] if made else None
        if before and not before.whole and _JOINT.fullmatch(text, before.stop, moment.start):
            made[-1] = joined(before, moment)
        else:
            made.append(moment)
    return made


def _groups(text: str, found: Iterable[Moment]) -> list[list[Moment]]:
    """Moments listed with 、 or 和 share what stands before the first and after the last."""
    groups: list[list[Moment]] = []
    for moment in found:
        between = text[groups[-1][-1].stop : moment.start] if groups else ""
        if groups and between in LISTERS:
            groups[-1].append(moment)
        else:
            groups.append([moment])
    return groups


def _read_group(sentence: Sentence, group: list[Moment]) -> None:
    first, last = group[0], group[-1]
    before = sentence.before(first.start)
    sense, stop, period = _sense_after(sentence.text, last)
    if _is_no_date(sentence.field, before, last, sense):
        sentence.claim(first.start, stop)
        return
    until = _UNTIL.search(before)
    if sense is Sense.BARE and until:
        sense = Sense.BY
    keeps_on = bare.keeps_on(sentence.text, stop) if sense is Sense.BARE else 0
    judged = sense is Sense.BARE and not keeps_on
    verdict = bare.judge(sentence, first, last) if judged else Verdict.DEADLINE
    if verdict is Verdict.NONE:
        sentence.claim(first.start, stop)
        return
    lead = until or (_SINCE.search(before) if last.whole or sense is Sense.FROM else None)
    start = lead.start() + max(0, first.start - len(before)) if lead else first.start
    sentence.claim(start, keeps_on or stop)
    for moment in group:
        year = year_of(moment, sentence.base, sentence.carried)
        there = moment.place(year or 0, sentence.base)
        if there and _is_history(sentence, moment, there, sense):
            continue
        deadline = None
        if there:
            edge = moment.edge or (last.edge and moment.grain == last.grain)
            whole = moment.whole or bool(keeps_on)
            shaped = replace(moment, edge=edge, whole=whole)
            deadline = _deadline(shaped, there, sense, period, sentence.base)
        span = (start if moment is first else moment.start, stop if moment is last else moment.stop)
        sentence.mentions.append(Mention(*span, deadline, verdict is Verdict.WEAK))
        if (moment.year or moment.said) and not (until and moment.grain >= Grain.YEAR and not moment.edge):
            sentence.carried = there.last.year if there else year


def _sense_after(text: str, last: Moment) -> tuple[Sense, int, str]:
    """What follows a date makes of it, where that ends, and the period in 前一周."""
    for pattern, sense in _AFTER:
        found = pattern.match(text, last.stop)
        if found:
            period = found.groupdict().get("period") or ""
            if period and (last.grain != Grain.DAY or last.whole):
                return sense, found.start("lead"), ""
            return sense, found.end(), period
    return Sense.BARE, last.stop, ""


def _is_no_date(field: bool, before: str, last: Moment, sense: Sense) -> bool:
    """What stands around makes it history, statistics or a comparison."""
    if sense is Sense.NO_DATE or _NO_DATE_BEFORE.search(before):
        return True
    if last.grain >= Grain.YEAR and not last.edge and _NO_PERIOD_BEFORE.search(before):
        return True
    if sense is Sense.BEFORE or (field and _CLOSES.search(before)):
        return False
    return bool(_AS_OF.search(before))


def _is_history(sentence: Sentence, moment: Moment, there: Stretch, sense: Sense) -> bool:
    """In running text: a year before the paper's own, or a bare date all over when the paper was issued."""
    base = sentence.base
    if sentence.field or not (moment.year or moment.said):
        return False
    issued = base.issued_on
    if issued and moment.grain < Grain.YEAR and sense is not Sense.BEFORE and there.last < issued:
        return True
    years = [year for year in (base.plan_year, issued and issued.year) if year]
    return bool(years) and there.last.year < min(years)


def _deadline(moment: Moment, there: Stretch, sense: Sense, period: str, base: Base) -> Deadline | None:
    """The deadline a placed moment makes; None when a person must say."""
    made = _sensed(moment, there, sense, period, base)
    if made is None:
        return None
    if _is_next_year_twice(moment, base):
        made = replace(made, ambiguous=True)
    if moment.unsure and moment.edge and base.issued_on and there.last < base.issued_on:
        alternative = periods.shift(there.last, "1个月", 1, base.workdays.add)
        made = replace(made, ambiguous=True, alt_due=alternative)
    return replace(
        made,
        approx=moment.approx or sense is Sense.AROUND,
        invalid_source_date=moment.misread or there.mended,
        time=moment.time if made.due else None,
    )


def _sensed(moment: Moment, there: Stretch, sense: Sense, period: str, base: Base) -> Deadline | None:
    first, last = there.first, there.last
    eve = first - ONE_DAY
    if sense is Sense.FROM:
        return Deadline(start=last if moment.edge else first, open_ended=True)
    if sense is Sense.DURING and moment.feast:
        return None
    if sense is not Sense.BEFORE:
        return Deadline(start=first, due=last) if moment.whole else Deadline(due=last)
    if period:
        due = periods.shift(first, period, -1, base.workdays.add)
        return Deadline(due=due) if due else None
    if moment.feast:
        return Deadline(due=eve)
    if moment.whole and moment.grain != Grain.HALF:
        return Deadline(start=first, due=last)
    if moment.edge or moment.grain == Grain.HALF:
        return Deadline(due=last)
    if moment.grain == Grain.TENTH:  # 中旬前: by its end, as 中旬 alone; strictly, before it begins
        return Deadline(due=last, ambiguous=True, alt_due=eve)
    return Deadline(due=eve, ambiguous=True, alt_due=last)


def _is_next_year_twice(moment: Moment, base: Base) -> bool:
    """明年 in a paper issued in the autumn before the year it plans."""
    both = base.plan_year and base.issued_on and base.plan_year != base.issued_on.year
    return bool(both) and moment.said in ("明年", "来年", "下年", "下一年")
