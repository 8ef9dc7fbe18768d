"""What a bulk change asks for: which duties, what to change, and why."""

from wtforms import StringField, TextAreaField

from tracker.errors import Invalid
from tracker.tasks.bulk.queries import MOST
from tracker.web.forms import Form, at_most
from tracker.web.pages import whole


class ChangeForm(Form):
    """Which duties ("12,15", or "12:3,15:1" with the versions a preview showed), and what to change."""

    rows = StringField("承办项")
    what = StringField("调整内容")
    value = StringField("改为")
    reason = TextAreaField("理由", [at_most(2000)])

    @property
    def seen(self) -> dict[int, int]:
        """Assignment id → version, 0 where none was named; Invalid when a page was tampered with."""
        try:
            pairs = [row.partition(":") for row in (self.rows.data or "").split(",") if row]
            seen = {whole(id_): whole(version or "0") for id_, _, version in pairs}
        except ValueError:
            raise Invalid("页面内容不完整，请回到台账重新选择") from None
        if not 0 < len(seen) <= MOST:
            raise Invalid(f"请在台账中选择要调整的承办项，一次最多{MOST}项")
        return seen
