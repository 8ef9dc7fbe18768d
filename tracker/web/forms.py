"""The base of every form, and how a refused form comes back with what was typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import wtforms
from flask import Response, g, make_response, render_template, request
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from tracker.errors import LONGEST, DomainError, Invalid, too_long
from tracker.words import Word


def tidy(typed: Any) -> Any:
    """Text without spaces around it, and without the zero character no database keeps."""
    return typed.replace("\0", "").strip() if isinstance(typed, str) else typed


def at_most(number: int = LONGEST) -> Callable[[Any, Field], None]:
    """How every field is too long: it is told so. No browser is asked to cut what is pasted."""

    def check(_: Any, field: Field) -> None:
        if words := too_long(field.data or "", number):
            raise ValidationError(words)

    return check


def options(words: Iterable[Word]) -> list[SelectChoice]:
    """Words as the choices of a select; a Word class itself will do."""
    return [SelectChoice(word.value, word.label) for word in words]


CHOOSE = "请在列出的里面选择"
SAID = {  # what the fields say by themselves, in the words of the house
    "Not a valid date value.": "日期应写成2020-06-30这样",
    "Not a valid integer value.": "应是整数",
    "Not a valid decimal value.": "应是数字",
    "Not a valid choice.": CHOOSE,
    "Invalid Choice: could not coerce.": CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": CHOOSE,
    "'%(value)s' is not a valid choice for this field.": CHOOSE,
}


class Speech:
    """The meta of a form that speaks Chinese."""

    def get_translations(self, form: object) -> Self:
        return self

    def gettext(self, words: str) -> str:
        return SAID.get(words, "填写不对，请核对")

    def ngettext(self, words: str, _: str, number: int) -> str:
        return self.gettext(words)


class Row(wtforms.Form):  # type: ignore[misc]  # wtforms carries no types
    """A row of a list in a form; it goes with the token of the form it stands in."""

    class Meta(Speech, wtforms.Form.Meta):  # type: ignore[misc]
        pass


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form that speaks Chinese and tidies what was typed (passwords are taken as they are)."""

    class Meta(Speech, FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: "Form", unbound_field: Any, options: dict[str, Any]) -> Field:
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                unbound_field.kwargs["filters"] = (tidy,)
            return unbound_field.bind(form=form, **options)

    @property
    def values(self) -> dict[str, Any]:
        """Field name -> value, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def checked(self) -> Self:
        """For a form without a page of its own to come back on: Invalid, with all that is wrong."""
        if not self.validate():
            wrong = {name: "；".join(map(str, errors)) for name, errors in self.errors.items() if name}
            raise Invalid(
                "；".join(f"{self[name].label.text}：{said}" for name, said in wrong.items()), **wrong
            )
        return self


class ReasonForm(Form):
    """The words that go with a step taken by a button."""

    reason = TextAreaField("理由", [at_most(2000)])


def reason_given() -> str:
    """Those of this request."""
    return ReasonForm().checked().reason.data or ""


@dataclass(frozen=True)
class FormPage:
    """A page with a form: what is shown first, and what comes back when the form or a verb refuses.

    ``part`` is the template of the form alone, for htmx to put into the page; without one a refusal of a
    request by htmx goes to the page's notices.
    """

    template: str
    form: Form
    context: dict[str, Any]
    part: str = ""

    @property
    def shown(self) -> str:
        """The template that answers this request."""
        return self.part if self.part and "HX-Request" in request.headers else self.template

    def answer(self, refusal: DomainError | None = None) -> Response:
        """The page as it stands: fresh, or with the messages at its fields and the refusal's status (422)."""
        status = 200 if not self.form.is_submitted() else 422
        if refusal is not None:
            status = refusal.status
            self.form.form_errors.append(str(refusal))
            for name, message in (refusal.fields if isinstance(refusal, Invalid) else {}).items():
                if name in self.form:
                    self.form[name].errors = [*self.form[name].errors, message]
        page = render_template(self.shown, form=self.form, refusal=refusal, **self.context)
        return make_response(page, status)


def form_page(template: str, form: Form, *, part: str = "", **context: Any) -> FormPage:
    """Put a form on show: from here on a refusal by a verb brings this page back, not the error page."""
    g.form_page = FormPage(template, form, context | {"part": part}, part)
    page: FormPage = g.form_page
    return page
