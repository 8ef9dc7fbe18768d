"""What the month asks of the office."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from tracker.web.forms import Form, at_most


class FalsehoodForm(Form):
    """查实虚报."""

    reason = TextAreaField(
        "查实的经过和依据",
        [DataRequired("请写明查实的经过和依据"), at_most(2000)],
    )
