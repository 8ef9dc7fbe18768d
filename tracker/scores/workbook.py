"""The month as a workbook that works itself out: every fact, the model, and the score as formulas over them.

What stands in a cell with a formula is the stored figure; a spreadsheet program comes to the same by itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter

from tracker.scores.facts import Facts, Obligation
from tracker.scores.formula import SECTIONS, TIES, value_at
from tracker.scores.models import Evaluation, ScoreSheet
from tracker.scores.rules import counted, late_points, weight
from tracker.tasks.models import Duty, Level
from tracker.web.sheets import LONGEST

MODEL, RESULT = "模型", "得分"
DUTIES, PACE, REPORTS, ITEMS, NOTES, CORRECTIONS = (
    "承办项",
    "序时进度",
    "填报",
    "整改",
    "退回和督办单",
    "更正",
)
COLUMNS = (
    *("单位", "评价组", "到期件数", "按时分量", "到期分量", "折算分量", "计入分量", "按时填报", "应填报"),
    *("按时销号", "到期整改", "报送份数", "退回份数", "按时办结率得分", "序时进度得分", "反馈及时率得分"),
    *("销号率得分", "数据质量得分", "基础分", "逾期扣分", "督办单扣分", "虚报扣分", "提前加分", "更正"),
    *("得分", "名次"),
)
KINDS = {"returned": "退回", "yellow": "黄色督办单", "red": "红色督办单", "falsehood": "查实虚报"}
HOW = (
    "每张表都是冻结的事实，一行一件；“得分”表里的数是算式，改动任何一行，得分随着变，可以自己核对。",
    "分量＝级别系数×职责系数。指标得分＝100×权重÷有到期事项的指标权重合计×分子÷分母。",
    "得分＝基础分－扣分（在0到100之间）＋提前办结加分＋以前月份更正，四舍五入到两位小数。",
    "名次在同一评价组内排；到期件数太少、或者过半达到高分线的，不排名次。",
)


@dataclass(frozen=True)
class Entry:
    """One unit's sheet with the facts that count in it."""

    sheet: ScoreSheet
    evaluation: Evaluation
    facts: Facts


def month_book(found: Sequence[Evaluation], facts: Mapping[int, Facts], own: int | None) -> BinaryIO:
    """An .xlsx file open at its beginning; ``own``: of this unit alone. All boards share a model."""
    entries = [
        Entry(sheet, evaluation, counted(facts[sheet.unit_id], evaluation.model.rules))
        for evaluation in found
        for sheet in evaluation.sheets
        if own in (None, sheet.unit_id)
    ]
    file = TemporaryFile()  # noqa: SIM115  the caller closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
        _Writer(book, found[0], entries, ranks=own is None).write()
    file.seek(0)
    return file


class _Writer:
    """Writes one workbook, sheet after sheet, row after row."""

    def __init__(self, book: Any, first: Evaluation, entries: Sequence[Entry], ranks: bool) -> None:
        self.book, self.entries, self.ranks = book, entries, ranks
        self.month, self.rules, self.version = first.month, first.model.rules, first.model.version
        self.head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        self.sums = book.add_format({"bg_color": "#F2F7EC"})
        self.cells: dict[str, str] = {}  # path of a number of the model → its cell
        self.last: dict[str, int] = {}  # sheet → its last row

    def write(self) -> None:
        self._how()
        result = self.book.add_worksheet(RESULT)  # the second tab; filled when the others have their size
        self._model()
        self._rows(
            DUTIES,
            "单位 任务 完成时限 职责 级别 按时 申请日期 逾期工作日 提前工作日 分量 逾期扣分",
            self._duty,
        )
        self._rows(PACE, "单位 任务 职责 级别 进展 序时进度 计入分量 折算分量", self._running)
        self._rows(REPORTS, "单位 任务 应填报日 按时", self._report)
        self._rows(ITEMS, "单位 问题 时限 按时 申请日期", self._item)
        self._rows(NOTES, "单位 类别 事项 日期", self._note)
        self._rows(CORRECTIONS, "单位 月份 事项 分数", self._correction)
        self._result(result)

    def _how(self) -> None:
        page = self.book.add_worksheet("说明")
        page.set_column(0, 0, 100)
        page.write_string(0, 0, f"{self.month}月度评价，按评价模型第{self.version}版", self.head)
        for row, words in enumerate(HOW, start=1):
            page.write_string(row, 0, words)

    def _model(self) -> None:
        page = self.book.add_worksheet(MODEL)
        page.set_column(0, 0, 44)
        page.write_row(0, 0, ["项目", "数值"], self.head)
        row = 1
        for section in SECTIONS:
            for question in section.questions:
                page.write_string(row, 0, f"{section.title}：{question.label}")
                page.write_number(row, 1, float(value_at(self.rules, question.path)))
                self.cells[question.path] = f"{MODEL}!$B${row + 1}"
                row += 1
        page.write_string(row, 0, "同分同名次")
        page.write_string(row, 1, TIES[self.rules["ties"]])

    def _rows(self, name: str, headings: str, rows: Callable[[Entry], Any]) -> None:
        """A sheet of facts: for each unit its rows; a value may be (formula, value), ``{n}`` is the row."""
        page = self.book.add_worksheet(name)
        titles = headings.split()
        page.set_column(0, 0, 22)
        page.set_column(1, 2, 30)
        page.freeze_panes(1, 0)
        page.write_row(0, 0, titles, self.head)
        number = 0
        for entry in self.entries:
            for row in rows(entry):
                number += 1
                self._put(page, number, (entry.sheet.unit.name, *row))
        self.last[name] = max(number + 1, 2)
        page.autofilter(0, 0, number, len(titles) - 1)

    def _put(self, page: Any, number: int, row: Sequence[Any]) -> None:
        for column, value in enumerate(row):
            match value:
                case (str() as formula, figure):
                    page.write_formula(
                        number, column, formula.replace("{n}", str(number + 1)), self.sums, figure
                    )
                case str():
                    page.write_string(number, column, value[:LONGEST])
                case None:
                    page.write_blank(number, column, None)
                case _:
                    page.write_number(number, column, float(value))

    def _weight(self, duty: str, level: str) -> str:
        """The formula of 分量 from the words in columns ``duty`` and ``level``."""
        by_duty = self._choice(duty, {one.label: f"duty-{one.value}" for one in Duty})
        return f"{self._choice(level, {one.label: f'level-{one.value}' for one in Level})}*{by_duty}"

    def _choice(self, column: str, paths: Mapping[str, str]) -> str:
        *others, last = paths.items()
        formula = self.cells[last[1]]
        for label, path in reversed(others):
            formula = f'IF({column}{{n}}="{label}",{self.cells[path]},{formula})'
        return formula

    def _duty(self, entry: Entry) -> Any:
        number = self.cells
        role = self._choice("D", {one.label: f"duty-{one.value}" for one in Duty})
        price = (
            f"=IF(F{{n}}=1,0,{role}*MIN({number['late-most_each']},"
            f"{number['late-first']}+{number['late-per_workday']}*H{{n}}))"
        )
        for row in entry.facts.duties:
            late = Counter([] if row.met else [(row.duty, row.late_workdays)])
            yield (
                *_who(row),
                int(row.met),
                row.handed_in_on or "",
                row.late_workdays,
                row.early_workdays,
                (f"={self._weight('D', 'E')}", float(weight(row, self.rules))),
                (price, float(late_points(late, self.rules))),
            )

    def _running(self, entry: Entry) -> Any:
        for row in entry.facts.running:
            heavy = float(weight(row, self.rules)) if row.plan else 0.0
            share = min(1.0, row.progress / row.plan) if row.plan else 0.0
            yield (
                row.title,
                Duty(row.duty).label,
                Level(row.level).label,
                row.progress,
                row.plan,
                (f"=IF(F{{n}}>0,{self._weight('C', 'D')},0)", heavy),
                ("=IF(F{n}>0,G{n}*MIN(1,E{n}/F{n}),0)", heavy * share),
            )

    def _report(self, entry: Entry) -> Any:
        for row in entry.facts.reports:
            yield row.title, row.due_on, int(row.on_time)

    def _item(self, entry: Entry) -> Any:
        for row in entry.facts.rectifications:
            yield row.title, row.due_on, int(row.met), row.handed_in_on or ""

    def _note(self, entry: Entry) -> Any:
        facts = entry.facts
        for row in facts.returned:
            yield KINDS["returned"], row.title, row.on
        for row in facts.slips:
            yield KINDS[row.kind], row.title, row.on
        for row in facts.falsehoods:
            yield KINDS["falsehood"], row.title, row.on

    def _correction(self, entry: Entry) -> Any:
        for row in entry.facts.corrections:
            yield row.month, row.title, float(row.points)

    def _range(self, sheet: str, column: str) -> str:
        return f"{sheet}!${column}$2:${column}${self.last[sheet]}"

    def _sum(self, sheet: str, column: str, *conditions: str) -> str:
        """SUMIFS of the rows of the unit in column A; conditions are (column, criterion) in turn."""
        more = "".join(
            f",{self._range(sheet, conditions[i])},{conditions[i + 1]}" for i in range(0, len(conditions), 2)
        )
        return f"SUMIFS({self._range(sheet, column)},{self._range(sheet, 'A')},$A{{n}}{more})"

    def _count(self, sheet: str, *conditions: str) -> str:
        more = "".join(
            f",{self._range(sheet, conditions[i])},{conditions[i + 1]}" for i in range(0, len(conditions), 2)
        )
        return f"COUNTIFS({self._range(sheet, 'A')},$A{{n}}{more})"

    def _notes(self, kind: str) -> str:
        return self._count(NOTES, "B", f'"{KINDS[kind]}"')

    def _result(self, page: Any) -> None:
        page.set_column(0, 1, 20)
        page.freeze_panes(1, 1)
        page.write_row(0, 0, COLUMNS, self.head)
        for number, entry in enumerate(self.entries, start=1):
            self._put(page, number, tuple(self._score(entry)))
        page.autofilter(0, 0, len(self.entries), len(COLUMNS) - 1)

    def _score(self, entry: Entry) -> Any:
        """One unit's row: counts from the facts, points from the counts, the score from the points."""
        sheet, facts, cell = entry.sheet, entry.facts, self.cells
        lines = {line.code: line for line in sheet.lines}

        def stored(code: str, part: str = "points") -> float:
            return float(getattr(lines[code], part)) if code in lines else 0.0

        yield sheet.unit.name
        yield entry.evaluation.board.name
        due, items = self._count(DUTIES), self._count(ITEMS)
        yield f"={due}+{items}", sheet.obligations
        yield f"={self._sum(DUTIES, 'J', 'F', '1')}", stored("A", "numerator")
        yield f"={self._sum(DUTIES, 'J')}", stored("A", "denominator")
        yield f"={self._sum(PACE, 'H')}", stored("P", "numerator")
        yield f"={self._sum(PACE, 'G')}", stored("P", "denominator")
        yield f"={self._count(REPORTS, 'D', '1')}", stored("F", "numerator")
        yield f"={self._count(REPORTS)}", stored("F", "denominator")
        yield f"={self._count(ITEMS, 'D', '1')}", stored("Z", "numerator")
        yield f"={items}", stored("Z", "denominator")
        yield facts.submitted
        yield f"={self._notes('returned')}", len(facts.returned)
        pairs = {"A": ("D", "E"), "P": ("F", "G"), "F": ("H", "I"), "Z": ("J", "K"), "Q": ("L", "L")}
        whole = "+".join(
            f"IF({below}{{n}}>0,{cell[f'indicators-{code}-weight']},0)" for code, (_, below) in pairs.items()
        )
        for code, (above, below) in pairs.items():
            share = "(L{n}-M{n})" if code == "Q" else f"{above}{{n}}"
            heavy = cell[f"indicators-{code}-weight"]
            yield f"=IF({below}{{n}}>0,100*{heavy}/({whole})*{share}/{below}{{n}},0)", stored(code)
        yield "=SUM(N{n}:R{n})", float(sheet.base or 0)
        late = self._sum(DUTIES, "K")
        yield f"=MIN({cell['late-most']},{late})", -stored("late")
        slips = "+".join(f"{self._notes(colour)}*{cell[f'slip-{colour}']}" for colour in ("yellow", "red"))
        yield f"={slips}", -stored("yellow") - stored("red")
        yield f"={self._notes('falsehood')}*{cell['falsehood']}", -stored("falsehood")
        early = self._count(DUTIES, "F", "1", "I", f'">="&{cell["early-workdays"]}')
        yield f"=MIN({cell['early-most']},{cell['early-each']}*{early})", stored("early")
        yield f"={self._sum(CORRECTIONS, 'D')}", float(sheet.correction)
        total = "MAX(0,MIN(100,MAX(0,S{n}-T{n}-U{n}-V{n}))+W{n}+X{n})"
        yield (
            f'=IF(C{{n}}=0,"",ROUND(ROUND({total},8),2))',
            "" if sheet.score is None else float(sheet.score),
        )
        yield (
            (self._rank(), sheet.rank or "")
            if self.ranks and self._ranks_by_formula(entry)
            else (sheet.rank or "")
        )

    def _ranks_by_formula(self, entry: Entry) -> bool:
        return self.rules["ties"] == "skip" and not entry.evaluation.is_banded

    def _rank(self) -> str:
        last, cell = len(self.entries) + 1, self.cells
        board, due, points = (f"${column}$2:${column}${last}" for column in "BCY")
        same = f"{board},$B{{n}},{points}"
        full = f'COUNTIFS({same},">="&{cell["ceiling-score"]})/COUNTIFS({same},">=0")>{cell["ceiling-share"]}'
        least = cell["minimum_obligations"]
        above = f'COUNTIFS({board},$B{{n}},{due},">="&{least},{points},">"&Y{{n}})+1'
        return f'=IF(C{{n}}<{least},"",IF({full},"",{above}))'


def _who(row: Obligation) -> tuple[str, ...]:
    return row.title, row.due_on, Duty(row.duty).label, Level(row.level).label
