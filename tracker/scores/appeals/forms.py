"""What an appeal asks for, and its answer."""

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.scores.facts import Wish
from tracker.web.forms import Form, options


class AppealForm(Form):
    """提出申诉, 登记更正."""

    wish = SelectField("请求", choices=options(Wish))
    grounds = TextAreaField(
        "事实和理由", [DataRequired("请写明事实和理由"), Length(max=2000, message="不能超过2000个字")]
    )
    file = FileField("证明材料")


class AnswerForm(Form):
    """The words of a decision."""

    reason = TextAreaField("理由", [Length(max=2000, message="不能超过2000个字")])
