"""The paper as PDF, made once, and the readers' libraries, loaded once: both take seconds."""

import pytest

from tests.documents.readers.papers import as_pdf
from tracker.documents.readers import docbook, html, pdf, sheet, word

LOADED = (docbook, html, pdf, sheet, word)  # the children that read inherit them


@pytest.fixture(scope="session", name="pdf")
def pdf_paper() -> bytes:
    return as_pdf()
