"""What a person may write into one cell, and what it means: percents, amounts, choices, text. Pure."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple, TypeVar

from tracker.errors import Invalid, too_long
from tracker.words import Word

PLACES = 4  # decimals an amount is kept with
LARGEST = Decimal(10) ** 16  # amounts are below it
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_DAY = re.compile(r"(\d{4})[-年./]?(\d{1,2})[-月./]?(\d{1,2})日?(?: 00:00:00)?")
_HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFE6A: "%"}
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_YES = {"是", "√", "✓", "y", "yes"}
_NO = {"", "否", "×", "n", "no", "已签收"}

Choice = TypeVar("Choice", bound=Word)


class Kind(Word):
    """What a cell holds."""

    TEXT = "text", "文字"
    NUMBER = "number", "数值"
    DAY = "day", "日期"
    FORMULA = "formula", "公式"
    FAULT = "fault", "错误值"


class Cell(NamedTuple):
    """A cell as it was read: ``text`` is a number in plain digits, a day as 2020-07-01, else the words.

    ``is_percent`` says that a number is shown as a percent: 0.5 as 50%.
    """

    address: str  # E7
    kind: Kind = Kind.TEXT
    text: str = ""
    is_percent: bool = False


def is_empty(cell: Cell) -> bool:
    """Whether nothing was put into a cell: a formula is something, whatever it comes to."""
    return cell.kind not in (Kind.FORMULA, Kind.FAULT) and not cell.text.strip()


def refuse_formula(cell: Cell) -> None:
    """Invalid where a cell calculates, or shows that it could not: only what a person wrote is taken."""
    if cell.kind is Kind.FORMULA:
        raise Invalid("是公式，请改为数值或文字")
    if cell.kind is Kind.FAULT:
        raise Invalid(f"是错误值{cell.text}，请改正")


def words(cell: Cell, longest: int) -> str:
    """The text of a cell; a number as it is shown. Invalid when it is longer than ``longest`` characters."""
    said = cell.text
    if cell.kind is Kind.NUMBER and cell.is_percent:
        said = f"{plain(Decimal(said) * 100)}%"
    said = lines(said)
    if wrong := too_long(said, longest):
        raise Invalid(wrong)
    return said


def lines(text: str) -> str:
    """Text as a cell can hold it: one kind of line end, nothing invisible, no blanks around it."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def percent(cell: Cell) -> int | None:
    """50, "50%", "５０％" and 0.5 shown as a percent are all 50; None for an empty cell. 0..100."""
    advice = "请填0到100的整数"
    if not cell.text.strip():
        return None
    value, _ = _number(cell, advice)
    if value != value.to_integral_value() or not 0 <= value <= 100:
        raise Invalid(f"“{_shown(cell)}”不对，{advice}")
    return int(value)


def amount(cell: Cell, measure: str) -> Decimal | None:
    """A number not below 0 with at most four decimals; its own ``measure`` may stand behind it.

    A percent is only taken where the measure is one: 91, 91% and 0.91 shown as 91% are all 91.
    """
    advice = "请填不小于0的数，不写文字"
    if not cell.text.strip():
        return None
    value, is_percent = _number(cell, advice, measure)
    if is_percent and "%" not in measure and "％" not in measure:
        raise Invalid(f"“{_shown(cell)}”带有百分号，这个指标按“{measure}”计，请直接填数")
    if value < 0:
        raise Invalid(f"“{_shown(cell)}”不对，{advice}")
    if value >= LARGEST:
        raise Invalid(f"“{_shown(cell)}”太大，请核对计量单位")
    if value != round(value, PLACES):
        raise Invalid(f"“{_shown(cell)}”小数太长，最多{PLACES}位小数")
    return value


def day(cell: Cell) -> date:
    """2020-06-30, 2020年6月30日, 2020.6.30, 2020/6/30 and 20200630 are all the same day."""
    found = _DAY.fullmatch(cell.text.translate(_HALF).strip())
    if found is None or (cell.kind is Kind.NUMBER and len(cell.text) != 8):
        raise Invalid(f"“{_shown(cell)}”不是日期，请写成2020-06-30这样")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Invalid(f"“{_shown(cell)}”这一天不存在，请核对") from None


def is_number(text: str) -> bool:
    """Whether a kept text is a plain number."""
    return _NUMBER.fullmatch(text) is not None and "," not in text


def is_yes(cell: Cell) -> bool:
    """Whether a cell of the choice 是 or nothing says 是."""
    said = cell.text.translate(_HALF).strip().lower()
    if said not in _YES | _NO:
        raise Invalid(f"“{_shown(cell)}”不对，请选“是”或者留空")
    return said in _YES


def chosen(cell: Cell, choices: type[Choice]) -> Choice | None:
    """The choice whose label stands in the cell; None for an empty one."""
    said = cell.text.translate(_HALF).strip()
    if not said:
        return None
    for choice in choices:
        if choice.label == said:
            return choice
    labels = "、".join(f"“{choice.label}”" for choice in choices)
    raise Invalid(f"“{_shown(cell)}”不对，请选{labels}，或者留空")


def plain(value: Decimal) -> str:
    """3 for 3.0000, 100 for 1E+2."""
    return f"{value.normalize():f}"


def _number(cell: Cell, advice: str, measure: str = "") -> tuple[Decimal, bool]:
    """The number a cell means, a percent as a number of hundredths, and whether it was one."""
    if cell.kind is Kind.DAY:
        raise Invalid(f"是日期{cell.text}，{advice}")
    said = cell.text.translate(_HALF).replace(" ", "").replace("\n", "")
    is_percent = cell.is_percent or said.endswith("%")
    if cell.kind is Kind.TEXT:
        is_percent = said.endswith("%")
        said = said.removesuffix("%").removesuffix(measure.translate(_HALF) or "\n")
        if not _NUMBER.fullmatch(said):
            raise Invalid(f"“{_shown(cell)}”看不懂，{advice}")
    try:
        value = Decimal(said.replace(",", ""))
    except InvalidOperation:
        raise Invalid(f"“{_shown(cell)}”看不懂，{advice}") from None
    if not value.is_finite() or value.adjusted() > 30 or value.adjusted() < -30:
        raise Invalid(f"“{_shown(cell)}”不对，{advice}")
    return value * 100 if cell.kind is Kind.NUMBER and is_percent else value, is_percent


def _shown(cell: Cell) -> str:
    """A cell in a message: as it is seen, and not too long."""
    said = " ".join(cell.text.split())
    if cell.kind is Kind.NUMBER and cell.is_percent:
        said = f"{plain(Decimal(said) * 100)}%"
    return said if len(said) <= 20 else f"{said[:20]}…"
