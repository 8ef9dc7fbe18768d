"""the working calendar, with the years that are known"""

import sqlalchemy as sa
from alembic import op
from chinese_calendar import constants

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def upgrade() -> None:
    op.create_table(
        "calendar_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["users.id"], name=op.f("fk_calendar_notices_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notices")),
    )
    op.create_index(op.f("ix_calendar_notices_year"), "calendar_notices", ["year"], unique=False)
    days = op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["calendar_notices.id"], name=op.f("fk_calendar_days_notice_id")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_index(op.f("ix_calendar_days_year"), "calendar_days", ["year"], unique=False)
    op.bulk_insert(
        days,
        [
            {
                "day": day,
                "is_workday": known is constants.workdays,
                "name": NAMES[name],
                "year": day.year + (name == "New Year's Day" and day.month == 12),
            }
            for known in (constants.holidays, constants.workdays)
            for day, name in known.items()
        ],
    )


def downgrade() -> None:
    op.drop_table("calendar_days")
    op.drop_table("calendar_notices")
