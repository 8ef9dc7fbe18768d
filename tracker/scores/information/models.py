"""InformationSwitch (启用或停用) and InformationEntry (信息) of the information assessment."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Unit, User
from tracker.db import Base
from tracker.scores.information.rules import Use


class InformationSwitch(Base):
    """启用 or 停用, with the reason. The latest row holds; without any the assessment is off."""

    __tablename__ = "information_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship()


class InformationEntry(Base):
    """One item a unit has sent in, entered by the office. One entered by mistake is struck, not deleted."""

    __tablename__ = "information_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str] = mapped_column(index=True)  # "2020-06"
    title: Mapped[str]
    use: Mapped[Use]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    struck_at: Mapped[datetime | None]
    unit: Mapped[Unit] = relationship()
