"""The form of a workbook that is sent back, and that of its confirmation."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from tracker.web.forms import Form


class UploadForm(Form):
    """上传填报表."""

    file = FileField("填好的填报表（xlsx）", validators=[FileRequired("请选择填好的填报表")])


class ConfirmForm(Form):
    """确认提交; ``token`` names the file that was looked at."""

    token = HiddenField()
