"""What issuing a slip, logging a call and answering a slip ask for."""

from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.reminders.slips.rules import Colour
from tracker.web.forms import Form, at_most, options

LONGEST = at_most(1000)


class SlipForm(Form):
    """发督办单."""

    colour = SelectField("颜色", choices=options(Colour))
    demand = TextAreaField("督办要求", [InputRequired("请填写督办要求"), at_most(400)])
    due_on = DateField("回复期限", [InputRequired("请填写回复期限")])
    hurry = TextAreaField("提前要求回复的理由", [LONGEST])


class CallForm(Form):
    """电话催办."""

    person = StringField("通话对象", [InputRequired("请填写通话对象"), at_most(50)])
    said = TextAreaField("通话内容", [InputRequired("请填写通话内容"), LONGEST])


class ReplyForm(Form):
    """回复督办单."""

    text = TextAreaField("办理情况", [InputRequired("请填写回复内容"), at_most(5000)])
    file = FileField("佐证材料")
