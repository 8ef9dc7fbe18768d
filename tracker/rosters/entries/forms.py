"""What is asked about one object of a roster; masked fields are never filled in beforehand."""

from collections.abc import Callable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from tracker.errors import Invalid
from tracker.rosters.entries.actions import Filled
from tracker.rosters.models import RosterEntry
from tracker.rosters.rules import (
    LONGEST,
    LONGEST_NAME,
    Column,
    Kind,
    Shape,
    mask,
    read_value,
    text_of,
)
from tracker.web.forms import Form, at_most
from tracker.workbooks.figures import Cell


class EntryForm(Form):
    """One object: a field for each column (``column_KEY``), made by ``entry_form``."""

    unit = SelectField("责任单位", coerce=int)
    name = StringField("名称", [at_most(LONGEST_NAME)])

    def column(self, key: str) -> Field:
        return self[f"column_{key}"]

    def filled(
        self, shape: Shape, entry: RosterEntry | None, unit_named: Callable[[str], str | None]
    ) -> Filled | None:
        """What was typed, in the way it is kept; None, with messages at the fields, where it cannot be.

        An empty masked field leaves what is there, unless it was asked to be cleared.
        """
        values, is_right = {}, True
        for column in shape.shown_columns:
            field = self.column(column.key)
            said = field.data or ""
            if entry is not None and column.is_personal and not said:
                if self[f"clear_{column.key}"].data:
                    values[column.key] = ""
                continue
            try:
                values[column.key] = read_value(column, Cell("", text=said), unit_named)
            except Invalid as refusal:
                field.errors, is_right = [*field.errors, str(refusal)], False
        name = self.name.data or ""
        if entry is not None and shape.is_name_personal and not name:
            name = entry.name
        try:
            name = text_of(Cell("", text=name), LONGEST_NAME)
        except Invalid as refusal:
            self.name.errors, is_right = [str(refusal)], False
        if not name:
            self.name.errors, is_right = [f"请填写{shape.object_name}"], False
        return Filled(name, values) if is_right else None


def entry_form(shape: Shape, entry: RosterEntry | None) -> type[EntryForm]:
    """The form for an object of such a roster; ``entry`` None is a new one."""
    is_kept = entry is not None and shape.is_name_personal  # empty leaves the name as it is
    fields: dict[str, Any] = {
        "name": StringField(
            shape.object_name,
            [
                *([] if is_kept else [InputRequired(f"请填写{shape.object_name}")]),
                at_most(LONGEST_NAME),
            ],
            default="" if entry is None or shape.is_name_personal else entry.name,
            description=_kept(None, entry.name) if entry and shape.is_name_personal else "",
        )
    }
    for column in shape.shown_columns:
        before = entry.values.get(column.key, "") if entry else ""
        fields[f"column_{column.key}"] = _field(column, before, entry is not None)
        if entry is not None and column.is_personal and before:
            fields[f"clear_{column.key}"] = BooleanField(f"清空{column.name}")
        elif entry is not None and column.is_personal:
            fields[f"clear_{column.key}"] = BooleanField("")
    return type("FormOfOneRoster", (EntryForm,), fields)


def _kept(column: Column | None, before: str) -> str:
    return f"现为{mask(column, before)}，不改的留空" if before else ""


def _field(column: Column, before: str, is_old: bool) -> Field:
    label = f"{column.name}（{column.measure}）" if column.measure else column.name
    is_masked = is_old and column.is_personal
    shown = "" if is_masked else before
    hint = _kept(column, before) if is_masked else _HINTS.get(column.kind, "")
    if column.kind is Kind.CHOICE:
        is_gone = before and before not in column.choices and not is_masked  # no longer offered, still kept
        choices = [before, *column.choices] if is_gone else column.choices
        offered = [SelectChoice("", "不改" if is_masked and before else "请选择")]
        offered += [SelectChoice(choice, choice) for choice in choices]
        return SelectField(label, choices=offered, default=shown, validate_choice=False, description=hint)
    if column.kind is Kind.TEXT:
        return TextAreaField(label, [at_most(LONGEST)], default=shown, description=hint)
    return StringField(label, [at_most(LONGEST)], default=shown, description=hint)


_HINTS = {Kind.DAY: "写成2020-06-30这样", Kind.UNIT: "单位的全称或简称"}


class MarkForm(Form):
    """A step was done."""

    done_on = DateField("完成日期", validators=[InputRequired("请填写完成日期")])
    words = StringField("说明", validators=[Optional(), at_most(LONGEST)])
    file = FileField("佐证材料")


class ManyForm(Form):
    """A step was done by many."""

    step = StringField("步骤")
    done_on = DateField("完成日期", validators=[InputRequired("请填写完成日期")])
    words = StringField("说明", validators=[Optional(), at_most(LONGEST)])


class ExtendForm(Form):
    """A later day for one step of one object, and why."""

    due_on = DateField("延至", validators=[InputRequired("请填写延至哪一天")])
    reason = TextAreaField("理由", validators=[InputRequired("请写明理由"), at_most(LONGEST)])
