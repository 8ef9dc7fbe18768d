"""an urgent slip has a delivery of its own where the day's message has gone"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("about", sa.String(), nullable=False, server_default=""))
        batch.drop_constraint(op.f("uq_deliveries_digest_id_channel"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_deliveries_digest_id_channel_about"), ["digest_id", "channel", "about"]
        )
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("about", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE about <> ''")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint(op.f("uq_deliveries_digest_id_channel_about"), type_="unique")
        batch.create_unique_constraint(op.f("uq_deliveries_digest_id_channel"), ["digest_id", "channel"])
        batch.drop_column("about")
