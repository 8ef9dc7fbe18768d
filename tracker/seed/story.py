"""How the demonstration city handles its first weeks: duties in, dated steps out. Pure and repeatable.

How a unit behaves here is invented and says nothing about the organisation that bears its name.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from tracker.clock import SHANGHAI
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Source
from tracker.tasks.rules import planned_progress
from tracker.words import Word
from tracker.workdays import Workdays


class Temper(Word):
    """The way a unit works."""

    EXCELLENT = "excellent", "主动"
    STEADY = "steady", "按时"
    LATE = "late", "拖延"
    LAGGARD = "laggard", "滞后"


class Act(Word):
    """One step of the play; each is a verb of tasks or reports."""

    RECEIVE = "receive", "签收"
    DISPUTE = "dispute", "提出异议"
    OVERRULE = "overrule", "异议不成立"
    REPORT = "report", "进展填报"
    NO_CHANGE = "no_change", "无变化"
    ACCEPT = "accept", "填报通过"
    RETURN = "return", "填报退回"
    REQUEST_CLOSURE = "request_closure", "申请办结"
    REFUSE_CLOSURE = "refuse_closure", "办结退回"
    CLOSE = "close", "办结"
    ASK_EXTENSION = "ask_extension", "申请延期"
    GRANT = "grant", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不予延期"
    ASK_HALT = "ask_halt", "报请缓办"


class Matter(NamedTuple):
    """What the story needs to know of one assignment; ``key`` finds it again."""

    key: int
    unit: str
    starts_on: date
    deadline: date | None


class Step(NamedTuple):
    """Who does what when. ``text`` is what is said; ``fault`` why a filing goes back."""

    at: datetime
    act: Act
    key: int
    unit: str
    progress: int = 0
    text: str = ""
    fault: ReturnReason | None = None
    wanted_on: date | None = None  # the day an extension is asked for


class Habit(NamedTuple):
    """How one temper works. Days are working days, shares are percent."""

    signs_after: range  # days after issue
    hands_in: range | None  # days from the deadline; None: not while the play lasts
    pace: range  # share of the planned progress it reports
    reports_every: int  # days, more than 2
    sent_back: int  # share of its filings that are sent back


HABITS = {
    Temper.EXCELLENT: Habit(range(1, 2), range(-5, -1), range(130, 181), 7, 0),
    Temper.STEADY: Habit(range(1, 4), range(-2, 1), range(100, 151), 9, 6),
    Temper.LATE: Habit(range(2, 5), range(0, 8), range(20, 61), 12, 25),
    Temper.LAGGARD: Habit(range(6, 12), None, range(0, 21), 10, 50),
}

# All others are steady.
TEMPERS = {
    "岱山县": Temper.EXCELLENT,
    "市民政局": Temper.EXCELLENT,
    "市教育局": Temper.EXCELLENT,
    "市妇联": Temper.EXCELLENT,
    "普陀山-朱家尖管委会": Temper.LATE,
    "市经信局": Temper.LATE,
    "市住建局": Temper.LATE,
    "市水利局": Temper.LATE,
    "市科技局": Temper.LATE,
    "市供销社": Temper.LATE,
    "市工商联": Temper.LATE,
    "市商务局": Temper.LAGGARD,
    "省农信联社舟山办事处": Temper.LAGGARD,
}


class Quarrel(NamedTuple):
    """A unit disputes its first long duty; ``answer`` empty: still undecided when the play ends."""

    reason: str
    answer: str


QUARRELS = {
    "市残联": Quarrel(
        "本项的对象名单由其他部门掌握，我单位建议改列为配合单位。",
        "对象名单由市里统一下发，按文件分工，本条线任务仍请贵单位承办。",
    ),
    "市统计局": Quarrel("台账由农业农村部门建设，我单位只提供统计口径，建议改列为配合单位。", ""),
}


class Plea(NamedTuple):
    """What is asked about a unit's next duty due after the play, on a working day after issue.

    ``days`` are wanted on top of the deadline. ``answer`` None: still waiting when the play ends.
    """

    act: Act
    on: int
    reason: str
    days: int = 0
    answer: Act | None = None
    answer_reason: str = ""


PLEAS = {
    "新城管委会": Plea(
        Act.ASK_EXTENSION,
        10,
        "滞留人员中有四户在外地，回访要等返岛后进行。",
        10,
        Act.GRANT,
        "情况属实，请按新的时限办结。",
    ),
    "市财政局": Plea(
        Act.ASK_EXTENSION,
        9,
        "正在汇总各县（区）资料。",
        60,
        Act.REFUSE_EXTENSION,
        "汇总不影响按期办理，请倒排时间。",
    ),
    "嵊泗县": Plea(Act.ASK_EXTENSION, 13, "外岛航班因大雾停航，还有三个村没有走到。", 15),
    "市红十字会": Plea(Act.ASK_HALT, 13, "公益集市场地正在改造，开工前无法推进，建议缓办。"),
}


class Order(NamedTuple):
    """A task entered by hand on a day of the play; ``is_issued`` False leaves it a draft."""

    on: date
    source: Source
    origin: str
    text: str
    is_issued: bool = True


ORDERS = (
    Order(
        date(2020, 7, 2),
        Source.MEETING,
        "第三次专题调度会纪要",
        "市农业农村局牵头，定海区、普陀区配合，7月底前摸清滞销水产品和农产品底数，建立产销对接台账，列为重点任务。",
    ),
    Order(
        date(2020, 7, 9),
        Source.INSTRUCTION,
        "市领导在受灾户走访情况专报上的批示",
        "请市民政局牵头、市财政局配合，8月20日前把受灾困难户临时救助金发放到位，并按月报送进展。",
        is_issued=False,
    ),
)
ORDER_TALK = "请按月把滞销品种和数量报来，我们统一对接采购方。"  # what the lead says to a support

# What a report says, by the progress it reaches.
WORDS = (
    (
        29,
        (
            "已明确分管领导和经办人，排定了分月推进计划。",
            "已召开部署会，正在收集基础资料。",
            "已与乡镇（街道）对接，第一轮摸底正在进行。",
        ),
    ),
    (
        69,
        (
            "首批任务已落实到户，其余按计划推进。",
            "名单和台账已建立，正在逐项核对。",
            "工作方案已印发，各责任科室按节点推进。",
        ),
    ),
    (
        99,
        (
            "主要任务已完成，正在补齐资料、组织自查。",
            "大部分对象已办理，剩余个别对象正在上门对接。",
        ),
    ),
    (
        100,
        (
            "任务已全部完成，台账和签收单随附。",
            "已按要求办结，经单位负责人审核，佐证材料随附。",
        ),
    ),
)

FAULTS = (
    (ReturnReason.EMPTY, "只写了正在推进，请补充做了什么、到了哪一步。"),
    (ReturnReason.EVIDENCE, "附件看不出与本项任务的关系，请换成台账或签收单。"),
    (ReturnReason.BASIS, "数字按人还是按户统计不清楚，请统一口径后再报。"),
)

# Between which hours an act happens; on one day a unit acts in the morning, the office in the afternoon.
HOURS = {
    Act.RECEIVE: (9, 10),
    Act.DISPUTE: (9, 10),
    Act.REPORT: (10, 11),
    Act.NO_CHANGE: (10, 11),
    Act.REQUEST_CLOSURE: (11, 12),
    Act.ACCEPT: (14, 17),
    Act.RETURN: (14, 17),
    Act.OVERRULE: (14, 17),
    Act.REFUSE_CLOSURE: (14, 17),
    Act.CLOSE: (14, 17),
    Act.ASK_EXTENSION: (11, 12),
    Act.ASK_HALT: (11, 12),
    Act.GRANT: (17, 18),
    Act.REFUSE_EXTENSION: (17, 18),
}


def script(
    matters: Iterable[Matter], issued_on: date, until: date, workdays: Workdays, seed: int = 2020
) -> list[Step]:
    """Every step after ``issued_on`` up to and including ``until``, in order of time.

    The steps of one matter do not depend on the others, so a city that grows keeps its story.
    """
    rows = sorted(matters)
    long = {matter.unit: matter.key for matter in reversed(rows) if _is_long(matter, until)}
    soon = {m.unit: m.key for m in sorted(rows, key=_latest_first) if m.deadline and m.deadline > until}
    steps: list[Step] = []
    for matter in rows:
        telling = _Telling(matter, issued_on, until, workdays, seed)
        steps += telling.tell(long.get(matter.unit))
        if soon.get(matter.unit) == matter.key:
            steps += telling.plead()
    steps = [step for step in steps if step.at.date() <= until]
    return sorted(steps, key=lambda step: (step.at, step.key))


def _latest_first(matter: Matter) -> tuple[int, int]:
    return (-(matter.deadline or date.max).toordinal(), -matter.key)


def _is_long(matter: Matter, until: date) -> bool:
    return matter.deadline is None or matter.deadline > until


class _Telling:
    """The story of one matter, told forward day by day."""

    def __init__(self, matter: Matter, issued_on: date, until: date, workdays: Workdays, seed: int) -> None:
        self.matter = matter
        self.issued_on = issued_on
        self.until = until
        self.workdays = workdays
        self.habit = HABITS[TEMPERS.get(matter.unit, Temper.STEADY)]
        self.chance = Random(f"{seed}:{matter.unit}:{matter.key}")  # noqa: S311  a play, not a secret
        self.progress = 0

    def tell(self, disputed: int | None) -> Iterator[Step]:
        day = self._after(self.issued_on, self.chance.choice(self.habit.signs_after))
        quarrel = QUARRELS.get(self.matter.unit) if disputed == self.matter.key else None
        if quarrel:
            yield self._step(day, Act.DISPUTE, quarrel.reason)
            if not quarrel.answer:
                return
            day = self._after(day, 3)
            yield self._step(day, Act.OVERRULE, quarrel.answer)
            day = self._after(day, 1)
        yield self._step(day, Act.RECEIVE)
        done_on = self._hands_in_on(day)
        yield from self._reports(day, done_on)
        if done_on:
            yield from self._closure(done_on)

    def plead(self) -> Iterator[Step]:
        """What is asked about this matter besides its reports, and the answer on the next working day."""
        plea = PLEAS.get(self.matter.unit)
        if plea is None or self.matter.deadline is None:
            return
        day = self._after(self.issued_on, plea.on)
        wanted_on = self.workdays.on_or_after(self.matter.deadline + timedelta(plea.days))
        yield self._step(day, plea.act, plea.reason)._replace(wanted_on=wanted_on)
        if plea.answer:
            yield self._step(self._after(day, 1), plea.answer, plea.answer_reason)

    def _hands_in_on(self, signed_on: date) -> date | None:
        """The day closure is asked for; None for a duty that runs on past the play."""
        deadline = self.matter.deadline
        if self.habit.hands_in is None or deadline is None or deadline > self.until:
            return None
        planned = self._after(max(deadline, self.issued_on), self.chance.choice(self.habit.hands_in))
        return max(planned, self._after(signed_on, 1))

    def _reports(self, signed_on: date, done_on: date | None) -> Iterator[Step]:
        """Reports at the unit's own rhythm, each answered on the next working day."""
        first = 1 if done_on else self.chance.randint(2, self.habit.reports_every)
        day = self._after(signed_on, first)
        while day <= self.until and (done_on is None or self._after(day, 4) <= done_on):
            before, self.progress = self.progress, max(self.progress, self._pace(day, done_on))
            if 0 < before == self.progress:
                yield self._step(day, Act.NO_CHANGE)
            else:
                yield self._step(day, Act.REPORT, self._words())
            if self._is_sent_back():
                yield self._fault(self._after(day, 1), Act.RETURN)
                day = self._after(day, 2)
                yield self._step(day, Act.REPORT, self._words())
            yield self._step(self._after(day, 1), Act.ACCEPT)
            day = self._after(day, self.habit.reports_every)

    def _closure(self, day: date) -> Iterator[Step]:
        """办结 asked for, once in a while refused and asked for again."""
        self.progress = 100
        yield self._step(day, Act.REPORT, self._words())
        yield self._step(day, Act.REQUEST_CLOSURE)
        if self._is_sent_back():
            yield self._fault(self._after(day, 1), Act.REFUSE_CLOSURE)
            day = self._after(day, 3)
            yield self._step(day, Act.REPORT, self._words())
            yield self._step(day, Act.REQUEST_CLOSURE)
        yield self._step(self._after(day, self.chance.randint(1, 2)), Act.CLOSE)

    def _pace(self, day: date, done_on: date | None) -> int:
        """Reported progress on ``day``: planned progress at the unit's pace, in steps of five, below 100."""
        planned = planned_progress(self.matter.starts_on, done_on or self.matter.deadline, day)
        return min(95, -(-planned * self.chance.choice(self.habit.pace) // 500) * 5)

    def _is_sent_back(self) -> bool:
        return self.chance.randrange(100) < self.habit.sent_back

    def _words(self) -> str:
        return self.chance.choice(next(words for most, words in WORDS if self.progress <= most))

    def _fault(self, day: date, act: Act) -> Step:
        kind, words = self.chance.choice(FAULTS)
        return self._step(day, act, words)._replace(fault=kind)

    def _step(self, day: date, act: Act, text: str = "") -> Step:
        first, last = HOURS[act]
        minute = self.chance.randrange(60 * (last - first))
        at = datetime.combine(day, time(first + minute // 60, minute % 60), SHANGHAI)
        return Step(at, act, self.matter.key, self.matter.unit, self.progress, text)

    def _after(self, day: date, n: int) -> date:
        return self.workdays.add(day, n)


class AppealWords(NamedTuple):
    """What a head says against the score sheet, and what is answered."""

    grounds: str
    upheld: bool
    answer: str


APPEALS = (
    AppealWords(
        "6月29日已经通过公文交换报送完成情况，交换站有签收记录，系统里的申请晚了两天。",
        True,
        "经核对交换站签收记录，6月29日确已送达，按时办结。",
    ),
    AppealWords(
        "责任分工尚在与牵头单位商量，希望不计入6月。",
        False,
        "任务下达后没有提出异议，也没有申请延期，按办法应当计入。",
    ),
)


# What the office says of half a year with a unit whose last score reaches so much: daily management, and why.
RATINGS = (
    (90, 95, "上半年联系顺畅，材料齐全，基本一次审核通过。"),
    (80, 90, "上半年能按时响应，个别材料补充过一次。"),
    (50, 83, "上半年有几次要提醒后才报送，经办人换过，交接不够清楚。"),
    (0, 72, "上半年多次催办才有回音，说明材料偏简单，已约负责同志沟通。"),
)
