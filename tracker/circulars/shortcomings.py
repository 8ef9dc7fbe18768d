"""四、存在的问题 of a circular: what is overdue, was late, had to be urged, is struck off slowly. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.circulars.figures import Case, Figures, ProblemCase, SlipCase
from tracker.circulars.parts import Annex, AnnexKind, annex_number
from tracker.circulars.wording import day_words, numeral, share, units_of

CASES_NAMED = 5  # cases told in the text; all of them stand in the annex
PROBLEMS_NAMED = 2  # problems past their deadline told in the text
LONG_OVERDUE = 10  # working days from which an overdue duty is called long overdue
INNER_QUOTES = str.maketrans("“”", "‘’")  # a quotation inside a quotation


def problems(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    found = [*_overdue(figures, annexes), *_late(figures), *_urged(figures), *_slow_lists(figures)]
    if not found:
        yield f"{figures.month}月没有逾期未办结的承办项，也没有月末在账的问题。"
    elif len(found) == 1:
        yield from found
    else:
        yield from (f"{numeral(number)}是{text}" for number, text in enumerate(found, 1))


def _overdue(figures: Figures, annexes: tuple[Annex, ...]) -> Iterable[str]:
    if not figures.cases:
        return
    cases = figures.cases
    long = sum(1 for case in cases if case.days >= LONG_OVERDUE)
    how_long = f"，其中逾期{LONG_OVERDUE}个工作日以上{long}件" if long else ""
    rest = f"。其余{len(cases) - CASES_NAMED}件见附件{annex_number(annexes, AnnexKind.CASES)}"
    yield (
        f"部分承办项逾期未办结。截至{day_words(figures.cutoff_on)}，{units_of(cases)}家单位有{len(cases)}件"
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
    return (
        f"{case.unit}{duty}的“{_quoted(case.task)}”，时限为{day_words(case.deadline)}，{_late_by(case.days)}"
    )


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
        f"{case.unit}“{_quoted(case.text)}”（账号{case.number}），整改时限为{day_words(case.deadline)}，{_late_by(case.days)}"
        for case in problems[:PROBLEMS_NAMED]
    )
    return f"，超过整改时限的{len(problems)}个。{'其中：' if len(problems) > PROBLEMS_NAMED else ''}{told}"
