"""Forms of a group of common problems."""

from wtforms import StringField, TextAreaField

from tracker.web.forms import Form, at_most


class GroupForm(Form):
    """确认共性问题."""

    title = StringField("共性问题", [at_most(100)])


class ShareForm(Form):
    """共用措施."""

    remedy = TextAreaField("共用的整改措施", [at_most(2000)])


class AddForm(Form):
    """归入."""

    number = StringField("账号", [at_most(20)])
