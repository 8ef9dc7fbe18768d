"""When a sentence asks for reports of progress: 按月报送进展, 每季度末将落实情况报市扶贫办. Pure."""

import re

from tracker.documents.reading import Reporting

_OFTEN = (
    (Reporting.MONTHLY, "每个?月|[按逐]月"),
    (Reporting.QUARTERLY, "每个?季|[按逐]季"),
)
_SEND = "报送|上报|填报|报告|汇报|反馈"
_WHAT = "进展|进度|情况"
_IN_CLAUSE = "[^，。；：\\n]"
# 按月报送(推进)情况; 按月报送 and no more; 每月5日前将进展情况报市扶贫办. 按月通报 is what the office does.
_ASKS = rf"""
    (?:{_SEND})(?:一次)?(?:{_IN_CLAUSE}{{0,12}}?(?:{_WHAT})|(?=[，。；）\n]|$))
    |(?:{_WHAT}){_IN_CLAUSE}{{0,6}}?(?:{_SEND}|(?<!通)报)
"""
_PATTERNS = tuple(
    (
        rule,
        re.compile(rf"(?:{often}){_IN_CLAUSE}{{0,24}}?(?:前，{_IN_CLAUSE}{{0,12}}?)?(?:{_ASKS})", re.VERBOSE),
    )
    for rule, often in _OFTEN
)


def asked(text: str) -> Reporting:
    """How often a text asks units to report; at the nodes where it says nothing, or daily or weekly (减负).

    Reports, statistics and lists that are themselves the work (每月报送信息简报) are no progress reports.
    """
    return next((rule for rule, pattern in _PATTERNS if pattern.search(text)), Reporting.AT_NODES)
