"""Forms of a group of common problems."""

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from tracker.web.forms import Form


class GroupForm(Form):
    """确认共性问题."""

    title = StringField("共性问题", [Length(max=100, message="不能超过100个字")])


class ShareForm(Form):
    """共用措施."""

    remedy = TextAreaField("共用的整改措施", [Length(max=2000, message="不能超过2000个字")])


class AddForm(Form):
    """归入."""

    number = StringField("账号", [Length(max=20, message="不能超过20个字")])
