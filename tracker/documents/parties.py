"""Who does what in a list such as “A牵头，B、C配合，6月底前完成”."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.documents import names
from tracker.documents.brackets import split as cut
from tracker.documents.fields import FieldKind
from tracker.documents.names import Name, is_name

# The first unit of every list leads: written once, valid for the whole paper.
LEAD_RULE = re.compile(
    r"(?:[列排][名在]{0,2})?(?:第一|首)[位个家名]?[^，。；（）]{0,12}?[为是][^，。；（）]{0,6}(?:牵头|汇总|主办|主要责任)[^，。；（）]{0,10}"
)
_RULE_ASIDE = re.compile(rf"（[^（）]{{0,12}}{LEAD_RULE.pattern}[^（）]*）")
_ALSO_BELOW = re.compile(r"[（]?(?:以)?下同[）]?")
# Units that answer for every later point and are not named again there.
_DEFAULTS = re.compile(
    r"以下(?:各项|所有|全部|各条|各点)?(?:工作|任务|措施|事项)?(?:任务)?(?:均|都)需?(?:由)?(?P<units>[^，。]{2,60}?)(?:负责|组织|抓好)?(?:落实|实施|参与)"
)
_NO_MORE = re.compile(r"不再(?:一一|逐一|逐项|重复)?列出")
_MARK = re.compile(r"（(?P<lead>牵头|主办|牵头单位|总牵头)）|（(?P<cooperate>配合|协办|参与)）")
_TOGETHER = re.compile("会同|协同(?!配合|负责)|联合(?=[省市县区州])|组织(?=[省市县区州各])")

_BY_DUTY = (
    r"(?:(?:根据|依据|结合|依照|按照?)?(?:各自|本部门|有关|相应|工作)?(?:职责|职能|工作职责)?(?:任务)?分工"
    r"|按照?(?:各自)?(?:职责|职能))"
)
_HOW = (
    r"(?:分别|分头|共同|具体|协同|分工|统筹|组织|各自|抓好|结合实际|认真|做好|积极|联合|密切|全力"
    r"|予以|给予|按要求|协调|抓)*"
)
# How a list of units ends, and what that makes of them. The first line that fits counts.
_TAILS = (
    (
        FieldKind.LEAD,
        re.compile(
            rf"(?:{_BY_DUTY})?{_HOW}(?:牵头|主办)(?:负责|落实|实施|组织|抓总|推进|汇总|协调|办理|抓好|抓)*$"
        ),
    ),
    (
        FieldKind.COOPERATE,
        re.compile(
            rf"(?:{_BY_DUTY})?{_HOW}(?:配合|协助|协办|参与|参加|支持)(?:做好|落实|实施|推进|工作|配合)*$"
        ),
    ),
    (
        FieldKind.SUPERVISE,
        re.compile(rf"(?:负责)?{_HOW}(?:督导|督办|督查|督促|监督|验收|考核)(?:落实|检查|指导|销号|验收)*$"),
    ),
    (
        FieldKind.RESPONSIBLE,
        re.compile(
            rf"(?:{_BY_DUTY})?{_HOW}(?:负责|落实|实施|推进|承担|执行|指导|办理|承办|抓落实)"
            rf"(?:组织|指导|推进|具体|抓好|做好|结合实际)*(?:落实|实施|推进|执行|办理)*(?:到位)?$"
        ),
    ),
    (FieldKind.RESPONSIBLE, re.compile(rf"{_BY_DUTY}$")),
)
_PLAIN = re.compile(r"(?<!分工)(?<!分别)(?<!共同)(?<!协同)(?<!分头)(?<!联合)(?<!各自)负责$")
_INNER = re.compile(
    r"牵头(?:负责)?(?=[^，]{2,}(?:配合|参与|负责|落实|实施|协助)$)|(?<!协同)配合(?=[^，]{2,}(?:负责|落实|实施)$)"
)
_TIME = re.compile(
    r"\d{1,4}[年月日]|[年月季度]底|[上下]半年|年内|全年|季度|每[年季月旬周半日]|按[月季年周]|长期|持续|常态|立行立改|即知即改|立即"
    r"|已完成|即日|近期|[上中下]旬|春节|国庆|汛期|学期|开学|X月|\d+个?(?:工作日|天|月)内"
)
_EVENT = re.compile(r"(?:前|后|期间|之前|以前)$|(?:时间|时限|日期|进度)|^至")
_LONGEST = 1500  # a list without a comma is not longer
_EDGE = " \n\t：、，；。"


class Party(NamedTuple):
    """One unit and its part: lead, responsible, cooperate or supervise."""

    name: Name
    role: FieldKind
    plain: bool = False  # said to be 负责 and no more; beside 配合 that makes it the lead


@dataclass
class Reading:
    """What a list says; offsets are those of the text it was read from."""

    parties: list[Party] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    defaults: list[Name] = field(default_factory=list)
    first_leads: bool = False
    roles_said: int = 0  # how many groups end in words such as 牵头, 负责
    others: int = 0  # pieces that are neither unit nor time


def read(text: str, start: int, stop: int, role: FieldKind | None = None) -> Reading:
    """Read [start, stop) of ``text``; ``role`` is that of the label, which the words of the list overrule."""
    reading = Reading()
    words, marks = _set_aside(text[start:stop], reading)
    waiting: list[Name] = []
    for first, last in cut(words, "。；\n"):
        for a, b in cut(words[first:last], "，"):
            _read_chunk(words, first + a, first + b, reading, waiting, role)
        _settle(reading, waiting, role or FieldKind.RESPONSIBLE)
    _mark_leads(reading, marks)
    reading.parties = [party._replace(name=party.name.moved(start)) for party in reading.parties]
    reading.defaults = [name.moved(start) for name in reading.defaults]
    reading.times = [(a + start, b + start) for a, b in reading.times]
    return reading


def _set_aside(words: str, reading: Reading) -> tuple[str, dict[int, FieldKind]]:
    """The words with asides blanked out, and which name (by its end) an aside such as （牵头） marks."""
    marks = {}
    if _RULE_ASIDE.search(words):
        reading.first_leads = True
        words = _RULE_ASIDE.sub(lambda aside: "，" * len(aside[0]), words)
    for aside in _MARK.finditer(words):
        marks[aside.start()] = FieldKind.LEAD if aside["lead"] else FieldKind.COOPERATE
    words = _MARK.sub(lambda aside: "、" * len(aside[0]), words)
    return _TOGETHER.sub(lambda word: "、" * len(word[0]), words), marks


def _read_chunk(
    words: str, start: int, stop: int, reading: Reading, waiting: list[Name], role: FieldKind | None
) -> None:
    """Read what stands between two commas: units with or without their part, a time, a rule."""
    while start < stop and words[start] in _EDGE:
        start += 1
    while start < stop and words[stop - 1] in _EDGE:
        stop -= 1
    chunk = words[start:stop]
    if not chunk or _ALSO_BELOW.fullmatch(chunk) or _NO_MORE.search(chunk):
        return
    if LEAD_RULE.search(chunk):
        reading.first_leads = True
        return
    if default := _DEFAULTS.search(chunk):
        reading.defaults += [
            name.moved(start + default.start("units")) for name in names.split(default["units"])
        ]
        return
    if len(chunk) > _LONGEST:
        reading.others += 1
        return
    if inner := _INNER.search(chunk):
        _read_chunk(words, start, start + inner.end(), reading, waiting, role)
        _read_chunk(words, start + inner.end(), stop, reading, waiting, role)
        return
    said, tail = _tail(chunk)
    listed = [name.moved(start) for name in names.split(chunk[: tail.start()] if tail else chunk)]
    named = bool(listed) and all(is_name(name.text) for name in listed)
    if not named and _TIME.search(chunk):
        reading.times.append((start, stop))
    elif tail and said and (named or not listed or _plausible(listed)):
        reading.roles_said += 1
        waiting += listed
        _settle(reading, waiting, said, plain=bool(_PLAIN.search(chunk)))
    elif named or (role and _plausible(listed)):
        waiting += listed
    elif _EVENT.search(chunk):
        reading.times.append((start, stop))
    else:
        reading.others += 1


def _tail(chunk: str) -> tuple[FieldKind | None, re.Match[str] | None]:
    for role, pattern in _TAILS:
        if found := pattern.search(chunk, max(0, len(chunk) - 40)):
            return role, found
    return None, None


def _plausible(listed: list[Name]) -> bool:
    """Whether a list with an unusual name in it is still a list of units."""
    return bool(listed) and all(names.may_be_name(name.text) for name in listed)


def _settle(reading: Reading, waiting: list[Name], role: FieldKind, *, plain: bool = False) -> None:
    reading.parties += [Party(name, role, plain) for name in waiting]
    waiting.clear()


def _mark_leads(reading: Reading, marks: dict[int, FieldKind]) -> None:
    """Give the parts that no word of their own gives: A（牵头）, and A in “A负责，B配合”."""
    if marks:
        reading.roles_said += len(marks)
        reading.parties = [
            party._replace(role=marks.get(party.name.stop, party.role)) for party in reading.parties
        ]
    roles = {party.role for party in reading.parties}
    if FieldKind.COOPERATE in roles and FieldKind.LEAD not in roles:
        reading.parties = [
            party._replace(role=FieldKind.LEAD)
            if party.plain and party.role is FieldKind.RESPONSIBLE
            else party
            for party in reading.parties
        ]
