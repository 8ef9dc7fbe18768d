"""What the month asks of the office."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.web.forms import Form


class FalsehoodForm(Form):
    """查实虚报."""

    reason = TextAreaField(
        "查实的经过和依据",
        [DataRequired("请写明查实的经过和依据"), Length(max=2000, message="不能超过2000个字")],
    )
