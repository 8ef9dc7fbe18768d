"""Words and records of the registration workbook: columns, what a row would do, the whole. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tracker.words import Word
from tracker.workbooks import plans

MAX_ROWS = 2_000
MAX_WRITTEN = 500  # rows of one confirmation: seconds of work
USE = "lists.workbook"
NO_GOAL = "整改到位，通过验收。"


class Heading(Word):
    """The columns of the workbook, in order; the value is the name of the field."""

    CODE = "code", "编号"
    NUMBER = "number", "账号"
    SOURCE = "source", "来源"
    SOURCE_NUMBER = "source_number", "来电来信编号"
    SOURCE_ON = "source_on", "来电来信日期"
    CALLER = "caller", "来电来信人"
    FOUND_ON = "found_on", "发现日期"
    TEXT = "text", "问题描述"
    KIND = "kind", "类型"
    UNIT = "unit", "涉及单位"
    SEVERITY = "severity", "严重程度"
    IS_COMMON = "is_common", "共性/个性"
    BASIS = "basis", "依据"
    GOAL = "goal", "整改目标"
    REMEDY = "remedy", "整改措施"
    PACE = "pace", "时间类别"
    DEADLINE = "deadline", "时限"
    STAGES = "stages", "节点"
    LEADER = "leader", "牵头领导"
    LEAD_UNIT = "lead_unit", "牵头单位"
    SUPPORTS = "supports", "配合单位"
    PERSON = "person", "责任人"
    PHONE = "phone", "联系电话"
    ACCEPTING_UNIT = "accepting_unit", "验收单位"
    CONTENT = "content", "责任内容"


# How offices head the same columns in lists of their own.
ALIASES = {
    Heading.NUMBER: "挂账号 销号编号 问题编号",
    Heading.SOURCE: "问题来源 来源渠道",
    Heading.SOURCE_NUMBER: "工单号 工单编号 转办单号 受理编号 信访编号 来电编号 来信编号",
    Heading.SOURCE_ON: "来电日期 来信日期 受理日期 来电时间 来访日期",
    Heading.CALLER: "来电人 信访人 反映人 举报人",
    Heading.FOUND_ON: "发现时间 反馈日期 反馈时间 检查日期 检查时间 督查日期 交办日期",
    Heading.TEXT: "问题 存在问题 存在的问题 具体问题 问题内容 主要问题 反馈问题 问题表现 发现问题 发现的问题",
    Heading.KIND: "问题类型 问题类别 类别",
    Heading.UNIT: "责任单位 整改单位 整改责任单位 涉及部门 责任部门 被督查单位",
    Heading.SEVERITY: "问题程度 轻重程度",
    Heading.IS_COMMON: "共性个性 问题性质",
    Heading.BASIS: "问题依据 政策依据 文件依据",
    Heading.GOAL: "目标 整改要求 整改标准",
    Heading.REMEDY: "措施 具体措施 整改举措",
    Heading.PACE: "整改类别 整改类型 时限类别",
    Heading.DEADLINE: "整改时限 整改期限 完成时限 整改完成时限 完成时间 整改时间",
    Heading.STAGES: "整改节点 时间节点 进度节点",
    Heading.LEADER: "责任领导 分管领导 包案领导 挂点领导",
    Heading.LEAD_UNIT: "牵头责任单位 牵头部门",
    Heading.SUPPORTS: "协办单位 配合部门 协同单位",
    Heading.PERSON: "直接责任人 整改责任人 具体责任人",
    Heading.PHONE: "电话 联系方式 责任人电话",
    Heading.ACCEPTING_UNIT: "督导单位 核查单位 验收部门 销号单位",
    Heading.CONTENT: "责任事项 职责",
}
HEADINGS = {heading.label: heading for heading in Heading} | {
    said: heading for heading, words in ALIASES.items() for said in words.split()
}


class Stamp(NamedTuple):
    """Which account a row is, and the versions of its three records when the workbook was made."""

    problem_id: int
    version: int
    rectification_version: int
    responsibility_version: int


class Outcome(Word):
    """What becomes of a row."""

    REGISTER = "register", "建账"
    AMEND = "amend", "更正"
    TAKEN = "taken", "已有"
    IDLE = "idle", "不动"


@dataclass(frozen=True)
class Plan(plans.Plan):
    """What one row will enter or amend."""

    WRITTEN = (Outcome.REGISTER, Outcome.AMEND)
    problem_id: int = 0
    findings: Any = None  # what is to be entered


@dataclass(frozen=True)
class Preview(plans.Preview[Plan]):
    """A workbook held against the ledger."""

    columns: Sequence[tuple[str, str]] = ()  # (as headed, as understood)

    @property
    def tally(self) -> str:
        """建账3个，更正2个."""
        counts = [(outcome.label, self.count(outcome)) for outcome in Plan.WRITTEN]
        return "，".join(f"{label}{count}个" for label, count in counts if count)
