"""Targets (目标) of a sentence: numbers that are set as a goal, their shares, and the check of their sums."""

from tracker.documents.targets.cells import find_in_cell, find_in_rows
from tracker.documents.targets.reading import find
from tracker.documents.targets.sums import SumCheck, breakdown_sums
from tracker.documents.targets.target import Target

__all__ = ["SumCheck", "Target", "breakdown_sums", "find", "find_in_cell", "find_in_rows"]
