"""the objects of a task, one by one"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("is_name_personal", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_roster_templates_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_roster_templates_name")),
    )
    op.create_table(
        "rosters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("is_name_personal", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_rosters_created_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_rosters_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    op.create_index(op.f("ix_rosters_task_id"), "rosters", ["task_id"], unique=False)
    op.create_table(
        "roster_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "closing",
                "closed",
                "withdrawn",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_roster_entries_closed_on_if_closed")
        ),
        sa.CheckConstraint(
            "state NOT IN ('closing', 'closed') OR applied_at IS NOT NULL",
            name=op.f("ck_roster_entries_applied_if_closing"),
        ),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["users.id"], name=op.f("fk_roster_entries_applied_by_id")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_roster_entries_closed_by_id")),
        sa.ForeignKeyConstraint(["roster_id"], ["rosters.id"], name=op.f("fk_roster_entries_roster_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_roster_entries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entries")),
        sa.UniqueConstraint("roster_id", "number", name=op.f("uq_roster_entries_roster_id_number")),
    )
    op.create_index(
        op.f("ix_roster_entries_roster_id_due_on_id"),
        "roster_entries",
        ["roster_id", "due_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_roster_entries_roster_id_name"), "roster_entries", ["roster_id", "name"], unique=False
    )
    op.create_index(
        op.f("ix_roster_entries_roster_id_unit_id_state_step_due_on"),
        "roster_entries",
        ["roster_id", "unit_id", "state", "step", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_roster_entries_state_due_on_unit_id_roster_id"),
        "roster_entries",
        ["state", "due_on", "unit_id", "roster_id"],
        unique=False,
    )
    op.create_table(
        "roster_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["roster_entries.id"], name=op.f("fk_roster_marks_entry_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_roster_marks_file_id")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["users.id"], name=op.f("fk_roster_marks_marked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_marks")),
        sa.UniqueConstraint("entry_id", "step", name=op.f("uq_roster_marks_entry_id_step")),
    )


def downgrade() -> None:
    op.drop_table("roster_marks")
    op.drop_index(op.f("ix_roster_entries_state_due_on_unit_id_roster_id"), table_name="roster_entries")
    op.drop_index(op.f("ix_roster_entries_roster_id_unit_id_state_step_due_on"), table_name="roster_entries")
    op.drop_index(op.f("ix_roster_entries_roster_id_name"), table_name="roster_entries")
    op.drop_index(op.f("ix_roster_entries_roster_id_due_on_id"), table_name="roster_entries")
    op.drop_table("roster_entries")
    op.drop_index(op.f("ix_rosters_task_id"), table_name="rosters")
    op.drop_table("rosters")
    op.drop_table("roster_templates")
