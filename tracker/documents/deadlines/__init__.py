"""Deadlines: what a text says about when, as dates, stretches, rules and states, each with its place."""

from tracker.documents.deadlines.counted import term_start
from tracker.documents.deadlines.reading import Base, Deadline, Mention, governing
from tracker.documents.deadlines.recurrence import recurrence_rule
from tracker.documents.deadlines.scan import find, resolve

__all__ = ["Base", "Deadline", "Mention", "find", "governing", "recurrence_rule", "resolve", "term_start"]
