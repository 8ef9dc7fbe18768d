"""what the office asks of the units by hand; a slip is printed when it is first opened"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("task", "deadline", "reporting", "urge", "call", "slip", "problem")


def upgrade() -> None:
    op.create_table(
        "demands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("broken", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(broken = '') = (reason = '')", name=op.f("ck_demands_reason_if_broken")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_demands_assignment_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_demands_made_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_demands_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
    )
    for columns in (("assignment_id",), ("made_by_id", "made_on"), ("made_on", "id"), ("unit_id", "made_on")):
        op.create_index(op.f(f"ix_demands_{'_'.join(columns)}"), "demands", list(columns))
    with op.batch_alter_table("slips") as batch:
        batch.alter_column("file_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("slips") as batch:
        batch.alter_column("file_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("demands")
