"""What issuing a slip, logging a call and answering a slip ask for."""

from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.reminders.slips.rules import Colour
from tracker.web.forms import Form, options

LONGEST = Length(max=1000, message="不能超过1000个字")


class SlipForm(Form):
    """发督办单."""

    colour = SelectField("颜色", choices=options(Colour))
    demand = TextAreaField(
        "督办要求", [InputRequired("请填写督办要求"), Length(max=400, message="不能超过400个字")]
    )
    due_on = DateField("回复期限", [InputRequired("请填写回复期限")])
    hurry = TextAreaField("提前要求回复的理由", [LONGEST])


class CallForm(Form):
    """电话催办."""

    person = StringField(
        "通话对象", [InputRequired("请填写通话对象"), Length(max=50, message="不能超过50个字")]
    )
    said = TextAreaField("通话内容", [InputRequired("请填写通话内容"), LONGEST])


class ReplyForm(Form):
    """回复督办单."""

    text = TextAreaField(
        "办理情况", [InputRequired("请填写回复内容"), Length(max=5000, message="不能超过5000个字")]
    )
    file = FileField("佐证材料")


class ReasonForm(Form):
    """A decision with words."""

    reason = TextAreaField("理由", [LONGEST])
