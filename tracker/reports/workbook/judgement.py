"""What each row of a 填报表 would do to the duty it names, and what stands against it. Pure."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from tracker.reports.rules import missing_for_submission
from tracker.reports.workbook.rules import (
    LONGEST,
    Filled,
    Heading,
    Outcome,
    Plan,
    Row,
    Standing,
    Wish,
)
from tracker.workbooks import figures
from tracker.workbooks.figures import plain
from tracker.workbooks.plans import Judge

_NOTHING = Filled()
_PLACES = {heading.value: heading for heading in Heading}  # where a field of the page stands


def judge(row: Row, standing: Standing | None, unit_id: int, last_word: Callable[[], str]) -> Plan:
    """Hold a row against its duty; ``last_word`` is asked who changed it, when it was changed."""
    return _Judge(row, standing, unit_id, last_word).plan()


class _Judge(Judge[Heading]):
    """A row and the duty it names."""

    def __init__(
        self, row: Row, standing: Standing | None, unit_id: int, last_word: Callable[[], str]
    ) -> None:
        super().__init__(row.number, row.cells, Heading.CODE)
        self.row, self.standing, self.unit_id, self.last_word = row, standing, unit_id, last_word

    def plan(self) -> Plan:
        standing = self.standing
        if self.row.stamp.unit_id != self.unit_id:
            self.refuse(Heading.CODE, "是其他单位的承办项，请使用本单位下载的填报表")
        signs = self.read(Heading.SIGN, figures.is_yes) or False
        no_change = self.read(Heading.NO_CHANGE, figures.is_yes) or False
        wish = self.read(Heading.WISH, lambda cell: figures.chosen(cell, Wish))
        acts = signs or no_change or wish is not None
        if standing is None:
            if acts and not self.problems:
                self.refuse(Heading.CODE, "这一项已不由本单位承办，请清空这一行的操作")
            return self._as(Outcome.IDLE)
        filled = self._filled(standing, requires_progress=wish is Wish.SUBMIT and not no_change)
        if self.problems:
            return self._as(Outcome.IDLE)
        if not (no_change or wish):
            if filled != standing.filled and not self._is_changed(standing):
                self.notes.append("填了内容，但没有选操作，填的内容不会提交")
            return self._signed(standing) if signs else self._as(Outcome.IDLE)
        signs = signs and standing.state == "issued"
        if no_change and wish is Wish.DRAFT:
            self.refuse(Heading.NO_CHANGE, "“无变化”是直接报送，不能存草稿，请二选一")
        outcome = Outcome.NO_CHANGE if no_change else Outcome.SUBMIT if wish is Wish.SUBMIT else Outcome.DRAFT
        if self._is_taken(standing, outcome, filled):
            return self._as(Outcome.TAKEN)
        self._hold_against(standing, signs)
        if no_change:
            self._unchanged(standing, filled)
        if outcome is Outcome.SUBMIT:
            self._complete(standing, filled)
        if outcome is Outcome.NO_CHANGE:
            return self._as(outcome, signs)
        return self._as(outcome, signs, filled, _changes(standing, filled))

    def _unchanged(self, standing: Standing, filled: Filled) -> None:
        state = standing.latest.state if standing.latest else None
        if filled != standing.filled:
            self.refuse(Heading.NO_CHANGE, "选了“无变化”，又改了内容，请二选一")
        elif state == "returned":
            self.refuse(Heading.NO_CHANGE, "上一次填报被退回，请按意见修改后再报，不能选“无变化”")
        elif state == "draft":
            self.notes.append("网页上有草稿，按“无变化”报送后草稿不再保留")

    def _signed(self, standing: Standing) -> Plan:
        """A row that only signs for its duty."""
        if standing.state == "issued":
            return self._as(Outcome.RECEIVE, signs=True)
        if standing.state not in ("active", "closing", "closed"):
            self.refuse(Heading.SIGN, f"这一项{standing.state.label}，不能签收；{self.last_word()}")
        return self._as(Outcome.TAKEN)

    def _hold_against(self, standing: Standing, signs: bool) -> None:
        """Whether the duty can be reported on, and whether anybody was faster."""
        latest = standing.latest
        if standing.state == "issued" and not signs:
            self.refuse(Heading.SIGN, "这一项还没有签收，请在“签收”一栏选“是”")
        elif standing.state not in ("issued", "active"):
            self.refuse(Heading.WISH, f"这一项{standing.state.label}，不能填报；{self.last_word()}")
        elif self._is_changed(standing):
            self.refuse(
                Heading.WISH,
                f"下载以后这一项有新的填报（{self.last_word()}），请重新下载后再填，或者清空这一行的操作",
            )
        elif latest and latest.state == "submitted" and self.said(Heading.WISH) != Wish.DRAFT.label:
            self.refuse(Heading.WISH, "上一次填报还在审核，请等审核结果，或先在网页上撤回再报")
        elif standing.version != self.row.stamp.version:
            until = standing.deadline.isoformat() if standing.deadline else "长期坚持"
            self.notes.append(
                f"下载以后这一项有变化，现在完成时限{until}、进展{standing.progress}%（{self.last_word()}）"
            )

    def _is_changed(self, standing: Standing) -> bool:
        """Whether something else was reported, drafted or sent back since; being accepted changes no word."""
        before, now = self.row.stamp, standing.stamp
        if (before.report_id, before.report_version) == (now.report_id, now.report_version):
            return False
        was_accepted = standing.latest is not None and standing.latest.state == "accepted"
        is_next = before.report_id == now.report_id and before.report_version + 1 == now.report_version
        return not (was_accepted and is_next)

    def _is_taken(self, standing: Standing, outcome: Outcome, filled: Filled) -> bool:
        """Whether this very row has been taken before: a second time does nothing."""
        latest, before = standing.latest, self.row.stamp
        if latest is None or (latest.id, latest.version) == (before.report_id, before.report_version):
            return False
        if outcome is Outcome.NO_CHANGE:
            return latest.is_sent and latest.no_change and self._is_changed(standing)
        is_kept = outcome is Outcome.DRAFT and latest.state == "draft"
        return (latest.is_sent or is_kept) and latest.filled == filled and not latest.no_change

    def _filled(self, standing: Standing, *, requires_progress: bool) -> Filled:
        """What the row says; a column that is gone says what the duty's latest report says."""
        kept = standing.filled
        progress = self.read(Heading.PROGRESS, figures.percent)
        if progress is None and requires_progress and not self.problems:
            self.refuse(Heading.PROGRESS, "请填写本次进展")

        def text(heading: Heading, before: str) -> str:
            said = self.read(heading, lambda cell: figures.words(cell, LONGEST))
            return before if said is None else said

        return Filled(
            progress=kept.progress if progress is None else progress,
            text=text(Heading.TEXT, kept.text),
            difficulties=text(Heading.DIFFICULTIES, kept.difficulties),
            asks=text(Heading.ASKS, kept.asks),
            reason=text(Heading.REASON, kept.reason),
            readings=dict(self._readings(standing)),
        )

    def _readings(self, standing: Standing) -> list[tuple[int, Decimal]]:
        found = []
        for target in standing.wanted:
            value = standing.filled.readings.get(target.id)
            if (cell := self.row.amounts.get(target.id)) is not None:
                value = self.read(Heading.AMOUNT, partial(figures.amount, measure=target.measure), cell)
            if value is not None:
                found.append((target.id, value))
        return found

    def _complete(self, standing: Standing, filled: Filled) -> None:
        latest = standing.latest
        missing = missing_for_submission(
            progress=filled.progress,
            previous=standing.progress,
            text=filled.text,
            reason=filled.reason,
            no_change=False,
            unclaimed=latest.unclaimed if latest and not latest.is_sent else (),
        )
        for name, message in missing.items():
            self.refuse(_PLACES.get(name, Heading.WISH), message)

    def _as(
        self,
        outcome: Outcome,
        signs: bool = False,
        filled: Filled = _NOTHING,
        changes: tuple[tuple[str, str, str], ...] = (),
    ) -> Plan:
        return Plan(
            number=self.row.number,
            assignment_id=self.row.stamp.assignment_id,
            title=self.standing.title if self.standing else "",
            outcome=outcome,
            signs=signs,
            filled=filled,
            changes=changes,
            notes=tuple(self.notes),
            problems=tuple(self.problems),
        )


def _changes(standing: Standing, filled: Filled) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) of what a report would say anew, against the latest one."""
    before = standing.filled
    pairs = [
        ("进展", f"{before.progress}%", f"{filled.progress}%"),
        ("进展情况", before.text, filled.text),
        ("困难", before.difficulties, filled.difficulties),
        ("需协调事项", before.asks, filled.asks),
        ("进展降低原因", before.reason, filled.reason),
    ]
    for target in standing.wanted:
        old, new = before.readings.get(target.id), filled.readings.get(target.id)
        said = [f"{plain(value)}{target.measure}" if value is not None else "" for value in (old, new)]
        pairs.append((target.subject or "指标", said[0], said[1]))
    return tuple(pair for pair in pairs if pair[1] != pair[2])
