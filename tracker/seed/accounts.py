"""Accounts of the three lists in the demonstration city: entered by hand, and come to very different ends.

One goes the whole way to its strike-off, one is sent back twice, one fails its look-back and returns under
its number, one is disputed, one is a standing matter. Everything here is invented.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time

from sqlalchemy import select

from tracker import files
from tracker.accounts.models import Role, Unit, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.lists import actions as lists
from tracker.lists.account import actions as account
from tracker.lists.account import closing, progress
from tracker.lists.account.actions import Plan
from tracker.lists.account.closing import SlotEntry, Visit
from tracker.lists.account.models import RectificationReport
from tracker.lists.account.progress import Progress, Proof, report
from tracker.lists.account.queries import last_closure, planned_look_backs, reports_waiting
from tracker.lists.account.rules import Stage
from tracker.lists.extensions import actions as extensions
from tracker.lists.look_backs import actions as look_backs
from tracker.lists.look_backs.models import LookBack
from tracker.lists.models import Pace, Problem, ProblemSource, Rectification, Severity
from tracker.lists.notices import actions as notices
from tracker.lists.rules import Slot
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Ground
from tracker.tasks.requests.actions import Wish
from tracker.workdays import Workdays

Step = tuple[datetime, Callable[[datetime], object]]


class Accounts:
    """The accounts of the play; ``perform`` does what is due up to and on a day, in order."""

    def __init__(self, workdays: Workdays) -> None:
        self.workdays = workdays
        self.units = {unit.name: unit for unit in db.session.scalars(select(Unit))}
        people = db.session.scalars(select(User).order_by(User.id)).all()
        self.people = {(user.unit_id, user.role): user for user in reversed(people)}
        self.supervisors = [user for user in people if user.role is Role.SUPERVISOR]
        steps = (
            *self._struck_off(),
            *self._sent_back(),
            *self._returned(),
            *self._disputed(),
            *self._standing(),
        )
        self.steps = sorted(steps, key=lambda step: step[0])

    def perform(self, day: date) -> None:
        while self.steps and self.steps[0][0].date() <= day:
            at, act = self.steps.pop(0)
            act(at)
            db.session.flush()

    def _struck_off(self) -> Iterator[Step]:
        """立行立改, the whole way: measures, five slots, the visit, a public notice, the office."""
        case = _Case(self, "市住建局", "市司法局", Pace.IMMEDIATE)
        yield (
            _on(6, 22, 9, 30),
            case.register(
                "督查发现，农村低收入家庭危房改造补助公示栏内容停留在2019年，群众看不到今年的补助标准和名单。",
                "补助标准和名单按季公示，公示栏更新到今年二季度。",
                kind="政策公开",
            ),
        )
        yield _on(6, 22, 15), case.receive
        yield (
            _on(6, 23, 10),
            case.propose("更新公示栏；补助名单、标准、举报电话同时上墙上网；每季度末核对一次。", "樊清和"),
        )
        yield _on(6, 23, 16), case.approve
        yield (
            _on(6, 28, 11),
            case.report(100, "四个县区的公示栏已全部更新，网上同步公开。", "公示栏照片说明.txt"),
        )
        yield _on(6, 28, 17, 20), case.accept
        yield (
            _on(6, 29, 9, 40),
            case.fill(
                {
                    Slot.REMEDIES: "公示栏和网上公开均已更新，逐项见说明。",
                    Slot.LAWFUL: "",
                    Slot.EFFECT: "抽查8处公示栏，内容与补助台账一致。",
                    Slot.BY_ANALOGY: "同步核对了厕所革命补助的公示，补登2处。",
                    Slot.LASTING: "建立季末核对制度，明确专人。",
                },
                "本问题不涉及追责和资金追缴。",
            ),
        )
        yield _on(6, 29, 14), case.apply
        yield (
            _on(6, 30, 10),
            case.verify(
                "现场看了定海、普陀5处公示栏，内容是今年二季度的，举报电话能打通。", "定海区、普陀区"
            ),
        )
        yield _on(6, 30, 15), case.give_notice("市扶贫办门户网站")
        yield _on(7, 8, 10), case.close

    def _sent_back(self) -> Iterator[Step]:
        """限期整改 over more than 60 days: refused on the spot once, sent back by the office once."""
        case = _Case(self, "市供销社", "市统计局", Pace.DATED, date(2020, 9, 30))
        yield (
            _on(6, 22, 9, 50),
            case.register(
                "12345热线转办：消费扶贫专柜3个点位无人补货，货架空置超过一个月。",
                "专柜正常供货，每个点位有专人负责、有补货记录。",
                kind="工作落实",
                source=ProblemSource.HOTLINE_12345,
                called=("ZS20200622-1187", "夏女士 0580-0000012"),
            ),
        )
        yield _on(6, 22, 16), case.receive
        stages = (
            Stage("3个点位恢复供货", date(2020, 6, 30)),
            Stage("全市点位排查整改完成", date(2020, 7, 6)),
        )
        yield (
            _on(6, 23, 11),
            case.propose("明确点位责任人，建立补货登记本，全市点位一并排查。", "吕货通", stages),
        )
        yield _on(6, 24, 9), case.approve
        yield (
            _on(6, 28, 15),
            case.report(60, "3个点位已恢复供货，补货登记本已上柜。", "补货登记.txt", milestone=0),
        )
        yield _on(6, 29, 11), case.accept
        yield _on(6, 30, 10), case.report(100, "已全面排查。", "排查通知.txt", milestone=0)
        yield (
            _on(6, 30, 14),
            case.return_report("“全面排查”查了多少个点位、结果怎样没有写，附的是通知不是台账。"),
        )
        yield _on(6, 30, 16), case.report(100, "全市17个点位排查完毕。", "排查台账.txt", milestone=0)
        slots = {slot: f"{slot.label}情况见排查台账。" for slot in Slot}
        yield _on(7, 1, 9), case.fill(slots)
        yield _on(7, 1, 10), case.apply
        yield (
            _on(7, 2, 15),
            case.refuse("现场看了6个点位，有1个仍空着；补货登记本有两页是后补的。", "新城百货、临城菜场等"),
        )
        yield _on(6, 30, 17), case.accept
        yield _on(7, 3, 15), case.report(100, "空置点位已补货，登记本据实重填。", "复查照片说明.txt")
        yield _on(7, 3, 16), case.accept
        yield _on(7, 6, 9), case.apply
        yield _on(7, 7, 10), case.verify("6个点位均有货，登记本与出库单一致。", "新城百货、临城菜场等")
        yield _on(7, 8, 15), case.send_back("“长效机制”只有一句话，没有制度文本，请补上点位管理办法再报。")
        yield (
            _on(7, 9, 9),
            case.ask_extension(
                date(2020, 10, 31), "点位管理办法须与商场续签协议一并落实。", "续签协议日程.txt"
            ),
        )

    def _returned(self) -> Iterator[Step]:
        """立行立改, struck off, looked at again and found to have come back."""
        case = _Case(self, "普陀山-朱家尖管委会", "市民政局", Pace.IMMEDIATE)
        yield (
            _on(6, 22, 10, 10),
            case.register(
                "信访反映：对低收入农户“一户一策”走访只打电话、不上门，走访记录雷同。",
                "逐户上门，走访记录真实，一户一记录。",
                kind="作风",
                source=ProblemSource.PETITION,
                called=("信〔2020〕0231号", "顺母村部分村民"),
                severity=Severity.SERIOUS,
            ),
        )
        yield _on(6, 22, 17), case.receive
        yield _on(6, 23, 9), case.propose("对86户重新上门走访，走访记录由户主签字，负责人抽查。", "方入户")
        yield _on(6, 23, 17), case.approve
        yield _on(6, 28, 16), case.report(100, "86户已全部上门，记录由户主签字。", "走访记录目录.txt")
        slots = {slot: f"{slot.label}情况见走访记录目录。" for slot in Slot}
        yield _on(6, 28, 17), case.fill(slots)
        yield _on(6, 29, 9), case.apply
        yield _on(6, 29, 16), case.verify("抽看12户记录，户主签字属实。", "朱家尖街道")
        yield _on(6, 30, 9, 30), case.close
        yield _on(7, 3, 10), case.plan_look_back("又收到同一村的来信")
        yield (
            _on(7, 9, 11),
            case.fail("随机走了5户，3户说6月以后没人再来过，记录签字不是本人。", "朱家尖街道顺母村"),
        )

    def _disputed(self) -> Iterator[Step]:
        """A dispute that waits for its answer."""
        case = _Case(self, "市工商联", "市民政局", Pace.IMMEDIATE)
        yield (
            _on(7, 6, 10, 30),
            case.register(
                "审计发现，“千企结千村”结对协议有2份没有签字盖章。",
                "结对协议补签齐全。",
                source=ProblemSource.AUDIT,
            ),
        )
        yield _on(7, 7, 9), case.dispute("这2份协议由县区工商联签订，请改由县区整改。")

    def _standing(self) -> Iterator[Step]:
        """长期坚持: told of by quarters, never struck off."""
        case = _Case(self, "市卫健委", "市医保局", Pace.STANDING)
        yield (
            _on(6, 22, 10, 30),
            case.register(
                "因病致贫返贫的发现偏晚，多数是农户自己上门反映才知道。",
                "大额医疗支出当月预警、当月上门。",
                kind="长效机制",
                source=ProblemSource.SELF_CHECK,
            ),
        )
        yield _on(6, 22, 17, 30), case.receive
        yield (
            _on(6, 23, 15),
            case.propose("与医保局每月比对大额支出名单，发现一户、上门一户、登记一户。", "闵康宁"),
        )
        yield _on(6, 24, 10), case.approve
        yield (
            _on(6, 30, 10),
            case.report(50, "二季度比对3次，预警21户，全部上门核实。", "预警登记.txt", quarter="2020-Q2"),
        )
        yield _on(7, 1, 10), case.accept
        yield (
            _on(7, 9, 10),
            case.report(60, "7月第一次比对，预警6户，4户已上门，2户外出，约定本周回访。", "7月预警登记.txt"),
        )


class _Case:
    """One account of the play with its people; each method gives the step that is taken at a moment."""

    def __init__(
        self, play: Accounts, unit: str, accepting: str, pace: Pace, deadline: date | None = None
    ) -> None:
        self.play, self.pace, self.deadline = play, pace, deadline
        self.unit, self.accepting = play.units[unit], play.units[accepting]
        self.reporter = play.people[self.unit.id, Role.REPORTER]
        self.head = play.people[self.unit.id, Role.HEAD]
        self.checker = play.people[self.accepting.id, Role.HEAD]
        self.supervisor, self.second, *_ = play.supervisors
        self.problem: Problem | None = None
        self.look_back: LookBack | None = None

    @property
    def item(self) -> Rectification:
        if self.problem is None:
            raise LookupError("the account is not registered yet")
        return self.problem.rectification

    def register(
        self,
        text: str,
        goal: str,
        kind: str = "工作落实",
        source: ProblemSource = ProblemSource.INSPECTION,
        severity: Severity = Severity.ORDINARY,
        called: tuple[str, str] = ("", ""),
    ) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            found = lists.Findings(
                source=source,
                found_on=at.date(),
                text=text,
                kind=kind,
                unit=self.unit,
                basis=f"{source.label}登记",
                goal=goal,
                pace=self.pace,
                deadline=self.deadline,
                accepting_unit=self.accepting,
                severity=severity,
                source_number=called[0],
                source_on=at.date() if called[0] else None,
                caller=called[1],
            )
            self.problem = lists.register(found, self.supervisor, at)
            account.issue(self.problem.rectification, self.supervisor, at)

        return act

    def receive(self, at: datetime) -> None:
        account.receive(self.item, self.reporter, at)

    def dispute(self, reason: str) -> Callable[[datetime], None]:
        return lambda at: account.dispute(self.item, self.reporter, at, Ground.UNIT, reason)

    def propose(self, remedy: str, person: str, stages: tuple[Stage, ...] = ()) -> Callable[[datetime], None]:
        plan = Plan(remedy, self.head.name, person, "0580-0000000", stages)
        return lambda at: account.propose(self.item, self.reporter, at, plan)

    def approve(self, at: datetime) -> None:
        account.approve(self.item, self.supervisor, at)

    def report(
        self,
        progress: int,
        text: str,
        name: str,
        milestone: int | None = None,
        quarter: str | None = None,
    ) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            unmet = [one.id for one in self.item.milestones if one.met_on is None]
            id_ = None if milestone is None else unmet[milestone]
            proofs = [self._proof(name, text, at)]
            report(self.item, self.reporter, at, Progress(progress, text, id_, quarter, proofs))

        return act

    def accept(self, at: datetime) -> None:
        progress.accept(self._last_report(), self.second, at)

    def return_report(self, reason: str) -> Callable[[datetime], None]:
        return lambda at: progress.send_back(
            self._last_report(), self.second, at, ReturnReason.EVIDENCE, reason
        )

    def _last_report(self) -> RectificationReport:
        return reports_waiting(self.item)[-1]

    def fill(self, words: Mapping[Slot, str], reason: str = "") -> Callable[[datetime], None]:
        """The five slots; one without words does not apply, for ``reason``."""

        def act(at: datetime) -> None:
            entries = {
                slot: SlotEntry(True, said, [self._proof(f"{slot.label}.txt", said, at)])
                if said
                else SlotEntry(False, reason)
                for slot, said in words.items()
            }
            closing.save_slots(self.item, self.reporter, at, entries)

        return act

    def apply(self, at: datetime) -> None:
        closing.request_closure(self.item, self.head, at)

    def verify(self, findings: str, place: str) -> Callable[[datetime], None]:
        return lambda at: closing.verify(self.item, self.checker, at, Visit(findings, place, at.date()))

    def refuse(self, findings: str, place: str) -> Callable[[datetime], None]:
        return lambda at: closing.refuse(self.item, self.checker, at, Visit(findings, place, at.date()))

    def send_back(self, reason: str) -> Callable[[datetime], None]:
        return lambda at: account.send_back(self.item, self.supervisor, at, reason)

    def give_notice(self, place: str) -> Callable[[datetime], object]:
        return lambda at: notices.give(
            self.item, self.supervisor, at, place, at.date(), 5, self.play.workdays
        )

    def close(self, at: datetime) -> None:
        closing.close(self.item, self.second, at)

    def ask_extension(self, wanted_on: date, reason: str, name: str) -> Callable[[datetime], object]:
        def act(at: datetime) -> None:
            file = self._proof(name, reason, at)[0]
            extensions.ask(self.item, self.head, at, Wish(wanted_on, reason, file, name))

        return act

    def plan_look_back(self, reason: str) -> Callable[[datetime], None]:
        """By hand, unless the lot has drawn this account already: then that one is held."""

        def act(at: datetime) -> None:
            closure = last_closure(self.item)
            drawn = planned_look_backs(closure) if closure else ()
            self.look_back = (
                drawn[0] if drawn else look_backs.plan(self.item, self.supervisor, at, at.date(), reason)
            )

        return act

    def fail(self, findings: str, place: str) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if self.look_back is not None:
                look_backs.fail(self.look_back, self.supervisor, at, Visit(findings, place, at.date()))

        return act

    def _proof(self, name: str, words: str, at: datetime) -> Proof:
        content = f"{self.unit.name}\n{words}\n{at:%Y-%m-%d}\n".encode()
        return files.store(content, name, "text/plain", self.reporter, at), name, words[:40]


def _on(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2020, month, day), time(hour, minute), SHANGHAI)
