"""What is asked of the administrator about the calendar: the text of a notice."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from tracker.web.forms import Form, at_most

LONGEST = 20_000


class NoticeForm(Form):
    text = TextAreaField(
        "放假通知原文",
        [DataRequired("请粘贴放假通知的原文"), at_most(LONGEST)],
    )
