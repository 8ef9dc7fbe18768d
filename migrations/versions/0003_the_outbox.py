"""the outbox"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANNELS = ("inbox", "mail", "webhook", "wecom", "dingtalk", "feishu", "sms")
OUTCOMES = ("waiting", "sending", "sent", "failed", "cancelled")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.create_table(
        "summaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summaries")),
        sa.UniqueConstraint("on", name=op.f("uq_summaries_on")),
    )
    op.create_table(
        "channel_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", words("channel", *CHANNELS), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("plain", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_settings")),
        sa.UniqueConstraint("channel", name=op.f("uq_channel_settings_channel")),
    )

    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("wants_mail", server_default=None)

    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_deliveries_channel"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_deliveries_outcome"), type_="check")
        batch_op.alter_column("digest_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("summary_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("tried_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("is_urgent", server_default=None)
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_summary_id"), "summaries", ["summary_id"], ["id"]
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_summary_id_channel"), ["summary_id", "channel"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_one_content"), "digest_id IS NULL OR summary_id IS NULL"
        )
        batch_op.create_check_constraint(batch_op.f("ck_deliveries_channel"), one_of("channel", *CHANNELS))
        batch_op.create_check_constraint(batch_op.f("ck_deliveries_outcome"), one_of("outcome", *OUTCOMES))
        batch_op.create_index(
            batch_op.f("ix_deliveries_channel_tried_at"), ["channel", "tried_at"], unique=False
        )


def downgrade() -> None:
    # what the older tables have no place for
    op.execute("DELETE FROM deliveries WHERE digest_id IS NULL OR channel NOT IN ('inbox', 'mail')")
    op.execute(
        "UPDATE deliveries SET outcome = CASE outcome WHEN 'sending' THEN 'waiting' ELSE 'failed' END "
        "WHERE outcome IN ('sending', 'cancelled')"
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_channel_tried_at"))
        batch_op.drop_constraint(batch_op.f("ck_deliveries_outcome"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_deliveries_channel"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_deliveries_one_content"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_deliveries_summary_id_channel"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_summary_id"), type_="foreignkey")
        batch_op.drop_column("tried_at")
        batch_op.drop_column("is_urgent")
        batch_op.drop_column("summary_id")
        batch_op.alter_column("digest_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_channel"), one_of("channel", *CHANNELS[:2])
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deliveries_outcome"), one_of("outcome", "waiting", "sent", "failed")
        )

    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("wants_mail")

    op.drop_table("channel_settings")
    op.drop_table("summaries")
