"""A database that was migrated from nothing is the one the models describe, to the last constraint."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from tracker.db import db

ASPECTS = (
    "get_columns",
    "get_pk_constraint",
    "get_unique_constraints",
    "get_foreign_keys",
    "get_check_constraints",
    "get_indexes",
)


def schema() -> dict[str, Any]:
    """Everything the database says about its tables, without regard to order."""
    inspector = inspect(db.engine)
    return {
        table: {aspect: parts(getattr(inspector, aspect)(table)) for aspect in ASPECTS}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def parts(said: Any) -> list[str]:
    return sorted(repr(part) for part in (said if isinstance(said, list) else [said]))


def test_migrations_lead_to_the_models(bare_app):
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    migrated = schema()
    downgrade(revision="base")
    db.create_all()
    assert migrated == schema()


def test_the_way_down_leaves_nothing(bare_app):
    upgrade()
    downgrade(revision="base")
    assert schema() == {}


def test_the_way_back_up_is_open(bare_app):
    upgrade()
    first = schema()
    downgrade(revision="base")
    upgrade()
    assert schema() == first
