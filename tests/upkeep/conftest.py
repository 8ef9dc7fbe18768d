"""An installation with a database of its own."""

import pytest
from flask import Flask

from tracker.db import db
from tracker.upkeep import schema


@pytest.fixture
def migrated(own_app: Flask) -> Flask:
    """The tables as if the migrations had made them."""
    db.session.execute(db.text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    db.session.execute(db.text("INSERT INTO alembic_version VALUES (:head)"), {"head": schema.head()})
    db.session.commit()
    return own_app
