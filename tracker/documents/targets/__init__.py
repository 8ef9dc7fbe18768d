"""Targets (目标) of a sentence or a table cell: numbers that are set as a goal, and the shares of them."""

from tracker.documents.targets.cells import find_in_cell, measure_of, names_area
from tracker.documents.targets.reading import find
from tracker.documents.targets.target import Target

__all__ = ["Target", "find", "find_in_cell", "measure_of", "names_area"]
