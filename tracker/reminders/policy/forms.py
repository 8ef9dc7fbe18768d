"""The reminder rules as a form: the same few questions for each level."""

from datetime import time
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from tracker.reminders.policy.rules import FROM, LEVELS, MOST_UNSIGNED, MOST_WEEKLY, Rules, numbers
from tracker.reminders.rules import FIRST_HOUR, LAST_HOUR, Schedule
from tracker.web.forms import Form, at_most


def rules_form(rules: Rules | None = None) -> "RulesForm":
    """As it was sent; with ``rules``: as they stand, whatever was sent."""
    if rules is None:
        return RulesForm()
    values: dict[str, Any] = {name: f"{one:%H:%M}" for name, one in zip(HOURS, rules.hours, strict=True)}
    for level, schedule in rules.levels.items():
        for name, value in schedule._asdict().items():
            said = "、".join(map(str, value)) if isinstance(value, tuple) else value
            values[f"{level}-{name}"] = str(said) if name.endswith("_from") else said
    return RulesForm(formdata=None, data=values)


def _only_numbers(_: Form, field: FormField) -> None:
    try:
        numbers(field.data or "")
    except ValueError:
        raise ValidationError("只写数字，用顿号隔开，例如 7、3、1") from None


def _whole(most: int) -> list[Any]:
    return [InputRequired("请填写数字"), NumberRange(0, most, message=f"只能是0至{most}")]


def _times() -> list[SelectChoice]:
    halves = (time(hour, minute) for hour in range(24) for minute in (0, 30))
    return [SelectChoice(f"{one:%H:%M}", f"{one:%H:%M}") for one in halves if FIRST_HOUR <= one <= LAST_HOUR]


def _questions() -> dict[str, FormField]:
    lists = [at_most(60), _only_numbers]
    since = [SelectChoice(str(offset), words) for offset, words in FROM.items()]
    return {
        "before": StringField("到期前几个工作日提醒", lists),
        "on_day": BooleanField("到期当天提醒"),
        "after": StringField("逾期后第几个工作日提醒", lists),
        "weekly": IntegerField("再往后每隔几个工作日提醒", _whole(MOST_WEEKLY)),
        "head_from": SelectField("同时提醒单位负责人", choices=since),
        "office_from": SelectField("同时告知督查员", choices=since),
        "unsigned_after": IntegerField("下达后几个工作日未签收提醒", _whole(MOST_UNSIGNED)),
    }


HOURS = ("first", "last")


class _Base(Form):
    first = SelectField("最早几点发送", choices=_times())
    last = SelectField("最晚几点发送", choices=_times())
    reason = TextAreaField(
        "修改理由",
        [DataRequired("请写明修改理由"), at_most(500)],
    )

    @property
    def rules(self) -> Rules:
        """What was answered."""
        first, last = (time.fromisoformat(self[name].data) for name in HOURS)
        return Rules({level: self._schedule(level) for level in LEVELS}, (first, last))

    def _schedule(self, level: str) -> Schedule:
        said = {name: self[f"{level}-{name}"].data for name in Schedule._fields}
        said |= {"before": tuple(sorted(numbers(said["before"]), reverse=True))}
        said |= {"after": tuple(sorted(numbers(said["after"])))}
        said |= {name: int(said[name]) for name in ("head_from", "office_from")}
        return Schedule(**said)


RulesForm: Any = type(
    "RulesForm",
    (_Base,),
    {f"{level}-{name}": question for level in LEVELS for name, question in _questions().items()},
)
