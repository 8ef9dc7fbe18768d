"""ListSettings (清单设置)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class ListSettings(Base):
    """清单设置: the title and the columns of one of the three lists, as the office wants them."""

    __tablename__ = "list_settings"

    name: Mapped[str] = mapped_column(primary_key=True)  # problems, rectifications, responsibilities
    title: Mapped[str]
    columns: Mapped[list[Any]]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
