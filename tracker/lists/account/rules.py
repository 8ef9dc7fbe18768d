"""Pure rules of one account: milestones, quarters, closing slots."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from tracker.lists.rules import Slot

LONG_DAYS = 60  # 限期整改 over more days than this is cut into milestones


class Stage(NamedTuple):
    """One milestone as it is typed: what, and by which day."""

    text: str
    due_on: date


class Said(NamedTuple):
    """What stands in one closing slot; ``proofs`` is how many files are bound to it."""

    is_applicable: bool
    text: str
    proofs: int


def milestone_fault(stages: Iterable[Stage], starts_on: date, deadline: date | None) -> str:
    """Why these milestones do not do, in words; empty when they do.

    Source: time classes of the rectification lists; more than 60 days ask for milestones.
    """
    stages = list(stages)
    if deadline is None:
        return ""
    if not stages and (deadline - starts_on).days > LONG_DAYS:
        return f"整改时间超过{LONG_DAYS}天，请至少写一个节点及其时限"
    late = [stage.text for stage in stages if stage.due_on > deadline]
    return f"节点“{late[0]}”晚于整改时限{deadline:%Y-%m-%d}" if late else ""


def quarter_of(day: date) -> str:
    """The quarter of a day, as it is kept: "2020-Q3"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_ends_on(quarter: str) -> date:
    """Its last day, by which the stage result (阶段成效) is due."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return date(year + number // 4, number * 3 % 12 + 1, 1) - timedelta(days=1)


def quarter_words(quarter: str) -> str:
    """2020年第三季度."""
    return f"{quarter[:4]}年第{'一二三四'[int(quarter[-1]) - 1]}季度"


def quarters_open(since: date, today: date, filed: Iterable[str]) -> list[str]:
    """The quarters from that of ``since`` to that of ``today`` without a stage result, oldest first."""
    day, open_, filed = since.replace(day=1), [], set(filed)
    while (quarter := quarter_of(day)) <= quarter_of(today):
        if quarter not in filed:
            open_.append(quarter)
        day = quarter_ends_on(quarter) + timedelta(days=1)
    return open_


def quarters_due(since: date, today: date, filed: Iterable[str]) -> list[str]:
    """Those asked for now: past ones, and the present one in its last month.

    A matter that began in the last month of a quarter is asked for its first result in the next.
    """
    first = (
        quarter_of(since)
        if since.month % 3
        else quarter_of(quarter_ends_on(quarter_of(since)) + timedelta(1))
    )
    return [
        quarter
        for quarter in quarters_open(since, today, filed)
        if quarter >= first and (quarter < quarter_of(today) or today.month % 3 == 0)
    ]


def slot_faults(slots: Mapping[Slot, Said]) -> dict[Slot, str]:
    """What each closing slot still lacks: words and a file, or why it does not apply; empty when complete."""
    faults = {}
    for slot in Slot:
        said = slots.get(slot)
        if said is None or not said.text.strip():
            not_applicable = said is not None and not said.is_applicable
            faults[slot] = (
                "请写明不适用的理由" if not_applicable else "请写明完成情况，不适用的请选“不适用”并写明理由"
            )
        elif said.is_applicable and not said.proofs:
            faults[slot] = "请附佐证材料，不适用的请选“不适用”并写明理由"
    return faults
