"""The form of one list's settings: a row for each of its columns."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from tracker.lists.views import NUMBER, Arranged, Cell
from tracker.web.forms import Form, at_most

SHORT = at_most(20)


class SettingsForm(Form):
    """清单设置; made by ``settings_form``, which adds the columns."""

    title = StringField("清单名称", [InputRequired("请填写清单名称"), SHORT])

    @property
    def rows(self) -> list[tuple[str, Field, Field, Field]]:
        """(key, shown, heading, place) of each column, in the order shown."""
        keys = [name.removeprefix("heading_") for name in self._fields if name.startswith("heading_")]
        return [
            (key, *(self._fields[f"{part}_{key}"] for part in ("shown", "heading", "place"))) for key in keys
        ]

    @property
    def arranged(self) -> list[Arranged]:
        """The columns in the order wanted; the account number stays first."""
        rows = sorted(self.rows, key=lambda row: row[3].data or 0)
        return [Arranged(key, heading.data or "", bool(shown.data)) for key, shown, heading, _ in rows]


def settings_form(cells: Sequence[tuple[Cell, bool]]) -> type[SettingsForm]:
    """A form with a row for each column but the account number, which stands first under its own name."""
    fields: dict[str, Any] = {}
    for place, (cell, is_shown) in enumerate((c for c in cells if c[0].key != NUMBER.key), 1):
        fields[f"shown_{cell.key}"] = BooleanField(f"显示{cell.heading}", default=is_shown)
        fields[f"heading_{cell.key}"] = StringField(
            f"{cell.heading}的栏目名称", [InputRequired("请填写栏目名称"), SHORT], default=cell.heading
        )
        fields[f"place_{cell.key}"] = IntegerField(
            f"{cell.heading}的顺序",
            [InputRequired("请填写顺序"), NumberRange(0, 99, "顺序应是0到99的数")],
            default=place,
        )
    return type("SettingsForm", (SettingsForm,), fields)
