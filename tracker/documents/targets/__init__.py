"""Targets (目标) of a sentence: numbers that are set as a goal, their shares, and the check of their sums."""

from tracker.documents.targets.reading import Target, find

__all__ = ["Target", "find"]
