"""Forms of the circular."""

from wtforms import StringField

from tracker.web.forms import Form


class ReasonForm(Form):
    """A step that asks for a reason and nothing else."""

    reason = StringField("理由")
