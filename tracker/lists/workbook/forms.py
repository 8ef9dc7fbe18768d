"""The form of a registration workbook, or of a list the office kept before."""

from wtforms import SelectField

from tracker.lists.intake.forms import BY_HAND
from tracker.web.forms import options
from tracker.workbooks.forms import UploadForm


class ListUploadForm(UploadForm):
    """上传登记表或已有的清单; ``source`` is that of rows which name none."""

    source = SelectField("没有写明来源的，按", choices=options(BY_HAND))
