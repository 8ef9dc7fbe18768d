"""The one-screen form of a progress report with what a closure needs, and what a reviewer says."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_wtf.file import MultipleFileField
from wtforms import DecimalField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.documents.comparison import goal
from tracker.documents.reading import plain
from tracker.reports.actions import Verdict
from tracker.reports.models import Evidence
from tracker.reports.queries import Support
from tracker.reports.rules import ReturnReason
from tracker.tasks.models import Quota, Target
from tracker.web.forms import Form, at_most, options

LONGEST = 5000  # characters of one text
LONGEST_CLAIM = 200
SCORES = (
    ("", "请选择"),
    ("5", "5分 很好"),
    ("4", "4分 较好"),
    ("3", "3分 一般"),
    ("2", "2分 较差"),
    ("1", "1分 很差"),
)


class ReportForm(Form):
    """进展填报: progress, text, readings of this unit's targets, difficulties, what is asked, evidence.

    Made by ``report_form``, which adds a field for each target (``target_ID``), each file of the draft
    (``claim_ID``) and, for a lead unit, each support (``score_ID`` and ``why_ID``).
    """

    progress = IntegerField(
        "进展（%）", validators=[InputRequired("请填写进展"), NumberRange(0, 100, "应在0到100之间")]
    )
    text = TextAreaField("进展情况", validators=[at_most(LONGEST)])
    difficulties = TextAreaField("存在的困难", validators=[at_most(LONGEST)])
    asks = TextAreaField("需牵头单位或督查室协调的事项", validators=[at_most(LONGEST)])
    reason = StringField("进展低于上次的原因", validators=[at_most(LONGEST)])
    files = MultipleFileField("佐证材料")
    claim = StringField("这些材料证明什么", validators=[at_most(LONGEST_CLAIM)])
    grounds = TextAreaField("办结说明", validators=[at_most(LONGEST)])

    def named(self, prefix: str) -> dict[int, Field]:
        """The added fields of one kind: id → field."""
        start = f"{prefix}_"
        return {int(n.removeprefix(start)): f for n, f in self._fields.items() if n.startswith(start)}

    @property
    def readings(self) -> dict[int, Decimal]:
        """Target id → the value typed; targets left empty or wrong are left out."""
        return {
            id_: field.data
            for id_, field in self.named("target").items()
            if field.data is not None and not field.errors
        }

    @property
    def claims(self) -> dict[int, str]:
        """Evidence id → what the file proves."""
        return {id_: field.data or "" for id_, field in self.named("claim").items()}

    @property
    def verdicts(self) -> dict[int, Verdict]:
        """Support's assignment id → verdict, of those that were given a score or a reason."""
        whys = {id_: field.data or "" for id_, field in self.named("why").items()}
        scores = {id_: int(field.data or 0) for id_, field in self.named("score").items()}
        return {id_: Verdict(score, whys[id_]) for id_, score in scores.items() if score or whys[id_]}


def report_form(
    wanted: Sequence[tuple[Target, Quota | None]],
    evidence: Sequence[Evidence] = (),
    supports: Sequence[Support] = (),
    last: Mapping[int, Decimal] | None = None,
) -> type[ReportForm]:
    """The form for one duty; ``last`` is target id → the value sent last, which stands beside the field."""

    def label(target: Target, quota: Quota | None) -> str:
        if quota is None:
            return f"{target.subject}（{goal(target)}）"
        return f"{target.subject}（本单位{plain(quota.value)}{target.measure}）"

    def hint(target: Target) -> str:
        before = f"，上次{plain(last[target.id])}{target.measure}" if last and target.id in last else ""
        return f"截至目前的累计数{before}"

    fields: dict[str, Field] = {}
    for target, quota in wanted:
        fields[f"target_{target.id}"] = DecimalField(
            label(target, quota),
            places=None,  # as it was typed
            description=hint(target),
            validators=[Optional(), NumberRange(0, 10**15, "应为不小于0的数")],
        )
    for proof in evidence:
        fields[f"claim_{proof.id}"] = StringField(
            f"“{proof.name}”证明什么", default=proof.claim, validators=[at_most(LONGEST_CLAIM)]
        )
    for support in supports:
        rated, unit = support.rating, support.duty.unit.short_name
        fields[f"score_{support.duty.id}"] = SelectField(
            f"给{unit}评分",
            choices=[SelectChoice(*choice) for choice in SCORES],
            default=str(rated.score) if rated else "",
        )
        fields[f"why_{support.duty.id}"] = StringField(
            f"给{unit}评分的理由", default=rated.reason if rated else "", validators=[at_most(500)]
        )
    return type("FormOfOneDuty", (ReportForm,), fields)


class ReturnForm(Form):
    """退回: a reason from the list plus words."""

    kind = SelectField("退回原因", choices=options(ReturnReason))
    reason = TextAreaField("理由")


class CommentForm(Form):
    """留言 on a support's duty."""

    text = TextAreaField("留言")
