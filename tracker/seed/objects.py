"""The demonstration's rosters: invented households, villages and projects, and how far each unit is.

No such person lives there: the area code of the identity numbers and the telephone numbers do not exist.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import select

from tracker.accounts.models import Role, Unit, User
from tracker.clock import SHANGHAI
from tracker.db import db
from tracker.rosters import actions as rosters
from tracker.rosters.entries import actions as entries
from tracker.rosters.entries.actions import Done, Filled
from tracker.rosters.models import Roster, RosterEntry, RosterTemplate
from tracker.rosters.queries import WHOLE
from tracker.rosters.rules import RosterStep, of_year
from tracker.seed import city
from tracker.tasks.models import Task
from tracker.workflow import EntryState

MADE_ON, MIDDLE, LATEST = date(2020, 6, 22), date(2020, 6, 30), date(2020, 7, 8)
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
)
GIVEN = "阿海 根土 岳明 良妹 亚芬 友法 信康 招娣 定国 舟平 渔生 安岛 永福 月琴 金凤 水根 良才 阿毛 秀珍 国兴"
TOWNS = {
    "定海区": ("盐仓街道虹桥村", "小沙街道庙桥村", "金塘镇柳行村", "岑港街道册子村"),
    "普陀区": ("东港街道塘头村", "桃花镇茅山村", "虾峙镇黄石村", "六横镇台门村"),
    "岱山县": ("高亭镇小岱山村", "衢山镇太平村", "长涂镇港南村", "东沙镇桥头村"),
    "嵊泗县": ("菜园镇绿华村", "五龙乡田岙村", "嵊山镇陈钱山村", "枸杞乡里西村"),
    "新城管委会": ("临城街道惠民桥村", "千岛街道甬庆村"),
    "普陀山-朱家尖管委会": ("朱家尖街道樟州村", "白沙岛管委会港里村"),
}
HOUSEHOLDS = dict(zip(city.AREAS, (48, 56, 40, 26, 14, 18), strict=True))
CAUSES = ("因病", "因病", "因残", "因学", "缺劳力", "缺劳力", "因灾", "其他")
DEPARTMENTS = ("市民政局", "市残联", "市农业农村局", "市人社局", "市妇联", "市卫健委")
MEASURES = (
    "纳入低保，落实医疗救助",
    "介绍公益岗位，发放渔具补贴",
    "入股紫菜养殖合作社，年底分红",
    "安排护林保洁岗位，子女助学",
    "小额贷款养殖贻贝，合作社包销",
)
# Percent of its households a unit has taken through each step by the end of the play; the rest are late.
PACES = {
    "定海区": (100, 84, 30),
    "普陀区": (100, 76, 22),
    "岱山县": (100, 100, 55),
    "嵊泗县": (100, 90, 26),
    "新城管委会": (100, 95, 40),
    "普陀山-朱家尖管委会": (64, 25, 0),
}
VILLAGES = "渔家里 东沙头 南岙 西岙 大岙 小岙 长春 桃源 望海 塘湾 后岸 前山 石弄 龙潭 海涂"
PROJECTS = ("织网工坊", "紫菜晾晒工坊", "贻贝脱壳工坊", "鱼鲞加工坊", "渔家糕点坊", "草编工坊")
WORKSHOPS = dict(zip(city.AREAS, (4, 6, 2, 1, 1, 1), strict=True))  # the quotas of the document


class Play(NamedTuple):
    """Which template under which task (by a part of its title), and who is listed."""

    template: str
    task: str
    rows: Callable[[str, Random], Iterator[tuple[str, Mapping[str, str]]]]


def open_rosters(supervisor: User) -> None:
    """The day the office makes the rosters and the areas list what is theirs."""
    for play in PLAYS:
        task = db.session.scalar(
            select(Task).where(Task.title.contains(play.task)).order_by(Task.id).limit(1)
        )
        template = db.session.scalar(select(RosterTemplate).where(RosterTemplate.name == play.template))
        if task is None or template is None:
            continue
        now = _at(MADE_ON, 9)
        shape = replace(template.shape, steps=of_year(template.shape.steps, MADE_ON.year))
        draft = rosters.Draft(play.template, template.note, shape)
        roster = rosters.create(task, draft, supervisor, now, "步骤和时限年初已经布置，现在补建台账")
        db.session.flush()
        for unit, reporter in _areas():
            chance = Random(f"{play.template}:{unit.name}")  # noqa: S311  a play, not a secret
            keys = {column.name: column.key for column in shape.columns}
            rows = [
                (unit.id, Filled(name, {keys[heading]: said for heading, said in values.items()}))
                for name, values in play.rows(unit.name, chance)
            ]
            entries.add_many(roster, rows, reporter, now + timedelta(hours=2))


def take_steps(day: date, supervisor: User) -> None:
    """What the areas have done by a day, and what the office makes of it."""
    for roster in db.session.scalars(select(Roster).order_by(Roster.id)):
        for unit, reporter in _areas():
            own = (RosterEntry.roster_id == roster.id, RosterEntry.unit_id == unit.id)
            query = select(RosterEntry).where(*own).order_by(RosterEntry.number).options(*WHOLE)
            _advance(roster, db.session.scalars(query).all(), day, reporter, supervisor)
    if day == LATEST:
        _extend()


def _extend() -> None:
    """Two of the late ones were given more time."""
    approver = db.session.scalars(select(User).where(User.role == Role.APPROVER)).one()
    late = select(RosterEntry).where(RosterEntry.state == EntryState.ACTIVE, RosterEntry.due_on < LATEST)
    for entry in db.session.scalars(late.order_by(RosterEntry.id).limit(2)):
        step = entry.roster.shape.step(entry.step)
        if step:
            words = "海岛封航，工作组进岛推迟。"
            entries.extend(entry, step, LATEST + timedelta(days=23), words, approver, _at(LATEST, 16))


def _advance(
    roster: Roster, found: Sequence[RosterEntry], day: date, reporter: User, supervisor: User
) -> None:
    shares = PACES[reporter.unit.name]
    steps = roster.shape.open_steps
    chance = Random(f"{roster.title}:{reporter.unit.name}:{day}")  # noqa: S311
    for at, entry in enumerate(found):
        place = 100 * at // max(len(found), 1)
        for share, step in zip(shares, steps, strict=False):
            if place >= share or step.key in entry.done or (day < LATEST and step is not steps[0]):
                continue
            _reach(entry, step, reporter, day)
            on = day - timedelta(days=chance.randrange(1, 8))
            entries.mark(entry, step, Done(on), reporter, _at(day, 10))
        if day == LATEST and entry.step == "":
            _ask(entry, place, reporter, supervisor)


def _reach(entry: RosterEntry, step: RosterStep, reporter: User, day: date) -> None:
    """A step that is measured is done once the number is filled in."""
    if step.column and not entry.values.get(step.column):
        said = str(int(step.at_least) + 40 * (entry.number % 23))
        entries.edit(entry, Filled(entry.name, {step.column: said}), reporter, _at(day, 9))


def _ask(entry: RosterEntry, place: int, reporter: User, supervisor: User) -> None:
    """Most that are through are struck off; some wait, one is sent back, some were not asked for yet."""
    if entry.number % 7 == 0:
        return
    entries.request_closure(entry, reporter, _at(LATEST, 11))
    if entry.number % 11 == 0:
        entries.send_back(entry, supervisor, _at(LATEST, 15), "收入没有写明构成，请补充后再申请。")
    elif entry.number % 3:
        entries.close(entry, supervisor, _at(LATEST, 15))


def _households(unit: str, chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    for number in range(HOUSEHOLDS[unit]):
        yield (
            _name(chance),
            {
                "身份证号": f"3399{city.AREAS.index(unit):02}{_birthday(chance)}{number:03}X",
                "乡镇（街道）和村": chance.choice(TOWNS[unit]),
                "家庭人口": str(chance.randrange(1, 6)),
                "主要致困原因": chance.choice(CAUSES),
                "责任部门": chance.choice(DEPARTMENTS),
                "帮扶措施": chance.choice(MEASURES),
            },
        )


def _contacts(unit: str, chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    for number in range(HOUSEHOLDS[unit] // 4):
        yield (
            _name(chance),
            {
                "户主电话": f"1000{city.AREAS.index(unit)}{number:06}",
                "乡镇（街道）和村": chance.choice(TOWNS[unit]),
                "家庭人口": str(chance.randrange(1, 6)),
                "联系干部": _name(chance),
                "干部单位及职务": chance.choice(
                    ("街道党建办干事", "乡镇民政助理", "村第一书记", "驻村指导员")
                ),
                "干部电话": f"1001{city.AREAS.index(unit)}{number:06}",
                "帮扶方案": chance.choice(MEASURES),
            },
        )


def _villages(unit: str, chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    for name in chance.sample(VILLAGES.split(), 15 * HOUSEHOLDS[unit] // 60 + 1):
        before = chance.randrange(9, 60)
        yield (
            f"{name}村",
            {
                "乡镇（街道）": chance.choice(TOWNS[unit])[:-3],
                "上年总收入": str(before),
                "主要增收项目": chance.choice(
                    ("闲置校舍出租", "码头泊位", "光伏发电", "民宿入股", "滩涂承包")
                ),
                "联系人": _name(chance),
            },
        )


def _projects(unit: str, chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    for name in chance.sample(PROJECTS, WORKSHOPS[unit]):
        yield (
            f"{unit.removesuffix('管委会')}{name}",
            {
                "建设地点": chance.choice(TOWNS[unit]),
                "总投资": str(chance.randrange(6, 80) * 10),
                "项目类别": chance.choice(("产业", "产业", "基础设施", "公共服务")),
                "项目负责人": _name(chance),
            },
        )


PLAYS = (
    Play("困难户逐户帮扶", "全部迈过8000元线", _households),
    Play("一户一策一干部联系台账", "每户困难渔农户至少有1名", _contacts),
    Play("村级集体经济收入", "所有行政村集体年收入", _villages),
    Play("项目推进", "渔农家庭工坊", _projects),
)


def _areas() -> list[tuple[Unit, User]]:
    """The area units with their reporters, in the fixed order."""
    query = (
        select(Unit, User)
        .join(User, User.unit_id == Unit.id)
        .where(Unit.name.in_(city.AREAS), User.role == Role.REPORTER)
        .order_by(Unit.position)
    )
    return [(unit, user) for unit, user in db.session.execute(query)]


def _birthday(chance: Random) -> str:
    return f"19{chance.randrange(38, 79)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"


def _name(chance: Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN.split())


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), SHANGHAI)
