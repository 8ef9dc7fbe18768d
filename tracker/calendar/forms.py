"""What is asked of the administrator about the calendar: the text of a notice."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.web.forms import Form

LONGEST = 20_000


class NoticeForm(Form):
    text = TextAreaField(
        "放假通知原文",
        [DataRequired("请粘贴放假通知的原文"), Length(max=LONGEST, message=f"不能超过{LONGEST}个字")],
    )
