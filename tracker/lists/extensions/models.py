"""RectificationExtension (整改延期)."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.lists.extensions.rules import RECTIFICATION
from tracker.lists.models import Rectification
from tracker.tasks.models import AnyExtension, extension_checks


class RectificationExtension(AnyExtension, Base):
    """整改延期: what every extension is, of a rectification."""

    __tablename__ = "rectification_extensions"
    __table_args__ = (
        *extension_checks(),
        Index(None, "rectification_id", "id"),
        Index(None, "state", "submitted_at"),
    )

    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectifications.id"))
    rectification: Mapped[Rectification] = relationship()
    extended = RECTIFICATION

    __mapper_args__ = {"version_id_col": AnyExtension.version}  # noqa: RUF012

    @property
    def matter(self) -> Rectification:
        return self.rectification
