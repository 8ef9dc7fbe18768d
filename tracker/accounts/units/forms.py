"""What is asked of the administrator about units, their other names, collective names and boards."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from tracker.accounts.forms import needed
from tracker.accounts.models import Unit, UnitGroup, UnitKind
from tracker.web.forms import Form, at_most, options

LONGEST_NAME = 100


class UnitForm(Form):
    name = StringField("全称", [needed("请填写单位全称"), at_most(LONGEST_NAME)])
    short_name = StringField("简称", [at_most(30)])
    kind = SelectField("类别", choices=options(UnitKind), coerce=UnitKind)
    parent = SelectField("上级单位", coerce=int)

    def __init__(self, units: Sequence[Unit], **columns: Any) -> None:
        super().__init__(**columns)
        self.parent.choices = [
            SelectChoice("0", "（无）"),
            *(SelectChoice(str(unit.id), unit.name) for unit in units),
        ]


class PlaceForm(Form):
    position = IntegerField("顺序号", [NumberRange(1, 100_000, message="顺序号从1开始")])


class AliasForm(Form):
    """An alias; ``of`` is "unit-3" or "group-2"."""

    text = StringField("别名", [needed("请填写别名"), at_most(LONGEST_NAME)])
    of = SelectField("指向", [needed("请选择别名指向的单位或集合称谓")])

    def __init__(self, units: Sequence[Unit], groups: Sequence[UnitGroup]) -> None:
        super().__init__()
        self.of.choices = [
            SelectChoice("", "请选择"),
            *(SelectChoice(f"unit-{unit.id}", unit.name, optgroup="单位") for unit in units),
            *(SelectChoice(f"group-{group.id}", group.name, optgroup="集合称谓") for group in groups),
        ]


class MembersField(SelectMultipleField):  # type: ignore[misc]  # wtforms carries no types
    """Units to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class MembersForm(Form):
    """A name and the units that belong to it: a board, or with ``is_open`` a collective name."""

    name = StringField("名称", [needed("请填写名称"), at_most(LONGEST_NAME)])
    units = MembersField("成员单位", coerce=int)

    def __init__(
        self, offered: Sequence[Unit], taken: Mapping[int, str] | None = None, **columns: Any
    ) -> None:
        """``taken`` says of a unit where it is already."""
        super().__init__(**columns)
        places = {unit_id: f"（已在“{place}”）" for unit_id, place in (taken or {}).items()}
        self.units.choices = [
            SelectChoice(str(unit.id), unit.short_name + places.get(unit.id, "")) for unit in offered
        ]


class GroupForm(MembersForm):
    is_open = BooleanField("范围不固定")
