"""How far the database's schema is, compared with the migrations this program brings."""

from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from tracker.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def install(app: Flask) -> None:
    """Let ``tracker db`` and a restored backup move the schema; who only serves pages needs none of it."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


@cache
def head() -> str:
    """The revision this program works with."""
    return _revisions()[-1]


def current() -> str | None:
    """The revision the database is at; None before its first."""
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect() as connection:
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def is_known(revision: str) -> bool:
    """Whether this program has that revision; a newer program's it has not."""
    return revision in _revisions()


@cache
def _revisions() -> list[str]:
    """All revisions, oldest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
