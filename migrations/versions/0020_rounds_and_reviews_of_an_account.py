"""an account is rectified in rounds; each of its reports is reviewed; its extensions may carry a file"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What an account's strike-off judged, was judged with it by who struck it off. A round ends with its strike-off.
# The words of a slot were wiped out when its account was reopened: without words it is of the round before.
WHAT_STANDS = """
UPDATE rectification_reports SET state = 'accepted',
  reviewed_at = (SELECT closed_at FROM closures WHERE closures.rectification_id = rectification_reports.rectification_id AND closures.closed_at >= rectification_reports.reported_at ORDER BY closures.id LIMIT 1),
  reviewed_by_id = (SELECT closed_by_id FROM closures WHERE closures.rectification_id = rectification_reports.rectification_id AND closures.closed_at >= rectification_reports.reported_at ORDER BY closures.id LIMIT 1)
  WHERE EXISTS (SELECT 1 FROM closures WHERE closures.rectification_id = rectification_reports.rectification_id AND closures.closed_at >= rectification_reports.reported_at);
UPDATE rectification_reports SET round = (SELECT count(*) FROM closures WHERE closures.rectification_id = rectification_reports.rectification_id AND closures.closed_at < rectification_reports.reported_at);
UPDATE site_checks SET round = (SELECT count(*) FROM closures WHERE closures.rectification_id = site_checks.rectification_id AND closures.closed_at < site_checks.entered_at);
UPDATE closing_slots SET round = (SELECT reopened_times - CASE WHEN closing_slots.text = '' THEN 1 ELSE 0 END FROM rectifications WHERE rectifications.id = closing_slots.rectification_id)
  WHERE rectification_id IN (SELECT id FROM rectifications WHERE reopened_times > 0);
UPDATE rectification_evidence SET round = (SELECT round FROM rectification_reports WHERE rectification_reports.id = rectification_evidence.report_id) WHERE report_id IS NOT NULL;
UPDATE rectification_evidence SET round = (SELECT round FROM closing_slots WHERE closing_slots.id = rectification_evidence.slot_id) WHERE slot_id IS NOT NULL;
UPDATE rectification_evidence SET round = (SELECT round FROM site_checks WHERE site_checks.id = rectification_evidence.check_id) WHERE check_id IS NOT NULL;
UPDATE rectification_evidence SET round = (SELECT count(*) FROM closures, look_backs WHERE look_backs.id = rectification_evidence.look_back_id AND closures.rectification_id = rectification_evidence.rectification_id AND closures.id < look_backs.closure_id)
  WHERE look_back_id IS NOT NULL
"""
# One set of slots an account again: those of the present round.
EARLIER_SLOTS = """
DELETE FROM rectification_evidence WHERE slot_id IN (SELECT closing_slots.id FROM closing_slots JOIN rectifications ON rectifications.id = closing_slots.rectification_id WHERE closing_slots.round < rectifications.reopened_times);
DELETE FROM closing_slots WHERE round < (SELECT reopened_times FROM rectifications WHERE rectifications.id = closing_slots.rectification_id)
"""


def _round() -> sa.Column[int]:
    return sa.Column("round", sa.Integer(), nullable=False, server_default="0")


def upgrade() -> None:
    with op.batch_alter_table("rectification_reports") as batch:
        batch.add_column(_round())
        batch.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "draft", "submitted", "accepted", "returned", "refused",
                    name="filingstate", native_enum=False, create_constraint=True, length=24,
                ),
                nullable=False,
                server_default="submitted",
            )
        )  # fmt: skip
        batch.add_column(sa.Column("reviewed_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("reviewed_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("return_reason", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("answer", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.create_foreign_key(
            op.f("fk_rectification_reports_reviewed_by_id"), "users", ["reviewed_by_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_rectification_reports_reviewed_at_if_reviewed"),
            "(state IN ('accepted', 'returned')) = (reviewed_at IS NOT NULL)",
        )
        batch.create_index(op.f("ix_rectification_reports_state_reported_at"), ["state", "reported_at"])
    for table in ("site_checks", "rectification_evidence"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(_round())
    with op.batch_alter_table("closing_slots") as batch:
        batch.add_column(_round())
        batch.drop_constraint(op.f("uq_closing_slots_rectification_id_slot"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_closing_slots_rectification_id_slot_round"), ["rectification_id", "slot", "round"]
        )
    with op.batch_alter_table("rectification_extensions") as batch:
        batch.add_column(sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("file_name", sa.String(), nullable=False, server_default=""))
        batch.create_foreign_key(
            op.f("fk_rectification_extensions_file_id"), "stored_files", ["file_id"], ["id"]
        )

    for statement in WHAT_STANDS.split(";"):
        op.execute(statement)
    defaults = {
        "rectification_reports": ("round", "state", "return_reason", "answer", "version"),
        "site_checks": ("round",),
        "closing_slots": ("round",),
        "rectification_evidence": ("round",),
        "rectification_extensions": ("is_late", "file_name"),
    }
    for table, columns in defaults.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("rectification_extensions") as batch:
        batch.drop_constraint(op.f("fk_rectification_extensions_file_id"), type_="foreignkey")
        for column in ("file_name", "file_id", "is_late"):
            batch.drop_column(column)
    for statement in EARLIER_SLOTS.split(";"):
        op.execute(statement)
    with op.batch_alter_table("closing_slots") as batch:
        batch.drop_constraint(op.f("uq_closing_slots_rectification_id_slot_round"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_closing_slots_rectification_id_slot"), ["rectification_id", "slot"]
        )
        batch.drop_column("round")
    for table in ("site_checks", "rectification_evidence"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("round")
    with op.batch_alter_table("rectification_reports") as batch:
        batch.drop_index(op.f("ix_rectification_reports_state_reported_at"))
        batch.drop_constraint(op.f("ck_rectification_reports_reviewed_at_if_reviewed"), type_="check")
        batch.drop_constraint(op.f("ck_rectification_reports_filingstate"), type_="check")
        batch.drop_constraint(op.f("fk_rectification_reports_reviewed_by_id"), type_="foreignkey")
        for column in (
            *("version", "answer", "return_reason", "reviewed_by_id", "reviewed_at", "state", "round"),
        ):
            batch.drop_column(column)
