"""Tracker (督办台账): how the house is put together.

Data flows down the stairs, knowledge never climbs: a room may import only rooms before it.

    documents → tasks → rosters → reports → lists → reminders → scores → circulars → archives → desk

Each room has the same furniture: ``routes | jobs → forms → actions → queries → models → rules``. Below the
rooms lie the ground floor (clock, words, errors, text, workdays, db), the hallway ``web``, then ``files``,
``audit``, ``press``, ``accounts`` and ``workflow``; above them ``seed``, ``upkeep``, ``scheduler``,
``monitor`` and ``cli``.
"""

from importlib import import_module
from typing import Any

from flask import Flask

ROOMS = (
    "accounts",
    "calendar",
    "documents",
    "tasks",
    "rosters",
    "reports",
    "lists",
    "reminders",
    "scores",
    "circulars",
    "archives",
    "desk",
    "monitor",
)


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The program as a WSGI application; ``settings`` win over the environment."""
    from config import from_environment
    from tracker import clock, db, runs, web  # noqa: F401  runs: a table of its own
    from tracker.desk import navigation
    from tracker.errors import Invalid

    app = Flask(__name__, template_folder="../templates")
    app.config.from_mapping(from_environment() if settings is None else settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if app.config.get("CLOCK"):
        try:
            clock.set_start(app.config["CLOCK"])
        except ValueError as error:
            raise Invalid(f"设置项 TRACKER_CLOCK 等的值不对：{error}") from None
    db.install(app)
    web.install(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"tracker.{room}.routes").bp)
    navigation.install(app)
    return app
