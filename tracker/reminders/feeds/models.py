"""CalendarFeed (日历订阅): that a person has one, and what its secret address is recognised by."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.db import Base


class CalendarFeed(Base):
    """日历订阅 of one person; closing it deletes the row, a new address replaces the old one at once."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    key_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256; the key itself is nowhere
    made_at: Mapped[datetime]
    # How often it was fetched in the hour that began then: no more than is needed to refuse too many.
    hour_at: Mapped[datetime]
    fetches: Mapped[int] = mapped_column(default=0)
    user: Mapped[User] = relationship()
