"""What a heading says about its section: a goal, a general requirement, a unit, a time."""

import re

from tracker.documents import departments
from tracker.documents.names import is_name, stands_alone

# Sections that order nothing by themselves: they hold points only where these have clauses of their own.
_GENERAL = re.compile(
    r"(?:总体|工作|整改|整治|基本|有关|主要|具体|实施|落实|几点|几项|相关|年度|活动|纪律|组织|推进)?"
    r"(?:总体要求|指导思想|(?:基本)?原则|思路|目标(?:任务|指标|要求)?|要求|保障(?:措施|机制)?|组织(?:领导|保障|实施|机构)|背景|意义|依据"
    r"|任务目标|预期目标|领导小组|附则|范围|对象|适用范围|时间安排|步骤安排|工作纪律)"
)
_GENERAL_START = re.compile(
    r"(?:加强|强化|切实加强|健全|落实|明确)(?:党的|统筹)?(?:组织|全面)?(?:领导|保障)(?:责任|机制)?$"
    r"|(?:总体要求|指导思想|基本原则|工作原则|总体目标|主要目标|工作目标|目标任务|保障措施|工作要求|组织领导|组织保障)"
)
_GOALS = re.compile(r"目标|总体要求|总体思路|指标")
_ORGAN = re.compile(
    "(?:[局厅委办部院署行社联]|政府|管委会|中心|街道|公司|集团|大队|支队|总队|委员会|各部门|各单位|[乡镇区县])$"
)
_LEVEL = re.compile("各|[国省市州盟县区旗镇乡]")


def is_general(title: str) -> bool:
    """Whether a section of this title holds no points of its own (指导思想, 工作要求, 保障措施)."""
    return bool(_GENERAL.fullmatch(title) or _GENERAL_START.match(title))


def sets_goals(title: str) -> bool:
    """Whether numbers in a section of this title are targets of the whole paper."""
    return bool(_GOALS.search(title))


def is_unit(title: str) -> bool:
    """Whether a heading names the unit that does what follows."""
    if not (is_name(title) and stands_alone(title) and _ORGAN.search(title)):
        return False
    return bool(_LEVEL.match(title) or departments.is_elided(title))
