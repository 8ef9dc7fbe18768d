"""reminders of rectifications, and when a remedy was put forward"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rectifications") as batch_op:
        batch_op.add_column(sa.Column("proposed_at", sa.DateTime(), nullable=True))
    op.execute(  # what was put forward so far waits for its approval, or has it
        "UPDATE rectifications SET proposed_at = COALESCE("
        "(SELECT MAX(at) FROM events WHERE subject_type = 'rectifications' AND kind = 'rectification.propose'"
        " AND subject_id = rectifications.id), issued_at) WHERE remedy <> ''"
    )
    with op.batch_alter_table("reminders") as batch_op:
        batch_op.alter_column("assignment_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("rectification_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reminders_rectification_id"), "rectifications", ["rectification_id"], ["id"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_reminders_rectification_id_step_deadline_recipient_id"),
            ["rectification_id", "step", "deadline", "recipient_id"],
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_reminders_one_subject"), "(assignment_id IS NULL) <> (rectification_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM reminders WHERE assignment_id IS NULL")
    with op.batch_alter_table("reminders") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_reminders_one_subject"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("uq_reminders_rectification_id_step_deadline_recipient_id"), type_="unique"
        )
        batch_op.drop_constraint(batch_op.f("fk_reminders_rectification_id"), type_="foreignkey")
        batch_op.drop_column("rectification_id")
        batch_op.alter_column("assignment_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("rectifications") as batch_op:
        batch_op.drop_column("proposed_at")
