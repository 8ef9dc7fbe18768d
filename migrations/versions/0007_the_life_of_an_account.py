"""the life of an account: slots, checks, notices, strike-offs, look-backs"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEIJING = timedelta(hours=8)
SLOTS = ("remedies", "lawful", "effect", "by_analogy", "lasting")


def upgrade() -> None:
    op.create_table(
        "list_settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name=op.f("fk_list_settings_changed_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_list_settings")),
    )
    op.create_table(
        "problem_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_problem_groups_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_groups")),
        sa.UniqueConstraint("key", name=op.f("uq_problem_groups_key")),
    )
    op.create_table(
        "problem_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN task_id IS NULL THEN 0 ELSE 1 END + CASE WHEN document_id IS NULL THEN 0 ELSE 1 END + CASE WHEN other_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_problem_links_one_end"),
        ),
        sa.CheckConstraint(
            "other_id IS NULL OR other_id <> problem_id", name=op.f("ck_problem_links_not_itself")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_problem_links_document_id")),
        sa.ForeignKeyConstraint(["linked_by_id"], ["users.id"], name=op.f("fk_problem_links_linked_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["problems.id"], name=op.f("fk_problem_links_other_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_problem_links_problem_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_problem_links_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_links")),
        sa.UniqueConstraint(
            "problem_id", "document_id", name=op.f("uq_problem_links_problem_id_document_id")
        ),
        sa.UniqueConstraint("problem_id", "other_id", name=op.f("uq_problem_links_problem_id_other_id")),
        sa.UniqueConstraint("problem_id", "task_id", name=op.f("uq_problem_links_problem_id_task_id")),
    )
    with op.batch_alter_table("problem_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_links_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_problem_links_task_id"), ["task_id"], unique=False)

    op.create_table(
        "closing_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column(
            "slot",
            sa.Enum(
                "remedies",
                "lawful",
                "effect",
                "by_analogy",
                "lasting",
                name="slot",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_applicable", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name=op.f("fk_closing_slots_rectification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_slots")),
        sa.UniqueConstraint("rectification_id", "slot", name=op.f("uq_closing_slots_rectification_id_slot")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.Column("reopen_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(reopened_on IS NULL) = (reopen_reason = '')", name=op.f("ck_closures_reason_if_reopened")
        ),
        sa.CheckConstraint(
            "applied_by_id <> verified_by_id AND applied_by_id <> closed_by_id AND verified_by_id <> closed_by_id",
            name=op.f("ck_closures_three_people"),
        ),
        sa.ForeignKeyConstraint(["applied_by_id"], ["users.id"], name=op.f("fk_closures_applied_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_closures_closed_by_id")),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name=op.f("fk_closures_rectification_id")
        ),
        sa.ForeignKeyConstraint(["reopened_by_id"], ["users.id"], name=op.f("fk_closures_reopened_by_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["users.id"], name=op.f("fk_closures_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closures_closed_on"), ["closed_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_closures_rectification_id_id"), ["rectification_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_closures_reopened_on"), ["reopened_on"], unique=False)

    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name=op.f("fk_milestones_rectification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_milestones_rectification_id_due_on"), ["rectification_id", "due_on"], unique=False
        )

    op.create_table(
        "public_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("days > 0 AND ends_on >= starts_on", name=op.f("ck_public_notices_lasts")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_public_notices_made_by_id")),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name=op.f("fk_public_notices_rectification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notices")),
    )
    with op.batch_alter_table("public_notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_public_notices_rectification_id_id"), ["rectification_id", "id"], unique=False
        )

    op.create_table(
        "rectification_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
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
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (granted_on IS NOT NULL)",
            name=op.f("ck_rectification_extensions_granted_on_if_accepted"),
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'refused')) = (answered_at IS NOT NULL)",
            name=op.f("ck_rectification_extensions_answered_at_if_answered"),
        ),
        sa.CheckConstraint("wanted_on > deadline", name=op.f("ck_rectification_extensions_wanted_later")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_rectification_extensions_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_extensions_rectification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["users.id"], name=op.f("fk_rectification_extensions_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_extensions")),
    )
    with op.batch_alter_table("rectification_extensions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rectification_extensions_rectification_id_id"),
            ["rectification_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rectification_extensions_state_submitted_at"),
            ["state", "submitted_at"],
            unique=False,
        )

    op.create_table(
        "site_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by_id"], ["users.id"], name=op.f("fk_site_checks_entered_by_id")),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectifications.id"], name=op.f("fk_site_checks_rectification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_checks")),
    )
    with op.batch_alter_table("site_checks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_checks_rectification_id_id"), ["rectification_id", "id"], unique=False
        )

    op.create_table(
        "support_units",
        sa.Column("responsibility_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["responsibility_id"], ["responsibilities.id"], name=op.f("fk_support_units_responsibility_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_support_units_unit_id")),
        sa.PrimaryKeyConstraint("responsibility_id", "unit_id", name=op.f("pk_support_units")),
    )
    op.create_table(
        "look_backs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("closure_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "held",
                "failed",
                "dropped",
                name="lookbackstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('held', 'failed')) = (held_on IS NOT NULL)",
            name=op.f("ck_look_backs_held_on_if_held"),
        ),
        sa.CheckConstraint(
            "(share IS NULL) = (event_id IS NULL)", name=op.f("ck_look_backs_drawn_with_a_share")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_look_backs_closed_by_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name=op.f("fk_look_backs_closure_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_look_backs_event_id")),
        sa.ForeignKeyConstraint(["held_by_id"], ["users.id"], name=op.f("fk_look_backs_held_by_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["users.id"], name=op.f("fk_look_backs_planned_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_backs")),
        sa.UniqueConstraint("event_id", name=op.f("uq_look_backs_event_id")),
    )
    with op.batch_alter_table("look_backs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_backs_closure_id"), ["closure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_backs_state_due_on"), ["state", "due_on"], unique=False)

    op.create_table(
        "notice_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answer = '') = (answered_at IS NULL)", name=op.f("ck_notice_objections_answered_at_if_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_notice_objections_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_notice_objections_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notices.id"], name=op.f("fk_notice_objections_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_objections")),
    )
    with op.batch_alter_table("notice_objections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_objections_notice_id_id"), ["notice_id", "id"], unique=False
        )

    op.create_table(
        "rectification_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("quarter", sa.String(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "progress BETWEEN 0 AND 100", name=op.f("ck_rectification_reports_progress_percent")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_rectification_reports_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_reports_rectification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["users.id"], name=op.f("fk_rectification_reports_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_reports")),
        sa.UniqueConstraint(
            "rectification_id", "quarter", name=op.f("uq_rectification_reports_rectification_id_quarter")
        ),
    )
    with op.batch_alter_table("rectification_reports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rectification_reports_rectification_id_id"),
            ["rectification_id", "id"],
            unique=False,
        )

    op.create_table(
        "rectification_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rectification_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("look_back_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN report_id IS NULL THEN 0 ELSE 1 END + CASE WHEN slot_id IS NULL THEN 0 ELSE 1 END + CASE WHEN check_id IS NULL THEN 0 ELSE 1 END + CASE WHEN look_back_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_rectification_evidence_one_owner"),
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["site_checks.id"], name=op.f("fk_rectification_evidence_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_rectification_evidence_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["look_back_id"], ["look_backs.id"], name=op.f("fk_rectification_evidence_look_back_id")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_evidence_rectification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["rectification_reports.id"], name=op.f("fk_rectification_evidence_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["closing_slots.id"], name=op.f("fk_rectification_evidence_slot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_evidence")),
    )
    with op.batch_alter_table("rectification_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_evidence_check_id"), ["check_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rectification_evidence_look_back_id"), ["look_back_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_rectification_evidence_rectification_id_id"),
            ["rectification_id", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_rectification_evidence_report_id"), ["report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_evidence_slot_id"), ["slot_id"], unique=False)

    with op.batch_alter_table("problems") as batch_op:
        batch_op.add_column(sa.Column("source_number", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("source_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("caller", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("document_point", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(batch_op.f("ix_problems_group_id"), ["group_id"])
        batch_op.create_index(batch_op.f("ix_problems_source"), ["source"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_problems_document_id_document_point_unit_id"),
            ["document_id", "document_point", "unit_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_problems_document_id"), "documents", ["document_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_problems_group_id"), "problem_groups", ["group_id"], ["id"]
        )
    with op.batch_alter_table("problems") as batch_op:
        for name in ("source_number", "caller", "version"):
            batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table("rectifications") as batch_op:
        batch_op.add_column(sa.Column("original_deadline", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("paused_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("issued_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("verified_at", sa.DateTime(), nullable=True))
    _fill()
    with op.batch_alter_table("rectifications") as batch_op:
        batch_op.drop_column("closing_slots")
        batch_op.drop_column("findings")
        batch_op.create_check_constraint(
            batch_op.f("ck_rectifications_paused_on_if_disputed"),
            "(state = 'disputed') = (paused_on IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_rectifications_signed_so_far"),
            "(state NOT IN ('closing', 'verified', 'closed') OR applied_by_id IS NOT NULL)"
            " AND (state NOT IN ('verified', 'closed') OR verified_by_id IS NOT NULL)"
            " AND (state <> 'closed' OR closed_by_id IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_rectifications_standing_is_never_closed"),
            "pace <> 'standing' OR state <> 'closed'",
        )

    with op.batch_alter_table("responsibilities") as batch_op:
        batch_op.create_index(batch_op.f("ix_responsibilities_accepting_unit_id"), ["accepting_unit_id"])
        batch_op.drop_column("support_units")


def _fill() -> None:
    """What stood in one column becomes rows of its own; moments and days come from the trail."""
    database, tables = op.get_bind(), sa.MetaData()
    names = (
        *("events", "units", "rectifications", "responsibilities"),
        *("closing_slots", "site_checks", "closures", "support_units"),
    )
    tables.reflect(database, only=names)
    events, units, rectifications, responsibilities, slots, checks, closures, supports = (
        tables.tables[name] for name in names
    )
    steps = [f"rectification.{action}" for action in ("issue", "dispute", "verify", "close")]
    last = {
        (event.subject_id, event.kind): event.at
        for event in database.execute(
            sa.select(events.c.subject_id, events.c.kind, events.c.at)
            .where(events.c.kind.in_(steps))
            .order_by(events.c.id)
        )
    }
    for row in database.execute(sa.select(rectifications)).all():
        issued, disputed, verified, closed = (last.get((row.id, step)) for step in steps)
        verified = verified or row.applied_at
        values = {
            "original_deadline": row.deadline,
            "issued_at": issued,
            "paused_on": disputed and (disputed + BEIJING).date() if row.state == "disputed" else None,
            "verified_at": verified if row.verified_by_id else None,
        }
        database.execute(rectifications.update().where(rectifications.c.id == row.id).values(values))
        for slot in SLOTS:
            if said := row.closing_slots.get(slot):
                line = {"rectification_id": row.id, "slot": slot, "text": said, "is_applicable": True}
                database.execute(slots.insert().values(line))
        if row.verified_by_id and verified:
            check = {
                "rectification_id": row.id,
                "is_passed": True,
                "findings": row.findings,
                "place": "",
                "checked_on": (verified + BEIJING).date(),
                "entered_at": verified,
                "entered_by_id": row.verified_by_id,
            }
            database.execute(checks.insert().values(check))
        if row.state == "closed" and row.deadline and row.applied_at:
            closure = {
                "rectification_id": row.id,
                "deadline": row.deadline,
                "applied_at": row.applied_at,
                "applied_by_id": row.applied_by_id,
                "verified_at": verified,
                "verified_by_id": row.verified_by_id,
                "closed_at": closed or row.applied_at,
                "closed_by_id": row.closed_by_id,
                "closed_on": row.closed_on,
                "reopen_reason": "",
            }
            database.execute(closures.insert().values(closure))
    known = {row.name: row.id for row in database.execute(sa.select(units.c.id, units.c.name))}
    for row in database.execute(sa.select(responsibilities)).all():
        named = dict.fromkeys(known[name] for name in row.support_units.split("、") if name in known)
        for position, unit_id in enumerate(named):
            line = {"responsibility_id": row.id, "unit_id": unit_id, "position": position}
            database.execute(supports.insert().values(line))


def downgrade() -> None:
    with op.batch_alter_table("responsibilities") as batch_op:
        batch_op.add_column(sa.Column("support_units", sa.String(), nullable=False, server_default=""))
        batch_op.drop_index(batch_op.f("ix_responsibilities_accepting_unit_id"))
    with op.batch_alter_table("responsibilities") as batch_op:
        batch_op.alter_column("support_units", server_default=None)

    with op.batch_alter_table("rectifications") as batch_op:
        for name in ("paused_on_if_disputed", "signed_so_far", "standing_is_never_closed"):
            batch_op.drop_constraint(batch_op.f(f"ck_rectifications_{name}"), type_="check")
        batch_op.add_column(sa.Column("findings", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("closing_slots", sa.JSON(), nullable=False, server_default="{}"))
        for name in ("verified_at", "issued_at", "paused_on", "original_deadline"):
            batch_op.drop_column(name)
    with op.batch_alter_table("rectifications") as batch_op:
        batch_op.alter_column("findings", server_default=None)
        batch_op.alter_column("closing_slots", server_default=None)

    with op.batch_alter_table("problems") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_problems_group_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_problems_document_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_problems_document_id_document_point_unit_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_problems_source"))
        batch_op.drop_index(batch_op.f("ix_problems_group_id"))
        for name in ("version", "group_id", "document_point", "document_id", "caller", "source_on"):
            batch_op.drop_column(name)
        batch_op.drop_column("source_number")

    for name in (
        "rectification_evidence",
        "rectification_reports",
        "notice_objections",
        "look_backs",
        "support_units",
        "site_checks",
        "rectification_extensions",
        "public_notices",
        "milestones",
        "closures",
        "closing_slots",
        "problem_links",
        "problem_groups",
        "list_settings",
    ):
        op.drop_table(name)
