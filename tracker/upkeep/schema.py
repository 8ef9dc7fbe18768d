"""How far the database's schema is, compared with the migrations this program brings."""

from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, text

from tracker.db import db
from tracker.errors import DomainError

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
    """All revisions, oldest first. DomainError when there are those of two programs."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS))
    if len(scripts.get_heads()) > 1:
        raise DomainError("程序目录里混有别的版本的文件，请换上完整的新版本，不要解开在旧版本上面")
    return [script.revision for script in scripts.walk_revisions()][::-1]
