"""A database that was migrated from nothing is the one the models describe, to the last constraint."""

import json
from datetime import UTC, date, datetime
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, inspect, text

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
    return sorted(json.dumps(part, default=str) for part in (said if isinstance(said, list) else [said]))


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


def test_what_stood_still_and_who_closed_is_taken_from_the_trail(bare_app):
    """0002: a paused duty gets the day its clock stopped, a closed one the person who closed it."""
    upgrade(revision="0001")
    at = datetime(2020, 7, 6, 17, 0, tzinfo=UTC).replace(tzinfo=None)  # 01:00 of the next day in Beijing
    with db.engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)

        def put(table: str, **columns: Any) -> None:
            connection.execute(old.tables[table].insert().values(columns))

        put(
            "units", id=1, name="市教育局", short_name="教育局", kind="department", position=1, is_active=True,
            version=1,
        )  # fmt: skip
        put(
            "users", id=1, username="a", name="甲", password_hash="", role="supervisor", unit_id=1, active=True,
            email="", phone="", must_change_password=False, session_version=1,
        )  # fmt: skip
        put(
            "tasks", id=1, source="meeting", position=1, title="建校", text="建校", level="ordinary",
            starts_on=at.date(), deadline=at.date(), deadline_text="", deadline_basis="person",
            is_open_ended=False, is_past_confirmed=True, state="published", created_at=at, version=1,
        )  # fmt: skip
        for number, state in enumerate(("disputed", "suspended", "closed", "active"), start=1):
            closed = {"submitted_at": at, "submitted_on": at.date(), "closed_on": at.date()}
            put(
                "assignments", id=number, task_id=1, unit_id=1, period=str(number), duty="lead", state=state,
                starts_on=at.date(), progress=0, issued_at=at, version=1, **closed if state == "closed" else {},
            )  # fmt: skip
        for number, action in ((1, "dispute"), (3, "close")):
            put(
                "events", id=number, at=at, actor_id=1, kind=f"assignment.{action}", words="",
                subject_type="assignments", subject_id=number, reason="", details={}, previous_hash="",
                hash=str(number),
            )  # fmt: skip
    upgrade()

    if db.engine.dialect.name == "sqlite":  # foreign keys rested, and hold again
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
    rows = db.session.execute(
        text("SELECT state, CAST(paused_on AS TEXT), closed_by_id FROM assignments ORDER BY id")
    ).all()
    assert rows == [
        ("disputed", "2020-07-07", None),  # the Beijing day of the step
        ("suspended", "2020-07-07", None),  # no step in the trail: the day it was issued
        ("closed", None, 1),
        ("active", None, None),
    ]


def test_a_struck_off_account_keeps_what_it_stood_on(bare_app):
    """0007: slots, the check on the spot, the strike-off and the supporting units become rows."""
    upgrade(revision="0006")
    at, day = datetime(2020, 7, 6, 17, 0, tzinfo=UTC).replace(tzinfo=None), date(2020, 7, 7)
    with db.engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)

        def put(table: str, **columns: Any) -> None:
            connection.execute(old.tables[table].insert().values(columns))

        for number, name in enumerate(("市教育局", "市民政局"), start=1):
            put(
                "units", id=number, name=name, short_name=name, kind="department", position=number,
                is_active=True, version=1,
            )  # fmt: skip
        for number in (1, 2, 3):
            put(
                "users", id=number, username=f"u{number}", name="甲", password_hash="", role="head", unit_id=1,
                active=True, email="", phone="", must_change_password=False, session_version=1,
                wants_mail=True,
            )  # fmt: skip
        for number, state in ((1, "closed"), (2, "disputed")):
            put(
                "problems", id=number, number=f"2020-000{number}", source="audit", found_on=day, text="缺台账",
                kind="其他", unit_id=1, severity="ordinary", is_common=False, basis="", registered_at=at,
            )  # fmt: skip
            signed = {"applied_at": at, "applied_by_id": 1, "verified_by_id": 2, "closed_by_id": 3}
            put(
                "rectifications", id=number, problem_id=number, state=state, goal="补齐", remedy="", pace="dated",
                deadline=day, progress=100, closing_slots={"effect": "已补齐"} if state == "closed" else {},
                findings="属实", reopened_times=0, version=1,
                **signed | {"closed_on": day} if state == "closed" else {},
            )  # fmt: skip
            put(
                "responsibilities", id=number, problem_id=number, leader="", lead_unit_id=1,
                support_units="市民政局、不在册的单位", person="", phone="", accepting_unit_id=2, text="", version=1,
            )  # fmt: skip
        for number, (subject, action) in enumerate(((1, "verify"), (1, "close"), (2, "dispute")), start=1):
            put(
                "events", id=number, at=at, actor_id=1, kind=f"rectification.{action}", words="",
                subject_type="rectifications", subject_id=subject, reason="", details={}, previous_hash="",
                hash=str(number),
            )  # fmt: skip
    upgrade()

    def rows(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in db.session.execute(text(query))]

    assert rows("SELECT rectification_id, slot, text FROM closing_slots") == [(1, "effect", "已补齐")]
    assert rows("SELECT rectification_id, findings, CAST(checked_on AS TEXT) FROM site_checks") == [
        (1, "属实", "2020-07-07")
    ]
    assert rows(
        "SELECT applied_by_id, verified_by_id, closed_by_id, CAST(closed_on AS TEXT) FROM closures"
    ) == [(1, 2, 3, "2020-07-07")]
    assert rows("SELECT responsibility_id, unit_id FROM support_units") == [(1, 2), (2, 2)]
    assert rows("SELECT CAST(paused_on AS TEXT) FROM rectifications ORDER BY id") == [
        (None,),
        ("2020-07-07",),
    ]
