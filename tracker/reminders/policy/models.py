"""ReminderRules (提醒规则): one version, as data, from its first day on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base


class ReminderRules(Base):
    """A version that was adopted. The first, 1, is the program's own and has no row."""

    __tablename__ = "reminder_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date]  # until a later version is
    rules: Mapped[dict[str, Any]]  # see policy/rules.py
    reason: Mapped[str]
    adopted_at: Mapped[datetime]
    adopted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    adopted_by: Mapped[User] = relationship()
