"""The ladder of escalation as tables, and how much time a request for material leaves. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.words import Word


class Colour(Word):
    """督办单: whom a slip is addressed to goes with its colour."""

    BLUE = "blue", "蓝色督办单"
    YELLOW = "yellow", "黄色督办单"
    RED = "red", "红色督办单"


ADDRESSEES = {Colour.BLUE: "承办人", Colour.YELLOW: "分管负责人", Colour.RED: "主要负责人"}
SHORT = {Colour.BLUE: "蓝", Colour.YELLOW: "黄", Colour.RED: "红"}  # in a number


class Rung(Word):
    """升级建议: a step of the ladder, from the mildest."""

    CALL = "call", "电话催办"
    BLUE = "blue", "蓝色督办单"
    YELLOW = "yellow", "黄色督办单"
    RED = "red", "红色督办单"
    TALK = "talk", "约谈"
    CIRCULAR = "circular", "通报"


RUNGS = tuple(Rung)


class Standing(NamedTuple):
    """What is known of one duty that was not handed in.

    ``late``: working days past its deadline, negative before it. ``reached``: the highest rung taken for this
    deadline. The others are true only while the unit has not reported since.
    """

    late: int
    reached: Rung | None = None
    reminded: bool = False
    called: bool = False  # on an earlier working day
    yellow_unanswered: bool = False  # its answer is overdue


class Rule(NamedTuple):
    """One line of the ladder: a rung is due from ``first`` to ``last`` working days past the deadline."""

    name: str
    rung: Rung
    first: int
    last: int
    given: str  # the field of ``Standing`` that must hold; "" for none
    label: str


EVER = 100_000  # working days

# From the severest: the first line that holds is proposed, if it stands above what was reached already.
LADDER = (
    Rule("late_long", Rung.RED, 6, EVER, "", "逾期超过5个工作日"),
    Rule("yellow_unanswered", Rung.RED, 1, EVER, "yellow_unanswered", "黄色督办单到期未回复"),
    Rule("late", Rung.YELLOW, 1, 5, "", "逾期1至5个工作日"),
    Rule("called", Rung.BLUE, -1, 0, "called", "电话催办后仍无回音"),
    Rule("reminded", Rung.CALL, -1, 0, "reminded", "提醒后仍无回音"),
)

RED_SLIPS_TO_TALK = 2
MONTHS_BEHIND_TO_TALK = 2


@dataclass(frozen=True)
class Record:
    """What is known of one unit: its red slips this year, and the months running it was on the 滞后 list.

    ``talked_id``: the talk that was held last (None: none this year); the ``since`` fields count from then.
    """

    red_slips: int = 0
    months_behind: int = 0
    latest_month: str = ""  # the last of those months
    talked_id: int | None = None
    red_since: int = 0
    behind_since: bool = False


class UnitRule(NamedTuple):
    """A line of the ladder that looks at a unit as a whole; ``key`` is the same for the same occasion."""

    name: str
    rung: Rung
    key: str
    label: str


def proposed(standing: Standing) -> Rule | None:
    """The line of the ladder that fires for a duty; None when nothing is to be proposed."""
    rule = next(
        (
            rule
            for rule in LADDER
            if rule.first <= standing.late <= rule.last and (not rule.given or getattr(standing, rule.given))
        ),
        None,
    )
    if rule is None or (standing.reached and RUNGS.index(rule.rung) <= RUNGS.index(standing.reached)):
        return None
    return rule


def proposed_for_unit(record: Record, year: int) -> Iterator[UnitRule]:
    """What fires for a unit: a talk; after a talk was held, the circular in its place."""
    if record.talked_id is not None:
        if record.red_since or record.behind_since:
            key = f"circular:{record.talked_id}"
            yield UnitRule("after_talk", Rung.CIRCULAR, key, "约谈后又收到红色督办单，或者当月仍然滞后")
        return
    if pairs := record.red_slips // RED_SLIPS_TO_TALK:
        label = f"今年已收到{RED_SLIPS_TO_TALK}份以上红色督办单"
        yield UnitRule("red_slips", Rung.TALK, f"talk:red:{year}:{pairs}", label)
    elif record.months_behind >= MONTHS_BEHIND_TO_TALK:
        label = f"连续{MONTHS_BEHIND_TO_TALK}个月列入滞后单位"
        yield UnitRule("behind", Rung.TALK, f"talk:behind:{record.latest_month}", label)


def is_urgent(colour: Colour, hurry: str) -> bool:
    """Whether a slip does not wait for the next day's message: a red one, or one with little time."""
    return colour is Colour.RED or bool(hurry)


def number_text(colour: Colour, year: int, number: int) -> str:
    """督黄〔2020〕3号."""
    return f"督{SHORT[colour]}〔{year}〕{number}号"


def months_running(months: Sequence[str], behind: Sequence[str]) -> list[str]:
    """The evaluated months (latest first) at the head of ``months`` in which a unit was behind, unbroken."""
    running: list[str] = []
    for month in months:
        if month not in behind:
            break
        running.append(month)
    return running
