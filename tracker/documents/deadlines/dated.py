"""Deadlines that name a date: 6月底前, 到2023年, 4月至9月, 10月1日起, 一季度完成选址."""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto

from tracker.documents.deadlines import moments, periods
from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.reading import Base, Deadline, Mention
from tracker.documents.deadlines.stretch import (
    AND,
    ONE_DAY,
    SAID_PAST,
    TO,
    TODAY,
    Grain,
    Moment,
    Stretch,
    joined,
    year_of,
)


class Sense(Enum):
    """What the words after a date make of it."""

    BARE = auto()
    BEFORE = auto()
    AROUND = auto()
    BY = auto()
    DURING = auto()
    FROM = auto()
    NO_DATE = auto()


# Verbs after a bare date that make it a deadline: the first for a day, all for a month or more.
_FINISH = (
    "完成|办结|建成|完工|竣工|封顶|投产|投用|投入|启用|启动|开工|动工|交付|验收|通车|通航|通水|上线|开通|开园|开馆"
    "|开放|试运行|报送|上报|报备|报审|报批|提交|整改到位|落实到位|全部到位|达到|达"
)
_ACT = (
    f"{_FINISH}|召开|举办|举行|组织|开展|印发|出台|制定|制订|编制|形成|实现|运行|发布|公布|落地|推出|新建|新增|新开|改造"
    "|更新|培训|发放|选派|引进|建立|建设|设立|落实|整治|清理|拆除|关停|淘汰|检查|排查|评估|总结(?=验收|提升|评估|推广|经验)|推进|实施|争取|安排|化解"
    "|压减|盘活|消除|解决|整改|销号|整合|修订|修编|划定|初步|取得|明确|分解|下达|下发|申报|报|创建|打造|集中|主体|首批"
    "|不少于|不低于|至少|累计|示范|持续|长期|常态|抓好|做好|进行|征求|提出|梳理|摸排|摸清|签订|招标|招引|招录|招聘|选址|进场|进驻|施工"
    "|供地|接收|转入|确定|覆盖|提升|提高|降低|下降|增长|增加|扩大|控制|减轻|减负|减税|帮扶|资助|救助|投放|筹集|兑现|回收"
    "|处置|吸纳|支持"
)
_HOW = (
    "(?:再|要|应|须|将|可|拟|力争|争取|计划|确保|务必|必须|各|共|共计|分别|全部|全面|基本|统一|正式|如期|按期|顺利|陆续"
    "|分批|先|再次|预计)"
)
_NOT_PAST = "(?!了|过|的|情况|率|量|额|值|以来)"
_ACTS = re.compile(rf"，?{_HOW}{{0,3}}(?:[为对给向][^，。；\s]{{1,8}}?)?(?:{_ACT}){_NOT_PAST}")
_FINISHES = re.compile(rf"{_HOW}{{0,3}}(?:{_FINISH}){_NOT_PAST}")
_KEEPS_ON = re.compile(r"(?:持续|长期|常态化?|不断|滚动)(?:推进|实施|开展|坚持|整改|抓好|落实|进行)?")
_FIELD_ENDS = re.compile(rf"$|[\s，。；：、）（！？”]|并|和|及|与|或|前|止|{_HOW}")
_HAPPENED = re.compile(
    r"，?已|[^，。；\n]{0,24}?(?:了|累计(?!新增|完成|培训|达)|同比|召开的|举行的|举办的|印发的)"
)
_REPORTS = re.compile(r"考核|绩效|述职|评优|总评|决算|结算|总结(?!$)|人均|全[市省县区]共有")

# Where 2020年 is a weak deadline, and where a period is one because somebody is to meet it.
_HEAD = re.compile(r"(?:^|[，。；：“（\n])$")
_TASK_OF_YEAR = re.compile(
    rf"，(?!是|为|[^，。；]{{0,8}}(?:被|获|成功))|全(?:[市省县区州镇乡]|国)(?!上下)|{_HOW}|(?:{_ACT}){_NOT_PAST}"
)
_FORCED = re.compile(r"(?:确保|力争|争取|计划|预计|在|于)$")

# What stands before a date that is none: statistics, comparisons, history, terms of validity.
_NO_DATE_BEFORE = re.compile(
    r"(?:比|较|相较于?|相比|同比|环比|农历|(?:已|曾)经?(?:分别|全部|陆续|基本)?(?:于|在)?|原定(?:计划)?于?|近|过去|最近"
    r"|〔|\[|每|上报|报送上|(?:有效|公示|试行|保修|合同|服务|聘任?)期限?[^，。；]{0,4})$"
)
_NO_PERIOD_BEFORE = re.compile(r"(?:[与同以按对据]|高于|低于|超过|不及|恢复到|相当于|基于)$")
_AS_OF = re.compile(r"截[至止]到?$")
_CLOSES = re.compile(r"截止到?$")
_UNTIL = re.compile(
    r"(?:截止|直|最迟|最晚|不得?[晚迟]于|不超过|延[长期]|推迟)?[到至](?:于)?$|(?:截止|(?:最迟|最晚)[于在]?|不得?[晚迟]于|不超过)$"
)
_SINCE = re.compile(r"[自从]$")

# Verbs of things that exist already: 2000年底前建成的老旧小区.
_EXISTS = (
    "建成|建设|形成|登记|注册|出生|成立|取得|批准|获批|投入使用|投入运行|投用|竣工|开工|完工|参加工作|入职|退役|退休"
    "|购买|办理|立项|交付|发生|存在|遗留|违法|备案|入库|签订|开办|设立|核发|入住|缴纳|结转|实施|施行|印发|制定|出台|购置|毕业"
)
# The first that matches counts.
_AFTER = tuple(
    (re.compile(pattern), sense)
    for pattern, sense in (
        (
            rf"(?:之|以)?前(?:已经?)?(?:{_EXISTS}){{1,2}}(?:在册|在案)?(?:并[^，。；的]{{1,8}})?的",
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
        if groups and (not between or between in AND[1:-1]):
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
    keeps_on = _KEEPS_ON.match(sentence.text, stop) if sense is Sense.BARE else None
    weak = False if keeps_on or sense is not Sense.BARE else _weakness_of_bare(sentence, group)
    if weak is None:
        sentence.claim(first.start, stop)
        return
    lead = until or (_SINCE.search(before) if last.whole or sense is Sense.FROM else None)
    start = lead.start() + max(0, first.start - len(before)) if lead else first.start
    sentence.claim(start, keeps_on.end() if keeps_on else stop)
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
        sentence.mentions.append(Mention(*span, deadline, weak))
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


def _weakness_of_bare(sentence: Sentence, group: list[Moment]) -> bool | None:
    """Of a date with nothing around it: True a weak deadline, False a deadline, None none."""
    text, first, last = sentence.text, group[0], group[-1]
    if sentence.field:
        sure = last.edge and last.grain >= Grain.MONTH
        return False if sure or _FIELD_ENDS.match(text, last.stop) or _ACTS.match(text, last.stop) else None
    if last.feast or (last.said == TODAY and not last.whole):
        return None
    if (
        last.grain == Grain.YEAR
        and not last.edge
        and (not last.whole or re.search(TO, text[first.start : last.stop]))
    ):
        return _weakness_of_year(sentence, first, last)
    if last.whole and last.grain != Grain.YEAR and not last.unsure:
        return None if _HAPPENED.match(text, last.stop) else False
    if last.edge and last.grain != Grain.DAY:
        return None if _REPORTS.match(text, last.stop) or _is_attribute(sentence, first, last) else False
    bracketed = text[max(0, first.start - 1) : first.start] + text[last.stop : last.stop + 1] == "（）"
    acts = _FINISHES if last.grain == Grain.DAY else _ACTS
    return False if (bracketed and last.grain >= Grain.MONTH) or acts.match(text, last.stop) else None


def _is_attribute(sentence: Sentence, first: Moment, last: Moment) -> bool:
    """年内支出: 年内 that neither begins a clause nor says when something is done."""
    before = sentence.before(first.start)
    inside = last.grain == Grain.YEAR and sentence.text[last.stop - 1] == "内"
    said = _HEAD.search(before) or _FORCED.search(before) or _ACTS.match(sentence.text, last.stop)
    return inside and not said


def _weakness_of_year(sentence: Sentence, first: Moment, last: Moment) -> bool | None:
    """2020年， at the head of a clause is a weak deadline; 2024年建成 is one."""
    if last.said in SAID_PAST or last.said in ("当年", "同年"):
        return None
    text, before = sentence.text, sentence.before(first.start)
    at_head, forced = bool(_HEAD.search(before)), bool(_FORCED.search(before))
    if (at_head or forced) and _FINISHES.match(text, last.stop):
        return False
    if at_head and _TASK_OF_YEAR.match(text, last.stop):
        return True
    return True if forced and _ACTS.match(text, last.stop) else None


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
