"""What is asked of the person who enters a task by hand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

from tracker.accounts.forms import needed
from tracker.accounts.units.forms import LONGEST_NAME
from tracker.documents.comparison import Comparison
from tracker.documents.reading import (
    LONGEST_TITLE,
    DeadlineBasis,
    DraftPoint,
    DraftTask,
    Duty,
    Keys,
    Reading,
    Reporting,
    TargetRow,
    UnitName,
    is_number,
)
from tracker.tasks.entry.rules import day_of, task_of
from tracker.tasks.models import Level, Source
from tracker.tasks.recurring import in_words
from tracker.web.forms import Form, Row, at_most, options, tidy

LONGEST_TEXT = 5000
MOST_ROWS = 60
# 周期 a person may choose; one that the order itself sets (每周五) stands beside them.
RULES = (
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=-1",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1",
)


def _said(typed: Any) -> str:
    return tidy(typed) or ""


def _unless_open_ended(form: wtforms.Form, field: wtforms.Field) -> None:
    if any(field.raw_data or ()):
        return
    field.errors = []
    raise StopValidation("" if form.is_open_ended.data else "请填写日期，或选“长期坚持”")


class OrderForm(Form):
    """Where a task comes from, and the words of the order."""

    source = SelectField(
        "来源", choices=options((Source.MEETING, Source.INSTRUCTION, Source.LETTER)), coerce=Source
    )
    origin = StringField("出处", [needed("请填写出处，例如：第5次专题会议纪要"), at_most(LONGEST_TITLE)])
    origin_on = DateField("会议、批示或来函日期", [InputRequired("请填写日期")])
    text = TextAreaField("原文", [needed("请粘贴原文中交办这件事的句子"), at_most(LONGEST_TEXT)])


class UnitRow(Row):
    text = StringField("单位", [at_most(LONGEST_NAME)], filters=[_said])
    duty = SelectField("职责", choices=options(Duty), default=Duty.RESPONSIBLE, coerce=Duty)


class GoalRow(Row):
    """A target; ``scope`` names the unit whose share it is."""

    subject = StringField("指标", [at_most(LONGEST_TITLE)], filters=[_said])
    comparison = SelectField("要求", choices=options(Comparison), default=Comparison.EQUAL)
    value = StringField("数值", [at_most(20)], filters=[_said])
    measure = StringField("计量单位", [at_most(20)], filters=[_said])
    scope = StringField("分解到单位", [at_most(LONGEST_NAME)], filters=[_said])
    value_text = HiddenField(filters=[_said])
    per = HiddenField(filters=[_said])

    @property
    def is_blank(self) -> bool:
        return not (self.subject.data or self.value.data or self.scope.data)

    def validate_subject(self, field: StringField) -> None:
        if not self.is_blank and not field.data:
            raise ValidationError("请填写指标名称")

    def validate_value(self, field: StringField) -> None:
        if field.data and not is_number(field.data):
            raise ValidationError("应为数字，例如24或91.5")
        if self.scope.data and not field.data:
            raise ValidationError("分解到单位的须填写数值")


class EntryForm(OrderForm):
    """Everything a task is made of, prefilled from the order."""

    title = StringField("任务名称", [needed("请填写任务名称"), at_most(LONGEST_TITLE)])
    deadline = DateField("完成时限", [_unless_open_ended])
    is_open_ended = BooleanField("长期坚持，不设完成时限")
    recurrence = SelectField("周期")
    level = SelectField("级别", choices=options(Level), coerce=Level)
    reporting = SelectField("填报要求", choices=options(Reporting), coerce=Reporting)
    units = FieldList(FormField(UnitRow), max_entries=MOST_ROWS)
    targets = FieldList(FormField(GoalRow), max_entries=MOST_ROWS)

    def offer(self, rule: str | None) -> None:
        """The rules to choose from, with the one the order sets."""
        rules = [rule] if rule and rule not in RULES else []
        self.recurrence.choices = [
            SelectChoice("", "不重复，办完为止"),
            *(SelectChoice(each, f"{in_words(each)}一期（按原文）") for each in rules),
            *(SelectChoice(each, f"{in_words(each)}一期") for each in RULES),
        ]

    def validate_reporting(self, field: SelectField) -> None:
        if self.recurrence.data and field.data is not Reporting.AT_NODES:
            raise ValidationError("周期任务每期到期时填报，请选“按节点”")

    def fill(self, reading: Reading, level: Level) -> None:
        """Show what was read in the order."""
        task = task_of(reading)
        self.title.data, self.text.data = task.title, task.text
        self.deadline.data, self.is_open_ended.data = day_of(task), task.is_open_ended
        self.offer(task.recurrence)
        self.recurrence.data = task.recurrence or ""
        self.level.data, self.reporting.data = level, task.reporting
        _fill(self.units, [vars(unit) for unit in reading.points[0].units])
        _fill(self.targets, [vars(target) for target in task.targets])

    def reading(self, before: DraftTask) -> Reading:
        """What the form says; ``before`` is the task as it was read, whose words of the deadline stay."""
        keys = Keys()
        deadline = None if self.is_open_ended.data else self.deadline.data
        is_read = (deadline, bool(self.is_open_ended.data)) == (day_of(before), before.is_open_ended)
        is_said = is_read and before.basis is DeadlineBasis.TEXT
        point_key, task_key = keys.take(), keys.take()
        task = replace(
            before,
            key=task_key,
            title=self.title.data or "",
            text=self.text.data or "",
            deadline=deadline and deadline.isoformat(),
            is_open_ended=bool(self.is_open_ended.data),
            basis=DeadlineBasis.TEXT if is_said else DeadlineBasis.PERSON,
            recurrence=self.recurrence.data or None,
            reporting=self.reporting.data or Reporting.AT_NODES,
            doubt="",
            targets=tuple(
                TargetRow(keys.take(), **row.data) for row in self.targets.entries if not row.form.is_blank
            ),
        )
        units = tuple(
            UnitName(keys.take(), row.text.data, row.duty.data or Duty.RESPONSIBLE)
            for row in self.units.entries
            if row.text.data
        )
        return Reading((DraftPoint(point_key, "", task.title, 0, 0, units, (task,)),), keys.next)


def _fill(rows: FieldList, found: Sequence[dict[str, Any]]) -> None:
    while rows.entries:
        rows.pop_entry()
    for row in found[:MOST_ROWS]:
        rows.append_entry(row)
