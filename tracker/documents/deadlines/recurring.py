"""Deadlines that come again: 每月5日前, 每季度首月10日前, 每周五下班前, 每年3月底前, 按月, 月调度."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tracker.documents.deadlines import moments
from tracker.documents.deadlines.context import Sentence
from tracker.documents.deadlines.hours import TIME, clock
from tracker.documents.deadlines.numerals import COUNT, SMALL, number
from tracker.documents.deadlines.reading import Base, Deadline, Mention
from tracker.documents.deadlines.stretch import AND, ONE_DAY, TO, Grain, Moment
from tracker.documents.deadlines.vocabulary import OFTEN
from tracker.workdays import Workdays

Read = Callable[[re.Match[str]], Iterator[Deadline]]

_KINDS = {
    "日": "daily",
    "天": "daily",
    "周": "weekly",
    "旬": "tenday",
    "半月": "semimonthly",
    "月": "monthly",
    "季": "quarterly",
    "季度": "quarterly",
    "半年": "semiannual",
    "年": "yearly",
}
_COUNTED = {
    ("天", 1): "daily",
    ("天", 7): "weekly",
    ("天", 10): "tenday",
    ("天", 15): "semimonthly",
    ("天", 30): "monthly",
    ("周", 1): "weekly",
    ("周", 2): "biweekly",
    ("月", 1): "monthly",
    ("月", 2): "bimonthly",
    ("月", 3): "quarterly",
    ("月", 6): "semiannual",
    ("月", 12): "yearly",
    ("季度", 1): "quarterly",
    ("季度", 2): "semiannual",
    ("年", 1): "yearly",
    ("年", 2): "biennial",
}
_WEEKDAYS = "一二三四五六日"


def _plain(kind: str) -> Read:
    def read(match: re.Match[str]) -> Iterator[Deadline]:
        yield Deadline(recurring=kind, time=clock(match.groupdict().get("time")))

    return read


def _kind(match: re.Match[str]) -> Iterator[Deadline]:
    """按月, 一季一评估, 月调度, 1次/月."""
    kind = match["kind"]
    yield Deadline(recurring=_KINDS.get(kind) or _KINDS["周"])


def _counted(match: re.Match[str]) -> Iterator[Deadline]:
    """每15天, 每三个月."""
    unit = {"日": "天", "星期": "周"}.get(match["unit"], match["unit"])
    kind = _COUNTED.get((unit, number(match["count"]) or 0))
    if kind:
        yield Deadline(recurring=kind)


def _weekly(match: re.Match[str]) -> Iterator[Deadline]:
    """每周五前; 每周一、三; 每周一至周五 is by Friday."""
    kind = "biweekly" if match["two"] else "weekly"
    names = re.findall("[一二三四五六日天末]", match["days"] or "")
    if re.search("[至到]", match["days"] or ""):
        names = names[-1:]
    time = clock(match["time"])
    if not names:
        yield Deadline(recurring=kind, time=time)
    for name in names:
        day = _WEEKDAYS.find(name) + 1 or 7
        yield Deadline(recurring=kind, day=day, approx=name == "末", time=time)


def _days(match: re.Match[str]) -> Iterator[Deadline]:
    """The days of a month a tail names: 5日, 10日和20日, 月底, 上旬, 结束后5日内; one of null for none."""
    groups = match.groupdict()
    time = clock(groups["time"])
    if groups["low"]:
        yield Deadline(day=-1, approx="工作日" in groups["low"], time=time)
    elif groups["tenth"]:
        yield Deadline(day={"上": 10, "中": 20, "下": -1}[groups["tenth"][0]], time=time)
    elif groups["week"] or groups["first"]:
        yield Deadline(day=7 * (number(groups["week"] or "") or 0) or 1, approx=True, time=time)
    elif groups["until"]:
        yield Deadline(day=number(groups["until"]), time=time)
    elif groups["days"]:
        named = (number(name) or 0 for name in re.findall(SMALL, groups["days"]))
        yield from (Deadline(day=day, time=time) for day in named if 1 <= day <= 31)
    elif groups["within"] and not groups["workdays"]:
        yield Deadline(day=number(groups["within"]), time=time)
    else:
        yield Deadline(approx=bool(groups["within"]), time=time)


def _monthly(match: re.Match[str]) -> Iterator[Deadline]:
    kind = "bimonthly" if match["two"] else "monthly"
    yield from (replace(each, recurring=kind) for each in _days(match))


_MONTH_OF_QUARTER = (("三3末尾后", 3), ("二2中", 2), ("首一1", 1))


def _quarterly(match: re.Match[str]) -> Iterator[Deadline]:
    """每季度首月10日前; 每季度结束后10日内 is in the first month of the next."""
    which = match["which"] or match["end"] or ""
    month = next((n for words, n in _MONTH_OF_QUARTER if any(c in which for c in words)), None)
    if match["over"] or (match["within"] and not month):
        month = 1
    yield from (replace(each, recurring="quarterly", month_of_quarter=month) for each in _days(match))


def _semiannual(match: re.Match[str]) -> Iterator[Deadline]:
    yield Deadline(recurring="semiannual", day=-1 if match["low"] else None)


def _yearly(match: re.Match[str]) -> Iterator[Deadline]:
    """每年3月底前, 每年6月、12月, 每年国庆节前: what a date names, every year."""
    when = re.sub("^年?(?=[底末终初])", "年", match["when"] or "")
    named = moments.find(when, field=True)
    before = match[0].endswith("前")
    if match["until"]:  # 每年10月至次年3月: by its end
        yield _each_year(named[-1], before=False, low=True)
        return
    yield from (_each_year(moment, before=before, low=named[-1].edge) for moment in named)
    if not named:
        yield Deadline(recurring="yearly")


_LEAP_YEAR = 2024  # has every day a year can have
_NOWHERE = Base(workdays=Workdays())
_FIXED_FEASTS = ((1, 1), (3, 8), (5, 1), (5, 4), (6, 1), (7, 1), (8, 1), (9, 10), (10, 1))


def _each_year(moment: Moment, *, before: bool, low: bool) -> Deadline:
    """A moment of every year; ``low``: the last of its list names an end (6月和12月底)."""
    there = moment.place(_LEAP_YEAR, _NOWHERE)
    if not there or (moment.feast and (there.first.month, there.first.day) not in _FIXED_FEASTS):
        return Deadline(recurring="yearly")
    eve = there.first - ONE_DAY
    edge = moment.edge or low
    if moment.feast:
        last = eve if before else there.last
        return Deadline(recurring="yearly", day=last.day, month=last.month)
    if moment.grain >= Grain.MONTH and before and not edge:
        return Deadline(recurring="yearly", day=-1, month=eve.month, ambiguous=True)
    last = there.last
    day: int | None = last.day
    if moment.grain == Grain.MONTH and not edge:
        day = None
    elif moment.grain > Grain.DAY and (last + ONE_DAY).day == 1:
        day = -1
    return Deadline(recurring="yearly", day=day, month=last.month, approx=moment.approx, time=moment.time)


# An amount per month or year is no date: 每月810元, 每人每年.
_EACH = "(?<!每[人户亩名床桶吨辆位个套])(?<![均/])每一?个?"
_OF = "标准|补助|补贴|人均|最高|最低|给予|发放|工资|租金|不低于|不超过|不少于|为|按|约"
_NO_RATE = rf"(?!的?(?:{_OF})*[0-9][0-9.,]*(?:万|亿)?元)"

_BEFORE = "(?:(?:之|以)?前(?!后|三|两))?"
_BY = f"(?: ?(?P<time>{TIME}))?{_BEFORE}"
_LOW = "月?底|月?末|最后一[天日周]|最后一个?工作日"
_OVER = "(?:结束|终了|完)?(?:之|以)?后"
_WITHIN = f"(?P<within>{SMALL})个?(?P<workdays>工作)?[日天](?:之|以)?内"
_TAIL = (
    rf"(?:{_WITHIN}|(?P<days>{SMALL}(?:[日号]?{AND}{SMALL})*[日号])(?:{TO}(?P<until>{SMALL})[日号])?"
    rf"|(?P<low>{_LOW})|(?P<tenth>[上中下]旬)|第(?P<week>[一二三四])周|(?P<first>第一个?工作日"
    rf"|首个工作日)|初|中(?=$|[，。；]))"
)

# 每周一次 is no Monday; 每周一前, 每周一上午, 每周一报送 are.
_WEEKDAY = (
    "(?:[二三四五六日天末](?!次|回|轮|场|个|期)"
    "|一(?=$|[，。；、）前之以和及与至到0-9]|[上下中]午|早|晚|下班|报|向|将|召开|例会))"
)
_WEEKDAYS_NAMED = rf"(?:周|星期)?{_WEEKDAY}(?:[、和及与至到](?:周|星期)?[{_WEEKDAYS}天])*"

_NTH_MONTH = "(?P<which>首|末|尾|中间?|第?[一二三1-3]个?|最后一?个?)月份?"
_QUARTER = (
    rf"{_EACH}季度?的?(?:(?P<over>{_OVER}|次(?:月|季度?首月))|{_NTH_MONTH}|(?P<end>末)(?={SMALL}[日号]))?"
    rf"[的前]?{_TAIL}?{_BY}"
)

_FEAST = "“?(?:元旦|春节|清明|五一|端午|七一|八一|中秋|国庆)”?节?(?=前)"
_IN_YEAR = (
    rf"(?:{SMALL}月份?(?:{SMALL}[日号]|月?底|月?末|[上中下]旬|初)?|年?[底末终初]|[上下]半年[底末]?"
    rf"|第?[一二三四1-4]季度[底末]?|{_FEAST}|{SMALL}(?={AND}{SMALL}))"
)
_YEAR = (
    rf"{_EACH}年度?(?!龄|级|代"
    rf"|均){_NO_RATE}的?(?P<when>{_IN_YEAR}(?:{_BEFORE}{AND}{_IN_YEAR})*(?P<until>{TO}(?:次年"
    rf"|翌年)?{_IN_YEAR})?)?"
    rf"(?: ?{TIME})?{_BEFORE}"
)

_AT_HEAD = r"(?:^|(?<=[“‘、（，。；：行立持照用和及有\n]))"

# characters of which one must occur · only weak in running text · pattern · reader
_ROWS: tuple[tuple[frozenset[str], bool, re.Pattern[str], Read], ...] = tuple(
    (frozenset(needs), weak, re.compile(pattern), read)
    for needs, weak, pattern, read in (
        ("每", False, rf"{_EACH}(?:工作日|[日天](?!然|津|台|本|元|光|气)){_NO_RATE}{_BY}", _plain("daily")),
        (
            "每",
            False,
            rf"{_EACH}(?P<two>双|两个?|2个?)?(?:周|星期|礼拜)(?!岁|边|期"
            rf"|年)的?(?P<days>{_WEEKDAYS_NAMED})?{_BY}",
            _weekly,
        ),
        ("每", False, "每半个?月", _plain("semimonthly")),
        ("每", False, "每旬", _plain("tenday")),
        (
            "每",
            False,
            rf"{_EACH}(?P<two>双|两个?|2个?)?月(?!亮|球|饼|嫂|台"
            rf"|经)份?{_NO_RATE}度?(?:{_OVER})?的?(?:[次下]月)?的?前?"
            rf"{_TAIL}?{_BY}",
            _monthly,
        ),
        ("每", False, _QUARTER, _quarterly),
        ("每", False, rf"每(?:半年度?|个?学期|半个?年度)(?P<low>[底末])?{_BEFORE}", _semiannual),
        ("每", False, _YEAR, _yearly),
        (
            "每隔",
            False,
            rf"(?<![人户亩名床])每?[每隔](?P<count>{COUNT})个?(?P<unit>[天日周月年]|星期|季度)(?!前|底|初"
            rf"|份)",
            _counted,
        ),
        ("按逐", True, "[按逐](?P<kind>半月|半年|季度|[日周旬月季])(?!度|期|照|龄|工|计|产|薪|租)", _kind),
        ("一1", True, rf"[一1](?P<kind>[日天周旬月季年])[一1](?={OFTEN})", _kind),
        ("半", True, rf"(?P<kind>半[月年])[一1](?={OFTEN})", _kind),
        (
            "次",
            True,
            rf"(?<![0-9第])(?P<count>{COUNT})个?(?P<unit>[天日周月年]|星期|季度)[一1]次(?!性)",
            _counted,
        ),
        ("次", True, "(?P<kind>半[月年])[一1]次(?!性)", _kind),
        ("/", True, "次/(?P<kind>半年|季度|[天日周旬月季年]|星期)", _kind),
        (
            "日周旬月季年",
            True,
            rf"{_AT_HEAD}(?P<kind>日|周|旬|半月|月|季|半年|年)度?(?={OFTEN})(?!会计|报[刊社纸名销])",
            _kind,
        ),
    )
)


def read(sentence: Sentence) -> None:
    """Claim what comes again."""
    text, characters = sentence.text, set(sentence.text)
    for needs, weak, pattern, reader in _ROWS:
        for found in pattern.finditer(text) if needs & characters else ():
            if sentence.is_free(*found.span()):
                is_weak = weak and not sentence.field
                sentence.claim(
                    *found.span(), *(Mention(*found.span(), each, is_weak) for each in reader(found))
                )
