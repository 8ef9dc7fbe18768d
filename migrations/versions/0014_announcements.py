"""announcements, management scores, the information assessment"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_announcements_digest_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["users.id"], name=op.f("fk_announcements_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("key", "recipient_id", name=op.f("uq_announcements_key_recipient_id")),
    )
    op.create_index(op.f("ix_announcements_digest_id"), "announcements", ["digest_id"])
    op.create_table(
        "management_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_management_scores_score_0_to_100")),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name=op.f("fk_management_scores_given_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_management_scores_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_management_scores")),
        sa.UniqueConstraint("year", "unit_id", name=op.f("uq_management_scores_year_unit_id")),
    )
    op.create_table(
        "information_switches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_information_switches_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_switches")),
    )
    op.create_table(
        "information_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column(
            "use",
            sa.Enum(
                "sent",
                "city",
                "province",
                "nation",
                name="use",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("struck_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_information_entries_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_information_entries_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_entries")),
    )
    op.create_index(op.f("ix_information_entries_month"), "information_entries", ["month"])


def downgrade() -> None:
    op.drop_table("information_entries")
    op.drop_table("information_switches")
    op.drop_table("management_scores")
    op.drop_table("announcements")
