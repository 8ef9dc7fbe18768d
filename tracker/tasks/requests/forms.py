"""What a request asks for, and what its answer asks for."""

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from tracker.accounts.models import Unit
from tracker.tasks.demands.forms import hurry_field
from tracker.tasks.models import Answer, Duty, HaltKind
from tracker.web.forms import Form, at_most, options

LONGEST = at_most(2000)


class ExtensionForm(Form):
    """申请延期."""

    wanted_on = DateField("申请延至", [InputRequired("请填写申请延至的日期")])
    reason = TextAreaField("理由", [InputRequired("请填写理由"), LONGEST])
    file = FileField("证明材料")


class GrantForm(Form):
    """延期审批: the day granted, and words that a refusal needs."""

    granted_on = DateField("批准延至", [Optional()])
    reason = TextAreaField("意见", [LONGEST])


class HaltForm(Form):
    """报请停办."""

    kind = RadioField("报请事项", coerce=HaltKind)
    reason = TextAreaField("理由", [InputRequired("请填写理由"), LONGEST])

    def offer(self, kinds: Sequence[HaltKind]) -> None:
        """What the state of the duty allows to ask for."""
        self.kind.choices = options(kinds)


class AnswerForm(Form):
    """答复异议: upheld with changes, upheld and withdrawn, or overruled; always with reason."""

    answer = RadioField("答复", [InputRequired("请选择答复")], choices=options(Answer))
    deadline = DateField("新的完成时限", [Optional()])
    unit = SelectField("改由哪个单位承办", coerce=int)
    duty = SelectField("职责", choices=options(Duty))
    title = StringField("任务表述", [at_most(200)])
    reason = TextAreaField("理由", [InputRequired("请填写理由"), LONGEST])
    hurry = hurry_field()

    def offer(self, units: Sequence[Unit]) -> None:
        """The units the duty may go to."""
        self.unit.choices = [SelectChoice(unit.id, unit.name) for unit in units]
