"""Forms of the circular."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.circulars.paper import CircularKind
from tracker.web.forms import Form, at_most, options


class KindForm(Form):
    """In which layout a circular is drafted; a document where nothing is said."""

    kind = SelectField("版式", choices=options(CircularKind), default=CircularKind.DOCUMENT)


class WordsForm(Form):
    """The words of a circular: its fields are the paragraphs, by their place (``circulars/revision.py``)."""


class CorrectionForm(Form):
    """What was wrong in a published circular, and what is right."""

    words = TextAreaField("更正内容", [at_most(4000)])


class CodeForm(Form):
    """The code printed on a circular."""

    code = StringField("验证码", validators=[InputRequired("请填写验证码")])


class FileForm(Form):
    """A file to be held against the published one."""

    file = FileField("要核对的文件", validators=[FileRequired("请选择要核对的文件")])
