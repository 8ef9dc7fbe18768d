"""How a target compares with its value, in words (目标的说法). Pure."""

from decimal import Decimal
from typing import Protocol

from tracker.documents.reading import plain
from tracker.words import Word


class Comparison(Word):
    """What must hold between what is reached and the value. Bounds include the number."""

    AT_LEAST = ">=", "不少于"
    AT_MOST = "<=", "不超过"
    EQUAL = "=", "等于"
    ABOUT = "~=", "约"
    MORE = ">", "超过"
    LESS = "<", "少于"
    GROWTH_AT_LEAST = "growth>=", "增长不少于"
    GROWTH_AT_MOST = "growth<=", "增长不超过"
    GROWTH = "growth=", "增长"
    GROWTH_ABOUT = "growth~=", "增长约"
    GROWTH_MORE = "growth>", "增长超过"
    GROWTH_LESS = "growth<", "增长少于"
    DECREASE_AT_LEAST = "decrease>=", "下降不少于"
    DECREASE_AT_MOST = "decrease<=", "下降不超过"
    DECREASE = "decrease=", "下降"
    DECREASE_ABOUT = "decrease~=", "下降约"
    DECREASE_MORE = "decrease>", "下降超过"
    DECREASE_LESS = "decrease<", "下降少于"


class Goal(Protocol):
    """A target as far as it is said: a row of a reading, or one of the ledger."""

    @property
    def comparison(self) -> str: ...
    @property
    def value(self) -> str | Decimal | None: ...
    @property
    def value_text(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def per(self) -> str: ...


def goal(target: Goal) -> str:
    """不少于15家, 增长不少于10%, 每月810元; the words of the text where it gives no plain number."""
    if target.value is None or target.value == "":
        return target.value_text + ("" if target.measure in target.value_text else target.measure)
    known = target.comparison in Comparison.__members__.values()
    words = Comparison(target.comparison).label if known and target.comparison != Comparison.EQUAL else ""
    per = f"每{target.per.removeprefix('每')}" if target.per else ""
    return f"{per}{words}{plain(target.value)}{target.measure}"
