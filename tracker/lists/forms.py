"""Forms of the three lists."""

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from tracker.accounts.models import Unit
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.web.forms import Form, options

LONGEST = 2000
BY_HAND = tuple(source for source in ProblemSource if source is not ProblemSource.OVERDUE)


class RegisterForm(Form):
    """建账, by hand."""

    source = SelectField("问题来源", choices=options(BY_HAND))
    found_on = DateField("发现日期", validators=[InputRequired("请填写发现日期")])
    text = TextAreaField("问题描述", validators=[InputRequired("请填写问题描述"), Length(max=LONGEST)])
    kind = StringField("类型", validators=[Length(max=50)])
    unit = SelectField("涉及单位", coerce=int)
    severity = SelectField("严重程度", choices=options(Severity))
    is_common = SelectField("共性/个性", choices=[SelectChoice("", "个性"), SelectChoice("1", "共性")])
    basis = StringField("依据", validators=[Length(max=LONGEST)])
    goal = TextAreaField("整改目标", validators=[InputRequired("请填写整改目标"), Length(max=LONGEST)])
    pace = SelectField("时间类别", choices=options(Pace))
    deadline = DateField("整改时限", validators=[Optional()])
    accepting_unit = SelectField("验收单位", coerce=int)

    def offer(self, units: list[Unit]) -> None:
        """The units to choose from."""
        choices = [SelectChoice(unit.id, unit.name) for unit in units]
        self.unit.choices = choices
        self.accepting_unit.choices = choices
