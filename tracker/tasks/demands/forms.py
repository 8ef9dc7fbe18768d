"""The field in which a demand says why it leaves less time than the rules of relief."""

from wtforms import TextAreaField

from tracker.tasks.demands.rules import LONGEST_HURRY
from tracker.web.forms import at_most


def hurry_field() -> TextAreaField:
    """提前要求的理由: empty unless a rule asks for it."""
    return TextAreaField("提前要求的理由", [at_most(LONGEST_HURRY)])
