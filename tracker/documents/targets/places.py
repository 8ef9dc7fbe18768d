"""Where each number of a sentence stands: its clause, its neighbours, and the words that bear on it."""

import re
from dataclasses import dataclass, replace

from tracker.documents.targets import vocabulary as v
from tracker.documents.targets.quantities import Kind, Quantity, quantities

MASK = "□"  # a date, an ordinal, a bracket
NAMED = "◇"  # words in quotation marks, 每千人
WINDOW = 120  # characters on either side that can bear on a number

# Numbers in these are names, dates or addresses.
_DEAD = re.compile(
    r"""“(?!\d+%”)[^“”\n]{0,60}”|‘[^‘’\n]{0,40}’|《[^《》\n]{0,80}》|〈[^〈〉\n]{0,80}〉
    |[〔[（][12]\d{3}[〕\]）]\d{1,6}号|(?<!\d)\d{1,6}号(?!线)
    |(?:https?://|www\.)[A-Za-z0-9./?=&%_-]+|(?<![A-Za-z0-9._])[A-Za-z0-9._]{1,40}@[A-Za-z0-9.]{1,60}
    |(?<![\d.])\d{4}[-~至到]\d{4}(?!\d)年?
    |(?:[12]\d{3}|[二一][〇○零一二三四五六七八九]{3})(?:年度?|(?=至|-))
     (?:(?:1[0-2]|0?[1-9])月(?:份|底|末|初|[上中下]旬)?)?(?:[0-3]?\d日)?
    |(?<![\d.个])(?:1[0-2]|0?[1-9])月(?:份|底|末|初|[上中下]旬|[0-3]?\d[日号](?!内))?
    |(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])月
     (?=[份底末初上中下前，、至到]|[一二三四五六七八九十]{1,3}日)(?:份|底|末|初|[上中下]旬)?(?:[一二三四五六七八九十]{1,3}日)?
    |(?<![\d.])[0-3]?\d日(?![内均以])|[0-2]?\d:[0-5]\d|(?<!\d)[0-2]?\d时(?:\d{1,2}分)?
    |第?[一二三四1-4]季度|第[\d一二三四五六七八九十百]{1,6}[次届个名批轮期条项款步阶号]?
    |十[二三四五六]五(?:期末|期间|时期|规划)?
    |每(?:\d{1,6}|[一十百千万]{1,3})[万千百]?(?:名|个|人口?|户|张|平方公里|公里|亩|吨)
    |年(?:底|末|内)前?|上半年|下半年|今[年冬]|全年|明年|每年(?=□)
    |一[\u4e00-\u9fff]一(?=[\u4e00-\u9fff])[^，。；、\d]|(?P<one>一[起件处个艘家例宗批户])[、，][^，。；、]{1,6}(?P=one)
    |一次(?=性|办|告知|通过|申报|登录|采集)|跑一次|一件事|一站式|一张(?:图|网|表)|一条龙|[一二三四五六七八九十]位一体""",
    re.VERBOSE,
)
_RATE = re.compile("每[^年]")
_BRACKET = re.compile(r"（[^（）]*）")
CLAUSE_END = re.compile("[，；。：！？\n\t|]")
_MOST_PARTNERS = 20
PARTNER = re.compile(r"(?:[、和及与或]|以及)+$")


@dataclass(frozen=True)
class Place:
    """A quantity where it stands; all numbers are offsets in the text of its reader."""

    q: Quantity
    clause: int  # start of its clause
    left: int  # start of what belongs to it on the left: its clause or the end of the quantity before
    core: int  # end of what is left of the words that bear on the number (不少于, 达到, 增长)
    after: int  # end of the suffix (以上)
    right: int  # end of what belongs to it on the right
    suffix: str  # comparison stated after the measure, or ""
    bound: str = ""  # comparison stated before the number
    change: str = ""  # growth or decrease
    level: bool = False  # 达到, 提高到, 控制在
    hold: bool = False  # 控制在
    compared: bool = False  # 比上年

    @property
    def op(self) -> str:
        if self.hold:
            return self.suffix or v.AT_MOST
        if self.bound in ("", v.ABOUT):
            return self.suffix or self.bound or v.EXACT
        return self.bound


def masked(text: str) -> str:
    """The text, offsets unchanged, with names, dates and brackets hidden."""
    hidden = _DEAD.sub(_hide, text.replace("於", "于"))
    return _BRACKET.sub(lambda m: MASK * len(m[0]), hidden)


def _hide(m: re.Match[str]) -> str:
    is_named = m[0][0] in "“‘《〈" or _RATE.match(m[0])
    return (NAMED if is_named else MASK) * len(m[0])


def places(shape: str) -> list[Place]:
    """Every quantity of a masked text in its place."""
    found = _with_shared_measure(shape, quantities(shape))
    marks = [mark.start() for mark in CLAUSE_END.finditer(shape)] + [len(shape)]
    result: list[Place] = []
    at, before = 0, 0
    for i, q in enumerate(found):
        while marks[at] < q.start:
            at += 1
        clause = max(marks[at - 1] + 1 if at else 0, q.start - WINDOW)
        after, suffix = _suffix(shape, q.stop)
        following = found[i + 1].start if i + 1 < len(found) else len(shape)
        place = Place(
            q,
            clause,
            left=max(clause, before),
            core=q.start,
            after=after,
            right=max(after, min(marks[at], following, after + WINDOW)),
            suffix=suffix,
        )
        result.append(_sharing(shape, _with_tail(shape, place), result))
        before = after
    return _shared_back(shape, result)


def _with_shared_measure(shape: str, found: list[Quantity]) -> list[Quantity]:
    """云阳1.1、宁泉0.9万亩, 3个和5个百分点: a number takes the measure of the next in its enumeration."""
    kept: list[Quantity] = []
    for q in reversed(found):
        follower = kept[-1] if kept else None
        between = shape[q.stop : follower.start] if follower else ""
        is_bare = q.kind is Kind.BARE and not _suffix(shape, q.stop)[1]
        is_point = q.unit == "个" and follower and follower.unit == "个百分点" and PARTNER.fullmatch(between)
        if follower and (is_point or (is_bare and len(between) <= 12 and not CLAUSE_END.search(between))):
            q = replace(q, unit=follower.unit, kind=follower.kind)
        kept.append(q)
    return kept[::-1]


def _suffix(shape: str, stop: int) -> tuple[int, str]:
    for word, op in v.SUFFIXES:
        if shape.startswith(word, stop):
            return stop + len(word), op
    return stop, ""


def _with_tail(shape: str, place: Place) -> Place:
    """Read the words before the number backwards, the longest first."""
    end, bound, change, level, hold, compared = place.core, "", "", False, False, False
    while end > place.left:
        word = _tail_word(shape, place.left, end)
        if not word:
            against = v.COMPARED.search(shape, place.left, end)
            if not against:
                break
            compared, end = True, against.start()
            continue
        meaning = v.TAILS[word]
        if meaning in (v.GROWTH, v.DECREASE):
            if change:
                break
            change = "" if level else meaning
        elif meaning in (v.LEVEL, v.HOLD):
            level, hold = True, hold or meaning == v.HOLD
        elif meaning != v.FILLER:
            bound = bound or meaning
        end -= len(word)
    if not bound:
        bound = _distant_bound(shape, place.left, end)
    return replace(place, core=end, bound=bound, change=change, level=level, hold=hold, compared=compared)


def _distant_bound(shape: str, low: int, end: int) -> str:
    """至少带队检查1次, 不超过承载量的80%: a comparison with a verb or a base between it and the number."""
    if v.AT_LEAST_DOING.search(shape, low, end):
        return v.AT_LEAST
    based = v.BOUND_OF_BASE.search(shape, low, end)
    return v.TAILS[based[1]] if based else ""


def _tail_word(shape: str, low: int, end: int) -> str:
    for length in range(min(v.LONGEST_TAIL, end - low), 0, -1):
        word = shape[end - length : end]
        if word in v.TAILS:
            before = shape[end - length - 1 : end - length]
            if not before or before not in v.NOT_A_TAIL.get(word, ""):
                return word
    return ""


def is_partner(shape: str, place: Place, before: Place) -> bool:
    """Whether a number only adds to the one before: 90%和85%."""
    between = shape[before.after : place.q.start]
    return bool(PARTNER.fullmatch(between)) and place.q.unit == before.q.unit


def groups(shape: str, found: list[Place]) -> list[tuple[int, int]]:
    """(first, last) of the numbers that share words with each (分别增长2%、3%和5%); long runs are cut."""
    result: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(found) + 1):
        if i == len(found) or i - first == _MOST_PARTNERS or not is_partner(shape, found[i], found[i - 1]):
            result += [(first, i - 1)] * (i - first)
            first = i
    return result


def _sharing(shape: str, place: Place, earlier: list[Place]) -> Place:
    """下降5%和6%: the second number is read like the first."""
    if not earlier or not is_partner(shape, place, earlier[-1]):
        return place
    first = earlier[-1]
    return replace(
        place,
        bound=first.bound,
        change=first.change,
        level=first.level,
        hold=first.hold,
        compared=first.compared,
    )


def _shared_back(shape: str, found: list[Place]) -> list[Place]:
    """95%、90%以上: the suffix of the last number holds for all; nothing can be above 100%."""
    for i in range(len(found) - 1, 0, -1):
        last, first = found[i], found[i - 1]
        full = first.q.unit == "%" and first.q.value >= 100 and last.suffix == v.AT_LEAST
        if last.suffix and not first.suffix and not full and is_partner(shape, last, first):
            found[i - 1] = replace(first, suffix=last.suffix)
    return found
