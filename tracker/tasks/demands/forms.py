"""The field in which a demand says why it leaves less time than the rules of relief."""

from wtforms import TextAreaField
from wtforms.validators import Length

LONGEST_HURRY = 1000  # characters


def hurry_field() -> TextAreaField:
    """提前要求的理由: empty unless a rule asks for it."""
    return TextAreaField(
        "提前要求的理由", [Length(max=LONGEST_HURRY, message=f"不能超过{LONGEST_HURRY}个字")]
    )
