"""From figures to the words of a circular (通报). Pure: every number in the text is one of the figures.

A circular of a leading group is addressed to offices and member units; it reminds and asks (提示、请)
and gives no orders (domain rules on relieving the grassroots).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from tracker.circulars.figures import Board, Figures, Standing
from tracker.circulars.parts import Annex, AnnexKind, Block, BlockKind, Parts, annex_number, section, texts
from tracker.circulars.shortcomings import problems
from tracker.circulars.wording import (
    compared_count,
    compared_share,
    day_words,
    full_day,
    names_of,
    numeral,
    rounded,
    share,
    units_of,
)

AHEAD_SCORE = Decimal(90)  # 做得较好 asks for this score and a place in the first third of the board
CLIMB = 2  # places from which a rise is told of
BANDS = ("好", "较好", "一般", "滞后")


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
            f"数据截至{full_day(figures.cutoff_on)}。现将有关情况通报如下："
        ),
        sections=(
            section("一、基本情况", texts(_overview(figures))),
            section("二、各组评价情况", _boards(figures)),
            section("三、做得较好和滞后的单位", texts(_ahead_and_behind(figures))),
            section("四、存在的问题", texts(problems(figures, annexes))),
            section("五、下一步提示", texts(_next_steps(figures, annexes))),
        ),
        annexes=annexes,
    )


def correct(addressee: str, title: str, number: str, published_on: date, words: str) -> Parts:
    """更正: a circular that refers to the one it corrects; ``words`` are what was wrong and what is right."""
    told = "".join(title.splitlines())
    return Parts(
        title=f"关于更正《{told}》的通报",
        addressee=addressee,
        lead=f"我办{full_day(published_on)}印发的《{told}》（{number}）有误，现更正如下：",
        sections=(
            section("一、更正内容", texts(line.strip() for line in words.splitlines() if line.strip())),
            section("二、有关说明", texts(("原通报的其他内容不变，与本更正不一致的以本更正为准。",))),
        ),
        annexes=(),
    )


def _overview(figures: Figures) -> Iterable[str]:
    totals, lists, urging, month = figures.totals, figures.lists, figures.urging, f"{figures.month}月"
    yield (
        f"截至{day_words(figures.cutoff_on)}，督办台账在册任务{totals.tasks}项，"
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
            Block(f"（{numeral(number)}）{board.name}", BlockKind.HEADING),
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
    return [f"居前的是{names_of(first)}"] if len(first) < len(ranked) else []


def _by_note(board: Board) -> list[str]:
    notes = dict.fromkeys(s.note for s in board.standings if s.note)
    return [
        f"{names_of([s for s in board.standings if s.note == note])}{note.rstrip('。')}" for note in notes
    ]


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


def _next_steps(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    totals, following = figures.totals, figures.month % 12 + 1
    steps = []
    if figures.cases:
        steps.append(
            f"请有逾期承办项的{units_of(figures.cases)}家单位对照附件{annex_number(annexes, AnnexKind.CASES)}"
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
