"""a step of one object of a roster may have a later day"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roster_entries") as batch:
        batch.add_column(sa.Column("extended", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("roster_entries") as batch:
        batch.alter_column("extended", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("roster_entries") as batch:
        batch.drop_column("extended")
