"""What is checked before a circular is signed: each finding names the rule it comes from. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tracker.circulars.bound import strays
from tracker.circulars.figures import Figures
from tracker.circulars.parts import BlockKind, Parts, plain

LONGEST = 4000  # characters of a special document
A_YEAR = 12  # a monthly circular and no more

RELIEF = "整治形式主义为基层减负的规定"
GRANTED = "评价办法"
STANDARD = "GB/T 9704-2012《党政机关公文格式》"
BINDING = "数字与统计表一致的要求"
REGISTER = "公文编号管理要求"

QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
SENTENCE = re.compile(r"[^。；！？\n]+")
ORDERS = re.compile(
    r"务必|必须|责令|严禁|勒令|不得|一律要|限期(?:完成|整改|报送|上报)|要求(?=各|全|县|区|乡|镇)|坚决杜绝"
)
LOWER = re.compile(
    r"(?:县|区|市|镇|乡)委(?!员|办)|党委|党组|人民政府|(?:县|区|市|镇|乡|省)政府|县（区）|各县|各区|乡镇|街道|功能区管委会|村（社区）"
)
TRACES = re.compile(
    r"登录(?:次数|率|天数)|点击(?:量|率|数|次数)|在线(?:时长|时间|率)|打卡|签到率|活跃度|浏览量|阅读量|转发[量数]|点赞"
    r"|关注[量数]|下载量|(?:上传|报送)(?:数量|次数|份数|照片|图片)|拍照|截图|留痕(?:数量|次数|材料)"
)
FAVOURS = re.compile(r"批示|信息采用|采用(?:篇|条)数|经验(?:做法|推广|交流)|简报|媒体(?:报道|宣传)")
ECONOMY = re.compile(r"GDP|生产总值|增加值|固定资产投资|投资额|税收|财政收入|营业收入|招商引资|进出口|销售额")
SCORED = re.compile(
    r"得分|加分|扣分|计分|名次|排名|名列|位列|位次|第[一二三四五六七八九十\d]+[名位]|评价|考核"
)
PLACED = re.compile(r"第[一二三四五六七八九十\d]+[名位]|居前|领先|名列|位列|排名|靠前|末位|垫底")
SHAMING = re.compile(r"黑榜|黑名单|末位淘汰|点名批评|问责|约谈")
BLANK = re.compile(r"[×ＸX]{2,}|[_＿]{2,}|（待[补填定]）|待补充")
COUNTED_OFF = re.compile(r"(?:^|[。；])([一二三四五六七八九十])是")
ITEM = re.compile(r"^(\d{1,2})\.(?!\d)")
ANNEX = re.compile(r"附件(\d+)")
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Draft:
    """A circular before its signature, with what is known around it."""

    parts: Parts
    generated: Parts
    figures: Figures
    code: str  # 机关代字 of the own numbers
    units: Collection[str]  # names of the units in use
    gone: Collection[str]  # names under which no unit is in use any more
    serials: tuple[int, ...]  # numbers given this year in this series
    published: int  # circulars of this year, of whatever kind
    numbers: Collection[str]  # full numbers given so far
    fewest: int  # obligations from which the month's model ranks a unit
    is_final: bool  # the month's evaluation
    is_stale: bool  # the evaluation has other figures than the draft
    is_correction: bool = False  # its tables are those of what it corrects


class Finding(NamedTuple):
    """One thing that was found. ``key`` is its place in the text, "" where it concerns the whole."""

    message: str
    source: str  # the rule it comes from
    is_blocking: bool = False
    key: str = ""


def lint(draft: Draft) -> list[Finding]:
    """Everything that was found; what keeps the circular from being signed comes first."""
    found = [
        *_evaluation(draft),
        *_length(draft.parts),
        *([] if draft.is_correction else _sums(draft.figures)),
        *_figures(draft),
        *_words(draft),
        *_ranks(draft),
        *_names(draft),
        *_order(draft.parts),
        *_register(draft),
    ]
    return sorted(found, key=lambda one: not one.is_blocking)


def characters(parts: Parts) -> int:
    """The characters of the text, blanks left out; tables and annexes do not count."""
    return len("".join(plain(parts).split()))


def _evaluation(draft: Draft) -> Iterator[Finding]:
    if draft.is_stale:
        yield Finding("评价数字在拟稿以后有变化，请先“按最新数字重新拟稿”，改过的文字会保留。", BINDING, True)
    if not draft.is_final:
        yield Finding("本月评价还没有定稿（申诉期未结束），定稿以后才能核稿、签发。", GRANTED, True)


def _length(parts: Parts) -> Iterator[Finding]:
    count = characters(parts)
    if count > LONGEST:
        yield Finding(f"正文{count}字，超过{LONGEST}字的上限，请压缩{count - LONGEST}字。", RELIEF, True)


def _sums(figures: Figures) -> Iterator[Finding]:
    """The tables themselves: a whole is the sum of its parts."""
    totals = figures.totals
    if not totals.adds_up:
        yield Finding(
            f"应办结{totals.due}件不等于按时{totals.on_time}件、超时{totals.late}件、逾期{totals.overdue}件、"
            f"当日到期{totals.last_day}件之和，请先“按最新数字重新拟稿”。",
            BINDING,
            True,
        )
    if len(figures.cases) != totals.overdue:
        yield Finding(
            f"逾期未办结{totals.overdue}件，清单却列了{len(figures.cases)}件，请先“按最新数字重新拟稿”。",
            BINDING,
            True,
        )
    for board in figures.boards:
        for standing in board.standings:
            if standing.on_time + standing.overdue > standing.due:
                yield Finding(
                    f"{standing.unit}应办结{standing.due}件，少于按时{standing.on_time}件与逾期"
                    f"{standing.overdue}件之和，请先“按最新数字重新拟稿”。",
                    BINDING,
                    True,
                )


def _figures(draft: Draft) -> Iterator[Finding]:
    for key, found in strays(draft.parts, draft.generated, draft.figures).items():
        for stray in found:
            if stray.expected:
                right = "或者".join(f"“{words}”" for words in stray.expected[:3])
                yield Finding(f"“{stray.said}”与统计表不一致，表中是{right}。", BINDING, True, key)
            else:
                yield Finding(f"“{stray.said}”在本月统计表中没有出处，请核对。", BINDING, False, key)


def _words(draft: Draft) -> Iterator[Finding]:
    for key, text in _texts(draft.parts):
        for sentence in SENTENCE.findall(QUOTED.sub("", text)):
            yield from _sentence(key, sentence)
        if blank := BLANK.search(text):
            yield Finding(f"“{blank[0]}”处还没有填写。", STANDARD, True, key)


def _sentence(key: str, sentence: str) -> Iterator[Finding]:
    order, lower = ORDERS.search(sentence), LOWER.search(sentence)
    if order and lower:
        yield Finding(
            f"“{order[0]}”是对“{lower[0]}”的指令：议事协调机构不向下级党委、政府发指令性公文，"
            "请改为“提示”“请”的说法。",
            RELIEF,
            True,
            key,
        )
    elif order:
        yield Finding(f"“{order[0]}”是指令口气，通报宜用“提示”“请”。", RELIEF, False, key)
    if trace := TRACES.search(sentence):
        yield Finding(f"“{trace[0]}”不得作为评价依据，也不在通报中公布。", RELIEF, True, key)
    is_scored = SCORED.search(sentence)
    if is_scored and (favour := FAVOURS.search(sentence)):
        yield Finding(f"“{favour[0]}”不计入评价，请核对这一句。", RELIEF, False, key)
    if is_scored and (economy := ECONOMY.search(sentence)):
        yield Finding(f"“{economy[0]}”是自行填报的经济数据，不按它排名。", RELIEF, False, key)
    if shaming := SHAMING.search(sentence):
        yield Finding(f"通报中不用“{shaming[0]}”的提法，只列滞后名单和事实。", RELIEF, False, key)


def _ranks(draft: Draft) -> Iterator[Finding]:
    standings = [standing for board in draft.figures.boards for standing in board.standings]
    for standing in standings:
        count = draft.fewest if standing.obligations is None else standing.obligations
        if standing.rank is not None and count < draft.fewest:
            yield Finding(
                f"{standing.unit}本月应办事项只有{standing.obligations}项，不足{draft.fewest}项，不应排名。",
                GRANTED,
                True,
            )
    unranked = [standing.unit for standing in standings if standing.rank is None]
    for key, text in _texts(draft.parts):
        for sentence in SENTENCE.findall(text):
            named = next((unit for unit in unranked if unit in sentence), None)
            if named and PLACED.search(sentence) and "不排名" not in sentence and "不参与" not in sentence:
                yield Finding(
                    f"{named}本月没有名次（任务数较少或本组不排名），请不要写它的位次。", GRANTED, True, key
                )


def _names(draft: Draft) -> Iterator[Finding]:
    for key, text in _texts(draft.parts):
        for name in sorted(draft.gone, key=len, reverse=True):
            if name in text and not any(name in unit and unit in text for unit in draft.units):
                yield Finding(
                    f"单位库中已经没有“{name}”，请改用现在的名称。", "单位名称以单位库为准", True, key
                )
    tables = {standing.unit for board in draft.figures.boards for standing in board.standings}
    tables |= {case.unit for case in draft.figures.cases}
    for name in sorted(tables & set(draft.gone)):
        yield Finding(f"统计表中的“{name}”是取数时的名称，现在已经停用或者改名。", "单位名称以单位库为准")


def _order(parts: Parts) -> Iterator[Finding]:
    for place, section in enumerate(parts.sections):
        if not section.heading.startswith(f"{NUMERALS[place]}、"):
            yield Finding(
                f"第{place + 1}个标题应以“{NUMERALS[place]}、”开头。", STANDARD, False, f"heading-{place}"
            )
        texts = [block.text for block in section.blocks if block.kind is not BlockKind.BOARD]
        off = [NUMERALS.index(number) + 1 for text in texts for number in COUNTED_OFF.findall(text)]
        items = [int(found[1]) for text in texts if (found := ITEM.match(text))]
        for numbers, words in ((off, "“一是、二是”"), (items, "“1.2.3.”")):
            if numbers and numbers != list(range(1, len(numbers) + 1)):
                yield Finding(
                    f"{section.heading}：{words}的序号不连续，请核对。", STANDARD, False, f"heading-{place}"
                )
    for key, text in _texts(parts):
        for number in ANNEX.findall(text):
            if int(number) > len(parts.annexes):
                yield Finding(
                    f"正文引用的附件{number}不存在，本通报有{len(parts.annexes)}个附件。", STANDARD, True, key
                )


def _register(draft: Draft) -> Iterator[Finding]:
    missing = sorted(set(range(1, max(draft.serials, default=0) + 1)) - set(draft.serials))
    if missing:
        gaps = "、".join(map(str, missing))
        yield Finding(f"本年已编的文号缺第{gaps}号，请先查明。", REGISTER)
    own = re.compile(re.escape(draft.code) + r"〔\d{4}〕\d+号")
    for key, text in _texts(draft.parts):
        for number in own.findall(text):
            if number not in draft.numbers and number not in draft.figures.basis:
                yield Finding(f"正文引用的{number}没有印发过，请核对。", REGISTER, False, key)
    nth = draft.published + 1
    if nth > A_YEAR:
        yield Finding(f"本年已印发通报{draft.published}份，这是第{nth}份，超过每月一份，请考虑合并。", RELIEF)
    else:
        yield Finding(f"本年已印发通报{draft.published}份，这是第{nth}份。", RELIEF)


def _texts(parts: Parts) -> Iterable[tuple[str, str]]:
    """(place, text) of whatever holds words."""
    yield "title", parts.title
    yield "lead", parts.lead
    for at, section in enumerate(parts.sections):
        yield f"heading-{at}", section.heading
        for place, block in enumerate(section.blocks):
            if block.kind is not BlockKind.BOARD:
                yield f"{at}-{place}", block.text
