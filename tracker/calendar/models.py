"""CalendarDay (放假或调休上班的一天) and CalendarNotice (放假通知), from which the days of a year come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Table, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base

# The festivals of the `chinesecalendar` package, as notices call them.
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


class CalendarNotice(Base):
    """The text of a yearly notice as it was imported, and what its year was like before. Never changed."""

    __tablename__ = "calendar_notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    text: Mapped[str]
    before: Mapped[str]  # the days it replaced, written as a notice; empty: the year was estimated
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: on the command line
    imported_by: Mapped[User | None] = relationship()


class CalendarDay(Base):
    """A day that is not what its weekday says, free or worked; also the weekends within a holiday."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str]  # of the festival; of two that fall together: 国庆节、中秋节
    year: Mapped[int] = mapped_column(index=True)  # whose notice orders it: 元旦 may begin in December
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_notices.id"))  # None: came along
    notice: Mapped[CalendarNotice | None] = relationship()


def years_that_came_along() -> list[dict[str, Any]]:
    """The rows a new table begins with: the years the `chinesecalendar` package knows."""
    from chinese_calendar import constants

    return [
        {
            "day": day,
            "is_workday": days is constants.workdays,
            "name": NAMES[name],
            "year": day.year + (name == "New Year's Day" and day.month == 12),
        }
        for days in (constants.holidays, constants.workdays)
        for day, name in days.items()
    ]


@event.listens_for(CalendarDay.__table__, "after_create")
def _begin(table: Table, connection: Connection, **_: Any) -> None:
    connection.execute(table.insert(), years_that_came_along())
