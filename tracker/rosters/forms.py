"""What is asked of a supervisor about a roster: its words, columns and steps; and why data leaves in full."""

from typing import Any

from wtforms import BooleanField, DateField, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from tracker.accounts.forms import needed
from tracker.rosters.actions import Draft
from tracker.rosters.rules import (
    LONGEST,
    MOST_COLUMNS,
    MOST_STEPS,
    Column,
    Kind,
    RosterStep,
    Shape,
)
from tracker.tasks.demands.forms import hurry_field
from tracker.web.forms import Form, Row, at_most, options, tidy
from tracker.workbooks.figures import Cell, amount, plain

SPARE_COLUMNS, SPARE_STEPS = 3, 1  # empty rows to write new ones in
LONGEST_HEADING = 30


def _said(typed: Any) -> str:
    return tidy(typed) or ""


class _Row(Row):
    """A row that may be dropped."""

    key = HiddenField(filters=[_said])
    is_dropped = BooleanField("不再使用")


class ColumnRow(_Row):
    """A column; one without a name is left out."""

    name = StringField("栏目名称", [at_most(LONGEST_HEADING)], filters=[_said])
    kind = SelectField("类型", choices=options(Kind), coerce=Kind, default=Kind.TEXT)
    detail = StringField("计量单位或选项", [at_most(LONGEST)], filters=[_said])
    is_personal = BooleanField("个人信息，遮盖")


class StepRow(_Row):
    """A step; one without a title is left out."""

    title = StringField("步骤", [at_most(LONGEST_HEADING)], filters=[_said])
    due = DateField("完成时限", [Optional()])
    column = SelectField("达标栏")
    at_least = StringField("不低于", [at_most(20)], filters=[_said])

    def validate_due(self, field: DateField) -> None:
        if self.title.data and field.data is None:
            raise ValidationError("请填写日期")

    def validate_at_least(self, field: StringField) -> None:
        if field.data:
            amount(Cell("", text=field.data), "")  # its refusal says what to write


class RosterForm(Form):
    """Everything a roster is made of."""

    title = StringField("台账名称", [needed("请填写台账名称"), at_most(100)])
    object_name = StringField("对象叫什么", [needed("请填写，例如：户主、村名、项目名称"), at_most(20)])
    measure = StringField("计量单位", [needed("请填写，例如：户、个村、个项目"), at_most(10)])
    is_name_personal = BooleanField("对象名称是个人姓名，遮盖")
    note = StringField("填写说明", [at_most(LONGEST)])
    columns = FieldList(FormField(ColumnRow), max_entries=2 * MOST_COLUMNS)
    steps = FieldList(FormField(StepRow), max_entries=2 * MOST_STEPS)
    hurry = hurry_field()

    def offer(self) -> None:
        """The number columns a step can be measured by, by their names."""
        names = [row.form.name.data for row in self.columns.entries if row.form.kind.data is Kind.NUMBER]
        choices = [SelectChoice("", "—"), *(SelectChoice(name, name) for name in names if name)]
        for row in self.steps.entries:
            row.form.column.choices = choices

    def fill(self, title: str, note: str, shape: Shape) -> None:
        """Show a roster, or what a template or the document proposes, with room for more."""
        self.title.data, self.note.data = title, note
        self.object_name.data, self.measure.data = shape.object_name, shape.measure
        self.is_name_personal.data = shape.is_name_personal
        for column in shape.columns:
            self.columns.append_entry(vars(column))
        for step in shape.steps:
            measured = shape.column(step.column)
            said = {**vars(step), "due": step.due_on, "column": measured.name if measured else ""}
            self.steps.append_entry(said)
        self.make_room()

    def make_room(self, times: int = 1) -> None:
        """Empty rows at the end."""
        for rows, spare in ((self.columns, SPARE_COLUMNS), (self.steps, SPARE_STEPS)):
            blank = sum(not (row.form.data.get("name") or row.form.data.get("title")) for row in rows.entries)
            for _ in range(spare * times - blank):
                rows.append_entry()
        self.offer()

    @property
    def draft(self) -> Draft:
        columns = tuple(
            Column(
                row.key.data or "",
                row.name.data,
                row.kind.data or Kind.TEXT,
                row.detail.data if row.kind.data in (Kind.NUMBER, Kind.CHOICE) else "",
                bool(row.is_personal.data),
                bool(row.is_dropped.data),
            )
            for row in (entry.form for entry in self.columns.entries)
            if row.name.data
        )
        steps = tuple(
            RosterStep(
                row.key.data or "",
                row.title.data,
                row.due.data.isoformat(),
                row.column.data or "",
                plain(value) if (value := amount(Cell("", text=row.at_least.data or ""), "")) else "",
                bool(row.is_dropped.data),
            )
            for row in (entry.form for entry in self.steps.entries)
            if row.title.data and row.due.data
        )
        shape = Shape(
            self.object_name.data or "",
            self.measure.data or "",
            bool(self.is_name_personal.data),
            columns,
            steps,
        )
        return Draft(self.title.data or "", self.note.data or "", shape)


class TemplateForm(Form):
    """存为模板."""

    name = StringField("模板名称", validators=[at_most(50)])


class PurposeForm(Form):
    """Why somebody needs personal data in full."""

    reason = StringField("用途", validators=[at_most(200)])
