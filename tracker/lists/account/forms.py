"""Forms of one account's page."""

from collections.abc import Mapping, Sequence

from flask_wtf.file import MultipleFileField
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.accounts.models import Unit
from tracker.lists.account.rules import Stage, quarter_words
from tracker.lists.models import ClosingSlot, Milestone
from tracker.lists.rules import Slot
from tracker.reports.rules import ReturnReason
from tracker.tasks.demands.forms import hurry_field
from tracker.tasks.models import Ground
from tracker.web.forms import Form, at_most, options

LONGEST = at_most(2000)
SHORT = at_most(50)
CLAIM = at_most(200)
MOST_STAGES = 12
SPARE = 3  # empty lines offered for more


class ReasonForm(Form):
    """A step that asks for a reason and nothing else."""

    reason = TextAreaField("理由", [LONGEST])


class DisputeForm(Form):
    """提出异议."""

    ground = SelectField("异议类型", choices=options(Ground))
    reason = TextAreaField("理由", [LONGEST])


class UpholdForm(Form):
    """异议成立: issue again with something changed, or withdraw."""

    outcome = RadioField(
        "怎么处理",
        choices=[SelectChoice("reissue", "改动后重新交办"), SelectChoice("withdraw", "中止，不再办理")],
        validators=[InputRequired("请选择怎么处理")],
    )
    unit = SelectField("责任单位", coerce=int)
    deadline = DateField("整改时限", [Optional()])
    text = TextAreaField("问题描述", [LONGEST])
    goal = TextAreaField("整改目标", [LONGEST])
    reason = TextAreaField("理由", [InputRequired("请填写理由"), LONGEST])
    hurry = hurry_field()

    def offer(self, units: Sequence[Unit]) -> None:
        """The units to choose from."""
        self.unit.choices = [SelectChoice(unit.id, unit.name) for unit in units]


class PlanForm(Form):
    """拟定措施; made by ``plan_form``, which adds the lines of the milestones."""

    remedy = TextAreaField("整改措施", [InputRequired("请填写整改措施"), LONGEST])
    leader = StringField("牵头领导", [SHORT])
    person = StringField("责任人", [InputRequired("请填写责任人"), SHORT])
    phone = StringField("联系电话", [SHORT])

    @property
    def lines(self) -> list[tuple[Field, Field]]:
        """(text, day) of each line."""
        return [
            (self[name], self[name.replace("text", "day")])
            for name in self._fields
            if name.startswith("stage_text_")
        ]

    @property
    def shown(self) -> list[tuple[Field, Field]]:
        """The lines that say something, with some empty ones after them."""
        filled = [number for number, line in enumerate(self.lines, start=1) if line[0].data or line[1].data]
        return self.lines[: max(filled, default=1) + SPARE]

    @property
    def stages(self) -> list[Stage]:
        """The lines that were filled in. One with words or a day alone is marked and left out."""
        stages = []
        for text, due_on in self.lines:
            if text.data and due_on.data:
                stages.append(Stage(text.data, due_on.data))
        return stages

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        right = super().validate(extra_validators)
        for text, due_on in self.lines:
            if bool(text.data) != bool(due_on.data):
                text.errors = [*text.errors, "节点和它的时限要一起填写"]
                right = False
        return bool(right)


def plan_form(milestones: Sequence[Milestone]) -> type[PlanForm]:
    """The form with a line for each milestone there is, and empty ones."""
    fields: dict[str, Field] = {}
    for number in range(max(MOST_STAGES, len(milestones))):
        known = milestones[number] if number < len(milestones) else None
        fields[f"stage_text_{number}"] = StringField(
            f"节点{number + 1}", [CLAIM], default=known.text if known else ""
        )
        fields[f"stage_day_{number}"] = DateField(
            f"节点{number + 1}的时限", [Optional()], default=known.due_on if known else None
        )
    return type("PlanOfOneAccount", (PlanForm,), fields)


class ProgressForm(Form):
    """填报整改进展."""

    progress = IntegerField(
        "整改进展（%）", [InputRequired("请填写进展"), NumberRange(0, 100, "应在0到100之间")]
    )
    text = TextAreaField("进展情况", [InputRequired("请写明整改进展"), LONGEST])
    milestone = SelectField("完成的节点")
    quarter = SelectField("填报季度")
    files = MultipleFileField("佐证材料")
    claim = StringField("这些材料证明什么", [CLAIM])

    def offer(self, milestones: Sequence[Milestone], quarters: Sequence[str]) -> None:
        """The milestones not yet met, and the quarters without a result."""
        unmet = [one for one in milestones if one.met_on is None]
        self.milestone.choices = [SelectChoice("", "没有新完成的节点")] + [
            SelectChoice(str(one.id), f"{one.text}（{one.due_on:%Y-%m-%d}）") for one in unmet
        ]
        self.quarter.choices = [SelectChoice("", "不是季度成效，只报进展")] + [
            SelectChoice(quarter, quarter_words(quarter)) for quarter in quarters
        ]


class ReviewForm(Form):
    """通过 or 退回 of one report: words that a return needs, and one of the reasons for it."""

    kind = SelectField("退回原因", choices=options(ReturnReason), default=ReturnReason.EMPTY)
    answer = TextAreaField("审核意见", [LONGEST])


class SlotsForm(Form):
    """销号标准; made by ``slots_form``: for each slot whether it applies, words and files."""

    def entry(self, slot: Slot) -> tuple[bool, str, Field]:
        """(applies, words, files) of one slot."""
        files: Field = self[f"{slot.value}_files"]
        return self[f"{slot.value}_applies"].data != "0", self[f"{slot.value}_text"].data or "", files


def slots_form(slots: Mapping[Slot, ClosingSlot]) -> type[SlotsForm]:
    """The form of the five slots, as they stand so far."""
    fields: dict[str, Field] = {}
    for slot in Slot:
        kept = slots.get(slot)
        fields[f"{slot.value}_applies"] = SelectField(
            f"{slot.label}：是否适用",
            choices=[SelectChoice("1", "适用"), SelectChoice("0", "不适用")],
            default="0" if kept and not kept.is_applicable else "1",
        )
        fields[f"{slot.value}_text"] = TextAreaField(
            f"{slot.label}：情况或不适用的理由", [LONGEST], default=kept.text if kept else ""
        )
        fields[f"{slot.value}_files"] = MultipleFileField(f"{slot.label}：佐证材料")
    return type("SlotsOfOneAccount", (SlotsForm,), fields)


class VisitForm(Form):
    """现场核查, and 回头看: what was found where and when, with photographs."""

    findings = TextAreaField("现场情况", [InputRequired("请填写现场情况"), LONGEST])
    place = StringField("地点", [InputRequired("请填写地点"), CLAIM])
    checked_on = DateField("日期", [InputRequired("请填写日期")])
    photos = MultipleFileField("照片或记录")


class ReopenForm(Form):
    """恢复挂账."""

    reason = TextAreaField("理由", [InputRequired("请填写理由"), LONGEST])
    new_deadline = DateField("新的整改时限", [InputRequired("请填写新的整改时限")])
    hurry = hurry_field()


class LookBackForm(Form):
    """安排回头看."""

    due_on = DateField("回头看日期", [InputRequired("请填写回头看日期")])
    why = StringField("安排的原因", [InputRequired("请写明为什么安排回头看"), CLAIM])


class HeldForm(VisitForm):
    """回头看: what was found, and by when it must be put right if it came back."""

    again_by = DateField("问题反弹的，新的整改时限", [Optional()])
    hurry = hurry_field()
