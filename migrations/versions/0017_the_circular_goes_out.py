"""the circular goes out: Word file, code, correction, receipts"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("circulars") as batch:
        batch.add_column(sa.Column("code", sa.String(), nullable=True))
        batch.add_column(sa.Column("word_file_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("signer", sa.String(), nullable=False, server_default=""))
        batch.create_unique_constraint(op.f("uq_circulars_code"), ["code"])
        batch.create_foreign_key(op.f("fk_circulars_word_file_id"), "stored_files", ["word_file_id"], ["id"])
        batch.create_foreign_key(op.f("fk_circulars_corrects_id"), "circulars", ["corrects_id"], ["id"])
        batch.create_index(op.f("ix_circulars_corrects_id"), ["corrects_id"])
    with op.batch_alter_table("circulars") as batch:
        batch.alter_column("signer", server_default=None)
    op.create_table(
        "circular_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circular_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(read_at IS NULL) = (read_by_id IS NULL)", name=op.f("ck_circular_receipts_read_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["circular_id"], ["circulars.id"], name=op.f("fk_circular_receipts_circular_id")
        ),
        sa.ForeignKeyConstraint(["read_by_id"], ["users.id"], name=op.f("fk_circular_receipts_read_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_circular_receipts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular_receipts")),
        sa.UniqueConstraint("circular_id", "unit_id", name=op.f("uq_circular_receipts_circular_id_unit_id")),
    )
    op.create_index(op.f("ix_circular_receipts_unit_id"), "circular_receipts", ["unit_id"])


def downgrade() -> None:
    op.drop_table("circular_receipts")
    with op.batch_alter_table("circulars") as batch:
        batch.drop_index(op.f("ix_circulars_corrects_id"))
        batch.drop_constraint(op.f("fk_circulars_corrects_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_circulars_word_file_id"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_circulars_code"), type_="unique")
        for column in ("signer", "corrects_id", "word_file_id", "code"):
            batch.drop_column(column)
