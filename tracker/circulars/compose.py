"""From figures to the words of a circular (通报). Pure: every number in the text is one of the figures.

A circular of a leading group is addressed to offices and member units; it reminds and asks (提示、请)
and gives no orders (domain rules on relieving the grassroots).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tracker.circulars.figures import Board, Case, Figures, ProblemCase, SlipCase, Standing, Totals
from tracker.words import Word

CASES_NAMED = 5  # cases told in the text; all of them stand in the annex
PROBLEMS_NAMED = 2  # problems past their deadline told in the text
AHEAD_SCORE = Decimal(90)  # 做得较好 asks for this score and a place in the first third of the board
CLIMB = 2  # places from which a rise is told of
LONG_OVERDUE = 10  # working days from which an overdue duty is called long overdue
BANDS = ("好", "较好", "一般", "滞后")
DIGITS = "一二三四五六七八九"
INNER_QUOTES = str.maketrans("“”", "‘’")  # a quotation inside a quotation


class BlockKind(Word):
    """How a block of a section is set."""

    TEXT = "text", "正文"
    HEADING = "heading", "小标题"
    BOARD = "board", "评价表"


class AnnexKind(Word):
    """Which rows of the figures an annex prints."""

    WORKS = "works", "任务进展情况"
    CASES = "cases", "逾期未办结承办项"


@dataclass(frozen=True)
class Block:
    """A paragraph, a second-level heading, or the place of a board's table (``text`` is the board's name).

    ``origin`` is the place of the composed block it came from, whatever a person made of it.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    origin: int | None = None


@dataclass(frozen=True)
class Section:
    """A first-level heading with its number (一、基本情况) and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Annex:
    """附件: its title; its rows come from the figures."""

    title: str
    kind: AnnexKind


@dataclass(frozen=True)
class Parts:
    """The words of a circular, which a clerk may change; the tables stay in the figures."""

    title: str
    addressee: str
    lead: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]


def compose(figures: Figures) -> Parts:
    """拟稿: the text as the figures tell it."""
    annexes = _annexes(figures)
    by = f"{figures.basis}确定的按月评价、通报机制" if figures.basis else "按月评价、通报机制"
    return Parts(
        title=f"关于{figures.year}年{figures.month}月工作要点任务办理情况的通报",
        addressee=figures.addressee,
        lead=(
            f"按照{by}，我办以督办台账中经审核的记录为依据，"
            f"对{figures.year}年{figures.month}月各单位任务办理情况进行了评价，"
            f"数据截至{_full(figures.cutoff_on)}。现将有关情况通报如下："
        ),
        sections=(
            section("一、基本情况", _texts(_overview(figures))),
            section("二、各组评价情况", _boards(figures)),
            section("三、做得较好和滞后的单位", _texts(_ahead_and_behind(figures))),
            section("四、存在的问题", _texts(_problems(figures, annexes))),
            section("五、下一步提示", _texts(_next_steps(figures, annexes))),
        ),
        annexes=annexes,
    )


def correct(addressee: str, title: str, number: str, published_on: date, words: str) -> Parts:
    """更正: a circular that refers to the one it corrects; ``words`` are what was wrong and what is right."""
    told = "".join(title.splitlines())
    return Parts(
        title=f"关于更正《{told}》的通报",
        addressee=addressee,
        lead=f"我办{_full(published_on)}印发的《{told}》（{number}）有误，现更正如下：",
        sections=(
            section("一、更正内容", _texts(line.strip() for line in words.splitlines() if line.strip())),
            section("二、有关说明", _texts(("原通报的其他内容不变，与本更正不一致的以本更正为准。",))),
        ),
        annexes=(),
    )


def section(heading: str, blocks: Iterable[Block]) -> Section:
    """A composed section: each block knows its place."""
    return Section(heading, tuple(replace(block, origin=place) for place, block in enumerate(blocks)))


def plain(parts: Parts) -> str:
    """The whole text, one paragraph a line, without tables and annexes: for counting and comparing."""
    body = (line for section in parts.sections for line in (section.heading, *_lines(section.blocks)))
    return "\n".join((parts.title, f"{parts.addressee}：", parts.lead, *body))


def share(part: int, whole: int) -> str:
    """12.5%: one decimal, halves up, none when it is zero. ``whole`` > 0."""
    return f"{_short(_percent(part, whole))}%"


def _overview(figures: Figures) -> Iterable[str]:
    totals, lists, urging, month = figures.totals, figures.lists, figures.urging, f"{figures.month}月"
    yield (
        f"截至{_day(figures.cutoff_on)}，督办台账在册任务{totals.tasks}项，"
        f"由{totals.units}家单位承办，形成承办项{totals.assignments}件。" + _due(figures, month)
    )
    yield (
        f"{month}，问题清单新登记问题{lists.registered}个，销号{lists.closed}个，月末在账{lists.open}个；"
        f"系统发出提醒{urging.reminders}条，" + _slips(figures)
    )


def _due(figures: Figures, month: str) -> str:
    totals = figures.totals
    if not totals.due:
        return f"{month}没有应办结的承办项。"
    rate = f"{share(totals.on_time, totals.due)}{compared_share(totals, figures.last)}"
    parts = [f"按时办结{totals.on_time}件，占{rate}"]
    if totals.late:
        parts.append(f"超过时限办结{totals.late}件，占{share(totals.late, totals.due)}")
    if totals.overdue:
        parts.append(
            f"逾期未办结{totals.overdue}件，占{share(totals.overdue, totals.due)}"
            f"{compared_count(totals.overdue, figures.last)}"
        )
    if totals.last_day:
        parts.append(f"当日到期未办结{totals.last_day}件，占{share(totals.last_day, totals.due)}")
    carried = f"（含以前月份结转的逾期件{totals.carried}件）" if totals.carried else ""
    due = f"{month}应办结承办项{totals.due}件{carried}，其中{'；'.join(parts)}。"
    if totals.unconfirmed:
        due += f"以上有{totals.unconfirmed}件在文件印发时已过时限，尚待核定，不计入评分。"
    if totals.unnoticed:
        due += f"以上有{totals.unnoticed}件的通知送达晚于时限，不计逾期，不计入评分。"
    return due


def compared_share(totals: Totals, last: Totals | None) -> str:
    """，比上月提高5.2个百分点: the difference of the two shares as printed."""
    if last is None or not last.due:
        return ""
    points = _percent(totals.on_time, totals.due) - _percent(last.on_time, last.due)
    if not points:
        return "，与上月持平"
    return f"，比上月{'提高' if points > 0 else '下降'}{_short(abs(points))}个百分点"


def compared_count(overdue: int, last: Totals | None) -> str:
    """，比上月减少2件: overdue duties against those of the month before."""
    if last is None:
        return ""
    more = overdue - last.overdue
    return f"，比上月{'增加' if more > 0 else '减少'}{abs(more)}件" if more else "，件数与上月持平"


def _slips(figures: Figures) -> str:
    urging = figures.urging
    if not urging.slips:
        return "没有发出督办单。"
    colours = (("蓝色", urging.blue), ("黄色", urging.yellow), ("红色", urging.red))
    by_colour = "、".join(f"{name}{count}份" for name, count in colours if count)
    return f"发出督办单{urging.slips}份，其中{by_colour}。"


def _boards(figures: Figures) -> tuple[Block, ...]:
    if not figures.boards:
        return (Block(f"{figures.month}月没有开展评价。"),)
    units = sum(len(board.standings) for board in figures.boards)
    blocks = [
        Block(
            f"{figures.month}月分{len(figures.boards)}个评价组对{units}家单位进行评价，"
            f"按照评分办法第{figures.model_version}版计算，每项得分均可在系统中查看依据。"
        )
    ]
    for number, board in enumerate(figures.boards, 1):
        blocks += [
            Block(f"（{_numeral(number)}）{board.name}", BlockKind.HEADING),
            Block(_board_text(board)),
            Block(board.name, BlockKind.BOARD),
        ]
    return tuple(blocks)


def _board_text(board: Board) -> str:
    scores = [standing.score for standing in board.standings if standing.score is not None]
    if not scores:
        return f"本组{len(board.standings)}家单位本月均没有应办事项，不参与评价。"
    mean = rounded(sum(scores, Decimal(0)) / len(scores), "0.01")
    sentences = [
        f"本组{len(board.standings)}家单位，{len(scores)}家参加评价，"
        f"平均得分{mean}分，最高{max(scores)}分，最低{min(scores)}分",
        *([board.note.rstrip("。")] if board.note else _order(board)),
        *_by_note(board),
    ]
    return "。".join(sentences) + "。"


def _order(board: Board) -> list[str]:
    """Who stands where: the first three places with all who share them, or how many in each band."""
    if board.is_banded:
        bands = [(band, sum(1 for s in board.standings if s.band == band)) for band in BANDS]
        return ["其中" + "、".join(f"{band}{count}家" for band, count in bands if count)]
    ranked = [s for s in board.standings if s.rank is not None]
    first = [s for s in ranked if s.rank is not None and s.rank <= 3]
    return [f"居前的是{_names(first)}"] if len(first) < len(ranked) else []


def _by_note(board: Board) -> list[str]:
    notes = dict.fromkeys(s.note for s in board.standings if s.note)
    return [f"{_names([s for s in board.standings if s.note == note])}{note.rstrip('。')}" for note in notes]


def _ahead_and_behind(figures: Figures) -> Iterable[str]:
    ahead = [(board, [s for s in board.standings if is_ahead(s, board)]) for board in figures.boards]
    if any(standings for _, standings in ahead):
        yield f"做得较好的单位：{_by_board(ahead)}。"
    climbers = [s for board in figures.boards for s in board.standings if has_climbed(s, board)]
    if climbers and not any(board.is_banded for board in figures.boards):
        yield f"名次比上月上升较多的单位：{'、'.join(f'{s.unit}（上升{s.moved}位）' for s in climbers)}。"
    behind = [(board, [s for s in board.standings if s.is_behind]) for board in figures.boards]
    if any(standings for _, standings in behind):
        yield (
            f"滞后的单位：{_by_board(behind)}。滞后单位按照“得分或者按时办结率未达到目标，"
            "且处于本组后三分之一”的标准确定。"
        )
    else:
        yield f"{figures.month}月没有单位列为滞后。"


def has_climbed(standing: Standing, board: Board) -> bool:
    """名次上升较多: the unit's own doing, and its score reaches the target.

    One unit more or less in the ranking moves nobody by two places; where more came or went, the places
    of the two months do not compare.
    """
    if board.ranked_before is None or board.target is None or standing.score is None:
        return False
    ranked = sum(1 for other in board.standings if other.rank is not None)
    is_same_field = abs(ranked - board.ranked_before) <= 1
    return is_same_field and (standing.moved or 0) >= CLIMB and standing.score >= board.target


def is_ahead(standing: Standing, board: Board) -> bool:
    if standing.score is None or standing.is_behind or standing.overdue:
        return False
    if board.is_banded:
        return standing.band == "好"
    ranked = sum(1 for other in board.standings if other.rank is not None)
    return standing.rank is not None and standing.score >= AHEAD_SCORE and standing.rank * 3 <= max(ranked, 3)


def _by_board(groups: Sequence[tuple[Board, list[Standing]]]) -> str:
    return "；".join(
        f"{board.name}有{'、'.join(map(_with_score, standings))}" for board, standings in groups if standings
    )


def _with_score(standing: Standing) -> str:
    rate = f"，按时办结率{share(standing.on_time, standing.due)}" if standing.due else ""
    return f"{standing.unit}（得分{standing.score}分{rate}）"


def _problems(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    found = [*_overdue(figures, annexes), *_late(figures), *_urged(figures), *_slow_lists(figures)]
    if not found:
        yield f"{figures.month}月没有逾期未办结的承办项，也没有月末在账的问题。"
    elif len(found) == 1:
        yield from found
    else:
        yield from (f"{_numeral(number)}是{text}" for number, text in enumerate(found, 1))


def _overdue(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    if not figures.cases:
        return
    cases = figures.cases
    long = sum(1 for case in cases if case.days >= LONG_OVERDUE)
    how_long = f"，其中逾期{LONG_OVERDUE}个工作日以上{long}件" if long else ""
    rest = f"。其余{len(cases) - CASES_NAMED}件见附件{_number(annexes, AnnexKind.CASES)}"
    yield (
        f"部分承办项逾期未办结。截至{_day(figures.cutoff_on)}，{_units(cases)}家单位有{len(cases)}件"
        f"承办项逾期未办结{how_long}。{'；'.join(map(told, named_cases(cases, CASES_NAMED)))}"
        f"{rest if len(cases) > CASES_NAMED else ''}。"
    )


def named_cases(cases: Sequence[Case], most: int) -> list[Case]:
    """The cases to tell: the longest overdue of each unit before a second one of any."""
    seen: Counter[str] = Counter()
    turns = []
    for case in cases:
        turns.append(seen[case.unit])
        seen[case.unit] += 1
    order = sorted(range(len(cases)), key=lambda place: turns[place])[:most]
    return [cases[place] for place in sorted(order)]


def told(case: Case) -> str:
    duty = case.duty if case.duty in ("牵头", "配合") else "承办"
    return f"{case.unit}{duty}的“{_quoted(case.task)}”，时限为{_day(case.deadline)}，{_late_by(case.days)}"


def _late_by(days: int) -> str:
    return f"已逾期{days}个工作日" if days else "到期未办结"


def _quoted(text: str) -> str:
    """Words inside “”: without their final stop, their own quotation marks single."""
    return text.strip().rstrip("。；").translate(INNER_QUOTES)


def _late(figures: Figures) -> Iterable[str]:
    if figures.totals.late and figures.totals.due:
        yield (
            f"部分承办项办结不够及时。{figures.month}月有{figures.totals.late}件承办项超过时限后才办结，"
            f"占应办结总数的{share(figures.totals.late, figures.totals.due)}。"
        )


def _urged(figures: Figures) -> Iterable[str]:
    """Who was sent a yellow or red slip, by number; and whose answers are still to come."""
    by_unit: dict[str, list[SlipCase]] = {}
    for slip in figures.slips:
        by_unit.setdefault(slip.unit, []).append(slip)
    if not by_unit:
        return
    named = list(by_unit.items())[:CASES_NAMED]
    rest = f"等{len(by_unit)}家单位" if len(by_unit) > len(named) else ""
    by_unit_told = "；".join(f"{unit}{len(slips)}份（{_answers(slips)}）" for unit, slips in named)
    yield (
        f"部分事项经督办后才推进。{figures.month}月发出黄色、红色督办单{len(figures.slips)}份，"
        f"涉及{by_unit_told}{rest}。"
    )


def _answers(slips: Sequence[SlipCase]) -> str:
    waiting = [slip for slip in slips if not slip.is_answered]
    numbers = "、".join(slip.number for slip in slips)
    if not waiting:
        return f"{numbers}，{'均' if len(slips) > 1 else ''}已回复"
    if len(waiting) == len(slips):
        return f"{numbers}，{'均' if len(slips) > 1 else ''}尚未回复"
    return f"{numbers}，其中{'、'.join(slip.number for slip in waiting)}尚未回复"


def _slow_lists(figures: Figures) -> Iterable[str]:
    lists = figures.lists
    if lists.open:
        slow = "销号慢于登记" if lists.closed < lists.registered else "仍需持续推进"
        yield (
            f"问题整改{slow}。{figures.month}月末问题清单在账{lists.open}个，当月销号{lists.closed}个"
            f"{_late_problems(figures.problems)}。"
        )


def _late_problems(problems: Sequence[ProblemCase]) -> str:
    if not problems:
        return ""
    told = "；".join(
        f"{case.unit}“{_quoted(case.text)}”（账号{case.number}），整改时限为{_day(case.deadline)}，{_late_by(case.days)}"
        for case in problems[:PROBLEMS_NAMED]
    )
    return f"，超过整改时限的{len(problems)}个。{'其中：' if len(problems) > PROBLEMS_NAMED else ''}{told}"


def _next_steps(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    totals, following = figures.totals, figures.month % 12 + 1
    steps = []
    if figures.cases:
        steps.append(
            f"请有逾期承办项的{_units(figures.cases)}家单位对照附件{_number(annexes, AnnexKind.CASES)}"
            "逐件推进，完成后及时申请办结，并附佐证材料；推进中有困难的，请告我办协调。"
        )
    if totals.due_next:
        steps.append(
            f"提示各单位，{following}月将有{totals.due_next}件承办项到期，请提前安排；"
            "预计不能按期完成的，请在时限之前提出延期申请。"
        )
    if figures.lists.open:
        steps.append(
            f"月末在账的{figures.lists.open}个问题，请牵头单位对照整改措施推进，具备条件的及时申请销号。"
        )
    steps.append("进展按任务节点填报，没有变化的选择“无变化”即可，不需要另行报送材料。")
    steps.append("对本通报数据有疑问的，请与我办联系；经核实需要更正的，在下月通报中更正。")
    return (f"{number}.{text}" for number, text in enumerate(steps, 1))


def _annexes(figures: Figures) -> tuple[Annex, ...]:
    month = f"{figures.year}年{figures.month}月"
    rows = (
        (figures.works, Annex(f"工作要点任务进展情况表（{month}）", AnnexKind.WORKS)),
        (figures.cases, Annex(f"逾期未办结承办项清单（{month}）", AnnexKind.CASES)),
    )
    return tuple(annex for content, annex in rows if content)


def _number(annexes: tuple[Annex, ...], kind: AnnexKind) -> str:
    """The number of an annex as the text cites it: none when it is the only one."""
    kinds = [annex.kind for annex in annexes]
    return str(kinds.index(kind) + 1) if len(kinds) > 1 else ""


def _texts(lines: Iterable[str]) -> tuple[Block, ...]:
    return tuple(Block(line) for line in lines)


def _lines(blocks: tuple[Block, ...]) -> Iterable[str]:
    return (block.text for block in blocks if block.kind is not BlockKind.BOARD)


def _names(standings: Iterable[Standing]) -> str:
    return "、".join(standing.unit for standing in standings)


def _units(cases: Iterable[Case]) -> int:
    return len({case.unit for case in cases})


def _percent(part: int, whole: int) -> Decimal:
    return rounded(Decimal(100 * part) / whole, "0.1")


def rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP)


def _short(value: Decimal) -> str:
    return str(value).removesuffix(".0")


def _numeral(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens - 1]}十") + (
        DIGITS[ones - 1] if ones else ""
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _full(day: date) -> str:
    return f"{day.year}年{_day(day)}"
