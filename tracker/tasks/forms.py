"""Forms of the ledger: what a step asks for besides its reason."""

from collections.abc import Sequence

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from tracker.accounts.models import Unit
from tracker.tasks.demands.forms import hurry_field
from tracker.tasks.models import Duty, Ground, Reporting
from tracker.web.forms import Form, options


class DisputeForm(Form):
    """提出异议."""

    kind = SelectField("异议类型", choices=options(Ground))
    reason = StringField("理由")


class ReportingForm(Form):
    """填报要求."""

    reporting = SelectField("填报要求", choices=options(Reporting), coerce=Reporting)
    hurry = hurry_field()


class UnitForm(Form):
    """增加承办单位."""

    unit = SelectField("单位", coerce=int)
    duty = SelectField("职责", choices=options(Duty))
    hurry = hurry_field()

    def offer(self, units: Sequence[Unit]) -> None:
        """The units to choose from."""
        self.unit.choices = [SelectChoice(unit.id, unit.name) for unit in units]
