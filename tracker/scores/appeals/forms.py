"""What an appeal asks for, and its answer."""

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired

from tracker.scores.facts import Wish
from tracker.web.forms import Form, at_most, options


class AppealForm(Form):
    """提出申诉, 登记更正."""

    wish = SelectField("请求", choices=options(Wish))
    grounds = TextAreaField("事实和理由", [DataRequired("请写明事实和理由"), at_most(2000)])
    file = FileField("证明材料")
