"""Forms of a public notice."""

from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from tracker.web.forms import Form, at_most

USUAL_DAYS = 5
LONGEST = at_most(2000)


class NoticeForm(Form):
    """公示."""

    notice_place = StringField("公示地点或网址", [InputRequired("请填写在哪里公示"), at_most(200)])
    starts_on = DateField("开始日期", [InputRequired("请填写开始日期")])
    days = IntegerField(
        "公示几个工作日",
        [InputRequired("请填写公示几个工作日"), NumberRange(1, 30, "应在1到30个工作日之间")],
    )


class ObjectionForm(Form):
    """登记公示异议."""

    raised_on = DateField("提出日期", [InputRequired("请填写提出日期")])
    raised_by = StringField("提出人", [at_most(50)])
    objection = TextAreaField("异议内容", [InputRequired("请写明异议内容"), LONGEST])


class AnswerForm(Form):
    """答复公示异议."""

    answer = TextAreaField("答复意见", [InputRequired("请填写答复意见"), LONGEST])
