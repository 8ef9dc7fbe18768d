"""The one form of an account: all that the three lists know of it at the start."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from tracker.accounts.models import Unit
from tracker.lists.models import Pace, ProblemSource, Severity
from tracker.web.forms import Form, at_most, options

LONGEST = at_most(2000)
SHORT = at_most(50)
CHOSEN = NumberRange(min=1, message="请选择涉及单位")
BY_HAND = tuple(source for source in ProblemSource if source is not ProblemSource.OVERDUE)
SAME = SelectChoice("", "与涉及单位相同")
ISSUED = ("unit", "lead_unit", "goal", "remedy", "pace", "deadline", "stages")  # fixed once it is issued


class AccountForm(Form):
    """建账 and 更正."""

    source = SelectField("问题来源", choices=options(BY_HAND))
    found_on = DateField("发现日期", [InputRequired("请填写发现日期")])
    source_number = StringField("来电来信编号", [SHORT])
    source_on = DateField("来电来信日期", [Optional()])
    caller = StringField("来电来信人", [at_most(100)])
    text = TextAreaField("问题描述", [InputRequired("请填写问题描述"), LONGEST])
    kind = StringField("类型", [SHORT])
    unit = SelectField("涉及单位", [InputRequired("请选择涉及单位"), CHOSEN], coerce=int)
    severity = SelectField("严重程度", choices=options(Severity))
    is_common = SelectField("共性/个性", choices=[SelectChoice("", "个性"), SelectChoice("1", "共性")])
    basis = TextAreaField("依据", [LONGEST])
    goal = TextAreaField("整改目标", [InputRequired("请填写整改目标"), LONGEST])
    remedy = TextAreaField("整改措施", [LONGEST])
    pace = SelectField("时间类别", choices=options(Pace))
    deadline = DateField("整改时限", [Optional()])
    stages = TextAreaField("节点", [LONGEST])
    leader = StringField("牵头领导", [SHORT])
    lead_unit = SelectField("牵头单位", [Optional()])
    supports = TextAreaField("配合单位", [LONGEST])
    person = StringField("责任人", [SHORT])
    phone = StringField("联系电话", [SHORT])
    accepting_unit = SelectField("验收单位", coerce=int)
    content = TextAreaField("责任内容", [LONGEST])
    links = StringField("关联账号", [LONGEST])

    def offer(self, units: Sequence[Unit]) -> None:
        """The units to choose from."""
        choices = [SelectChoice(unit.id, unit.name) for unit in units]
        self.unit.choices = [SelectChoice(0, "请选择"), *choices]
        self.accepting_unit.choices = choices
        self.lead_unit.choices = [SAME, *(SelectChoice(str(unit.id), unit.name) for unit in units)]

    def fix_issued(self) -> None:
        """Leave out what an amendment may not touch: the unit knows it, and other steps change it."""
        for name in ISSUED:
            del self[name]

    @property
    def said(self) -> dict[str, Any]:
        """Field name → value, "" for what was left empty."""
        return {name: "" if value is None else value for name, value in self.values.items()}
