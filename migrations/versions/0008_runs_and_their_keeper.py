"""a history of runs, and who keeps the clockwork"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("job_runs", "old_job_runs")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_job_runs RENAME TO pk_old_job_runs")
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("keeper", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    op.create_index(op.f("ix_job_runs_name_id"), "job_runs", ["name", "id"])
    op.create_index(op.f("ix_job_runs_at"), "job_runs", ["at"])
    op.execute(
        "INSERT INTO job_runs (name, at, milliseconds, rows, error, keeper)"
        " SELECT name, at, 0, rows, error, '' FROM old_job_runs"
    )
    op.drop_table("old_job_runs")
    op.create_table(
        "keepers",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_keepers_one_keeper")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keepers")),
    )


def downgrade() -> None:
    op.drop_table("keepers")
    op.rename_table("job_runs", "new_job_runs")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_job_runs RENAME TO pk_new_job_runs")
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_runs")),
    )
    op.execute(
        "INSERT INTO job_runs (name, at, rows, error) SELECT name, at, rows, error FROM new_job_runs"
        " WHERE id IN (SELECT max(id) FROM new_job_runs GROUP BY name)"
    )
    op.drop_table("new_job_runs")
