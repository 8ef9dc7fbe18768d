"""A version of the formula as a form: one field for each number of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from tracker.accounts.models import Board
from tracker.scores.formula import CHOICES, QUESTIONS, TIES, drawn_up, value_at
from tracker.web.forms import Form, at_most

EXEMPT, BANDED = "exempt-", "banded-"  # before the name of a case, the id of a board


class _Base(Form):
    ties = SelectField("同分同名次", choices=[SelectChoice(value, words) for value, words in TIES.items()])
    reason = TextAreaField("修改理由", [DataRequired("请写明修改理由"), at_most(500)])

    def chosen(self, prefix: str) -> list[str]:
        """What is ticked of the fields with this prefix."""
        return [name.removeprefix(prefix) for name, on in self.data.items() if name.startswith(prefix) and on]

    def rules(self, basis: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered, put into ``basis``; Invalid, field by field, when it would not do."""
        answers = {path: self[path].data or "" for path in QUESTIONS}
        banded = [int(id_) for id_ in self.chosen(BANDED)]
        return drawn_up(dict(basis), answers, self.ties.data, self.chosen(EXEMPT), banded)


def model_form(boards: Sequence[Board], rules: Mapping[str, Any] | None = None) -> _Base:
    """As it was sent; with ``rules``: as they stand, whatever was sent."""
    short = [at_most(12)]
    fields: dict[str, Any] = {
        path: StringField(one.label, short, render_kw={"inputmode": "decimal", "autocomplete": "off"})
        for path, one in QUESTIONS.items()
    }
    fields |= {f"{EXEMPT}{one.value}": BooleanField(one.label) for one in CHOICES}
    fields |= {f"{BANDED}{board.id}": BooleanField(board.name) for board in boards}
    kind: Any = type("ModelForm", (_Base,), fields)
    form: _Base = kind() if rules is None else kind(formdata=None, data=_values(rules))
    return form


def _values(rules: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {path: str(value_at(dict(rules), path)) for path in QUESTIONS}
    values |= {f"{EXEMPT}{name}": True for name in rules["exemptions"]}
    values |= {f"{BANDED}{id_}": True for id_ in rules["banded_boards"]}
    return values | {"ties": rules["ties"]}
