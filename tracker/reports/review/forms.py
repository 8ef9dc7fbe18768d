"""What a reviewer says when a filing goes back."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from tracker.reports.rules import ReturnReason
from tracker.web.forms import Form, at_most, options


class SendBackForm(Form):
    """退回: a reason from the list, and in words what to add or mend."""

    kind = RadioField(
        "退回原因",
        choices=options(ReturnReason),
        validators=[InputRequired("请选择退回原因")],
        validate_choice=True,
    )
    reason = TextAreaField(
        "请写明要补充或改正什么",
        validators=[InputRequired("请写明要补充或改正什么"), at_most(2000)],
    )
