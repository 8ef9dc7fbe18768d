"""handling a duty"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEIJING = timedelta(hours=8)


def upgrade() -> None:
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_bulk_changes_undone_by_if_undone")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_bulk_changes_made_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_bulk_changes_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "returned",
                "refused",
                name="filingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (granted_on IS NOT NULL)",
            name=op.f("ck_extensions_granted_on_if_accepted"),
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)",
            name=op.f("ck_extensions_answered_at_if_answered"),
        ),
        sa.CheckConstraint("wanted_on > deadline", name=op.f("ck_extensions_wanted_later")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_extensions_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_extensions_assignment_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_extensions_file_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_extensions_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_extensions_assignment_id_id"), ["assignment_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_extensions_state_submitted_at"), ["state", "submitted_at"], unique=False
        )

    op.create_table(
        "halt_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "suspend",
                "resume",
                "withdraw",
                name="haltkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "returned",
                "refused",
                name="filingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)",
            name=op.f("ck_halt_requests_answered_at_if_answered"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_halt_requests_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_halt_requests_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_halt_requests_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halt_requests")),
    )
    with op.batch_alter_table("halt_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_halt_requests_assignment_id_id"), ["assignment_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_halt_requests_state_submitted_at"), ["state", "submitted_at"], unique=False
        )

    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "wording",
                "unit",
                "deadline",
                "other",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "reissued",
                "withdrawn",
                "overruled",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("answer_reason", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (days IS NULL)",
            name=op.f("ck_objections_answered_at_if_answered"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_objections_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_objections_assignment_id")
        ),
        sa.ForeignKeyConstraint(["raised_by_id"], ["users.id"], name=op.f("fk_objections_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_objections_answer_raised_at"), ["answer", "raised_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_objections_assignment_id_id"), ["assignment_id", "id"], unique=False
        )

    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rated_at", sa.DateTime(), nullable=False),
        sa.Column("rated_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_ratings_score_1_to_5")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_ratings_assignment_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["assignments.id"], name=op.f("fk_ratings_lead_id")),
        sa.ForeignKeyConstraint(["rated_by_id"], ["users.id"], name=op.f("fk_ratings_rated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_ratings_assignment_id")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "second_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drawn",
                "agreed",
                "disagreed",
                name="secondreviewstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'drawn') = (reviewed_at IS NULL)",
            name=op.f("ck_second_reviews_reviewed_at_if_reviewed"),
        ),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["users.id"], name=op.f("fk_second_reviews_applied_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_second_reviews_assignment_id")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_second_reviews_closed_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_second_reviews_event_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["users.id"], name=op.f("fk_second_reviews_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_reviews")),
        sa.UniqueConstraint("event_id", name=op.f("uq_second_reviews_event_id")),
    )
    with op.batch_alter_table("second_reviews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_second_reviews_assignment_id_id"), ["assignment_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_second_reviews_state_drawn_at"), ["state", "drawn_at"], unique=False
        )

    with op.batch_alter_table("assignments") as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_state_deadline"))
        batch_op.create_index(
            batch_op.f("ix_assignments_state_deadline_starts_on_progress_submitted_on"),
            ["state", "deadline", "starts_on", "progress", "submitted_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assignments_state_submitted_at"), ["state", "submitted_at"], unique=False
        )

    with op.batch_alter_table("assignments") as batch_op:
        batch_op.add_column(sa.Column("paused_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("closed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_assignments_closed_by_id"), "users", ["closed_by_id"], ["id"]
        )
    _fill_assignments()
    with op.batch_alter_table("assignments") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_assignments_paused_on_if_paused"),
            "(state IN ('disputed', 'suspended')) = (paused_on IS NOT NULL)",
        )

    with op.batch_alter_table("progress_reports") as batch_op:
        batch_op.add_column(sa.Column("asks", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("saved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("saved_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_progress_reports_saved_by_id"), "users", ["saved_by_id"], ["id"]
        )
    with op.batch_alter_table("progress_reports") as batch_op:
        batch_op.alter_column("asks", server_default=None)

    with op.batch_alter_table("tasks") as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("origin_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reading", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("reporting", sa.String(24), nullable=False, server_default="at_nodes"))
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.alter_column("origin", server_default=None)
        batch_op.alter_column("reading", server_default=None)
        batch_op.alter_column("reporting", server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_tasks_reporting"), "reporting IN ('at_nodes', 'monthly', 'quarterly')"
        )


def _fill_assignments() -> None:
    """Since when a clock stands still, and who closed: from the trail, the Beijing day of the last such step."""
    database = op.get_bind()
    events = sa.table(
        "events",
        sa.column("id", sa.Integer()),
        sa.column("kind", sa.String()),
        sa.column("subject_id", sa.Integer()),
        sa.column("at", sa.DateTime()),
        sa.column("actor_id", sa.Integer()),
    )
    duties = sa.table(
        "assignments",
        sa.column("id", sa.Integer()),
        sa.column("state", sa.String()),
        sa.column("issued_at", sa.DateTime()),
        sa.column("paused_on", sa.Date()),
        sa.column("closed_by_id", sa.Integer()),
    )
    last: dict[tuple[int, str], sa.Row] = {}
    kinds = {
        "disputed": "assignment.dispute",
        "suspended": "assignment.suspend",
        "closed": "assignment.close",
    }
    for event in database.execute(
        sa.select(events).where(events.c.kind.in_(kinds.values())).order_by(events.c.id)
    ):
        last[event.subject_id, event.kind] = event
    for duty in database.execute(sa.select(duties).where(duties.c.state.in_(kinds))).all():
        event = last.get((duty.id, kinds[duty.state]))
        values: dict[str, object]
        if duty.state == "closed":
            values = {"closed_by_id": event and event.actor_id}
        else:
            values = {
                "paused_on": ((event or duty)._mapping["at" if event else "issued_at"] + BEIJING).date()
            }
        database.execute(duties.update().where(duties.c.id == duty.id).values(values))

    op.create_index(
        "ix_assignments_not_closed_deadline_id",
        "assignments",
        ["deadline", "id"],
        sqlite_where=sa.text("state != 'closed'"),
        postgresql_where=sa.text("state != 'closed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_assignments_not_closed_deadline_id", table_name="assignments")
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_tasks_reporting"), type_="check")
        batch_op.drop_column("reporting")
        batch_op.drop_column("reading")
        batch_op.drop_column("origin_on")
        batch_op.drop_column("origin")

    with op.batch_alter_table("progress_reports") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_progress_reports_saved_by_id"), type_="foreignkey")
        batch_op.drop_column("saved_by_id")
        batch_op.drop_column("saved_at")
        batch_op.drop_column("asks")

    with op.batch_alter_table("assignments") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_assignments_paused_on_if_paused"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_assignments_closed_by_id"), type_="foreignkey")
        batch_op.drop_column("closed_by_id")
        batch_op.drop_column("paused_on")
        batch_op.drop_index(batch_op.f("ix_assignments_state_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_assignments_state_deadline_starts_on_progress_submitted_on"))
        batch_op.create_index(
            batch_op.f("ix_assignments_state_deadline"), ["state", "deadline"], unique=False
        )

    with op.batch_alter_table("second_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_reviews_state_drawn_at"))
        batch_op.drop_index(batch_op.f("ix_second_reviews_assignment_id_id"))

    op.drop_table("second_reviews")
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratings_lead_id"))

    op.drop_table("ratings")
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objections_assignment_id_id"))
        batch_op.drop_index(batch_op.f("ix_objections_answer_raised_at"))

    op.drop_table("objections")
    with op.batch_alter_table("halt_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_halt_requests_state_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_halt_requests_assignment_id_id"))

    op.drop_table("halt_requests")
    with op.batch_alter_table("extensions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extensions_state_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_extensions_assignment_id_id"))

    op.drop_table("extensions")
    op.drop_table("bulk_changes")
