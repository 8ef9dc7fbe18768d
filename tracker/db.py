"""The database handle, the base class of every table, and a UTC datetime column."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from typing import Any, TypeVarTuple

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, CursorResult, DateTime, Engine, Enum, MetaData, Select, event, func, select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

Ts = TypeVarTuple("Ts")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC on disk; a naive value is an error, not a guess."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            # stored as "closed", and nothing but the known words
            StrEnum: Enum(
                StrEnum, native_enum=False, length=24, values_callable=_values, create_constraint=True
            ),
            datetime: UtcDateTime,
            dict[str, Any]: JSON,
            list[Any]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base)

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing(value: bool = True) -> Iterator[None]:
    """Inside, SQLite takes its write lock at BEGIN, so that writers queue instead of colliding."""
    token = _writing.set(value)
    try:
        yield
    finally:
        _writing.reset(token)


def reading() -> AbstractContextManager[None]:
    """Inside, a transaction that begins only reads: long work of a job holds no writer up."""
    return writing(False)


def will_write(value: bool) -> None:
    """As ``writing`` for the rest of this context; the doors of a request or a command call it first."""
    _writing.set(value)


def ask(statement: Select[*Ts], values: dict[str, Any] | None = None) -> CursorResult[*Ts]:
    """The rows of a query for columns, without the ORM in between: it costs more than most of our queries do.

    As with ``session.execute``, what waits to be written is written first; entities are asked for there.
    """
    if db.session.autoflush:
        db.session.flush()
    return db.session.connection().execute(statement, values)


def insert_new(model: type[Base], rows: list[dict[str, Any]]) -> int:
    """Insert ``rows``, passing over those whose unique key exists; returns how many were new."""
    if not rows:
        return 0
    dialect = import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}")
    statement = dialect.insert(model).on_conflict_do_nothing()
    before = db.session.scalar(select(func.count()).select_from(model)) or 0
    db.session.execute(statement, rows)
    return (db.session.scalar(select(func.count()).select_from(model)) or 0) - before


def insert_found(model: type[Base], columns: list[str], query: Select[*tuple[Any, ...]]) -> int:
    """As ``insert_new``, for rows that the database finds itself; ``query`` must have a condition."""
    dialect = import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}")
    statement = dialect.insert(model).from_select(columns, query).on_conflict_do_nothing()
    counting = {"preserve_rowcount": True}
    result: CursorResult[Any] = db.session.execute(statement, execution_options=counting)  # type: ignore[assignment]
    return result.rowcount


def _open_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def install(app: Flask) -> None:
    """Bind the database to ``app`` and give SQLite its pragmas and honest transactions."""
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        # A connection that died with a restarted server is replaced before somebody's page needs it.
        app.config.setdefault(
            "SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
        )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its BEGIN; another engine is left as it is."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin_sqlite):
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
