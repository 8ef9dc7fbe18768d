"""What is asked of the person who imports, proofreads and adopts a document."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from tracker.accounts.forms import needed
from tracker.accounts.models import Unit, UnitKind
from tracker.accounts.units.forms import LONGEST_NAME, MembersField
from tracker.documents.comparison import Comparison
from tracker.documents.models import DocumentKind
from tracker.documents.reading import LONGEST_TITLE, Duty, Reporting
from tracker.web.forms import Form, at_most, options

YEARS = NumberRange(1950, 2200, message="年度为四位数字，例如 2026")


class UploadForm(Form):
    file = FileField("文件", [FileRequired("请先选择文件")])
    again = BooleanField("仍要再导入一次")


class EditForm(Form):
    """``version`` is that of the document on the page: what others did since is never overwritten."""

    version = HiddenField()

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values.items() if name != "version"}


class HeaderForm(EditForm):
    title = StringField("标题", [needed("请填写标题"), at_most(LONGEST_TITLE)])
    number = StringField("文号", [at_most(60)])
    issuer = StringField("发文单位", [at_most(LONGEST_TITLE)])
    issued_on = DateField("成文日期", [Optional()])
    plan_year = IntegerField("所属年度", [YEARS])
    kind = SelectField("文种", choices=options(DocumentKind), coerce=DocumentKind)


class PointForm(EditForm):
    number = StringField("编号", [needed("请填写编号"), at_most(20)])
    title = StringField("标题", [needed("请填写标题"), at_most(LONGEST_TITLE)])


class TaskForm(EditForm):
    title = StringField("任务名称", [needed("请填写任务名称"), at_most(LONGEST_TITLE)])


class NewTaskForm(EditForm):
    text = TextAreaField("任务内容", [needed("请填写任务内容"), at_most(2000)])


class SplitForm(EditForm):
    at = IntegerField("在第几个字后面断开", [NumberRange(1, message="请选在句子中间")])


class DeadlineForm(EditForm):
    deadline = DateField("完成时限", [Optional()])
    is_open_ended = BooleanField("长期坚持，不设完成时限")
    keeps_recurrence = BooleanField("保留周期")
    reporting = SelectField("填报要求", choices=options(Reporting), coerce=Reporting)


class UnitNameForm(EditForm):
    text = StringField("单位", [needed("请填写单位名称"), at_most(LONGEST_NAME)])
    duty = RadioField("职责", choices=options(Duty), default=Duty.RESPONSIBLE, coerce=Duty)


class MembersForm(EditForm):
    chosen = MembersField("单位", coerce=int)

    def __init__(self, offered: Sequence[Unit], chosen: Sequence[int]) -> None:
        super().__init__(chosen=list(chosen))
        self.chosen.choices = [(unit.id, unit.name) for unit in offered]


class AliasForm(EditForm):
    """``of`` is the full name of a unit or of a collective name."""

    of = StringField("单位或集合称谓", [needed("请填写单位名称"), at_most(LONGEST_NAME)])


class NewUnitForm(EditForm):
    name = StringField("单位全称", [needed("请填写单位全称"), at_most(LONGEST_NAME)])
    short_name = StringField("简称", [at_most(30)])
    kind = SelectField("类别", choices=options(UnitKind), coerce=UnitKind)


class TargetForm(EditForm):
    subject = StringField("指标", [needed("请填写指标名称"), at_most(LONGEST_TITLE)])
    comparison = SelectField("要求", choices=options(Comparison))
    value = StringField("数值", [at_most(20)])
    value_text = StringField("原文说法", [at_most(60)])
    measure = StringField("计量单位", [at_most(20)])
    per = StringField("每（月、户……）", [at_most(10)])
    scope = StringField("分解到单位", [at_most(LONGEST_NAME)])
