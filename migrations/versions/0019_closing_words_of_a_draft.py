"""the closing words of a duty are part of its draft"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("progress_reports") as batch:
        batch.add_column(sa.Column("grounds", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("progress_reports") as batch:
        batch.alter_column("grounds", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("progress_reports") as batch:
        batch.drop_column("grounds")
