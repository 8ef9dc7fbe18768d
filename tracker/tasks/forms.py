"""Forms of the ledger: what a step asks for besides its reason."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from tracker.tasks.actions import Objection
from tracker.web.forms import Form, options


class DisputeForm(Form):
    """提出异议."""

    kind = SelectField("异议类型", choices=options(Objection))
    reason = StringField("理由")


class UpholdForm(Form):
    """异议成立: with a new deadline it is issued again, without one it is withdrawn."""

    deadline = DateField("新的完成时限", validators=[Optional()])
    reason = StringField("理由")


class ReasonForm(Form):
    """A step that asks for a reason and nothing else."""

    reason = StringField("理由")
