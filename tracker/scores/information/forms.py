"""One item of information, and the reason for switching."""

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from tracker.accounts.queries import active_unit_choices
from tracker.scores.information.rules import Use
from tracker.web.forms import Form, options


class EntryForm(Form):
    """登记信息."""

    unit_id = SelectField("报送单位", coerce=int)
    title = StringField("标题", [DataRequired("请填写标题"), Length(max=200, message="不能超过200个字")])
    use = SelectField("采用情况", choices=options(Use))


class SwitchForm(Form):
    """启用, 停用, 划去."""

    reason = TextAreaField("理由", [Length(max=1000, message="不能超过1000个字")])


def entry_form() -> EntryForm:
    """With the units that can be given something."""
    form = EntryForm()
    form.unit_id.choices = [SelectChoice(id_, name) for id_, name in active_unit_choices()]
    return form
