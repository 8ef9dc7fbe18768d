"""Workbooks that go out to be filled in and come back: cells, figures, headings, seals, looks, uploads."""
