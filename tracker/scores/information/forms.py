"""One item of information, and the reason for switching."""

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from tracker.accounts.queries import active_unit_choices
from tracker.scores.information.rules import Use
from tracker.web.forms import Form, at_most, options


class EntryForm(Form):
    """登记信息."""

    unit_id = SelectField("报送单位", coerce=int)
    title = StringField("标题", [DataRequired("请填写标题"), at_most(200)])
    use = SelectField("采用情况", choices=options(Use))


def entry_form() -> EntryForm:
    """With the units that can be given something."""
    form = EntryForm()
    form.unit_id.choices = [SelectChoice(id_, name) for id_, name in active_unit_choices()]
    return form
