"""Alembic's door: which database, which models."""

from alembic import context
from flask import current_app

from tracker.db import UtcDateTime, db

engine = db.engine


def render_item(kind: str, item: object, _: object) -> str | bool:
    """A migration spells our own column type as the plain one it is on disk."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    return False


def run() -> None:
    """Apply each version in a transaction; SQLite alters by copying, so foreign keys rest meanwhile.

    They are switched on the bare connection: inside a transaction SQLite ignores the switch.
    """
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if is_sqlite:
                connection.rollback()
                connection.connection.execute("PRAGMA foreign_keys=ON")


run()
