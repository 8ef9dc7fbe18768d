"""A small program with nothing but the hallway, and doors that fail in every way."""

from errno import ENOSPC
from types import SimpleNamespace

import pytest
from flask import Flask, abort, render_template_string, request
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired

from tracker import db, web
from tracker.errors import Forbidden, Invalid, WrongState
from tracker.web.forms import Form, at_most, form_page

FAILURES = {
    "forbidden": Forbidden("您没有“系统管理”的权限"),
    "wrong-state": WrongState("当前状态不能签收"),
    "invalid": Invalid("填写有误", name="名称已被使用"),
    "stale": StaleDataError(),
    "collision": IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")),
    "bug": ZeroDivisionError(),
    "away": OperationalError("SELECT", {}, Exception("connection refused")),
    "full": OSError(ENOSPC, "No space left on device"),
    "full-database": OperationalError("INSERT", {}, SimpleNamespace(sqlite_errorname="SQLITE_FULL")),  # type: ignore[arg-type]
}


NAME_PAGE = """
{% extends "layout.html" %}
{% from "macros/ui.html" import field, form_errors %}
{% block main %}{{ form_errors(form) }}{{ field(form.name) }}{{ field(form.secret_password) }}{% endblock %}
"""


class NameForm(Form):
    name = StringField("名称", [DataRequired("请填写名称")])
    secret_password = PasswordField("密码")


class NoteForm(Form):
    note = TextAreaField("说明", [at_most(10)])


@pytest.fixture
def hall() -> Flask:
    """The hallway with forged requests refused."""
    return build(csrf=True)


@pytest.fixture
def visitor() -> FlaskClient:
    """Walks the hallway; no token is asked for."""
    return build(csrf=False).test_client()


def build(csrf: bool, **settings: object) -> Flask:
    app = Flask("tracker", template_folder="../templates")
    app.config.from_mapping(
        SECRET_KEY="test",
        SQLALCHEMY_DATABASE_URI="sqlite://",
        WTF_CSRF_ENABLED=csrf,
        MAX_CONTENT_LENGTH=100_000,
        **settings,
    )
    db.install(app)
    web.install(app)

    @app.get("/")
    def home() -> str:
        return render_template_string(
            "{% extends 'layout.html' %}{% block main %}{{ csrf_token() }}{% endblock %}"
        )

    @app.route("/fail/<name>", methods=["GET", "POST"])
    def fail(name: str) -> str:
        raise FAILURES[name]

    @app.get("/abort/<int:code>")
    def stop(code: int) -> str:
        abort(code)

    @app.get("/whence")
    def whence() -> str:
        return f"{request.scheme} {request.remote_addr}"

    @app.post("/echo")
    def echo() -> str:
        return request.form["text"]

    @app.route("/name", methods=["GET", "POST"])
    def name() -> object:
        form = NameForm()
        page = form_page("name.html", form)
        if not form.validate_on_submit():
            return page.answer()
        raise (
            FAILURES[form.name.data]
            if form.name.data in FAILURES
            else Invalid("名称重复", name="已有同名单位")
        )

    @app.post("/note")
    def note() -> object:
        form = NoteForm()
        page = form_page("note.html", form)
        return page.answer() if not form.validate_on_submit() else "ok"

    pages = {
        "name.html": NAME_PAGE,
        "note.html": NAME_PAGE.replace("{{ field(form.secret_password) }}", "").replace(
            "form.name", "form.note"
        ),
    }
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader(pages)])
    return app
