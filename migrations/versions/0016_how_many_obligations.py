"""how many obligations a sheet is about"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

sheets = sa.table("score_sheets", sa.column("id"), sa.column("facts", sa.JSON), sa.column("obligations"))


def upgrade() -> None:
    with op.batch_alter_table("score_sheets") as table:
        table.add_column(sa.Column("obligations", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    for id_, facts in connection.execute(sa.select(sheets.c.id, sheets.c.facts)).all():
        facts = json.loads(facts) if isinstance(facts, str) else facts
        count = len(facts["duties"]) + len(facts["rectifications"])
        connection.execute(sa.update(sheets).where(sheets.c.id == id_).values(obligations=count))
    with op.batch_alter_table("score_sheets") as table:
        table.alter_column("obligations", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("score_sheets") as table:
        table.drop_column("obligations")
