"""Forms of the circular."""

from wtforms import SelectField, StringField

from tracker.circulars.paper import CircularKind
from tracker.web.forms import Form, options


class ReasonForm(Form):
    """A step that asks for a reason and nothing else."""

    reason = StringField("理由")


class KindForm(Form):
    """In which layout a circular is drafted; a document where nothing is said."""

    kind = SelectField("版式", choices=options(CircularKind), default=CircularKind.DOCUMENT)


class WordsForm(Form):
    """The words of a circular: its fields are the paragraphs, by their place (``circulars/revision.py``)."""
