"""the month in full: open, frozen with the facts of each sheet, appealed, final"""

import json
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What a version of the formula kept before did not say.
ADDED = {
    "ties": "skip",
    "bands": {"good": "90", "fair": "80", "plain": "60"},
    "banded_boards": [],
    "cutoff_day": 0,
    "appeal_workdays": 3,
    "exemptions": ["disputed", "suspended", "unconfirmed"],
    "year": {"mean": "0.9", "management": "0.1"},
}

models = sa.table("score_models", sa.column("id"), sa.column("rules", sa.JSON))
evaluations = sa.table(
    "evaluations",
    sa.column("id"),
    sa.column("after", sa.Date),
    sa.column("cutoff_on", sa.Date),
    sa.column("month"),
    sa.column("facts", sa.JSON),
    sa.column("state"),
    sa.column("appeals_until", sa.Date),
)
sheets = sa.table(
    "score_sheets", sa.column("evaluation_id"), sa.column("unit_id"), sa.column("facts", sa.JSON)
)
lines = sa.table("score_lines", sa.column("id"), sa.column("facts", sa.JSON))


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum("met", "exempt", name="wish", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "filed",
                "upheld",
                "refused",
                "recalled",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("points", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("carried_to_id", sa.Integer(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('upheld', 'refused')) = (decided_at IS NOT NULL)",
            name=op.f("ck_appeals_decided_at_if_decided"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> filed_by_id",
            name=op.f("ck_appeals_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(["carried_to_id"], ["evaluations.id"], name=op.f("fk_appeals_carried_to_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_appeals_decided_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_appeals_file_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["users.id"], name=op.f("fk_appeals_filed_by_id")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["users.id"], name=op.f("fk_appeals_frozen_by_id")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["users.id"], name=op.f("fk_appeals_judged_by_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheets.id"], name=op.f("fk_appeals_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_sheet_id"), "appeals", ["sheet_id"])
    with op.batch_alter_table("score_models") as table:
        table.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("score_sheets") as table:
        table.add_column(sa.Column("correction", sa.Numeric(10, 4), nullable=False, server_default="0"))
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
    with op.batch_alter_table("score_lines") as table:
        table.add_column(sa.Column("full", sa.Numeric(10, 4), nullable=False, server_default="0"))
        table.drop_column("facts")
    with op.batch_alter_table("evaluations") as table:
        table.add_column(sa.Column("after", sa.Date(), nullable=True))
        table.add_column(sa.Column("trail_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("trail_hash", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("appeals_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("frozen_by_id", sa.Integer(), nullable=True))
    _move()
    with op.batch_alter_table("score_models") as table:
        table.alter_column("reason", server_default=None)
    with op.batch_alter_table("score_sheets") as table:
        table.alter_column("correction", server_default=None)
        table.alter_column("facts", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("score_lines") as table:
        table.alter_column("full", server_default=None)
    with op.batch_alter_table("evaluations") as table:
        table.drop_constraint(table.f("ck_evaluations_evaluationstate"), type_="check")
        table.create_check_constraint(
            table.f("ck_evaluations_evaluationstate"), "state IN ('open', 'frozen', 'final')"
        )
        table.create_check_constraint(
            table.f("ck_evaluations_appeals_until_if_frozen"), "(state = 'open') = (appeals_until IS NULL)"
        )
        table.create_foreign_key(op.f("fk_evaluations_frozen_by_id"), "users", ["frozen_by_id"], ["id"])
        table.alter_column("after", existing_type=sa.Date(), nullable=False)
        table.alter_column("trail_hash", server_default=None)
        table.drop_column("facts")


def _move() -> None:
    """The facts of a board go to its sheets; what was frozen stays open to appeal for some days."""
    connection = op.get_bind()
    for id_, rules in connection.execute(sa.select(models.c.id, models.c.rules)).all():
        connection.execute(sa.update(models).where(models.c.id == id_).values(rules=ADDED | rules))
    rows = connection.execute(sa.select(evaluations.c.id, evaluations.c.facts, evaluations.c.cutoff_on)).all()
    for id_, facts, cutoff_on in rows:
        facts = json.loads(facts) if isinstance(facts, str) else facts
        days = {"after": date.fromisoformat(facts["after"]), "appeals_until": cutoff_on + timedelta(days=7)}
        connection.execute(sa.update(evaluations).where(evaluations.c.id == id_).values(**days))
        for unit_id, stored in facts["units"].items():
            whose = (sheets.c.evaluation_id == id_, sheets.c.unit_id == int(unit_id))
            connection.execute(sa.update(sheets).where(*whose).values(facts=stored))


def downgrade() -> None:
    """A month that was only open is forgotten; the facts of the sheets become those of their board again."""
    op.execute(sa.delete(evaluations).where(evaluations.c.state == "open"))
    op.drop_table("appeals")
    with op.batch_alter_table("evaluations") as table:
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
    with op.batch_alter_table("score_lines") as table:
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
        table.drop_column("full")
    _put_together()
    with op.batch_alter_table("score_lines") as table:
        table.alter_column("facts", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("score_sheets") as table:
        table.drop_column("facts")
        table.drop_column("correction")
    with op.batch_alter_table("score_models") as table:
        table.drop_column("reason")
    with op.batch_alter_table("evaluations") as table:
        table.alter_column("facts", existing_type=sa.JSON(), nullable=False)
        table.drop_constraint(table.f("ck_evaluations_appeals_until_if_frozen"), type_="check")
        table.drop_constraint(table.f("ck_evaluations_evaluationstate"), type_="check")
        table.create_check_constraint(
            table.f("ck_evaluations_evaluationstate"), "state IN ('frozen', 'final')"
        )
        table.drop_constraint(op.f("fk_evaluations_frozen_by_id"), type_="foreignkey")
        for column in ("frozen_by_id", "appeals_until", "trail_hash", "trail_id", "after"):
            table.drop_column(column)


def _put_together() -> None:
    connection = op.get_bind()
    connection.execute(sa.update(lines).values(facts=[]))
    columns = (evaluations.c.id, evaluations.c.month, evaluations.c.after, evaluations.c.cutoff_on)
    for id_, month, after, cutoff_on in connection.execute(sa.select(*columns)).all():
        units = connection.execute(
            sa.select(sheets.c.unit_id, sheets.c.facts).where(sheets.c.evaluation_id == id_)
        )
        facts = {
            "month": month,
            "after": after.isoformat(),
            "cutoff_on": cutoff_on.isoformat(),
            "units": {str(unit_id): stored for unit_id, stored in units},
        }
        connection.execute(sa.update(evaluations).where(evaluations.c.id == id_).values(facts=facts))
