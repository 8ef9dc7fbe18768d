"""The one-screen form of a progress report, and what a reviewer says."""

from collections.abc import Sequence
from decimal import Decimal

from flask_wtf.file import MultipleFileField
from wtforms import DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.documents.comparison import goal
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Quota, Target
from tracker.web.forms import Form, options

LONGEST = 5000  # characters of one text


class ReportForm(Form):
    """进展填报: progress, text, readings of this unit's targets, difficulties, evidence."""

    progress = IntegerField(
        "进展（%）", validators=[InputRequired("请填写进展"), NumberRange(0, 100, "应在0到100之间")]
    )
    text = TextAreaField("进展情况", validators=[Length(max=LONGEST)])
    difficulties = TextAreaField("困难和需协调事项", validators=[Length(max=LONGEST)])
    reason = StringField("进展低于上次的原因", validators=[Length(max=LONGEST)])
    files = MultipleFileField("佐证材料")
    claim = StringField("这些材料证明什么", validators=[Length(max=200)])

    @property
    def readings(self) -> dict[int, Decimal]:
        """Target id → the value typed; targets left empty are left out."""
        return {
            int(name.removeprefix("target_")): field.data
            for name, field in self._fields.items()
            if name.startswith("target_") and field.data is not None
        }

    @property
    def target_fields(self) -> list[DecimalField]:
        return [field for name, field in self._fields.items() if name.startswith("target_")]


def report_form(wanted: Sequence[tuple[Target, Quota | None]]) -> type[ReportForm]:
    """The form with one field for each target or quota this unit reports on."""

    def label(target: Target, quota: Quota | None) -> str:
        if quota is None:
            return f"{target.subject}（{goal(target)}）"
        return f"{target.subject}（本单位{quota.value.normalize():f}{target.measure}）"

    fields = {
        f"target_{target.id}": DecimalField(
            label(target, quota), validators=[Optional(), NumberRange(min=0, message="应为不小于0的数")]
        )
        for target, quota in wanted
    }
    return type("ReportFormWithTargets", (ReportForm,), fields)


class ReturnForm(Form):
    """退回: a reason from the list plus words."""

    kind = SelectField("退回原因", choices=options(ReturnReason))
    reason = TextAreaField("理由")


class ClosureForm(Form):
    """申请办结."""

    grounds = TextAreaField("说明", validators=[Length(max=LONGEST)])
