"""One unit's management score."""

from wtforms import DecimalField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange

from tracker.accounts.queries import active_unit_choices
from tracker.web.forms import Form, at_most


class RateForm(Form):
    """评日常管理分."""

    unit_id = SelectField("单位", coerce=int)
    score = DecimalField(
        "日常管理分", [InputRequired("请填写0至100的数"), NumberRange(0, 100, message="只能是0至100")]
    )
    grounds = TextAreaField("评分依据", [DataRequired("请写明评分依据"), at_most(1000)])


def rate_form() -> RateForm:
    """With the units that can be rated."""
    form = RateForm()
    form.unit_id.choices = [SelectChoice(id_, name) for id_, name in active_unit_choices()]
    return form
