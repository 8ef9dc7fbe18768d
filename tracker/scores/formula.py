"""The formula as data (评价模型): the default version, the questions its page asks, what is refused. Pure."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.errors import Invalid
from tracker.scores.facts import Exemption

# Numbers are written as text so that JSON keeps them exact.
DEFAULT_MODEL: dict[str, Any] = {
    "indicators": {
        "A": {"label": "按时办结率", "weight": "45"},
        "P": {"label": "序时进度", "weight": "15"},
        "F": {"label": "反馈及时率", "weight": "15"},
        "Z": {"label": "销号率", "weight": "15"},
        "Q": {"label": "数据质量", "weight": "10"},
    },
    "duty": {"lead": "1", "responsible": "1", "support": "0.5"},
    "level": {"ordinary": "1", "key": "1.5", "supervised": "2"},
    "late": {"first": "0.5", "per_workday": "0.1", "most_each": "3", "most": "15"},
    "slip": {"yellow": "0.5", "red": "2"},
    "falsehood": "10",
    "early": {"each": "0.2", "most": "3", "workdays": 5},
    "minimum_obligations": 3,
    "ties": "skip",  # 1, 2, 2, 4; "dense": 1, 2, 2, 3
    "ceiling": {"score": "99", "share": "0.5"},
    "behind": {"score": "80", "on_time": "0.9", "last_share_of": 3},
    "bands": {"good": "90", "fair": "80"},
    "banded_boards": [],  # ids of the boards that show bands in place of ranks
    "cutoff_day": 0,  # 0: the last working day of the month
    "appeal_workdays": 3,
    "exemptions": ["disputed", "suspended", "unconfirmed"],
    "year": {"mean": "0.9", "management": "0.1"},
}

TIES = {"skip": "后面的名次空出来（1、2、2、4）", "dense": "后面的名次接着排（1、2、2、3）"}
CHOICES = (Exemption.DISPUTED, Exemption.SUSPENDED, Exemption.UNCONFIRMED)  # what a version may let count


class Question(NamedTuple):
    """One number of the formula: where it stands, what the page calls it, and between what it must lie."""

    path: str  # "indicators-A-weight"
    label: str
    least: str
    most: str
    is_whole: bool = False  # a count, kept as a number
    hint: str = ""


class Section(NamedTuple):
    """Questions that belong together."""

    title: str
    questions: tuple[Question, ...]
    note: str = ""


SECTIONS = (
    Section(
        "指标权重",
        tuple(
            Question(f"indicators-{code}-weight", row["label"], "0", "100")
            for code, row in DEFAULT_MODEL["indicators"].items()
        ),
        "合计必须是100；写0就不用这个指标。",
    ),
    Section(
        "职责系数",
        (
            Question("duty-lead", "牵头", "0.1", "5"),
            Question("duty-responsible", "责任", "0.1", "5"),
            Question("duty-support", "配合", "0.1", "5"),
        ),
    ),
    Section(
        "级别系数",
        (
            Question("level-ordinary", "一般", "0.1", "5"),
            Question("level-key", "重点", "0.1", "5"),
            Question("level-supervised", "督办", "0.1", "5"),
        ),
        "一件事的分量＝级别系数×职责系数。",
    ),
    Section(
        "扣分",
        (
            Question("late-first", "逾期一件起扣", "0", "10"),
            Question("late-per_workday", "每逾期一个工作日加扣", "0", "5"),
            Question("late-most_each", "一件最多扣", "0", "50"),
            Question("late-most", "逾期合计最多扣", "0", "100"),
            Question("slip-yellow", "黄色督办单一张", "0", "20"),
            Question("slip-red", "红色督办单一张", "0", "20"),
            Question("falsehood", "查实虚报一次", "0", "100"),
        ),
        "逾期扣分再乘职责系数。",
    ),
    Section(
        "加分",
        (
            Question("early-each", "提前办结一件", "0", "5"),
            Question("early-most", "合计最多加", "0", "10"),
            Question("early-workdays", "提前几个工作日以上", "1", "60", is_whole=True),
        ),
    ),
    Section(
        "名次",
        (
            Question("minimum_obligations", "到期事项少于几件不排名", "1", "50", is_whole=True),
            Question("ceiling-score", "高分线", "50", "100"),
            Question(
                "ceiling-share", "达到高分线的超过多少就不排名次", "0", "1", hint="写比例，0.5就是超过一半"
            ),
            Question("behind-score", "滞后：得分低于", "0", "100"),
            Question("behind-on_time", "滞后：或按时办结率低于", "0", "1", hint="写比例，0.9就是90%"),
            Question("behind-last_share_of", "滞后：并且排在后几分之一", "2", "10", is_whole=True),
        ),
    ),
    Section(
        "档次",
        (
            Question("bands-good", "好：得分不低于", "0", "100"),
            Question("bands-fair", "较好：得分不低于", "0", "100"),
        ),
        "其余的是“一般”；“滞后”只指列入滞后名单的。",
    ),
    Section(
        "日程",
        (
            Question(
                "cutoff_day",
                "每月几日截止",
                "0",
                "31",
                is_whole=True,
                hint="写0就是每月最后一个工作日；当月没有这一天的，按最后一天",
            ),
            Question("appeal_workdays", "申诉期几个工作日", "1", "10", is_whole=True),
        ),
    ),
    Section(
        "年度",
        (
            Question("year-mean", "月度平均分占", "0", "1", hint="写比例，0.9就是九成"),
            Question("year-management", "日常管理分占", "0", "1"),
        ),
        "两项合计必须是1。",
    ),
)
QUESTIONS = {question.path: question for section in SECTIONS for question in section.questions}


def value_at(rules: dict[str, Any], path: str) -> Any:
    """The number that stands at ``path``."""
    found: Any = rules
    for name in path.split("-"):
        found = found[name]
    return found


def drawn_up(
    basis: dict[str, Any],
    answers: dict[str, str],
    ties: str,
    exemptions: Sequence[str],
    banded_boards: Sequence[int],
) -> dict[str, Any]:
    """``basis`` with the answers put in, checked: what cannot be is refused with each field that is wrong."""
    rules, wrong = deepcopy(basis), dict[str, str]()
    for path, question in QUESTIONS.items():
        try:
            number = Decimal(answers[path])
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            wrong[path] = "请填写数字"
            continue
        if question.is_whole and number != int(number):
            wrong[path] = "只能是整数"
        elif not Decimal(question.least) <= number <= Decimal(question.most):
            wrong[path] = f"只能是{question.least}至{question.most}"
        elif number != round(number, 4):
            wrong[path] = "最多四位小数"
        _put(rules, path, int(number) if question.is_whole else f"{number.normalize():f}")
    rules |= {
        "ties": ties,
        "exemptions": sorted(set(exemptions)),
        "banded_boards": sorted(set(banded_boards)),
    }
    if wrong:
        raise Invalid("评价模型没有通过，请按红字提示修改", **wrong)
    check(rules)
    return rules


def check(rules: dict[str, Any]) -> None:
    """Raises Invalid, with the fields that are wrong, for numbers that do not go together."""
    number = {path: Decimal(str(value_at(rules, path))) for path in QUESTIONS}
    wrong: dict[str, str] = {}
    weights = [path for path in number if path.startswith("indicators-")]
    whole = sum((number[path] for path in weights), Decimal(0))
    if whole != 100:
        wrong[weights[-1]] = f"五项权重合计是{whole.normalize():f}，必须是100"
    if number["year-mean"] + number["year-management"] != 1:
        wrong["year-management"] = "两项合计必须是1"
    if number["bands-good"] <= number["bands-fair"]:
        wrong["bands-fair"] = "要低于“好”的线"
    if number["late-most_each"] < number["late-first"]:
        wrong["late-most_each"] = "不能小于起扣的分"
    if number["duty-support"] > number["duty-lead"]:
        wrong["duty-support"] = "配合不能重于牵头"
    if not number["level-ordinary"] <= number["level-key"] <= number["level-supervised"]:
        wrong["level-supervised"] = "一般、重点、督办要从轻到重"
    if rules["ties"] not in TIES:
        wrong["ties"] = "请选择同分怎么排"
    if not set(rules["exemptions"]) <= {one.value for one in CHOICES}:
        wrong["exemptions"] = "没有这种情形"
    if wrong:
        raise Invalid("评价模型没有通过，请按红字提示修改", **wrong)


def differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(what, before, after) of every number and rule that two versions do not share."""
    for section in SECTIONS:
        for question in section.questions:
            old, new = value_at(before, question.path), value_at(after, question.path)
            if Decimal(str(old)) != Decimal(str(new)):
                yield f"{section.title}：{question.label}", str(old), str(new)
    if before["ties"] != after["ties"]:
        yield "同分", TIES[before["ties"]], TIES[after["ties"]]
    old, new = ("、".join(Exemption(one).label for one in rules["exemptions"]) for rules in (before, after))
    if old != new:
        yield "不计入的情形", old or "没有", new or "没有"
    if before["banded_boards"] != after["banded_boards"]:
        yield "按档次公布的评价组", f"{len(before['banded_boards'])}个", f"{len(after['banded_boards'])}个"


def _put(rules: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split("-")
    at: Any = rules
    for name in way:
        at = at[name]
    at[last] = value
